//! A person's verbs: approve, reject. Each needs a credential of that person.

use std::time::Duration;

use super::arguments::{Approve, Place, Reject};
use super::connect::connect;
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::text;
use crate::api::{DecisionRequest, Summary};
use crate::client::Client;
use crate::domain::{DecisionKind, Digest, DigestPrefix, EnvelopeId};

pub(super) async fn approve(place: &Place, approve: &Approve, out: &Output) -> Result<(), CliError> {
    let on = Some(&approve.digest);
    decide(
        place,
        approve.id,
        DecisionKind::Approve,
        on,
        approve.reason.clone(),
        out,
    )
    .await
}

pub(super) async fn reject(place: &Place, reject: &Reject, out: &Output) -> Result<(), CliError> {
    let on = reject.digest.as_ref();
    decide(
        place,
        reject.id,
        DecisionKind::Reject,
        on,
        Some(reject.reason.clone()),
        out,
    )
    .await
}

async fn decide(
    place: &Place,
    id: EnvelopeId,
    decision: DecisionKind,
    on: Option<&DigestPrefix>,
    reason: Option<String>,
    out: &Output,
) -> Result<(), CliError> {
    if place.token_file.is_none() {
        return Err(CliError::Usage(
            "Only a person decides, and no person's credential was named.".to_owned(),
            "Name it with --token-file FILE; `signoff reviewer add` prints one.",
        ));
    }
    let connection = connect(place).await?;
    let named = match on {
        Some(prefix) => Some(named(&connection.client, id, prefix).await?),
        None => None,
    };
    let request = DecisionRequest {
        decision,
        payload_sha256: named.map(|(digest, _)| digest),
        revision: named.map(|(_, revision)| revision),
        reason,
    };
    let receipt = connection.client.decide(id, &fresh_key(), &request).await?;
    out.value(&receipt, text::receipt)?;
    connection.close().await
}

/// The whole digest behind the digits that were typed. What is there now must start with them; the gate
/// then compares all of it once more.
async fn named(client: &Client, id: EnvelopeId, prefix: &DigestPrefix) -> Result<(Digest, u32), CliError> {
    let view = client.envelope(id, Duration::ZERO).await?;
    let Summary {
        payload_sha256,
        revision,
        ..
    } = view.summary;
    let same_revision = prefix.revision.is_none_or(|named| named == revision);
    if !prefix.matches(&payload_sha256) || !same_revision {
        let now = format!("{}@{revision}", payload_sha256.short());
        return Err(CliError::Changed(format!(
            "The payload is now {now}, which is not what you named; nothing was decided."
        )));
    }
    Ok((payload_sha256, revision))
}
