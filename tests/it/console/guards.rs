//! Promise 1: nobody decides by accident. Each test fails without the guard it names.

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use serde_json::json;
use signoff::console::{Effect, Msg};
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk, full_desk};

fn decided_tools(desk: &Desk) -> Vec<String> {
    let ids = desk.waiting.iter().filter_map(|effect| match effect {
        Effect::Decide { id, .. } => Some(*id),
        _ => None,
    });
    ids.map(|id| {
        desk.model
            .rows
            .get(id)
            .map_or_else(|| "gone".to_owned(), |row| row.tool.clone())
    })
    .collect()
}

#[tokio::test]
async fn low_risk_is_one_key_and_no_wait() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.press(KeyCode::Char('a'));
    assert_eq!(decided_tools(&desk), ["tag_ticket"]);
}

#[tokio::test]
async fn high_risk_takes_a_and_then_y() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    desk.keys("y").await;
    assert_eq!(decided_tools(&desk), ["update_dns_record"]);
}

#[tokio::test]
async fn enter_never_approves() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("\na\n\n").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.model.modal.is_some(), "the box still asks");
}

#[tokio::test]
async fn the_key_that_opened_a_box_does_not_confirm_it_by_repeat() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.press(KeyCode::Char('a'));
    for _ in 0..100 {
        desk.gate.world.pass(SignedDuration::from_millis(33));
        desk.press(KeyCode::Char('a'));
    }
    desk.press(KeyCode::Char('y'));
    assert!(
        desk.decisions().is_empty(),
        "the box stays deaf until the keyboard was quiet"
    );
}

#[tokio::test]
async fn y_right_after_a_was_typed_for_something_else() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.press(KeyCode::Char('a'));
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('y'));
    assert!(desk.decisions().is_empty());
    desk.gate.world.pass(SignedDuration::from_millis(400));
    desk.press(KeyCode::Char('y'));
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_held_key_approves_one_low_item_and_not_the_next() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.press(KeyCode::Char('a'));
    desk.deliver().await;
    desk.news().await;
    assert_eq!(desk.focused_tool(), "tag_ticket", "the next one is under the cursor");
    for _ in 0..60 {
        desk.gate.world.pass(SignedDuration::from_millis(33));
        desk.press(KeyCode::Char('a'));
    }
    assert!(desk.decisions().is_empty());
    desk.gate.world.pass(SignedDuration::from_millis(401));
    desk.press(KeyCode::Char('a'));
    assert_eq!(desk.decisions().len(), 1, "a new press after a pause counts");
}

#[tokio::test]
async fn an_arrival_does_not_move_the_cursor_or_what_a_key_decides() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let focus = desk.model.focus;
    desk.gate.propose("issue_refund", json!({"amount": 1500})).await;
    desk.gate.propose("run_migration", json!({})).await;
    desk.news().await;
    assert_eq!(desk.model.focus, focus);
    desk.gate.world.pass(SignedDuration::from_millis(500));
    desk.press(KeyCode::Char('a'));
    assert_eq!(decided_tools(&desk), ["tag_ticket"]);
}

#[tokio::test]
async fn when_the_focused_row_goes_away_the_primed_key_does_not_hit_the_next() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let envelope = json!({ "id": desk.model.focus.unwrap().to_string() });
    desk.gate.reject("ana", &envelope, "no").await;
    desk.news().await;
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    assert!(desk.text().contains("This just changed"), "{}", desk.text());
}

#[tokio::test]
async fn a_changed_revision_under_the_focus_makes_decision_keys_inert() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.gate.world.pass(SignedDuration::from_mins(30));
    desk.gate.service.settle_due().await.unwrap();
    desk.news().await;
    assert_eq!(desk.focused_tool(), "update_dns_record");
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('a'));
    assert!(desk.model.modal.is_none(), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_millis(401));
    desk.press(KeyCode::Char('a'));
    assert!(desk.model.modal.is_some(), "{}", desk.text());
}

#[tokio::test]
async fn a_box_keeps_its_copy_and_says_when_it_changed_underneath() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    desk.gate.world.pass(SignedDuration::from_mins(30));
    desk.gate.service.settle_due().await.unwrap();
    desk.news().await;
    assert!(
        desk.text().contains("It changed underneath. Only Esc works"),
        "{}",
        desk.text()
    );
    desk.keys("y\ny").await;
    assert!(desk.decisions().is_empty());
    desk.keys("\u{1b}").await;
    assert!(desk.model.modal.is_none());
}

#[tokio::test]
async fn a_box_says_who_was_faster() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("r").await;
    let envelope = json!({ "id": desk.model.focus.unwrap().to_string() });
    desk.gate.reject("ana", &envelope, "no").await;
    desk.news().await;
    assert!(
        desk.text().contains("dns.change is rejected now, by ana at"),
        "{}",
        desk.text()
    );
    desk.keys("1").await;
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn a_paste_never_decides() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.gate.world.pass(SignedDuration::from_secs(1));
    desk.tell(Msg::Pasted {
        text: "a\ny\n".into(),
        at: desk.now(),
    });
    assert!(desk.decisions().is_empty());
    desk.keys("r6").await;
    desk.tell(Msg::Pasted {
        text: "two\nlines\n".into(),
        at: desk.now(),
    });
    assert!(desk.decisions().is_empty(), "not even its line breaks send it");
    assert!(desk.text().contains("Reason: two lines"), "{}", desk.text());
}

#[tokio::test]
async fn keys_that_come_together_decide_nothing() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.gate.world.pass(SignedDuration::from_secs(1));
    for c in ['a', '\n', 'y', '\n'] {
        let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
        let pressed = desk.key_event(code, true);
        desk.tell(Msg::Key(pressed));
    }
    assert!(desk.decisions().is_empty(), "a paste without brackets, or type-ahead");
    assert!(
        desk.text().contains("Keys came faster than the screen"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn nothing_is_decided_that_was_not_drawn() {
    let mut desk = full_desk((80, 24)).await;
    // Both were read before, so only the frame is missing.
    desk.go_to("tag_ticket").await;
    desk.keys("j").await;
    desk.keys("k").await;
    desk.gate.world.pass(SignedDuration::from_secs(1));
    // Both keys are handled before a frame is drawn.
    let down = desk.key_event(KeyCode::Char('j'), false);
    let mut effects = signoff::console::update(&mut desk.model, Msg::Key(down));
    for key in ['a', 'r', 'e', 'x', 'c', 'i'] {
        let pressed = desk.key_event(KeyCode::Char(key), false);
        effects.extend(signoff::console::update(&mut desk.model, Msg::Key(pressed)));
        assert!(desk.model.modal.is_none(), "{key}");
    }
    let said = |effect: &Effect| matches!(effect, Effect::Decide { .. } | Effect::Say { .. });
    assert!(!effects.iter().any(said));
}

#[tokio::test]
async fn the_narrow_queue_pane_does_not_decide_what_it_does_not_show() {
    let mut desk = full_desk((60, 20)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("Tab shows it first"), "{}", desk.text());
}

#[tokio::test]
async fn a_resize_makes_decision_keys_inert_until_it_was_seen() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.resize(100, 30);
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn a_payload_that_is_not_the_one_named_cannot_be_decided_on() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let id = desk.model.focus.unwrap();
    let caller = desk.gate.service.authenticate(desk.gate.token("sam")).unwrap();
    let mut view = desk
        .gate
        .service
        .read(&caller, id, std::time::Duration::ZERO, None)
        .await
        .unwrap();
    view.payload.as_mut().unwrap().raw = r#"{"path":"/etc/passwd"}"#.into();
    desk.tell(Msg::Envelope {
        id,
        answer: Ok(Box::new(view)),
        at: desk.now(),
    });
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("not the one its digest names"), "{}", desk.text());
}

#[tokio::test]
async fn a_quarantined_action_can_be_rejected_and_not_approved_here() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("frobnicate_x").await;
    desk.keys("a").await;
    assert!(desk.decisions().is_empty() && desk.model.modal.is_none());
    desk.keys("r1").await;
    assert_eq!(decided_tools(&desk), ["frobnicate_x"]);
}

#[tokio::test]
async fn a_box_is_stale_once_somebody_else_has_voted() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("a").await;
    let row = desk.model.rows.get(desk.model.focus.unwrap()).unwrap();
    let envelope = json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision });
    desk.gate.approve("sue", &envelope).await;
    desk.news().await;
    desk.keys("y").await;
    assert!(
        desk.decisions().is_empty(),
        "the box said vote 1 of 2, and it would be the last one"
    );
    assert!(desk.text().contains("It changed underneath"), "{}", desk.text());
}

#[tokio::test]
async fn what_the_agent_says_is_there_already_is_still_on_the_screen() {
    let mut desk = full_desk((80, 24)).await;
    let arguments = json!({"to_account": "DE00 6666", "amount": 99000, "note": "monthly"});
    let before = json!({"to_account": "DE00 6666", "amount": 99000, "note": "none"});
    let body = json!({"action": {"tool": "tag_ticket", "arguments": arguments, "before": before}});
    desk.gate.post("support-3", "/v1/envelopes", body).await;
    desk.news().await;
    desk.keys("G").await;
    assert!(
        desk.text().contains("DE00 6666") && desk.text().contains("99000"),
        "{}",
        desk.text()
    );
    desk.keys("d").await;
    assert!(
        desk.text().contains("DE00 6666") && desk.text().contains("99000"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn an_envelope_that_came_late_is_not_decided_by_a_key_that_was_on_its_way() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.press(KeyCode::Char('j'));
    desk.press(KeyCode::Char('j'));
    desk.gate.world.pass(SignedDuration::from_millis(200));
    desk.read().await;
    assert_eq!(desk.focused_tool(), "tag_ticket");
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty(), "{}", desk.text());
}

/// The accident: the queue is empty, a key is pressed at nothing, and something comes right then.
#[tokio::test]
async fn the_first_arrival_in_an_empty_queue_is_not_hit_by_a_key_that_was_on_its_way() {
    let mut desk = desk("sam", Role::Senior, (80, 24)).await;
    desk.news().await;
    desk.keys("a").await;
    let ticket = json!({"ticket": "T-1", "tag": "billing"});
    desk.gate.propose("tag_ticket", ticket).await;
    desk.news().await;
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.keys("a").await;
    assert_eq!(decided_tools(&desk), ["tag_ticket"]);
}

/// The accident: what is approved is not what was looked at.
#[tokio::test]
async fn a_decision_names_the_digest_and_the_revision_that_were_drawn() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let drawn = desk.model.guard.drawn.unwrap();
    desk.press(KeyCode::Char('a'));
    let Some(Effect::Decide { id, request, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("nothing was sent")
    };
    assert_eq!(id, drawn.id);
    assert_eq!(
        (request.payload_sha256, request.revision),
        (Some(drawn.digest), Some(drawn.revision))
    );
}

/// The accident: the row changes between the frame and the key.
#[tokio::test]
async fn what_changed_after_the_last_frame_is_not_decided_on() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    // An escalation by timeout makes it another revision.
    desk.gate.world.pass(SignedDuration::from_mins(30));
    desk.gate.service.settle_due().await.unwrap();
    let page = desk
        .gate
        .service
        .queue(desk.model.queue_cursor, None, std::time::Duration::ZERO)
        .await
        .unwrap();
    let at = desk.now();
    let tick = Msg::Tick { at };
    let _ = signoff::console::update(&mut desk.model, tick);
    desk.draw();
    desk.gate.world.pass(SignedDuration::from_millis(500));
    let at = desk.now();
    let answer = Msg::Queue {
        question: desk.model.question,
        answer: Ok(page),
        at,
    };
    let _ = signoff::console::update(&mut desk.model, answer);
    // No frame in between.
    for key in ['a', 'r', 'x', 'e', 'c'] {
        let pressed = desk.key_event(KeyCode::Char(key), false);
        let effects = signoff::console::update(&mut desk.model, Msg::Key(pressed));
        let said = |effect: &Effect| matches!(effect, Effect::Decide { .. } | Effect::Say { .. });
        assert!(!effects.iter().any(said) && desk.model.modal.is_none(), "{key}");
    }
}

#[tokio::test]
async fn what_the_queue_calls_otherwise_than_its_payload_is_not_decided_on() {
    for lie in ["tool", "target", "server", "environment"] {
        let mut desk = full_desk((80, 24)).await;
        desk.go_to("tag_ticket").await;
        let id = desk.model.focus.unwrap();
        let envelope = json!({ "id": id.to_string() });
        let mut view = desk.gate.read("sam", &envelope).await;
        view[lie] = json!("read_x:y");
        let view: signoff::api::EnvelopeView = serde_json::from_value(view).unwrap();
        let at = desk.now();
        // The queue says the same, so that nothing but the payload contradicts it.
        desk.model.rows.put(vec![view.summary.clone()]);
        desk.tell(Msg::Envelope {
            id,
            answer: Ok(Box::new(view)),
            at,
        });
        desk.read_it();
        desk.keys("ay").await;
        assert!(desk.decisions().is_empty(), "{lie}");
        assert!(
            desk.text().contains("The queue names another action"),
            "{lie}: {}",
            desk.text()
        );
    }
}
