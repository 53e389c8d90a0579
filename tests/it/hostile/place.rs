//! Nothing of an agent's stands where something of ours stands: fakes of this very screen stay in their place.

use serde_json::json;
use signoff::domain::Role;

use super::{corpus, look_at, proposal};
use crate::it::console::desk::desk;

/// The labels of the sheet.
const LABELS: [&str; 14] = [
    "does", "amount", "asks", "matrix", "past", "payload", "changes", "hidden", "new", "undo", "proof", "tool",
    "server", "target",
];

/// Fakes on one line, from every third place on that a window's edge may cut one at.
fn fakes(widest: usize) -> Vec<String> {
    let is_fake = |name: &str| name.starts_with("a fake");
    let lines = corpus().into_iter().filter(|text| is_fake(&text.name));
    let lines = lines.flat_map(|text| text.text.lines().map(str::trim).map(str::to_owned).collect::<Vec<_>>());
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    (0..widest)
        .step_by(3)
        .map(|n| format!("{} {}", "x".repeat(n + 1), lines[n % lines.len()]))
        .collect()
}

/// Whether a row of the sheet begins as ours do: a label that was not there yet, or what goes on.
fn is_in_place<'a>(row: &'a str, seen: &mut Vec<&'a str>) -> bool {
    let row = row.strip_prefix(' ').unwrap_or(row);
    let (label, rest) = row.split_at_checked(9).unwrap_or((row, ""));
    if let Some(known) = LABELS.iter().find(|known| label.trim_end() == **known) {
        let again = seen.contains(known);
        seen.push(known);
        return !again;
    }
    // What goes on of a label, what an agent says, a field of the payload or its end.
    let goes_on = label.trim().is_empty() || row.starts_with("| ");
    let field = ["  /", "! /", "  \"", "  …"].iter().any(|start| row.starts_with(start));
    goes_on || field || (label.trim() == "where" && rest.ends_with("agent says")) || row.starts_with("… ")
}

#[tokio::test]
async fn on_the_sheet_every_row_begins_with_what_is_ours() {
    let mut desk = desk("sam", Role::Senior, (80, 90)).await;
    for (n, fake) in fakes(90).iter().enumerate() {
        look_at(&mut desk, proposal(n, fake)).await;
        let text = desk.text();
        let mut seen = Vec::new();
        let sheet = text.lines().skip(14).take(75).filter(|row| !row.trim().is_empty());
        for row in sheet {
            assert!(is_in_place(row, &mut seen), "{row}\nfaked by {fake} on\n{text}");
        }
        assert!(seen.len() > 6, "{text}");
    }
}

#[tokio::test]
async fn in_the_payload_every_row_begins_with_what_is_ours() {
    let mut desk = desk("sam", Role::Senior, (118, 90)).await;
    for (n, fake) in fakes(120).iter().enumerate() {
        look_at(&mut desk, proposal(n, fake)).await;
        desk.keys("d").await;
        let ours = [
            "/",
            "> ",
            "  - ",
            "  + ",
            "  > ",
            "    ! ",
            "    > ",
            "    (",
            "3 fields change",
        ];
        let pages = [
            (&ours[..], desk.text()),
            (&["+ ", "- ", "  ", "> "][..], {
                desk.keys("t").await;
                desk.text()
            }),
        ];
        for (ours, text) in pages {
            for row in text.lines().skip(2).take(87).filter(|row| !row.trim().is_empty()) {
                let row = row.strip_prefix(' ').unwrap_or(row);
                let known = ours.iter().any(|start| row.starts_with(start.trim_end()));
                assert!(known, "{row}\nfaked by {fake} on\n{text}");
            }
        }
        desk.keys("q").await;
    }
}

/// On the largest screen evidence and the run have panes of their own.
#[tokio::test]
async fn beside_the_sheet_every_row_begins_with_what_is_ours() {
    let mut desk = desk("sam", Role::Senior, (200, 60)).await;
    for (n, fake) in fakes(60).iter().enumerate() {
        let evidence = json!({"title": fake, "kind": "log", "ref": fake, "excerpt": fake});
        let body = json!({
            "run_id": format!("run {n}"), "evidence": [evidence, evidence], "action": {"tool": fake, "arguments": {"n": n}},
        });
        look_at(&mut desk, body).await;
        desk.ask_gate().await;
        let text = desk.text();
        let beside: Vec<String> = text.lines().map(|row| row.chars().skip(157).collect()).collect();
        let at = |name: &str| beside.iter().position(|row| row.starts_with(name));
        let (evidence, trail) = (at("- evidence, as").unwrap(), at("- run run").unwrap());
        let ours = ["1. ", "2. ", "> ", "| ", "no file named", "… "];
        for row in beside[evidence + 1..trail].iter().filter(|row| !row.is_empty()) {
            assert!(
                ours.iter().any(|start| row.starts_with(start.trim_end())),
                "{row}\nfaked by {fake} on\n{text}"
            );
        }
        let step = beside[trail + 1..59].iter().filter(|row| !row.trim().is_empty());
        assert!(step.clone().all(|row| row.starts_with("> 04:")), "{text}");
        assert_eq!(step.count(), 1, "{text}");
    }
}

/// The names of a severe action, in all that asks before it is decided on.
#[tokio::test]
async fn in_a_box_no_name_begins_a_row_or_looks_like_its_title() {
    let mut desk = desk("sam", Role::Senior, (80, 40)).await;
    for (n, fake) in fakes(80).iter().enumerate() {
        let body = json!({"run_id": fake, "request": "pay", "action": {
            "tool": "issue_refund", "arguments": {"amount": "6000.00", "n": n},
            "target": {"system": "billing", "record": fake},
        }});
        let stop = json!({"scope": "run", "name": fake, "effect": "hold", "reason": "odd"});
        desk.gate.post("sue", "/v1/stops", stop).await;
        look_at(&mut desk, body).await;
        for (key, ours) in [
            (
                "a",
                &[
                    "It runs",
                    "! /amount",
                    "It goes 3 s",
                    "! sue stopped run",
                    "You are vote",
                    "Whether it can",
                    "Type the amount",
                    "The last character",
                ][..],
            ),
            (
                "r",
                &[
                    "The agent reads your reason",
                    "1 ",
                    "2 ",
                    "3 ",
                    "4 ",
                    "5 ",
                    "e change one first",
                    "Esc back",
                ][..],
            ),
            ("x", &["Who gets it?", "1 ", "2 ", "3 ", "4 ", "5 ", "1-9 choose"]),
            ("i", &["Question:", "Write it first"]),
        ] {
            if key == "a" {
                // Names that did not fit are below: all of it has to be seen before.
                desk.press(crossterm::event::KeyCode::PageDown);
            }
            desk.keys(key).await;
            let text = desk.text();
            let rows: Vec<&str> = text.lines().collect();
            let title = rows.iter().rposition(|row| row.starts_with("-- ")).unwrap();
            assert!(rows[title].matches(" --").count() <= 2, "{fake}: {}", rows[title]);
            let digest = rows[title].rfind("digest").unwrap();
            assert!(
                rows[title][..digest].matches("- digest").count() == 0,
                "{}",
                rows[title]
            );
            for row in &rows[title + 1..rows.len() - 1] {
                let at_ours = row.strip_prefix("   ").filter(|rest| !rest.starts_with(' '));
                let known = at_ours.is_none_or(|rest| ours.iter().any(|start| rest.starts_with(start)));
                let further = row.starts_with("     ") || row.starts_with(" > ") || row.is_empty();
                assert!(
                    known && (at_ours.is_some() || further),
                    "{key}: {row}\nfaked by {fake} on\n{text}"
                );
            }
            desk.keys("\u{1b}").await;
        }
    }
}

/// What is said at the bottom names what it is about.
#[tokio::test]
async fn in_the_footer_no_name_begins_a_row() {
    let mut desk = desk("sam", Role::Senior, (80, 40)).await;
    for (n, fake) in fakes(60).iter().enumerate() {
        let body = json!({"action": {
            "tool": "issue_refund", "arguments": {"amount": "6000.00", "n": n},
            "target": {"system": "billing", "record": format!("{fake} {fake}")},
        }});
        look_at(&mut desk, body).await;
        desk.press(crossterm::event::KeyCode::PageDown);
        desk.read_it();
        desk.keys("a6000.00").await;
        let held = desk.text();
        desk.keys("u").await;
        let taken = desk.text();
        let unwrapped = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped(&held).ends_with("in 3 s: u takes it back."), "{held}");
        assert!(
            unwrapped(&taken).ends_with("waits as before, nothing was sent."),
            "{taken}"
        );
        for (text, ours) in [(held, "Approving payment.refund"), (taken, "Taken back: ")] {
            let rows: Vec<&str> = text.lines().collect();
            let first = rows
                .iter()
                .rposition(|row| row.starts_with(&format!(" {ours}")))
                .unwrap();
            for row in &rows[first + 1..] {
                assert!(row.starts_with("   "), "{row}\nfaked by {fake} on\n{text}");
            }
        }
    }
}

/// Alike in all but what they say: what is common, the table, and the one that is shown whole.
#[tokio::test]
async fn on_the_sheet_of_a_batch_every_row_begins_with_what_is_ours() {
    for fake in fakes(75).iter().skip(1).step_by(2) {
        let mut desk = desk("olga", Role::Operator, (80, 40)).await;
        for n in 0..3 {
            let ticket = format!("T-{n} {fake}");
            let arguments = json!({"tag": fake, "note   /tag urgent": 1, "note": format!("{n} {fake}")});
            let body = json!({"action": {
                "tool": "tag_ticket", "arguments": arguments, "target": {"system": "helpdesk", "record": ticket},
            }});
            desk.gate.post("support-3", "/v1/envelopes", body).await;
        }
        // One that is decided by itself, and says so in its name.
        let apart = json!({"action": {"tool": "tag_ticket", "arguments": {"tag": "a\u{202e}b"}, "target": {"system": "helpdesk", "record": fake}}});
        desk.gate.post("support-3", "/v1/envelopes", apart).await;
        desk.news().await;
        desk.keys("gb").await;
        if desk.model.modal.is_none() {
            desk.keys("jb").await;
        }
        let text = desk.text();
        assert!(text.contains("[x]"), "{text}");
        assert!(
            text.contains("/note␣␣ ~1tag urgent 1"),
            "a key parts nothing either: {text}"
        );
        let ours = [
            "-- 3 alike",
            " all     ",
            "         ",
            " varies  ",
            " > [x]",
            "   [x]",
            " whole   ",
            " not here: ",
            " > ",
            "   y approve",
        ];
        for row in text.lines().skip(1).take(38).filter(|row| !row.trim().is_empty()) {
            assert!(
                ours.iter().any(|start| row.starts_with(start.trim_end())),
                "{row}\nfaked by {fake} on\n{text}"
            );
        }
        // What goes on below a label is a field, what the gate knows, or hangs.
        let fields = [
            "/",
            "record ",
            "> ",
            "asks 1 reviewer",
            "environment not said",
            "tool tag_ticket",
            "undo not said",
            "first deadline 0",
        ];
        for row in text.lines().filter_map(|row| row.strip_prefix("         ")) {
            let known = fields.iter().any(|start| row.starts_with(start));
            assert!(known, "{row}\nfaked by {fake} on\n{text}");
        }
        for label in [" all     ", " varies  ", " whole   ", " not here: "] {
            let times = text.lines().filter(|row| row.starts_with(label)).count();
            assert!(times <= 1, "{label} {times} times, faked by {fake} on\n{text}");
        }
    }
}
