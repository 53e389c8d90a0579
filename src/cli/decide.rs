//! A person's verbs: each needs a credential of that person.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::arguments::{Approve, Batch, Classify, Edit, Escalate, Extend, Place, Reject};
use super::connect::{Connection, connect_as_person, read_input};
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::pen;
use super::text;
use super::trust;
use crate::api::{BatchItem, BatchRequest, DecisionRequest, EnvelopeView, JudgeRequest, Summary};
use crate::client::ClientError;
use crate::console::Hand;
use crate::domain::{DecisionKind, Digest, DigestPrefix, EnvelopeId};

pub(super) async fn approve(place: &Place, approve: &Approve, out: &Output) -> Result<(), CliError> {
    let request = DecisionRequest {
        reason: approve.reason.clone(),
        ..DecisionRequest::new(DecisionKind::Approve)
    };
    decide(place, approve.id, Some(&approve.digest), request, out).await
}

pub(super) async fn reject(place: &Place, reject: &Reject, out: &Output) -> Result<(), CliError> {
    let request = DecisionRequest {
        reason: Some(reject.reason.clone()),
        ..DecisionRequest::new(DecisionKind::Reject)
    };
    decide(place, reject.id, reject.digest.as_ref(), request, out).await
}

pub(super) async fn edit(place: &Place, edit: &Edit, out: &Output) -> Result<(), CliError> {
    let arguments = read_arguments(&edit.arguments)?;
    if edit.dry_run {
        let request = JudgeRequest {
            id: edit.id,
            arguments_raw: Some(arguments),
            class: None,
        };
        return would_become(place, &request, out).await;
    }
    let request = DecisionRequest {
        arguments_raw: Some(arguments),
        reason: edit.reason.clone(),
        ..DecisionRequest::new(DecisionKind::Edit)
    };
    decide(place, edit.id, Some(&edit.digest), request, out).await
}

pub(super) async fn escalate(place: &Place, escalate: &Escalate, out: &Output) -> Result<(), CliError> {
    let request = DecisionRequest {
        to: Some(escalate.to.clone()),
        reason: Some(escalate.reason.clone()),
        ..DecisionRequest::new(DecisionKind::Escalate)
    };
    decide(place, escalate.id, escalate.digest.as_ref(), request, out).await
}

pub(super) async fn extend(place: &Place, extend: &Extend, out: &Output) -> Result<(), CliError> {
    let request = DecisionRequest {
        by: Some(extend.by.clone()),
        reason: Some(extend.reason.clone()),
        ..DecisionRequest::new(DecisionKind::Extend)
    };
    decide(place, extend.id, None, request, out).await
}

pub(super) async fn classify(place: &Place, classify: &Classify, out: &Output) -> Result<(), CliError> {
    if classify.dry_run {
        let request = JudgeRequest {
            id: classify.id,
            arguments_raw: None,
            class: Some(classify.class.clone()),
        };
        return would_become(place, &request, out).await;
    }
    let request = DecisionRequest {
        class: Some(classify.class.clone()),
        reason: classify.reason.clone(),
        ..DecisionRequest::new(DecisionKind::Classify)
    };
    decide(place, classify.id, Some(&classify.digest), request, out).await
}

/// Approves several that are alike. What one of them was when it was read is named by its digest.
pub(super) async fn batch(place: &Place, batch: &Batch, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let mut items = Vec::with_capacity(batch.items.len());
    let hand = hand(&connection).await?;
    let mut views = Vec::with_capacity(batch.items.len());
    for item in &batch.items {
        let wrong = || {
            CliError::Usage(
                format!("`{item}` does not name an envelope and its digest."),
                "Write ID@HEX, with 8 or more digits as `signoff list` prints them.",
            )
        };
        let (id, prefix) = item.split_once('@').ok_or_else(wrong)?;
        let (id, prefix) = (id.parse().map_err(|_| wrong())?, prefix.parse().map_err(|_| wrong())?);
        let view = connection.client.envelope(id, Duration::ZERO).await?;
        let (payload_sha256, revision) = named(&view.summary, &prefix)?;
        let shown_sha256 = masked(&view, &hand);
        views.push(Arc::new(view));
        items.push(BatchItem {
            id,
            payload_sha256,
            revision,
            shown_sha256,
            screen: None,
            signed: None,
        });
    }
    let request = BatchRequest {
        items,
        reason: batch.reason.clone(),
        signature: None,
    };
    let (client, key) = (&connection.client, fresh_key());
    let receipt = hand.batch(client, &key, request, &views, Timestamp::now()).await?;
    out.value(&receipt, text::batch)?;
    let refused = receipt.results.iter().filter(|result| result.refused.is_some()).count();
    keep_seen(place, &connection).await?;
    connection.close().await?;
    if refused > 0 {
        return Err(CliError::Changed(format!(
            "{refused} of {} were not approved.",
            receipt.results.len()
        )));
    }
    Ok(())
}

/// A file's JSON text, whose faults are named by line and column before anything is sent.
fn read_arguments(path: &Path) -> Result<String, CliError> {
    let text = read_input(path)?;
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(CliError::Usage(
            format!("{} is not JSON: {error}.", path.display()),
            "Nothing was sent. Mend the file and try again.",
        )),
    }
}

async fn would_become(place: &Place, request: &JudgeRequest, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let becomes = connection.client.judge(&fresh_key(), request).await?;
    out.value(&becomes, text::becomes)?;
    connection.close().await
}

/// A connection under a person's own credential, to a gate that grew from what was seen of it: a folder's admin
/// decides nothing.
pub(super) async fn as_person(place: &Place) -> Result<Connection, CliError> {
    let connection = connect_as_person(place).await?;
    if place.token_file.is_none() && connection.identity.is_none() {
        connection.close().await?;
        return Err(CliError::Usage(
            "Only a person decides, and no person's credential was named.".to_owned(),
            "Log in with `signoff login`, or name a credential with --token-file FILE.",
        ));
    }
    trust::hold(place, &connection.client).await?;
    Ok(connection)
}

/// Has the gate prove that it goes on from what it was, so that what was decided now is seen to be missing
/// later.
async fn keep_seen(place: &Place, connection: &Connection) -> Result<(), CliError> {
    match trust::hold(place, &connection.client).await {
        // It counts, and the next command asks again.
        Err(CliError::Client(ClientError::Unreachable(_))) => Ok(()),
        kept => kept,
    }
}

/// Signs with the key that was named; who has one and names none is told so by the gate.
async fn hand(connection: &Connection) -> Result<Hand, CliError> {
    let identity = connection.identity.as_deref();
    Ok(Hand::new(pen::pen(identity, &connection.client).await?))
}

/// What a key signs for where something is masked: the digest of what `show` prints of it.
fn masked(view: &EnvelopeView, hand: &Hand) -> Option<Digest> {
    let payload = view.payload.as_ref().filter(|_| hand.signs());
    payload.and_then(|payload| payload.shown_sha256)
}

async fn decide(
    place: &Place,
    id: EnvelopeId,
    on: Option<&DigestPrefix>,
    request: DecisionRequest,
    out: &Output,
) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let view = connection.client.envelope(id, Duration::ZERO).await?;
    let hand = hand(&connection).await?;
    let request = match on {
        Some(prefix) => {
            let (digest, revision) = named(&view.summary, prefix)?;
            DecisionRequest {
                shown_sha256: masked(&view, &hand),
                ..request.about(digest, revision)
            }
        }
        None => request,
    };
    let (client, key) = (&connection.client, fresh_key());
    let receipt = hand
        .decide(client, (&key, id), request, &[Arc::new(view)], Timestamp::now())
        .await?;
    out.value(&receipt, text::receipt)?;
    keep_seen(place, &connection).await?;
    connection.close().await
}

/// The whole digest behind the digits that were typed. What is there now must start with them; the gate
/// then compares all of it once more.
fn named(row: &Summary, prefix: &DigestPrefix) -> Result<(Digest, u32), CliError> {
    let (payload_sha256, revision) = (row.payload_sha256, row.revision);
    let same_revision = prefix.revision.is_none_or(|named| named == revision);
    if !prefix.matches(&payload_sha256) || !same_revision {
        let now = format!("{}@{revision}", payload_sha256.short());
        return Err(CliError::Changed(format!(
            "The payload is now {now}, which is not what you named; nothing was decided."
        )));
    }
    Ok((payload_sha256, revision))
}
