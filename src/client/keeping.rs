//! What is erased, held and pruned.

use std::time::Duration;

use uuid::Uuid;

use super::{Client, ClientError, json};
use crate::api::{
    EraseReceipt, EraseRequest, HoldRequest, HoldView, PruneAnswer, PruneRequest, ReleaseRequest, SubjectAnswer,
    SubjectRequest, paths,
};
use crate::domain::EnvelopeId;

impl Client {
    pub async fn erase(&self, id: EnvelopeId, key: &str, request: &EraseRequest) -> Result<EraseReceipt, ClientError> {
        self.post(&paths::erase(id), key, json(request)?).await
    }

    pub async fn subjects(&self, key: &str, request: &SubjectRequest) -> Result<SubjectAnswer, ClientError> {
        self.post(paths::SUBJECTS, key, json(request)?).await
    }

    pub async fn prune(&self, key: &str, request: &PruneRequest) -> Result<PruneAnswer, ClientError> {
        self.post(paths::PRUNE, key, json(request)?).await
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
