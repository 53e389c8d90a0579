//! What the files are called.

use uuid::Uuid;

use crate::domain::Digest;
use crate::ledger::{TILE_WIDTH, Tile};

pub const CHECKPOINT: &str = "checkpoint";
pub const LOG_KEY: &str = "log.vkey";
pub const TOKEN_KEYS: &str = "token.jwks";
pub const SIGNERS: &str = "allowed_signers";
pub const DECISIONS: &str = "decisions.tsv";
pub const MANIFEST: &str = "manifest.json";
pub const GUIDE: &str = "VERIFY.md";
pub const SUMS: &str = "SHA256SUMS";

pub fn tile_path(tile: &Tile) -> String {
    format!("tile/{}", tile.path())
}

/// The texts of an envelope, of a principal, of a stop.
pub fn texts_path(subject: Uuid) -> String {
    format!("blobs/{subject}.json")
}

pub fn policy_path(version: Digest) -> String {
    format!("policies/{version}.toml")
}

/// Evidence, under the SHA-256 of its bytes.
pub fn file_path(sha256: Digest) -> String {
    format!("files/{sha256}")
}

/// Every tile that a tree over so many entries has, bundles of entries first; of those that are not full, the
/// last one alone.
pub fn tiles(size: u64) -> Vec<Tile> {
    let mut all = row(None, size);
    let (mut level, mut there) = (0, size);
    while there > 0 {
        all.extend(row(Some(level), there));
        (level, there) = (level + 1, there / u64::from(TILE_WIDTH));
    }
    all
}

fn row(level: Option<u8>, there: u64) -> Vec<Tile> {
    let full = there / u64::from(TILE_WIDTH);
    let rest = u16::try_from(there % u64::from(TILE_WIDTH)).unwrap_or(0);
    let whole = (0..full).map(|index| (index, TILE_WIDTH));
    let last = (rest > 0).then_some((full, rest));
    let named = whole.chain(last);
    named.map(|(index, width)| Tile { level, index, width }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_its_full_tiles_and_one_that_is_not() {
        let paths = |size| tiles(size).iter().map(tile_path).collect::<Vec<_>>();
        assert_eq!(paths(0), [""; 0]);
        assert_eq!(paths(3), ["tile/entries/000.p/3", "tile/0/000.p/3"]);
        assert_eq!(paths(256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(
            paths(513),
            [
                "tile/entries/000",
                "tile/entries/001",
                "tile/entries/002.p/1",
                "tile/0/000",
                "tile/0/001",
                "tile/0/002.p/1",
                "tile/1/000.p/2"
            ]
        );
    }
}
