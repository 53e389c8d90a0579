//! Which envelopes an export is about: said again from the entries, since the manifest is the exporter's word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::{EnvelopeId, PrincipalId};
use crate::ledger::{Entry, Fact};

/// What the manifest says was asked for, with names looked up. What was not asked is `None`.
#[derive(Debug, Default)]
struct Asked<'m> {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    class: Option<&'m str>,
    reviewer: Option<BTreeSet<PrincipalId>>,
    agent: Option<BTreeSet<PrincipalId>>,
}

/// What the entries say of an envelope, as far as somebody can ask for it.
#[derive(Debug)]
struct Told {
    at: Timestamp,
    agent: Option<PrincipalId>,
    /// Of the newest verdict.
    class: Option<String>,
    /// Everybody who gave a word on it.
    people: BTreeSet<PrincipalId>,
}

/// The envelopes that fit. `names`: what people and agents are called. The error is a sentence.
pub(super) fn fitting(
    picked: &BTreeMap<String, String>,
    entries: &[Entry],
    names: &BTreeMap<PrincipalId, String>,
) -> Result<BTreeSet<EnvelopeId>, String> {
    let asked = Asked::read(picked, &everybody(entries, names))?;
    let all = told(entries);
    let fitting = all.into_iter().filter(|(_, told)| asked.fits(told));
    Ok(fitting.map(|(id, _)| id).collect())
}

impl<'m> Asked<'m> {
    /// A filter that is not known cannot be held to anything.
    fn read(picked: &'m BTreeMap<String, String>, names: &BTreeMap<PrincipalId, String>) -> Result<Self, String> {
        let mut asked = Self::default();
        for (filter, value) in picked {
            let time = || {
                let read = value.parse();
                read.map_err(|_| {
                    format!("The manifest says that envelopes were picked by the time `{value}`, which is none.")
                })
            };
            match filter.as_str() {
                "since" => asked.since = Some(time()?),
                "until" => asked.until = Some(time()?),
                "class" => asked.class = Some(value),
                "reviewer" => asked.reviewer = Some(called(value, names)),
                "agent" => asked.agent = Some(called(value, names)),
                unknown => {
                    return Err(format!(
                        "The manifest says that envelopes were picked by `{unknown}`, which cannot be checked."
                    ));
                }
            }
        }
        Ok(asked)
    }

    fn fits(&self, told: &Told) -> bool {
        self.since.is_none_or(|since| told.at >= since)
            && self.until.is_none_or(|until| told.at < until)
            && self.class.is_none_or(|class| told.class.as_deref() == Some(class))
            && self
                .agent
                .as_ref()
                .is_none_or(|wanted| told.agent.is_some_and(|agent| wanted.contains(&agent)))
            && self
                .reviewer
                .as_ref()
                .is_none_or(|wanted| !wanted.is_disjoint(&told.people))
    }
}

/// What everybody is called who was ever added; whose name was erased, by what stands in its place since.
fn everybody(entries: &[Entry], names: &BTreeMap<PrincipalId, String>) -> BTreeMap<PrincipalId, String> {
    let added = entries.iter().filter_map(|entry| match &entry.fact {
        Fact::PrincipalAdded { principal, .. } => Some(*principal),
        _ => None,
    });
    let called = |id: PrincipalId| names.get(&id).cloned().unwrap_or_else(|| id.erased_name());
    added.map(|id| (id, called(id))).collect()
}

/// Everybody who has this name, or this id.
fn called(name: &str, names: &BTreeMap<PrincipalId, String>) -> BTreeSet<PrincipalId> {
    let fits = names
        .iter()
        .filter(|(id, called)| *called == name || id.to_string() == name);
    fits.map(|(id, _)| *id).collect()
}

fn told(entries: &[Entry]) -> BTreeMap<EnvelopeId, Told> {
    let mut all: BTreeMap<EnvelopeId, Told> = BTreeMap::new();
    for entry in entries {
        let Some(id) = entry.envelope else { continue };
        if matches!(entry.fact, Fact::Proposed { .. }) {
            let (at, agent) = (entry.at, entry.actor.id);
            let (class, people) = (None, BTreeSet::new());
            all.insert(
                id,
                Told {
                    at,
                    agent,
                    class,
                    people,
                },
            );
            continue;
        }
        let Some(told) = all.get_mut(&id) else { continue };
        if let Fact::Judged(judged) = &entry.fact {
            told.class.clone_from(&judged.class);
        }
        if is_word(&entry.fact) {
            told.people.extend(entry.actor.id);
        }
    }
    all
}

/// Whether a person said it as a decision.
fn is_word(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Decided(_)
            | Fact::Edited { .. }
            | Fact::Classified { .. }
            | Fact::Extended { .. }
            | Fact::Escalated { given: Some(_), .. }
    )
}
