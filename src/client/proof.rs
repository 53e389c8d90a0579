//! What a gate proves of its ledger.

use std::time::Duration;

use super::{Client, ClientError};
use crate::api::{Growth, VerificationView, paths};

impl Client {
    /// Asks for the proof that the newest ledger begins with its first `from` entries as they were.
    pub async fn growth(&self, from: u64) -> Result<Growth, ClientError> {
        self.get(&format!("{}?from={from}", paths::CONSISTENCY), Duration::ZERO)
            .await
    }

    /// Asks the gate to check its whole ledger, or looks on where it does already.
    pub async fn verify(&self, key: &str) -> Result<VerificationView, ClientError> {
        self.post(paths::VERIFICATION, key, Vec::new()).await
    }

    /// How that stands.
    pub async fn verification(&self) -> Result<VerificationView, ClientError> {
        self.get(paths::VERIFICATION, Duration::ZERO).await
    }

    /// Ends it.
    pub async fn stop_verification(&self) -> Result<VerificationView, ClientError> {
        self.delete(paths::VERIFICATION).await
    }
}
