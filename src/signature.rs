//! What is signed, and whether a signature holds: keys and formats, no files and no agents.
//!
//! Pure: a secret key is handed in as bytes, and whoever hands it in keeps it safe.

mod ed25519;
mod jwk;
pub mod jws;
mod note;
pub mod ssh;

pub use ed25519::{PublicKey, SecretKey};
pub use jwk::{Jwk, Jwks, thumbprint};
pub use note::{NoteError, NoteKey, claimed};
