//! `:`: everything by its name. Enter never decides: what decides is only named here, with its key.

use crossterm::event::KeyCode;

use super::{boxes, keys, notice, pager, past, queue, tab};
use crate::console::keymap::{Bound, Command, Place};
use crate::console::model::{Copied, Does, Filter, Modal, Offered, Palette, Tab};
use crate::console::{Effect, Model, Pressed};
use crate::domain::{EnvelopeId, Search, loosely};

/// How many digits of an id or a digest say which envelope is meant.
const FEWEST_DIGITS: usize = 4;

/// How many envelopes are offered for some digits.
const MOST_JUMPS: usize = 5;

/// The longest name of a view.
const LONGEST_NAME: usize = 24;

/// Opens the line.
pub(super) fn open(model: &mut Model) {
    let offers = offers(model, "");
    model.modal = Some(Modal::Palette(Box::new(Palette {
        offers,
        ..Palette::default()
    })));
}

/// A key while the line is open: Enter does what the cursor is on.
pub(super) fn key(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Palette(palette)) = &mut model.modal else {
        return Vec::new();
    };
    let last = palette.offers.len().saturating_sub(1);
    match pressed.code {
        KeyCode::Esc => model.modal = None,
        KeyCode::Down | KeyCode::Tab => palette.at = (palette.at + 1).min(last),
        KeyCode::Up | KeyCode::BackTab => palette.at = palette.at.saturating_sub(1),
        // A pasted line break, or one that was typed ahead, is not meant.
        KeyCode::Enter if pressed.burst => {}
        KeyCode::Enter => {
            let does = palette.offers.get(palette.at).map(|offer| offer.does.clone());
            if let Some(does) = does {
                model.modal = None;
                return go(model, does);
            }
        }
        _ => {
            boxes::type_into(&mut palette.text, pressed);
            write(model);
        }
    }
    Vec::new()
}

/// Pasted text is part of the line.
pub(super) fn paste(model: &mut Model, line: &str) {
    if let Some(Modal::Palette(palette)) = &mut model.modal {
        palette.text.push_str(line.trim_end());
    }
    write(model);
}

fn write(model: &mut Model) {
    let Some(Modal::Palette(palette)) = &model.modal else {
        return;
    };
    let offers = offers(model, &palette.text);
    if let Some(Modal::Palette(palette)) = &mut model.modal {
        (palette.offers, palette.at) = (offers, 0);
    }
}

/// Whether a command decides or says something by itself, without a box that asks.
fn needs_its_key(command: Command) -> bool {
    matches!(
        command,
        Command::Approve | Command::Claim | Command::Fine | Command::Pin | Command::Choose | Command::TakeBack
    )
}

/// What a text may mean, the likeliest first.
fn offers(model: &Model, text: &str) -> Vec<Offered> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let mut offers = named(model, text);
    offers.extend(jumps(model, &lower));
    let fits = |name: &str, help: &str| lower.split(' ').all(|word| loosely(name, word) || loosely(help, word));
    let mut known: Vec<Offered> = model
        .keymap
        .keys_in(Place::of(model))
        .filter(|key| key.command != Command::Palette && fits(&key.name, &key.help))
        .map(of_key)
        .collect();
    known.extend(extras(model).into_iter().filter(|offer| fits(&offer.name, &offer.help)));
    // A word that begins one of theirs is likelier meant than one whose letters only occur.
    let begins = |offer: &Offered| {
        let words = offer.help.to_lowercase();
        !words.split(' ').any(|word| word.starts_with(&lower))
    };
    known.sort_by_key(begins);
    offers.extend(known);
    offers
}

fn of_key(key: &Bound) -> Offered {
    Offered {
        name: key.name.clone().into_owned(),
        help: key.help.clone().into_owned(),
        does: Does::Obey(key.command),
    }
}

fn offered(name: &str, help: impl Into<String>, does: Does) -> Offered {
    Offered {
        name: name.to_owned(),
        help: help.into(),
        does,
    }
}

/// What has a name of its own: `save NAME`, `forget NAME`, `view NAME`.
fn named(model: &Model, text: &str) -> Vec<Offered> {
    let Some((verb, name)) = text.split_once(' ') else {
        return Vec::new();
    };
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let filter = model.rows.filter().map(Filter::as_str).unwrap_or_default();
    match verb {
        "save" if is_name && !filter.is_empty() => {
            let help = format!("Save what is shown, {filter}, as the view {name}");
            vec![offered("save", help, Does::Save(name.to_owned()))]
        }
        "forget" if model.views.contains_key(name) => {
            let help = format!("Forget the view {name}");
            vec![offered("forget", help, Does::Forget(name.to_owned()))]
        }
        _ => Vec::new(),
    }
}

/// Envelopes of the queue by the first digits of their id or digest, or the past where there is none.
fn jumps(model: &Model, text: &str) -> Vec<Offered> {
    let is_id = text.len() >= FEWEST_DIGITS && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if !is_id {
        return Vec::new();
    }
    let begins = |id: EnvelopeId| id.to_string().starts_with(text);
    let rows = model.rows.all();
    let rows = rows.filter(|row| begins(row.id) || row.payload_sha256.to_string().starts_with(text));
    let mut offers: Vec<Offered> = rows
        .take(MOST_JUMPS)
        .map(|row| {
            let class = row.class.as_deref().unwrap_or("unknown kind");
            let help = format!("Go to {}, {class}, digest {}", row.id, row.payload_sha256.short());
            offered("go", help, Does::Jump(row.id))
        })
        .collect();
    if offers.is_empty() {
        let help = format!("Find {text} in everything there ever was");
        offers.push(offered("find", help, Does::FindInPast(text.to_owned())));
    }
    offers
}

/// What has no key.
fn extras(model: &Model) -> Vec<Offered> {
    let mut offers: Vec<Offered> = model
        .views
        .iter()
        .map(|(name, search)| offered("view", format!("View {name}: {search}"), Does::View(name.clone())))
        .collect();
    if model.shown_case().is_some() {
        let copies = [
            ("copy", "Copy its id", Copied::Id),
            ("copy", "Copy its digest", Copied::Digest),
            ("copy", "Copy the command that shows it", Copied::ShowCommand),
        ];
        offers.extend(copies.map(|(name, help, what)| offered(name, help, Does::Copy(what))));
        offers.push(offered("pager", "Open all of it in your pager", Does::Pager));
    }
    if model.rows.filter().is_some() {
        offers.push(offered(
            "save",
            "Save what is shown as a view: save NAME",
            Does::Save(String::new()),
        ));
    }
    if !model.views.is_empty() {
        offers.push(offered(
            "forget",
            "Forget a view: forget NAME",
            Does::Forget(String::new()),
        ));
    }
    offers
}

fn go(model: &mut Model, does: Does) -> Vec<Effect> {
    match does {
        Does::Obey(command) if needs_its_key(command) => {
            let name = model.keymap.name(Place::of(model), command).to_owned();
            notice(model, format!("{name} does that, and only {name}: nothing was done."));
        }
        Does::Obey(command) => return keys::obey(model, command, false),
        Does::View(name) => {
            let search = model.views.get(&name).and_then(|search| search.parse::<Search>().ok());
            if let Some(search) = search {
                let effects = tab::open(model, Tab::Queue);
                let filter = Filter::of(search, model.gate_now());
                queue::show(model, filter);
                return effects;
            }
        }
        Does::Save(name) if name.is_empty() => notice(model, "Write the name behind it: save NAME."),
        Does::Forget(name) if name.is_empty() => notice(model, "Write the name behind it: forget NAME."),
        Does::Save(name) => {
            if let Some(filter) = model.rows.filter() {
                let search = filter.as_str().to_owned();
                model.views.insert(name.clone(), search);
                notice(model, format!("Saved: {name}."));
            }
        }
        Does::Forget(name) => {
            model.views.remove(&name);
            notice(model, format!("Forgotten: {name}."));
        }
        Does::Jump(id) => return jump(model, id),
        Does::FindInPast(text) => {
            let mut effects = tab::open(model, Tab::Audit);
            effects.extend(past::search(model, text));
            return effects;
        }
        Does::Copy(what) => return copy(model, what),
        Does::Pager => return pager::open(model),
    }
    Vec::new()
}

/// Moves the cursor to an envelope, also where a filter hides it: then the filter goes.
fn jump(model: &mut Model, id: EnvelopeId) -> Vec<Effect> {
    let effects = tab::open(model, Tab::Queue);
    if model.rows.get(id).is_none() {
        notice(model, "It has left the queue meanwhile.");
        return effects;
    }
    if model.rows.place(id).is_none() {
        queue::show_all(model);
    }
    model.focus = Some(id);
    effects
}

fn copy(model: &mut Model, what: Copied) -> Vec<Effect> {
    let Some(case) = model.shown_case() else {
        return Vec::new();
    };
    let (name, text) = match what {
        Copied::Id => ("id", case.about.id.to_string()),
        Copied::Digest => ("digest", case.about.digest.to_string()),
        Copied::ShowCommand => ("command", format!("signoff show {}", case.about.id)),
    };
    notice(
        model,
        format!("The {name} was handed to the terminal's clipboard (OSC 52); a terminal that knows none drops it."),
    );
    vec![Effect::Copy { text }]
}
