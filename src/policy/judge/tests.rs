use serde_json::json;

use super::*;
use crate::domain::{Digest, Origin};

const POLICY: &str = include_str!("../../../tests/fixtures/policy/refunds.toml");

fn policy() -> Policy {
    Policy::parse(POLICY, Digest([0; 32])).unwrap_or_else(|faults| unreachable!("{faults}"))
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better with values")]
fn facts(tool: &str, arguments: serde_json::Value) -> Facts {
    Facts {
        tool: tool.into(),
        server: None,
        environment: None,
        server_origin: Origin::Agent,
        environment_origin: Origin::Agent,
        agent: "support-3".into(),
        confidence: None,
        document: json!({ "arguments": arguments }),
        signals: serde_json::Map::new(),
        own: Vec::new(),
        outside_scope: None,
        attested: std::collections::BTreeMap::new(),
        stopped: None,
    }
}

fn verdict(facts: &Facts) -> (Verdict, Option<String>) {
    let judgement = judge(&policy(), facts);
    (judgement.verdict, judgement.rule)
}

#[expect(clippy::unnecessary_wraps, reason = "compared with an option")]
fn rule(name: &str) -> Option<String> {
    Some(name.to_owned())
}

#[test]
fn the_first_matching_rule_gives_the_verdict() {
    assert_eq!(
        verdict(&facts("issue_refund", json!({"amount": 60}))),
        (Verdict::Allow, rule("small"))
    );
    assert_eq!(
        verdict(&facts("issue_refund", json!({"amount": "1500.00"}))),
        (Verdict::Hold, rule("usual"))
    );
    assert_eq!(
        verdict(&facts("issue_refund", json!({"amount": 6000}))),
        (Verdict::Hold, rule("large"))
    );
    assert_eq!(
        judge(&policy(), &facts("issue_refund", json!({"amount": 6000})))
            .gate
            .quorum,
        2
    );
}

#[test]
fn a_rule_that_says_nothing_of_who_must_approve_asks_for_what_its_class_does() {
    let text = "schema = 1\n[[class]]\nid = \"c\"\nmatch.tool = \"t\"\nimpact = \"low\"\nreversibility = \"high\"\nquorum = 2\nrole = \"senior\"\nreason_required = true\n\
                [[class.rule]]\nid = \"a\"\nthen = \"hold\"\n";
    let gate = judged(text, &facts("t", json!({}))).gate;
    assert_eq!((gate.quorum, gate.role, gate.reason_required), (2, Role::Senior, true));
    let own = format!("{text}quorum = 1\nrole = \"reviewer\"\nreason_required = false\n");
    let gate = judged(&own, &facts("t", json!({}))).gate;
    assert_eq!(
        (gate.quorum, gate.role, gate.reason_required),
        (1, Role::Reviewer, false)
    );
}

#[test]
fn an_unknown_tool_is_quarantined() {
    assert_eq!(verdict(&facts("frobnicate_x", json!({}))).0, Verdict::Quarantine);
}

#[test]
fn a_missing_or_odd_value_is_quarantined_and_says_which() {
    for arguments in [
        json!({}),
        json!({"amount": null}),
        json!({"amount": "lots"}),
        json!({"amount": [60]}),
        json!({"amount": 60, "total": 6000}),
    ] {
        let judgement = judge(&policy(), &facts("issue_refund", arguments.clone()));
        assert_eq!(judgement.verdict, Verdict::Quarantine, "{arguments}");
        assert!(
            judgement.reasons[0].starts_with("`amount` cannot be judged"),
            "{:?}",
            judgement.reasons
        );
    }
}

#[test]
fn a_negative_amount_is_not_small() {
    assert_eq!(
        verdict(&facts("issue_refund", json!({"amount": -60}))).0,
        Verdict::Quarantine
    );
}

#[test]
fn an_optional_condition_on_a_missing_value_does_not_hold() {
    assert_eq!(verdict(&facts("tag_ticket", json!({}))), (Verdict::Hold, rule("any")));
}

#[test]
fn a_claim_lightens_only_where_the_class_trusts_it() {
    let mut claimed = facts("tag_ticket", json!({}));
    claimed.confidence = Some(0.99);
    assert_eq!(verdict(&claimed), (Verdict::Hold, rule("any")));
    let mut trusted = facts("close_ticket", json!({}));
    trusted.confidence = Some(0.99);
    assert_eq!(verdict(&trusted), (Verdict::Allow, rule("sure")));
}

#[test]
fn a_claim_makes_it_heavier_without_being_trusted() {
    let mut claimed = facts("tag_ticket", json!({}));
    claimed.confidence = Some(0.1);
    assert_eq!(verdict(&claimed), (Verdict::Deny, rule("unsure")));
}

#[test]
fn the_heaviest_of_several_classes_wins_and_all_are_in_the_trace() {
    let judgement = judge(&policy(), &facts("get_and_delete_user", json!({})));
    assert_eq!(
        (judgement.verdict, judgement.class.as_deref()),
        (Verdict::Hold, Some("delete"))
    );
    let classes: Vec<_> = judgement
        .trace
        .rules
        .iter()
        .filter_map(|r| r.class.as_deref())
        .collect();
    assert_eq!(classes, ["read", "delete"]);
}

#[test]
fn a_floor_makes_it_heavier_and_never_lighter() {
    let mut production = facts("get_user", json!({}));
    assert_eq!(verdict(&production).0, Verdict::Allow);
    production.environment = Some("production".into());
    let judgement = judge(&policy(), &production);
    assert_eq!(
        (judgement.verdict, judgement.severity),
        (Verdict::Watch, Severity::High)
    );
    assert_eq!(judgement.floors, ["production"]);
    let mut blocked = facts("wipe_disk", json!({}));
    blocked.environment = Some("production".into());
    assert_eq!(verdict(&blocked).0, Verdict::Deny);
}

#[test]
fn shadow_relaxes_its_own_class_and_keeps_the_verdict() {
    let judgement = judge(&policy(), &facts("new_thing", json!({})));
    assert_eq!(
        (judgement.verdict, judgement.effective),
        (Verdict::Deny, Verdict::Allow)
    );
}

#[test]
fn what_names_signoffs_own_files_is_denied_even_in_shadow() {
    let mut own = facts("new_thing", json!({}));
    own.own.push("data folder".into());
    let judgement = judge(&policy(), &own);
    assert_eq!(
        (judgement.effective, judgement.floors),
        (Verdict::Deny, vec![FLOOR_OWN.to_owned()])
    );
}

#[test]
fn what_lies_outside_the_credential_is_quarantined_even_in_shadow() {
    let mut outside = facts("new_thing", json!({}));
    outside.outside_scope = Some("the tool is outside the agent's credential".into());
    assert_eq!(judge(&policy(), &outside).effective, Verdict::Quarantine);
}

#[test]
fn the_same_facts_give_the_same_trace() {
    let facts = facts("issue_refund", json!({"amount": 60}));
    assert_eq!(judge(&policy(), &facts).trace, judge(&policy(), &facts).trace);
}

fn judged(policy: &str, facts: &Facts) -> Judgement {
    let policy = Policy::parse(policy, Digest([0; 32])).unwrap_or_else(|faults| unreachable!("{faults}"));
    judge(&policy, facts)
}

const OVERLAPS: &str = include_str!("../../../tests/fixtures/policy/overlaps.toml");

#[test]
fn a_class_in_shadow_never_relaxes_one_that_is_enforced() {
    let judgement = judged(OVERLAPS, &facts("wipe_disk", json!({})));
    assert_eq!(
        (judgement.effective, judgement.class.as_deref()),
        (Verdict::Hold, Some("wipe.enforced"))
    );
}

#[test]
fn classes_that_agree_all_have_their_say_in_who_must_approve() {
    let judgement = judged(OVERLAPS, &facts("tie_x", json!({})));
    assert_eq!(
        (
            judgement.gate.quorum,
            judgement.gate.role,
            judgement.gate.reason_required
        ),
        (3, Role::Senior, true)
    );
    assert_eq!(
        judgement.class.as_deref(),
        Some("tie.light"),
        "the name is the first one's"
    );
}

#[test]
fn a_floor_on_the_matrix_sees_every_class_of_the_tool() {
    let judgement = judged(OVERLAPS, &facts("tie_x", json!({})));
    assert_eq!(
        (judgement.severity, judgement.floors),
        (Severity::Severe, vec!["high-impact".to_owned()])
    );
}

#[test]
fn optional_passes_over_what_is_missing_and_not_over_what_is_odd() {
    let verdict = |arguments| judged(OVERLAPS, &facts("optional_x", arguments)).verdict;
    assert_eq!(verdict(json!({})), Verdict::Allow);
    assert_eq!(verdict(json!({"amount": 5000})), Verdict::Hold);
    for odd in [
        json!({"amount": "5,000"}),
        json!({"amount": [5000]}),
        json!({"amount": "5e3"}),
        json!({"amount": 5000, "total": 1}),
    ] {
        assert_eq!(verdict(odd.clone()), Verdict::Quarantine, "{odd}");
    }
}

#[test]
fn nobody_is_let_off_by_a_claim_that_is_not_trusted() {
    let mut sure = facts("claim_x", json!({}));
    sure.confidence = Some(0.99);
    let judgement = judged(OVERLAPS, &sure);
    assert_eq!(judgement.verdict, Verdict::Quarantine, "{:?}", judgement.reasons);
    sure.confidence = Some(0.5);
    assert_eq!(judged(OVERLAPS, &sure).verdict, Verdict::Deny);
}
