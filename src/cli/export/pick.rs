//! Which envelopes an export is about.

use std::collections::BTreeMap;

use crate::cli::arguments::Export;
use crate::cli::error::CliError;
use crate::domain::{EnvelopeId, PrincipalId};
use crate::store::{Envelope, Reading};

/// What was asked for, with names looked up.
#[derive(Debug)]
pub(super) struct Pick<'e> {
    export: &'e Export,
    reviewer: Option<Vec<PrincipalId>>,
    agent: Option<Vec<PrincipalId>>,
}

impl<'e> Pick<'e> {
    pub fn of(reading: &Reading, export: &'e Export) -> Result<Self, CliError> {
        let ids = |name: &Option<String>| name.as_deref().map(|name| called(reading, name)).transpose();
        Ok(Self {
            export,
            reviewer: ids(&export.reviewer)?,
            agent: ids(&export.agent)?,
        })
    }

    /// The envelopes that fit, the oldest first.
    pub fn envelopes(&self, reading: &Reading) -> Result<Vec<EnvelopeId>, CliError> {
        let db = reading.db();
        let mut picked = Vec::new();
        for id in db.envelope_ids()? {
            let Some(envelope) = db.envelope(id)?.filter(|envelope| self.fits(envelope)) else {
                continue;
            };
            let decided = match &self.reviewer {
                None => true,
                Some(wanted) => db.decisions(id)?.iter().any(|word| wanted.contains(&word.person)),
            };
            if decided {
                picked.push(envelope.id);
            }
        }
        Ok(picked)
    }

    fn fits(&self, envelope: &Envelope) -> bool {
        let Export {
            since, until, class, ..
        } = self.export;
        since.is_none_or(|since| envelope.created_at >= since)
            && until.is_none_or(|until| envelope.created_at < until)
            && class
                .as_ref()
                .is_none_or(|class| envelope.class.as_ref() == Some(class))
            && self
                .agent
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&envelope.agent))
    }

    /// The same in words, for whoever reads it later.
    pub fn told(&self) -> BTreeMap<String, String> {
        let export = self.export;
        let all = [
            ("since", export.since.map(|at| at.to_string())),
            ("until", export.until.map(|at| at.to_string())),
            ("class", export.class.clone()),
            ("reviewer", export.reviewer.clone()),
            ("agent", export.agent.clone()),
        ];
        let said = all
            .into_iter()
            .filter_map(|(what, said)| Some((what.to_owned(), said?)));
        said.collect()
    }
}

/// Everybody who ever had this name, or has this id.
fn called(reading: &Reading, name: &str) -> Result<Vec<PrincipalId>, CliError> {
    let all = reading.db().principals()?.into_iter().map(|(principal, _)| principal);
    let found = all.filter(|principal| principal.name == name || principal.id.to_string() == name);
    let found: Vec<PrincipalId> = found.map(|principal| principal.id).collect();
    if found.is_empty() {
        return Err(CliError::Missing("Nobody of that name was ever added.".to_owned()));
    }
    Ok(found)
}
