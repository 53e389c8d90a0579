//! Passes: the approval of an edit that went to the envelope which repeats the edited call.
//!
//! AAP has no edit, so its client is denied and told the edited call; when the agent sends that, the
//! approval that is there already lifts the hold. One approval, one envelope, one agent.

use std::collections::HashMap;

use super::{Case, Verifier};
use crate::domain::{Digest, EnvelopeId, Stage};
use crate::ledger::{Entry, Fact};

/// The passes that were used, and what still has to follow from them.
#[derive(Debug, Default)]
pub(super) struct Passes {
    /// Who passed to whom, until the entry that closes the first.
    open: Option<(EnvelopeId, EnvelopeId)>,
    used: Vec<(EnvelopeId, EnvelopeId)>,
    /// The digests that lists show of both sides.
    listed: HashMap<EnvelopeId, Option<Digest>>,
}

impl Passes {
    pub fn list(&mut self, id: EnvelopeId, sha256: Digest) {
        if let Some(listed) = self.listed.get_mut(&id) {
            *listed = Some(sha256);
        }
    }

    /// What is wrong with them after all was read: a sentence.
    pub fn unsettled(&self) -> Option<String> {
        if let Some((original, to)) = self.open {
            return Some(format!(
                "Envelope {to} used the pass of {original}, which was not closed."
            ));
        }
        let listed = |id: &EnvelopeId| self.listed.get(id).copied().flatten();
        // Where one was erased there is nothing left to compare; a row that is missing is noticed elsewhere.
        let differs = |(original, to): &&(_, _)| listed(original).zip(listed(to)).is_some_and(|(a, b)| a != b);
        let (original, to) = self.used.iter().find(differs)?;
        Some(format!(
            "Envelope {to} used the pass of {original} for another payload."
        ))
    }
}

impl Verifier {
    /// Nothing comes between the use of a pass and its end, and nothing else passes an approval on.
    pub(super) fn pass_is_closed_first(&mut self, entry: &Entry) -> Result<(), String> {
        let closed = if let Fact::Closed { passed_to } = &entry.fact {
            entry.envelope.zip(*passed_to)
        } else {
            None
        };
        match self.passes.open.take() {
            open if open == closed => Ok(()),
            Some(_) => Err("a pass was used and did not end with it".to_owned()),
            None => Err("it was passed on to what did not use it".to_owned()),
        }
    }

    /// Only the approval of an edit over AAP can be used, by an envelope of the same agent over AAP.
    pub(super) fn pass_is_used(&mut self, id: EnvelopeId, original: EnvelopeId) -> Result<(), String> {
        let to = self.cases.get(&id).ok_or("its envelope was never proposed")?;
        let left = |case: &&Case| case.stage == Stage::Approved && case.edited > 0 && case.outer_at.is_some();
        let from = self.cases.get(&original).map(Box::as_ref).filter(left);
        let from = from.ok_or("it used a pass that was not there")?;
        if to.outer_at.is_none() || to.agent.is_none() || to.agent != from.agent {
            return Err("it used the pass of another agent".to_owned());
        }
        self.passes.open = Some((original, id));
        self.passes.used.push((original, id));
        self.passes.listed.extend([(original, None), (id, None)]);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
