//! The canonical form of JSON: RFC 8785 (JCS).
//!
//! Text from outside passes [`super::scan`] first: the canonicaliser itself rounds numbers silently.

mod plain;

use serde::Serialize;

/// A value that has no canonical form, such as a float that is not finite.
#[derive(Debug, thiserror::Error)]
#[error("the value has no canonical JSON form")]
pub struct CanonicalError(#[from] serde_json::Error);

/// The RFC 8785 bytes of a value.
pub fn form(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    match plain::form(value) {
        Some(form) => Ok(form),
        None => Ok(serde_json_canonicalizer::to_vec(value)?),
    }
}
