//! The tour's box at the bottom, over what it is about.

use ratatui::Frame;
use ratatui::text::Line as Row;

use super::ask::keys;
use super::at_the_bottom;
use crate::console::Model;
use crate::console::keymap::{Command, Keymap, Place};
use crate::console::model::{TOUR_STEPS, Tour};
use crate::console::theme::Tone;
use crate::console::view::layout::Layout;
use crate::console::view::rule;

pub(in crate::console::view) fn tour(model: &Model, tour: Tour, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let width = layout.header.width;
    let [title, text] = step(&model.keymap, tour, model.settings.hold.value.as_secs());
    let count = format!("{} of {TOUR_STEPS}", tour.number());
    let mut rows = vec![Row::styled(
        rule(&format!("Tour: {title}"), "", &count, width),
        theme.style(Tone::Strong),
    )];
    let mut lines = textwrap::wrap(&text, usize::from(width).saturating_sub(4).max(8));
    // The keys stay on the screen, however small it is.
    lines.truncate(usize::from(layout.footer.y).saturating_sub(4).max(1));
    rows.extend(lines.into_iter().map(|line| Row::raw(format!("   {line}"))));
    let quit = model.keymap.name(Place::Main, Command::Quit);
    let next = if tour.next().is_some() { "next" } else { "end" };
    let words = [("n", next), ("p", "back"), ("Esc", "end"), (quit, "quit")];
    rows.push(keys(theme, &words));
    at_the_bottom(rows, frame, layout);
}

/// What a step is called, and what it says: about what is on the screen, with the keys that hold here.
fn step(keymap: &Keymap, tour: Tour, hold: i64) -> [String; 2] {
    let key = |command| {
        let name = keymap.name(Place::Main, command);
        // A letter alone would be read as a word.
        if name.chars().count() == 1 {
            format!("'{name}'")
        } else {
            name.to_owned()
        }
    };
    let (title, text) = match tour.number() {
        1 => (
            "the queue",
            format!(
                "Above is what waits for people, the worst and most urgent first: !! is severe, ! high, ? of a kind \
                 that nobody has named. {} and {} move the > to another. At the right stands how long is left; no end \
                 of time ever approves.",
                key(Command::Next),
                key(Command::Previous)
            ),
        ),
        2 => (
            "the envelope",
            format!(
                "This is what the > is on. What the gate computed stands first; what the agent says stands behind a |, \
                 in quotes, or says so at the right, and nothing in it can leave that. {} shows the whole payload.",
                key(Command::Diff)
            ),
        ),
        3 => (
            "saying yes",
            format!(
                "{} approves what is on the screen. Low risk goes at once, high asks for 'y', severe has you type what \
                 it is about and goes {hold} seconds later: until then 'u' takes it back. Enter never approves.",
                key(Command::Approve)
            ),
        ),
        4 => (
            "saying no",
            format!(
                "{} rejects, with a reason that the agent reads. {} approves it changed, {} hands it to somebody else, \
                 {} asks the agent.",
                key(Command::Reject),
                key(Command::Edit),
                key(Command::Escalate),
                key(Command::Question)
            ),
        ),
        5 => (
            "afterwards",
            format!(
                "What was let through stays in view under {} until it is done with, and what ran alone waits there to \
                 be looked over. {} stops an agent, a run, a class or everything, at once.",
                key(Command::After),
                key(Command::Stop)
            ),
        ),
        _ => (
            "finding, help, leaving",
            format!(
                "{} shows only what fits, {} finds anything by its name. {} has every key, {} the settings, {} this tour \
                 again. Esc goes back and never decides; {} leaves.",
                key(Command::Find),
                key(Command::Palette),
                key(Command::Help),
                key(Command::Settings),
                key(Command::Tour),
                key(Command::Quit)
            ),
        ),
    };
    [title.to_owned(), text]
}
