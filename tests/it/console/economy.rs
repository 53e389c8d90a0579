//! How many keys things take: low risk costs one, and only alike low-risk items go in bulk.

use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::console::Effect;
use signoff::console::model::{Modal, Step};
use signoff::domain::{Role, Severity, Stage};

use crate::it::console::desk::{Desk, desk, full_desk};

/// Presses keys at a human's pace and says how many they were.
async fn spends(desk: &mut Desk, keys: &str) -> usize {
    desk.keys(keys).await;
    keys.chars().count()
}

/// What is asked to be typed.
fn proof(desk: &Desk) -> String {
    match &desk.model.modal {
        Some(Modal::Ask(ask)) => match &ask.step {
            Step::Type { proof, .. } => proof.text.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_approval_takes_one_key_at_low_risk_two_at_high_and_one_and_the_amount_where_it_is_severe() {
    for (tool, keys) in [("tag_ticket", "a"), ("update_dns_record", "ay")] {
        let mut desk = full_desk((80, 24)).await;
        desk.go_to(tool).await;
        spends(&mut desk, keys).await;
        assert_eq!(desk.decisions().len(), 1, "{tool}");
    }
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    spends(&mut desk, "a").await;
    let typed = proof(&desk);
    assert_eq!(typed, "6000.00");
    spends(&mut desk, &typed).await;
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_rejection_with_a_canned_reason_takes_two_keys() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    assert_eq!(spends(&mut desk, "r1").await, 2);
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_batch_of_all_that_are_alike_takes_three_keys() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    assert_eq!(spends(&mut desk, "*by").await, 3);
    let Some(Effect::Batch { request, .. }) = desk.decisions().first().copied() else {
        panic!("{:?}", desk.decisions());
    };
    assert_eq!(request.items.len(), 12);
}

#[tokio::test]
async fn one_of_ten_thousand_is_found_by_its_name_in_fewer_than_six_keys() {
    let mut desk = desk("sam", Role::Senior, (80, 24)).await;
    let body = json!({"action": {"tool": "tag_ticket", "arguments": {"ticket": "x"}, "target": {"system": "desk", "record": "x"}}});
    desk.gate.post("support-3", "/v1/envelopes", body).await;
    desk.news().await;
    // The rest is the same row under other names: the gate itself is not asked to take in so many.
    let row = desk.model.rows.all().next().unwrap().clone();
    let rows = (0..10_000_u32).map(|n| {
        let mut row = row.clone();
        row.id = signoff::domain::EnvelopeId(uuid::Uuid::from_u128(u128::from(n)));
        row.target = Some(format!("desk:T-{n:04}"));
        row
    });
    let rows = rows.collect();
    desk.model.rows.put(rows);
    let keys = spends(&mut desk, "/4417").await;
    assert!(keys < 6, "{keys}");
    assert_eq!(desk.model.rows.len(), 10_001);
    let here = desk.model.rows.get(desk.model.focus.unwrap()).unwrap();
    assert_eq!(here.target.as_deref(), Some("desk:T-4417"));
    assert!(desk.text().contains("T-4417"), "{}", desk.text());
}

/// A hundred proposals of a night: sixty that are alike and of low risk, the rest of every kind.
async fn a_night(person: &str) -> Desk {
    let mut desk = desk(person, Role::Senior, (80, 24)).await;
    for line in include_str!("../../fixtures/queue/mixed.jsonl").lines() {
        let body: Value = serde_json::from_str(line).unwrap();
        desk.gate.post("support-3", "/v1/envelopes", body).await;
        desk.gate.world.pass(SignedDuration::from_millis(300));
    }
    desk.news().await;
    desk.read_it();
    desk
}

#[tokio::test]
async fn a_hundred_of_all_risks_are_cleared_with_so_many_keys_and_only_alike_ones_of_low_risk_in_bulk() {
    let mut desk = a_night("sam").await;
    assert_eq!(desk.model.rows.len(), 100);
    let (mut keys, mut in_bulk, mut one_by_one) = (0, 0, 0);
    while let Some(row) = under_the_cursor(&desk) {
        desk.read_it();
        if row.votes > 0 {
            // Its reviewer has said yes to it: somebody else has to as well.
            if desk.model.rows.place(row.id) == Some(desk.model.rows.len() - 1) {
                break;
            }
            keys += spends(&mut desk, "j").await;
            continue;
        }
        if row.severity == Severity::Low && row.class.as_deref() == Some("ticket.tag") {
            keys += spends(&mut desk, "*b").await;
            desk.read_it();
            while matches!(desk.model.modal, Some(Modal::Batch(_))) {
                keys += spends(&mut desk, "y").await;
                desk.read_it();
            }
        } else if row.stage == Stage::Quarantined {
            keys += spends(&mut desk, "r1").await;
        } else {
            keys += spends(&mut desk, "a").await;
            if desk.model.page.is_some() {
                // Its payload does not fit beside the rest: it opened, and the same key counts once it was read.
                desk.read_it();
                keys += spends(&mut desk, "a").await;
            }
            match &desk.model.modal {
                Some(Modal::Ask(ask)) if matches!(ask.step, Step::Type { .. }) => {
                    let typed = proof(&desk);
                    keys += spends(&mut desk, &typed).await;
                    desk.wait_three_seconds();
                }
                Some(_) => keys += spends(&mut desk, "y").await,
                None => {}
            }
        }
        for effect in desk.decisions() {
            match effect {
                Effect::Batch { request, .. } => {
                    for item in &request.items {
                        let row = desk.model.rows.get(item.id).unwrap();
                        assert_eq!(
                            (row.severity, row.class.as_deref()),
                            (Severity::Low, Some("ticket.tag"))
                        );
                    }
                    in_bulk += request.items.len();
                }
                _ => one_by_one += 1,
            }
        }
        assert!(!desk.decisions().is_empty(), "{row:?}\n{}", desk.text());
        desk.deliver().await;
        desk.news().await;
    }
    assert_eq!((in_bulk, one_by_one, keys), (60, 40, 194));
    desk.gate.verify();
}

fn under_the_cursor(desk: &Desk) -> Option<signoff::api::Summary> {
    let row = desk.model.rows.get(desk.model.focus?)?;
    Some(row.clone())
}
