//! What was proposed: by whom, what exactly, against what, and all that the agent said of it.

use crate::api::{CaseFile, Claimed, EnvelopeView};
use crate::console::sheet::{self, Sheet, claims, evidence, payload};
use crate::console::theme::Tone;
use crate::diff::Until;
use crate::domain::{Shown, read_amount};

pub(super) fn lines(sheet: &mut Sheet, file: &CaseFile, until: Until) {
    let view = &file.envelope;
    by(sheet, file);
    sheet.labelled("does", Tone::Strong, &does(view), "");
    let origin = if view.environment_fixed {
        "fixed by the credential"
    } else {
        "agent says"
    };
    if let Some(environment) = &view.environment {
        sheet.labelled("where", Tone::Plain, Shown::line(environment).as_str(), origin);
    }
    if let Some(amount) = &view.summary.amount {
        let amount = read_amount(amount).unwrap_or_else(|| Shown::line(amount).to_string());
        sheet.labelled("amount", Tone::Strong, &amount, "");
    }
    bytes(sheet, view);
    if !view.masked.is_empty() {
        let places = view.masked.iter().map(|at| Shown::line(&at.pointer).to_string());
        let places: Vec<String> = places.collect();
        let text = format!("{}: shown to who asks, which is recorded", places.join(", "));
        sheet.labelled("masked", Tone::Warn, &text, "");
    }
    if let Some(text) = sheet::unknown(view) {
        sheet.labelled("new", Tone::Warn, &text, "");
    }
    for said in &view.attested {
        let signals = said.signals.iter().map(|(name, value)| format!("{name} {value}"));
        let text = signals.collect::<Vec<_>>().join(", ");
        let text = format!("{}: {}", Shown::line(&said.by), Shown::line(&text));
        sheet.labelled("signals", Tone::Plain, &text, "service says");
    }
    arguments(sheet, view, until);
    let nothing = Claimed::default();
    let claimed = view.claimed.as_ref().unwrap_or(&nothing);
    if view.erased.is_some() {
        sheet.indented(0, Tone::Warn, "What the agent said of it is erased.");
        return;
    }
    sheet.indented(0, Tone::Label, "What the agent says of it:");
    claims::way_back(sheet, view, claimed);
    // Nothing is cut here: it is all quoted below.
    claims::quote(sheet, view, claimed, false);
    let mut pieces = evidence::evidence(view, sheet.width);
    if !pieces.is_empty() {
        sheet.indented(0, Tone::Label, "Evidence, as the agent gives it:");
        sheet.lines.append(&mut pieces);
        for piece in claimed.evidence.iter().filter_map(|piece| piece.sha256) {
            sheet.indented(0, Tone::Label, &format!("sha256 {piece}"));
        }
    }
}

fn by(sheet: &mut Sheet, file: &CaseFile) {
    let row = &file.envelope.summary;
    let owner = match &file.owner {
        Some(owner) => format!("owner {}", Shown::line(owner)),
        None => "no owner named".to_owned(),
    };
    let executor = file
        .executor
        .as_deref()
        .map(|name| format!(", run by {}", Shown::line(name)));
    let text = format!(
        "{} at {}; {owner}{}",
        Shown::line(&row.agent),
        row.created_at.strftime(super::MOMENT),
        executor.unwrap_or_default()
    );
    sheet.labelled("agent", Tone::Plain, &text, "");
}

fn does(view: &EnvelopeView) -> String {
    let parts = [
        Some(view.summary.tool.as_str()),
        view.server.as_deref(),
        view.summary.target.as_deref(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().map(sheet::in_quotes).collect();
    parts.join("  ")
}

/// What the payload is known by, in full: an auditor holds it against other tools.
fn bytes(sheet: &mut Sheet, view: &EnvelopeView) {
    let Some(payload) = &view.payload else {
        return;
    };
    let text = format!("{}, revision {}", payload.payload_sha256, view.summary.revision);
    sheet.labelled("digest", Tone::Plain, &text, "");
    sheet.labelled("commits", Tone::Plain, &payload.commitment.to_string(), "");
}

/// The arguments by field, against the record before and against what an edit changed, and then alone.
fn arguments(sheet: &mut Sheet, view: &EnvelopeView, until: Until) {
    if view.payload.is_none() {
        let gone = if view.erased.is_some() {
            "The payload is erased."
        } else {
            "The gate sent no payload."
        };
        sheet.indented(0, Tone::Warn, gone);
        return;
    }
    sheet.indented(0, Tone::Label, "The arguments:");
    let compared = payload::compare(view, until);
    let (body, _) = payload::fields(view, &compared, sheet.width, until);
    let is_compared = !body.changes.is_empty();
    sheet.lines.extend(body.lines);
    if is_compared {
        sheet.indented(0, Tone::Label, "The arguments alone, as they would run:");
        sheet.lines.extend(sheet::payload(view, sheet.width).lines);
    }
}
