//! Choosing several alike, looking them over, and clearing them with one key.

use std::fmt::Write as _;
use std::time::Duration;

use crossterm::event::KeyCode;
use jiff::Timestamp;

use super::{INERT, UNBELIEVED, notice, queue};
use crate::api::{BatchItem, BatchReceipt, BatchRequest, EnvelopeView, MAX_BATCH, Summary};
use crate::client::ClientError;
use crate::console::Basis;
use crate::console::keymap::{Command, Place};
use crate::console::model::{About, Batch, Item, Modal, Pending, Phase, Sent, record, told_apart};
use crate::console::{Effect, Model, Pressed, view};
use crate::domain::EnvelopeId;

/// How many that cannot be part of it are named.
const NAMED: usize = 3;

/// Space: takes the envelope under the cursor in, or out again.
pub(super) fn toggle(model: &mut Model) {
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)) else {
        return;
    };
    let id = row.id;
    if let Some(why) = alone(row) {
        notice(model, why);
        return;
    }
    if !model.selected.remove(&id) {
        model.selected.insert(id);
    }
    queue::step(model, 1);
}

/// `*`: takes in all shown that are alike with the one under the cursor; out again, if they are all in.
pub(super) fn all_alike(model: &mut Model) {
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)) else {
        return;
    };
    if let Some(why) = alone(row) {
        notice(model, why);
        return;
    }
    let alike = alike(model, row);
    if alike.iter().all(|id| model.selected.contains(id)) {
        model.selected.clear();
        return;
    }
    let all = count_alike(model, row);
    model.selected = alike.into_iter().collect();
    if all > MAX_BATCH {
        notice(
            model,
            format!("{MAX_BATCH} of {all} are chosen, as many as one batch takes; the rest in a next batch."),
        );
    }
}

/// Why it is decided by itself: a sentence.
fn alone(row: &Summary) -> Option<String> {
    if row.alike.is_some() {
        return None;
    }
    let why = row.apart.as_deref().unwrap_or("its class knows no batches");
    Some(format!("It is decided by itself: {why}."))
}

fn alike(model: &Model, row: &Summary) -> Vec<EnvelopeId> {
    let same = model.rows.shown().filter(|other| other.alike == row.alike);
    same.take(MAX_BATCH).map(|row| row.id).collect()
}

/// How many are alike with it and shown, itself among them.
fn count_alike(model: &Model, row: &Summary) -> usize {
    model.rows.shown().filter(|other| other.alike == row.alike).count()
}

/// Others of the class, and why none of them is here: the first few by name.
fn apart(model: &Model, chosen: &[Summary], all: usize) -> Vec<String> {
    let Some(first) = chosen.first() else {
        return Vec::new();
    };
    let others = model
        .rows
        .all()
        .filter(|row| row.class == first.class && row.alike != first.alike);
    let (alike, alone): (Vec<_>, Vec<_>) = others.partition(|row| row.alike.is_some());
    let why = |row: &Summary| match &row.apart {
        Some(why) => told_apart(why),
        None if row.agent != first.agent => format!("of agent {}", told_apart(&row.agent)),
        None => "of another shape".to_owned(),
    };
    let rest = all - chosen.len();
    let mut apart: Vec<String> = Vec::new();
    if rest > 0 {
        apart.push(format!("{rest} of {all} alike (in a next batch)"));
    }
    let count = alone.len() + alike.len();
    let named = alone.into_iter().chain(alike).take(NAMED);
    apart.extend(named.map(|row| format!("{} ({})", name(row), why(row))));
    if count > NAMED {
        apart.push(format!("{} more", count - NAMED));
    }
    apart
}

/// `b`: opens the sheet of what was chosen, or of all that are alike with the one under the cursor.
pub(super) fn open(model: &mut Model, burst: bool) -> Vec<Effect> {
    if !model.link.is_believed() {
        notice(model, UNBELIEVED);
        return Vec::new();
    }
    if burst {
        return Vec::new();
    }
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)).cloned() else {
        return Vec::new();
    };
    let (all, chosen): (usize, Vec<Summary>) = if model.selected.is_empty() {
        if let Some(why) = alone(&row) {
            notice(model, why);
            return Vec::new();
        }
        let ids = alike(model, &row);
        let rows = ids.iter().filter_map(|id| model.rows.get(*id)).cloned();
        (count_alike(model, &row), rows.collect())
    } else {
        let rows = model.rows.all().filter(|row| model.selected.contains(&row.id));
        (model.selected.len(), rows.take(MAX_BATCH).cloned().collect())
    };
    let Some(first) = chosen.first() else {
        return Vec::new();
    };
    if chosen.iter().any(|row| row.alike != first.alike) {
        let all = model.keymap.name(Place::Main, Command::AllAlike);
        let how = format!("{all} takes all that are like this one.");
        notice(model, format!("Those that were chosen are not alike: {how}"));
        return Vec::new();
    }
    let class = first.class.clone().unwrap_or_default();
    let apart = apart(model, &chosen, all);
    let of = if all > chosen.len() {
        format!(" of {all}")
    } else {
        String::new()
    };
    let items = chosen.iter().map(|row| Item {
        about: About::of(row),
        name: name(row),
        cells: Vec::new(),
        struck: false,
        out: None,
        odd: None,
        seen: false,
        shown: None,
        view: None,
    });
    let items: Vec<Item> = items.collect();
    let ids = items.iter().map(|item| item.about.id).collect();
    model.modal = Some(Modal::Batch(Box::new(Batch {
        title: format!("{}{of} alike: {class}, {}", items.len(), first.agent),
        items,
        read: false,
        common: Vec::new(),
        columns: Vec::new(),
        apart,
        at: 0,
        deaf_until: later(model.now),
        shown_at: None,
    })));
    vec![Effect::AskBatch { ids }]
}

fn name(row: &Summary) -> String {
    let target = row.target.as_deref().unwrap_or(&row.tool);
    let record = target.split_once(':').map_or(target, |(_, record)| record);
    told_apart(record)
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(INERT).unwrap_or(now)
}

/// The envelopes of the sheet came, or did not.
pub(super) fn read(model: &mut Model, answer: Result<Vec<EnvelopeView>, ClientError>) {
    let now = model.now;
    let Some(Modal::Batch(batch)) = &mut model.modal else {
        return;
    };
    match answer {
        Ok(views) => {
            batch.take(&views);
            // Whatever was typed before was typed at something else.
            batch.deaf_until = later(now);
        }
        Err(error) => {
            model.modal = None;
            notice(model, format!("They could not be read: {error}."));
        }
    }
}

/// A key on the sheet. `y` approves what is chosen; it is not the key that opened it.
pub(super) fn key(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    if pressed.code == KeyCode::Esc {
        model.modal = None;
        return Vec::new();
    }
    let room = view::batch_room(model);
    let Some(Modal::Batch(batch)) = &mut model.modal else {
        return Vec::new();
    };
    let last = batch.items.len().saturating_sub(1);
    let page = room.saturating_sub(1).max(1);
    match pressed.code {
        KeyCode::Char('j') | KeyCode::Down => batch.at = (batch.at + 1).min(last),
        KeyCode::Char('k') | KeyCode::Up => batch.at = batch.at.saturating_sub(1),
        KeyCode::PageDown => batch.at = (batch.at + page).min(last),
        KeyCode::PageUp => batch.at = batch.at.saturating_sub(page),
        KeyCode::Char(' ') => {
            if let Some(item) = batch.items.get_mut(batch.at) {
                item.struck = !item.struck;
            }
            batch.at = (batch.at + 1).min(last);
        }
        KeyCode::Char('y') => {
            if pressed.burst || pressed.read_at < batch.deaf_until || !batch.read {
                batch.deaf_until = later(pressed.at);
                return Vec::new();
            }
            if !model.link.is_believed() {
                notice(model, UNBELIEVED);
                return Vec::new();
            }
            if let Some(why) = view::too_much(model) {
                notice(model, why);
                return Vec::new();
            }
            if let Some(why) = unseen(model) {
                notice(model, why);
                return Vec::new();
            }
            return send(model);
        }
        _ => {}
    }
    Vec::new()
}

/// A frame was drawn: what it showed whole was seen.
pub(super) fn drawn(model: &mut Model) {
    let (places, now) = (view::batch_drawn(model), model.now);
    if let Some(Modal::Batch(batch)) = &mut model.modal {
        if !places.is_empty() {
            batch.shown_at.get_or_insert(now);
        }
        for place in places {
            if let Some(item) = batch.items.get_mut(place) {
                item.seen = true;
            }
        }
    }
}

/// Where not all that was chosen was on the screen: goes to the first that was not, and says so.
fn unseen(model: &mut Model) -> Option<String> {
    let (room, now) = (view::batch_room(model), model.now);
    let Some(Modal::Batch(batch)) = &mut model.modal else {
        return None;
    };
    let unseen = |item: &Item| item.is_chosen() && !item.seen;
    let first = batch.items.iter().position(unseen)?;
    let count = batch.items.iter().filter(|item| unseen(item)).count();
    // As many that were not there as the table holds; or that one, where it is longer than its row.
    let page = (first + room.saturating_sub(1)).min(batch.items.len() - 1);
    batch.at = if batch.at == page { first } else { page };
    batch.deaf_until = later(now);
    let were = if count == 1 { "was" } else { "were" };
    Some(format!(
        "{count} of them {were} not on screen yet: y shows the next, space strikes one out."
    ))
}

fn send(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::Batch(batch)) = &model.modal else {
        return Vec::new();
    };
    let shown_at = batch.shown_at.unwrap_or(model.now);
    let seconds = u32::try_from(model.now.duration_since(shown_at).as_secs()).unwrap_or(0);
    let items = batch.chosen().map(|item| BatchItem {
        id: item.about.id,
        payload_sha256: item.about.digest,
        revision: item.about.revision,
        shown_sha256: item.shown,
        screen: record::of_item(batch, item, seconds),
        signed: None,
    });
    let (abouts, items): (Vec<About>, Vec<BatchItem>) = batch.chosen().map(|item| item.about).zip(items).unzip();
    if abouts.is_empty() {
        notice(model, "None is chosen: space takes one in.");
        return Vec::new();
    }
    let request = BatchRequest {
        items,
        reason: None,
        signature: None,
    };
    let basis: Basis = batch.chosen().filter_map(|item| item.view.clone()).collect();
    model.modal = None;
    model.selected.clear();
    model.decided += abouts.len() as u64;
    model.said += 1;
    let key = format!("{}-batch-{}", model.nonce, model.said);
    model.pending.push(Pending {
        key: key.clone(),
        abouts,
        sent: Sent::Batch(request.clone()),
        basis: basis.clone(),
        since: model.now,
        phase: Phase::Sent,
    });
    vec![Effect::Batch {
        key,
        request,
        basis,
        pause: Duration::ZERO,
    }]
}

/// The gate answered: what was cleared leaves the queue, what was refused stays and is said.
pub(super) fn answered(model: &mut Model, receipt: &BatchReceipt) {
    let mut entries = Vec::new();
    let mut refused = Vec::new();
    for result in &receipt.results {
        match (&result.receipt, &result.refused) {
            (Some(receipt), _) => {
                entries.push(receipt.entry);
                queue::remove(model, result.id);
            }
            (None, why) => {
                refused.push(why.clone().unwrap_or_default());
                model.cases.retain(|case| case.about.id != result.id);
            }
        }
    }
    let mut sentence = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => format!("Approved {}, entries {first} to {last}.", entries.len()),
        (_, _) => "None was approved.".to_owned(),
    };
    if let Some(why) = refused.first() {
        let _ = write!(sentence, " {} refused: {why}", refused.len());
    }
    notice(model, sentence);
    super::changed_by_itself(model);
}

/// The queue moved: what changed or went is no part of the sheet any more.
pub(super) fn follow(model: &mut Model) {
    let rows = &model.rows;
    model
        .selected
        .retain(|id| rows.get(*id).is_some_and(|row| row.alike.is_some()));
    if let Some(Modal::Batch(batch)) = &mut model.modal {
        for item in batch.items.iter_mut().filter(|item| item.out.is_none()) {
            item.out = match rows.get(item.about.id) {
                Some(row) if About::of(row) == item.about => None,
                Some(_) => Some("it changed meanwhile".to_owned()),
                None => Some("it is decided already".to_owned()),
            };
        }
    }
}
