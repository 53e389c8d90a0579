//! What people need not see to decide: left out at the source, so that no screen, list or file has it.
//!
//! A class names places in the arguments. Their values are replaced there byte for byte, in the record
//! before, in the arguments as proposed, and wherever else an agent or a person wrote the same. Names
//! (tool, server, target) and the amount are never masked: queues are made of them.

mod texts;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;

use super::record::JudgementRecord;
use super::{Rules, kept};
use crate::api::{EnvelopeView, MASK, MASK_OTHER, MaskedView};
use crate::domain::{Digest, Shown};
use crate::gate::Refusal;
use crate::ledger::{Payload, PayloadParts};
use crate::store::{Db, Envelope, StoreError};
use words::Words;

/// What is masked of one envelope.
#[derive(Debug)]
pub(super) struct Mask {
    pointers: Vec<String>,
    /// The arguments that would run.
    arguments: Value,
    words: Words,
    masked: Vec<MaskedView>,
}

/// Where the arguments of an envelope hold what is masked: as it was judged, and by the policy in force.
pub(super) fn places(rules: &Rules, class: Option<&str>, record: Option<&JudgementRecord>) -> Vec<String> {
    let now = class.and_then(|class| rules.policy.class(class));
    let now = now.into_iter().flat_map(|class| &class.sensitive);
    let then = record.into_iter().flat_map(|record| &record.sensitive);
    let all: BTreeSet<&String> = now.chain(then).collect();
    all.into_iter().cloned().collect()
}

impl Mask {
    /// Of these arguments and their other versions; `None` where there is nothing to mask.
    pub fn of(pointers: Vec<String>, raw: &str, versions: &[&str]) -> Option<Self> {
        if pointers.is_empty() {
            return None;
        }
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let arguments = read(raw);
        let versions: Vec<Value> = versions.iter().map(|text| read(text)).collect();
        let all = || [&arguments].into_iter().chain(&versions);
        let held = |pointer: &&String| all().any(|version| version.pointer(pointer).is_some());
        let masked = pointers.iter().filter(held).map(|pointer| MaskedView {
            pointer: pointer.clone(),
            hidden: arguments.pointer(pointer).map_or(0, hidden),
        });
        let masked: Vec<MaskedView> = masked.collect();
        if masked.is_empty() {
            return None;
        }
        let values = pointers
            .iter()
            .flat_map(|place| all().filter_map(move |version| version.pointer(place)));
        let words = Words::of(values);
        Some(Self {
            pointers,
            arguments,
            words,
            masked,
        })
    }

    /// The arguments as people see them: every byte as it was but those of what is masked.
    pub fn arguments(&self, raw: &str) -> String {
        self.json(raw, |_, _| MASK)
    }

    /// Another version of them, in which a value that is not the same is told as another one.
    fn other(&self, raw: &str) -> String {
        self.json(raw, |pointer, text| {
            let same = serde_json::from_str::<Value>(text).ok().as_ref() == self.arguments.pointer(pointer);
            if same { MASK } else { MASK_OTHER }
        })
    }

    /// A JSON text with what is masked replaced, and the rest byte for byte; a text that is none, by its words.
    fn json(&self, raw: &str, mask: impl Fn(&str, &str) -> &'static str) -> String {
        let Ok(whole) = serde_json::from_str::<&RawValue>(raw) else {
            return self.words.masked(raw).unwrap_or_else(|| raw.to_owned());
        };
        let instead = |pointer: &str, text: &str| -> Option<String> {
            if self.pointers.iter().any(|place| place == pointer) {
                return Some(Value::from(mask(pointer, text)).to_string());
            }
            let leaf: Value = serde_json::from_str(text)
                .ok()
                .filter(|_| !text.starts_with(['{', '[']))?;
            Some(Value::from(self.words.masked(&words::plain(&leaf)?)?).to_string())
        };
        let mut found = Vec::new();
        collect("", whole, &instead, &mut found);
        let start = raw.as_ptr().addr();
        found.sort_by_key(|(text, _)| text.as_ptr().addr());
        let mut out = String::with_capacity(raw.len());
        let mut done = 0;
        for (text, instead) in found {
            let at = text.as_ptr().addr() - start;
            out.push_str(&raw[done..at]);
            out.push_str(&instead);
            done = at + text.len();
        }
        out.push_str(&raw[done..]);
        out
    }

    /// Takes all of it out of an answer.
    pub fn apply(&self, view: &mut EnvelopeView) -> Result<(), Refusal> {
        if let Some(payload) = &mut view.payload {
            payload.raw = self.arguments(&payload.raw);
            payload.shown_sha256 = Some(shown_digest(&payload.parts, &payload.raw)?);
            // With it, whoever guesses a value could tell that he is right also from what is erased.
            payload.salt.clear();
        }
        let claimed = view.claimed.as_mut();
        let claimed = claimed.map(|claimed| [claimed.before.as_mut(), claimed.context.as_mut()]);
        let claimed = claimed.into_iter().flatten();
        for raw in claimed.chain([view.proposed_raw.as_mut()]).flatten() {
            *raw = self.other(raw);
        }
        texts::each(view, &mut |text| {
            if let Some(masked) = self.words.masked(text) {
                *text = masked;
            }
        });
        view.masked = self.masked();
        Ok(())
    }

    /// The places that hold something.
    pub fn masked(&self) -> Vec<MaskedView> {
        self.masked.clone()
    }
}

/// What of an answer's envelope is masked.
pub(super) fn of_view(rules: &Rules, view: &EnvelopeView, record: Option<&JudgementRecord>) -> Option<Mask> {
    let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
    let before = view.claimed.as_ref().and_then(|claimed| claimed.before.as_deref());
    let versions: Vec<&str> = before.into_iter().chain(view.proposed_raw.as_deref()).collect();
    Mask::of(places(rules, view.summary.class.as_deref(), record), raw, &versions)
}

/// The arguments of an envelope as people are shown them, with the digest of what they are part of; `None`
/// where nothing is masked.
pub(super) fn shown(rules: &Rules, db: &Db<'_>, envelope: &Envelope) -> Result<Option<(String, Digest)>, Refusal> {
    let Some((payload, _)) = db.payload(envelope.id, envelope.revision)? else {
        return Ok(None);
    };
    let blobs = db.blobs(envelope.id.0)?;
    let record = kept::record(&blobs);
    let first = if envelope.edited > 0 {
        db.payload(envelope.id, 1)?
    } else {
        None
    };
    let proposed = first.map(|(payload, _)| payload.arguments_raw);
    let before = kept::text(&blobs, "before", 0);
    let versions: Vec<&str> = [&proposed, &before].into_iter().flatten().map(String::as_str).collect();
    let places = places(rules, envelope.class.as_deref(), record.as_ref());
    let Some(mask) = Mask::of(places, &payload.arguments_raw, &versions) else {
        return Ok(None);
    };
    let raw = mask.arguments(&payload.arguments_raw);
    let digest = Payload::from_raw(payload.parts, raw.clone())?.sha256();
    Ok(Some((raw, digest)))
}

/// Refuses arguments in which a mask stands for a value: it would run as it is.
pub(super) fn refuse_masks(arguments: &Value) -> Result<(), Refusal> {
    let mut masks = false;
    words::leaves(arguments, &mut |leaf| masks |= leaf == MASK || leaf == MASK_OTHER);
    if !masks {
        return Ok(());
    }
    Err(Refusal::invalid(
        "masked_value",
        "/arguments_raw",
        "A value in it is the sign for what is masked, and would run as it stands there.",
    )
    .hint("Look at the envelope unmasked first, and edit what you then see."))
}

fn shown_digest(parts: &str, raw: &str) -> Result<Digest, Refusal> {
    let parts: PayloadParts = serde_json::from_str(parts).map_err(|_| StoreError::Corrupt("payload"))?;
    Ok(Payload::from_raw(parts, raw.to_owned())?.sha256())
}

/// Characters in all texts of a value that cannot be seen as they are.
fn hidden(value: &Value) -> usize {
    let mut hidden = 0;
    words::leaves(value, &mut |leaf| hidden += Shown::block(leaf).hidden());
    hidden
}

/// Every value that is replaced, as it stands in the text, from the outermost in.
fn collect<'a>(
    pointer: &str,
    value: &'a RawValue,
    instead: &impl Fn(&str, &str) -> Option<String>,
    found: &mut Vec<(&'a str, String)>,
) {
    let text = value.get();
    if let Some(instead) = instead(pointer, text) {
        found.push((text, instead));
        return;
    }
    if text.starts_with('{') {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        for (name, member) in members {
            let step = super::propose::escaped(&name);
            collect(&format!("{pointer}/{step}"), member, instead, found);
        }
    } else if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
        for (n, item) in items.into_iter().enumerate() {
            collect(&format!("{pointer}/{n}"), item, instead, found);
        }
    }
}

#[cfg(test)]
mod tests;
