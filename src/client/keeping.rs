//! What is erased, held and pruned.

use std::time::Duration;

use uuid::Uuid;

use super::{Client, ClientError, answer, json};
use crate::api::{
    EraseReceipt, EraseRequest, HoldRequest, HoldView, PruneAnswer, PruneRequest, ReleaseRequest, SubjectAnswer,
    SubjectRequest, paths,
};
use crate::domain::EnvelopeId;

/// How long it may take until the database is written anew: some gigabytes of it.
const REWRITTEN: Duration = Duration::from_mins(15);

impl Client {
    pub async fn erase(&self, id: EnvelopeId, key: &str, request: &EraseRequest) -> Result<EraseReceipt, ClientError> {
        answer(self.posting(&paths::erase(id), key, json(request)?)?.timeout(REWRITTEN)).await
    }

    pub async fn forget(&self, id: Uuid, key: &str, request: &EraseRequest) -> Result<EraseReceipt, ClientError> {
        answer(
            self.posting(&paths::forget(id), key, json(request)?)?
                .timeout(REWRITTEN),
        )
        .await
    }

    pub async fn subjects(&self, key: &str, request: &SubjectRequest) -> Result<SubjectAnswer, ClientError> {
        self.post(paths::SUBJECTS, key, json(request)?).await
    }

    pub async fn prune(&self, key: &str, request: &PruneRequest) -> Result<PruneAnswer, ClientError> {
        answer(self.posting(paths::PRUNE, key, json(request)?)?.timeout(REWRITTEN)).await
    }

    pub async fn hold(&self, key: &str, request: &HoldRequest) -> Result<HoldView, ClientError> {
        self.post(paths::HOLDS, key, json(request)?).await
    }

    pub async fn release(&self, id: Uuid, key: &str, request: &ReleaseRequest) -> Result<HoldView, ClientError> {
        self.post(&paths::release(id), key, json(request)?).await
    }

    pub async fn holds(&self) -> Result<Vec<HoldView>, ClientError> {
        self.get(paths::HOLDS, Duration::ZERO).await
    }
}
