//! What a gate proves of its ledger.

use std::time::Duration;

use super::{Client, ClientError};
use crate::api::{Growth, paths};

impl Client {
    /// Asks for the proof that the newest ledger begins with its first `from` entries as they were.
    pub async fn growth(&self, from: u64) -> Result<Growth, ClientError> {
        self.get(&format!("{}?from={from}", paths::CONSISTENCY), Duration::ZERO)
            .await
    }
}
