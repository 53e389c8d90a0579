//! What is severe: typed, held for three seconds, and taken back until then.

use jiff::SignedDuration;
use signoff::plain::Msg;

use crate::it::console::desk::silence;
use crate::it::plain::desk::{Desk, full_desk};

/// The amount is typed; nothing is sent yet.
async fn held() -> Desk {
    let mut desk = full_desk().await;
    desk.open("issue_refund").await;
    desk.lines(&["1", "6,000.00"]).await;
    let told = desk.heard();
    assert!(
        told.contains("sent in 3 seconds; type u and Enter to take it back."),
        "{told}"
    );
    assert!(desk.decisions().is_empty());
    desk
}

#[tokio::test]
async fn it_is_approved_by_its_amount_and_sent_three_seconds_later() {
    let mut desk = held().await;
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
    desk.deliver().await;
    let told = desk.heard();
    assert!(
        told.contains("payment.refund: Approved") && told.contains("vote 1 of 2"),
        "{told}"
    );
}

#[tokio::test]
async fn neither_a_word_nor_part_of_the_amount_nor_another_approves_it() {
    let mut desk = full_desk().await;
    desk.open("issue_refund").await;
    desk.line("approve").await;
    for wrong in ["approve", "1", "y", "", "6000", "600.00", "7000.00", "6000.00 USD"] {
        desk.line(wrong).await;
        assert!(desk.decisions().is_empty() && desk.model.held.is_empty(), "{wrong}");
    }
    assert!(desk.heard().contains("That is not the amount: nothing was sent."));
    desk.line("6000.00").await;
    assert_eq!(desk.model.held.len(), 1);
}

#[tokio::test]
async fn until_then_u_takes_it_back_wherever_one_is() {
    for place in [&[][..], &["2"], &["2", "reject"]] {
        let mut desk = held().await;
        let number = desk.model.rows.all().find(|row| row.tool == "send_email").unwrap().id;
        let number = desk.model.numbers.of(number).unwrap().to_string();
        for line in place {
            let line = if *line == "2" { &number } else { *line };
            desk.at_once(&[line]);
            desk.answer().await;
        }
        desk.at_once(&["u"]);
        assert!(desk.heard().contains("Taken back: "), "{place:?}");
        desk.look();
        desk.look();
        desk.look();
        desk.look();
        assert!(desk.decisions().is_empty(), "{place:?}");
    }
}

#[tokio::test]
async fn taking_back_counts_even_among_lines_that_do_not() {
    let mut desk = held().await;
    desk.at_once(&["1", "u"]);
    assert!(desk.model.held.is_empty());
}

#[tokio::test]
async fn who_leaves_within_the_three_seconds_has_taken_it_back() {
    let mut desk = held().await;
    desk.at_once(&["quit"]);
    assert!(desk.has_ended && desk.decisions().is_empty());
    assert_eq!(desk.model.taken_back, 1);
    let mut desk = held().await;
    desk.tell(Msg::Stop { at: desk.now() });
    assert!(desk.has_ended && desk.decisions().is_empty());
}

#[tokio::test]
async fn what_changes_within_the_three_seconds_is_taken_back() {
    let mut desk = held().await;
    let id = desk.model.held[0].about.id;
    let envelope = desk.named(id);
    let other = desk.gate.approve("sue", &envelope).await;
    assert_eq!(other.body["votes"], 1, "{}", other.body);
    desk.news().await;
    assert!(desk.heard().contains("It changed before your approval was sent"));
    for _ in 0..4 {
        desk.look();
    }
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn a_gate_that_goes_back_within_the_three_seconds_gets_nothing() {
    let mut desk = held().await;
    let mut went_back = silence();
    if let signoff::client::ClientError::Refused(detail) = &mut went_back {
        detail.code = "ledger_went_back".into();
    }
    desk.no_news(went_back);
    for _ in 0..4 {
        desk.look();
    }
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("deciding is off"));
    desk.open("tag_ticket").await;
    desk.lines(&["approve", "reject", "claim"]).await;
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("Deciding is off"));
}

#[tokio::test]
async fn the_three_seconds_begin_anew_after_a_time_out_of_sight() {
    let mut desk = held().await;
    // Stopped with Ctrl-Z, or asleep: no second passed in sight.
    desk.gate.world.pass(SignedDuration::from_mins(5));
    desk.tell(Msg::Tick { at: desk.now() });
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("sent in 3 seconds"), "it is said again");
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
    let mut desk = held().await;
    desk.look();
    desk.look();
    desk.tell(Msg::Continued { at: desk.now() });
    desk.look();
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn nothing_else_is_decided_on_what_is_held() {
    let mut desk = held().await;
    let number = desk.model.numbers.of(desk.model.held[0].about.id).unwrap().to_string();
    desk.at_once(&[&number]);
    desk.answer().await;
    for line in ["approve", "reject", "escalate"] {
        desk.gate.world.pass(SignedDuration::from_millis(500));
        desk.at_once(&[line]);
        desk.answer().await;
    }
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("goes out in a moment; u takes it back."));
}
