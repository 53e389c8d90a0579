//! Erasing the name of somebody who was revoked, and what was said with a stop that is over.

use std::sync::Arc;

use uuid::Uuid;

use super::erase::word;
use super::second::{self, Word};
use super::{RequestKey, Service, actor, entry, world};
use crate::api::{EraseReceipt, EraseRequest};
use crate::domain::{EnvelopeId, Person, PrincipalKind, Verb};
use crate::gate::Refusal;
use crate::ledger::{BASIS, Fact, REASON, Wanted};
use crate::store::{StoreError, StoredErasure, Tx};

impl Service {
    /// Erases all texts of a principal or stop, and answers once no file has them any more.
    pub async fn forget(
        &self,
        admin: &Person,
        subject: Uuid,
        key: RequestKey,
        request: EraseRequest,
    ) -> Result<EraseReceipt, Refusal> {
        admin.may(Verb::Erase)?;
        let words = (word(&request.reason, "/reason")?, word(&request.basis, "/basis")?);
        let (by, route) = (admin.id, format!("forget/{subject}"));
        let world = Arc::clone(&self.world);
        let mut receipt = self
            .store
            .write(move |tx| {
                if let Some(answer) = key.replayed(tx, by, &route)? {
                    let answer = serde_json::from_str(&answer).map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok(Ok(answer));
                }
                may_go(tx, subject)?;
                let (at, wanted) = (world::now(&*world), Wanted::Forget { subject });
                let actor = actor(PrincipalKind::Human, by);
                let request = match second::word(tx, None, by, at, |other| Ok(*other == wanted))? {
                    Word::Enough => None,
                    Word::Second(first) => Some(first.id),
                    Word::First(Some(until)) => return Err(second::needed(until)),
                    Word::First(None) => return Ok(Err(second::ask(tx, actor, at, wanted, &*world)?)),
                };
                let texts = tx.forget(subject)?;
                let keep = |kind, text: &str| tx.put_blob(subject, kind, 0, world::salt(&*world), text.as_bytes());
                let fact = Fact::Forgotten {
                    subject,
                    texts,
                    reason: keep(REASON, &words.0)?,
                    basis: keep(BASIS, &words.1)?,
                    request,
                };
                // What tells that the files still have it, until they do not.
                let erasure = StoredErasure { n: 0, by: Some(by), at };
                tx.put_erasure(EnvelopeId(subject), erasure)?;
                let receipt = EraseReceipt {
                    id: EnvelopeId(subject),
                    texts,
                    entry: tx.append(&entry(at, actor, fact))? - 1,
                    at,
                    gone: false,
                };
                let answer = serde_json::to_string(&receipt).map_err(|_| StoreError::Corrupt("answer"))?;
                key.remember(tx, by, &route, &answer)?;
                Ok::<_, Refusal>(Ok::<EraseReceipt, Refusal>(receipt))
            })
            .await??;
        self.reload().await?;
        receipt.gone = self.scrub().await;
        Ok(receipt)
    }
}

/// Whether it is somebody who was revoked, or a stop that is over, and not erased yet; by the entries, since an
/// entry that does not follow from them would stand there for good.
fn may_go(tx: &Tx<'_>, subject: Uuid) -> Result<(), Refusal> {
    let (mut is_there, mut is_over) = (false, false);
    for entry in tx.proven_entries(None)? {
        match &entry.fact {
            Fact::PrincipalAdded { principal, .. } => is_there |= principal.0 == subject,
            Fact::Stopped(stopped) => is_there |= stopped.stop == subject,
            Fact::PrincipalRevoked { principal } => is_over |= principal.0 == subject,
            Fact::Resumed { stop, .. } => is_over |= *stop == subject,
            Fact::Forgotten { subject: erased, .. } if *erased == subject => {
                return Err(Refusal::conflict("already_erased", "It was erased already."));
            }
            _ => {}
        }
    }
    if !is_there {
        return Err(Refusal::not_found());
    }
    if !is_over {
        let message = "It is in force still: a name or reason is erased once its owner is revoked or the stop is over.";
        return Err(Refusal::conflict("not_over", message));
    }
    Ok(())
}
