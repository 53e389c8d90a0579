//! What makes the record provable: exact bytes, commitments, the tree, and the check of all of it.
//!
//! Pure: it hashes and compares what it is handed. Where entries are kept is the store's business.
//! The tree is that of RFC 6962 with SHA-256; entries are RFC 8785 JSON.

mod admins;
mod canonical;
mod checkpoint;
mod commitment;
mod custody;
mod document;
mod entry;
mod payload;
mod pin;
mod proof;
mod scan;
mod tile;
mod tree;
mod verify;
mod voucher;

pub use admins::{Admins, FirstWord, SECOND_WORD};
pub use canonical::{CanonicalError, form};
pub use checkpoint::{Checkpoint, CheckpointError, hand_over, handed_over, log_key, origin};
pub use commitment::{Salt, commit, profile, sha256};
pub use custody::{Holder, Stretch, custody};
pub use document::{CLOCK, DOCUMENT, Document, Seen, together_bytes};
pub use entry::{
    Decided, Entry, EntryError, Fact, Given, HoldFact, Judged, MAX_ENTRY_BYTES, SIGNATURE_NONE, SIGNATURE_SSH,
    SIGNATURE_WITH_EDIT, Signed, StoppedFact, Wanted,
};
pub use payload::{Payload, PayloadError, PayloadParts};
pub use pin::{Claim, NamedKey, Pin, Unproved};
pub use proof::{Receipt, consistency, extends, includes, inclusion};
pub use scan::{MAX_DEPTH, Refusal, RefusalCode, scan};
pub use tile::{TILE_WIDTH, Tile, entry_bundle, hash_tile};
pub use tree::{Frontier, Node, leaf_hash};
pub use verify::{
    Alone, BASIS, BlobAlone, BlobCheck, Fault, FaultKind, JudgementCounts, KnownHold, KnownKey, KnownPrincipal,
    KnownStop, Listed, PayloadAlone, REASON, Report, Said, Standing, TokenKey, UndoAsked, Verifier, standing,
};
pub use voucher::{VOUCHER, Vouched, VouchedNames, Voucher};
