//! What stands beside the tree: texts, policies, what people signed, who they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use uuid::Uuid;

use super::{Files, Flaw, Names, Told, read_manifest, same};
use crate::bundle::layout::{DECISIONS, MANIFEST, SIGNERS, TOKEN_KEYS, file_path, policy_path, texts_path};
use crate::bundle::{Texts, decisions_line, picked, signer_lines};
use crate::domain::{Digest, EnvelopeId, PrincipalId, Role};
use crate::ledger::{BlobCheck, Checkpoint, Entry, Fact, KnownKey, Salt, Verifier, sha256};
use crate::policy::Policy;

/// Every text opens the commitment of its place; returns them, and what people are called.
pub(super) fn texts(files: &Files, verifier: &mut Verifier) -> Result<(BTreeMap<Uuid, Texts>, Names), Flaw> {
    let mut read = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("blobs/")) {
        let texts: Texts = serde_json::from_slice(bytes).map_err(|_| odd(path))?;
        if texts_path(texts.subject) != *path {
            return Err(odd(path));
        }
        read.push((path.as_str(), texts));
    }
    opened(read, verifier)
}

fn odd(path: &str) -> Flaw {
    Flaw::tampered(path, format!("{path} does not hold texts as this version writes them."))
}

/// The same of texts that were read; each subject's stand together.
pub(super) fn opened<'p>(
    read: impl IntoIterator<Item = (&'p str, Texts)>,
    verifier: &mut Verifier,
) -> Result<(BTreeMap<Uuid, Texts>, Names), Flaw> {
    let (mut all, mut names) = (BTreeMap::new(), Names::new());
    for (path, texts) in read {
        for kept in &texts.payloads {
            let payload = kept.payload().ok_or_else(|| odd(path))?;
            let place = (EnvelopeId(texts.subject), kept.revision);
            let content = Some((Salt(kept.salt.0), &payload, kept.sha256));
            let checked = verifier.payload(place, kept.commitment, content);
            checked.map_err(|fault| Flaw::of(path, fault))?;
        }
        for kept in &texts.texts {
            let bytes = kept.bytes().ok_or_else(|| odd(path))?;
            let checked = verifier.blob(&BlobCheck {
                subject: texts.subject,
                kind: kept.kind.clone(),
                commitment: kept.commitment,
                content: Some((Salt(kept.salt.0), &bytes)),
            });
            checked.map_err(|fault| Flaw::of(path, fault))?;
            if kept.kind == "profile" {
                names.extend(name(&bytes).map(|name| (PrincipalId(texts.subject), name)));
            }
        }
        if all.insert(texts.subject, texts).is_some() {
            return Err(odd(path));
        }
    }
    Ok((all, names))
}

fn name(profile: &[u8]) -> Option<String> {
    let profile: serde_json::Value = serde_json::from_slice(profile).ok()?;
    profile["name"].as_str().map(str::to_owned)
}

/// Every policy is the one it is named after. One that cannot be read any more is left out of the answer.
pub(super) fn policies(files: &Files, verifier: &mut Verifier) -> Result<HashMap<Digest, Policy>, Flaw> {
    let here = files.iter().filter(|(path, _)| path.starts_with("policies/"));
    let misnamed = here.clone().find(|(path, bytes)| policy_path(sha256(bytes)) != **path);
    if let Some((path, _)) = misnamed {
        let message = format!("{path} has other bytes than its name says.");
        return Err(Flaw::tampered(path, message));
    }
    read_policies(here.map(|(path, bytes)| (path.as_str(), &bytes[..])), verifier)
}

/// The same of what stands anywhere.
pub(super) fn read_policies<'p>(
    all: impl IntoIterator<Item = (&'p str, &'p [u8])>,
    verifier: &mut Verifier,
) -> Result<HashMap<Digest, Policy>, Flaw> {
    let mut read = HashMap::new();
    for (path, bytes) in all {
        let version = sha256(bytes);
        verifier.policy(version, bytes).map_err(|fault| Flaw::of(path, fault))?;
        let text = std::str::from_utf8(bytes).ok();
        read.extend(text.and_then(|text| Some((version, Policy::parse(text, version).ok()?))));
    }
    Ok(read)
}

/// Evidence has the bytes that its name says, is named by a text that is here, and is all there that was.
pub(super) fn evidence(files: &Files, texts: &BTreeMap<Uuid, Texts>) -> Result<(), Flaw> {
    let named: BTreeSet<String> = texts.values().flat_map(Texts::evidence).map(file_path).collect();
    let mut here = BTreeSet::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("files/")) {
        let digest = sha256(bytes);
        if file_path(digest) != *path {
            let message = format!("{path} has other bytes than its name says.");
            return Err(Flaw::tampered(path, message));
        }
        if !named.contains(path) {
            return Err(Flaw::tampered(path, format!("No text here names {path}.")));
        }
        here.insert(digest);
    }
    let listed = read_manifest(files)?.files;
    match listed.symmetric_difference(&here).next() {
        None => Ok(()),
        Some(digest) if here.contains(digest) => {
            let path = file_path(*digest);
            Err(Flaw::tampered(&path, format!("The manifest does not name {path}.")))
        }
        Some(digest) => {
            let path = file_path(*digest);
            Err(Flaw::tampered(&path, format!("{path} is gone.")))
        }
    }
}

/// What people signed is what the entries hold; returns which files that makes.
pub(super) fn words(files: &Files, told: &Told) -> Result<BTreeSet<String>, Flaw> {
    let mut expected = BTreeSet::new();
    let mut lines = String::new();
    for word in &told.words {
        let made = word
            .files()
            .map_err(|error| Flaw::tampered(DECISIONS, format!("{error}.")))?;
        for (path, bytes) in made {
            same(files, &path, &bytes).map_err(|flaw| Flaw {
                entry: Some(word.n),
                ..flaw
            })?;
            expected.insert(path);
        }
        let _ = write!(lines, "{}", decisions_line(word));
    }
    same(files, DECISIONS, lines.as_bytes())?;
    Ok(expected)
}

/// Whose keys counted when, as the entries tell it.
pub(super) fn people(files: &Files, keys: Vec<KnownKey>, names: &Names, told: &Told) -> Result<(), Flaw> {
    let admin = |entry: &Entry| match &entry.fact {
        Fact::PrincipalAdded {
            principal,
            role: Some(Role::Admin),
            ..
        } => Some(*principal),
        _ => None,
    };
    let admins = told.entries.iter().filter_map(admin).collect();
    same(files, SIGNERS, signer_lines(keys, names, &admins).as_bytes())
}

/// Which keys tokens were signed with, as the entries tell it.
pub(super) fn token_keys(files: &Files, verifier: &Verifier) -> Result<(), Flaw> {
    match (
        crate::bundle::token_keys(verifier.token_keys()),
        files.contains_key(TOKEN_KEYS),
    ) {
        (Some(told), _) => same(files, TOKEN_KEYS, &told),
        (None, true) => Err(Flaw::tampered(TOKEN_KEYS, format!("No entry tells of {TOKEN_KEYS}."))),
        (None, false) => Ok(()),
    }
}

/// The manifest is about this, and the texts that are here are of what it says was picked; returns of how many
/// envelopes.
pub(super) fn manifest(
    files: &Files,
    told: &Told,
    head: &Checkpoint,
    subjects: &BTreeSet<Uuid>,
    names: &Names,
) -> Result<u64, Flaw> {
    let read = read_manifest(files)?;
    let proposed = told
        .entries
        .iter()
        .filter(|entry| matches!(entry.fact, Fact::Proposed { .. }));
    let here: BTreeSet<EnvelopeId> = proposed
        .filter_map(|entry| entry.envelope)
        .filter(|id| subjects.contains(&id.0))
        .collect();
    let fitting = picked::fitting(&read.picked, &told.entries, names);
    let fitting = fitting.map_err(|why| Flaw::tampered(MANIFEST, why))?;
    if let Some(id) = here.symmetric_difference(&fitting).next() {
        let path = texts_path(id.0);
        return Err(Flaw::tampered(
            &path,
            if here.contains(id) {
                format!("{path} is here, and the envelope is none of those that the manifest says were picked.")
            } else {
                format!(
                    "{path} is gone: by the entries the envelope is one of those that the manifest says were picked."
                )
            },
        ));
    }
    let here = here.len() as u64;
    let same = [
        ("ledger", Some(read.ledger) == told.ledger),
        ("count of entries", read.entries == head.size),
        ("root", read.root == head.root),
        ("count of envelopes", read.envelopes == here),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(Flaw::tampered(MANIFEST, format!("The manifest names another {what}."))),
        None => Ok(here),
    }
}
