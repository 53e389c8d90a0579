//! Legal holds: what must not be erased until somebody says that it may.

use std::sync::Arc;

use uuid::Uuid;

use super::erase::word;
use super::{RequestKey, Service, actor, entry, entry_of, load, world};
use crate::api::{HoldRequest, HoldView, ReleaseRequest};
use crate::domain::{Event, Person, PrincipalKind, Verb, apply};
use crate::gate::{Refusal, World};
use crate::ledger::{Fact, HoldFact};
use crate::store::{Db, Envelope, StoreError, StoredHold, Tx};

impl Service {
    /// Keeps an envelope, or all of a class, from being erased or pruned.
    pub async fn hold(&self, admin: &Person, key: RequestKey, request: HoldRequest) -> Result<HoldView, Refusal> {
        admin.may(Verb::Hold)?;
        let reason = word(&request.reason, "/reason")?;
        if request.envelope.is_some() == request.class.is_some() {
            return Err(Refusal::invalid(
                "one_of_two",
                "",
                "Name an envelope or a class, and not both.",
            ));
        }
        let known = |class: &String| self.rules.policy.class(class).is_some();
        if request.class.as_ref().is_some_and(|class| !known(class)) {
            return Err(Refusal::invalid(
                "unknown_name",
                "/class",
                "The policy has no such class.",
            ));
        }
        let (by, world) = (admin.id, Arc::clone(&self.world));
        let id = self
            .store
            .write(move |tx| {
                if let Some(id) = key.replayed(tx, by, "hold")? {
                    return id.parse().map_err(|_| Refusal::from(StoreError::Corrupt("answer")));
                }
                let id = Uuid::from_bytes(*world.random().first_chunk().unwrap_or(&[0; 16]));
                let hold = StoredHold {
                    id,
                    envelope: request.envelope,
                    class: request.class,
                    person: by,
                    at: world::now(&*world),
                    released: None,
                };
                put(tx, &hold, &reason, &*world)?;
                key.remember(tx, by, "hold", &id.to_string())?;
                Ok::<_, Refusal>(id)
            })
            .await?;
        self.one_hold(id).await
    }

    /// Ends a hold; what is older than it is to be kept can be erased again.
    pub async fn release(
        &self,
        admin: &Person,
        id: Uuid,
        key: RequestKey,
        request: ReleaseRequest,
    ) -> Result<HoldView, Refusal> {
        admin.may(Verb::Release)?;
        let reason = word(&request.reason, "/reason")?;
        let (by, world, route) = (admin.id, Arc::clone(&self.world), format!("release/{id}"));
        self.store
            .write(move |tx| {
                if key.replayed(tx, by, &route)?.is_some() {
                    return Ok::<_, Refusal>(());
                }
                let hold = tx.holds()?.into_iter().find(|hold| hold.id == id);
                let hold = hold.ok_or_else(Refusal::not_found)?;
                if hold.released.is_some() {
                    return Err(Refusal::conflict("already_released", "It was released already."));
                }
                let released = Some((by, world::now(&*world)));
                put(tx, &StoredHold { released, ..hold }, &reason, &*world)?;
                key.remember(tx, by, &route, "")?;
                Ok(())
            })
            .await?;
        self.one_hold(id).await
    }

    /// Every hold there ever was, the oldest first.
    pub async fn holds(&self) -> Result<Vec<HoldView>, Refusal> {
        let holds = self
            .store
            .read(|db| {
                let with_reason = |hold: StoredHold| {
                    let blobs = db.blobs(hold.id)?;
                    let reason = super::kept::text(&blobs, "reason", 0);
                    Ok::<_, StoreError>((hold, reason.unwrap_or_default()))
                };
                db.holds()?.into_iter().map(with_reason).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let view = |(hold, reason)| self.hold_view(&hold, reason);
        Ok(holds.into_iter().map(view).collect())
    }

    pub(super) fn hold_view(&self, hold: &StoredHold, reason: String) -> HoldView {
        HoldView {
            id: hold.id,
            envelope: hold.envelope,
            class: hold.class.clone(),
            by: self.name(hold.person),
            at: hold.at,
            reason,
            released_by: hold.released.map(|(by, _)| self.name(by)),
            released_at: hold.released.map(|(_, at)| at),
        }
    }

    async fn one_hold(&self, id: Uuid) -> Result<HoldView, Refusal> {
        let all = self.holds().await?;
        all.into_iter()
            .find(|hold| hold.id == id)
            .ok_or_else(Refusal::not_found)
    }
}

/// Writes down that it begins, or that it ended.
fn put(tx: &mut Tx<'_>, hold: &StoredHold, reason: &str, world: &dyn World) -> Result<(), Refusal> {
    let released = hold.released.is_some();
    let kind = if released { "released" } else { "reason" };
    let fact = Fact::LegalHold(HoldFact {
        hold: hold.id,
        class: hold.class.clone(),
        released,
        reason: tx.put_blob(hold.id, kind, 0, world::salt(world), reason.as_bytes())?,
    });
    let (by, at) = hold.released.unwrap_or((hold.person, hold.at));
    let by = actor(PrincipalKind::Human, by);
    match hold.envelope {
        Some(id) => {
            let envelope = load(tx, id)?;
            apply(envelope.stage, &Event::Held)?;
            tx.append(&entry_of(&envelope, at, by, fact))?;
        }
        None => {
            tx.append(&entry(at, by, fact))?;
        }
    }
    tx.put_hold(hold)?;
    Ok(())
}

/// Refuses where a hold keeps the envelope.
pub(super) fn keeps(db: &Db<'_>, envelope: &Envelope) -> Result<(), Refusal> {
    match db.holds()?.into_iter().find(|hold| hold.keeps(envelope)) {
        None => Ok(()),
        Some(hold) => Err(Refusal::conflict(
            "held",
            format!(
                "The legal hold {} keeps it from being erased since {}.",
                hold.id, hold.at
            ),
        )
        .hint("An admin may release the hold, with a reason.")),
    }
}
