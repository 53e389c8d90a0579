//! The exact payload of an action: the bytes that will run, and the digest that names them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{CanonicalError, Refusal, Salt, commit, form, scan, sha256};
use crate::domain::{Digest, Target};

/// Everything beside the arguments that decides what a payload does. Absent members are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayloadParts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    pub tool: String,
}

/// Why a text is no payload.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

/// Arguments as they were received, and what they hash to together with the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The slice of `action.arguments` as it came, never re-serialised.
    pub arguments_raw: String,
    pub parts: PayloadParts,
    form: Vec<u8>,
}

#[derive(Serialize)]
struct Whole<'a> {
    arguments: serde_json::Value,
    #[serde(flatten)]
    parts: &'a PayloadParts,
}

impl Payload {
    /// Takes the text as it came.
    pub fn new(parts: PayloadParts, arguments: &RawValue) -> Result<Self, PayloadError> {
        Self::from_raw(parts, arguments.get().to_owned())
    }

    /// Takes the parts as they were stored or sent, and scans them: the form of what passes loses nothing.
    pub fn from_raw(parts: PayloadParts, arguments_raw: String) -> Result<Self, PayloadError> {
        scan(arguments_raw.as_bytes())?;
        let arguments = serde_json::from_str(&arguments_raw).map_err(CanonicalError::from)?;
        let form = form(&Whole {
            arguments,
            parts: &parts,
        })?;
        Ok(Self {
            arguments_raw,
            parts,
            form,
        })
    }

    /// SHA-256 over the RFC 8785 form of {arguments, environment, server, target, tool}.
    pub fn sha256(&self) -> Digest {
        sha256(&self.form)
    }

    /// What entries and signed decisions name in place of the plain digest.
    pub fn commitment(&self, salt: &Salt) -> Digest {
        commit(salt, &self.form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(tool: &str, raw: &str) -> Payload {
        let parts = PayloadParts {
            environment: None,
            server: None,
            target: None,
            tool: tool.into(),
        };
        Payload::from_raw(parts, raw.into()).expect("canonical")
    }

    #[test]
    fn the_digest_ignores_spelling_and_the_raw_text_keeps_it() {
        let one = payload("t", r#"{"b":1.0,"a":"\u0061"}"#);
        let two = payload("t", r#"{ "a" : "a", "b" : 1 }"#);
        assert_eq!(one.sha256(), two.sha256());
        assert_eq!(one.arguments_raw, r#"{"b":1.0,"a":"\u0061"}"#);
    }

    #[test]
    fn the_digest_can_be_made_with_a_shell_alone() {
        // printf '{"arguments":{"a":1},"tool":"t"}' | sha256sum
        let expected = "3ae57511b3dd480647f24c64e5d9d71c0fbe44ff68a475437244d2285cf169b9";
        assert_eq!(payload("t", r#"{"a":1}"#).sha256().to_string(), expected);
    }

    #[test]
    fn another_tool_is_another_payload() {
        assert_ne!(payload("t", "{}").sha256(), payload("u", "{}").sha256());
    }
}
