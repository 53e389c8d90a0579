//! Several alike, cleared with one keypress. Each is checked, decided and recorded by itself.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::signed::Signing;
use super::{Names, Service, Word, changed, closed};
use crate::api::{
    BatchItem, BatchReceipt, BatchRequest, BatchResult, DecisionReceipt, DecisionRequest, ErrorType, MAX_BATCH,
    SignedWord,
};
use crate::domain::{AgentPrincipal, DecisionKind, Digest, Person, PrincipalId, Verb};
use crate::gate::service::{RequestKey, Rules, due, screens, world};
use crate::gate::{Refusal, World};
use crate::store::{StoreError, Tx};

const ROUTE: &str = "batch";

impl Service {
    /// Approves each of them that may be cleared with the others; says of the rest why not.
    pub async fn batch(&self, person: Person, key: RequestKey, request: BatchRequest) -> Result<BatchReceipt, Refusal> {
        check(&person, &request)?;
        let signings = self.signings_of(&person, &request)?;
        let (ledger, signatures_only) = (self.ledger, self.signatures_demanded());
        let agents = self.agents();
        let names = self.all_names();
        let (world, rules) = (Arc::clone(&self.world), Arc::clone(&self.rules));
        let batch = Uuid::from_bytes(*world.random().first_chunk().unwrap_or(&[0; 16]));
        let receipt: BatchReceipt = self
            .store
            .write(move |tx| {
                if let Some(answer) = key.replayed(tx, person.id, ROUTE)? {
                    return serde_json::from_str(&answer).map_err(|_| Refusal::from(StoreError::Corrupt("answer")));
                }
                let hand = Hand {
                    person: &person,
                    reason: request.reason.as_deref(),
                    agents: &agents,
                    names: &names,
                    rules: &rules,
                    world: &*world,
                    batch,
                    signings: &signings,
                    signatures_only,
                    ledger,
                };
                let receipt = BatchReceipt {
                    batch,
                    results: hand.clear(tx, &request.items)?,
                };
                let answer = serde_json::to_string(&receipt).map_err(|_| StoreError::Corrupt("answer"))?;
                key.remember(tx, person.id, ROUTE, &answer)?;
                Ok::<_, Refusal>(receipt)
            })
            .await?;
        for result in &receipt.results {
            self.wakes.changed(result.id);
        }
        Ok(receipt)
    }

    /// One signature stands for all, and then none goes without a document.
    fn signings_of(&self, person: &Person, request: &BatchRequest) -> Result<Vec<Signing>, Refusal> {
        let Some(signature) = &request.signature else {
            return Ok(Vec::new());
        };
        let words: Option<Vec<&SignedWord>> = request.items.iter().map(|item| item.signed.as_deref()).collect();
        let words = words.ok_or_else(|| {
            Refusal::invalid(
                "bad_signature",
                "/items",
                "The batch is signed, and one of its items has no document.",
            )
        })?;
        self.signings(person, signature, &words)
    }

    fn agents(&self) -> Agents {
        let directory = self.directory();
        let agents = directory.all().into_iter().filter_map(crate::domain::Principal::agent);
        agents.map(|agent| (agent.id, agent)).collect()
    }
}

/// Every agent, as it is registered now.
type Agents = HashMap<PrincipalId, AgentPrincipal>;

/// What can be said without looking at the envelopes.
fn check(person: &Person, request: &BatchRequest) -> Result<(), Refusal> {
    person.may(Verb::Batch)?;
    if request.items.is_empty() || request.items.len() > MAX_BATCH {
        return Err(Refusal::invalid(
            "wrong_length",
            "/items",
            format!("A batch has 1 to {MAX_BATCH} items: as many as a person can look over."),
        ));
    }
    for item in &request.items {
        screens::check(item.screen.as_deref(), "/items")?;
    }
    Ok(())
}

/// One keypress on several envelopes.
struct Hand<'a> {
    person: &'a Person,
    reason: Option<&'a str>,
    agents: &'a Agents,
    names: &'a Names,
    rules: &'a Rules,
    world: &'a dyn World,
    batch: Uuid,
    /// In the order of the items; none where it is not signed.
    signings: &'a [Signing],
    signatures_only: bool,
    ledger: Uuid,
}

impl Hand<'_> {
    fn clear(&self, tx: &mut Tx<'_>, items: &[BatchItem]) -> Result<Vec<BatchResult>, Refusal> {
        let mut shape = None;
        let mut results = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let (receipt, refused) = match self.one(tx, item, self.signings.get(n), &mut shape) {
                Ok(receipt) => (Some(receipt), None),
                Err(refusal) => match refusal.kind {
                    // Nothing of this item was written: the others go on.
                    ErrorType::InvalidRequest | ErrorType::Forbidden | ErrorType::NotFound | ErrorType::Conflict => {
                        (None, Some(refusal.message))
                    }
                    ErrorType::Unauthorized
                    | ErrorType::TooLarge
                    | ErrorType::RateLimited
                    | ErrorType::Unavailable
                    | ErrorType::Internal => return Err(refusal),
                },
            };
            results.push(BatchResult {
                id: item.id,
                receipt,
                refused,
            });
        }
        Ok(results)
    }

    /// Every check comes before the first write. `shape` is that of the first item that may be cleared.
    fn one(
        &self,
        tx: &mut Tx<'_>,
        item: &BatchItem,
        signing: Option<&Signing>,
        shape: &mut Option<Digest>,
    ) -> Result<DecisionReceipt, Refusal> {
        let now = world::now(self.world);
        let mut envelope = tx.envelope(item.id)?.ok_or_else(Refusal::not_found)?;
        if due::settle(tx, &mut envelope, now)? {
            return Err(if envelope.stage.is_open() {
                changed(&envelope)
            } else {
                closed(&envelope, tx, self.names)?
            });
        }
        if !envelope.stage.is_open() {
            return Err(closed(&envelope, tx, self.names)?);
        }
        if envelope.payload_sha256 != item.payload_sha256 || envelope.revision != item.revision {
            return Err(changed(&envelope));
        }
        let Some(alike) = envelope.alike else {
            let why = envelope.apart.as_deref().unwrap_or("its class knows no batches");
            return Err(Refusal::conflict(
                "not_batchable",
                format!("It is decided by itself: {why}."),
            ));
        };
        if *shape.get_or_insert(alike) != alike {
            return Err(Refusal::conflict(
                "not_alike",
                "It is not like the others of this batch.",
            ));
        }
        let agent = self.agents.get(&envelope.agent).ok_or(StoreError::Corrupt("agent"))?;
        let request = DecisionRequest {
            reason: self.reason.map(str::to_owned),
            shown_sha256: item.shown_sha256,
            screen: item.screen.clone(),
            ..DecisionRequest::new(DecisionKind::Approve).about(item.payload_sha256, item.revision)
        };
        let word = Word {
            person: self.person,
            request: &request,
            agent,
            heir: None,
            rules: self.rules,
            world: self.world,
            names: self.names,
            now,
            batch: Some(self.batch),
            signing,
            signatures_only: self.signatures_only,
            ledger: self.ledger,
        };
        word.record(tx, &mut envelope)
    }
}
