//! `signoff policy show`: the policy in force, and how often each part of it spoke.

use super::arguments::Place;
use super::connect::connect;
use super::error::CliError;
use super::output::Output;
use crate::api::{ClassView, FloorView, GateView, PolicyView, UnknownView, Verdicts};
use crate::domain::Shown;

pub(super) async fn show(place: &Place, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let policy = connection.client.policy().await?;
    out.value(&policy, text)?;
    connection.close().await
}

fn text(policy: &PolicyView) -> String {
    let mut lines = vec![format!(
        "policy {}, figures since {}",
        policy.version.short(),
        policy.since.strftime("%Y-%m-%d")
    )];
    policy.classes.iter().for_each(|one| class(one, &mut lines));
    lines.extend(policy.floors.iter().map(floor));
    if !policy.judged_otherwise.is_empty() {
        lines.push(format!(
            "no class that is still there: {}",
            verdicts(&policy.judged_otherwise)
        ));
    }
    lines.extend(policy.unknown.iter().map(unknown));
    lines.join("\n")
}

fn class(class: &ClassView, lines: &mut Vec<String>) {
    lines.push(format!(
        "{}  {}, {}: {}",
        class.id,
        class.lane,
        class.mode,
        verdicts(&class.judged)
    ));
    for rule in &class.rules {
        let when = if rule.when.is_empty() {
            "always".to_owned()
        } else {
            rule.when.join(", ")
        };
        lines.push(format!(
            "  {:<20} {when}: {}{}: {}",
            rule.id,
            rule.then,
            asks(rule.gate),
            verdicts(&rule.judged)
        ));
    }
    if !class.judged_by_no_rule.is_empty() && !class.rules.is_empty() {
        lines.push(format!("  no rule covers it: {}", verdicts(&class.judged_by_no_rule)));
    }
}

fn asks(gate: GateView) -> String {
    format!(", {} {}", gate.quorum, gate.role)
}

fn floor(floor: &FloorView) -> String {
    let when = if floor.when.is_empty() {
        "built in".to_owned()
    } else {
        floor.when.join(", ")
    };
    format!("floor {:<16} {when}: held {} times", floor.id, floor.held)
}

fn unknown(unknown: &UnknownView) -> String {
    let tool = unknown.tool.as_deref().unwrap_or("(others)");
    let class = unknown.class.as_deref().unwrap_or("no class");
    format!(
        "unknown {}  {class}: {} times, last {}",
        Shown::line(tool),
        unknown.count,
        unknown.last_at.strftime("%Y-%m-%d %H:%M:%SZ")
    )
}

/// `41 allow, 3 hold`.
fn verdicts(verdicts: &Verdicts) -> String {
    if verdicts.is_empty() {
        return "never".to_owned();
    }
    let each: Vec<String> = verdicts
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    each.join(", ")
}
