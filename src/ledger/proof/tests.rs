use std::collections::HashMap;
use std::convert::Infallible;

use proptest::prelude::*;

use super::*;
use crate::ledger::leaf_hash;

/// A tree, with the nodes that a ledger stores and the root at each size.
struct Grown {
    nodes: HashMap<(u8, u64), Digest>,
    roots: Vec<Digest>,
}

fn grown(size: u64) -> Grown {
    let mut tree = Frontier::default();
    let (mut nodes, mut roots) = (HashMap::new(), vec![tree.root()]);
    for n in 0..size {
        for node in tree.append(&n.to_be_bytes()) {
            nodes.insert((node.level, node.index), node.hash);
        }
        roots.push(tree.root());
    }
    Grown { nodes, roots }
}

impl Grown {
    fn node(&self) -> impl FnMut(u8, u64) -> Result<Digest, Infallible> {
        |level, index| Ok(self.nodes[&(level, index)])
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Digest> {
        let Ok(proof) = inclusion(index, size, self.node());
        proof.expect("there is such an entry")
    }

    fn consistency(&self, from: u64, to: u64) -> Vec<Digest> {
        let Ok(proof) = consistency(from, to, self.node());
        proof.expect("the second is no shorter")
    }

    fn root(&self, size: u64) -> Digest {
        self.roots[usize::try_from(size).expect("small")]
    }

    fn tree(&self, size: u64) -> (u64, Digest) {
        (size, self.root(size))
    }
}

/// PATH(m, D[n]) of RFC 6962, 2.1.1, word for word.
fn path(m: usize, d: &[Vec<u8>]) -> Vec<Digest> {
    if d.len() <= 1 {
        return Vec::new();
    }
    let k = 1 << (d.len() - 1).ilog2();
    if m < k {
        [path(m, &d[..k]), vec![mth(&d[k..])]].concat()
    } else {
        [path(m - k, &d[k..]), vec![mth(&d[..k])]].concat()
    }
}

/// SUBPROOF(m, D[n], b) of RFC 6962, 2.1.2, word for word.
fn subproof(m: usize, d: &[Vec<u8>], b: bool) -> Vec<Digest> {
    if m == d.len() {
        return if b { Vec::new() } else { vec![mth(d)] };
    }
    let k = 1 << (d.len() - 1).ilog2();
    if m <= k {
        [subproof(m, &d[..k], b), vec![mth(&d[k..])]].concat()
    } else {
        [subproof(m - k, &d[k..], false), vec![mth(&d[..k])]].concat()
    }
}

/// MTH(D[n]) of RFC 6962, 2.1.
fn mth(d: &[Vec<u8>]) -> Digest {
    match d {
        [] => empty_root(),
        [one] => leaf_hash(one),
        many => {
            let (left, right) = many.split_at(1 << (many.len() - 1).ilog2());
            node_hash(&mth(left), &mth(right))
        }
    }
}

fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|n| n.to_be_bytes().to_vec()).collect()
}

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_definition_and_holds() {
    let tree = grown(40);
    for size in 1..=40_u64 {
        let all = entries(size);
        for index in 0..size {
            let proof = tree.inclusion(index, size);
            let at = usize::try_from(index).expect("small");
            assert_eq!(proof, path(at, &all), "{index} of {size}");
            let leaf = leaf_hash(&all[at]);
            assert!(
                includes(index, leaf, &proof, size, tree.root(size)),
                "{index} of {size}"
            );
            // RFC 6962 proves no consistency with an empty tree; here that is the same as none.
            let from = index + 1;
            let proof = tree.consistency(from, size);
            let at = usize::try_from(from).expect("small");
            assert_eq!(proof, subproof(at, &all, true), "{from} to {size}");
            assert!(extends(tree.tree(from), tree.tree(size), &proof), "{from} to {size}");
        }
    }
}

#[test]
fn there_is_no_proof_of_what_is_not_there() {
    let tree = grown(8);
    assert_eq!(inclusion(8, 8, tree.node()), Ok(None));
    assert_eq!(consistency(8, 7, tree.node()), Ok(None));
    assert_eq!(consistency(0, 7, tree.node()), Ok(Some(Vec::new())));
    assert!(extends(tree.tree(0), tree.tree(7), &[]));
    assert!(!extends((0, Digest([0; 32])), tree.tree(7), &[]));
    assert!(!extends(tree.tree(7), tree.tree(0), &[]));
    assert!(!includes(0, leaf_hash(&[]), &[], 0, tree.root(0)));
}

#[test]
fn a_receipt_is_read_as_it_was_written() {
    let tree = grown(7);
    let receipt = Receipt {
        index: 5,
        hashes: tree.inclusion(5, 7),
        checkpoint: "a\n7\nb\n\n\u{2014} a b\n".to_owned(),
    };
    let text = receipt.text();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 5\n"), "{text}");
    assert_eq!(Receipt::parse(&text), Some(receipt.clone()));
    let with_extra = text.replacen("index", "extra QUJD\nindex", 1);
    assert_eq!(Receipt::parse(&with_extra), Some(receipt));
    for bad in [
        "",
        &text.replace("@v1", "@v2"),
        &text.replace("index 5", "index 05"),
        &text.replace("index 5", "index +5"),
        &text.replace("index 5\n", ""),
        &text.replacen('\n', "\n\n", 1),
        &text.replacen("=\n", "\n", 1),
    ] {
        assert_eq!(Receipt::parse(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn a_proof_of_another_entry_size_or_root_does_not_hold(
        size in 1_u64..200, index in 0_u64..200, other in 0_u64..200, byte in 0_usize..32,
    ) {
        let tree = grown(200);
        let (index, other) = (index % size, other % size);
        let proof = tree.inclusion(index, size);
        let leaf = leaf_hash(&index.to_be_bytes());
        prop_assert!(includes(index, leaf, &proof, size, tree.root(size)));
        prop_assert_eq!(includes(other, leaf, &proof, size, tree.root(size)), other == index);
        let mut root = tree.root(size);
        root.0[byte] ^= 1;
        prop_assert!(!includes(index, leaf, &proof, size, root));
        for n in 0..proof.len() {
            let mut changed = proof.clone();
            changed[n].0[byte] ^= 1;
            prop_assert!(!includes(index, leaf, &changed, size, tree.root(size)));
            changed.remove(n);
            prop_assert!(!includes(index, leaf, &changed, size, tree.root(size)));
        }
        let longer = [proof.as_slice(), &[root]].concat();
        prop_assert!(!includes(index, leaf, &longer, size, tree.root(size)));
    }

    #[test]
    fn growth_that_did_not_happen_is_not_proved(from in 1_u64..200, to in 1_u64..200, byte in 0_usize..32) {
        prop_assume!(from < to);
        let tree = grown(200);
        let proof = tree.consistency(from, to);
        prop_assert!(extends(tree.tree(from), tree.tree(to), &proof));
        let mut old = tree.tree(from);
        old.1.0[byte] ^= 1;
        prop_assert!(!extends(old, tree.tree(to), &proof));
        let mut new = tree.tree(to);
        new.1.0[byte] ^= 1;
        prop_assert!(!extends(tree.tree(from), new, &proof));
        for n in 0..proof.len() {
            let mut changed = proof.clone();
            changed[n].0[byte] ^= 1;
            prop_assert!(!extends(tree.tree(from), tree.tree(to), &changed));
            changed.remove(n);
            prop_assert!(!extends(tree.tree(from), tree.tree(to), &changed));
        }
        let longer = [proof.as_slice(), &[old.1]].concat();
        prop_assert!(!extends(tree.tree(from), tree.tree(to), &longer));
        prop_assert!(!extends(tree.tree(to), tree.tree(from), &proof));
    }

    #[test]
    fn no_text_and_no_number_makes_the_check_panic(
        text in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,22}\n)?[A-Za-z+=\n]{0,60}",
        numbers in any::<[u64; 3]>(), steps in 0_usize..70,
    ) {
        let _ = Receipt::parse(&text);
        let steps = vec![Digest([7; 32]); steps];
        let [a, b, c] = numbers;
        let _ = includes(a, Digest([1; 32]), &steps, b, Digest([2; 32]));
        let _ = extends((b, Digest([1; 32])), (c, Digest([2; 32])), &steps);
    }
}
