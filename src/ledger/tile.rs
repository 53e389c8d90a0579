//! The tree cut into tiles, as files of a static server: C2SP tlog-tiles (<https://c2sp.org/tlog-tiles>).

use crate::domain::Digest;

/// Hashes or entries in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// Levels of tiles that a 64-bit size can have.
const LEVELS: u8 = 8;

/// One tile's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Of eight levels of the tree each; `None` for a bundle of entries.
    pub level: Option<u8>,
    pub index: u64,
    /// How many hashes or entries: 1 to [`TILE_WIDTH`], and less only at the end.
    pub width: u16,
}

impl Tile {
    /// Reads what stands behind `tile/` in its path, such as `0/x001/067` or `entries/000.p/5`.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => None,
            digits => Some(digits.parse().ok().filter(|level| *level < LEVELS)?),
        };
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (
                place,
                width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?,
            ),
            None => (rest, TILE_WIDTH),
        };
        let mut index: u64 = 0;
        for part in place.split('/') {
            let digits = part.strip_prefix('x').unwrap_or(part);
            index = index
                .checked_mul(1_000)?
                .checked_add(digits.parse::<u16>().ok()?.into())?;
        }
        let tile = Self { level, index, width };
        // There is one way to write each.
        (tile.path() == path).then_some(tile)
    }

    /// The same, written: groups of three digits, all but the last with an `x`.
    pub fn path(&self) -> String {
        let mut place = format!("{:03}", self.index % 1_000);
        let mut rest = self.index / 1_000;
        while rest > 0 {
            place = format!("x{:03}/{place}", rest % 1_000);
            rest /= 1_000;
        }
        let level = self
            .level
            .map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let partial = if self.width < TILE_WIDTH {
            format!(".p/{}", self.width)
        } else {
            String::new()
        };
        format!("{level}/{place}{partial}")
    }

    /// Its first and its last but one place, on its level of the tree; `None` where a tree of this size does
    /// not have all of it.
    pub fn range(&self, size: u64) -> Option<(u64, u64)> {
        let there = size >> (8 * u32::from(self.level.unwrap_or(0)));
        let start = self.index.checked_mul(TILE_WIDTH.into())?;
        let end = start.checked_add(self.width.into())?;
        (end <= there).then_some((start, end))
    }

    /// The level of the tree that its hashes are of.
    pub fn tree_level(&self) -> u8 {
        8 * self.level.unwrap_or(0)
    }
}

/// A tile of hashes: one after the other.
pub fn hash_tile(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// A bundle of entries: each behind its length in two bytes, the larger first. An entry always fits.
pub fn entry_bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Vec<u8> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
        bundle.extend(length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tile_is_called_as_the_format_says() {
        let tile = |level, index, width| Tile { level, index, width };
        for (path, read) in [
            ("0/x001/x234/067", tile(Some(0), 1_234_067, 256)),
            ("1/000.p/8", tile(Some(1), 0, 8)),
            ("entries/000", tile(None, 0, 256)),
            ("entries/x001/000.p/255", tile(None, 1_000, 255)),
        ] {
            assert_eq!(Tile::parse(path), Some(read));
            assert_eq!(read.path(), path);
        }
        for bad in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "8/000",
            "-1/000",
            "00/000",
            "+0/000",
            "0/x000/000",
            "0/001/000",
            "0/x001",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/08",
            "0/000.p/",
            "0/000/",
            "/0/000",
            "0/+01",
            "data/000",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_tree_has_no_tile_that_it_does_not_fill() {
        let read = |path: &str| Tile::parse(path).expect("a tile");
        assert_eq!(read("0/001.p/44").range(300), Some((256, 300)));
        assert_eq!(read("0/001.p/45").range(300), None);
        assert_eq!(read("0/000").range(300), Some((0, 256)));
        assert_eq!(read("1/000.p/1").range(300), Some((0, 1)));
        assert_eq!(read("1/000.p/2").range(300), None);
        assert_eq!(read("7/x999/x999/x999/x999/x999/999").range(u64::MAX), None);
    }

    proptest! {
        #[test]
        fn every_tile_has_one_path(level in prop::option::of(0_u8..8), index in any::<u64>(), width in 1_u16..=256) {
            let tile = Tile { level, index, width };
            prop_assert_eq!(Tile::parse(&tile.path()), Some(tile));
        }

        #[test]
        fn what_is_read_is_written_the_same(path in "(entries|[0-9])/(x[0-9]{3}/){0,3}[0-9]{3}(.p/[0-9]{1,3})?") {
            if let Some(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.path(), path);
            }
        }
    }
}
