//! What a console takes up again: how things were looked at, and nothing of what was looked at.

use signoff::console::{Effect, Memory, Msg};

use crate::it::console::desk::{Desk, full_desk};

/// What is to be written by now.
fn remembered(desk: &mut Desk) -> Option<Memory> {
    desk.look();
    let mut memories = desk.waiting.iter().filter_map(|effect| match effect {
        Effect::Remember(memory) => Some((**memory).clone()),
        _ => None,
    });
    let last = memories.next_back();
    desk.waiting.retain(|effect| !matches!(effect, Effect::Remember(_)));
    last
}

#[tokio::test]
async fn view_filter_and_place_survive_a_restart() {
    let mut desk = full_desk((120, 40)).await;
    desk.keys("/-tool:tag_ticket\nzjj").await;
    let memory = remembered(&mut desk).unwrap();
    let (before, focus) = (desk.text(), desk.model.focus);
    desk.restart(memory.clone()).await;
    assert_eq!(desk.model.focus, focus);
    assert!(desk.text().contains("shown as you left it"), "{}", desk.text());
    let queue = |text: &str| text.lines().skip(1).take(8).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(queue(&desk.text()), queue(&before));
    assert_eq!(Memory::of(&desk.model), memory);
}

#[tokio::test]
async fn each_tab_is_opened_again_where_it_was_left() {
    for (key, shows) in [
        ("2", "what ran"),
        ("3", "everything"),
        ("4", "oversight"),
        ("5", "policy"),
    ] {
        let mut desk = full_desk((120, 40)).await;
        desk.keys(key).await;
        let memory = remembered(&mut desk).unwrap();
        desk.restart(memory.clone()).await;
        assert_eq!(Memory::of(&desk.model).tab, memory.tab, "{shows}");
        assert_ne!(memory.tab, Memory::default().tab);
    }
}

#[tokio::test]
async fn reasons_of_ones_own_are_offered_again() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("send_email").await;
    desk.keys("r").await;
    let write = desk.text();
    let digit = write.split(" write one").next().unwrap().chars().next_back().unwrap();
    desk.keys(&format!("{digit}not this customer\n")).await;
    desk.deliver().await;
    let memory = remembered(&mut desk).unwrap();
    assert_eq!(memory.reject_reasons, ["not this customer"]);
    desk.restart(memory).await;
    desk.read_it();
    desk.go_to("update_dns_record").await;
    desk.keys("r").await;
    assert!(desk.text().contains("not this customer"), "{}", desk.text());
}

#[tokio::test]
async fn it_is_written_when_the_second_passes_and_only_if_it_changed() {
    let mut desk = full_desk((80, 24)).await;
    remembered(&mut desk);
    let written = |desk: &Desk| desk.waiting.iter().any(|effect| matches!(effect, Effect::Remember(_)));
    desk.look();
    assert!(!written(&desk), "nothing changed");
    desk.keys("jjk").await;
    assert!(!written(&desk), "not with every key");
    desk.look();
    assert!(written(&desk));
}

#[tokio::test]
async fn leaving_writes_what_changed_last() {
    let mut desk = full_desk((80, 24)).await;
    remembered(&mut desk);
    desk.keys("/severity:severe\nq").await;
    let at = |wanted: fn(&Effect) -> bool| desk.waiting.iter().position(wanted);
    assert!(at(|effect| *effect == Effect::End).is_some());
    assert!(at(|effect| matches!(effect, Effect::Remember(memory) if memory.filter == "severity:severe")).is_some());
}

#[tokio::test]
async fn an_envelope_that_is_gone_leaves_the_cursor_where_a_new_console_has_it() {
    let mut desk = full_desk((80, 24)).await;
    let first = desk.model.focus;
    desk.keys("jj").await;
    let mut memory = remembered(&mut desk).unwrap();
    assert_ne!(memory.focus, first);
    memory.focus = Some(signoff::domain::EnvelopeId(uuid::Uuid::nil()));
    desk.restart(memory).await;
    assert_eq!(desk.model.focus, first);
    desk.keys("j").await;
    desk.news().await;
    assert_ne!(desk.model.focus, first, "it goes where it is sent");
}

#[tokio::test]
async fn a_search_that_is_being_written_is_not_remembered() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("/class:ticket\n/").await;
    desk.keys("xyz").await;
    assert_eq!(remembered(&mut desk).unwrap().filter, "class:ticket");
}

#[tokio::test]
async fn nothing_of_an_envelope_is_remembered_but_its_id() {
    let mut desk = full_desk((200, 60)).await;
    for tool in ["issue_refund", "send_email", "update_dns_record"] {
        desk.go_to(tool).await;
        let id = desk.model.focus.unwrap();
        let Some(memory) = remembered(&mut desk) else { continue };
        let mut plain = memory.clone();
        assert_eq!(plain.focus.take(), Some(id));
        let empty = Memory {
            toured: true,
            ..Memory::default()
        };
        assert_eq!(plain, empty, "{tool}");
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_said_once_and_stops_nobody() {
    let mut desk = full_desk((80, 24)).await;
    for said in [true, false] {
        desk.model.notice = None;
        let at = desk.now();
        let answer = Err("the disk is full".to_owned());
        desk.tell(Msg::Remembered { answer, at });
        assert_eq!(
            desk.text().contains("for next time: the disk is full."),
            said,
            "{}",
            desk.text()
        );
    }
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    assert!(desk.text().contains("y approve"), "{}", desk.text());
}
