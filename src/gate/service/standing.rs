//! What the gate rests on is what its ledger says, whoever could write to the database.
//!
//! Lists are quick to read and as quickly changed. So before anything is handed out, where its envelope stands
//! is derived again from its entries, and each of them must lead to the root of the tree; and before a gate
//! opens, the same goes for policy, people, keys and stops.

use super::{ServiceError, kept};
use crate::gate::Refusal;
use crate::ledger::{self, Checkpoint, Payload, Standing, commit};
use crate::store::{Envelope, StoreError, Tx};

/// Where an envelope stands by its entries. Refused where its row says otherwise.
pub(super) fn standing(tx: &Tx<'_>, envelope: &Envelope) -> Result<Standing, Refusal> {
    let entries = tx.proven_entries_of(envelope.id);
    let found = entries.map_err(|error| differs(envelope, &error.to_string()))?;
    let stands = ledger::standing(&found).map_err(|why| differs(envelope, &why))?;
    let same = [
        ("stage", stands.stage == envelope.stage),
        ("revision", stands.revision == envelope.revision),
        ("agent", stands.agent == Some(envelope.agent)),
        ("class", stands.class == envelope.class),
        ("quorum", stands.quorum == envelope.quorum),
        ("role", stands.role == Some(envelope.role)),
        ("count of votes", stands.votes == envelope.votes),
        ("count of rejections", stands.rejections == envelope.rejections),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(differs(envelope, &format!("its {what} is another there"))),
        None => Ok(stands),
    }
}

/// What a person decides on is what the entries say it is: else what is written down could never have happened.
pub(super) fn decidable(tx: &Tx<'_>, envelope: &Envelope) -> Result<(), Refusal> {
    let stands = standing(tx, envelope)?;
    if tx.payload(envelope.id, envelope.revision)?.is_some() {
        payload(tx, envelope, &stands)?;
    }
    Ok(())
}

/// The payload as its entry commits to it; an error where it was erased, or is another.
pub(super) fn payload(tx: &Tx<'_>, envelope: &Envelope, stands: &Standing) -> Result<Payload, Refusal> {
    let found = tx.payload(envelope.id, envelope.revision)?;
    let (payload, salt) =
        found.ok_or_else(|| Refusal::conflict("erased", "The payload was erased, so it cannot be handed out."))?;
    if payload.commitment(&salt) != stands.payload {
        return Err(differs(envelope, "its payload is another there"));
    }
    if payload.sha256() != envelope.payload_sha256 {
        return Err(differs(envelope, "its payload has another digest there"));
    }
    Ok(payload)
}

/// The run that its agent said it is in, as its entry commits to it.
pub(super) fn run(tx: &Tx<'_>, envelope: &Envelope, stands: &Standing) -> Result<Option<String>, Refusal> {
    let run = match (stands.claims, tx.text(envelope.id.0, "claims")?) {
        (None, None) => None,
        (Some(commitment), Some((salt, text))) if commit(&salt, &text) == commitment => kept::run_id(&text),
        _ => return Err(differs(envelope, "what its agent said is something else there")),
    };
    if run != envelope.run {
        return Err(differs(envelope, "its run is another there"));
    }
    Ok(run)
}

/// Whether the ledger's end is signed with the key in force, and tells of the policy, people, keys and stops
/// that the database holds.
pub(super) fn check_gate(tx: &Tx<'_>) -> Result<(), ServiceError> {
    if let Some(key) = super::key_in_force(tx)? {
        let note = tx.note()?.and_then(|(_, note)| String::from_utf8(note).ok());
        let read = note.and_then(|note| Checkpoint::open(&note, &key).ok());
        let signed = read
            .zip(tx.head()?)
            .is_some_and(|(read, head)| (read.size, read.root) == (head.size, head.root));
        if !signed {
            let unsound = "its newest head is not signed with the key in force".to_owned();
            return Err(StoreError::Unsound(unsound).into());
        }
    }
    tx.check_gate()?.map_err(ServiceError::Tampered)
}

fn differs(envelope: &Envelope, why: &str) -> Refusal {
    tracing::error!(envelope = %envelope.id, why, "the lists differ from the ledger; nothing was done");
    Refusal::new(
        crate::api::ErrorType::Internal,
        "ledger_differs",
        "The gate's lists say something else of this envelope than its ledger, so nothing is done with it.",
    )
    .hint("Somebody changed the database: stop the gate and run `signoff ledger verify`.")
}
