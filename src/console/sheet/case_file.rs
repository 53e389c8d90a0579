//! The case file: one envelope on one page, for who looks back; on the screen and as a file alike.
//!
//! It says what the gate's answer has, in the order of what happened. Each part can be stepped to.

mod custody;
mod judged;
mod proposed;
mod said;

use super::{Body, Sheet, people};
use crate::api::{CaseEntry, CaseFile};
use crate::console::theme::Tone;
use crate::diff::Until;
use crate::domain::{EntryKind, Shown};

/// Columns of the page where it is a file: what mail and paper carry without breaking it.
const COLUMNS: usize = 100;

/// How a moment is written throughout: date and second, UTC.
const MOMENT: &str = "%Y-%m-%d %H:%M:%SZ";

/// All of it for a width; what is compared is compared no longer than `until`.
pub fn case_file(file: &CaseFile, width: usize, until: Until) -> Body {
    let mut sheet = Sheet::new(width);
    head(&mut sheet, file);
    part(&mut sheet, "what was proposed");
    proposed::lines(&mut sheet, file, until);
    part(&mut sheet, "what the policy said");
    judged::lines(&mut sheet, file);
    part(&mut sheet, "what people said");
    said::lines(&mut sheet, file);
    part(&mut sheet, "what became of it");
    became(&mut sheet, file);
    part(&mut sheet, "who had it, and for how long");
    custody::lines(&mut sheet, file);
    part(&mut sheet, "what was erased, what is held");
    kept(&mut sheet, file);
    part(&mut sheet, "every entry");
    entries(&mut sheet, file);
    sheet.body()
}

/// The same as a text, line by line: what could act on a terminal was made safe by the lines already.
pub fn case_text(file: &CaseFile, until: Until) -> String {
    let lines = case_file(file, COLUMNS, until).lines;
    let lines: Vec<String> = lines.iter().map(|line| line.text().trim_end().to_owned()).collect();
    lines.join("\n")
}

/// A name in dashes that nothing an agent wrote can imitate: its lines are quoted or labelled.
fn part(sheet: &mut Sheet, name: &str) {
    sheet.indented(0, Tone::Plain, "");
    sheet.change();
    sheet.indented(0, Tone::Strong, &format!("-- {name} --"));
}

fn head(sheet: &mut Sheet, file: &CaseFile) {
    let view = &file.envelope;
    let row = &view.summary;
    sheet.labelled("envelope", Tone::Strong, &format!("{}  {}", row.id, row.stage), "");
    sheet.labelled("read at", Tone::Plain, &file.at.strftime(MOMENT).to_string(), "");
    match &view.ledger {
        Some(ledger) => {
            let text = format!("{}, {} entries, root {}", ledger.id, ledger.size, ledger.root);
            sheet.labelled("ledger", Tone::Plain, &text, "");
        }
        None => sheet.labelled("ledger", Tone::Warn, "the gate did not say how it ended then", ""),
    }
    if let Some(erased) = &view.erased {
        let entry = file.entries.iter().rev().find(|one| one.line.kind == EntryKind::Erased);
        let entry = entry.map_or_else(String::new, |one| format!("; entry {}", one.line.n));
        let text = format!("its texts are gone: {}{entry}", erased.sentence());
        sheet.labelled("erased", Tone::Warn, &text, "");
    }
}

/// What happened when it ran, and what was asked and answered before.
fn became(sheet: &mut Sheet, file: &CaseFile) {
    let before = sheet.lines.len();
    let is_step = |kind| {
        matches!(
            kind,
            EntryKind::Redeemed
                | EntryKind::Outcome
                | EntryKind::Undone
                | EntryKind::UndoRequested
                | EntryKind::Reviewed
                | EntryKind::Expired
                | EntryKind::Lapsed
                | EntryKind::Withdrawn
                | EntryKind::Closed
        )
    };
    for one in file.entries.iter().filter(|one| is_step(one.line.kind)) {
        sheet.labelled(&one.line.kind.to_string(), Tone::Plain, &told(one), "");
    }
    people::afterwards(sheet, &file.envelope);
    if sheet.lines.len() == before {
        sheet.indented(0, Tone::Label, "Nothing yet: it did not run and did not end by itself.");
    }
}

/// `by support-3 at 2026-11-21 04:12:09Z: succeeded; entry 17`.
fn told(one: &CaseEntry) -> String {
    let line = &one.line;
    let what = if line.what.is_empty() { "" } else { ": " };
    format!(
        "by {} at {}{what}{}; entry {}",
        Shown::line(&line.by),
        line.at.strftime(MOMENT),
        Shown::line(&line.what),
        line.n
    )
}

/// Erasures with who, why and basis, then what keeps it from being erased or did.
fn kept(sheet: &mut Sheet, file: &CaseFile) {
    let before = sheet.lines.len();
    for one in file.entries.iter().filter(|one| one.line.kind == EntryKind::Erased) {
        let note = one.note.as_deref().unwrap_or("nobody's words are there");
        let text = format!("{}; {}", told(one), Shown::line(note));
        sheet.labelled("erased", Tone::Warn, &text, "");
    }
    for one in &file.holds {
        let hold = &one.hold;
        let of = match &hold.class {
            Some(class) => format!("all of {}", Shown::line(class)),
            None => "this envelope".to_owned(),
        };
        let entry = one.entry.map_or_else(String::new, |n| format!("; entry {n}"));
        let end = match (&hold.released_by, hold.released_at) {
            (Some(by), Some(at)) => format!("released by {} at {}", Shown::line(by), at.strftime(MOMENT)),
            (_, _) => "in force".to_owned(),
        };
        let text = format!(
            "{of}, by {} at {}: {}; {end}{entry}",
            Shown::line(&hold.by),
            hold.at.strftime(MOMENT),
            Shown::line(&hold.reason)
        );
        let tone = if hold.released_at.is_some() {
            Tone::Plain
        } else {
            Tone::Warn
        };
        sheet.labelled("held", tone, &text, "");
    }
    if sheet.lines.len() == before {
        sheet.indented(
            0,
            Tone::Label,
            "Nothing was erased, and nothing keeps it from being erased.",
        );
    }
}

/// The ledger's own list: `#12  2026-11-21 04:12:09Z  judged  the gate: hold as …`.
fn entries(sheet: &mut Sheet, file: &CaseFile) {
    for one in &file.entries {
        let line = &one.line;
        let what = if line.what.is_empty() { "" } else { ": " };
        let batch = line.batch.map(|batch| format!(", batch {batch}")).unwrap_or_default();
        let text = format!("{what}{}{batch}", Shown::line(&line.what));
        sheet.pieces(
            0,
            vec![
                (Tone::Label, format!("{:>7}  {}  ", line.n, line.at.strftime(MOMENT))),
                (Tone::Strong, format!("{} ", line.kind)),
                (Tone::Plain, format!("by {}", Shown::line(&line.by))),
                (Tone::Plain, text),
            ],
        );
    }
}
