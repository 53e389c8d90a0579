//! The check of a whole bundle, from its raw files.

mod part;
mod record;
mod tree;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) use part::of_part;
use serde::Serialize;
use uuid::Uuid;

use super::trust::{Strict, Trust};
use super::words::SignedWord;
use super::{Files, Manifest, Pins, SUMS, Texts, layout, parse_sums};
use crate::domain::Digest;
use crate::ledger::{Entry, Fault, sha256};
use crate::policy::Policy;

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// A file is not what it was, or does not belong there, or is gone.
    Tampered,
    /// All of it is as it was written, and it does not prove what was asked for.
    Unproved,
}

/// The first thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Flaw {
    pub kind: FlawKind,
    /// The file it lies in.
    pub file: String,
    /// The entry, counted from 0, where it lies in one.
    pub entry: Option<u64>,
    /// One sentence.
    pub message: String,
}

impl Flaw {
    pub(super) fn tampered(file: &str, message: impl Into<String>) -> Self {
        Self {
            kind: FlawKind::Tampered,
            file: file.to_owned(),
            entry: None,
            message: message.into(),
        }
    }

    pub(super) fn unproved(entry: impl Into<Option<u64>>, file: String, message: String) -> Self {
        Self {
            kind: FlawKind::Unproved,
            file,
            entry: entry.into(),
            message,
        }
    }

    fn of(file: &str, fault: Fault) -> Self {
        Self {
            entry: fault.entry,
            ..Self::tampered(file, fault.message)
        }
    }
}

/// What a sound bundle was found to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub ledger: Uuid,
    pub entries: u64,
    pub root: Digest,
    /// Proposed in all; and of how many the texts are here.
    pub envelopes: u64,
    pub with_texts: u64,
    pub texts: u64,
    /// Texts that were erased, of those envelopes.
    pub erased: u64,
    /// Decisions under their person's own signature.
    pub signed: u64,
    /// What strictness found; absent where nobody said who is trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<Strict>,
}

/// What entries say that files must show.
#[derive(Debug, Default)]
struct Told {
    words: Vec<SignedWord>,
    log_keys: Vec<String>,
    ledger: Option<Uuid>,
    entries: Vec<Entry>,
}

/// What was found to hold, as far as it takes to ask who is to be believed.
#[derive(Debug)]
pub(super) struct Grounds {
    told: Told,
    policies: HashMap<Digest, Policy>,
    pub texts: BTreeMap<Uuid, Texts>,
    /// Where the texts of others were left out: whose are here.
    about: Option<BTreeSet<Uuid>>,
}

/// A bundle that was found to hold.
#[derive(Debug)]
pub(super) struct Whole {
    pub grounds: Grounds,
    checked: Checked,
}

/// Computes everything in it again, and says what holds.
///
/// Where `pins` name people it is strict: every verdict is given again by the policy, and of the envelopes that
/// matter (severity high or severe) nothing was handed out but on signatures of as many of these people as it
/// takes.
pub fn check(files: &Files, pins: &Pins) -> Result<Checked, Flaw> {
    let whole = Whole::of(files, pins)?;
    let trust = whole.grounds.trust(pins)?.map(|trust| trust.found);
    Ok(Checked {
        strict: trust,
        ..whole.checked
    })
}

impl Whole {
    pub fn of(files: &Files, pins: &Pins) -> Result<Self, Flaw> {
        sums(files)?;
        let (mut verifier, told, head) = tree::check(files, pins.log_key.as_ref())?;
        let policies = record::policies(files, &mut verifier)?;
        let (texts, names) = record::texts(files, &mut verifier)?;
        let subjects: BTreeSet<Uuid> = texts.keys().copied().collect();
        let keys = verifier.known_keys();
        record::token_keys(files, &verifier)?;
        let report = verifier
            .finish_part(&subjects)
            .map_err(|fault| Flaw::of("blobs", fault))?;
        let mut expected = record::words(files, &told)?;
        record::people(files, keys, &names, &told)?;
        record::evidence(files, &texts)?;
        let with_texts = record::manifest(files, &told, &head, &subjects, &names)?;
        expected.extend(layout::tiles(head.size).iter().map(layout::tile_path));
        nothing_else(files, &expected)?;
        let checked = Checked {
            ledger: told.ledger.unwrap_or_default(),
            entries: head.size,
            root: head.root,
            envelopes: report.envelopes,
            with_texts,
            texts: report.blobs,
            erased: report.erased,
            signed: told.words.len() as u64,
            strict: None,
        };
        let grounds = Grounds {
            told,
            policies,
            texts,
            about: None,
        };
        Ok(Self { grounds, checked })
    }
}

impl Grounds {
    /// Every entry again, with an eye to who said it; `None` where nobody is named who is trusted.
    pub fn trust<'t>(&'t self, pins: &'t Pins) -> Result<Option<Trust<'t>>, Flaw> {
        let Some(people) = &pins.people else {
            return Ok(None);
        };
        let mut trust = Trust::new(pins, people, &self.policies, &self.texts, self.about.as_ref());
        for (n, entry) in (0..).zip(&self.told.entries) {
            trust.entry(n, entry)?;
        }
        Ok(Some(trust))
    }
}

/// Every file against the list of digests, which names all but itself.
fn sums(files: &Files) -> Result<(), Flaw> {
    let text = file(files, SUMS)?;
    let listed = std::str::from_utf8(text).ok().and_then(parse_sums);
    let mut listed = listed.ok_or_else(|| Flaw::tampered(SUMS, "It is not a list of digests."))?;
    for (path, bytes) in files.iter().filter(|(path, _)| *path != SUMS) {
        match listed.remove(path) {
            Some(digest) if digest == sha256(bytes) => {}
            Some(_) => {
                return Err(Flaw::tampered(
                    path,
                    format!("{path} has other bytes than {SUMS} says."),
                ));
            }
            None => return Err(Flaw::tampered(path, format!("{path} does not stand in {SUMS}."))),
        }
    }
    match listed.into_keys().next() {
        Some(path) => Err(Flaw::tampered(&path, format!("{path} is gone."))),
        None => Ok(()),
    }
}

/// Files whose names say that they belong to the tree or to a decision, and of which no entry says so.
fn nothing_else(files: &Files, expected: &BTreeSet<String>) -> Result<(), Flaw> {
    let told = |path: &&String| path.starts_with("tile/") || path.starts_with("decisions/");
    match files.keys().filter(told).find(|path| !expected.contains(*path)) {
        Some(path) => Err(Flaw::tampered(path, format!("No entry tells of {path}."))),
        None => Ok(()),
    }
}

/// A file that must be there.
fn file<'f>(files: &'f Files, path: &str) -> Result<&'f [u8], Flaw> {
    let found = files.get(path).map(Vec::as_slice);
    found.ok_or_else(|| Flaw::tampered(path, format!("{path} is gone.")))
}

/// A file that must have exactly these bytes.
fn same(files: &Files, path: &str, bytes: &[u8]) -> Result<(), Flaw> {
    if file(files, path)? == bytes {
        Ok(())
    } else {
        Err(Flaw::tampered(
            path,
            format!("{path} says something else than the entries."),
        ))
    }
}

/// Names by principal, where they are not erased.
type Names = BTreeMap<crate::domain::PrincipalId, String>;

/// The newest manifest's shape, to read it strictly.
fn read_manifest(files: &Files) -> Result<Manifest, Flaw> {
    let bytes = file(files, layout::MANIFEST)?;
    let read: Option<Manifest> = serde_json::from_slice(bytes).ok();
    read.filter(Manifest::is_known)
        .ok_or_else(|| Flaw::tampered(layout::MANIFEST, "The manifest is not one this version knows."))
}
