//! Promise 1 in all that asks: only the key that is named decides, however it comes, and about what it says.

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use serde_json::json;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk};

/// Each thing that asks, open and ready, with the keys that open it and the key that it names.
async fn asking() -> Vec<(&'static str, Desk, char)> {
    let mut all = Vec::new();
    for (tool, keys, yes) in [
        ("update_dns_record", "a", 'y'),
        ("update_dns_record", "r", '1'),
        ("frobnicate_x", "m1", 'y'),
        ("tag_ticket", "b", 'y'),
        ("update_dns_record", "e", 'y'),
    ] {
        let mut desk = full_desk((80, 40)).await;
        desk.go_to(tool).await;
        desk.keys(keys).await;
        if keys == "e" {
            for code in [
                KeyCode::Down,
                KeyCode::End,
                KeyCode::Left,
                KeyCode::Left,
                KeyCode::Char('x'),
            ] {
                desk.press(code);
            }
            desk.ask_gate().await;
            desk.control('s');
            assert!(desk.text().contains("this is what runs"), "{}", desk.text());
        }
        desk.gate.world.pass(SignedDuration::from_millis(500));
        assert!(desk.decisions().is_empty() && desk.model.modal.is_some(), "{keys}");
        all.push((keys, desk, yes));
    }
    all
}

/// The accident: a key that was meant for another program, or a cat.
#[tokio::test]
async fn no_key_decides_but_the_one_that_is_named() {
    for (keys, mut desk, yes) in asking().await {
        let others = (' '..='~').filter(|c| *c != yes && !(keys == "r" && c.is_ascii_digit()));
        // What writes a reason or moves on leaves the question: those have tests of their own.
        let others = others.filter(|c| !(keys == "e" && *c == 'r'));
        let codes = others.map(KeyCode::Char).chain([
            KeyCode::Enter,
            KeyCode::Tab,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::F(1),
        ]);
        for code in codes {
            desk.gate.world.pass(SignedDuration::from_millis(450));
            desk.press(code);
            assert!(desk.decisions().is_empty(), "{keys}: {code:?}");
            assert!(desk.model.modal.is_some(), "{keys}: {code:?} left the question");
        }
    }
}

/// The accident: the clipboard holds what another window asked for.
#[tokio::test]
async fn a_paste_answers_no_question() {
    for (keys, mut desk, yes) in asking().await {
        for text in [format!("{yes}"), format!("{yes}\n{yes}\n"), "\n".into()] {
            let at = desk.now();
            desk.tell(Msg::Pasted { text, at });
            assert!(desk.decisions().is_empty(), "{keys}");
        }
        assert!(
            desk.text().contains("Pasted text is not keys"),
            "{keys}: {}",
            desk.text()
        );
        // Without brackets around it, a paste is keys that come together.
        for _ in 0..2 {
            let pressed = desk.key_event(KeyCode::Char(yes), true);
            desk.tell(Msg::Key(pressed));
        }
        assert!(desk.decisions().is_empty(), "{keys}");
    }
}

/// The accident: a terminal without brackets around a paste, and a text with a line break at its end.
#[tokio::test]
async fn a_text_that_comes_at_once_is_not_sent_by_its_line_break() {
    for keys in ["r", "x1", "i"] {
        let mut desk = full_desk((80, 24)).await;
        desk.go_to("update_dns_record").await;
        desk.keys(&keys[..1]).await;
        if keys == "r" {
            let text = desk.text();
            let (before, _) = text.split_once(" write one").unwrap();
            desk.keys(&before[before.len() - 1..]).await;
        } else {
            desk.keys(&keys[1..]).await;
        }
        for c in "from the clipboard\n".chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            let pressed = desk.key_event(code, true);
            desk.tell(Msg::Key(pressed));
        }
        let said = |desk: &Desk| {
            let said = |effect: &Effect| matches!(effect, Effect::Decide { .. } | Effect::Say { .. });
            desk.waiting.iter().any(said)
        };
        assert!(!said(&desk), "{keys}: {}", desk.text());
        assert!(desk.text().contains("from the clipboard"), "{keys}: {}", desk.text());
        desk.press(KeyCode::Enter);
        assert!(said(&desk), "{keys}: {}", desk.text());
    }
}

/// The accident: the window is dragged, what was read has moved, and the finger is on the key.
#[tokio::test]
async fn a_new_size_makes_every_question_deaf_for_a_moment() {
    for (keys, mut desk, yes) in asking().await {
        desk.resize(100, 40);
        desk.press(KeyCode::Char(yes));
        assert!(desk.decisions().is_empty(), "{keys}");
        desk.gate.world.pass(SignedDuration::from_millis(399));
        desk.press(KeyCode::Char(yes));
        assert!(desk.decisions().is_empty(), "{keys}: a held key keeps it deaf");
        desk.keys(&yes.to_string()).await;
        assert_eq!(desk.decisions().len(), 1, "{keys}: {}", desk.text());
    }
}

/// The accident: a key is held down a little too long.
#[tokio::test]
async fn a_held_key_answers_no_question_that_it_opened() {
    for (tool, key) in [("update_dns_record", 'r'), ("frobnicate_x", 'm'), ("tag_ticket", 'b')] {
        let mut desk = full_desk((80, 40)).await;
        desk.go_to(tool).await;
        for _ in 0..100 {
            desk.press(KeyCode::Char(key));
            desk.ask_gate().await;
            desk.gate.world.pass(SignedDuration::from_millis(33));
        }
        assert!(desk.decisions().is_empty(), "{key}");
    }
}

/// The accident: two at one thing, and the second means what the first has already changed.
#[tokio::test]
async fn a_yes_to_what_another_console_has_edited_changes_nothing() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    let id = desk.model.focus.unwrap().to_string();
    let before = desk.gate.read("sue", &json!({ "id": id })).await;
    let mut arguments: serde_json::Value = serde_json::from_str(before["payload"]["raw"].as_str().unwrap()).unwrap();
    arguments["ttl"] = json!(1);
    let edit = json!({"decision": "edit", "arguments_raw": arguments.to_string(), "reason": "shorter"});
    let edited = desk.gate.decide("sue", &before, edit).await;
    assert!(edited.status.is_success(), "{}", edited.body);
    // No word of it came yet.
    desk.keys("y").await;
    let Some(Effect::Decide { request, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("nothing was sent")
    };
    assert_eq!(
        serde_json::to_value(request.payload_sha256).unwrap(),
        before["payload_sha256"]
    );
    desk.deliver().await;
    assert!(desk.text().contains("It does not count: "), "{}", desk.text());
    let after = desk.gate.read("sue", &json!({ "id": id })).await;
    let by: Vec<_> = after["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| &said["by"])
        .collect();
    assert!(by.iter().all(|by| **by == "sue"), "{after}");
    desk.gate.verify();
}

/// The accident: what is held goes out unseen under a box that covers the sentence.
#[tokio::test]
async fn no_box_covers_what_is_held() {
    let mut desk = full_desk((44, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("\ta").await;
    desk.read_it();
    desk.press(KeyCode::PageDown);
    desk.read_it();
    desk.keys("a6000.00").await;
    assert_eq!(desk.model.held.len(), 1, "{}", desk.text());
    let whole = |desk: &Desk| {
        let words: Vec<String> = desk.text().split_whitespace().map(str::to_owned).collect();
        words.join(" ").contains("take it back.") || words.join(" ").contains("takes it back.")
    };
    assert!(whole(&desk), "{}", desk.text());
    for keys in ["?", "\u{1b}jr", "\u{1b}x", "\u{1b}i", "\u{1b}!", "\u{1b}e"] {
        desk.gate.world.pass(SignedDuration::from_millis(10));
        for c in keys.chars() {
            let code = if c == '\u{1b}' { KeyCode::Esc } else { KeyCode::Char(c) };
            desk.press(code);
            desk.read().await;
        }
        assert!(desk.model.held.len() == 1 && whole(&desk), "{keys}: {}", desk.text());
        assert!(
            desk.text().contains("Approving payment.refund"),
            "{keys}: {}",
            desk.text()
        );
    }
}
