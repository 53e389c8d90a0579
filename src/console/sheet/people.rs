//! What people did with an envelope so far: the edit, who has it, what was asked, the votes.

use serde_json::Value;

use super::envelope::INLINE;
use super::{Line, Sheet, payload, truncate};
use crate::api::{Becomes, DecisionView, EnvelopeView};
use crate::console::theme::Tone;
use crate::diff::{self, Until};
use crate::domain::{DecisionKind, Shown, Stage};

/// What an edit changed, before what the call changes: the next approver approves the edit.
pub(super) fn edited(sheet: &mut Sheet, view: &EnvelopeView, until: Until) {
    let Some((proposed, payload)) = view.proposed_raw.as_deref().zip(view.payload.as_ref()) else {
        return;
    };
    let by = view
        .decisions
        .iter()
        .rev()
        .find(|said| said.decision == DecisionKind::Edit);
    let by = by.map_or("a person", |said| said.by.as_str());
    let lines = edit(proposed, &payload.raw, sheet.width, until);
    sheet.labelled(
        "edited",
        Tone::Warn,
        &format!("by {by}; the agent proposed other arguments"),
        "",
    );
    for line in lines.iter().take(INLINE) {
        let text: String = line.0.iter().map(|(_, text)| text.as_str()).collect();
        let tone = line.0.last().map_or(Tone::Plain, |(tone, _)| *tone);
        let cut = truncate(text.trim_start(), sheet.width.saturating_sub(2));
        sheet.indented(2, tone, &cut);
    }
    if lines.len() > INLINE {
        sheet.indented(
            2,
            Tone::Label,
            &format!("… {} more in the whole payload", lines.len() - INLINE),
        );
    }
}

/// The difference between two versions of the arguments, one change a line.
pub fn edit(before: &str, after: &str, width: usize, until: Until) -> Vec<Line> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let mut sheet = Sheet::new(width);
    match (read(before), read(after)) {
        (Some(before), Some(after)) => {
            for change in &diff::versions(&before, &after, until).changes {
                let (tone, text) = payload::inline(change, None, until);
                sheet.hanging(3, tone, &text);
            }
        }
        (_, _) => sheet.indented(3, Tone::Danger, "The two cannot be compared."),
    }
    sheet.lines
}

/// What the policy would make of it: a line, and how it looks.
pub fn becomes(becomes: &Becomes) -> (Tone, String) {
    if let Some(refused) = &becomes.refused {
        return (Tone::Danger, Shown::line(refused).to_string());
    }
    let plural = if becomes.quorum == 1 { "" } else { "s" };
    let class = becomes.class.as_deref().unwrap_or("no class");
    let rule = becomes
        .rule
        .as_deref()
        .map(|rule| format!(", rule {rule}"))
        .unwrap_or_default();
    let why = becomes
        .reasons
        .first()
        .map(|why| format!(": {}", Shown::line(why)))
        .unwrap_or_default();
    let text = format!(
        "becomes: {}, {} {}{plural}{why} ({class}{rule})",
        becomes.effective, becomes.quorum, becomes.role
    );
    let more = becomes.quorum > 1;
    (if more { Tone::Warn } else { Tone::Good }, text)
}

/// Custody and claim, questions and answers, votes.
pub(super) fn people(sheet: &mut Sheet, view: &EnvelopeView) {
    let row = &view.summary;
    let moved: Vec<String> = view.decisions.iter().filter(|said| is_move(said)).map(moved).collect();
    if !moved.is_empty() {
        sheet.labelled("custody", Tone::Plain, &moved.join("; "), "");
    }
    if let Some(claim) = &row.claim {
        let text = format!("by {}, until {}", claim.by, claim.until.strftime("%H:%M:%SZ"));
        sheet.labelled("claim", Tone::Warn, &text, "");
    }
    for question in &view.questions {
        let text = format!("{}: {}", question.by, Shown::line(&question.text));
        let note = if question.answer.is_none() { "no answer yet" } else { "" };
        sheet.labelled("asked", Tone::Plain, &text, note);
        question.answer.iter().for_each(|answer| sheet.quoted(answer));
    }
    if row.stage != Stage::Quarantined {
        votes(sheet, view);
    }
    afterwards(sheet, view);
}

/// What became of it, as the agent says, and what people said of that.
pub(super) fn afterwards(sheet: &mut Sheet, view: &EnvelopeView) {
    if let Some(outcome) = &view.outcome {
        let result = outcome.result.as_ref().map(|result| match result {
            Value::String(text) => Shown::line(text).to_string(),
            other => Shown::line(&other.to_string()).to_string(),
        });
        let result = result.map(|result| format!(": {result}")).unwrap_or_default();
        let text = format!("{} at {}{result}", outcome.status, outcome.at.strftime("%H:%M:%SZ"));
        sheet.labelled("outcome", Tone::Strong, &text, "agent says");
        for check in &outcome.checks {
            let sign = if check.passed { "passed" } else { "FAILED" };
            let detail = check.detail.as_deref().map(|detail| format!(": {detail}"));
            sheet.quoted(&format!("{sign}  {}{}", check.name, detail.unwrap_or_default()));
        }
    } else if let Some(at) = view.redeemed_at {
        let text = format!("taken at {}, no word yet on what happened", at.strftime("%H:%M:%SZ"));
        sheet.labelled("outcome", Tone::Warn, &text, "");
    }
    if let Some(reviewed) = &view.reviewed {
        let note = reviewed.note.as_deref().map(|note| format!(": {}", Shown::line(note)));
        let text = format!("{} by {}{}", reviewed.finding, reviewed.by, note.unwrap_or_default());
        sheet.labelled("review", Tone::Plain, &text, "");
    }
    if let Some(undo) = &view.undo {
        let came = match undo.succeeded {
            None => "no answer yet",
            Some(true) => "the agent says it is undone",
            Some(false) => "the agent says it could not",
        };
        let text = format!("{} asked: {}; {came}", undo.by, Shown::line(&undo.reason));
        sheet.labelled("taken", Tone::Warn, &text, "");
    }
}

fn is_move(said: &DecisionView) -> bool {
    matches!(
        said.decision,
        DecisionKind::Escalate | DecisionKind::Classify | DecisionKind::Extend
    )
}

fn moved(said: &DecisionView) -> String {
    let to = said.led_to.as_deref().unwrap_or("?");
    let what = match said.decision {
        DecisionKind::Escalate => format!("{} handed it to {to}", said.by),
        DecisionKind::Classify => format!("{} called it {to}", said.by),
        _ => format!("{} gave it until {to}", said.by),
    };
    format!("{what}{}", reason(said))
}

fn reason(said: &DecisionView) -> String {
    let reason = said
        .reason
        .as_deref()
        .map(|reason| format!(" ({})", Shown::line(reason)));
    reason.unwrap_or_default()
}

fn votes(sheet: &mut Sheet, view: &EnvelopeView) {
    let row = &view.summary;
    let said = view.decisions.iter().filter(|said| !is_move(said)).map(|said| {
        let at = said.at.strftime("%H:%M:%SZ");
        // Where several have to agree, they have to agree on the same bytes.
        let on = said.payload_sha256.filter(|_| row.quorum > 1);
        let on = on.map(|digest| format!(" on {}", digest.short())).unwrap_or_default();
        let signed = if said.signed_by.is_some() { " signed" } else { "" };
        format!("{} {} {at}{on}{signed}{}", said.by, said.decision.done(), reason(said))
    });
    let said: Vec<String> = said.collect();
    // That nobody has said anything stands in the queue's row; here the line is worth more.
    if said.is_empty() {
        return;
    }
    let against = row.rejections.filter(|against| *against > 0);
    let against = against.map(|against| format!(", {against} of {} against", row.quorum));
    let against = against.unwrap_or_default();
    let text = format!("{} of {}{against}: {}", row.votes, row.quorum, said.join("; "));
    sheet.labelled("votes", Tone::Plain, &text, "");
}
