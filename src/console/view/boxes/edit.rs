//! The arguments being written, what they would become, and the last question.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Row;
use ratatui::widgets::Clear;
use textwrap::WordSplitter;

use super::ask::keys;
use super::{at_the_bottom, place_cursor, written};
use crate::console::Model;
use crate::console::model::{Confirm, Draft};
use crate::console::sheet;
use crate::console::theme::Tone;
use crate::console::view::envelope::until;
use crate::console::view::layout::Layout;
use crate::console::view::{fitting, put, rule, styled};
use crate::domain::Shown;

/// Takes the whole screen between header and footer.
pub(in crate::console::view) fn edit(model: &Model, draft: &Draft, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let area = Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    frame.render_widget(Clear, area);
    let right = format!("digest {} rev {}", draft.about.digest.short(), draft.about.revision);
    let row = model.rows.get(draft.about.id);
    let until = row.and_then(|row| until(model, row));
    let until = until.map_or_else(Vec::new, |(end, time)| vec![end, time, String::new()]);
    let until = fitting(&draft.title, &until, &right, area.width);
    let title = rule(&draft.title, &until, &right, area.width);
    put(frame, area, 0, Row::styled(title, theme.style(Tone::Strong)));
    let mut above = 1;
    for (tone, state) in begun_elsewhere(draft).into_iter().chain([state(draft)]) {
        let width = usize::from(area.width).saturating_sub(2).max(8);
        // The names of keys stay whole.
        let wrap = textwrap::Options::new(width).word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&state, wrap) {
            put(frame, area, above, Row::styled(format!(" {line}"), theme.style(tone)));
            above += 1;
        }
    }
    let text = Rect {
        x: area.x + 1,
        y: area.y + above,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(above + 1),
    };
    frame.render_widget(&draft.area, text);
    let below = area.height.saturating_sub(1);
    let words = [
        ("Ctrl-S", "send as your approval"),
        ("Ctrl-E", "own editor"),
        ("Esc", "back, kept"),
    ];
    put(frame, area, below, keys(theme, &words));
    if let Some(ask) = &draft.confirm {
        confirm(model, draft, ask, frame, layout);
        return;
    }
    let (cursor, (top, left)) = (draft.area.screen_cursor(), draft.area.scroll_offset());
    let column = u16::try_from(cursor.col).unwrap_or(0).saturating_sub(left);
    place_cursor(frame, text, cursor.row.saturating_sub(usize::from(top)), column);
}

/// Says that the text was not written for what it would change.
fn begun_elsewhere(draft: &Draft) -> Option<(Tone, String)> {
    let of = draft.begun_on.filter(|_| draft.is_changed())?;
    let (of, now) = (of.short(), draft.about.digest.short());
    let origin = &draft.origin;
    let first = format!("You began this on another payload, digest {of}; what waits now is {now}, {origin}.");
    let text = format!("{first} Ctrl-S shows what this would change in it, Ctrl-R starts from it.");
    Some((Tone::Warn, text))
}

/// One sentence on where the text stands.
fn state(draft: &Draft) -> (Tone, String) {
    if let Some(stale) = &draft.stale {
        return (Tone::Danger, stale.clone());
    }
    if let Some(fault) = &draft.fault {
        return (Tone::Warn, Shown::line(fault).to_string());
    }
    if !draft.is_changed() {
        return (Tone::Label, draft.origin.clone());
    }
    match draft.judged() {
        None => (Tone::Label, "becomes: asking the policy…".to_owned()),
        Some(Err(error)) => (Tone::Danger, format!("the gate says no: {}", Shown::line(error))),
        Some(Ok(becomes)) => sheet::becomes(becomes),
    }
}

fn confirm(model: &Model, draft: &Draft, confirm: &Confirm, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let width = layout.header.width;
    let title = rule("Approve it as edited", "", "this is what runs", width);
    let mut rows = vec![Row::styled(title, theme.style(Tone::Strong))];
    for why in draft.stale.iter().chain(&confirm.doubt) {
        rows.push(Row::styled(format!("   {why}"), theme.style(Tone::Danger)));
    }
    let room = usize::from(layout.footer.y).saturating_sub(9).max(3);
    let shown = if confirm.lines.len() > room { room - 1 } else { room };
    rows.extend(confirm.lines.iter().take(shown).map(|line| styled(line, theme)));
    if confirm.lines.len() > shown {
        let text = format!(
            "   … {} more lines, Esc shows the whole text",
            confirm.lines.len() - shown
        );
        rows.push(Row::styled(text, theme.style(Tone::Warn)));
    }
    rows.push(Row::raw(format!("   {}", confirm.consequence)));
    let mut cursor = None;
    if let Some(writing) = &confirm.writing {
        let (row, column) = written("   Reason: ", writing, width);
        cursor = Some((rows.len(), column));
        rows.push(Row::raw(row));
        rows.push(Row::styled(
            "   Enter ends the text, Esc goes back",
            theme.style(Tone::Label),
        ));
    } else {
        if let Some(reason) = &confirm.reason {
            rows.push(Row::raw(format!("   Reason: {}", Shown::line(reason))));
        }
        let words = [("y", "send"), ("Tab", "say why"), ("Esc", "back to the text")];
        rows.push(keys(theme, &words));
    }
    let area = at_the_bottom(rows, frame, layout);
    if let Some((row, column)) = cursor {
        place_cursor(frame, area, row, column);
    }
}
