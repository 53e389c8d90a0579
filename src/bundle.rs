//! A ledger as a folder of plain files that a stranger can check: what is in it, and whether it holds.
//!
//! Pure: files are bytes under their names. Nothing here trusts the gate that wrote them: whatever is
//! checked is computed again from the entries, and `VERIFY.md` says how to do it without this program.
//!
//! | file | holds |
//! | --- | --- |
//! | `checkpoint`, `log.vkey` | the newest signed head and the key it is signed with |
//! | `tile/` | the tree and its entries, as C2SP tlog-tiles lays them out |
//! | `blobs/ID.json` | the texts of one envelope or principal, with the salts of their commitments |
//! | `decisions/N.json`, `.sig` | what a person signed in entry `N`, and the SSHSIG; with `N.signed`, the list it stands in |
//! | `decisions.tsv` | which entry was signed by whom and when |
//! | `allowed_signers` | people's keys and from when to when they counted |
//! | `token.jwks` | the keys that tokens were signed with, and from when to when |
//! | `files/SHA256` | the evidence that those texts name, where it was sent and is not erased |
//! | `policies/SHA256.toml` | the policies that were in force |
//! | `manifest.json` | which ledger, how much of it, and what was left out |
//! | `SHA256SUMS` | the digest of every other file |
//!
//! A [`Part`] is as much of it as one executor needs to clear one payload, in one answer of the gate.

mod check;
mod clearance;
mod layout;
mod manifest;
mod part;
mod picked;
mod pins;
mod signers;
mod sums;
mod texts;
mod token_keys;
mod trust;
mod words;

pub use check::{Checked, Flaw, FlawKind, check};
use clearance::clearance;
pub use clearance::{Clearance, cleared};
pub use layout::{
    CHECKPOINT, DECISIONS, GUIDE, LOG_KEY, MANIFEST, SIGNERS, SUMS, TOKEN_KEYS, file_path, policy_path, texts_path,
    tile_path, tiles,
};
pub use manifest::Manifest;
pub use part::{Held, Part};
pub use pins::{People, Pins};
pub use signers::{Signer, SignersError, signer_lines};
pub use sums::{parse_sums, sums_line};
pub use texts::{KeptPayload, KeptText, Texts};
pub use token_keys::token_keys;
pub use trust::Strict;
pub use words::{SignedWord, decisions_line};

/// Files by their path in the folder, with `/` between its parts.
pub type Files = std::collections::BTreeMap<String, Vec<u8>>;
