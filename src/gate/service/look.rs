//! Showing a person what is masked: written down first, answered then.

use std::sync::Arc;

use super::case::read_case;
use super::{RequestKey, Service, actor, entry_of, load, world};
use crate::api::Looked;
use crate::domain::{EnvelopeId, Event, Person, PrincipalKind, Verb, apply};
use crate::gate::{Refusal, World};
use crate::ledger::Fact;
use crate::store::StoreError;

impl Service {
    /// Answers with nothing masked, after an entry says who looked at which payload.
    ///
    /// A file that is only read takes no entry: who has it can read all of it anyway, and the answer says
    /// that nobody will know.
    pub async fn look(&self, person: Person, id: EnvelopeId, key: RequestKey) -> Result<Looked, Refusal> {
        person.may(Verb::Look)?;
        if self.store.is_frozen() {
            let envelope = self.unmasked(self.case(id, true).await?).ok_or_else(nothing_masked)?;
            return Ok(Looked { entry: None, envelope });
        }
        let (world, rules) = (Arc::clone(&self.world) as Arc<dyn World>, Arc::clone(&self.rules));
        let (entry, case) = self
            .store
            .write(move |tx| {
                let route = format!("look/{id}");
                let envelope = load(tx, id)?;
                let case = read_case(tx, id, true)?.ok_or_else(Refusal::not_found)?;
                if let Some(answer) = key.replayed(tx, person.id, &route)? {
                    let entry = answer.parse::<u64>().map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok::<_, Refusal>((entry, case));
                }
                if super::mask::shown(&rules, tx, &envelope)?.is_none() {
                    return Err(nothing_masked());
                }
                let payload = tx.payload_commitment(id, envelope.revision)?;
                let payload = payload.ok_or(StoreError::Corrupt("payload"))?;
                apply(envelope.stage, &Event::Looked)?;
                let by = actor(PrincipalKind::Human, person.id);
                let size = tx.append(&entry_of(&envelope, world::now(&*world), by, Fact::Looked { payload }))?;
                key.remember(tx, person.id, &route, &(size - 1).to_string())?;
                Ok((size - 1, case))
            })
            .await?;
        let envelope = self.unmasked(case).ok_or_else(nothing_masked)?;
        Ok(Looked {
            entry: Some(entry),
            envelope,
        })
    }
}

fn nothing_masked() -> Refusal {
    Refusal::conflict("nothing_masked", "Nothing of it is masked: it is all there.")
}
