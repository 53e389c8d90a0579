//! The envelope's sheet, in the order a tired reviewer reads.

use std::fmt::Write as _;

use serde_json::Value;
use textwrap::core::display_width;

use super::hidden::hidden;
use super::money::Amount;
use super::origin::{self, Origins};
use super::payload::{self, Payload};
use super::{Line, Sheet, truncate};
use super::{claims, evidence, names, people};
use crate::api::{Claimed, EnvelopeView, HistoryView};
use crate::console::model::Widths;
use crate::console::theme::Tone;
use crate::diff::{FieldDiff, Until};
use crate::domain::{Shown, Stage, Verdict, read_amount};

/// How many changes of an edit stand on the sheet; `d` shows all.
pub(super) const INLINE: usize = 3;

pub(super) const SAYS: &str = "agent says";

/// Of this agent in this class, and of this payload at all.
const FIRST: &str = "first in 30 days";

/// How many lines a text from outside may take above or beside the payload.
pub(super) const MOST: usize = 3;

/// The sheet of an envelope.
#[derive(Debug)]
pub struct Front {
    pub lines: Vec<Line>,
    /// How many lines from the top have to be seen before it can be approved: all down to the payload, and
    /// to the names that did not fit on their line.
    pub head: usize,
    /// Whether these lines hold every value of the payload, whole.
    pub is_complete: bool,
}

/// Lays an envelope out. Evidence is told here where nothing beside the sheet has all of it.
pub fn envelope(view: &EnvelopeView, payload: &Payload, distrust: Option<&str>, widths: Widths, until: Until) -> Front {
    let mut sheet = Sheet::new(widths.sheet);
    let nothing = Claimed::default();
    let claimed = view.claimed.as_ref().unwrap_or(&nothing);
    if let Some(distrust) = distrust {
        sheet.labelled("STOP", Tone::Danger, distrust, "");
    }
    computed(&mut sheet, view);
    if let Some(erased) = &view.erased {
        sheet.labelled("erased", Tone::Warn, &erased.sentence(), "");
    }
    let hidden = hidden(view, claimed);
    if hidden > 0 {
        let plural = if hidden == 1 { "character is" } else { "characters are" };
        sheet.labelled(
            "hidden",
            Tone::Danger,
            &format!("{hidden} invisible {plural} shown as ⟨U+…⟩"),
            "",
        );
    }
    masked(&mut sheet, view);
    people::edited(&mut sheet, view, until);
    let origins = Origins::of(view);
    let is_complete = changes(&mut sheet, (view, &origins), payload, widths.inline, until);
    names::whole(&mut sheet, view);
    let head = sheet.lines.len();
    if let Some(text) = origins.line(origin::ROOM) {
        sheet.within(MOST, "new", Tone::Warn, &text, "");
    }
    people::people(&mut sheet, view);
    let is_whole = claims::way_back(&mut sheet, view, claimed);
    claims::quote(&mut sheet, view, claimed, is_whole);
    let beside = evidence::evidence(view, widths.beside).len();
    if widths.beside == 0 || beside > widths.evidence {
        evidence::quoted(&mut sheet, claimed, is_whole);
    }
    Front {
        lines: sheet.lines,
        head,
        is_complete,
    }
}

/// Which values are masked here, or would be.
fn masked(sheet: &mut Sheet, view: &EnvelopeView) {
    if view.masked.is_empty() {
        return;
    }
    let places: Vec<String> = view
        .masked
        .iter()
        .map(|at| Shown::line(&at.pointer).to_string())
        .collect();
    let places = places.join(", ");
    if !view.is_masked() {
        sheet.within(
            MOST,
            "shown",
            Tone::Warn,
            &format!("{places}, until you go on"),
            "recorded",
        );
        return;
    }
    let hidden: usize = view.masked.iter().map(|at| at.hidden).sum();
    let (tone, odd) = if hidden > 0 {
        (
            Tone::Danger,
            format!("; ! {hidden} invisible characters in what is masked"),
        )
    } else {
        (Tone::Plain, String::new())
    };
    let text = format!("{places}: shown to who asks, which is recorded{odd}");
    sheet.within(MOST, "masked", tone, &text, "");
}

fn computed(sheet: &mut Sheet, view: &EnvelopeView) {
    names::does(sheet, view);
    amount(sheet, view);
    let (tone, asks) = asks(view);
    sheet.within(
        MOST,
        "asks",
        tone,
        &asks,
        &format!("policy {}", &view.policy.short()[..6]),
    );
    matrix_and_past(sheet, view);
    if !view.unlike.is_empty() {
        let unlike: Vec<String> = view
            .unlike
            .iter()
            .map(|unlike| Shown::line(&unlike.to_string()).to_string())
            .collect();
        sheet.within(MOST, "unlike", Tone::Warn, &format!("! {}", unlike.join("; ")), "");
    }
    let said = view.attested.iter().map(|said| {
        let signals = said.signals.iter().map(|(name, value)| format!("{name} {value}"));
        format!("{}: {}", said.by, signals.collect::<Vec<_>>().join(", "))
    });
    let said: Vec<String> = said.map(|said| Shown::line(&said).to_string()).collect();
    if !said.is_empty() {
        sheet.within(MOST, "signals", Tone::Warn, &said.join("; "), "services say");
    }
}

/// What its class says of it and what is known from before; on one line where that is nothing: what the user
/// asked needs the other one.
fn matrix_and_past(sheet: &mut Sheet, view: &EnvelopeView) {
    let (tone, matrix) = match view.matrix {
        Some(matrix) => {
            let (impact, back, rules) = (matrix.impact, matrix.reversibility, matrix.regulatory);
            let text = format!("impact {impact}  reversibility {back}  regulatory {rules}");
            (Tone::Plain, text)
        }
        None => (Tone::Warn, "unknown: no class has this tool".to_owned()),
    };
    let (before, repeats) = (view.past.unwrap_or_default(), view.repeats.unwrap_or_default());
    let is_first = before.proposed == 0 && repeats.proposed == 0;
    if is_first && display_width(&matrix) <= sheet.room(FIRST) {
        sheet.labelled("matrix", tone, &matrix, FIRST);
        return;
    }
    sheet.labelled("matrix", tone, &matrix, "");
    if is_first {
        sheet.labelled("past", Tone::Plain, FIRST, "");
        return;
    }
    let text = format!("this agent here: {}; this payload: {}", past(before), repeat(repeats));
    let is_odd = repeats.rejected > 0 || repeats.ran > 0;
    let tone = if is_odd { Tone::Warn } else { Tone::Plain };
    sheet.labelled("past", tone, &text, "");
}

/// The amount that would move, and whether the agent says another.
fn amount(sheet: &mut Sheet, view: &EnvelopeView) {
    let row = &view.summary;
    let Some(amount) = &row.amount else {
        return;
    };
    let shown = |amount: &str| read_amount(amount).unwrap_or_else(|| Shown::line(amount).to_string());
    let claimed = view
        .claimed
        .as_ref()
        .and_then(|claimed| claimed.impact.as_ref()?.amount.as_ref());
    let claimed = claimed.map(|money| format!("{} {}", money.value, money.currency));
    let (text, note) = match &claimed {
        Some(claimed) if claimed == amount => (shown(amount), SAYS),
        _ if row.edited => (shown(amount), "as edited"),
        Some(claimed) => {
            let text = format!("{}; ! the agent says {}", shown(amount), shown(claimed));
            sheet.within(1, "amount", Tone::Danger, &text, "in the payload");
            return;
        }
        None => (shown(amount), "in the payload"),
    };
    sheet.within(1, "amount", Tone::Strong, &text, note);
}

fn asks(view: &EnvelopeView) -> (Tone, String) {
    let row = &view.summary;
    let reasons: Vec<String> = view
        .reasons
        .iter()
        .map(|reason| Shown::line(reason).to_string())
        .collect();
    let why = if reasons.is_empty() {
        "no reason given by the policy".to_owned()
    } else {
        reasons.join("; ")
    };
    if row.stage == Stage::Quarantined {
        return (Tone::Warn, format!("quarantined: {why}; nobody named its kind yet"));
    }
    if row.effective < Verdict::Hold {
        return (Tone::Plain, format!("nobody beforehand ({}): {why}", row.effective));
    }
    let plural = if row.quorum == 1 { "" } else { "s" };
    let shadow = if row.verdict == row.effective {
        String::new()
    } else {
        format!(" (policy says {})", row.verdict)
    };
    (
        Tone::Plain,
        format!("{} {}{plural}: {why}{}{shadow}", row.quorum, row.role, rule(view)),
    )
}

/// The rule that asks for it, with what it looks at: ` (rule large: amount >=2000)`.
fn rule(view: &EnvelopeView) -> String {
    let Some(rule) = view.summary.rule.as_deref() else {
        return String::new();
    };
    let steps = view.trace.as_ref().and_then(|trace| trace.get("rules")?.as_array());
    let is_it = |step: &&Value| step.get("rule").and_then(Value::as_str) == Some(rule);
    let of_class = |step: &&Value| step.get("class").and_then(Value::as_str) == view.summary.class.as_deref();
    let step = steps.and_then(|steps| steps.iter().find(|step| is_it(step) && of_class(step)));
    let conditions = step.and_then(|step| step.get("conditions")?.as_array());
    let conditions = conditions.into_iter().flatten().filter_map(|condition| {
        let (field, test) = (condition.get("field")?.as_str()?, condition.get("test")?.as_str()?);
        Some(format!("{field} {test}"))
    });
    let conditions: Vec<String> = conditions.collect();
    let colon = if conditions.is_empty() { "" } else { ": " };
    let text = format!(" (rule {rule}{colon}{})", conditions.join(", "));
    Shown::line(&text).to_string()
}

fn past(history: HistoryView) -> String {
    match (history.proposed, history.rejected) {
        (0, _) => "never in 30 days".to_owned(),
        (proposed, 0) => format!("{proposed} in 30 days, none rejected"),
        (proposed, rejected) => format!("{proposed} in 30 days, {rejected} rejected"),
    }
}

fn repeat(history: HistoryView) -> String {
    let times = |count: u64| {
        if count == 1 {
            "once".to_owned()
        } else {
            format!("{count} times")
        }
    };
    if history.proposed == 0 {
        return "never before".to_owned();
    }
    let mut text = format!("{} before", times(history.proposed));
    if history.ran > 0 {
        let _ = write!(text, ", it ran {}", times(history.ran));
    }
    if history.rejected > 0 {
        let _ = write!(text, ", {} rejected", history.rejected);
    }
    let sign = if history.ran > 0 || history.rejected > 0 {
        "! "
    } else {
        ""
    };
    format!("{sign}{text}")
}

/// What would run, as far as there is room; true where nothing of it was left out or cut.
fn changes(
    sheet: &mut Sheet,
    (view, origins): (&EnvelopeView, &Origins),
    payload: &Payload,
    room: usize,
    until: Until,
) -> bool {
    let (lines, total, mut whole) = match payload {
        Payload::Missing => {
            sheet.labelled("payload", Tone::Danger, "it was erased or not sent", "");
            return false;
        }
        Payload::Plain(lines) => {
            sheet.labelled("payload", Tone::Plain, "nothing to compare with: no record before", "");
            let marks = payload::marks(view, origins);
            // The braces around it all would cost two lines and say nothing.
            let total = lines.len().saturating_sub(2);
            let inner = lines.iter().enumerate().skip(1).take(total.min(room));
            let inner = inner.map(|(n, line)| {
                let line = line.trim_start();
                if marks.contains_key(&n) {
                    (Tone::Warn, format!("! {line}"))
                } else {
                    (Tone::Plain, line.to_owned())
                }
            });
            (inner.collect(), total, total > 0)
        }
        Payload::Changes(diff, amount) => {
            sheet.labelled("changes", Tone::Plain, &payload::summary(diff), "before: agent says");
            compared(origins, (diff, amount.as_ref()), sheet.width, room, until)
        }
    };
    // A last line that only counts one more would be as long as that one.
    let shown = if total <= room { total } else { room.saturating_sub(1) };
    for (tone, line) in lines.into_iter().take(shown) {
        // One line each here, so that a long value cannot push the way back off the screen.
        let cut = truncate(&line, sheet.width.saturating_sub(2));
        whole &= cut == line;
        let indent = if cut.starts_with("! ") { 0 } else { 2 };
        sheet.indented(indent, tone, &cut);
    }
    if total > shown {
        sheet.indented(
            2,
            Tone::Label,
            &format!("… {} more in the whole payload", total - shown),
        );
    }
    whole && total == shown
}

/// The first lines of a comparison, no more than there is room for; how many there are in all, and whether
/// each of those that are here can hold its change.
fn compared(
    origins: &Origins,
    (diff, amount): (&FieldDiff, Option<&Amount>),
    width: usize,
    room: usize,
    until: Until,
) -> (Vec<(Tone, String)>, usize, bool) {
    let inline = |change| {
        let (tone, line) = payload::inline(change, amount, until);
        // The value itself carries the sign: of unknown origin.
        if origins.marks(&change.pointer) {
            (Tone::Warn, format!("! {line}"))
        } else {
            (tone, line)
        }
    };
    let mut lines: Vec<_> = diff.changes.iter().take(room).map(inline).collect();
    // What is the same stands on one line together, where it fits.
    let mut joined = String::new();
    let fits = diff.same.iter().all(|(pointer, value)| {
        let comma = if joined.is_empty() { "" } else { ", " };
        joined.push_str(comma);
        joined.push_str(&payload::same(pointer, value));
        display_width(&joined) + 2 <= width
    });
    let rest = if fits {
        lines.extend((!joined.is_empty()).then_some((Tone::Label, joined)));
        diff.same.len().min(1)
    } else {
        let same = diff.same.iter().take(room);
        lines.extend(same.map(|(pointer, value)| (Tone::Label, payload::same(pointer, value))));
        diff.same.len()
    };
    let whole = diff.changes.iter().all(payload::is_whole_inline);
    (lines, diff.changes.len() + rest, whole)
}
