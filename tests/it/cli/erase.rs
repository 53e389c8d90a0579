//! Erasing, holding and pruning as an admin types them.

use std::fs;

use insta::assert_snapshot;

use super::place::{Place, seen};

#[test]
fn an_admin_looks_for_somebody_holds_releases_and_erases() {
    let place = Place::new();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "senior"]);
    let proposal = place
        .proposal(r#"{"action":{"tool":"issue_refund","arguments":{"amount":60}},"rationale":"for zoe@example.com"}"#);
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = envelope["id"].as_str().unwrap();
    let seen = |arguments: &[&str]| seen(&place.run(arguments), place.folder.path());
    let why = ["--reason", "asked for it", "--basis", "GDPR Art. 17"];
    let erase = [&["ledger", "erase", id], &why[..]].concat();
    assert_snapshot!("open", seen(&erase));
    place.json(&["--token-file", &ana, "reject", id, "--reason", "no"]);
    assert_snapshot!("as_a_reviewer", seen(&[&["--token-file", &ana], &erase[..]].concat()));
    assert_snapshot!("subject", seen(&["ledger", "erase", "--subject", "zoe@example.com"]));
    let hold = place.json(&["ledger", "hold", id, "--reason", "a suit"]);
    let hold = hold["id"].as_str().unwrap();
    assert_snapshot!("held", seen(&erase));
    assert_snapshot!("released", seen(&["ledger", "release", hold, "--reason", "it is over"]));
    let subject = [&["ledger", "erase", "--subject", "zoe@example.com", "--yes"], &why[..]].concat();
    assert_snapshot!("erased", seen(&subject));
    assert_snapshot!("shown", seen(&["show", id]));
    assert_snapshot!("timeline", seen(&["show", id, "--timeline"]));
    assert_snapshot!("prune", seen(&["ledger", "prune"]));
    assert_snapshot!("holds", seen(&["ledger", "hold", "--list"]));
    assert_snapshot!("verifies", seen(&["ledger", "verify"]));
    for file in fs::read_dir(place.data()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(15).any(|window| window == b"zoe@example.com"));
    }
}

#[test]
fn what_cannot_be_erased_keeps_nothing_else_from_it() {
    let place = Place::new();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "senior"]);
    let propose = |amount: u32| {
        let text = format!(
            r#"{{"action":{{"tool":"issue_refund","arguments":{{"amount":{amount}}}}},"rationale":"for zoe@example.com"}}"#
        );
        place.json(&["--token-file", &agent, "submit", &place.proposal(&text)])["id"].clone()
    };
    let ids = [60, 61, 62].map(propose);
    for id in [&ids[0], &ids[2]] {
        place.json(&["--token-file", &ana, "reject", id.as_str().unwrap(), "--reason", "no"]);
    }
    let all = [
        "ledger",
        "erase",
        "--subject",
        "zoe@example.com",
        "--yes",
        "--reason",
        "asked",
        "--basis",
        "GDPR Art. 17",
    ];
    let done = place.run(&all);
    assert_eq!(done.status.code(), Some(5));
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let waits = ids[1].as_str().unwrap();
    let one = format!("{waits}: It is waiting, so its texts are needed still.");
    assert!(
        said.contains("1 of 3 envelopes were not erased.") && said.contains(&one),
        "{said}"
    );
    assert_eq!(String::from_utf8_lossy(&done.stdout).matches("Erased ").count(), 2);
    // The last that is listed is the one that waits by now.
    place.json(&["--token-file", &ana, "reject", waits, "--reason", "no"]);
    assert_eq!(place.run(&all).status.code(), Some(0));
}

#[test]
fn an_admin_erases_the_name_of_somebody_who_was_revoked_and_the_reasons_of_a_stop() {
    let place = Place::new();
    place.add(&["reviewer", "add", "zoeliese", "--role", "senior"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "senior"]);
    let why = ["--reason", "left", "--basis", "GDPR Art. 17(1)(a)"];
    let of = |what: &[&'static str]| [&["ledger", "erase"], what, &why[..]].concat();
    let seen = |arguments: &[&str]| seen(&place.run(arguments), place.folder.path());
    assert_snapshot!("name_in_force", seen(&of(&["--name", "zoeliese"])));
    assert_snapshot!("name_of_nobody", seen(&of(&["--name", "nobody"])));
    place.json(&["reviewer", "revoke", "zoeliese"]);
    assert_snapshot!("name_erased", seen(&of(&["--name", "zoeliese"])));
    let listed = seen(&["reviewer", "list"]);
    assert!(listed.contains("\nerased-") && !listed.contains("zoeliese"), "{listed}");
    let stop = place.json(&[
        "--token-file",
        &ana,
        "stop",
        "--everything",
        "--reason",
        "Frau Quittenbaum called",
    ]);
    let stop = stop["id"].as_str().unwrap();
    place.json(&["--token-file", &ana, "resume", stop, "--reason", "she called again"]);
    assert_eq!(
        place.json(&[&["ledger", "erase", "--stop", stop], &why[..]].concat())["texts"],
        2
    );
    let report = place.json(&["ledger", "verify"]);
    assert_eq!(report["erased"], 3);
    for file in fs::read_dir(place.data()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let says = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!says("zoeliese") && !says("Quittenbaum"));
    }
    // And what is exported from there names nobody, and holds.
    let bundle = place.path("bundle");
    let bundle = bundle.to_str().unwrap();
    place.json(&["ledger", "export", bundle]);
    assert_eq!(place.run(&["verify-bundle", bundle]).status.code(), Some(0));
    let signers = fs::read_to_string(place.path("bundle/allowed_signers")).unwrap_or_default();
    assert!(!signers.contains("zoeliese"));
}
