//! Rows: what an operator reads or counts, with what the policy masks left out.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{export, ledger};
use crate::it::world::{Gate, gate_with, path};

const MASKED: &str = r#"
schema = 1
[[class]]
id = "payment.refund"
match.tool = "issue_refund"
impact = "high"
reversibility = "low"
lane = "in-the-loop"
sensitive = ["/arguments/iban"]
"#;

fn rows(bundle: &Path) -> Vec<Value> {
    let text = fs::read_to_string(bundle.join("envelopes.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_row_says_who_asked_for_what_and_who_answered() {
    let ledger = ledger().await;
    let rows = rows(&export(ledger.folder.path(), &["--format", "jsonl"]));
    assert_eq!(rows.len(), 6);
    let of = |id: &str| rows.iter().find(|row| row["envelope"] == json!(id)).unwrap();
    let large = of(&ledger.large);
    assert_eq!(
        (&large["action_type"], &large["input"], &large["agent"]),
        (&json!("payment.refund"), &json!({"amount": 6000}), &json!("support-3"))
    );
    let approval = &large["approval"];
    assert_eq!(
        (
            &approval["status"],
            &approval["reviewer"],
            &approval["reason"],
            &approval["signature"]
        ),
        (
            &json!("approved"),
            &json!("sue"),
            &json!("checked"),
            &json!("signed (ssh)")
        )
    );
    assert_eq!(large["decisions"].as_array().unwrap().len(), 2);
    assert_eq!(of(&ledger.unsigned)["approval"]["signature"], "unsigned (bearer)");
    let erased = of(&ledger.erased);
    assert_eq!((&erased["erased"], &erased["input"]), (&json!(true), &Value::Null));
    assert_eq!(erased["approval"]["status"], "rejected");
}

/// A refund that was run, with a value that is masked and a rationale that would be a formula.
async fn masked() -> Gate {
    let gate = gate_with(MASKED).await;
    let body = json!({
        "run_id": "=cmd|'/c calc'!A1",
        "agent": {"version": "1.4.0", "model": "m-7"},
        "action": {
            "tool": "issue_refund",
            "arguments": {"amount": 60, "iban": "DE89370400440532013000"},
            "before": {"amount": 50, "iban": "DE89370400440532013000"},
        },
    });
    let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
    gate.decide(
        "ana",
        &envelope,
        json!({"decision": "approve", "reason": "DE89370400440532013000 is hers"}),
    )
    .await;
    let token = gate.read("support-3", &envelope).await["token"].clone();
    let redeemed = gate
        .post("support-3", &path(&envelope, "/redeem"), json!({ "token": token }))
        .await;
    assert!(redeemed.status.is_success(), "{}", redeemed.body);
    let outcome = json!({"status": "succeeded", "result": {"ok": true}});
    let told = gate.post("support-3", &path(&envelope, "/outcome"), outcome).await;
    assert!(told.status.is_success(), "{}", told.body);
    gate
}

#[tokio::test]
async fn what_the_policy_masks_is_in_no_row_and_the_change_is() {
    let gate = masked().await;
    let row = rows(&export(gate.folder.path(), &["--format", "jsonl"])).remove(0);
    assert!(!row.to_string().contains("DE8937"), "{row}");
    assert_eq!(row["input"]["amount"], json!(60));
    assert_eq!(
        row["diff"][0],
        json!({"field": "/amount", "before": "50", "after": "60"})
    );
    assert_eq!(
        (&row["agent_version"], &row["model_id"]),
        (&json!("1.4.0"), &json!("m-7"))
    );
    assert_eq!(
        (&row["result"]["status"], &row["stage"]),
        (&json!("succeeded"), &json!("done"))
    );
}

#[tokio::test]
async fn a_spreadsheet_gets_as_many_cells_as_columns_and_runs_none() {
    let gate = masked().await;
    let text = fs::read_to_string(export(gate.folder.path(), &["--format", "csv"]).join("envelopes.csv")).unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2);
    // A quote in a cell stands twice, so outside of cells there are only commas.
    let cells = |line: &str| line.split('"').step_by(2).filter(|between| *between == ",").count();
    assert_eq!(cells(lines[0]), 28);
    assert_eq!(cells(lines[0]), cells(lines[1]), "{text}");
    assert!(lines[1].contains("\"'=cmd|'/c calc'!A1\""), "{text}");
    assert!(!text.contains("DE8937"), "{text}");
}
