//! What has the whole screen: the payload by field, as text, or one side of it; or what its agent did before.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

use super::envelope::{before, down, more, reading, room, until};
use super::layout::Layout;
use super::{fitting, put, rule, styled};
use crate::console::Model;
use crate::console::keymap::{Command, Place};
use crate::console::model::{Page, Sides, Whole};
use crate::console::sheet::Body;
use crate::console::theme::Tone;
use crate::domain::Shown;

/// Stands at the left of the change that was stepped to, where no text of an agent can stand.
const HERE: &str = ">";

/// Whose word the record is that the payload is compared with.
const SAYS: &str = "agent says";

pub(super) fn draw(model: &Model, page: Page, frame: &mut Frame, layout: &Layout) {
    let Some(case) = model.shown_case() else {
        return;
    };
    let row = &case.view.summary;
    let what = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
    let left = format!("{}, {what}", row.class.as_deref().unwrap_or("unknown kind"));
    let shown = case.body(page, layout.widths);
    let how = match (page.whole, page.sides) {
        (Whole::Trail, _) => before(row),
        (_, Sides::Payload) => "the payload alone".to_owned(),
        (_, Sides::Before) => "the record before".to_owned(),
        (Whole::Fields, Sides::Both) => "by field".to_owned(),
        (Whole::Text, Sides::Both) => "as text".to_owned(),
    };
    let change = page.change.zip(shown);
    let change = change.map(|(at, body)| format!("change {} of {}", at + 1, body.changes.len()));
    let compares = page.sides == Sides::Both && shown.is_some_and(|body| !body.changes.is_empty());
    let claimed = match (compares, page.sides) {
        (true, _) => Some(format!("before: {SAYS}")),
        (false, Sides::Before) => Some(SAYS.to_owned()),
        (false, Sides::Both | Sides::Payload) => None,
    };
    let right = format!("digest {}", row.payload_sha256.short());
    let how = middles([Some(how), change, claimed], until(model, row));
    let how = fitting(&left, &how, &right, layout.header.width);
    let title = Rect { y: 1, ..layout.header };
    put(
        frame,
        title,
        0,
        Row::styled(rule(&left, &how, &right, title.width), model.theme.style(Tone::Label)),
    );
    let Some(shown) = shown else {
        put(frame, layout.diff, 0, reading(model));
        return;
    };
    let folded = page.is_folded(shown);
    body(model, shown, folded, page.scroll, frame, layout.diff);
    let here = page.change.and_then(|at| shown.changes.get(at));
    let here = here.and_then(|line| shown.row(*line, folded).checked_sub(page.scroll));
    if let Some(at) = here.and_then(|row| u16::try_from(row).ok()) {
        let mark = Rect {
            x: layout.diff.x.saturating_sub(1),
            width: 1,
            ..layout.diff
        };
        put(frame, mark, at, Row::styled(HERE, model.theme.style(Tone::Strong)));
    }
}

/// What the middle of the title may say, the most first: what happens when, before a run's name could say so;
/// how it is shown, at which change, and against whose record. Where it is shown against a record, how stands on the page itself.
fn middles([how, change, claimed]: [Option<String>; 3], until: Option<(String, String)>) -> Vec<String> {
    let (end, time) = until.unzip();
    let place = change.as_ref().map(|change| change.replacen("change ", "", 1));
    let short = if claimed.is_some() { None } else { how.clone() };
    let all = [
        [&end, &how, &change, &claimed],
        [&time, &how, &change, &claimed],
        [&time, &short, &change, &claimed],
        [&None, &how, &change, &claimed],
        [&None, &short, &change, &claimed],
        [&None, &None, &place, &claimed],
        [&None, &short, &None, &claimed],
    ];
    let said = |pieces: [&Option<String>; 4]| pieces.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    all.map(said).to_vec()
}

/// A window of it; what is below is said.
pub(super) fn body(model: &Model, body: &Body, folded: bool, scroll: usize, frame: &mut Frame, area: Rect) {
    window(model, body, folded, scroll, down(model), frame, area);
}

/// The first lines of it, with the key that shows the rest.
pub(super) fn front(model: &Model, body: &Body, folded: bool, key: &str, frame: &mut Frame, area: Rect) {
    window(model, body, folded, 0, key, frame, area);
}

fn window(model: &Model, body: &Body, folded: bool, scroll: usize, key: &str, frame: &mut Frame, area: Rect) {
    let rest = body.rows(folded).saturating_sub(scroll);
    let shown = room(rest, usize::from(area.height));
    let rows = (scroll..scroll + shown).filter_map(|row| body.at(row, folded));
    for (row, at) in rows.zip(0..) {
        let mut line = styled(row.line, model.theme);
        if row.is_folded {
            let fold = model.keymap.name(Place::Page, Command::Fold);
            line.push_span(Span::styled(format!(" ({fold})"), model.theme.style(Tone::Label)));
        }
        put(frame, area, at, line);
    }
    more(model, rest, shown, key, frame, area);
}
