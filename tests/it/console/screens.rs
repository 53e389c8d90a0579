use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk, full_desk};

#[tokio::test]
async fn the_queue_and_the_envelope_at_80_by_24() {
    let desk = full_desk((80, 24)).await;
    assert_snapshot!(desk.screen());
}

#[tokio::test]
async fn every_demo_envelope_shows_what_decides_at_80_by_24() {
    let mut desk = full_desk((80, 24)).await;
    let mut seen = String::new();
    for tool in [
        "issue_refund",
        "run_migration",
        "update_dns_record",
        "send_email",
        "frobnicate_x",
        "edit_file",
        "tag_ticket",
    ] {
        desk.go_to(tool).await;
        let text = desk.text();
        let sheet: Vec<&str> = text.lines().skip(7).collect();
        seen.push_str(&sheet.join("\n"));
        seen.push_str("\n\n");
        for label in [
            "does ", "digest ", "asks ", "matrix ", "policy ", " 30 days", "undo ", "proof ",
        ] {
            assert!(text.contains(label), "{tool} does not show {label}");
        }
    }
    assert_snapshot!(seen);
}

#[tokio::test]
async fn the_wide_screen_puts_the_payload_beside_the_envelope() {
    let mut desk = full_desk((120, 40)).await;
    desk.go_to("update_dns_record").await;
    assert_snapshot!(desk.screen());
}

#[tokio::test]
async fn the_narrow_screen_shows_one_pane_at_a_time() {
    let mut desk = full_desk((60, 20)).await;
    assert_snapshot!("queue", desk.screen());
    desk.keys("\t").await;
    assert_snapshot!("envelope", desk.screen());
}

#[tokio::test]
async fn the_boxes_that_ask() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("a6,00").await;
    assert_snapshot!("approve", desk.screen());
    desk.keys("x").await;
    assert_snapshot!("approve_wrong", desk.screen());
    desk.keys("\u{8}0.00").await;
    assert_snapshot!("approve_held", desk.screen());
    desk.keys("ur").await;
    assert_snapshot!("reject", desk.screen());
    desk.keys("6no invoice for this sum").await;
    assert_snapshot!("write", desk.screen());
    desk.keys("\u{1b}?").await;
    assert_snapshot!("help", desk.screen());
}

#[tokio::test]
async fn the_diff_by_field_and_as_text() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("edit_file").await;
    desk.keys("d").await;
    assert_snapshot!("fields", desk.screen());
    desk.keys("t").await;
    assert_snapshot!("text", desk.screen());
}

#[tokio::test]
async fn an_empty_queue_says_so_and_where_agents_reach_the_gate() {
    let mut desk = desk("ana", Role::Reviewer, (80, 24)).await;
    desk.draw();
    assert!(desk.text().contains("Waiting for the gate."));
    desk.news().await;
    assert!(desk.text().contains("Nothing waits."));
    assert!(desk.text().contains("prod-gate"));
}

#[tokio::test]
async fn no_size_makes_it_panic_and_every_box_survives_it() {
    let mut desk = full_desk((80, 24)).await;
    for keys in ["", "a", "\u{1b}r", "6abc", "\u{1b}?", "xd", "t"] {
        desk.keys(keys).await;
        for width in [1, 2, 3, 10, 20, 39, 40, 41, 59, 60, 79, 80, 119, 120, 200] {
            for height in [1, 2, 3, 5, 8, 9, 10, 11, 19, 20, 23, 24, 29, 30, 40, 60] {
                desk.resize(width, height);
            }
        }
        desk.resize(80, 24);
    }
}

#[tokio::test]
async fn every_width_and_every_height_is_drawn() {
    let mut desk = full_desk((80, 24)).await;
    for width in 1..=200 {
        for height in [1, 9, 10, 20, 24, 30] {
            desk.resize(width, height);
        }
    }
    for height in 1..=70 {
        for width in [1, 39, 40, 60, 80, 120] {
            desk.resize(width, height);
        }
    }
}

#[tokio::test]
async fn hostile_text_is_shown_and_counted_and_never_acts() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("send_email").await;
    let first = desk.text();
    desk.press(crossterm::event::KeyCode::PageDown);
    let text = format!("{first}{}", desk.text());
    assert!(text.contains("⟨U+202E⟩"), "{text}");
    assert!(text.contains("2 invisible characters"), "{text}");
    assert!(text.contains("(! mixed scripts) refunds@"), "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
}

#[tokio::test]
async fn the_full_screen_has_queue_envelope_payload_evidence_and_run_side_by_side() {
    let mut desk = full_desk((200, 60)).await;
    desk.go_to("issue_refund").await;
    desk.ask_gate().await;
    assert_snapshot!(desk.screen());
}

#[tokio::test]
async fn what_the_agent_did_before_in_its_run_is_one_key_away() {
    let mut desk = desk("sam", Role::Senior, (80, 24)).await;
    let step = |run: &str, tool: &str, amount: u32| json!({"run_id": run, "action": {"tool": tool, "arguments": {"amount": amount}, "target": {"system": "billing", "record": "order/1\u{202e}2"}}});
    for (run, tool, amount) in [
        ("r *", "get_order", 1),
        ("r 2", "get_invoice", 2),
        ("r *", "issue_refund", 6_000),
    ] {
        desk.gate.world.pass(SignedDuration::from_secs(1));
        desk.gate
            .post("support-3", "/v1/envelopes", step(run, tool, amount))
            .await;
    }
    desk.news().await;
    desk.look();
    desk.keys("t").await;
    desk.ask_gate().await;
    assert_snapshot!("trail", desk.screen());
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
    desk.keys("\u{1b}").await;
    assert!(desk.model.page.is_none());
}

#[tokio::test]
async fn evidence_that_its_pane_does_not_hold_stands_at_the_end_of_the_envelope_and_the_pane_says_so() {
    let mut desk = desk("sam", Role::Senior, (200, 60)).await;
    let evidence: Vec<_> = (0..12)
        .map(|n| json!({"kind": "log", "title": format!("log {n}"), "excerpt": format!("line {n} of it")}))
        .collect();
    let body = json!({"action": {"tool": "issue_refund", "arguments": {"amount": "60.00"}}, "evidence": evidence});
    desk.gate.post("support-3", "/v1/envelopes", body).await;
    desk.news().await;
    desk.look();
    let text = desk.text();
    assert!(text.contains("more lines, at the envelope's end"), "{text}");
    assert!(text.contains("line 11 of it"), "{text}");
    // What the pane holds is not said twice.
    let few = json!({"action": {"tool": "issue_refund", "arguments": {"amount": "60.01"}}, "evidence": [evidence[3]]});
    desk.gate.post("support-3", "/v1/envelopes", few).await;
    desk.news().await;
    desk.keys("G").await;
    desk.look();
    let text = desk.text();
    assert_eq!(text.matches("line 3 of it").count(), 1, "{text}");
}

/// A digest that only the agent names proves nothing: the gate says whether the file is here.
#[tokio::test]
async fn evidence_whose_file_is_not_here_does_not_read_as_checked() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    let proof = " proof    1 \"invoice.pdf\" (no file here)  2 \"chat-881\" (no file named)";
    assert!(desk.text().contains(proof), "{}", desk.text());
}

/// What shows that an amount is wrong stands above the fold of the smallest usual window.
#[tokio::test]
async fn what_the_user_asked_is_on_the_screen_before_anything_is_scrolled() {
    for (tool, asked) in [
        ("issue_refund", "| second charge."),
        ("update_dns_record", "| the user asked: Move api.shop.example"),
        ("send_email", "| the user asked: "),
    ] {
        let mut desk = full_desk((80, 24)).await;
        desk.go_to(tool).await;
        assert!(desk.text().contains(asked), "{}", desk.text());
    }
}

/// Who is asked is said with the rule that asks, and what is not said of the place is said to be so.
#[tokio::test]
async fn the_rule_that_asks_and_an_environment_that_was_not_said_stand_on_the_sheet() {
    let mut desk = desk("sam", Role::Senior, (80, 24)).await;
    let target = json!({"system": "billing", "record": "order/1"});
    for amount in ["60.00", "6000.00"] {
        let action = json!({"tool": "issue_refund", "arguments": {"amount": amount}, "target": target});
        let created = desk
            .gate
            .post("support-3", "/v1/envelopes", json!({"action": action}))
            .await;
        desk.news().await;
        desk.model.focus = Some(created.body["id"].as_str().unwrap().parse().unwrap());
        desk.look();
        desk.read().await;
        desk.read_it();
        let text = desk.text();
        let rule = match amount {
            "60.00" => "(rule usual: amount ",
            _ => "2 seniors: money leaves for good (rule large)",
        };
        assert!(text.contains(rule), "{text}");
        assert!(text.contains("billing:order/1  environment not said"), "{text}");
    }
}

#[tokio::test]
async fn the_footer_names_by_need_what_can_be_done_with_what_is_under_the_cursor() {
    let footer = |desk: &Desk| desk.text().lines().last().unwrap().to_owned();
    let mut desk = full_desk((60, 20)).await;
    desk.go_to("frobnicate_x").await;
    desk.keys("\t").await;
    assert!(footer(&desk).contains("m classify  r reject"), "{}", footer(&desk));
    assert!(footer(&desk).contains("d payload"), "{}", footer(&desk));
    assert!(footer(&desk).contains("Tab switch") && footer(&desk).contains("? help"));
    desk.resize(80, 24);
    assert!(
        footer(&desk).contains("d payload"),
        "nothing is compared: {}",
        footer(&desk)
    );
    desk.go_to("issue_refund").await;
    assert!(footer(&desk).contains("d diff"), "{}", footer(&desk));
    assert!(!footer(&desk).contains("m classify"), "{}", footer(&desk));
    desk.resize(120, 40);
    desk.look();
    for word in ["/ find", ": all", "! stop", "q quit", "? help"] {
        assert!(footer(&desk).contains(word), "{word}: {}", footer(&desk));
    }
}
