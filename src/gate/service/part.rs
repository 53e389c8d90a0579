//! What an executor is handed that does not trust this gate: every entry, and what the verdict rests on.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Service;
use crate::bundle::{Part, Texts};
use crate::domain::{EnvelopeId, Principal, PrincipalKind};
use crate::gate::Refusal;
use crate::gate::texts::kept_texts;
use crate::ledger::{Entry, Fact};
use crate::store::{Db, StoreError};

/// How many entries one answer holds at most.
const MOST: u64 = 4096;

impl Service {
    /// The entries after the first `from`, and, where they go up to the newest head, that head with the policies and
    /// texts that clear this envelope.
    ///
    /// Only the service that may redeem it is answered, while it may and afterwards. An agent is not, also where it
    /// runs its own actions: it would learn the policy, and what everybody else does here.
    pub async fn part(&self, caller: &Principal, id: EnvelopeId, from: u64) -> Result<Part, Refusal> {
        if caller.kind != PrincipalKind::Service {
            return Err(Refusal::forbidden(
                "executors_only",
                "Only the service that executes it is handed what clears it.",
            )
            .hint("Add the agent with `--executor SERVICE`, and let that service redeem what it proposes."));
        }
        let envelope = self.runnable(caller, id).await?;
        if !envelope.is_redeemable() && envelope.redeemed_at.is_none() {
            return Err(Refusal::conflict(
                "not_redeemable",
                format!("It is {}, so there is nothing to clear.", envelope.stage),
            ));
        }
        let agent = envelope.agent.0;
        self.store.read(move |db| read(&db, (id, agent), from)).await
    }
}

fn read(db: &Db<'_>, about: (EnvelopeId, Uuid), from: u64) -> Result<Part, Refusal> {
    let (size, note) = db.note()?.ok_or_else(super::prove::unsigned)?;
    let end = size.min(from.saturating_add(MOST));
    let mut part = Part::new(from, Vec::new());
    for n in from..end {
        let (bytes, _) = db.entry(n)?.ok_or(StoreError::Corrupt("entry"))?;
        part.entries.push(text(bytes, "entry")?);
    }
    if end < size {
        return Ok(part);
    }
    part.checkpoint = Some(text(note, "head")?);
    for (_, bytes) in db.policies()? {
        part.policies.push(text(bytes, "policy")?);
    }
    part.texts = texts(db, about)?;
    Ok(part)
}

/// Of the envelope what its verdict was given on; of people and its agent what they are called and fixed to. What
/// people said, and what was on their screens, is not the executor's to read.
fn texts(db: &Db<'_>, (id, agent): (EnvelopeId, Uuid)) -> Result<Vec<Texts>, StoreError> {
    let entries = db.entries_of(id)?;
    let mut all = vec![judged_on(db, id, &entries)?];
    // Whose approved edit it repeats.
    for original in entries
        .iter()
        .filter_map(|(_, entry)| passed(entry))
        .collect::<BTreeSet<_>>()
    {
        all.push(judged_on(db, original, &db.entries_of(original)?)?);
    }
    for (principal, _) in db.principals()? {
        if principal.kind == PrincipalKind::Human || principal.id.0 == agent {
            let mut texts = kept_texts(db, principal.id.0)?;
            texts
                .texts
                .retain(|kept| kept.kind == "profile" || kept.kind.starts_with("voucher/"));
            all.push(texts);
        }
    }
    Ok(all)
}

fn judged_on(db: &Db<'_>, id: EnvelopeId, entries: &[(u64, Entry)]) -> Result<Texts, StoreError> {
    let mut kinds = BTreeSet::new();
    for (_, entry) in entries {
        if let Fact::Proposed { blobs, .. } = &entry.fact {
            kinds.extend(blobs.keys().cloned());
        }
    }
    let mut texts = kept_texts(db, id.0)?;
    texts
        .texts
        .retain(|kept| kinds.contains(&kept.kind) || kept.kind.starts_with("signal/"));
    Ok(texts)
}

fn passed(entry: &Entry) -> Option<EnvelopeId> {
    if let Fact::Judged(judged) = &entry.fact {
        return judged.pass;
    }
    None
}

fn text(bytes: Vec<u8>, what: &'static str) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|_| StoreError::Corrupt(what))
}
