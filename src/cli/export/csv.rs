//! Rows for a spreadsheet: RFC 4180, and no cell that one would run.

use super::rows::Row;

/// The columns, in their order.
const COLUMNS: [&str; 29] = [
    "envelope",
    "run_id",
    "agent",
    "agent_version",
    "model_id",
    "action_type",
    "class",
    "tool",
    "server",
    "target",
    "environment",
    "proposed_at",
    "input",
    "diff",
    "severity",
    "verdict",
    "effective",
    "rule",
    "policy",
    "stage",
    "quorum",
    "votes",
    "approval_status",
    "reviewer_id",
    "reviewer",
    "approval_timestamp",
    "approval_reason",
    "signature",
    "result",
];

pub(super) fn head() -> String {
    line(COLUMNS.map(str::to_owned))
}

pub(super) fn row(row: &Row) -> String {
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    let approval = |of: fn(&super::rows::Approval) -> String| row.approval.as_ref().map(of).unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    line([
        row.envelope.to_string(),
        text(&row.run_id),
        row.agent.clone(),
        text(&row.agent_version),
        text(&row.model_id),
        row.action_type.clone(),
        text(&row.class),
        row.tool.clone(),
        text(&row.server),
        text(&row.target),
        text(&row.environment),
        row.proposed_at.to_string(),
        row.input.as_ref().map(|raw| raw.get().to_owned()).unwrap_or_default(),
        row.diff
            .as_ref()
            .map(|diff| json(serde_json::to_string(diff)))
            .unwrap_or_default(),
        row.severity.to_string(),
        row.verdict.to_string(),
        row.effective.to_string(),
        text(&row.rule),
        row.policy.to_string(),
        row.stage.to_string(),
        row.quorum.to_string(),
        row.votes.to_string(),
        approval(|approval| approval.status.to_owned()),
        approval(|approval| approval.reviewer_id.map(|id| id.to_string()).unwrap_or_default()),
        approval(|approval| approval.reviewer.clone()),
        approval(|approval| approval.timestamp.to_string()),
        approval(|approval| approval.reason.clone().unwrap_or_default()),
        approval(|approval| approval.signature.to_owned()),
        row.result
            .as_ref()
            .map(|result| json(serde_json::to_string(result)))
            .unwrap_or_default(),
    ])
}

fn line<const N: usize>(cells: [String; N]) -> String {
    cells.map(|cell| quoted(&cell)).join(",") + "\r\n"
}

/// A cell that begins like a formula gets an apostrophe before it, as OWASP says (CSV Injection): spreadsheets
/// take it for text then, and programs that read the file have to take it off.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_text() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(quoted(bad), format!("\"'{bad}\""));
        }
        assert_eq!(quoted("a=1, \"b\""), "\"a=1, \"\"b\"\"\"");
        assert_eq!(line(["a".to_owned(), String::new()]), "\"a\",\"\"\r\n");
    }

    proptest! {
        #[test]
        fn no_cell_ends_early_or_begins_a_formula(cell in "[=+@\",\r\n a-]{0,12}") {
            let quoted = quoted(&cell);
            let inner = &quoted[1..quoted.len() - 1];
            prop_assert!(!inner.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert!(!inner.replace("\"\"", "").contains('"'));
        }
    }
}
