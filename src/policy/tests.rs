//! The shipped policy and the files that must be refused.

use serde_json::json;

use super::*;
use crate::domain::{Digest, Origin, Verdict};

fn default_policy() -> Policy {
    let text = include_str!("../../assets/policy/default.toml");
    Policy::parse(text, Digest([0; 32])).unwrap_or_else(|faults| unreachable!("{faults}"))
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better with values")]
fn plain_call(tool: &str, arguments: serde_json::Value) -> Facts {
    Facts {
        tool: tool.into(),
        server: None,
        environment: None,
        server_origin: Origin::Agent,
        environment_origin: Origin::Agent,
        agent: "a".into(),
        confidence: None,
        document: json!({ "arguments": arguments }),
        signals: serde_json::Map::new(),
        own: Vec::new(),
        outside_scope: None,
        attested: std::collections::BTreeMap::new(),
        stopped: None,
    }
}

#[test]
fn the_shipped_policy_judges_plain_calls_by_their_kind() {
    let policy = default_policy();
    for (tool, class, verdict) in [
        ("get_order", "read", Verdict::Allow),
        ("search_emails", "read", Verdict::Allow),
        ("Read", "read", Verdict::Allow),
        ("issue_refund", "money", Verdict::Hold),
        ("send_money", "money", Verdict::Hold),
        ("stripe.refunds.create", "money", Verdict::Hold),
        ("send_email", "message", Verdict::Hold),
        ("delete_file", "destroy", Verdict::Hold),
        ("get_and_delete_user", "destroy", Verdict::Hold),
        ("grant_access", "access", Verdict::Hold),
        ("update_address", "change", Verdict::Hold),
        ("Bash", "run", Verdict::Hold),
        ("transfer_to_human_agents", "handover", Verdict::Allow),
    ] {
        let judgement = judge(&policy, &plain_call(tool, json!({})));
        assert_eq!(
            (judgement.class.as_deref(), judgement.verdict),
            (Some(class), verdict),
            "{tool}"
        );
        assert_eq!(judgement.gate.quorum, 1, "{tool}");
    }
    assert_eq!(
        judge(&policy, &plain_call("frobnicate_x", json!({}))).verdict,
        Verdict::Quarantine
    );
}

#[test]
fn in_the_shipped_policy_a_small_amount_is_watched_and_production_is_held() {
    let policy = default_policy();
    let small = plain_call("issue_refund", json!({"amount": "19.99"}));
    assert_eq!(judge(&policy, &small).verdict, Verdict::Watch);
    assert_eq!(
        judge(&policy, &plain_call("issue_refund", json!({"amount": -19}))).verdict,
        Verdict::Hold
    );
    let in_production = Facts {
        environment: Some("production".into()),
        ..small
    };
    assert_eq!(judge(&policy, &in_production).verdict, Verdict::Hold);
}

/// Each file is refused with every fault it has; the expected text stands beside it.
#[test]
fn a_bad_file_is_refused_with_all_its_faults_at_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/policy/invalid");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "the fixtures are gone");
    for path in files {
        let source = std::fs::read_to_string(&path).expect("file");
        let faults = Policy::parse(&source, Digest([0; 32]))
            .expect_err("refused")
            .to_string();
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(path.with_extension("txt"), format!("{faults}\n")).expect("written");
        }
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        assert_eq!(format!("{faults}\n"), expected, "{}", path.display());
    }
}
