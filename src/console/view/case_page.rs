//! A case file, the policy that judged it, or a reviewer's screen as it was: what has the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Row;

use super::envelope::reading;
use super::layout::Layout;
use super::{page, put, rule};
use crate::console::Model;
use crate::console::model::{CasePage, Leaf};
use crate::console::theme::Tone;
use crate::domain::Shown;

pub(super) fn draw(model: &Model, open: &CasePage, frame: &mut Frame, layout: &Layout) {
    let what = match open.leaf {
        Leaf::Case => "case file".to_owned(),
        Leaf::Policy => "the policy as it was".to_owned(),
        Leaf::Screen(n) => format!("what decision {n} was made on"),
    };
    let row = open.file.as_ref().map(|file| &file.envelope.summary);
    let left = match row {
        Some(row) => {
            let name = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
            format!("{}, {name}", row.class.as_deref().unwrap_or("unknown kind"))
        }
        None => String::new(),
    };
    let right = match open.file.as_ref().and_then(|file| file.envelope.ledger.as_ref()) {
        Some(ledger) => format!("of {} entries", ledger.size),
        None => String::new(),
    };
    // A fault in the ledger is a fault in this page: it stays on it.
    let proof = super::proof::word(model).filter(|(tone, _)| *tone == Tone::Danger);
    let (tone, what) = match proof {
        Some((tone, word)) => (tone, word),
        None => (Tone::Label, what),
    };
    let title = Rect { y: 1, ..layout.header };
    let style = model.theme.style(tone);
    put(
        frame,
        title,
        0,
        Row::styled(rule(&left, &what, &right, title.width), style),
    );
    if open.is_read() {
        page::body(model, &open.body, false, open.scroll, frame, layout.diff);
    } else {
        put(frame, layout.diff, 0, reading(model));
    }
}
