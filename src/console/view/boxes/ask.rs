//! The box that asks: one key, one of several, or a text.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::{at_the_bottom, place_cursor, written};
use crate::console::Model;
use crate::console::model::{Ask, Choice, Choosing, Step, Then};
use crate::console::sheet::truncate;
use crate::console::theme::{Theme, Tone};
use crate::console::view::layout::Layout;
use crate::console::view::queue::fit;
use crate::console::view::rule;
use crate::domain::Shown;

/// The box owns what it is about; nothing that happens underneath changes what it says.
pub(in crate::console::view) fn ask(model: &Model, ask: &Ask, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let width = layout.header.width;
    let mut rows: Vec<Row<'_>> = Vec::new();
    let right = if ask.about.revision == 0 {
        String::new()
    } else {
        format!("digest {} rev {}", ask.about.digest.short(), ask.about.revision)
    };
    rows.push(Row::styled(
        rule(&ask.title, "", &right, width),
        theme.style(Tone::Strong),
    ));
    if let Some(stale) = &ask.stale {
        rows.extend(wrapped(theme, Tone::Danger, stale, width));
    }
    for line in &ask.lines {
        rows.extend(wrapped(theme, Tone::Plain, line, width));
    }
    let mut cursor = None;
    match &ask.step {
        Step::Write { text, then } => {
            let (label, enter) = words(then);
            let enter = if text.trim().is_empty() {
                "Write it first"
            } else {
                enter
            };
            let (row, column) = written(&format!("   {label}: "), text, width);
            cursor = Some((rows.len(), column));
            rows.push(Row::raw(row));
            rows.push(Row::styled(
                format!("   {enter}, Esc goes back"),
                theme.style(Tone::Label),
            ));
        }
        Step::Approve { reason } => {
            if let Some(reason) = reason {
                rows.push(Row::raw(format!("   Reason: {}", Shown::line(reason))));
            }
            let why = if reason.is_some() { "another reason" } else { "say why" };
            rows.push(keys(theme, &[("y", "approve"), ("Tab", why), ("Esc", "back")]));
        }
        Step::Type { proof, typed, reason } => {
            if let Some(reason) = reason {
                rows.push(Row::raw(format!("   Reason: {}", Shown::line(reason))));
            }
            let label = format!("   Type the {} to approve: ", proof.name);
            let (row, column) = written(&label, typed, width);
            cursor = Some((rows.len(), column));
            rows.push(Row::styled(row, theme.style(Tone::Strong)));
            let (tone, hint) = if proof.begins_with(typed) {
                let hint = "   The last character gives it. Tab says why, Esc goes back";
                (Tone::Label, hint.to_owned())
            } else {
                (
                    Tone::Warn,
                    format!("   That is not the {}. Backspace, or Esc goes back", proof.name),
                )
            };
            rows.push(Row::styled(hint, theme.style(tone)));
        }
        Step::Sure { halt, reason } => {
            rows.extend(wrapped(
                theme,
                Tone::Strong,
                &format!("{}: {}", Shown::line(&halt.to_string()), Shown::line(reason)),
                width,
            ));
            rows.push(keys(theme, &[("y", "yes, do it"), ("Esc", "back")]));
        }
        Step::Reasons(reasons) => super::reasons::rows(theme, reasons, width, &mut rows),
        Step::Choose(choice) => choose(theme, choice, layout, &mut rows),
    }
    let area = at_the_bottom(rows, frame, layout);
    if let Some((row, column)) = cursor {
        place_cursor(frame, area, row, column);
    }
}

/// What a text is called and what Enter does with it.
fn words(then: &Then) -> (String, &'static str) {
    match then {
        Then::Approve => ("Reason".to_owned(), "Enter ends the text"),
        Then::Reject => ("Reason".to_owned(), "Enter sends the rejection"),
        Then::Escalate(to) => (format!("To {to}, because"), "Enter hands it over"),
        Then::Extend(by) => (format!("{by} more, because"), "Enter gives the time"),
        Then::Question => ("Question".to_owned(), "Enter asks the agent"),
        Then::Stop(halt) => (
            format!("{}, because", Shown::line(&halt.to_string())),
            "Enter goes on to the last question",
        ),
        Then::Flag => ("What is wrong".to_owned(), "Enter flags it"),
        Then::Undo => ("Because".to_owned(), "Enter asks the agent to take it back"),
    }
}

/// A window of the offers around the cursor, and what the policy makes of the one under it.
fn choose<'a>(theme: Theme, choice: &'a Choice, layout: &Layout, rows: &mut Vec<Row<'a>>) {
    let (room, width) = (usize::from(layout.footer.y) / 2, layout.header.width);
    if choice.offers.is_empty() {
        rows.push(Row::styled("   asking the gate…", theme.style(Tone::Label)));
        rows.push(Row::styled("   Esc back", theme.style(Tone::Label)));
        return;
    }
    let room = room.max(3);
    let top = choice.at.saturating_sub(room - 1);
    let lengths = choice.offers.iter().map(|offer| offer.value.chars().count());
    let longest = lengths.max().unwrap_or(0).clamp(10, 36);
    for (n, offer) in choice.offers.iter().enumerate().skip(top).take(room) {
        let here = n == choice.at;
        let digit = if n < 9 { (n + 1).to_string() } else { " ".to_owned() };
        let tone = if here { Tone::Cursor } else { Tone::Plain };
        let value = fit(Shown::line(&offer.value).as_str(), longest);
        let note = truncate(
            Shown::line(&offer.note).as_str(),
            usize::from(width).saturating_sub(longest + 7),
        );
        rows.push(Row::from(vec![
            Span::raw(if here { " > " } else { "   " }),
            Span::styled(digit, theme.style(Tone::Strong)),
            Span::raw(" "),
            Span::styled(value, theme.style(tone)),
            Span::styled(format!(" {note}"), theme.style(Tone::Label)),
        ]));
    }
    if choice.offers.len() > room {
        let text = format!("   {} of {}, j and k move", choice.at + 1, choice.offers.len());
        rows.push(Row::styled(text, theme.style(Tone::Label)));
    }
    if choice.of == Choosing::Class {
        let (tone, text) = becomes(choice);
        rows.extend(wrapped(theme, tone, &text, width));
        rows.push(keys(
            theme,
            &[("y", "classify as this"), ("j k", "move"), ("Esc", "back")],
        ));
    } else {
        // A digit stands for the first nine alone.
        let choose = if choice.offers.len() > 9 { "1-9 or Enter" } else { "1-9" };
        rows.push(keys(theme, &[(choose, "choose"), ("j k", "move"), ("Esc", "back")]));
    }
}

fn becomes(choice: &Choice) -> (Tone, String) {
    let value = choice.offer().map(|offer| offer.value.as_str());
    let known = choice.becomes.as_ref().filter(|(of, _)| Some(of.as_str()) == value);
    match known.map(|(_, becomes)| becomes) {
        None => (Tone::Label, "becomes: asking the policy…".to_owned()),
        Some(Err(error)) => (Tone::Danger, format!("the gate says no: {}", Shown::line(error))),
        Some(Ok(becomes)) => crate::console::sheet::becomes(becomes),
    }
}

/// A sentence in a box, on as many rows as it needs. What goes on stands further in than any row of ours.
fn wrapped<'a>(theme: Theme, tone: Tone, text: &str, width: u16) -> Vec<Row<'a>> {
    let room = usize::from(width).saturating_sub(4).max(8);
    let lines = textwrap::wrap(text, textwrap::Options::new(room).subsequent_indent("  "));
    let row = |line: std::borrow::Cow<'_, str>| Row::styled(format!("   {line}"), theme.style(tone));
    lines.into_iter().map(row).collect()
}

/// `y approve    Esc back`
pub(super) fn keys<'a>(theme: Theme, words: &[(&'a str, &'static str)]) -> Row<'a> {
    let mut spans = vec![Span::raw("   ")];
    for (key, word) in words {
        spans.push(Span::styled(*key, theme.style(Tone::Strong)));
        spans.push(Span::raw(format!(" {word}    ")));
    }
    Row::from(spans)
}
