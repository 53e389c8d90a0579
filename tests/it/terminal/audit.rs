//! Looking back with `signoff audit`: over a gate that runs, and where nothing can be written.

use super::Terminal;
use crate::it::cli::place::Place;

/// A running gate on which something was proposed and rejected, and the credential of an auditor.
fn gate() -> (Place, String, String) {
    let mut place = Place::new();
    let url = place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let ada = place.add(&["reviewer", "add", "ada", "--role", "auditor"]);
    let proposal = place.proposal(r#"{"action":{"tool":"issue_refund","arguments":{"amount":60,"iban":"DE89"}}}"#);
    let asked = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = asked["id"].as_str().unwrap();
    place.json(&["--token-file", &ana, "reject", id, "--reason", "outside policy"]);
    (place, url, ada)
}

#[test]
fn an_auditor_looks_at_a_running_gate_by_its_address_and_changes_nothing() {
    let (place, url, ada) = gate();
    let before = place.json(&["ledger", "verify"])["entries"].clone();
    let mut terminal = Terminal::start(&["audit", &url, "--token-file", &ada], 80, 24);
    terminal.wait_for("read-only");
    terminal.wait_for("rejected");
    terminal.press("/");
    terminal.wait_for("find: ");
    terminal.press("DE89");
    terminal.wait_for("find: DE89");
    terminal.press("\r");
    terminal.wait_for("1 of 1");
    terminal.press_until("t", "timeline");
    terminal.wait_for("decided        ana");
    // Decision keys mean nothing here.
    terminal.press("aryx");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(place.json(&["ledger", "verify"])["entries"], before);
}

#[test]
fn who_may_not_look_back_is_told_so_on_the_screen() {
    let (place, url, _) = gate();
    let agent = place.path("support-3.token").to_string_lossy().into_owned();
    let mut terminal = Terminal::start(&["audit", &url, "--token-file", &agent], 80, 24);
    terminal.wait_for("It was not found: ");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
