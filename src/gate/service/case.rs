//! An envelope with all that belongs to it, read at one moment.

use jiff::SignedDuration;

use super::kept::claimed;
use crate::api::{FileView, PayloadView};
use crate::domain::EnvelopeId;
use crate::ledger::{PayloadParts, form};
use crate::store::{
    Db, Envelope, Head, History, StoreError, StoredDecision, StoredErasure, StoredOutcome, StoredQuestion,
    StoredReview, StoredUndo,
};

/// How far back an agent's history is counted.
const PAST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An envelope with all that belongs to it, as the store has it.
pub(super) struct Case {
    pub envelope: Envelope,
    pub decisions: Vec<StoredDecision>,
    pub questions: Vec<StoredQuestion>,
    pub review: Option<StoredReview>,
    pub undo: Option<StoredUndo>,
    pub files: Vec<FileView>,
    /// The ledger's end when it was read.
    pub head: Option<Head>,
    pub outcome: Option<StoredOutcome>,
    pub blobs: Vec<(String, u32, Vec<u8>)>,
    pub payload: Option<PayloadView>,
    pub proposed_raw: Option<String>,
    pub parts: Option<PayloadParts>,
    pub erased: Option<StoredErasure>,
    pub repeats: Option<History>,
    pub past: Option<History>,
}

impl Case {
    /// The `n`th decision, counted from 0.
    pub fn decision(&self, n: u32) -> Option<&StoredDecision> {
        self.decisions.get(usize::try_from(n).ok()?)
    }
}

pub(super) fn read_case(db: &Db<'_>, id: EnvelopeId, counted: bool) -> Result<Option<Case>, StoreError> {
    let Some(envelope) = db.envelope(id)? else {
        return Ok(None);
    };
    let since = envelope.created_at.saturating_sub(PAST).unwrap_or(envelope.created_at);
    let payload = db.payload(id, envelope.revision)?;
    let parts = payload.as_ref().map(|(payload, _)| payload.parts.clone());
    let payload = match payload {
        Some((payload, salt)) => Some(PayloadView {
            payload_sha256: payload.sha256(),
            shown_sha256: None,
            salt: hex::encode(salt.0),
            commitment: payload.commitment(&salt),
            parts: String::from_utf8_lossy(&form(&payload.parts)?).into_owned(),
            raw: payload.arguments_raw,
        }),
        None => None,
    };
    let blobs = db.blobs(id.0)?;
    let mut files = Vec::new();
    for sha256 in claimed(&blobs).evidence.iter().filter_map(|evidence| evidence.sha256) {
        files.extend(db.file_size(sha256)?.map(|bytes| FileView { sha256, bytes }));
    }
    let erased = db.erasures(id)?.pop();
    let first = if envelope.edited > 0 { db.payload(id, 1)? } else { None };
    Ok(Some(Case {
        head: if counted { db.head()? } else { None },
        proposed_raw: first.map(|(payload, _)| payload.arguments_raw),
        decisions: db.decisions(id)?,
        questions: if envelope.asked > 0 {
            db.questions(id)?
        } else {
            Vec::new()
        },
        outcome: db.outcome(id)?,
        erased,
        review: db.review(id)?,
        undo: db.undo(id)?,
        blobs,
        files,
        // What was erased has no digest that it could have in common with others.
        repeats: (counted && erased.is_none())
            .then(|| db.repeats(&envelope))
            .transpose()?,
        past: counted.then(|| db.history(&envelope, since)).transpose()?,
        payload,
        parts,
        envelope,
    }))
}
