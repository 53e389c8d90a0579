//! Erasing what an envelope said, by an admin's word or because its class keeps nothing that old.
//!
//! Entries, stages, classes, amounts of votes and times stay, and every proof with them: only texts go.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::hold::keeps;
use super::second::{self, Word};
use super::{RequestKey, Service, actor, due, entry_of, kept, load, standing, world};
use crate::api::{
    EraseReceipt, EraseRequest, ErasedView, PruneAnswer, PruneRequest, PrunedView, SubjectAnswer, SubjectRequest,
};
use crate::domain::{Actor, EnvelopeId, Event, Person, PrincipalKind, Stage, Verb, apply};
use crate::gate::{Refusal, World};
use crate::ledger::{BASIS, Fact, REASON, Wanted};
use crate::store::{Envelope, StoreError, StoredErasure, Tx};

/// The longest reason or basis, in bytes.
const MAX_WORD: usize = 1_000;

/// How many envelopes one answer names.
const PAGE: u32 = 1_000;

/// How many are erased in one step of a pruning.
const AT_ONCE: u32 = 200;

/// The legal basis of what a class's `retain` erases.
const RETENTION: &str = "retention";

impl Service {
    /// Erases all texts of an envelope that is over, and answers once no file has them any more.
    pub async fn erase(
        &self,
        admin: &Person,
        id: EnvelopeId,
        key: RequestKey,
        request: EraseRequest,
    ) -> Result<EraseReceipt, Refusal> {
        admin.may(Verb::Erase)?;
        let more = request.more;
        let words = (word(&request.reason, "/reason")?, word(&request.basis, "/basis")?);
        let (by, route) = (admin.id, format!("erase/{id}"));
        let world = Arc::clone(&self.world);
        let done = self
            .store
            .write(move |tx| {
                if let Some(answer) = key.replayed(tx, by, &route)? {
                    let answer = serde_json::from_str(&answer).map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok(Ok(answer));
                }
                let now = world::now(&*world);
                let mut envelope = load(tx, id)?;
                due::settle(tx, &mut envelope, now)?;
                let actor = actor(PrincipalKind::Human, by);
                let wanted = Wanted::Erase { envelope: id };
                let request = match second::word(tx, Some(id), by, now, |other| Ok(*other == wanted))? {
                    Word::Enough => None,
                    Word::Second(first) => Some(first.id),
                    Word::First(Some(until)) => return Err(second::needed(until)),
                    Word::First(None) => {
                        may_go(tx, &envelope)?;
                        return Ok(Err(second::ask(tx, actor, now, wanted, &*world)?));
                    }
                };
                let words = (words.0.as_str(), words.1.as_str());
                let receipt = wipe(tx, &mut envelope, now, (actor, request), words, &*world)?;
                tx.forget_answers(&[id])?;
                let answer = serde_json::to_string(&receipt).map_err(|_| StoreError::Corrupt("answer"))?;
                key.remember(tx, by, &route, &answer)?;
                Ok::<_, Refusal>(Ok::<EraseReceipt, Refusal>(receipt))
            })
            .await;
        // The last of several may be refused, and those before it count on its ending what they began.
        let gone = !more && (!self.store.read(|db| db.owes_scrub()).await? || self.scrub().await);
        let receipt: EraseReceipt = done??;
        self.wakes.changed(id);
        Ok(EraseReceipt { gone, ..receipt })
    }

    /// Which envelopes hold a text: what an erasure of somebody's data has to go through.
    pub async fn holding(&self, admin: &Person, request: SubjectRequest) -> Result<SubjectAnswer, Refusal> {
        admin.may(Verb::Subjects)?;
        let text = word(&request.text, "/text")?;
        if text.chars().count() < 3 {
            return Err(Refusal::invalid(
                "wrong_length",
                "/text",
                "Fewer than three characters stand nearly everywhere.",
            ));
        }
        let rows = self.store.read(move |db| db.holding(&text, PAGE)).await?;
        Ok(SubjectAnswer {
            more: rows.len() == PAGE as usize,
            rows: rows.iter().map(|envelope| self.summary(envelope)).collect(),
        })
    }

    /// Erases what was over longer ago than its class keeps it, by the policy in force; or only counts it.
    pub async fn prune(&self, admin: &Person, request: PruneRequest) -> Result<PruneAnswer, Refusal> {
        admin.may(Verb::Prune)?;
        let mut classes = Vec::new();
        for class in &self.rules.policy.classes {
            let Some(before) = class.retain.and_then(|span| self.now().checked_sub(span).ok()) else {
                continue;
            };
            let id = class.id.clone();
            let envelopes = if request.dry_run {
                self.store.read(move |db| db.outlived_count(&id, before)).await?
            } else {
                self.prune_class(id, before).await?
            };
            classes.push(PrunedView {
                class: class.id.clone(),
                before,
                envelopes,
            });
        }
        let erased = !request.dry_run && classes.iter().any(|class| class.envelopes > 0);
        Ok(PruneAnswer {
            classes,
            dry_run: request.dry_run,
            gone: !erased || self.scrub().await,
        })
    }

    async fn prune_class(&self, class: String, before: Timestamp) -> Result<u64, Refusal> {
        let reason = format!("older than {class} is kept");
        let mut total = 0;
        loop {
            let (world, class, reason) = (Arc::clone(&self.world), class.clone(), reason.clone());
            let erased = self
                .store
                .write(move |tx| {
                    let now = world::now(&*world);
                    let old = tx.outlived(&class, before, AT_ONCE)?;
                    for id in &old {
                        let mut envelope = load(tx, *id)?;
                        wipe(
                            tx,
                            &mut envelope,
                            now,
                            (Actor::GATE, None),
                            (&reason, RETENTION),
                            &*world,
                        )?;
                    }
                    tx.forget_answers(&old)?;
                    Ok::<_, Refusal>(old)
                })
                .await?;
            for id in &erased {
                self.wakes.changed(*id);
            }
            total += erased.len() as u64;
            if erased.is_empty() {
                return Ok(total);
            }
        }
    }

    /// Whether no file has anything of it any more. The erasure stands whatever comes of this: it is tried again
    /// when the ledger is next opened.
    pub(super) async fn scrub(&self) -> bool {
        let done = self.store.scrub().await;
        if let Err(error) = &done {
            tracing::error!(error = ?error, "what was erased is in the files still");
        }
        done.unwrap_or(false)
    }

    /// Who erased it last and why, in words.
    pub(super) fn erased_view(&self, last: StoredErasure, blobs: &[(String, u32, Vec<u8>)]) -> ErasedView {
        let text = |kind| kept::text(blobs, kind, last.n).unwrap_or_default();
        ErasedView {
            by: last.by.map_or_else(|| "the gate".to_owned(), |by| self.name(by)),
            at: last.at,
            reason: text(REASON),
            basis: text(BASIS),
        }
    }
}

/// Erases one envelope's texts and writes down that they were there. Nothing that can still be decided or run,
/// and nothing that is held.
fn wipe(
    tx: &mut Tx<'_>,
    envelope: &mut Envelope,
    now: Timestamp,
    (by, request): (Actor, Option<Uuid>),
    (reason, basis): (&str, &str),
    world: &dyn World,
) -> Result<EraseReceipt, Refusal> {
    envelope.stage = may_go(tx, envelope)?;
    let claimed = kept::claimed(&tx.blobs(envelope.id.0)?);
    let files: Vec<_> = claimed.evidence.iter().filter_map(|evidence| evidence.sha256).collect();
    let texts = tx.erase(envelope, &files)?;
    let n = u32::try_from(tx.erasures(envelope.id)?.len()).unwrap_or(u32::MAX);
    let keep = |kind, text: &str| tx.put_blob(envelope.id.0, kind, n, world::salt(world), text.as_bytes());
    let fact = Fact::Erased {
        texts,
        reason: keep(REASON, reason)?,
        basis: keep(BASIS, basis)?,
        request,
    };
    let entry = tx.append(&entry_of(envelope, now, by, fact))? - 1;
    tx.put_erasure(envelope.id, StoredErasure { n, by: by.id, at: now })?;
    tx.put_envelope(envelope)?;
    Ok(EraseReceipt {
        id: envelope.id,
        texts,
        entry,
        at: now,
        gone: false,
    })
}

/// Whether its texts may go, and the stage it is in then.
fn may_go(tx: &Tx<'_>, envelope: &Envelope) -> Result<Stage, Refusal> {
    keeps(tx, envelope)?;
    standing::standing(tx, envelope)?;
    apply(envelope.stage, &Event::Erased).map_err(|step| {
        Refusal::conflict(
            "not_over",
            format!("It is {}, so its texts are needed still.", step.stage),
        )
        .hint("Withdraw it, decide it or let its time run out; then erase it.")
    })
}

/// What an admin says of it: one line, for good.
pub(super) fn word(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_WORD {
        return Err(Refusal::invalid(
            "wrong_length",
            pointer,
            format!("This must have 1 to {MAX_WORD} bytes."),
        ));
    }
    Ok(text.to_owned())
}
