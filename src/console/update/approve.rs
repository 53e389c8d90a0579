//! An approval: what it needs, what it says before it is given, and what each step to it is.

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::SignedDuration;

use super::boxes::{self, subject, write};
use super::{INERT, changed_by_itself, decide, hold, notice, page, reasons, stop};
use crate::api::{DecisionRequest, StopView, Summary};
use crate::console::keymap::{Command, Place};
use crate::console::model::{About, Case, Modal, Page, Proof, Step, Then};
use crate::console::sheet::both_ends;
use crate::console::view::Layout;
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, Severity, Shown, Stage, StopScope, read_amount};

/// Who approves sooner than this after it came on the screen has not read it, or says why.
const FAST: SignedDuration = SignedDuration::from_millis(1_500);

/// The longest target that is worth typing.
const LONGEST_PROOF: usize = 40;

/// `a`: low risk is approved by this one key, high asks for `y`, severe to type what it is about.
pub(super) fn open(model: &mut Model, burst: bool) -> Vec<Effect> {
    let Some(about) = subject(model, burst) else {
        return Vec::new();
    };
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.stage == Stage::Quarantined {
        let key = |command| model.keymap.name(Place::Main, command);
        let (classify, reject) = (key(Command::Classify), key(Command::Reject));
        let how = format!("{classify} names its kind, {reject} rejects it.");
        notice(model, format!("Nobody has said what kind of action this is: {how}"));
        return Vec::new();
    }
    if case.has_voted(&model.name) {
        notice(model, "You have approved it already: it waits for somebody else.");
        return Vec::new();
    }
    if !is_seen(model, about) {
        return Vec::new();
    }
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.severity == Severity::Low && !case.view.reason_required {
        return decide::send(model, about, DecisionRequest::new(DecisionKind::Approve));
    }
    let row = &case.view.summary;
    let on_screen_for = model.guard.since.filter(|(of, _)| *of == about);
    let fast =
        row.severity != Severity::Low && on_screen_for.is_none_or(|(_, since)| model.now.duration_since(since) < FAST);
    let mut lines = consequences(case);
    if fast {
        lines.push("It came on the screen a moment ago: say what you know about it, or Esc and read.".to_owned());
    }
    if let Some(stop) = reaching(model, &case.view.summary) {
        lines.push(format!(
            "! {} stopped {}: nothing of it runs until a senior resumes it.",
            stop.by,
            Shown::line(&stop::what(stop))
        ));
    }
    // Who has not read it yet writes what he knows: a reason that is one key away would say it for him.
    let step = if fast {
        write(model, about.id, Then::Approve)
    } else if case.view.reason_required {
        reasons::step(model, about.id, Then::Approve)
    } else {
        last(row, None)
    };
    boxes::open(model, about, "Approve", lines, step);
    Vec::new()
}

/// There is a reason: the box goes on to what gives the approval.
pub(super) fn ask(model: &mut Model, about: About, reason: Option<String>) {
    // A row that went away has made the box stale already.
    if let Some(row) = model.rows.get(about.id) {
        let step = last(row, reason);
        boxes::step(model, step);
    }
}

/// What gives the approval in the end.
fn last(row: &Summary, reason: Option<String>) -> Step {
    if row.severity != Severity::Severe {
        return Step::Approve { reason };
    }
    Step::Type {
        proof: proof(row),
        typed: String::new(),
        reason,
    }
}

/// The amount; where there is none, the record; where nobody could type that, the digest's first digits.
fn proof(row: &Summary) -> Proof {
    let amount = row.amount.as_deref().filter(|amount| read_amount(amount).is_some());
    if let Some(amount) = amount.and_then(|amount| amount.split(' ').next()) {
        return Proof {
            name: "amount",
            text: amount.to_owned(),
        };
    }
    let target = row.target.as_deref().unwrap_or_default();
    let record = target.split_once(':').map_or(target, |(_, record)| record);
    let can_be_typed = |c: char| c.is_ascii_graphic();
    // A held key must not be able to spell it.
    let varies = record.chars().any(|c| !record.starts_with(c));
    if varies && record.len() <= LONGEST_PROOF && record.chars().all(can_be_typed) {
        return Proof {
            name: "record",
            text: record.to_owned(),
        };
    }
    Proof {
        name: "digest",
        text: row.payload_sha256.short().clone(),
    }
}

/// A key while that is typed. The one that completes it gives the approval: it has to come by itself.
pub(super) fn typed(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let about = ask.about;
    let Step::Type { proof, typed, reason } = &mut ask.step else {
        return Vec::new();
    };
    let later = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
    if pressed.burst {
        typed.clear();
        ask.deaf_until = later;
        notice(
            model,
            "Several keys came at once, so none of them counts: type it key by key.",
        );
        return Vec::new();
    }
    if pressed.at < ask.deaf_until {
        // Who knows the amount may begin at once; the key that opened the box, still held, begins nothing.
        match pressed.code {
            KeyCode::Char(c) if proof.goes_on(typed, c) => typed.push(c),
            _ => ask.deaf_until = later,
        }
        return Vec::new();
    }
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) if typed.len() < 2 * LONGEST_PROOF => {
            typed.push(c);
        }
        (KeyCode::Backspace, _) => {
            typed.pop();
        }
        // A letter may be part of what is typed.
        (KeyCode::Tab, _) => {
            reasons::add(model);
            return Vec::new();
        }
        (_, _) => {}
    }
    if !proof.is(typed) {
        return Vec::new();
    }
    let request = DecisionRequest {
        reason: reason.take(),
        ..DecisionRequest::new(DecisionKind::Approve)
    };
    hold::send(model, about, request)
}

/// Whether all that would be approved was on the screen; where not, it is shown and said how to go on.
pub(super) fn is_seen(model: &mut Model, about: About) -> bool {
    let seen = model.guard.seen.as_ref().filter(|seen| seen.about == about);
    let laid = model.case().and_then(|case| case.laid(Layout::of(model).widths));
    let known = seen.zip(laid);
    match known.map(|(seen, laid)| (seen.has_head(laid), seen.has_payload(laid))) {
        Some((true, true)) => return true,
        Some((true, false)) if model.page.is_none() => {
            let folds = known.is_some_and(|(_, laid)| laid.fields.folds_itself());
            let text = if folds {
                let fold = model.keymap.name(Place::Page, Command::Fold);
                format!(
                    "Not all of it was on screen: here it is, what is the same folded away. {fold} shows that; read it to its end, then press again."
                )
            } else {
                "Not all of it was on screen: here it is. Read it to its end, then press again.".to_owned()
            };
            model.page = Some(Page::default());
            // Another press of the same key is not meant for what only now comes on the screen.
            changed_by_itself(model);
            notice(model, text);
        }
        Some((true, false)) => {
            let text = known.and_then(|(seen, laid)| page::unseen(model, seen, laid));
            notice(
                model,
                text.unwrap_or_else(|| "Not all of it was on screen yet.".to_owned()),
            );
        }
        Some((false, _)) | None if model.page.is_some() => {
            notice(model, "The envelope was not on screen yet: Esc goes back to it.");
        }
        Some((false, _)) | None => {
            let down = model.keymap.name(Place::Everywhere, Command::ScrollDown).to_owned();
            notice(
                model,
                format!("Its payload was not on screen yet: {down} shows the rest."),
            );
        }
    }
    false
}

/// How much of a tool's name a box repeats; the sheet has all of it.
const LONGEST_TOOL: usize = 60;

/// A stop that an approved envelope would run into.
fn reaching<'a>(model: &'a Model, row: &Summary) -> Option<&'a StopView> {
    model.stops.iter().find(|stop| {
        let name = stop.name.as_deref();
        match stop.scope {
            StopScope::Everything => true,
            StopScope::Agent => name == Some(row.agent.as_str()),
            StopScope::Class => name == row.class.as_deref(),
            StopScope::Run => name == row.run.as_deref(),
        }
    })
}

/// What an approval sets off, in sentences.
fn consequences(case: &Case) -> Vec<String> {
    let row = &case.view.summary;
    let mut lines = Vec::new();
    // The name comes from the agent: it does not begin a line, where it could be another sentence of ours.
    let tool = both_ends(Shown::line(&row.tool).as_str(), LONGEST_TOOL);
    let said = case
        .view
        .claimed
        .as_ref()
        .and_then(|claimed| claimed.impact.as_ref()?.amount.as_ref());
    let said = said.map(|money| format!("{} {}", money.value, money.currency));
    match row.amount.as_deref().and_then(read_amount) {
        Some(amount) => {
            let who = if row.edited {
                "as edited"
            } else if said == row.amount {
                "as the agent says"
            } else {
                "as the payload says"
            };
            lines.push(format!("It runs {tool}: {amount}, {who}"));
        }
        None => lines.push(format!("It runs {tool}")),
    }
    lines.push(votes(row.votes + 1, row.quorum));
    let reversal = case.view.claimed.as_ref().and_then(|claimed| claimed.reversal.as_ref());
    lines.push(match reversal {
        Some(reversal) if reversal.how.is_some() => "The agent says it can be undone.".to_owned(),
        Some(_) => "It cannot be undone.".to_owned(),
        None => "Whether it can be undone was not said.".to_owned(),
    });
    lines
}

/// What one more vote leads to: a sentence.
pub(super) fn votes(vote: u32, quorum: u32) -> String {
    if vote >= quorum {
        return format!("You are vote {vote} of {quorum}. The agent may run it at once.");
    }
    format!("You are vote {vote} of {quorum}. It runs after {} more.", quorum - vote)
}
