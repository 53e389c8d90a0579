//! A console is killed, or its answer is lost, between the key and the answer.

use super::proxy::{Fate, Proxy};
use super::start;
use crate::it::cli::place::Place;
use crate::it::terminal::Terminal;

const REFUND: &str = r#"{"action": {"tool": "issue_refund", "arguments": {"order_id": "1042", "amount": "60.00"}}}"#;

/// A gate with one refund that waits, and a reviewer's credential.
struct Desk {
    place: Place,
    gate: String,
    ana: String,
    id: String,
}

fn desk() -> Desk {
    let mut place = Place::new();
    let gate = start(&mut place);
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let proposal = place.proposal(REFUND);
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = envelope["id"].as_str().unwrap().to_owned();
    Desk { place, gate, ana, id }
}

impl Desk {
    fn console(&self, url: &str) -> Terminal {
        let mut console = Terminal::start(&["--url", url, "--token-file", &self.ana], 100, 30);
        console.wait_for("* live");
        console
    }

    fn show(&self) -> String {
        String::from_utf8(self.place.run(&["show", &self.id]).stdout).unwrap()
    }

    /// How many decisions on it stand in a ledger that verifies.
    fn decisions(&self) -> usize {
        self.place.json(&["ledger", "verify"]);
        let seen = self.place.json(&["show", &self.id]);
        let ledger = super::account::Ledger::read(&self.place.data()).count();
        let entries = ledger.iter().filter(|((_, what), _)| what.starts_with("decided"));
        let entries: u32 = entries.map(|(_, n)| n).sum();
        let listed = seen["decisions"].as_array().unwrap().len();
        assert_eq!(usize::try_from(entries).unwrap(), listed, "{seen}");
        listed
    }
}

/// Approves what the console shows. A key is dead for a moment after the screen has changed by itself.
fn approve(console: &mut Terminal) {
    console.wait_for("issue_refund");
    console.read_it();
    console.press_until("a", "Type the amount");
    console.spell("Type the amount to approve: ", "60.00");
    console.wait_for("u takes it back");
}

#[test]
fn a_decision_whose_console_died_before_the_answer_stands_once() {
    let desk = desk();
    let proxy = Proxy::start(&desk.gate, Fate::KeepAnswer);
    let mut console = desk.console(&proxy.url);
    approve(&mut console);
    assert_eq!(proxy.seen().fate, Fate::KeepAnswer);
    console.kill();
    assert_eq!(desk.decisions(), 1);
    let mut next = desk.console(&desk.gate);
    next.wait_for("Your last decision, ");
    next.wait_for(" s ago: approved ");
    next.wait_for("issue_refund: it is approved now, entry ");
    next.wait_for("Nothing waits.");
    next.press("q");
    assert_eq!(next.end(), 0);
    let shown = desk.show();
    assert!(shown.contains("decided   approve by ana at "), "{shown}");
    assert_eq!((desk.decisions(), proxy.saw()), (1, None));
}

#[test]
fn a_decision_whose_console_died_before_the_gate_had_it_does_not_stand() {
    let desk = desk();
    let proxy = Proxy::start(&desk.gate, Fate::KeepRequest);
    let mut console = desk.console(&proxy.url);
    approve(&mut console);
    assert_eq!(proxy.seen().fate, Fate::KeepRequest);
    console.kill();
    assert_eq!(desk.decisions(), 0);
    assert!(!desk.show().contains("decided"), "{}", desk.show());
    let mut next = desk.console(&desk.gate);
    assert!(!next.text().contains("Your last decision"), "{}", next.text());
    approve(&mut next);
    next.wait_for(": it is approved now, entry ");
    next.press("q");
    assert_eq!(next.end(), 0);
    assert!(desk.show().contains("decided   approve by ana at "), "{}", desk.show());
    assert_eq!(desk.decisions(), 1);
}

#[test]
fn a_decision_whose_answer_was_lost_is_sent_again_under_its_key_and_counts_once() {
    let desk = desk();
    let proxy = Proxy::start(&desk.gate, Fate::LoseAnswer);
    let mut console = desk.console(&proxy.url);
    approve(&mut console);
    console.wait_for(": it is approved now, entry ");
    let (first, second) = (proxy.seen(), proxy.seen());
    assert_eq!((first.fate, second.fate), (Fate::LoseAnswer, Fate::Pass));
    assert_eq!(first.key, second.key);
    console.wait_for("Nothing waits.");
    console.press("q");
    assert_eq!(console.end(), 0);
    assert!(!console.text().contains("not confirmed"), "{}", console.text());
    assert_eq!((desk.decisions(), proxy.saw()), (1, None));
}
