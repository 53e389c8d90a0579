//! The Merkle tree of RFC 6962, section 2.1, grown one entry at a time.

use sha2::{Digest as _, Sha256};

use crate::domain::Digest;

/// A complete subtree: `hash` covers the entries from `index · 2^level` to `(index + 1) · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub level: u8,
    pub index: u64,
    pub hash: Digest,
}

/// The hash of one entry: `SHA-256(0x00 ‖ entry)`.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(entry);
    Digest(hash.finalize().into())
}

pub(super) fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left.0);
    hash.update(right.0);
    Digest(hash.finalize().into())
}

/// The root over no entries: the hash of nothing.
pub(super) fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The right edge of the tree: one complete subtree for each bit of the size, largest first.
///
/// It is all that appending and the root need, so the writer keeps it in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Node>,
}

impl Frontier {
    /// Where the peaks of a tree of this size stand: `(level, index)`, largest first.
    pub fn peak_places(size: u64) -> impl Iterator<Item = (u8, u64)> {
        (0..64_u8)
            .rev()
            .filter(move |level| size >> level & 1 == 1)
            .map(move |level| (level, (size >> level) - 1))
    }

    /// Takes up a tree from its stored peaks; `None` if one is missing.
    pub fn resume(size: u64, peaks: Vec<Node>) -> Option<Self> {
        let places = peaks.iter().map(|node| (node.level, node.index));
        places.eq(Self::peak_places(size)).then_some(Self { size, peaks })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry and returns every subtree it completes, the leaf first.
    pub fn append(&mut self, entry: &[u8]) -> Vec<Node> {
        let mut node = Node {
            level: 0,
            index: self.size,
            hash: leaf_hash(entry),
        };
        let mut made = vec![node];
        while let Some(left) = self.peaks.pop_if(|peak| peak.level == node.level) {
            node = Node {
                level: node.level + 1,
                index: node.index / 2,
                hash: node_hash(&left.hash, &node.hash),
            };
            made.push(node);
        }
        self.peaks.push(node);
        self.size += 1;
        made
    }

    /// The root over all entries; the hash of nothing for an empty tree.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev().map(|node| node.hash);
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(last, |right, left| node_hash(&left, &right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of RFC 6962 word for word, as an oracle.
    fn mth(entries: &[Vec<u8>]) -> Digest {
        match entries {
            [] => Digest(Sha256::digest([]).into()),
            [one] => leaf_hash(one),
            many => {
                let k = (many.len() - 1).ilog2();
                let (left, right) = many.split_at(1 << k);
                node_hash(&mth(left), &mth(right))
            }
        }
    }

    #[test]
    fn the_roots_are_those_of_the_certificate_transparency_test_vectors() {
        // github.com/transparency-dev/merkle testonly/constants.go
        let leaves: [&str; 8] = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let mut tree = Frontier::default();
        assert_eq!(
            tree.root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for leaf in leaves {
            tree.append(&hex::decode(leaf).expect("hex"));
        }
        assert_eq!(
            tree.root().to_string(),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
    }

    proptest! {
        #[test]
        fn growing_gives_the_same_root_as_the_definition(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..70)) {
            let mut tree = Frontier::default();
            let mut nodes = Vec::new();
            for entry in &entries {
                nodes.extend(tree.append(entry));
            }
            prop_assert_eq!(tree.root(), mth(&entries));
            let peaks = Frontier::peak_places(tree.size())
                .filter_map(|place| nodes.iter().find(|n| (n.level, n.index) == place).copied())
                .collect();
            prop_assert_eq!(Frontier::resume(tree.size(), peaks), Some(tree));
        }
    }
}
