//! Between console and gate: what came, what did not, and when to ask again.

use std::time::Duration;

use jiff::SignedDuration;

use super::{after as outcomes, alert, batch, changed_by_itself, hold, notice, presence, queue};
use crate::api::{DISK_FULL, ErrorType, Gone, Health, Here, QueuePage};
use crate::client::ClientError;
use crate::console::model::{About, Link, Modal, Tab};
use crate::console::{Effect, Model};
use crate::domain::EnvelopeId;

/// How long one question waits for news.
pub(crate) const WAIT: Duration = Duration::from_secs(20);

/// Pauses after failures: doubled each time, between these. The runner adds jitter.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Asks for what changed; the first question is not held back.
pub(super) fn ask(model: &mut Model, wait: bool, pause: Duration) -> Effect {
    ask_for(model, if wait { WAIT } else { Duration::ZERO }, pause)
}

/// The same for a time of its own.
pub(super) fn ask_for(model: &mut Model, wait: Duration, pause: Duration) -> Effect {
    model.question += 1;
    let due = SignedDuration::try_from(pause + wait).unwrap_or_default();
    model.due = model.now.checked_add(due).ok();
    model.told = presence::here(model);
    Effect::AskQueue {
        question: model.question,
        cursor: model.queue_cursor,
        look: model.after.look,
        here: Here {
            at: model.told,
            presence: model.presence,
        },
        wait,
        pause,
    }
}

/// The answer to a question about the queue; a late one is dropped.
pub(super) fn queue(model: &mut Model, question: u64, answer: Result<QueuePage, ClientError>) -> Vec<Effect> {
    if question != model.question {
        return Vec::new();
    }
    match answer {
        Ok(page) => {
            let more = page.more;
            let news = !page.gone.is_empty() || page.look != model.after.look;
            let came: Vec<EnvelopeId> = page.rows.iter().map(|row| row.id).collect();
            take(model, page);
            let mut effects = vec![ask(model, !more, Duration::ZERO)];
            if model.alerted.begun {
                effects.extend(alert::severe(model, &came));
            } else if !more {
                model.alerted.begun = true;
                alert::know(model);
            }
            if news && model.tab == Tab::After {
                effects.push(outcomes::fresh(model));
            }
            effects
        }
        Err(error) => {
            model.misses += 1;
            model.link = after(&error);
            let is_strange = matches!(model.link, Link::OtherVersion { .. });
            if !model.link.is_believed() {
                queue::warn_box(model, |_| {
                    Some("The gate is not believed any more. Only Esc works.".to_owned())
                });
                hold::drop_unbelieved(model);
            }
            let pause = pause(model.misses);
            let mut effects = vec![ask(model, false, pause)];
            effects.extend(is_strange.then_some(Effect::AskHealth));
            effects
        }
    }
}

/// How long to wait after so many failures in a row.
pub(crate) fn pause(misses: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << misses.saturating_sub(1).min(5))
        .min(LONGEST_PAUSE)
}

/// How it stands with a gate that answered like this.
pub(crate) fn after(error: &ClientError) -> Link {
    match error {
        ClientError::Refused(detail) if detail.code == "ledger_went_back" => Link::WentBack,
        ClientError::Refused(detail) => match detail.kind {
            ErrorType::Unavailable | ErrorType::Internal => Link::Silent,
            ErrorType::Unauthorized | ErrorType::Forbidden => Link::Unauthorised(detail.message.clone()),
            ErrorType::InvalidRequest
            | ErrorType::NotFound
            | ErrorType::Conflict
            | ErrorType::TooLarge
            | ErrorType::RateLimited => Link::Refused(detail.message.clone()),
        },
        ClientError::Later(_, detail) => Link::Refused(detail.message.clone()),
        ClientError::Strange(what) => Link::OtherVersion {
            what: what.clone(),
            gate: None,
        },
        ClientError::Unproved(why) => Link::Unproved(why.clone()),
        ClientError::Unreachable(_) | ClientError::Address(_) | ClientError::NotSigned(_) => Link::Silent,
    }
}

/// What does not understand us says which version it is, or does not even say that.
pub(super) fn health(model: &mut Model, answer: Result<Health, ClientError>) {
    if let (Link::OtherVersion { gate, .. }, Ok(health)) = (&mut model.link, answer) {
        *gate = Some(health.version);
    }
}

/// Whether the gate could write what was said is seen from each of its answers.
pub(super) fn see_disk<T>(model: &mut Model, answer: &Result<T, ClientError>) {
    match answer {
        Ok(_) => model.disk_full = false,
        Err(ClientError::Refused(detail)) if detail.code == DISK_FULL => model.disk_full = true,
        Err(_) => {}
    }
}

fn take(model: &mut Model, page: QueuePage) {
    model.link = Link::Live;
    model.misses = 0;
    model.heard = Some(model.now);
    model.skew = page.now.duration_since(model.now);
    model.queue_cursor = page.cursor;
    (model.present, model.presence) = (page.present, Some(page.presence));
    model.stops = page.stops;
    model.after.look = page.look;
    let focused = model.focus.and_then(|id| model.rows.get(id)).cloned();
    for gone in &page.gone {
        leave(model, gone);
    }
    model.rows.put(page.rows);
    let now = model.focus.and_then(|id| model.rows.get(id)).cloned();
    if let (Some(before), Some(now)) = (focused, now)
        && before.id == now.id
        && before != now
    {
        // It is read again: somebody voted, edited, moved, claimed it, asked or answered.
        changed_by_itself(model);
        if now.answered > before.answered {
            queue::warn_box(model, |about| {
                (about == now.id).then(|| "The agent has answered. Only Esc works; read it first.".to_owned())
            });
        }
    }
    let boxed = match &model.modal {
        Some(Modal::Ask(ask)) => Some((ask.about, ask.votes)),
        Some(Modal::Edit(draft)) => Some((draft.about, draft.votes)),
        Some(Modal::Help(_) | Modal::Settings(_) | Modal::Tour(_) | Modal::Palette(_) | Modal::Batch(_)) | None => None,
    };
    batch::follow(model);
    hold::drop_changed(model);
    if let Some((about, votes)) = boxed
        && let Some(row) = model.rows.get(about.id)
        && (About::of(row) != about || row.votes != votes)
    {
        queue::warn_box(model, |_| {
            Some("It changed underneath. Only Esc works; look at it again.".to_owned())
        });
    }
}

/// An envelope is settled: the reviewer who was on it is told by whom.
fn leave(model: &mut Model, gone: &Gone) {
    let own = model.pending.iter().any(|pending| pending.concerns(gone.id));
    let by = match &gone.by {
        Some(by) if *by == model.name => "you".to_owned(),
        Some(by) => by.clone(),
        None => "the gate".to_owned(),
    };
    let what = model
        .rows
        .get(gone.id)
        .and_then(|row| row.class.clone())
        .unwrap_or_else(|| "It".to_owned());
    let sentence = format!(
        "{what} is {} now, by {by} at {}.",
        gone.stage,
        gone.at.strftime("%H:%M:%SZ")
    );
    if model.focus == Some(gone.id) && !own && by != "you" {
        notice(model, sentence.clone());
    }
    let id = gone.id;
    if !own {
        queue::warn_box(model, |about| {
            (about == id).then(|| format!("{sentence} Only Esc works."))
        });
    }
    model.alerted.forget(gone.id);
    queue::remove(model, gone.id);
}
