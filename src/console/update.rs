//! The only writer of the model. No clock, no input or output, no async.

mod after;
mod alert;
mod approve;
mod batch;
mod boxes;
mod case_page;
mod choose;
mod decide;
mod edit;
mod find;
mod hold;
mod keys;
mod lay;
mod link;
mod look;
mod memory;
mod mouse;
mod page;
mod pager;
mod palette;
mod past;
mod presence;
mod proof;
mod queue;
mod reasons;
mod stop;
mod tab;
mod tour;

use jiff::{SignedDuration, Timestamp};

pub(crate) use choose::{classes, heirs, times};
pub(crate) use decide::counted;
pub(crate) use link::{WAIT, after as stands, pause};

use super::{Effect, Model, Msg, Word};
use crate::client::ClientError;
use crate::console::keymap::{Command, Place};
use crate::console::model::{About, Modal, Notice, Seen, Tab};
use crate::domain::{Review, Shown};

/// How long decision keys are inert after content changed by itself, and after a box opened. Long enough
/// to notice, short enough not to be waited for.
pub(crate) const INERT: SignedDuration = SignedDuration::from_millis(400);

/// A second passes with a message at least. Longer than this without one, and nobody was there.
const AWAY: SignedDuration = SignedDuration::from_secs(2);

/// Why nothing is decided on what a gate says that went back.
/// What it may mean that a gate does not prove its ledger, and what to do.
pub(crate) const UNPROVED: &str = "An older copy of its ledger may have been put back, or written anew, or another \
    gate answers at this address. Ask whoever runs it, by another way than this one. Where it is explained, quit and \
    forget what was seen with `signoff trust --reset` and the same --url or --data.";

pub(super) const UNBELIEVED: &str = "Deciding is off: the gate is not believed.";

/// The first questions, before anything has happened.
#[must_use]
pub fn begin(model: &mut Model) -> Vec<Effect> {
    if model.looks_back {
        return past::open(model);
    }
    let mut effects = vec![link::ask(model, false, std::time::Duration::ZERO)];
    effects.extend(memory::recall(model));
    tour::begin(model);
    effects
}

/// Takes one message and says what to do.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let before = model.focus;
    let away = msg.at().duration_since(model.now).abs() > AWAY;
    model.now = msg.at();
    let is_tick = matches!(msg, Msg::Tick { .. });
    if away {
        was_away(model);
    }
    let (deaf, is_frame) = (deaf_until(model), matches!(msg, Msg::Drawn { .. }));
    let mut effects = match msg {
        Msg::Key(pressed) => keys::pressed(model, pressed),
        Msg::Mouse(pointed) => mouse::pointed(model, pointed),
        Msg::Pasted { text, .. } => keys::pasted(model, &text),
        Msg::Resized { width, height, .. } => {
            (model.width, model.height) = (width, height);
            resized(model);
            hold::begin_anew(model);
            // It may have gone there and back in one moment: then it is as large as before, and not as drawn.
            vec![Effect::Repaint]
        }
        Msg::Drawn { at } => {
            drawn(model, at);
            Vec::new()
        }
        Msg::Tick { at } => {
            model.notice = model.notice.take().filter(|notice| at < notice.until);
            queue::again(model);
            tab::sum(model);
            let mut effects = decide::retry(model);
            effects.extend(alert::late(model));
            effects.extend(presence::follow(model));
            effects
        }
        Msg::Stop { .. } => decide::end(model),
        Msg::Written { answer, .. } => {
            // Keys that were meant for the other program must not mean something here.
            changed_by_itself(model);
            hold::begin_anew(model);
            edit::written(model, answer)
        }
        Msg::Paged { answer, .. } => {
            changed_by_itself(model);
            hold::begin_anew(model);
            pager::closed(model, answer);
            Vec::new()
        }
        Msg::Continued { stood_still, .. } => {
            was_away(model);
            if !stood_still {
                notice(model, "There is no shell to go back to, so it goes on.");
            }
            Vec::new()
        }
        answer => answered(model, answer),
    };
    effects.extend(queue::settle(model, before));
    look::cover(model);
    case_page::settle(model);
    effects.extend(hold::release(model));
    if is_tick || effects.contains(&Effect::End) {
        effects.extend(memory::remember(model));
    }
    model.guard.unseen_box |= !is_frame && deaf_until(model) != deaf;
    effects
}

fn deaf_until(model: &mut Model) -> Option<Timestamp> {
    model.modal.as_mut().and_then(Modal::deaf_until).copied()
}

/// Nothing happened for longer than a second is long: the program stood still, the machine slept, or its
/// clock was set. What was on the screen is old, and nobody could take anything back.
fn was_away(model: &mut Model) {
    changed_by_itself(model);
    // Since when it is on the screen was by another clock, or is too long ago to count.
    (model.guard.since, model.guard.shown_at) = (None, None);
    hold::begin_anew(model);
    deafen(model);
}

/// An open box is deaf for a moment, which begins with the next frame.
fn deafen(model: &mut Model) {
    model.guard.unseen_box = true;
    let later = model.now.checked_add(INERT).unwrap_or(model.now);
    if let Some(deaf_until) = model.modal.as_mut().and_then(Modal::deaf_until) {
        *deaf_until = later;
    }
}

/// The gate said something.
fn answered(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Queue { question, answer, .. } => return link::queue(model, question, answer),
        Msg::Decided { key, answer, .. } => {
            link::see_disk(model, &answer);
            return decide::answered(model, &key, answer);
        }
        Msg::Batched { key, answer, .. } => {
            link::see_disk(model, &answer);
            return decide::batched(model, &key, answer);
        }
        Msg::Said { answer, .. } => {
            link::see_disk(model, &answer);
            return said(model, answer);
        }
        Msg::Health { answer, .. } => link::health(model, answer),
        Msg::People { answer, .. } => return choose::people(model, answer),
        Msg::Policy { answer, .. } => return choose::policy(model, answer),
        Msg::Agents { answer, .. } => stop::agents(model, answer),
        Msg::After { answer, .. } => return after::page(model, answer),
        Msg::Becomes { id, text, answer, .. } => {
            choose::becomes(model, id, &text, &answer);
            return edit::becomes(model, id, &text, answer);
        }
        Msg::Past {
            search, before, answer, ..
        } => return past::page(model, &search, before, answer),
        Msg::Envelope { id, answer, .. } => queue::envelope(model, id, answer),
        Msg::LaidOut { view, laid, .. } => lay::laid(model, &view, *laid),
        Msg::Timeline { id, answer, .. } => past::timeline(model, id, answer),
        Msg::CaseFile { id, answer, .. } => case_page::file(model, id, answer.map(|file| *file)),
        Msg::PolicyThen { id, answer, .. } => case_page::policy_came(model, id, answer.map(|then| *then)),
        Msg::Screen { id, n, answer, .. } => case_page::screen_came(model, id, n, answer.map(|shown| *shown)),
        Msg::Verification { what, answer, .. } => return proof::came(model, what, answer),
        Msg::WrittenOut { answer, .. } => case_page::written(model, answer),
        Msg::Trail { id, answer, .. } => queue::trail(model, id, answer),
        Msg::BatchRead { answer, .. } => batch::read(model, answer),
        Msg::Remembered { answer, .. } => memory::written(model, answer),
        // What a person or the clock did was taken before.
        Msg::Key(_)
        | Msg::Mouse(_)
        | Msg::Pasted { .. }
        | Msg::Resized { .. }
        | Msg::Drawn { .. }
        | Msg::Tick { .. }
        | Msg::Stop { .. }
        | Msg::Written { .. }
        | Msg::Paged { .. }
        | Msg::Continued { .. } => {}
    }
    Vec::new()
}

/// Puts a sentence on the screen for a while. Whatever stands in it is made safe to show.
pub(super) fn notice(model: &mut Model, text: impl AsRef<str>) {
    notice_of_shown(model, Shown::line(text.as_ref()).to_string());
}

/// The same for a sentence whose parts are safe to show already: made so twice, they could not be read.
pub(super) fn notice_of_shown(model: &mut Model, text: String) {
    model.notice = Some(Notice::new(text, model.now));
}

/// What decides nothing was said, or was not.
fn said(model: &mut Model, answer: Result<Word, ClientError>) -> Vec<Effect> {
    match answer.as_ref().map(boxes::purpose) {
        Ok(None) => {}
        Ok(Some(then)) => model.begun.answered(Some(&then)),
        Err(_) => model.begun.answered(None),
    }
    match answer {
        Ok(Word::Stop(stopped)) => stop::answered(model, &stopped),
        Ok(Word::Looked(looked)) => look::answered(model, *looked),
        Ok(Word::Claimed) => notice(model, "It is yours for 5 minutes; others see it."),
        Ok(Word::Asked(agent)) => notice(model, format!("{agent} was asked; its answer appears here.")),
        Ok(Word::Reviewed(Review::Flagged)) => notice(model, "Flagged, with your reason."),
        Ok(Word::Reviewed(Review::Fine | Review::Open)) => notice(model, "Called fine: nobody has to look at it now."),
        Ok(Word::UndoRequested(agent)) => notice(model, format!("{agent} was asked to take it back.")),
        Err(error) => notice(model, format!("It was not said: {error}")),
    }
    // The list of what ran shows where it stands now.
    if model.tab == Tab::After {
        vec![after::fresh(model)]
    } else {
        Vec::new()
    }
}

/// What is under the focus is not what the reviewer chose to look at.
pub(super) fn changed_by_itself(model: &mut Model) {
    model.guard.unseen_change = true;
}

/// What was drawn is no longer on screen as it was: it begins anew, and an open box is deaf for a moment.
fn resized(model: &mut Model) {
    changed_by_itself(model);
    model.guard.seen = None;
    model.scroll = 0;
    if let Some(page) = &mut model.page {
        page.scroll = 0;
    }
    deafen(model);
}

/// A frame showed the model as it is: from now on a key can be about it.
fn drawn(model: &mut Model, at: Timestamp) {
    let shown = super::view::drawn(model);
    let guard = &mut model.guard;
    guard.drawn = shown.as_ref().map(|shown| shown.about);
    if let Some(shown) = shown {
        let known = guard.seen.clone().filter(|seen| seen.about == shown.about);
        let mut seen = known.unwrap_or_else(|| Seen::of(shown.about));
        seen.take(&shown);
        if guard.seen.as_ref() != Some(&seen) {
            guard.shown_at = Some(at);
        }
        guard.seen = Some(seen);
        guard.since = guard.since.filter(|(about, _)| *about == shown.about);
        guard.since.get_or_insert((shown.about, at));
    }
    if std::mem::take(&mut guard.unseen_change) {
        guard.inert_until = at.checked_add(INERT).ok();
    }
    if guard.unseen_box {
        // However long the frame took: until then, keys were typed at something else.
        deafen(model);
        model.guard.unseen_box = false;
    }
    batch::drawn(model);
}

/// Why a key means nothing now, whatever it is about: a sentence.
pub(super) fn is_inert(model: &mut Model, burst: bool) -> Option<&'static str> {
    let inert = model.guard.unseen_change || model.guard.inert_until.is_some_and(|until| model.now < until);
    if !burst && !inert {
        return None;
    }
    // A held key keeps it inert: it has to be let go first.
    model.guard.inert_until = model.now.checked_add(INERT).ok();
    Some(if burst {
        "Keys came faster than the screen, so none of them decides."
    } else {
        "This just changed: look, then press again."
    })
}

/// Whether a decision key may count now, and about what; else why not (a sentence, or nothing to say).
pub(super) fn decidable(model: &mut Model, burst: bool) -> Result<About, Option<String>> {
    if !model.link.is_believed() {
        return Err(Some(UNBELIEVED.to_owned()));
    }
    if model.focus.is_none() {
        return Err(None);
    }
    if let Some(why) = is_inert(model, burst) {
        return Err(Some(why.to_owned()));
    }
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)) else {
        return Err(None);
    };
    let about = About::of(row);
    if model.guard.drawn != Some(about) {
        let layout = super::view::Layout::of(model);
        let why = if layout.shows_envelope {
            "It is not on screen yet: nothing was decided.".to_owned()
        } else {
            let switch = model.keymap.name(Place::Main, Command::SwitchPane);
            format!("{switch} shows it first: nothing was decided.")
        };
        return Err(Some(why));
    }
    if hold::concerns(model, about.id) {
        return Err(Some(
            "Your decision on this goes out in a moment; u takes it back.".to_owned(),
        ));
    }
    if model.pending.iter().any(|pending| pending.concerns(about.id)) {
        return Err(Some("Your decision on this is on its way.".to_owned()));
    }
    match model.case().map(|case| (case.view.summary == *row, &case.distrust)) {
        None => Err(Some("It is still being read.".to_owned())),
        Some((_, Some(distrust))) => Err(Some(distrust.clone())),
        Some((false, _)) => Err(Some(
            "It changed and is being read again: nothing was decided.".to_owned(),
        )),
        Some((true, None)) => Ok(about),
    }
}
