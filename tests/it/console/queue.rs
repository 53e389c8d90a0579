use crossterm::event::KeyCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::console::Msg;
use signoff::console::model::Grouping;
use signoff::domain::Role;

use crate::it::console::desk::{Desk, full_desk};

#[tokio::test]
async fn the_weightiest_is_first_and_then_the_one_with_least_time() {
    let desk = full_desk((80, 24)).await;
    let tools: Vec<&str> = desk.model.rows.window(0, 7).map(|row| row.tool.as_str()).collect();
    assert_eq!(
        tools,
        [
            "issue_refund",
            "run_migration",
            "update_dns_record",
            "send_email",
            "frobnicate_x",
            "edit_file",
            "merge_pull_request"
        ]
        .into_iter()
        .filter(|tool| tools.contains(tool))
        .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn the_cursor_follows_the_envelope_and_stays_in_the_window() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("G").await;
    let last = desk.model.focus;
    for n in 0..20 {
        desk.gate.propose("issue_refund", json!({"amount": 100 + n})).await;
    }
    desk.news().await;
    assert_eq!(desk.model.focus, last);
    assert!(
        desk.text().lines().skip(1).take(6).any(|line| line.starts_with('>')),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn moving_past_either_end_stays_there() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("kk").await;
    assert_eq!(desk.model.rows.place(desk.model.focus.unwrap()), Some(0));
    desk.keys("Gjj").await;
    assert_eq!(
        desk.model.rows.place(desk.model.focus.unwrap()),
        Some(desk.model.rows.len() - 1)
    );
}

#[tokio::test]
async fn a_vote_by_somebody_else_is_shown_on_the_envelope_that_is_open() {
    let mut desk = full_desk((80, 24)).await;
    let row = desk.model.rows.get(desk.model.focus.unwrap()).unwrap();
    let envelope = json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision });
    desk.gate.approve("sue", &envelope).await;
    desk.news().await;
    assert!(desk.text().contains("1 of 2: sue approved"), "{}", desk.text());
}

#[tokio::test]
async fn a_settled_row_leaves_and_a_notice_says_what_became_of_it() {
    let mut desk = full_desk((80, 24)).await;
    let envelope = json!({ "id": desk.model.focus.unwrap().to_string() });
    let before = desk.model.rows.len();
    desk.gate.reject("ana", &envelope, "no").await;
    desk.news().await;
    assert_eq!(desk.model.rows.len(), before - 1);
    assert!(
        desk.text().contains("payment.refund is rejected now, by ana at"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_filter_shows_only_what_fits_and_says_so() {
    let mut desk = full_desk((80, 24)).await;
    let all = desk.model.rows.len();
    desk.keys("/Issue_refund\n").await;
    let shown: Vec<&str> = desk.model.rows.shown().map(|row| row.tool.as_str()).collect();
    assert!(
        !shown.is_empty() && shown.iter().all(|tool| *tool == "issue_refund"),
        "{shown:?}"
    );
    assert!(
        desk.text()
            .contains(&format!("{} of {all}, /Issue_refund", shown.len())),
        "{}",
        desk.text()
    );
    assert_eq!(desk.model.rows.len(), all, "nothing is forgotten");
    desk.keys("\u{1b}").await;
    assert!(desk.text().contains(&format!(" {all} waiting")), "{}", desk.text());
}

#[tokio::test]
async fn a_filter_is_followed_while_it_is_written_and_half_a_word_of_it_changes_nothing() {
    let mut desk = full_desk((80, 24)).await;
    let all = desk.model.rows.count_shown();
    let tools = |desk: &Desk| -> Vec<String> { desk.model.rows.shown().map(|row| row.tool.clone()).collect() };
    desk.keys("/-class:tic -severity:low").await;
    assert_eq!(
        tools(&desk),
        [
            "issue_refund",
            "run_migration",
            "update_dns_record",
            "send_email",
            "frobnicate_x"
        ]
    );
    desk.keys(" amount>").await;
    assert_eq!(tools(&desk).len(), 5, "nothing to compare with yet");
    desk.keys("\n").await;
    assert!(desk.text().contains("`` is no amount"), "{}", desk.text());
    desk.keys("5,000\n").await;
    assert_eq!(tools(&desk), ["issue_refund"]);
    desk.keys("/x").await;
    desk.keys("\u{1b}").await;
    assert_eq!(tools(&desk), ["issue_refund"], "Esc goes back to what was shown before");
    desk.keys("\u{1b}").await;
    assert_eq!(desk.model.rows.count_shown(), all);
    for (search, tool) in [
        ("pyrf", "issue_refund"),
        ("agent:supp* left<25m -amount>1", "run_migration"),
        ("since:2026-11-21 amount:5,000..9,000", "issue_refund"),
        ("-until:2026-11-21 amount:5,000..9,000", "issue_refund"),
    ] {
        desk.keys(&format!("/{search}\n")).await;
        assert_eq!(tools(&desk), [tool], "{search}");
        desk.keys("\u{1b}").await;
    }
}

#[tokio::test]
async fn what_fits_by_its_age_comes_and_goes_with_time() {
    let mut desk = full_desk((80, 24)).await;
    let first = desk.model.rows.window(0, 1).next().unwrap().id;
    desk.keys("/left<12m\n").await;
    assert_eq!(desk.model.rows.count_shown(), 0);
    desk.gate.world.pass(SignedDuration::from_mins(6));
    let at = desk.now();
    for second in 0..6 {
        desk.tell(Msg::Tick {
            at: at + SignedDuration::from_secs(second),
        });
    }
    assert_eq!(desk.model.rows.window(0, 1).next().map(|row| row.id), Some(first));
}

#[tokio::test]
async fn what_comes_later_is_shown_only_where_it_fits() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("/class:payment.refund\n").await;
    let shown = desk.model.rows.count_shown();
    desk.gate.propose("issue_refund", json!({"amount": 100})).await;
    desk.gate.propose("frobnicate_y", json!({})).await;
    desk.news().await;
    assert_eq!(desk.model.rows.count_shown(), shown + 1);
}

#[tokio::test]
async fn letters_of_a_filter_decide_nothing_and_the_first_key_after_it_neither() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("G/aqyry").await;
    assert!(desk.decisions().is_empty() && !desk.model.ending);
    desk.keys("\u{1b}").await;
    assert!(desk.model.rows.filter().is_none(), "Esc leaves it as it was");
    desk.keys("/tick\n").await;
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty(), "another envelope came under the cursor");
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_filter_that_nothing_fits_says_how_to_leave_it() {
    let mut desk = full_desk((60, 20)).await;
    desk.keys("/severity:low nowhere\n").await;
    assert!(desk.text().contains("Nothing fits;"), "{}", desk.text());
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    desk.keys("\u{1b}").await;
    assert!(desk.model.rows.filter().is_none());
}

#[tokio::test]
async fn in_a_narrow_terminal_esc_leaves_the_envelope_first_and_then_the_filter() {
    let mut desk = full_desk((60, 20)).await;
    desk.keys("/refund\n\t").await;
    desk.keys("\u{1b}").await;
    assert!(desk.model.rows.filter().is_some());
    desk.keys("\u{1b}").await;
    assert!(desk.model.rows.filter().is_none());
}

#[tokio::test]
async fn grouped_rows_stand_together_below_the_name_of_their_group() {
    let mut desk = full_desk((80, 24)).await;
    let focus = desk.model.focus;
    desk.keys("z").await;
    assert_eq!(desk.model.focus, focus, "the cursor stays on its envelope");
    assert_snapshot!("grouped", desk.screen());
    desk.keys("zz").await;
    let runs: Vec<_> = desk.model.rows.shown().map(|row| row.run.clone()).collect();
    let mut seen = runs.clone();
    seen.dedup();
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(seen.len(), once.len(), "each run stands in one place: {runs:?}");
    desk.keys("z").await;
    assert_eq!(desk.model.rows.grouping(), Grouping::None);
}

#[tokio::test]
async fn what_is_pinned_stays_at_the_top_and_what_arrives_stands_below_it() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("send_email").await;
    let pinned = desk.model.focus;
    desk.keys("pg").await;
    assert_eq!(desk.model.focus, pinned);
    desk.gate.propose("issue_refund", json!({"amount": 9000})).await;
    desk.news().await;
    assert_eq!(desk.model.rows.at(0).map(|row| row.id), pinned);
    desk.keys("j").await;
    assert!(desk.text().contains("^  !"), "{}", desk.text());
    desk.keys("gp").await;
    assert_ne!(desk.model.rows.at(0).map(|row| row.id), pinned);
}

#[tokio::test]
async fn a_reviewer_can_look_at_what_is_hers_or_her_roles_alone() {
    let mut desk = full_desk((80, 24)).await;
    let all = desk.model.rows.len();
    desk.keys("vv").await;
    assert!(desk.text().contains("Nothing fits;"), "{}", desk.text());
    desk.keys("\u{1b}").await;
    assert_eq!(desk.model.rows.count_shown(), all, "Esc shows all again");
    desk.go_to("send_email").await;
    desk.keys("c").await;
    desk.news().await;
    desk.keys("vv").await;
    let mine: Vec<_> = desk.model.rows.shown().map(|row| row.tool.as_str()).collect();
    assert_eq!(mine, ["send_email"]);
    assert!(desk.text().contains(&format!("1 of {all}, mine")), "{}", desk.text());
    let mut reviewer = desk_of("ana", Role::Reviewer).await;
    reviewer.gate.propose("issue_refund", json!({"amount": 9000})).await;
    reviewer.gate.propose("send_email", json!({"to": "a@b.example"})).await;
    reviewer.news().await;
    reviewer.keys("v").await;
    let roles: Vec<_> = reviewer.model.rows.shown().map(|row| row.role).collect();
    assert_eq!(roles, [Role::Reviewer]);
}

async fn desk_of(name: &str, role: Role) -> Desk {
    crate::it::console::desk::desk(name, role, (80, 24)).await
}

/// Characters that take two columns are counted as two: what is cut is cut between them, and numbers stand
/// below numbers.
#[tokio::test]
async fn rows_with_wide_names_stay_in_their_columns() {
    for size in [(60, 20), (80, 24), (120, 40)] {
        let mut desk = full_desk(size).await;
        for (tool, record) in [
            (
                "update_請求書",
                "請求書/四月分の控え/東京本社経理部の長い名前の記録/第二版",
            ),
            ("update_x", "주문/１２３"),
            ("update_y", "a請b"),
        ] {
            let target = json!({ "system": "台帳", "record": record });
            let action = json!({ "tool": tool, "arguments": { "名前": "山田太郎" }, "target": target });
            let body = json!({ "action": action, "rationale": "顧客の依頼です。" });
            let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
            assert_eq!(created.status, 201, "{}", created.body);
        }
        desk.news().await;
        desk.keys("/update_\n").await;
        let text = desk.text();
        let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
        let rows: Vec<&str> = text.lines().skip(1).take(desk.model.rows.count_shown()).collect();
        assert!(rows.len() >= 4 && rows.iter().any(|row| row.contains('請')), "{text}");
        for row in rows {
            assert_eq!(width(row), usize::from(size.0), "{row:?} in\n{text}");
        }
        for line in text.lines() {
            assert!(width(line) <= usize::from(size.0), "{line:?}");
        }
    }
}

#[tokio::test]
async fn while_a_filter_is_written_the_counts_stay_and_the_keys_that_end_it_are_named() {
    let mut desk = full_desk((60, 20)).await;
    desk.keys("/class:ticket.tag").await;
    let text = desk.text();
    let (header, footer) = (text.lines().next().unwrap(), text.lines().last().unwrap());
    assert!(header.contains(&format!(" of {}", desk.model.rows.len())), "{text}");
    assert!(footer.starts_with(" show only: class:ticket.tag"), "{text}");
    assert!(footer.ends_with("Enter keeps  Esc shows all"), "{text}");
    desk.keys("\n/x").await;
    assert!(desk.text().ends_with("Esc as it was"), "{}", desk.text());
    desk.keys(&"y".repeat(60)).await;
    assert!(
        desk.text().ends_with("yyy"),
        "what is written comes first: {}",
        desk.text()
    );
}

#[tokio::test]
async fn no_column_is_kept_for_a_mark_that_no_row_has() {
    let mut desk = full_desk((60, 20)).await;
    let first = |desk: &Desk| desk.text().lines().nth(1).unwrap().to_owned();
    assert!(first(&desk).contains(" support-3 "), "{}", desk.text());
    assert!(!desk.text().contains("late"), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_mins(18));
    desk.look();
    assert!(first(&desk).contains("late "), "{}", desk.text());
    let ends = |desk: &Desk| {
        desk.text()
            .lines()
            .skip(1)
            .take(10)
            .map(|row| row.chars().count())
            .max()
    };
    assert_eq!(ends(&desk), Some(60), "numbers stand below numbers");
    let desk = full_desk((200, 60)).await;
    assert!(first(&desk).contains("6,000.00 USD"), "{}", desk.text());
}

#[tokio::test]
async fn a_list_that_ends_early_says_so_and_the_cursor_is_never_under_that_row() {
    let mut desk = full_desk((60, 20)).await;
    let count = desk.model.rows.len();
    let last = |desk: &Desk| desk.text().lines().nth(18).unwrap().trim().to_owned();
    assert_eq!(last(&desk), format!("… {} more", count - 17));
    for place in 0..count {
        let text = desk.text();
        let under = text.lines().filter(|line| line.starts_with('>')).count();
        assert_eq!(under, 1, "row {place}: {text}");
        desk.keys("j").await;
    }
    assert!(!last(&desk).contains("more"), "{}", desk.text());
    desk.keys("g").await;
    assert!(last(&desk).contains("more"), "{}", desk.text());
    desk.keys("3").await;
    desk.ask_gate().await;
    assert!(desk.text().contains(" more"), "the audit too: {}", desk.text());
}
