//! What decides was printed, to its end, in this reading.

use serde_json::{Value, json};
use signoff::plain::Msg;

use crate::it::plain::desk::{Desk, full_desk};

/// An action of little risk whose payload does not fit on the sheet.
async fn long(desk: &mut Desk) {
    let notes: Vec<String> = (0..120).map(|n| format!("note {n}")).collect();
    let body = json!({ "action": { "tool": "tag_ticket", "server": "desk",
        "arguments": { "ticket": "T-1", "tag": "billing", "notes": notes } } });
    desk.propose(&body.to_string()).await;
    desk.news().await;
    let id = desk
        .model
        .rows
        .all()
        .find(|row| row.target.is_none() && row.tool == "tag_ticket");
    let number = desk.model.numbers.of(id.unwrap().id).unwrap().to_string();
    desk.line(&number).await;
    desk.read_it();
}

#[tokio::test]
async fn an_approval_takes_the_whole_payload_printed_to_its_end() {
    let mut desk = full_desk().await;
    long(&mut desk).await;
    let mut pages = 0;
    while desk.decisions().is_empty() {
        desk.line("approve").await;
        pages += 1;
        assert!(pages < 9, "{}", desk.heard());
    }
    let told = desk.heard();
    assert!(told.contains("Not all of its payload was printed"), "{told}");
    assert!(told.contains("\"note 119\""), "{told}");
    assert!(pages > 3, "120 lines are more than three pages");
}

#[tokio::test]
async fn what_was_printed_in_an_earlier_reading_counts_no_more() {
    let mut desk = full_desk().await;
    long(&mut desk).await;
    desk.lines(&["3", "more", "more", "more"]).await;
    assert!(desk.heard().contains("note 119"));
    desk.line("back").await;
    let id = desk
        .model
        .rows
        .all()
        .find(|row| row.target.is_none() && row.tool == "tag_ticket");
    let number = desk.model.numbers.of(id.unwrap().id).unwrap().to_string();
    desk.line(&number).await;
    desk.read_it();
    desk.line("approve").await;
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn the_head_has_to_be_printed_too() {
    let mut desk = full_desk().await;
    let at = desk.now();
    desk.tell(Msg::Resized {
        width: 60,
        height: 10,
        at,
    });
    desk.open("issue_refund").await;
    assert!(desk.heard().contains("more lines: type more."));
    // The payload alone is not what is approved.
    desk.lines(&["3", "more", "more", "more"]).await;
    assert!(desk.heard().contains("DE89"));
    desk.line("approve").await;
    let told = desk.heard();
    assert!(
        told.contains("It was not printed to its end yet") && told.contains("undo "),
        "{told}"
    );
    desk.line("6000.00").await;
    assert!(desk.model.held.is_empty());
}

#[tokio::test]
async fn a_payload_that_is_not_the_one_named_is_not_decided_on() {
    let mut desk = full_desk().await;
    let id = desk.open("tag_ticket").await;
    let mut view = std::sync::Arc::unwrap_or_clone(desk.model.reading.take().unwrap().case.view);
    view.payload.as_mut().unwrap().raw = r#"{"ticket":"T-1","tag":"other"}"#.into();
    desk.line("back").await;
    let number = desk.model.numbers.of(id).unwrap().to_string();
    desk.at_once(&[&number]);
    desk.waiting.clear();
    let at = desk.now();
    desk.gate_says(signoff::console::Msg::Envelope {
        id,
        answer: Ok(Box::new(view)),
        at,
    });
    desk.lines(&["approve", "reject"]).await;
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("not the one its digest names"));
}

/// A desk at an action of which the policy masks two values.
async fn at_what_is_masked() -> Desk {
    let mut desk = full_desk().await;
    let acts: Vec<Value> = serde_json::from_str(include_str!("../../../assets/demo/sales.json")).unwrap();
    let act = acts
        .iter()
        .find(|act| act["proposal"]["action"]["tool"] == "update_customer");
    desk.propose(&act.unwrap()["proposal"].to_string()).await;
    desk.news().await;
    desk.open("update_customer").await;
    desk
}

#[tokio::test]
async fn what_is_masked_is_told_to_who_asks_and_it_is_written_down_first() {
    let mut desk = at_what_is_masked().await;
    desk.line("3").await;
    let told = desk.heard();
    assert!(
        !told.contains("1988") && told.contains("10 show what is masked"),
        "{told}"
    );
    let before = desk.gate.verify().entries;
    desk.line("10").await;
    let told = desk.heard();
    assert!(
        told.contains("1988") && told.contains(" says that you looked."),
        "{told}"
    );
    assert_eq!(desk.gate.verify().entries, before + 1);
    desk.lines(&["s", "back"]).await;
    assert!(desk.heard().contains("Nothing of it is masked"));
    desk.open("update_customer").await;
    assert!(!desk.heard().contains("1988"), "opened again, it is masked again");
}

#[tokio::test]
async fn a_decision_on_what_was_masked_names_what_was_printed() {
    let shown = |desk: &Desk| match desk.decisions().remove(0) {
        signoff::console::Effect::Decide { request, .. } => request.shown_sha256,
        other => panic!("{other:?}"),
    };
    let mut desk = at_what_is_masked().await;
    desk.lines(&["3", "reject", "1"]).await;
    assert!(shown(&desk).is_some());
    desk.deliver().await;
    assert!(desk.heard().contains("Rejected"));
    let mut desk = at_what_is_masked().await;
    desk.lines(&["10", "reject", "1"]).await;
    assert_eq!(shown(&desk), None, "all of it was printed");
}

#[tokio::test]
async fn a_terminal_too_narrow_to_read_an_envelope_says_so() {
    let mut desk = full_desk().await;
    let at = desk.now();
    desk.tell(Msg::Resized {
        width: 30,
        height: 20,
        at,
    });
    desk.line("1").await;
    assert!(desk.model.reading.is_none());
    assert!(desk.heard().contains("At least 40 columns"));
}
