//! Plain mode as the real binary: lines through a pty, and not one escape sequence back.

use std::path::Path;
use std::time::Duration;

use portable_pty::CommandBuilder;

use super::{BINARY, Terminal, verifies};
use crate::it::hostile::wrong_in_text;

/// High enough for a whole session: what left the screen could not be looked at.
const ROWS: u16 = 2_000;

pub fn with(term: &str, arguments: &[&str]) -> Terminal {
    let mut command = CommandBuilder::new(BINARY);
    command.args(arguments);
    command.env("TERM", term);
    Terminal::run(command, 80, ROWS)
}

/// The demo on a ledger that is kept, opened on what waits.
fn demo(data: &Path) -> Terminal {
    let mut terminal = with(
        "xterm-256color",
        &["demo", "--plain", "--data", &data.to_string_lossy()],
    );
    terminal.wait_for("Type a number to read one");
    terminal
}

impl Terminal {
    /// What came since the last line that was typed.
    fn answer(&self) -> String {
        let text = self.text();
        text.rsplit("\n> ").next().unwrap_or_default().to_owned()
    }

    /// Types a line once there was time to read, and waits for what it leads to.
    pub fn type_line(&mut self, line: &str, leads_to: &str) {
        self.look(Duration::from_millis(500));
        let before = self.text().matches(leads_to).count();
        self.press(&format!("{line}\r"));
        self.wait(leads_to, |text| text.matches(leads_to).count() > before);
    }

    /// The number of the first envelope of a class, once there is one.
    fn number_of(&mut self, class: &str) -> String {
        loop {
            let text = self.text();
            let line = text.lines().rev().find(|line| line.contains(&format!(": {class},")));
            if let Some(line) = line {
                let line = line.trim_start_matches("New: ");
                return line.split('.').next().unwrap().to_owned();
            }
            self.type_line("list", "Type a number to read one");
        }
    }

    /// Opens the first envelope of a class.
    fn open(&mut self, class: &str) {
        let number = self.number_of(class);
        self.type_line(&number, &format!("What to do with {number},"));
    }

    /// Not one escape sequence came out, nor anything else that is not plain text.
    pub fn was_never_told_to_act(&self) {
        let text: Vec<u8> = self.raw.iter().copied().filter(|byte| *byte != b'\r').collect();
        let wrong = wrong_in_text(&text);
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn a_session_in_plain_lines_decides_and_says_no_escape_sequence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = demo(&data);
    terminal.open("ticket.tag");
    terminal.type_line("approve", "Approved");
    terminal.open("email.external");
    terminal.type_line("reject", "The agent");
    terminal.type_line("2", "Rejected");
    terminal.open("payment.refund");
    terminal.read_it();
    terminal.type_line("1", "Type the amount to approve");
    terminal.type_line("6,000.00", "type u and");
    terminal.type_line("u", "Taken back: ");
    terminal.open("payment.refund");
    terminal.read_it();
    terminal.type_line("1", "Type the amount to approve");
    terminal.type_line("6,000.00", "type u and");
    terminal.wait_for("payment.refund: Approved");
    terminal.press("quit\r");
    let code = terminal.end();
    let said = terminal.text();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("You decided 3."), "{said}");
    terminal.was_never_told_to_act();
    assert!(verifies(&data));
}

#[test]
fn a_dumb_terminal_gets_plain_lines_by_itself() {
    let mut terminal = with("dumb", &["demo"]);
    terminal.wait_for("Plain mode: type a line, then Enter.");
    // Ctrl-D at the beginning of a line.
    terminal.look(Duration::from_millis(300));
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), 0);
    terminal.was_never_told_to_act();
}

#[test]
fn lines_that_are_pasted_decide_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = demo(&data);
    terminal.open("ticket.tag");
    terminal.look(Duration::from_millis(600));
    // As a slow line brings them.
    terminal.press("approve\r");
    terminal.look(Duration::from_millis(30));
    terminal.press("approve\r");
    terminal.wait_for("2 lines came at once");
    terminal.look(Duration::from_millis(600));
    // Ctrl-C.
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.text().contains("You decided 0."), "{}", terminal.text());
}

#[test]
fn what_was_begun_before_an_envelope_was_printed_is_not_the_beginning_of_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = demo(&data);
    let number = terminal.number_of("ticket.tag");
    terminal.look(Duration::from_millis(500));
    terminal.press(&format!("{number}\rappro"));
    terminal.wait_for(&format!("What to do with {number},"));
    terminal.type_line("ve", "that is none of the choices");
    terminal.type_line("quit", "You decided 0.");
    assert_eq!(terminal.end(), 0, "{}", terminal.answer());
}

#[test]
fn where_only_the_output_is_no_terminal_plain_is_named_and_works() {
    let start = |plain: &str| {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("'{BINARY}' demo {plain} | cat")]);
        Terminal::run(command, 80, ROWS)
    };
    let mut terminal = start("");
    terminal.end();
    let said = terminal.text();
    assert!(
        said.contains("needs a terminal") && said.contains("`--plain` speaks line by line"),
        "{said}"
    );
    let mut terminal = start("--plain");
    terminal.wait_for("Type a number to read one");
    terminal.type_line("quit", "You decided 0.");
    terminal.end();
    terminal.was_never_told_to_act();
}

#[test]
fn without_a_terminal_to_type_on_plain_mode_says_so() {
    let output = std::process::Command::new(BINARY)
        .args(["demo", "--plain"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.starts_with("Error: Plain mode needs a terminal to type on.\nHint: "),
        "{said}"
    );
}
