//! What it takes to clear a payload without trusting the gate.

use std::time::Duration;

use super::{Client, ClientError};
use crate::api::paths;
use crate::bundle::{Clearance, Flaw, Held, Part, Pins};
use crate::domain::{Digest, EnvelopeId};

/// Why a payload is not cleared. Whatever it is, it does not run.
#[derive(Debug, thiserror::Error)]
pub enum NotCleared {
    /// Nothing was handed out to clear it by.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// What was handed out does not clear it.
    #[error(transparent)]
    Flaw(#[from] Flaw),
}

impl Client {
    /// Everything that clears an envelope, beyond the first `held` entries; for the service that executes it.
    pub async fn part(&self, id: EnvelopeId, held: u64) -> Result<Part, ClientError> {
        let mut all = Part::new(held, Vec::new());
        loop {
            let from = all.end();
            let path = format!("{}?from={from}", paths::part(id));
            let next: Part = self.get(&path, Duration::ZERO).await?;
            if next.from != from {
                return Err(ClientError::Strange(format!("entries after {from} were asked for")));
            }
            let is_last = next.checkpoint.is_some();
            if !is_last && next.entries.is_empty() {
                return Err(ClientError::Strange("it has neither entries nor a head".to_owned()));
            }
            let mut entries = std::mem::take(&mut all.entries);
            entries.extend(next.entries);
            all = Part {
                from: held,
                entries,
                ..next
            };
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Says who let this payload run, by the people that are pinned and nobody else: an executor in strict mode asks
    /// it before it redeems, and then runs only what has this digest.
    ///
    /// `held` are the entries that were seen before, by this method: keep it for as long as the executor runs. An
    /// error is a no, whatever its reason.
    ///
    /// ```no_run
    /// use signoff::api::RedeemRequest;
    /// use signoff::ledger::{Payload, PayloadParts};
    /// use signoff::bundle::{Held, People, Pins, Signer};
    /// use signoff::client::Client;
    /// # use signoff::domain::EnvelopeId;
    ///
    /// # async fn run(id: EnvelopeId) -> Result<(), Box<dyn std::error::Error>> {
    /// let admins = std::fs::read_to_string("my_admins")?; // from anywhere but the gate
    /// let pins = Pins { people: Some(People::Admins(Signer::parse(&admins)?)), ..Pins::default() };
    /// let client = Client::new("http://127.0.0.1:7433", Some("the executor's credential".to_owned()))?;
    /// let mut held = Held::default();
    ///
    /// let view = client.envelope(id, std::time::Duration::from_secs(25)).await?;
    /// let cleared = client.cleared(&mut held, &pins, id, view.summary.payload_sha256).await?;
    /// println!("{:?} approved it at {}", cleared.by, cleared.at); // too long ago for you? then leave it
    /// let token = view.token.ok_or("there is nothing to redeem")?;
    /// let got = client.redeem(id, "one key for one run", &RedeemRequest::of(token)).await?;
    /// let parts = PayloadParts { tool: got.tool, server: got.server, target: got.target, environment: got.environment };
    /// let runs = Payload::from_raw(parts, got.arguments_raw)?;
    /// if runs.sha256() != view.summary.payload_sha256 {
    ///     return Err("what was handed out is not what was cleared".into()); // the gate's digest proves nothing
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn cleared(
        &self,
        held: &mut Held,
        pins: &Pins,
        id: EnvelopeId,
        payload_sha256: Digest,
    ) -> Result<Clearance, NotCleared> {
        let part = self.part(id, held.size()).await?;
        Ok(part.cleared(held, pins, id, payload_sha256)?)
    }
}
