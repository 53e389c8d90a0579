//! Signed notes: a short text and who signed it, as lines of text.
//!
//! The format is C2SP signed-note (<https://c2sp.org/signed-note>), with Ed25519 signatures. Programs that this
//! project did not write read it, Go's `golang.org/x/mod/sumdb/note` among them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{PublicKey, SecretKey};

/// The kind of key, as the format numbers it: Ed25519.
const ED25519: u8 = 1;

/// How a line begins that is a signature.
const SIGNED_BY: &str = "\u{2014} ";

/// Signatures of others that are still read; a note has one or two.
const MOST_SIGNATURES: usize = 16;

/// A public key under the name it signs with. As text: `NAME+ID+KEY`, the id in hex, the key in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    key: PublicKey,
}

/// Why a text is no key or no note. One sentence each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("it is not a key as signed notes name them")]
    Key,
    #[error("it is not a signed note")]
    Form,
    #[error("its key did not sign it")]
    Signature,
}

impl NoteKey {
    /// `None` where a name is empty, or has spaces, control characters or a plus in it.
    pub fn new(name: &str, key: PublicKey) -> Option<Self> {
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        (!name.is_empty() && !name.contains(odd)).then(|| Self {
            name: name.to_owned(),
            key,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn key(&self) -> PublicKey {
        self.key
    }

    /// The first four bytes of `SHA-256(name ‖ "\n" ‖ 0x01 ‖ key)`: which key of that name it is.
    pub fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        [a, b, c, d]
    }

    /// The note that says `text`, signed by the key that goes with this one. A text ends with a newline.
    pub fn sign(&self, text: &str, secret: &SecretKey) -> String {
        let signature = [&self.id()[..], &secret.sign(text.as_bytes())].concat();
        format!("{text}\n{SIGNED_BY}{} {}\n", self.name, STANDARD.encode(signature))
    }

    /// The text of a note that this key signed. Whatever others signed does not count.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let (text, signatures) = parts(note)?;
        let mut own = signatures
            .iter()
            .filter(|(name, bytes)| *name == self.name && bytes.starts_with(&self.id()));
        let (Some((_, bytes)), None) = (own.next(), own.next()) else {
            return Err(NoteError::Signature);
        };
        let signature = bytes.get(4..).and_then(|rest| <&[u8; 64]>::try_from(rest).ok());
        let holds = signature.is_some_and(|signature| self.key.verifies(text.as_bytes(), signature));
        holds.then_some(text).ok_or(NoteError::Signature)
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], &self.key.bytes()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for NoteKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let read = || {
            // The base64 of the key may have a plus too.
            let (name, rest) = text.split_once('+')?;
            let (_, key) = rest.split_once('+')?;
            let key = STANDARD.decode(key).ok()?;
            let (&ED25519, key) = key.split_first()? else {
                return None;
            };
            let key = PublicKey::from_bytes(key.try_into().ok()?)?;
            let read = Self::new(name, key)?;
            // The id is that of name and key, and there is one way to write it.
            (read.to_string() == text).then_some(read)
        };
        read().ok_or(NoteError::Key)
    }
}

/// The text that a note is about, unchecked: to say what it claims to be, never to rely on.
pub fn claimed(note: &str) -> Result<&str, NoteError> {
    parts(note).map(|(text, _)| text)
}

/// Who signed, and the bytes: the key's id and the signature.
type Signed<'n> = (&'n str, Vec<u8>);

/// The text with its newline, and each signature's name and bytes.
fn parts(note: &str) -> Result<(&str, Vec<Signed<'_>>), NoteError> {
    if note.contains(|c: char| c.is_control() && c != '\n') {
        return Err(NoteError::Form);
    }
    // The last empty line is the one that counts: a text may have others.
    let split = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, signatures) = (&note[..=split], &note[split + 2..]);
    let lines = signatures.strip_suffix('\n').ok_or(NoteError::Form)?.split('\n');
    let signature = |line: &'_ str| -> Option<(usize, Vec<u8>)> {
        let (name, bytes) = line.strip_prefix(SIGNED_BY)?.split_once(' ')?;
        let bytes = STANDARD.decode(bytes).ok()?;
        (!name.is_empty() && bytes.len() > 4).then_some((name.len(), bytes))
    };
    let mut read = Vec::new();
    for line in lines {
        let (length, bytes) = signature(line).ok_or(NoteError::Form)?;
        let name = &line[SIGNED_BY.len()..SIGNED_BY.len() + length];
        read.push((name, bytes));
        if read.len() > MOST_SIGNATURES {
            return Err(NoteError::Form);
        }
    }
    Ok((text, read))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From the documentation of `golang.org/x/mod/sumdb/note`.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn keys(name: &str, seed: u8) -> (NoteKey, SecretKey) {
        let secret = SecretKey::from_seed(&[seed; 32]);
        (NoteKey::new(name, secret.public()).expect("a name"), secret)
    }

    #[test]
    fn the_note_in_the_documentation_of_go_is_opened_with_its_key() {
        let key: NoteKey = GO_KEY.parse().expect("a key");
        assert_eq!((key.name(), key.to_string().as_str()), ("PeterNeumann", GO_KEY));
        let text = key.open(GO_NOTE).expect("signed");
        assert!(text.ends_with("your problem is.\n"), "{text}");
    }

    #[test]
    fn a_note_is_opened_by_its_key_alone() {
        let (key, secret) = keys("signoff/one", 1);
        let note = key.sign("said\n", &secret);
        assert_eq!(key.open(&note), Ok("said\n"));
        assert_eq!(keys("signoff/one", 2).0.open(&note), Err(NoteError::Signature));
        assert_eq!(keys("signoff/two", 1).0.open(&note), Err(NoteError::Signature));
        assert_eq!(key.open(&note.replace("said", "sold")), Err(NoteError::Signature));
    }

    #[test]
    fn signatures_of_others_are_passed_over_and_two_of_its_own_are_refused() {
        let ((key, secret), (other, others)) = (keys("one", 1), keys("two", 2));
        let theirs = other.sign("said\n", &others);
        let own = key.sign("said\n", &secret);
        let line = own.split("\n\n").nth(1).expect("a signature");
        let both = format!("{theirs}{line}");
        assert_eq!(key.open(&both), Ok("said\n"));
        assert_eq!(key.open(&format!("{both}{line}")), Err(NoteError::Signature));
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let (key, secret) = keys("one", 1);
        let note = key.sign("said\n", &secret);
        for bad in [
            "",
            "said\n",
            "said\n\n",
            note.trim_end(),
            &note.replace('\u{2014}', "-"),
            &note.replace("\n\n", "\n"),
            &note.replace("said", "sa\tid"),
            &note.replace("one ", "one  "),
            &format!("{note}\n"),
            &format!("{note}more\n"),
        ] {
            assert_eq!(key.open(bad), Err(NoteError::Form), "{bad:?}");
        }
    }

    #[test]
    fn a_name_that_would_blur_the_line_is_none_and_a_key_has_one_spelling() {
        let key = SecretKey::from_seed(&[1; 32]).public();
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{1b}b"] {
            assert_eq!(NoteKey::new(name, key), None, "{name:?}");
        }
        for bad in [
            "",
            "PeterNeumann",
            &GO_KEY.replace("c74f", "c74e"),
            &GO_KEY.replace("c74f20a3", "C74F20A3"),
            &GO_KEY.replace("+AR", "+AB"),
            &format!("{GO_KEY}="),
        ] {
            assert_eq!(bad.parse::<NoteKey>(), Err(NoteError::Key), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_read_panics(text in "(\u{2014} )?[a-z +=\n\u{2014}é]{0,60}") {
            let (key, _) = keys("one", 1);
            let _ = key.open(&text);
            let _ = claimed(&text);
            let _ = text.parse::<NoteKey>();
        }

        #[test]
        fn one_changed_character_is_noticed(at in 0_usize..60, to in "[a-zA-Z0-9\n]") {
            let (key, secret) = keys("one", 1);
            let note = key.sign("origin\n12\nabcdef\n", &secret);
            let at = at % note.len();
            prop_assume!(note.is_char_boundary(at) && note.is_char_boundary(at + 1));
            let changed = format!("{}{to}{}", &note[..at], &note[at + 1..]);
            prop_assume!(changed != note);
            prop_assert!(key.open(&changed).is_err());
        }
    }
}
