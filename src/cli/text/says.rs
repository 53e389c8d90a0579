//! What the agent says, behind a gutter: all of it, for who decides from a script has no other place to look.

use super::shown;
use crate::api::{Claimed, Outcome};
use crate::domain::{Evidence, Impact, Reversal, Shown};

/// Line by line.
pub(super) fn says(agent: &str, claimed: &Claimed) -> Vec<String> {
    let mut lines = vec![
        format!("the agent {agent} says:"),
        format!("| why       {}", shown(claimed.rationale.as_deref())),
        format!("| asked     {}", shown(claimed.request.as_deref())),
        format!("| impact    {}", impact(claimed.impact.as_ref())),
    ];
    if claimed.evidence.is_empty() {
        lines.push("| evidence  none given".to_owned());
    }
    lines.extend((1..).zip(&claimed.evidence).map(|(n, piece)| evidence(n, piece)));
    lines.push(format!("| undo      {}", undo(claimed.reversal.as_ref())));
    lines.extend(
        claimed
            .before
            .as_deref()
            .map(|before| format!("| before    {}", Shown::line(before))),
    );
    lines.extend(itself(claimed).map(|itself| format!("| it is     {itself}")));
    let object = |name: &str, object: &serde_json::Map<String, serde_json::Value>| {
        let text = serde_json::Value::Object(object.clone()).to_string();
        format!("| {name:<9} {}", Shown::line(&text))
    };
    lines.extend(claimed.signals.iter().map(|signals| object("signals", signals)));
    lines.extend(claimed.preconditions.iter().map(|all| object("unless", all)));
    let context = claimed.context.as_deref();
    lines.extend(context.map(|context| format!("| context   {}", Shown::line(context))));
    lines
}

/// Which build in which run, and how sure it is.
fn itself(claimed: &Claimed) -> Option<String> {
    let version = claimed.agent.as_ref();
    let parts = [
        version
            .and_then(|agent| agent.version.as_ref())
            .map(|v| format!("version {v}")),
        version
            .and_then(|agent| agent.model.as_ref())
            .map(|m| format!("model {m}")),
        version
            .and_then(|agent| agent.prompt_sha256.as_ref())
            .map(|prompt| format!("prompt {prompt}")),
        claimed.run_id.as_ref().map(|run| format!("run {run}")),
        claimed.confidence.map(|confidence| format!("confidence {confidence}")),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| Shown::line(&part).to_string())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn impact(impact: Option<&Impact>) -> String {
    let Some(impact) = impact else {
        return "not said".to_owned();
    };
    let parts = [
        impact
            .summary
            .as_deref()
            .map(|summary| Shown::line(summary).to_string()),
        impact.amount.as_ref().map(ToString::to_string),
        impact.affects.map(|n| format!("affects {n}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "not said".to_owned()
    } else {
        parts.join(", ")
    }
}

fn evidence(n: usize, evidence: &Evidence) -> String {
    let reference = evidence.reference.as_deref().map(|at| format!(" {}", Shown::line(at)));
    let digest = evidence.sha256.map(|digest| format!(" sha256 {}", digest.short()));
    let excerpt = evidence
        .excerpt
        .as_deref()
        .map(|text| format!(": {}", Shown::line(text)));
    format!(
        "| evidence  {n}. {} ({}){}{}{}",
        Shown::line(&evidence.title),
        evidence.kind,
        reference.unwrap_or_default(),
        digest.unwrap_or_default(),
        excerpt.unwrap_or_default()
    )
}

fn undo(reversal: Option<&Reversal>) -> String {
    let Some(reversal) = reversal else {
        return "not said".to_owned();
    };
    let handle = reversal
        .handle
        .as_deref()
        .map(|handle| format!(" (handle {})", Shown::line(handle)));
    let how = match (&reversal.how, &reversal.none_because) {
        (Some(how), _) => Shown::line(how).to_string(),
        (None, Some(because)) => format!("none: {}", Shown::line(because)),
        (None, None) => "not said".to_owned(),
    };
    how + &handle.unwrap_or_default()
}

/// What the agent says happened, check by check.
pub(super) fn of_outcome(outcome: &Outcome) -> Vec<String> {
    let result = outcome.result.as_ref().map(|result| match result {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let result = result.map(|result| format!("| result    {}", Shown::line(&result)));
    let checks = outcome.checks.iter().map(|check| {
        let sign = if check.passed { "passed" } else { "FAILED" };
        let detail = check
            .detail
            .as_deref()
            .map(|detail| format!(": {}", Shown::line(detail)));
        format!("| {sign}    {}{}", Shown::line(&check.name), detail.unwrap_or_default())
    });
    result.into_iter().chain(checks).collect()
}
