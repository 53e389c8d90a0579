//! The payload in full, by field against the record before it, or plain.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::money::{self, Amount};
use super::origin::Origins;
use super::text::{lines, record, told};
use super::{Body, Sheet, json};
use crate::api::EnvelopeView;
use crate::console::theme::Tone;
use crate::diff::{self, Change, FieldChange, FieldDiff, Side, Until};
use crate::domain::Shown;

/// Values up to this long are told apart at a glance: nothing in them is marked.
const SHORT: usize = 16;

/// What there is to compare.
#[derive(Debug)]
pub enum Payload {
    Missing,
    /// Pretty lines, made safe.
    Plain(Vec<String>),
    Changes(FieldDiff, Option<Amount>),
}

/// Compares the payload with the record before it, once for all that is laid out of it.
pub fn compare(view: &EnvelopeView, until: Until) -> Payload {
    let Some(payload) = &view.payload else {
        return Payload::Missing;
    };
    let before = record(view).and_then(|text| serde_json::from_str::<Value>(text).ok());
    match (before, serde_json::from_str::<Value>(&payload.raw)) {
        (Some(before), Ok(after)) => {
            let diff = diff::fields(&before, &after, until);
            let amount = Amount::of(view, &diff, &before, &after);
            Payload::Changes(diff, amount)
        }
        (_, _) => Payload::Plain(
            diff::pretty(&payload.raw)
                .iter()
                .map(|l| Shown::line(l).to_string())
                .collect(),
        ),
    }
}

pub(super) const MISSING: &str = "The payload was erased or not sent.";

/// `2 fields change, 3 stay, 1 only in the record`.
pub(super) fn summary(diff: &FieldDiff) -> String {
    let one = diff.changes.len() == 1;
    let plural = if one { "field changes" } else { "fields change" };
    let stay = if diff.same.len() == 1 { "stays" } else { "stay" };
    let most = if diff.partial { "at most " } else { "" };
    let mut text = format!("{most}{} {plural}, {} {stay}", diff.changes.len(), diff.same.len());
    if diff.untouched > 0 {
        let _ = write!(text, ", {} only in the record", diff.untouched);
    }
    text
}

/// A field that is to stay as the record has it.
pub(super) fn same(pointer: &str, value: &str) -> String {
    format!("{}  = {}", on_a_line(pointer), on_a_line(value))
}

/// Text of several lines is compared line by line.
fn is_text(value: &str) -> bool {
    value.trim_end().contains('\n')
}

/// What parts a field from its value, old from new and one field from the next, where they share a line.
const BETWEEN: [&str; 3] = [", /", " -> ", " = "];

/// A value on one line: its breaks are marked, not hidden. Where it could pass for what stands between
/// values it is quoted: a pointer, and a text of several lines. One of one line has its quotes from [`diff::spelt`].
fn on_a_line(value: &str) -> String {
    let lines = Shown::lines(value);
    let lines: Vec<&str> = lines.iter().map(Shown::as_str).collect();
    // Two spaces part a field from its value: inside a value they are shown.
    let text = lines.join(" ↵ ").replace("  ", "␣␣");
    let is_bare = value.contains('\n') || value.starts_with('/');
    if is_bare && BETWEEN.iter().any(|sign| text.contains(sign)) {
        return format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    }
    text
}

/// Whether one line can hold a change: of a text it only counts the lines.
pub(super) fn is_whole_inline(change: &FieldChange) -> bool {
    match &change.change {
        Change::Changed { before, after, .. } => !is_text(before) && !is_text(after),
        Change::Added(_) | Change::Removed(_) | Change::Moved { .. } => true,
    }
}

/// A change on one line.
pub(super) fn inline(change: &FieldChange, amount: Option<&Amount>, until: Until) -> (Tone, String) {
    let pointer = on_a_line(&change.pointer);
    match &change.change {
        Change::Added(value) => (Tone::Added, format!("{pointer}  + {}", on_a_line(value))),
        Change::Removed(value) => (Tone::Removed, format!("{pointer}  - {}", on_a_line(value))),
        Change::Moved { from, value } => {
            let value = value.as_ref().map(|value| format!(": {}", on_a_line(value)));
            let text = format!("{pointer}  moved from {}{}", on_a_line(from), value.unwrap_or_default());
            (Tone::Plain, text)
        }
        Change::Changed { before, after, .. } if is_text(before) || is_text(after) => {
            let diff = diff::text(before, after, until);
            let count = |side| diff.lines.iter().filter(|line| line.side == side).count();
            let (added, removed) = (count(Side::Added), count(Side::Removed));
            let most = if diff.partial { "at most " } else { "" };
            (
                Tone::Plain,
                format!(
                    "{pointer}  {most}{removed} lines go, {added} lines come, {} stay",
                    count(Side::Same)
                ),
            )
        }
        Change::Changed { before, after, delta } => {
            let delta = delta.map(|delta| format!("  ({})", money::delta(&delta, &change.pointer, amount)));
            let delta = delta.unwrap_or_default();
            (
                Tone::Plain,
                format!("{pointer}  {} -> {}{delta}", on_a_line(before), on_a_line(after)),
            )
        }
    }
}

/// Field by field, old above new, nothing cut off; true where time ran out on the way.
pub fn fields(view: &EnvelopeView, payload: &Payload, width: usize, until: Until) -> (Body, bool) {
    let mut sheet = Sheet::new(width);
    let mut partial = false;
    if let Some((proposed, payload)) = view.proposed_raw.as_deref().zip(view.payload.as_ref()) {
        sheet.indented(0, Tone::Warn, "A person edited it. Against what the agent proposed:");
        sheet.change();
        sheet.lines.extend(super::edit(proposed, &payload.raw, width, until));
        sheet.indented(0, Tone::Label, "And as it is now:");
    }
    match payload {
        Payload::Missing => sheet.indented(0, Tone::Danger, MISSING),
        Payload::Plain(lines) => {
            sheet.indented(
                0,
                Tone::Label,
                "No record before: this is the whole payload, as it was sent.",
            );
            let marks = marks(view, &Origins::of(view));
            for (n, line) in lines.iter().enumerate() {
                sheet.pieces(0, json::coloured(line));
                for origin in marks.get(&n).into_iter().flatten() {
                    sheet.hanging(4, Tone::Warn, &format!("! {origin}"));
                }
            }
        }
        Payload::Changes(diff, amount) => {
            sheet.indented(
                0,
                Tone::Label,
                &format!("{}. The record before is what the agent says.", summary(diff)),
            );
            partial = diff.partial;
            let origins = Origins::of(view);
            for change in &diff.changes {
                partial |= one(
                    &mut sheet,
                    change,
                    amount.as_ref(),
                    &origins.get(&change.pointer),
                    until,
                );
            }
            stays(&mut sheet, diff, &origins);
        }
    }
    (told(sheet.body(), width, partial), partial)
}

/// What is of unknown origin in a payload that is laid out plainly, by the number of its line.
pub(super) fn marks(view: &EnvelopeView, origins: &Origins) -> BTreeMap<usize, Vec<String>> {
    let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
    origins.by_line(&diff::pretty(raw))
}

/// What the agent says is there already runs all the same. It can be folded away, but for what is of unknown
/// origin.
fn stays(sheet: &mut Sheet, diff: &FieldDiff, origins: &Origins) {
    let (odd, usual): (Vec<_>, Vec<_>) = diff.same.iter().partition(|(pointer, _)| origins.marks(pointer));
    for (pointer, value) in odd {
        sheet.hanging(0, Tone::Label, same(pointer, value).as_str());
        for origin in origins.get(pointer) {
            sheet.hanging(4, Tone::Warn, &format!("! {origin}"));
        }
    }
    let from = sheet.lines.len();
    for (pointer, value) in &usual {
        sheet.hanging(0, Tone::Label, same(pointer, value).as_str());
    }
    if usual.len() > 1 {
        sheet.fold(from, 0, usual.len(), "fields");
    }
}

/// One change; true where time ran out on it.
fn one(sheet: &mut Sheet, change: &FieldChange, amount: Option<&Amount>, origins: &[String], until: Until) -> bool {
    sheet.change();
    let name = |text: &str| Shown::line(text).as_str().replace("  ", "␣␣");
    let item = change
        .item
        .as_deref()
        .map(|item| (Tone::Label, format!("  ({})", name(item))));
    let pointer = (Tone::Strong, name(&change.pointer));
    sheet.pieces(0, std::iter::once(pointer).chain(item).collect());
    for origin in origins {
        sheet.hanging(4, Tone::Warn, &format!("! {origin}"));
    }
    if let Change::Changed {
        before,
        after,
        delta: None,
    } = &change.change
        && (is_text(before) || is_text(after) || before.len().min(after.len()) > SHORT)
    {
        let diff = diff::text(before, after, until);
        lines(sheet, 2, &diff.lines, true);
        return diff.partial;
    }
    let (before, after, delta) = match &change.change {
        Change::Moved { from, value } => {
            let from = Shown::line(from).as_str().replace("  ", "␣␣");
            sheet.hanging(2, Tone::Warn, &format!("moved from {from}"));
            for line in value.iter().flat_map(|value| Shown::lines(value)) {
                sheet.hanging(4, Tone::Plain, &line.as_str().replace("  ", "␣␣"));
            }
            return false;
        }
        Change::Added(after) => (None, Some(after), None),
        Change::Removed(before) => (Some(before), None, None),
        Change::Changed { before, after, delta } => (Some(before), Some(after), delta.as_ref()),
    };
    // A text that begins like this has its quotes.
    for (sign, tone, value) in [("-", Tone::Removed, before), ("+", Tone::Added, after)] {
        let Some(value) = value else {
            continue;
        };
        if value.starts_with(['{', '[']) && value.len() > SHORT {
            for line in diff::pretty(value) {
                let line = json::coloured(Shown::line(&line).as_str());
                let sign = (tone, format!("{sign} "));
                sheet.pieces(2, std::iter::once(sign).chain(line).collect());
            }
            continue;
        }
        for line in Shown::lines(value) {
            sheet.hanging(2, tone, &format!("{sign} {}", line.as_str().replace("  ", "␣␣")));
        }
    }
    if let Some(delta) = delta {
        let text = money::delta(delta, &change.pointer, amount);
        sheet.indented(4, Tone::Label, &format!("({text})"));
    }
    false
}
