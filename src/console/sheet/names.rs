//! The names of a call: what it does, where, to what. Each stands whole somewhere on the sheet.

use textwrap::core::display_width;

use super::envelope::SAYS;
use super::{Sheet, truncate, wrap};
use crate::api::EnvelopeView;
use crate::console::theme::Tone;
use crate::domain::Shown;

/// Its names side by side, and the digest of what would run. None is broken where it fits on a line: a badge
/// stays with its name.
pub(super) fn does(sheet: &mut Sheet, view: &EnvelopeView) {
    let row = &view.summary;
    // `billing  billing:order/1` would say one thing twice.
    let target = row.target.as_deref();
    let below = |server: &str| target.and_then(|target| target.strip_prefix(server)?.strip_prefix(':'));
    let target = view.server.as_deref().and_then(below).or(target);
    let parts = [
        Some(row.tool.as_str()),
        view.server.as_deref(),
        target,
        // What is not said is told apart from what nobody looks at.
        view.environment.as_deref().or(Some("environment not said")),
    ];
    let digest = format!("digest {}", row.payload_sha256.short());
    let room = sheet.room(&digest);
    let parts = parts.into_iter().flatten().map(|part| {
        let (name, badge, room) = named(part, room);
        format!("{badge}{}", both_ends(&name, room))
    });
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if display_width(line) + display_width(&part) + 2 <= room => {
                line.push_str("  ");
                line.push_str(&part);
            }
            Some(_) | None => lines.extend(wrap(&part, room)),
        }
    }
    sheet.beside(usize::MAX, lines, "does", Tone::Strong, &digest);
}

/// A name, the badge in front of it, and the columns that leaves it where both have so many.
fn named(name: &str, room: usize) -> (String, &'static str, usize) {
    let name = Shown::line(name);
    let badge = if name.mixes_scripts() { "(! mixed scripts) " } else { "" };
    // Two spaces part one name from the next: inside a name they are shown.
    let text = name.as_str().replace("  ", "␣␣");
    (text, badge, room.saturating_sub(badge.len()).max(8))
}

/// Names that were too long to stand on one line, whole: nothing is only hinted at.
pub(super) fn whole(sheet: &mut Sheet, view: &EnvelopeView) {
    let row = &view.summary;
    for (label, name) in [
        ("tool", Some(row.tool.as_str())),
        ("server", view.server.as_deref()),
        ("target", row.target.as_deref()),
        ("where", view.environment.as_deref()),
    ] {
        let name = name.map(|name| named(name, sheet.room("digest 00000000")));
        if let Some((name, ..)) = name.filter(|(name, _, room)| display_width(name) > *room) {
            sheet.labelled(label, Tone::Plain, &name, SAYS);
        }
    }
}

/// A name that is too long, with its beginning and its end: either may be what tells it from another.
pub fn both_ends(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let half = width.saturating_sub(1) / 2;
    let mut from = text.len();
    let mut taken = 0;
    for (at, c) in text.char_indices().rev() {
        taken += display_width(c.encode_utf8(&mut [0; 4]));
        if taken > half {
            break;
        }
        from = at;
    }
    let end = &text[from..];
    format!("{}{end}", truncate(text, width.saturating_sub(display_width(end))))
}
