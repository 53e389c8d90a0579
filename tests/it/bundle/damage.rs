//! Every kind of damage is found, also by somebody who made the list of digests fit.

use std::path::Path;

use signoff::bundle::{Files, Flaw, FlawKind, Pins, SUMS, check, sums_line};
use signoff::ledger::{entry_bundle, hash_tile, leaf_hash};

use super::{export, files, ledger, signoff};

/// Makes the list of digests fit whatever is there.
pub fn fit(files: &mut Files) {
    files.remove(SUMS);
    let sums: String = files.iter().map(|(path, bytes)| sums_line(path, bytes)).collect();
    files.insert(SUMS.to_owned(), sums.into_bytes());
}

fn flaw(files: &Files) -> Flaw {
    check(files, &Pins::default()).expect_err("it is damaged")
}

async fn bundle() -> Files {
    let ledger = ledger().await;
    files(&export(ledger.folder.path(), &[]))
}

#[tokio::test]
async fn a_byte_of_any_file_is_found_and_said_where() {
    let whole = bundle().await;
    assert!(check(&whole, &Pins::default()).is_ok());
    for (path, bytes) in &whole {
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut damaged = whole.clone();
            damaged.get_mut(path).unwrap()[at] ^= 1;
            let found = flaw(&damaged);
            assert_eq!(found.kind, FlawKind::Tampered, "{path} {at}");
            let says = found.file == *path || path == SUMS;
            assert!(says, "{path} {at}: {found:?}");
            // The guide proves nothing, and neither does a list that fits whatever is there.
            let once = at == bytes.len() / 2;
            if !once || path == "VERIFY.md" || path == SUMS {
                continue;
            }
            fit(&mut damaged);
            let found = flaw(&damaged);
            assert_eq!(found.kind, FlawKind::Tampered, "{path} {at}: {found:?}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_gone_or_was_put_there_is_found() {
    let whole = bundle().await;
    for path in whole.keys().filter(|path| *path != SUMS && *path != "VERIFY.md") {
        let mut damaged = whole.clone();
        damaged.remove(path);
        assert_eq!(flaw(&damaged).file, *path);
        fit(&mut damaged);
        assert_eq!(flaw(&damaged).kind, FlawKind::Tampered, "{path}");
    }
    for path in [
        "tile/entries/001",
        "decisions/0.json",
        "policies/none.toml",
        "blobs/none.json",
    ] {
        let mut damaged = whole.clone();
        damaged.insert(path.to_owned(), b"{}".to_vec());
        assert_eq!(flaw(&damaged).file, path);
        fit(&mut damaged);
        assert_eq!(flaw(&damaged).file, path);
    }
}

/// Entries, and the tree over them made to fit.
pub fn with_entries(whole: &Files, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Files {
    let mut files = whole.clone();
    let bundle = whole.keys().find(|path| path.starts_with("tile/entries/")).unwrap();
    let mut rest = &whole[bundle][..];
    let mut entries = Vec::new();
    while let Some((length, more)) = rest.split_first_chunk::<2>() {
        let (entry, more) = more.split_at(u16::from_be_bytes(*length).into());
        entries.push(entry.to_vec());
        rest = more;
    }
    let size = entries.len();
    change(&mut entries);
    for path in [format!("tile/entries/000.p/{size}"), format!("tile/0/000.p/{size}")] {
        files.remove(&path);
    }
    let (size, hashes) = (entries.len(), entries.iter().map(|entry| leaf_hash(entry)));
    let hashes = hash_tile(&hashes.collect::<Vec<_>>());
    let bundle = entry_bundle(entries.iter().map(Vec::as_slice));
    files.insert(format!("tile/entries/000.p/{size}"), bundle);
    files.insert(format!("tile/0/000.p/{size}"), hashes);
    fit(&mut files);
    files
}

#[tokio::test]
async fn entries_that_were_dropped_swapped_cut_or_changed_are_found() {
    let whole = bundle().await;
    assert!(check(&with_entries(&whole, |_| {}), &Pins::default()).is_ok());
    let dropped = with_entries(&whole, |entries| drop(entries.remove(5)));
    let swapped = with_entries(&whole, |entries| entries.swap(3, 4));
    let cut = with_entries(&whole, |entries| drop(entries.pop()));
    let added = with_entries(&whole, |entries| {
        let again = entries.last().unwrap().clone();
        entries.push(again);
    });
    for damaged in [dropped, swapped, cut, added] {
        assert_eq!(flaw(&damaged).kind, FlawKind::Tampered);
    }
    // An entry alone, with the tree left as it was: said to the entry.
    let mut changed = whole.clone();
    let bundle = whole.keys().find(|path| path.starts_with("tile/entries/")).unwrap();
    changed.get_mut(bundle).unwrap()[10] ^= 1;
    fit(&mut changed);
    let found = flaw(&changed);
    assert_eq!((found.file.as_str(), found.entry), (bundle.as_str(), Some(0)));
}

#[tokio::test]
async fn a_signature_of_another_is_found() {
    let whole = bundle().await;
    let signatures: Vec<&String> = whole.keys().filter(|path| path.contains(".sig")).collect();
    let mut damaged = whole.clone();
    damaged.insert(signatures[0].clone(), whole[signatures[1]].clone());
    fit(&mut damaged);
    let found = flaw(&damaged);
    assert_eq!(found.file, *signatures[0]);
    let n = signatures[0].trim_start_matches("decisions/").trim_end_matches(".sig");
    assert_eq!(found.entry.map(|entry| entry.to_string()).as_deref(), Some(n));
}

#[tokio::test]
async fn the_program_says_what_and_where_and_exits_with_11() {
    let ledger = ledger().await;
    let bundle = export(ledger.folder.path(), &[]);
    let path = bundle.join("allowed_signers");
    std::fs::write(&path, "").unwrap();
    let said = signoff(&["verify-bundle", bundle.to_str().unwrap()]);
    assert_eq!(said.status.code(), Some(11));
    insta::assert_snapshot!(String::from_utf8_lossy(&said.stderr), @"Error: the bundle does not hold: allowed_signers has other bytes than SHA256SUMS says.");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(Path::new("/etc/hostname"), &path).unwrap();
    assert_eq!(
        signoff(&["verify-bundle", bundle.to_str().unwrap()]).status.code(),
        Some(11)
    );
    assert_eq!(signoff(&["verify-bundle", "/nowhere"]).status.code(), Some(4));
}
