//! The list, and what came and went.

use crate::api::{Gone, Summary};
use crate::domain::Severity;
use crate::plain::model::{Errand, Place};
use crate::plain::{Model, words};

/// How many envelopes are told at a time.
const AT_A_TIME: usize = 20;

/// How many severe ones that came together are told one by one.
const ONE_BY_ONE: usize = 3;

/// The first list, with where it comes from.
pub(super) fn open(model: &mut Model) {
    let role = model.role.map(|role| format!(", {role}")).unwrap_or_default();
    let text = format!(
        "signoff at {}, {}{role}. Plain mode: type a line, then Enter.",
        model.gate, model.name
    );
    model.say(text);
    // It may have been sent from a console that was killed before the answer came.
    if let Some(last) = model.last.take() {
        model.say(last);
    }
    let order: Vec<_> = model.rows.all().map(|row| row.id).collect();
    for id in order {
        model.numbers.give(id);
    }
    model.go(Place::Queue);
    list(model);
}

/// Tells what waits from the beginning.
pub(super) fn list(model: &mut Model) {
    let (all, severe, unknown) = (model.rows.len(), model.rows.severe(), model.rows.unknown());
    if all == 0 {
        let text = format!("Nothing waits. Agents reach this gate at {}.", model.gate);
        model.say(text);
    } else {
        let verb = if all == 1 { "waits" } else { "wait" };
        model.say(format!("{all} {verb}: {severe} severe, {unknown} of unknown kind."));
    }
    model.listed = 0;
    go_on(model);
}

/// Tells the next ones.
pub(super) fn go_on(model: &mut Model) {
    let (top, now) = (model.listed, model.gate_now());
    let window: Vec<Summary> = model.rows.window(top, AT_A_TIME).cloned().collect();
    for row in &window {
        let number = model.numbers.give(row.id);
        model.say(words::row(number, row, now));
    }
    model.listed = top + window.len();
    let left = model.rows.len().saturating_sub(model.listed);
    let more = if left > 0 {
        format!("{left} more wait. ")
    } else {
        String::new()
    };
    model.say(format!("{more}Type a number to read one; or list, more, help, quit."));
}

/// Says what came and went, before a line is asked for.
pub(super) fn tell(model: &mut Model) {
    if let Some(news) = model.news.take() {
        model.say(news);
    }
}

/// New rows: what is severe is told at once, and what comes where nothing waited; the rest at the next line.
pub(super) fn arrive(model: &mut Model, rows: &[Summary], had_none: bool) {
    if matches!(model.place, Place::Waiting(Errand::Queue)) {
        return;
    }
    let idle = had_none && model.place == Place::Queue;
    let (now, later): (Vec<&Summary>, Vec<&Summary>) =
        rows.iter().partition(|row| idle || row.severity == Severity::Severe);
    for row in later {
        let number = model.numbers.give(row.id);
        model.news.arrive(number);
    }
    let gate_now = model.gate_now();
    for row in now.iter().take(ONE_BY_ONE) {
        let number = model.numbers.give(row.id);
        model.say(format!("New: {}", words::row(number, row, gate_now)));
    }
    let rest = now.len().saturating_sub(ONE_BY_ONE);
    if rest > 0 {
        model.say(format!("New, and {rest} more like that: list tells them."));
    }
}

/// An envelope waits no more. Whoever reads it is told at once, by whom.
pub(super) fn leave(model: &mut Model, gone: &Gone) {
    let own = model.pending.iter().any(|posted| posted.pending.concerns(gone.id));
    let by = match &gone.by {
        Some(by) if *by == model.name => "you".to_owned(),
        Some(by) => by.clone(),
        None => "the gate".to_owned(),
    };
    let number = model.numbers.of(gone.id);
    let known = model.rows.get(gone.id).is_some();
    let name = model.call(gone.id);
    let is_read = super::read::is_open(model, gone.id);
    model.rows.remove(gone.id);
    if is_read && !own {
        let at = gone.at.strftime("%H:%M:%SZ");
        super::read::withdraw(model, &format!("{name}, is {} now, by {by} at {at}.", gone.stage));
    } else if known && !own && by != "you" && !matches!(model.place, Place::Waiting(Errand::Queue)) {
        model.news.settle(number, &by);
    }
    model.numbers.leave(gone.id);
}
