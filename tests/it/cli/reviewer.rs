//! Every verb of a reviewer, from the command line.

use std::fs;

use insta::assert_snapshot;

use super::place::{Place, seen};

const REFUND: &str = r#"{"action":{"tool":"issue_refund","arguments":{"amount":60,"to":"DE89"}}}"#;

/// A gate with an agent, two reviewers and a senior.
struct Desk {
    place: Place,
    agent: String,
    ana: String,
    sam: String,
}

fn desk() -> Desk {
    let mut place = Place::new();
    place.serve();
    Desk {
        agent: place.add(&["agent", "add", "support-3"]),
        ana: place.add(&["reviewer", "add", "ana", "--role", "reviewer"]),
        sam: place.add(&["reviewer", "add", "sam", "--role", "senior"]),
        place,
    }
}

impl Desk {
    fn propose(&self, text: &str) -> (String, String) {
        let proposal = self.place.proposal(text);
        let envelope = self.place.json(&["--token-file", &self.agent, "submit", &proposal]);
        let text = |key: &str| envelope[key].as_str().unwrap().to_owned();
        (text("id"), text("payload_sha256"))
    }

    fn seen(&self, who: &str, arguments: &[&str]) -> String {
        let arguments = [&["--token-file", who], arguments].concat();
        seen(&self.place.run(&arguments), self.place.folder.path())
    }

    fn digest(&self, id: &str) -> String {
        let now = self.place.json(&["show", id]);
        format!("{}@{}", &now["payload_sha256"].as_str().unwrap()[..12], now["revision"])
    }
}

#[test]
fn show_names_what_the_user_never_asked_for_by_its_kind() {
    let desk = desk();
    let (id, _) = desk.propose(
        r#"{"action":{"tool":"issue_refund","arguments":{"amount":6000,"note":"as eve\u202e@evil.example said"}},
            "request":"Refund $60.","evidence":[{"kind":"document","title":"bill.pdf","excerpt":"Total $6,000.00"}]}"#,
    );
    let shown = desk.seen(&desk.ana, &["show", &id]);
    let told = "! not in what the user asked: amount 6000 (/amount, first in bill.pdf), email eve⟨U+202E⟩@evil.example (/note)\n";
    assert!(shown.contains(told), "{shown}");
}

#[test]
fn an_edit_is_tried_sent_and_shown_to_the_next_approver() {
    let desk = desk();
    let (id, digest) = desk.propose(REFUND);
    let file = desk.place.path("arguments.json");
    let path = file.to_string_lossy().into_owned();
    fs::write(&file, "{\"amount\": 60,\n \"to\": }").unwrap();
    assert_snapshot!(desk.seen(&desk.ana, &["edit", &id, "--digest", &digest, "--arguments", &path]));
    fs::write(&file, "{\"amount\": 70, \"to\": \"DE89\"}\n").unwrap();
    assert_snapshot!(desk.seen(
        &desk.ana,
        &["edit", &id, "--digest", &digest, "--arguments", &path, "--dry-run"]
    ));
    assert_snapshot!(desk.seen(&desk.ana, &["edit", &id, "--digest", "00000000", "--arguments", &path]));
    assert_snapshot!(desk.seen(&desk.ana, &["edit", &id, "--digest", &digest, "--arguments", &path]));
    assert_snapshot!(desk.seen(&desk.sam, &["show", &id]));
    let approve = desk.seen(&desk.sam, &["approve", &id, "--digest", &desk.digest(&id)]);
    assert!(approve.contains("it is approved now"), "{approve}");
    assert_eq!(
        desk.seen(&desk.agent, &["redeem", &id]),
        "{\"amount\": 70, \"to\": \"DE89\"}\nexit 0"
    );
}

#[test]
fn an_envelope_is_claimed_asked_about_extended_and_handed_over() {
    let desk = desk();
    let (id, _) = desk.propose(REFUND);
    assert_snapshot!(desk.seen(&desk.ana, &["claim", &id]));
    assert_snapshot!(desk.seen(&desk.ana, &["ask", &id, "Which receipt?"]));
    desk.seen(&desk.agent, &["answer", &id, "Receipt 881, paid twice."]);
    assert_snapshot!(desk.seen(&desk.ana, &["extend", &id, "--by", "30m", "--reason", "bank is closed"]));
    assert_snapshot!(desk.seen(&desk.ana, &["escalate", &id, "--to", "sam", "--reason", "not sure"]));
    assert_snapshot!(desk.seen(&desk.sam, &["show", &id]));
}

#[test]
fn an_unknown_action_is_classified() {
    let desk = desk();
    let (id, digest) = desk.propose(r#"{"action":{"tool":"frobnicate_x","arguments":{"a":1}}}"#);
    let classify =
        |class: &str, last: &str| desk.seen(&desk.ana, &["classify", &id, "--as", class, "--digest", &digest, last]);
    assert_snapshot!(classify("money", "--dry-run"));
    assert_snapshot!(desk.seen(&desk.ana, &["classify", &id, "--as", "nothing", "--digest", &digest]));
    assert_snapshot!(desk.seen(
        &desk.ana,
        &[
            "classify", &id, "--as", "change", "--digest", &digest, "--reason", "a note"
        ]
    ));
}

#[test]
fn what_ran_is_listed_reviewed_and_taken_back() {
    let desk = desk();
    let (id, _) = desk.propose(r#"{"action":{"tool":"issue_refund","arguments":{"amount":5}}}"#);
    desk.seen(&desk.agent, &["redeem", &id]);
    desk.seen(&desk.agent, &["outcome", &id, "--status", "succeeded"]);
    assert_snapshot!(desk.seen(&desk.ana, &["list", "--after"]));
    assert_snapshot!(desk.seen(&desk.ana, &["review", &id, "--flag", "not this customer"]));
    assert_snapshot!(desk.seen(&desk.ana, &["undo", &id, "--reason", "wrong customer"]));
    assert_snapshot!(desk.seen(&desk.ana, &["show", &id]));
    let code = |arguments: &[&str]| desk.place.run(arguments).status.code();
    assert_eq!(code(&["review", &id]), Some(2), "neither fine nor flagged");
}

#[test]
fn what_there_ever_was_is_found_and_told_entry_by_entry() {
    let desk = desk();
    let (id, digest) = desk.propose(REFUND);
    desk.seen(
        &desk.ana,
        &["reject", &id, "--digest", &digest, "--reason", "wrong account"],
    );
    desk.propose(r#"{"action":{"tool":"issue_refund","arguments":{"amount":5}}}"#);
    assert_snapshot!(desk.seen(&desk.ana, &["list", "--find", "stage:rejected DE89"]));
    assert_eq!(desk.seen(&desk.ana, &["list", "--find", ""]).lines().count(), 3);
    assert_snapshot!(desk.seen(&desk.ana, &["list", "--find", "by:nobody"]));
    assert_snapshot!(desk.seen(&desk.ana, &["show", &id, "--timeline"]));
}

#[test]
fn what_readers_would_read_differently_is_named_by_line_and_column_of_the_file() {
    let desk = desk();
    let (id, digest) = desk.propose(REFUND);
    let file = desk.place.path("edited.json").to_string_lossy().into_owned();
    fs::write(&file, "{\n  \"amount\": 1,\n  \"amount\": 2\n}\n").unwrap();
    let edit = [
        "edit",
        &id,
        "--digest",
        &digest,
        "--arguments",
        &file,
        "--reason",
        "less",
    ];
    assert_snapshot!(desk.seen(&desk.ana, &edit));
    let proposal =
        "{\"action\": {\n  \"tool\": \"issue_refund\",\n  \"arguments\": {\"amount\": 9007199254740993}\n}}\n";
    let proposal = desk.place.proposal(proposal);
    assert_snapshot!(desk.seen(&desk.agent, &["submit", &proposal]));
}

#[test]
fn the_queue_is_narrowed_by_the_same_words_as_in_the_console() {
    let desk = desk();
    desk.propose(REFUND);
    let fit = |search: &str| desk.seen(&desk.ana, &["list", search]).lines().count() - 1;
    assert_eq!(fit("tool:issue_* age<1h -agent:ops-*"), 1);
    assert_eq!(fit("isrf"), 1);
    assert_eq!(fit("age>1h"), 0);
    assert_snapshot!(desk.seen(&desk.ana, &["list", "stage:gone"]));
}

#[test]
fn several_alike_are_approved_at_once() {
    let mut place = Place::new();
    let policy = place.path("policy.toml");
    let text = "schema = 1\n[[class]]\nid = \"tag\"\nmatch.tool = \"tag_ticket\"\nimpact = \"low\"\nreversibility = \"high\"\nlane = \"in-the-loop\"\nbatch = true\n";
    fs::write(&policy, text).unwrap();
    place.serve_with(&["--listen", "127.0.0.1:0", "--policy", &policy.to_string_lossy()]);
    let desk = Desk {
        agent: place.add(&["agent", "add", "support-3"]),
        ana: place.add(&["reviewer", "add", "ana", "--role", "operator"]),
        sam: String::new(),
        place,
    };
    let items: Vec<String> = (0..3)
        .map(|n| {
            let body = format!(r#"{{"action":{{"tool":"tag_ticket","arguments":{{"ticket":"T-{n}"}}}}}}"#);
            let (id, digest) = desk.propose(&body);
            format!("{id}@{digest}")
        })
        .collect();
    assert_snapshot!(desk.seen(&desk.ana, &["batch", &items[0], &items[1]]));
    assert_snapshot!(desk.seen(&desk.ana, &["batch", &items[1], &items[2]]));
    assert_snapshot!(desk.seen(&desk.ana, &["batch", "nonsense"]));
    // What was said in one batch carries its name, in text and as JSON.
    let (id, digest) = desk.propose(r#"{"action":{"tool":"tag_ticket","arguments":{"ticket":"T-9"}}}"#);
    let receipt = desk
        .place
        .json(&["--token-file", &desk.ana, "batch", &format!("{id}@{digest}")]);
    let batch = receipt["batch"].as_str().unwrap();
    let timeline = desk.place.run(&["show", &id, "--timeline"]).stdout;
    let timeline = String::from_utf8(timeline).unwrap();
    assert!(
        timeline.contains(&format!("approved, vote 1 of 1, batch {batch}")),
        "{timeline}"
    );
    let last = desk.place.run(&["show", &id, "--timeline", "--json"]).stdout;
    let last: serde_json::Value =
        serde_json::from_slice(last.trim_ascii().rsplit(|b| *b == b'\n').next().unwrap()).unwrap();
    assert_eq!(last["batch"], batch);
}

#[test]
fn everything_is_stopped_by_anybody_and_resumed_by_a_senior() {
    let desk = desk();
    assert_snapshot!(desk.seen(
        &desk.ana,
        &["stop", "--everything", "--deny", "--reason", "it runs wild"]
    ));
    let proposal = desk.place.proposal(r#"{"action":{"tool":"get_order","arguments":{}}}"#);
    let denied = desk.place.json(&["--token-file", &desk.agent, "submit", &proposal]);
    assert_eq!(denied["stage"], "denied");
    let id = desk.place.json(&["stop", "--list"])["id"].as_str().unwrap().to_owned();
    let resume = ["resume", &id, "--reason", "mended"];
    assert_snapshot!(desk.seen(&desk.ana, &resume));
    assert_snapshot!(desk.seen(&desk.sam, &resume));
    assert_snapshot!(desk.seen(&desk.ana, &["stop", "--list"]));
    let code = |arguments: &[&str]| desk.place.run(arguments).status.code();
    assert_eq!(code(&["stop", "--reason", "x"]), Some(2), "it does not say what");
    assert_eq!(code(&["stop", "--everything"]), Some(2), "it does not say why");
    assert_eq!(
        code(&["resume", &id, "--reason", "x"]),
        Some(2),
        "no person's credential"
    );
}
