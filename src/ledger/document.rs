//! What a person signs: one decision, named so exactly that it fits nothing else.
//!
//! The bytes that are signed are the RFC 8785 form of this document under the SSHSIG namespace
//! `decision@signoff.v1`; several that were decided with one keypress are signed by one signature over the
//! list of their digests. Every text is named by its commitment, so that erasing one leaves the proof whole.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CanonicalError, form, sha256};
use crate::domain::{DecisionKind, Digest, EnvelopeId};

/// The version of the document.
pub const DOCUMENT: u32 = 1;

/// How far the time in a document may be from the gate's when it comes.
pub const CLOCK: SignedDuration = SignedDuration::from_mins(2);

/// The ledger as the reviewer's console saw it: whoever rolls it back contradicts a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// How many entries there were.
    pub size: u64,
    /// The RFC 6962 root over them.
    pub root: Digest,
}

/// One decision. Absent members are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`DOCUMENT`].
    pub v: u32,
    /// The ledger it is for: it means nothing in another.
    pub ledger: Uuid,
    pub envelope: EnvelopeId,
    pub revision: u32,
    /// The commitment of the payload it was made on.
    pub payload: Digest,
    pub decision: DecisionKind,
    /// SHA-256 of the policy that judged it.
    pub policy: Digest,
    /// The commitment of what was on the screen; absent where nothing was drawn, as in a script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Digest>,
    /// The digest of the payload as it was drawn, where something of it was masked. What was masked, the
    /// reviewer took the gate's word for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
    /// The commitment of an edit's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Digest>,
    /// What a quarantined action was classified as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Whom it was escalated to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// By how long the deadline was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub at: Timestamp,
    pub seen: Seen,
    /// 128 random bits in hex: no two documents are the same.
    pub nonce: String,
}

/// What one signature stands under where there are several documents.
#[derive(Debug, Serialize)]
struct Together<'a> {
    v: u32,
    documents: &'a [Digest],
}

impl Document {
    /// The exact bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        form(self)
    }

    /// What a signature of it is over: itself, or the list that names it.
    ///
    /// `None` where it does not stand in the list.
    pub fn signed_bytes(&self, together: Option<&[Digest]>) -> Result<Option<Vec<u8>>, CanonicalError> {
        let bytes = self.bytes()?;
        match together {
            None => Ok(Some(bytes)),
            Some(list) if list.contains(&sha256(&bytes)) => together_bytes(list).map(Some),
            Some(_) => Ok(None),
        }
    }
}

/// What one signature over several documents is over: `{"documents":[SHA-256 …],"v":1}`.
pub fn together_bytes(documents: &[Digest]) -> Result<Vec<u8>, CanonicalError> {
    form(&Together { v: DOCUMENT, documents })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        Document {
            v: DOCUMENT,
            ledger: Uuid::nil(),
            envelope: EnvelopeId(Uuid::from_u128(1)),
            revision: 1,
            payload: Digest([1; 32]),
            decision: DecisionKind::Approve,
            policy: Digest([2; 32]),
            shown: None,
            masked: None,
            reason: None,
            edited: None,
            class: None,
            to: None,
            by: None,
            at: "2026-11-24T04:12:09Z".parse().expect("a time"),
            seen: Seen {
                size: 3,
                root: Digest([3; 32]),
            },
            nonce: "00".repeat(16),
        }
    }

    #[test]
    fn what_is_signed_is_one_canonical_line() {
        let bytes = document().bytes().expect("bytes");
        let text = String::from_utf8(bytes).expect("text");
        let (one, two, three) = ("01".repeat(32), "02".repeat(32), "03".repeat(32));
        assert_eq!(
            text,
            format!(
                r#"{{"at":"2026-11-24T04:12:09Z","decision":"approve","envelope":"00000000-0000-0000-0000-000000000001","ledger":"00000000-0000-0000-0000-000000000000","nonce":"00000000000000000000000000000000","payload":"{one}","policy":"{two}","revision":1,"seen":{{"root":"{three}","size":3}},"v":1}}"#
            )
        );
    }

    #[test]
    fn one_signature_over_several_is_over_a_list_that_names_each() {
        let document = document();
        let own = sha256(&document.bytes().expect("bytes"));
        let signed = |list: &[Digest]| document.signed_bytes(Some(list)).expect("bytes");
        assert_eq!(signed(&[Digest([9; 32])]), None);
        assert_eq!(
            signed(&[Digest([9; 32]), own]),
            Some(together_bytes(&[Digest([9; 32]), own]).expect("bytes"))
        );
    }
}
