//! The tree and its entries, from tiles to the signed head.

use jiff::Timestamp;

use super::{Files, Flaw, Told, file};
use crate::bundle::layout::{CHECKPOINT, LOG_KEY, tile_path, tiles};
use crate::bundle::words::SignedWord;
use crate::domain::Digest;
use crate::ledger::{Checkpoint, Entry, Fact, Frontier, TILE_WIDTH, Tile, Verifier, hash_tile};
use crate::signature::NoteKey;

/// Reads every entry and holds the tree over them against tiles and head, and its key against one that was seen.
pub(super) fn check(files: &Files, seen: Option<&NoteKey>) -> Result<(Verifier, Told, Checkpoint), Flaw> {
    let note = text(files, CHECKPOINT)?;
    let claimed = Checkpoint::claimed(note).map_err(|error| bad(CHECKPOINT, error))?;
    // Nobody signed that size yet: it may be as large as a number can be.
    if claimed.size / u64::from(TILE_WIDTH) > files.len() as u64 {
        return Err(Flaw::tampered(
            CHECKPOINT,
            "It names more entries than there are files for.",
        ));
    }
    let mut verifier = Verifier::default();
    let mut told = Told::default();
    let mut tree = Frontier::default();
    // The hashes that tiles hold: of every eighth level.
    let mut levels: Vec<Vec<Digest>> = vec![Vec::new(); 8];
    let mut at = Timestamp::UNIX_EPOCH;
    for tile in tiles(claimed.size).iter().filter(|tile| tile.level.is_none()) {
        let path = tile_path(tile);
        let bundle = file(files, &path)?;
        let stored = leaves(files, tile)?;
        let entries = split(bundle).filter(|entries| entries.len() == usize::from(tile.width));
        let entries = entries.ok_or_else(|| {
            Flaw::tampered(
                &path,
                format!("{path} does not hold the {} entries of its name.", tile.width),
            )
        })?;
        for (bytes, leaf) in entries.into_iter().zip(stored) {
            let n = tree.size();
            verifier
                .entry(n, bytes, Some(leaf))
                .map_err(|fault| Flaw::of(&path, fault))?;
            verifier.could_be_seen();
            let entry: Entry = serde_json::from_slice(bytes).map_err(|error| bad(&path, error))?;
            at = entry.at;
            take(&mut told, n, entry);
            for node in tree.append(bytes).iter().filter(|node| node.level % 8 == 0) {
                levels[usize::from(node.level / 8)].push(node.hash);
            }
        }
    }
    for tile in tiles(claimed.size) {
        let Some(level) = tile.level else { continue };
        let path = tile_path(&tile);
        let start = usize::try_from(tile.index).unwrap_or(usize::MAX).saturating_mul(256);
        let hashes = levels[usize::from(level)].get(start..start + usize::from(tile.width));
        if hashes.map(hash_tile).as_deref() != Some(file(files, &path)?) {
            return Err(Flaw::tampered(
                &path,
                format!("{path} has other hashes than the entries."),
            ));
        }
    }
    verifier
        .head(claimed.size, claimed.root, at, Some(note.as_bytes()))
        .and_then(|()| verifier.end(Some(claimed.size)))
        .map_err(|fault| Flaw::of(CHECKPOINT, fault))?;
    key(files, &told, note)?;
    leads_here(&told.entries, seen)?;
    Ok((verifier, told, claimed))
}

/// The key beside it is the one in force, and the head is signed with it.
fn key(files: &Files, told: &Told, note: &str) -> Result<(), Flaw> {
    let line = text(files, LOG_KEY)?;
    let named = told.log_keys.last().map(|key| format!("{key}\n"));
    if named.as_deref() != Some(line) {
        return Err(Flaw::tampered(LOG_KEY, "It is not the key that the entries name."));
    }
    let key: NoteKey = line.trim_end().parse().map_err(|error| bad(LOG_KEY, error))?;
    Checkpoint::open(note, &key)
        .map(drop)
        .map_err(|error| bad(CHECKPOINT, error))
}

/// The key that was seen before is in force, or handed over to the one that is. What it did not sign itself, such
/// as an accepted rollback, leads nowhere.
pub(super) fn leads_here(entries: &[Entry], seen: Option<&NoteKey>) -> Result<(), Flaw> {
    let Some(seen) = seen.map(ToString::to_string) else {
        return Ok(());
    };
    let leads = entries.iter().fold(false, |leads, entry| match &entry.fact {
        Fact::KeyRotated { key, .. } => leads || *key == seen,
        Fact::RollbackAccepted { key, .. } => *key == seen,
        _ => leads,
    });
    if leads {
        Ok(())
    } else {
        let message =
            format!("{LOG_KEY} is not the key that was named, and no entry that it signed leads from that one.");
        Err(Flaw::unproved(None, LOG_KEY.to_owned(), message))
    }
}

pub(super) fn take(told: &mut Told, n: u64, entry: Entry) {
    told.words.extend(SignedWord::of(n, &entry));
    if let Fact::Opened { ledger } = &entry.fact {
        told.ledger.get_or_insert(*ledger);
    }
    if let Fact::KeyRotated { key, .. } | Fact::RollbackAccepted { key, .. } = &entry.fact {
        told.log_keys.push(key.clone());
    }
    told.entries.push(entry);
}

/// The leaf hashes that go with a bundle of entries.
fn leaves(files: &Files, bundle: &Tile) -> Result<Vec<Digest>, Flaw> {
    let path = tile_path(&Tile {
        level: Some(0),
        ..*bundle
    });
    let (hashes, rest) = file(files, &path)?.as_chunks::<32>();
    if hashes.len() == usize::from(bundle.width) && rest.is_empty() {
        Ok(hashes.iter().copied().map(Digest).collect())
    } else {
        Err(Flaw::tampered(
            &path,
            format!("{path} does not hold the hashes of its name."),
        ))
    }
}

/// The entries of a bundle: each behind its length in two bytes. `None` where the last one does not end.
fn split(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry);
        bundle = rest;
    }
    bundle.is_empty().then_some(entries)
}

fn text<'f>(files: &'f Files, path: &str) -> Result<&'f str, Flaw> {
    std::str::from_utf8(file(files, path)?).map_err(|error| bad(path, error))
}

fn bad(path: &str, why: impl std::fmt::Display) -> Flaw {
    Flaw::tampered(path, format!("{path}: {why}."))
}
