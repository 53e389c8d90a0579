//! Everything by its name: what the keys do, views, an envelope by its id.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use serde_json::json;
use signoff::console::model::{Modal, Tab};
use signoff::console::{Effect, Msg};

use crate::it::console::desk::full_desk;

#[tokio::test]
async fn a_name_does_what_its_key_does() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys(":").await;
    assert_snapshot!("palette", desk.screen());
    desk.keys("kill\n").await;
    assert!(desk.text().contains("Kill switch"), "{}", desk.text());
    desk.keys("\u{1b}:oversight\n").await;
    assert_eq!(desk.model.tab, Tab::Oversight);
    desk.keys(":queue\n").await;
    assert_eq!(desk.model.tab, Tab::Queue);
    desk.keys(":zzzz").await;
    assert!(desk.text().contains("nothing is called that"), "{}", desk.text());
}

/// The accident it stops: a name and Enter, typed for something else, as an approval.
#[tokio::test]
async fn enter_never_decides_by_a_name_either() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("G").await;
    desk.read_it();
    desk.keys(":approve\n").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("a does that, and only a"), "{}", desk.text());
    desk.keys(":say that you\n").await;
    let says = |effect: &Effect| matches!(effect, Effect::Say { .. });
    assert!(!desk.waiting.iter().any(says), "nor does it claim");
}

#[tokio::test]
async fn pasted_lines_and_keys_in_a_burst_do_nothing_by_themselves() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys(":").await;
    let at = desk.now();
    desk.tell(Msg::Pasted {
        text: "kill\n".into(),
        at,
    });
    assert!(matches!(desk.model.modal, Some(Modal::Palette(_))), "{}", desk.text());
    let enter = desk.key_event(KeyCode::Enter, true);
    desk.tell(Msg::Key(enter));
    assert!(matches!(desk.model.modal, Some(Modal::Palette(_))));
}

#[tokio::test]
async fn the_first_digits_of_a_digest_lead_to_its_envelope_also_behind_a_filter() {
    let mut desk = full_desk((80, 24)).await;
    let wanted = desk.model.rows.all().nth(3).unwrap().clone();
    let digits = wanted.payload_sha256.to_string()[..6].to_owned();
    desk.keys("/class:payment.refund\n").await;
    desk.keys(&format!(":{digits}\n")).await;
    assert_eq!(desk.model.focus, Some(wanted.id));
    assert!(desk.model.rows.place(wanted.id).is_some());
    desk.keys(":ffff0000\n").await;
    assert_eq!(
        (desk.model.tab, desk.model.past.search.as_str()),
        (Tab::Audit, "ffff0000")
    );
}

#[tokio::test]
async fn what_is_shown_is_saved_under_a_name_and_found_again() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("/class:ticket.tag\n").await;
    let shown = desk.model.rows.count_shown();
    desk.keys(":save tickets\n").await;
    desk.keys("\u{1b}").await;
    assert!(desk.model.rows.filter().is_none());
    desk.keys("4:tickets\n").await;
    assert_eq!((desk.model.tab, desk.model.rows.count_shown()), (Tab::Queue, shown));
    desk.keys(":forget tickets\n").await;
    assert!(desk.model.views.is_empty());
}

#[tokio::test]
async fn ids_are_copied_and_the_reviewer_is_told_how() {
    let mut desk = full_desk((80, 24)).await;
    let focus = desk.model.focus.unwrap().to_string();
    desk.keys(":copy its id\n").await;
    let copied = desk.waiting.iter().find_map(|effect| match effect {
        Effect::Copy { text } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied, Some(focus));
    assert!(desk.text().contains("(OSC 52)"), "{}", desk.text());
}

#[tokio::test]
async fn the_pager_gets_all_of_an_envelope_and_nothing_that_acts() {
    let mut desk = full_desk((80, 24)).await;
    desk.gate
        .propose(
            "frobnicate_y",
            json!({"note": "pay \u{202e}0021\u{1b}[2J", "last": "the end"}),
        )
        .await;
    desk.news().await;
    desk.go_to("frobnicate_y").await;
    desk.keys(":pager\n").await;
    let text = desk.waiting.iter().find_map(|effect| match effect {
        Effect::OpenPager { text } => Some(text.clone()),
        _ => None,
    });
    let text = text.unwrap();
    assert!(
        text.contains("⟨U+202E⟩0021\\u001b[2J") && text.contains("the end"),
        "{text}"
    );
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    // Whatever was typed at the pager's end was typed for it.
    let at = desk.now();
    desk.tell(Msg::Paged { answer: Ok(()), at });
    desk.press(KeyCode::Char('r'));
    assert!(desk.model.modal.is_none(), "{}", desk.text());
}
