//! The check of the whole ledger, as an auditor follows it.

use crate::api::VerificationView;

#[derive(Debug, Default)]
pub struct Checking {
    /// How the newest one stands, as far as it was told.
    pub view: Option<Box<VerificationView>>,
    /// Why that is not known: a sentence.
    pub error: Option<String>,
    /// It has the whole screen.
    pub is_shown: bool,
    /// It runs, and is asked for until it is over.
    pub is_followed: bool,
}
