use std::sync::Arc;

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::client::{Client, ClientError};
use signoff::gate::{Archive, World};

use crate::it::world::{Gate, gate, path};

async fn found(gate: &Gate, search: &str) -> Vec<String> {
    let search = [
        ('%', "%25"),
        ('+', "%2B"),
        ('>', "%3E"),
        ('<', "%3C"),
        ('[', "%5B"),
        (' ', "+"),
    ]
    .iter()
    .fold(search.to_owned(), |text, (plain, coded)| text.replace(*plain, coded));
    let answer = gate.get("ada", &format!("/v1/past?q={search}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let rows = answer.body["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row["tool"].as_str().unwrap().to_owned())
        .collect()
}

async fn worked_on() -> (Gate, Value) {
    let gate = gate().await;
    // The newest comes first, so no two are of one moment.
    let moment = || gate.world.pass(SignedDuration::from_millis(1));
    let refund = gate
        .propose("issue_refund", json!({"amount": 60, "note": "50%_off for Ana"}))
        .await;
    gate.approve("ana", &refund).await;
    moment();
    let email = json!({"action": {"tool": "send_email", "arguments": {"to": "a@b.example"}}, "rationale": "An invoice was lost.", "run_id": "mail-7", "impact": {"amount": {"value": "60.00", "currency": "USD"}}});
    let email = gate.post("support-3", "/v1/envelopes", email).await.body;
    gate.reject("ben", &email, "wrong recipient").await;
    moment();
    gate.propose("frobnicate_x", json!({})).await;
    (gate, refund)
}

#[tokio::test]
async fn everything_is_found_by_words_and_by_what_narrows_it() {
    let (gate, refund) = worked_on().await;
    // Some of it is in the index of words, and some of it is not yet.
    gate.service.index_words().await.unwrap();
    assert_eq!(found(&gate, "").await, ["frobnicate_x", "send_email", "issue_refund"]);
    assert_eq!(found(&gate, "class:payment.refund").await, ["issue_refund"]);
    assert_eq!(found(&gate, "stage:rejected").await, ["send_email"]);
    assert_eq!(found(&gate, "by:ana").await, ["issue_refund"]);
    assert_eq!(found(&gate, "agent:ops-1").await, Vec::<String>::new());
    // Payloads, claims, and what reviewers wrote; letters in either case; no word is a pattern.
    for (search, tool) in [
        ("INVOICE", "send_email"),
        ("recipient", "send_email"),
        ("50%_off ana", "issue_refund"),
    ] {
        assert_eq!(found(&gate, search).await, [tool], "{search}");
    }
    assert_eq!(found(&gate, "5__").await, Vec::<String>::new());
    assert_eq!(
        found(&gate, "agent:support-3 stage:rejected b.example").await,
        ["send_email"]
    );
    for (search, tools) in [
        ("amount>50 -class:payment", vec!["send_email"]),
        ("amount>=60.5", vec![]),
        ("amount<=60", vec!["send_email", "issue_refund"]),
        ("-class:payment", vec!["frobnicate_x", "send_email"]),
        (
            "agent:supp* -stage:waiting -tool:frob*",
            vec!["send_email", "issue_refund"],
        ),
        ("class:pay*", vec!["issue_refund"]),
        ("class:p[a]yment", vec![]),
        ("age<1h", vec!["frobnicate_x", "send_email", "issue_refund"]),
        ("age>1h", vec![]),
        ("run:*", vec!["send_email"]),
        ("-run:*", vec!["frobnicate_x", "issue_refund"]),
        ("-severity:severe by:b*", vec!["send_email"]),
        ("amount=60", vec!["send_email", "issue_refund"]),
        ("amount:60..60.50 class:payment", vec!["issue_refund"]),
        ("amount:10..59.99", vec![]),
        ("-amount:..100", vec!["frobnicate_x"]),
        ("since:2026-11-21", vec!["frobnicate_x", "send_email", "issue_refund"]),
        ("until:2026-11-21", vec![]),
        ("since:2026-11-21T04:12:09.001Z", vec!["frobnicate_x", "send_email"]),
        ("until:2026-11-21T04:12:09.001Z", vec!["issue_refund"]),
        (
            "since:2026-11-21T05:12:09.001+01:00 until:2026-11-21T04:12:09.002",
            vec!["send_email"],
        ),
    ] {
        assert_eq!(found(&gate, search).await, tools, "{search}");
    }
    let escaped = r#"{"action":{"tool":"get_escaped","arguments":{"iban":"\u0044\u0045\u0037\u0037 1"}}}"#;
    gate.post("support-3", "/v1/envelopes", escaped).await;
    assert_eq!(found(&gate, "de77").await, ["get_escaped"], "no spelling hides a word");
    let id = refund["id"].as_str().unwrap();
    assert_eq!(found(&gate, &id[..13]).await, ["issue_refund"]);
    assert_eq!(
        found(&gate, &id[..3]).await,
        Vec::<String>::new(),
        "all ids begin with the time"
    );
    assert_snapshot!(gate.get("ada", "/v1/past?q=stage:gone").await.refusal(), @"400 not_a_search : `gone` is no stage, such as waiting, rejected or done.");
    assert_snapshot!(gate.get("ada", "/v1/past?q=by:eve").await.refusal(), @"400 unknown_name : Nobody of that name was ever added.");
    assert_snapshot!(gate.get("ada", "/v1/past?q=since:monday").await.refusal(), @"400 not_a_search : `monday` is no date such as 2026-11-21, and no time such as 2026-11-21T04:12:09Z (UTC).");
    assert_eq!(gate.get("support-3", "/v1/past").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_timeline_tells_one_envelope_entry_by_entry() {
    let (gate, refund) = worked_on().await;
    let entries = gate.get("ada", &path(&refund, "/timeline")).await.body;
    let line = |e: &Value| {
        let word = |key: &str| e[key].as_str().unwrap().to_owned();
        format!("{} by {}: {}", word("kind"), word("by"), word("what"))
    };
    let lines: Vec<String> = entries.as_array().unwrap().iter().map(line).collect();
    assert_snapshot!(lines.join("\n"), @"
    proposed by support-3: 
    judged by the gate: hold as payment.refund, rule usual, until 08:12:09Z
    decided by ana: approved, vote 1 of 1
    ");
    assert_eq!(
        gate.get("support-3", &path(&refund, "/timeline")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_ledger_file_answers_every_question_and_refuses_every_change() {
    let (gate, refund) = worked_on().await;
    let Gate {
        folder, service, world, ..
    } = gate;
    drop(service);
    let ledger = folder.path().join("ledger.db");
    let before = std::fs::read(&ledger).unwrap();
    let archive = Archive::open(&ledger, Arc::clone(&world) as Arc<dyn World>)
        .await
        .unwrap();
    let client = Client::new(&archive.url, Some(archive.token.clone())).unwrap();
    assert_eq!(client.past("stage:approved", None).await.unwrap().rows.len(), 1);
    let id = refund["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        client
            .envelope(id, std::time::Duration::ZERO)
            .await
            .unwrap()
            .decisions
            .len(),
        1
    );
    assert_eq!(client.timeline(id).await.unwrap().len(), 3);
    let stop = serde_json::from_value(json!({"scope": "everything", "effect": "deny", "reason": "x"})).unwrap();
    let refused = client.stop("k", &stop).await;
    assert!(matches!(refused, Err(ClientError::Refused(detail)) if detail.code == "read_only"));
    let nobody = Client::new(&archive.url, None).unwrap();
    assert!(
        nobody.past("", None).await.is_err(),
        "others of this machine get nothing"
    );
    assert_eq!(std::fs::read(&ledger).unwrap(), before);
}
