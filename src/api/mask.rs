//! Values that people are shown only when they ask.

use serde::{Deserialize, Serialize};

use super::EnvelopeView;

/// Stands for a masked value, whatever and however long it is.
pub const MASK: &str = "••••";

/// The same where the value is another one than the one that would run: that it differs is no secret.
pub const MASK_OTHER: &str = "•••• (another)";

/// A place in the arguments that the policy masks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedView {
    /// RFC 6901, into the arguments.
    pub pointer: String,
    /// Characters of it that cannot be seen as they are: that much is said of what is not shown.
    #[serde(default, skip_serializing_if = "is_none")]
    pub hidden: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// An envelope with nothing masked, for who asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// The entry that says so; absent where nothing can be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    pub envelope: EnvelopeView,
}
