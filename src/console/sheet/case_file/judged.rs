//! What the policy said, as each judgement's entry has it; of the last one also the conditions it tried.

use serde_json::Value;

use super::MOMENT;
use crate::api::{CaseEntry, CaseFile, JudgedView};
use crate::console::sheet::Sheet;
use crate::console::theme::Tone;
use crate::domain::{OnTimeout, Shown, Verdict};

pub(super) fn lines(sheet: &mut Sheet, file: &CaseFile) {
    let judgements = file.entries.iter().filter_map(|one| Some((one, one.judged.as_ref()?)));
    let judgements: Vec<(&CaseEntry, &JudgedView)> = judgements.collect();
    if judgements.is_empty() {
        sheet.indented(0, Tone::Label, "Nothing yet: it waits to be judged.");
    }
    for (one, judged) in &judgements {
        judgement(sheet, one, judged);
    }
    let view = &file.envelope;
    if let Some(matrix) = view.matrix {
        let text = format!(
            "impact {}, reversibility {}, regulation {}",
            matrix.impact, matrix.reversibility, matrix.regulatory
        );
        sheet.labelled("matrix", Tone::Plain, &text, "");
    }
    for reason in &view.reasons {
        sheet.labelled("because", Tone::Plain, Shown::line(reason).as_str(), "");
    }
    for unlike in &view.unlike {
        sheet.labelled("unlike", Tone::Warn, Shown::line(&unlike.to_string()).as_str(), "");
    }
    let steps = view.trace.as_ref().and_then(|trace| trace.get("rules")?.as_array());
    for step in steps.into_iter().flatten() {
        tried(sheet, step);
    }
    if steps.is_none() && !judgements.is_empty() {
        let why = if view.erased.is_some() {
            "it was erased"
        } else {
            "it is not there"
        };
        sheet.labelled(
            "tried",
            Tone::Warn,
            &format!("which conditions were tried is not told: {why}"),
            "",
        );
    }
}

fn judgement(sheet: &mut Sheet, one: &CaseEntry, judged: &JudgedView) {
    let named = |name: Option<&str>, what, nothing: &str| match name {
        Some(name) => format!("{what} {}", Shown::line(name)),
        None => nothing.to_owned(),
    };
    let class = named(judged.class.as_deref(), "as", "as no class");
    let rule = named(judged.rule.as_deref(), "rule", "no rule");
    let text = format!("{} {class}, {rule}, severity {}", judged.effective, judged.severity);
    let at = one.line.at.strftime(MOMENT);
    sheet.labelled("judged", tone(judged.effective), &text, "");
    sheet.labelled("", Tone::Label, &format!("entry {}, at {at}", one.line.n), "");
    if judged.verdict == judged.effective {
        sheet.labelled("mode", Tone::Plain, &judged.mode.to_string(), "");
    } else {
        let text = format!(
            "the policy says {}; in mode {} that is {}",
            judged.verdict, judged.mode, judged.effective
        );
        sheet.labelled("mode", Tone::Warn, &text, "");
    }
    let floors: Vec<String> = judged
        .floors
        .iter()
        .map(|floor| Shown::line(floor).to_string())
        .collect();
    if !floors.is_empty() {
        sheet.labelled("floors", Tone::Plain, &floors.join(", "), "");
    }
    if judged.effective == Verdict::Hold {
        let plural = if judged.quorum == 1 { "" } else { "s" };
        let asks = format!("{} {}{plural}", judged.quorum, judged.role);
        sheet.labelled("asks", Tone::Plain, &asks, "");
    }
    let end = match judged.on_timeout {
        OnTimeout::Deny => "then it is denied",
        OnTimeout::Escalate => "then it goes higher",
        OnTimeout::NoOp => "then it closes unrun",
    };
    let due = format!(
        "due {}, until {}, {end}",
        judged.sla_at.strftime(MOMENT),
        judged.deadline_at.strftime(MOMENT)
    );
    sheet.labelled("time", Tone::Plain, &due, "");
    sheet.labelled("policy", Tone::Plain, &judged.policy.to_string(), "");
}

/// One rule, class or floor that was looked at, with each of its conditions.
fn tried(sheet: &mut Sheet, step: &Value) {
    let member = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = match (member(step, "class"), member(step, "rule")) {
        (Some(class), Some(rule)) => format!("rule {rule} of {class}"),
        (Some(class), None) => format!("the lane of {class}"),
        (None, Some(floor)) => format!("floor {floor}"),
        (None, None) => "no class".to_owned(),
    };
    let gave = member(step, "gave").map_or_else(|| "did not hold".to_owned(), |gave| format!("gave {gave}"));
    let because = member(step, "because")
        .map(|why| format!(": {why}"))
        .unwrap_or_default();
    let line = format!("{name} {gave}{because}");
    sheet.labelled("tried", Tone::Plain, Shown::line(&line).as_str(), "");
    let conditions = step.get("conditions").and_then(Value::as_array);
    for condition in conditions.into_iter().flatten() {
        let word = |key| member(condition, key);
        let (field, test) = (word("field").unwrap_or_default(), word("test").unwrap_or_default());
        let value = match (word("value"), word("why")) {
            (Some(value), _) => format!("it was {value}"),
            (None, Some(why)) => why,
            (None, None) => "it was not there".to_owned(),
        };
        let origin = word("origin").map(|origin| format!(" ({origin})")).unwrap_or_default();
        let held = match word("held").as_deref() {
            Some("yes") => "held",
            Some("no") => "did not hold",
            Some(_) | None => "could not be told",
        };
        let line = format!("{field} {test}: {value}{origin}, {held}");
        sheet.hanging(11, Tone::Label, Shown::line(&line).as_str());
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Allow | Verdict::Watch => Tone::Good,
        Verdict::Hold | Verdict::Quarantine => Tone::Warn,
        Verdict::Deny => Tone::Danger,
    }
}
