//! Looking back over everything, for people of any role.

use jiff::Timestamp;

use super::Service;
use crate::api::{PastPage, TimelineEntry};
use crate::domain::{Actor, ActorKind, DecisionKind, EnvelopeId, Glob, PrincipalId, Relation, Search, Wanted};
use crate::gate::Refusal;
use crate::ledger::{Entry, Fact};
use crate::store::{Condition, Sight, Sought};

/// How many envelopes one answer names.
const PAGE: u32 = 200;

/// How many steps of a run are told: what led here is near.
const TRAIL: u32 = 50;

/// The longest search, in bytes, and how many words it may have.
const MAX_SEARCH: usize = 400;
const MAX_WORDS: usize = 8;

impl Service {
    /// Finds envelopes by a [`Search`]; its words are looked for in payloads and texts.
    pub async fn past(&self, search: &str, before: Option<EnvelopeId>) -> Result<PastPage, Refusal> {
        let sought = Sought {
            before,
            ..self.sought(search)?
        };
        let rows = self.store.read(move |db| db.past(&sought, PAGE)).await?;
        Ok(PastPage {
            now: self.now(),
            more: rows.len() == PAGE as usize,
            rows: rows.iter().map(|envelope| self.summary(envelope)).collect(),
        })
    }

    /// Takes into the index of words what is not in it yet: it is done by and by, and searches find the same.
    pub async fn index_words(&self) -> Result<(), Refusal> {
        Ok(self.store.take_in().await?)
    }

    /// What this agent proposed in the run of an envelope, or at all where no run was named: the newest first.
    pub async fn trail(&self, id: EnvelopeId) -> Result<PastPage, Refusal> {
        let envelope = self.store.read(move |db| db.envelope(id)).await?;
        let envelope = envelope.ok_or_else(Refusal::not_found)?;
        let all = |wanted| Condition { wanted, not: false };
        let mut conditions = vec![all(Sight::Agents(vec![envelope.agent]))];
        conditions.extend(envelope.run.map(|run| all(Sight::SameRun(run))));
        let sought = Sought {
            conditions,
            before: None,
        };
        let rows = self.store.read(move |db| db.past(&sought, TRAIL)).await?;
        Ok(PastPage {
            now: self.now(),
            more: rows.len() == TRAIL as usize,
            rows: rows.iter().map(|envelope| self.summary(envelope)).collect(),
        })
    }

    fn sought(&self, search: &str) -> Result<Sought, Refusal> {
        if search.len() > MAX_SEARCH {
            return Err(Refusal::invalid(
                "wrong_length",
                "",
                format!("A search has at most {MAX_SEARCH} bytes."),
            ));
        }
        let search: Search = search
            .parse()
            .map_err(|error| Refusal::invalid("not_a_search", "", format!("{error}.")))?;
        if search.terms.len() > MAX_WORDS {
            return Err(Refusal::invalid(
                "too_many_words",
                "",
                format!("A search has at most {MAX_WORDS} words."),
            ));
        }
        let conditions = search.terms.into_iter().map(|term| {
            Ok(Condition {
                wanted: self.sight(term.wanted)?,
                not: term.not,
            })
        });
        Ok(Sought {
            conditions: conditions.collect::<Result<_, Refusal>>()?,
            before: None,
        })
    }

    fn sight(&self, wanted: Wanted) -> Result<Sight, Refusal> {
        let now = self.now();
        let shifted = |at: Result<Timestamp, jiff::Error>| at.unwrap_or(now);
        Ok(match wanted {
            Wanted::Class(glob) => Sight::Class(glob),
            Wanted::Tool(glob) => Sight::Tool(glob),
            Wanted::Target(glob) => Sight::Target(glob),
            Wanted::Run(glob) => Sight::Run(glob),
            Wanted::Agent(glob) => Sight::Agents(self.known(&glob)?),
            Wanted::By(glob) => Sight::People(self.known(&glob)?),
            Wanted::Role(role) => Sight::Role(role),
            Wanted::Stage(stage) => Sight::Stage(stage),
            Wanted::Severity(severity) => Sight::Severity(severity),
            Wanted::Amount(relation, than) => Sight::Amount(relation, than),
            Wanted::AmountIn(low, high) => Sight::AmountIn(low, high),
            Wanted::Since(at) => Sight::Created(Relation::AtLeast, at),
            Wanted::Until(at) => Sight::Created(Relation::Below, at),
            // What is older was made earlier.
            Wanted::Age(relation, span) => Sight::Created(relation.turned(), shifted(now.checked_sub(span))),
            Wanted::Left(relation, span) => Sight::Deadline(relation, shifted(now.checked_add(span))),
            Wanted::Word(word) => Sight::Word(word),
        })
    }

    /// Everybody who ever had such a name.
    fn known(&self, glob: &Glob) -> Result<Vec<PrincipalId>, Refusal> {
        let directory = self.directory();
        let known: Vec<PrincipalId> = directory
            .all()
            .into_iter()
            .filter(|principal| glob.fits(&principal.name))
            .map(|principal| principal.id)
            .collect();
        if known.is_empty() {
            return Err(Refusal::invalid(
                "unknown_name",
                "",
                "Nobody of that name was ever added.",
            ));
        }
        Ok(known)
    }

    /// Every entry about an envelope, in words.
    pub async fn timeline(&self, id: EnvelopeId) -> Result<Vec<TimelineEntry>, Refusal> {
        let entries = self.store.read(move |db| db.entries_of(id)).await?;
        if entries.is_empty() {
            return Err(Refusal::not_found());
        }
        let line = |(n, entry)| self.timeline_entry(n, &entry);
        Ok(entries.into_iter().map(line).collect())
    }

    /// One entry in words.
    pub(super) fn timeline_entry(&self, n: u64, entry: &Entry) -> TimelineEntry {
        TimelineEntry {
            n,
            at: entry.at,
            kind: entry.kind(),
            by: self.actor_name(&entry.actor),
            what: self.what(&entry.fact),
            batch: entry.batch,
        }
    }

    pub(super) fn actor_name(&self, actor: &Actor) -> String {
        match (actor.kind, actor.id) {
            (ActorKind::Gate, _) | (_, None) => "the gate".to_owned(),
            (_, Some(id)) => self.name(id),
        }
    }

    /// What an entry says beyond its kind.
    fn what(&self, fact: &Fact) -> String {
        let clock = |at: &Timestamp| at.strftime("%H:%M:%SZ").to_string();
        match fact {
            Fact::Judged(judged) => {
                let class = judged.class.as_deref().unwrap_or("no class");
                let rule = judged
                    .rule
                    .as_deref()
                    .map(|rule| format!(", rule {rule}"))
                    .unwrap_or_default();
                let mode = if judged.verdict == judged.effective {
                    String::new()
                } else {
                    format!(" (policy says {})", judged.verdict)
                };
                format!(
                    "{} as {class}{rule}{mode}, until {}",
                    judged.effective,
                    clock(&judged.deadline_at)
                )
            }
            Fact::Decided(decided) if decided.decision == DecisionKind::Reject => match decided.rejections {
                Some(said) => format!("rejected, {said} of {}", decided.quorum),
                None => "rejected".to_owned(),
            },
            Fact::Decided(decided) => format!(
                "{}, vote {} of {}",
                decided.decision.done(),
                decided.votes,
                decided.quorum
            ),
            Fact::Escalated { to, person, .. } => {
                person.map_or_else(|| format!("to a {to}"), |id| format!("to {}", self.name(id)))
            }
            Fact::Extended { deadline_at, .. } => format!("until {}", clock(deadline_at)),
            Fact::Classified { class, .. } => format!("as {class}"),
            Fact::Claimed { until } => format!("until {}", clock(until)),
            Fact::Answered { n, .. } => format!("question {n}"),
            Fact::Outcome { succeeded, .. } | Fact::Undone { succeeded, .. } => {
                if *succeeded { "succeeded" } else { "failed" }.to_owned()
            }
            Fact::Reviewed { finding, .. } => finding.to_string(),
            Fact::Erased { texts, .. } | Fact::Forgotten { texts, .. } => format!("{texts} texts"),
            Fact::LegalHold(hold) => if hold.released {
                "released"
            } else {
                "nothing of it may be erased"
            }
            .to_owned(),
            Fact::Closed { passed_to: Some(id) } => format!("its approval went to {id}"),
            Fact::Proposed { .. }
            | Fact::Signal { .. }
            | Fact::Edited { .. }
            | Fact::Looked { .. }
            | Fact::Asked { .. }
            | Fact::Expired {}
            | Fact::Closed { passed_to: None }
            | Fact::Lapsed {}
            | Fact::Withdrawn {}
            | Fact::Redeemed { .. }
            | Fact::UndoRequested { .. }
            | Fact::Opened { .. }
            | Fact::PolicyActivated { .. }
            | Fact::PrincipalAdded { .. }
            | Fact::KeyAdded { .. }
            | Fact::KeyVouched(_)
            | Fact::KeyRevoked { .. }
            | Fact::PrincipalRevoked { .. }
            | Fact::Requested { .. }
            | Fact::KeyRotated { .. }
            | Fact::TokenKeyNamed { .. }
            | Fact::RollbackAccepted { .. }
            | Fact::Stopped(_)
            | Fact::Resumed { .. } => String::new(),
        }
    }
}
