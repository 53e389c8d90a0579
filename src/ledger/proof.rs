//! Proofs over the tree: that an entry is in it, and that it grew from an earlier one.
//!
//! RFC 6962, 2.1.1 and 2.1.2, checked as RFC 9162, 2.1.3.2 and 2.1.4.2 say. A receipt is C2SP tlog-proof
//! (<https://c2sp.org/tlog-proof>): an inclusion proof with the checkpoint that it leads to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Frontier;
use super::tree::{empty_root, node_hash};
use crate::domain::Digest;

/// The first line of a receipt.
const RECEIPT: &str = "c2sp.org/tlog-proof@v1";

/// No tree has a longer proof: its size is a 64-bit number.
const LONGEST: usize = 128;

/// The entries from the first up to the second, which is not in it.
type Range = (u64, u64);

/// The hashes that lead from entry `index` to the root over `size` entries.
///
/// `node` reads the hash of a complete subtree by level and index; its error ends it. `None` where the tree
/// has no such entry.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    node: impl FnMut(u8, u64) -> Result<Digest, E>,
) -> Result<Option<Vec<Digest>>, E> {
    if index >= size {
        return Ok(None);
    }
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + half(end - start);
        if index < middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    ranges.reverse();
    hashes(&ranges, node).map(Some)
}

/// The hashes that prove that the tree over `to` entries begins with the tree over `from`.
///
/// `None` where it is the longer one.
pub fn consistency<E>(
    from: u64,
    to: u64,
    node: impl FnMut(u8, u64) -> Result<Digest, E>,
) -> Result<Option<Vec<Digest>>, E> {
    if from > to {
        return Ok(None);
    }
    if from == 0 || from == to {
        return Ok(Some(Vec::new()));
    }
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, to);
    // Whether what is left of the earlier tree still is all of it: then its root is known already.
    let mut is_whole = true;
    while from < end {
        let middle = start + half(end - start);
        if from <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
            is_whole = false;
        }
    }
    if !is_whole {
        ranges.push((start, end));
    }
    ranges.reverse();
    hashes(&ranges, node).map(Some)
}

/// Whether these hashes lead from an entry's leaf hash to the root.
pub fn includes(index: u64, leaf: Digest, proof: &[Digest], size: u64, root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == root
}

/// Whether these hashes prove that the second tree begins with all of the first; each is size and root.
pub fn extends(first: (u64, Digest), second: (u64, Digest), proof: &[Digest]) -> bool {
    if first.0 > second.0 {
        return false;
    }
    if first.0 == second.0 {
        return proof.is_empty() && first.1 == second.1;
    }
    if first.0 == 0 {
        return proof.is_empty() && first.1 == empty_root();
    }
    // A complete first tree is itself the first step.
    let given = first.0.is_power_of_two().then_some(&first.1);
    let mut steps = given.into_iter().chain(proof);
    let (mut at, mut last) = (first.0 - 1, second.0 - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let Some(begin) = steps.next() else {
        return false;
    };
    let (mut old, mut new) = (*begin, *begin);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node_hash(step, &old);
            new = node_hash(step, &new);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == first.1 && new == second.1
}

/// The largest power of two below `size`, which is at least 2.
fn half(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The hash over each range. A range begins at a multiple of the largest subtree in it.
fn hashes<E>(ranges: &[Range], mut node: impl FnMut(u8, u64) -> Result<Digest, E>) -> Result<Vec<Digest>, E> {
    ranges
        .iter()
        .map(|&(start, end)| {
            let mut peaks = Vec::new();
            for (level, index) in Frontier::peak_places(end - start) {
                peaks.push(node(level, (start >> level) + index)?);
            }
            let last = peaks.pop().unwrap_or_else(empty_root);
            Ok(peaks.iter().rfold(last, |right, left| node_hash(left, &right)))
        })
        .collect()
}

/// An entry's proof, to keep beside its bytes: whoever has the ledger's key can check it without the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which entry, counted from 0.
    pub index: u64,
    pub hashes: Vec<Digest>,
    /// The signed note that they lead to.
    pub checkpoint: String,
}

impl Receipt {
    pub fn text(&self) -> String {
        let hashes: String = self.hashes.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect();
        format!("{RECEIPT}\nindex {}\n{hashes}\n{}", self.index, self.checkpoint)
    }

    /// Reads a receipt. What others put into its `extra` line is signed by nobody, and passed over.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n').peekable();
        (lines.next()? == RECEIPT).then_some(())?;
        lines.next_if(|line| line.starts_with("extra "));
        let number = lines.next()?.strip_prefix("index ")?;
        let index: u64 = number.parse().ok().filter(|index: &u64| index.to_string() == number)?;
        let hash = |line: &str| Some(Digest(STANDARD.decode(line).ok()?.try_into().ok()?));
        let hashes: Vec<Digest> = lines.map(hash).collect::<Option<_>>()?;
        (hashes.len() <= LONGEST).then(|| Self {
            index,
            hashes,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
