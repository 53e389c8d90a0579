//! SSH keys and signatures of people: OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f.
//!
//! What is signed here is also checked by `ssh-keygen -Y verify`, and the other way round. Four kinds of key
//! are taken: Ed25519, ECDSA over P-256, and both of them in hardware (`sk-`).

mod error;
mod key;
mod seal;

pub use error::SshError;
pub use key::{SshPublicKey, SshSecretKey};
pub use seal::{Demand, Held, SshSignature, signed_data};

/// What a person's decision is signed for: a signature for anything else is none on a decision.
pub const DECISION: &str = "decision@signoff.v1";

/// What an admin signs to vouch for a person's key.
pub const PEOPLE: &str = "people@signoff.v1";

/// What a person signs to open a session.
pub const LOGIN: &str = "login@signoff.v1";

#[cfg(test)]
mod tests;
