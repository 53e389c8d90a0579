//! The policy as it was when it judged an envelope, from the bytes that the ledger kept.

use super::Service;
use crate::api::{PolicyThen, Spoke};
use crate::domain::EnvelopeId;
use crate::gate::Refusal;
use crate::ledger::{Fact, Judged};
use crate::policy::{Spot, places};
use crate::store::{Db, StoreError};

impl Service {
    /// The text of the policy that an envelope was judged by last, with what of it spoke.
    pub async fn policy_then(&self, id: EnvelopeId) -> Result<PolicyThen, Refusal> {
        let read = move |db: Db<'_>| {
            db.at_once(|db| {
                let mut entries = db.entries_of(id)?.into_iter().rev();
                let judged = entries.find_map(|(n, entry)| {
                    if let Fact::Judged(judged) = entry.fact {
                        Some((n, judged))
                    } else {
                        None
                    }
                });
                let Some((entry, judged)) = judged else {
                    return Ok(None);
                };
                let text = db.policy(judged.policy)?.zip(db.activated(judged.policy)?);
                let policy = text.ok_or(StoreError::Corrupt("policy"))?;
                Ok::<_, Refusal>(Some((entry, judged, policy)))
            })
        };
        let (entry, judged, (bytes, activated)) = self.store.read(read).await?.ok_or_else(Refusal::not_found)?;
        let text = String::from_utf8(bytes).map_err(|_| StoreError::Corrupt("policy"))?;
        let spots = places(&text);
        Ok(PolicyThen {
            policy: judged.policy,
            entry,
            activated,
            in_force: self.rules.policy.version,
            spoke: spots.into_iter().filter_map(|spot| spoke(&spot, &judged)).collect(),
            text,
        })
    }
}

/// Whether a part of the policy is one that made the verdict, and what it is.
fn spoke(spot: &Spot, judged: &Judged) -> Option<Spoke> {
    let what = match (&spot.class, &spot.rule) {
        (None, Some(floor)) if judged.floors.contains(floor) => format!("floor {floor}"),
        (Some(class), Some(rule)) if judged.class.as_ref() == Some(class) && judged.rule.as_ref() == Some(rule) => {
            format!("rule {rule} of {class}")
        }
        // Where no rule spoke, the class's own lane did.
        (Some(class), None) if judged.class.as_ref() == Some(class) && judged.rule.is_none() => {
            format!("class {class}")
        }
        (_, _) => return None,
    };
    Some(Spoke {
        what,
        from: spot.from,
        to: spot.to,
    })
}
