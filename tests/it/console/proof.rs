//! Having the whole ledger checked from the audit console.

use crossterm::event::KeyCode;
use rusqlite::Connection;
use signoff::api::{VerificationState, VerificationView, VerifiedHead};
use signoff::client::ClientError;
use signoff::console::{Effect, Msg, Verifying};

use crate::it::console::desk::{Desk, full_desk};

async fn audit() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("3").await;
    desk
}

/// How it stands, as a gate would tell it.
fn running(desk: &Desk, checked: u64) -> Msg {
    let view = VerificationView {
        state: VerificationState::Running,
        by: "ada".into(),
        began_at: desk.now(),
        ended_at: None,
        of: Some(VerifiedHead {
            entries: 40_000,
            root: signoff::domain::Digest([7; 32]),
            at: desk.now(),
        }),
        checked,
        found: None,
        fault: None,
    };
    Msg::Verification {
        what: Verifying::Look,
        answer: Ok(Box::new(view)),
        at: desk.now(),
    }
}

fn asked(desk: &Desk) -> Vec<Verifying> {
    let asked = desk.waiting.iter().filter_map(|effect| match effect {
        Effect::AskVerification { what, .. } => Some(*what),
        _ => None,
    });
    asked.collect()
}

#[tokio::test]
async fn v_checks_the_ledger_and_says_what_holds_and_of_which_moment() {
    let mut desk = audit().await;
    desk.keys("V").await;
    let screen = desk.text();
    let entries = desk.gate.verify().entries;
    assert!(screen.contains(&format!("{entries} entries verified")), "{screen}");
    assert!(screen.contains("all hold") && screen.contains("root"), "{screen}");
    assert!(screen.contains("by sam at"), "{screen}");
    desk.press(KeyCode::Esc);
    assert!(
        desk.text().contains(&format!("read-only, {entries} entries verified")),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn how_far_it_is_is_asked_one_question_at_a_time_and_seen_from_the_list_too() {
    let mut desk = audit().await;
    desk.press(KeyCode::Char('V'));
    // The key again asks for nothing more.
    desk.press(KeyCode::Char('V'));
    assert_eq!(asked(&desk), [Verifying::Begin]);
    desk.waiting.clear();
    let msg = running(&desk, 12_288);
    desk.tell(msg);
    assert!(desk.text().contains("12288 of 40000 entries"), "{}", desk.text());
    assert_eq!(asked(&desk), [Verifying::Look]);
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("checking 12288 of 40000"), "{}", desk.text());
    let msg = running(&desk, 40_000);
    desk.tell(msg);
    assert!(
        desk.text().contains("read-only"),
        "it stays where the auditor is:\n{}",
        desk.text()
    );
}

#[tokio::test]
async fn c_ends_it_and_says_so_where_nothing_runs() {
    let mut desk = audit().await;
    desk.press(KeyCode::Char('V'));
    desk.press(KeyCode::Char('c'));
    assert!(desk.text().contains("Nothing is being checked now."), "{}", desk.text());
    let msg = running(&desk, 5);
    desk.tell(msg);
    desk.waiting.clear();
    desk.press(KeyCode::Char('c'));
    assert_eq!(asked(&desk), [Verifying::Stop]);
}

#[tokio::test]
async fn a_fault_is_an_alarm_that_stays_on_every_page_of_the_past() {
    let mut desk = audit().await;
    let file = Connection::open(desk.gate.folder.path().join("ledger.db")).unwrap();
    file.execute_batch(
        "DROP TRIGGER entry_is_final; UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'reviewer', 'operator') AS BLOB) WHERE seq = 4;",
    )
    .unwrap();
    desk.keys("V").await;
    let screen = desk.text();
    assert!(screen.contains("! DOES NOT VERIFY"), "{screen}");
    assert!(
        screen.contains("FAULT    at entry 4: Entry 4 is not what its leaf hash was made of."),
        "{screen}"
    );
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("! DOES NOT VERIFY"), "{}", desk.text());
    desk.keys("f").await;
    assert!(desk.text().contains("! DOES NOT VERIFY"), "{}", desk.text());
    desk.look();
    desk.look();
    assert!(
        desk.text().contains("! DOES NOT VERIFY"),
        "it does not go away by itself:\n{}",
        desk.text()
    );
}

#[tokio::test]
async fn what_is_not_answered_is_not_taken_for_sound() {
    let mut desk = audit().await;
    desk.press(KeyCode::Char('V'));
    desk.waiting.clear();
    let at = desk.now();
    desk.tell(Msg::Verification {
        what: Verifying::Begin,
        answer: Err(ClientError::Strange("no JSON".into())),
        at,
    });
    assert!(
        desk.text().contains("It is not known how it stands."),
        "{}",
        desk.text()
    );
    assert!(asked(&desk).is_empty());
    desk.press(KeyCode::Char('V'));
    assert_eq!(asked(&desk), [Verifying::Begin], "the key asks again");
}
