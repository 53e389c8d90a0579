//! The ledger's signed head: how many entries there are, and the root over all of them.
//!
//! The format is C2SP tlog-checkpoint (<https://c2sp.org/tlog-checkpoint>): three lines in a signed note, no
//! extensions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::domain::Digest;
use crate::signature::{NoteError, NoteKey, PublicKey, SecretKey, claimed};

/// A head that anybody can hold against the ledger later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger: the name of the key that signs it too.
    pub origin: String,
    pub size: u64,
    pub root: Digest,
}

/// Why a text is no checkpoint, or not one of this key. One sentence each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error("it is not a checkpoint")]
    Form,
    #[error("it is a checkpoint of another ledger")]
    Origin,
}

/// What a ledger is called: `signoff/ID`, and from the first accepted rollback on `signoff/ID/N`.
///
/// A key's name has no plus, and a new name makes that no checkpoint of before passes for one of after.
pub fn origin(ledger: Uuid, rollbacks: u64) -> String {
    if rollbacks == 0 {
        format!("signoff/{ledger}")
    } else {
        format!("signoff/{ledger}/{rollbacks}")
    }
}

/// A ledger's key as notes name it. An origin always is a name.
pub fn log_key(origin: &str, key: PublicKey) -> Result<NoteKey, CheckpointError> {
    NoteKey::new(origin, key).ok_or(CheckpointError::Origin)
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// The signed note, by the secret that goes with `key`.
    pub fn sign(&self, key: &NoteKey, secret: &SecretKey) -> String {
        key.sign(&self.text(), secret)
    }

    /// Reads a note that this key signed about the ledger that it is named after.
    pub fn open(note: &str, key: &NoteKey) -> Result<Self, CheckpointError> {
        let read = Self::parse(key.open(note)?)?;
        if read.origin == key.name() {
            Ok(read)
        } else {
            Err(CheckpointError::Origin)
        }
    }

    /// What a note claims, whoever signed it: to name it in a message, never to rely on.
    pub fn claimed(note: &str) -> Result<Self, CheckpointError> {
        Self::parse(claimed(note)?)
    }

    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
            let read = Self {
                origin: origin.to_owned(),
                size: size.parse().ok()?,
                root: Digest(STANDARD.decode(root).ok()?.try_into().ok()?),
            };
            // One way to write each: no sign, no zeros before, no line after.
            (!origin.is_empty() && read.text() == text).then_some(read)
        };
        read().ok_or(CheckpointError::Form)
    }
}

/// What the key before signs to hand over to the next: a text that is no checkpoint.
pub fn handover(next: &NoteKey) -> String {
    format!("signoff/log-key/v1\n{next}\n")
}

/// The handover, signed; in base64.
pub fn hand_over(next: &NoteKey, secret: &SecretKey) -> String {
    STANDARD.encode(secret.sign(handover(next).as_bytes()))
}

/// Whether `before` handed over to `next`.
pub fn handed_over(before: &NoteKey, next: &NoteKey, signed: &str) -> bool {
    let signature: Option<[u8; 64]> = STANDARD.decode(signed).ok().and_then(|bytes| bytes.try_into().ok());
    let message = handover(next);
    signature.is_some_and(|signature| before.key().verifies(message.as_bytes(), &signature))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(seed: u8, rollbacks: u64) -> (NoteKey, SecretKey) {
        let secret = SecretKey::from_seed(&[seed; 32]);
        let key = log_key(&origin(Uuid::nil(), rollbacks), secret.public()).expect("a name");
        (key, secret)
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: origin(Uuid::nil(), 0),
            size: 42,
            root: Digest([7; 32]),
        }
    }

    #[test]
    fn a_checkpoint_is_three_lines_and_a_signature() {
        let (key, secret) = of(1, 0);
        let note = checkpoint().sign(&key, &secret);
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(
            lines[..4],
            [
                "signoff/00000000-0000-0000-0000-000000000000",
                "42",
                "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
                ""
            ]
        );
        assert_eq!(lines.len(), 5);
        assert_eq!(Checkpoint::open(&note, &key), Ok(checkpoint()));
    }

    #[test]
    fn a_checkpoint_of_before_a_rollback_is_none_of_after_it() {
        let (before, secret) = of(1, 0);
        let (after, _) = of(1, 1);
        let note = checkpoint().sign(&before, &secret);
        assert!(Checkpoint::open(&note, &after).is_err());
        // Not even where somebody with the key signed the old name with the new one.
        let crossed = checkpoint().sign(&after, &secret);
        assert_eq!(Checkpoint::open(&crossed, &after), Err(CheckpointError::Origin));
    }

    #[test]
    fn a_key_hands_over_to_the_next_and_to_no_other() {
        let ((first, secret), (next, _), (third, _)) = (of(1, 0), of(2, 0), of(3, 0));
        let signed = hand_over(&next, &secret);
        assert!(handed_over(&first, &next, &signed));
        assert!(!handed_over(&first, &third, &signed));
        assert!(!handed_over(&third, &next, &signed));
        assert!(!handed_over(&first, &next, "AAAA"));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in "[a-z/]{1,9}\n[+0-9]{1,20}\n[A-Za-z0-9+/]{43}=\n(x\n)?") {
            if let Ok(read) = Checkpoint::parse(&text) {
                prop_assert_eq!(read.text(), text);
            }
        }
    }
}
