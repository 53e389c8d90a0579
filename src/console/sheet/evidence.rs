//! What the agent brings forward: evidence with its excerpts, and the context it sent.

use super::{Line, Sheet};
use crate::api::{Claimed, EnvelopeView, FileView};
use crate::console::theme::Tone;
use crate::domain::{Evidence, Shown};

const NO_FILE_NAMED: &str = "no file named";

/// All of it behind the gutter, after what the agent says; what is only a title too, where titles were cut.
pub(super) fn quoted(sheet: &mut Sheet, claimed: &Claimed, is_whole: bool) {
    for evidence in &claimed.evidence {
        let reference = evidence.reference.as_deref().map(|reference| format!(" {reference}"));
        if !is_whole || reference.is_some() || evidence.excerpt.is_some() {
            let excerpt = evidence.excerpt.as_deref().map(|excerpt| format!(": {excerpt}"));
            sheet.quoted(&format!(
                "{} ({}){}{}",
                evidence.title,
                evidence.kind,
                reference.unwrap_or_default(),
                excerpt.unwrap_or_default()
            ));
        }
    }
    if let Some(context) = &claimed.context {
        sheet.quoted(&format!("context: {context}"));
    }
}

/// The same in a pane of its own: each piece with whether its file is here, then what it says.
pub fn evidence(view: &EnvelopeView, width: usize) -> Vec<Line> {
    if width == 0 {
        return Vec::new();
    }
    let mut sheet = Sheet::new(width);
    let Some(claimed) = &view.claimed else {
        return Vec::new();
    };
    for (n, piece) in (1..).zip(&claimed.evidence) {
        // A number of ours before it: a title could say what the line below it says.
        let title = format!("{n}. {} ({})", Shown::line(&piece.title), piece.kind);
        sheet.hanging(0, Tone::Strong, &title);
        sheet.indented(0, Tone::Label, &file(view, piece));
        if let Some(reference) = &piece.reference {
            sheet.quoted(reference);
        }
        if let Some(excerpt) = &piece.excerpt {
            sheet.quoted(excerpt);
        }
    }
    if let Some(context) = &claimed.context {
        sheet.indented(0, Tone::Strong, "context");
        sheet.quoted(context);
    }
    sheet.lines
}

/// What is known of the file behind a piece of evidence.
fn file(view: &EnvelopeView, piece: &Evidence) -> String {
    let Some(digest) = &piece.sha256 else {
        return NO_FILE_NAMED.to_owned();
    };
    match here(view, piece) {
        Some(file) => format!("file {} is here, {} bytes", digest.short(), file.bytes),
        None => format!("file {} is named and not here", digest.short()),
    }
}

/// The same in a few words: a digest that only the agent names proves nothing.
pub(super) fn where_its_file_is(view: &EnvelopeView, piece: &Evidence) -> &'static str {
    match (&piece.sha256, here(view, piece)) {
        (_, Some(_)) => "file here",
        (Some(_), None) => "no file here",
        (None, None) => NO_FILE_NAMED,
    }
}

fn here<'a>(view: &'a EnvelopeView, piece: &Evidence) -> Option<&'a FileView> {
    let digest = piece.sha256?;
    view.files.iter().find(|file| file.sha256 == digest)
}
