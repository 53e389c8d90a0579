//! Folders in which nothing can be written.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::lived_in;
use crate::it::cli::place::{BINARY, Place};
use crate::it::terminal::Terminal;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A data folder that nobody may write to, nor to what lies in it.
struct Sealed {
    outer: tempfile::TempDir,
}

impl Drop for Sealed {
    fn drop(&mut self) {
        mode(&self.data(), 0o755);
    }
}

impl Sealed {
    /// Takes these of a ledger's files.
    fn of(folder: &Path, names: &[&str]) -> Self {
        let outer = tempfile::tempdir().unwrap();
        mode(outer.path(), 0o755);
        let sealed = Self { outer };
        fs::create_dir(sealed.data()).unwrap();
        for name in names {
            let file = sealed.data().join(name);
            fs::copy(folder.join(name), &file).unwrap();
            mode(&file, 0o444);
        }
        mode(&sealed.data(), 0o555);
        sealed
    }

    fn data(&self) -> PathBuf {
        self.outer.path().join("data")
    }

    /// The program as somebody runs it who cannot write there. Permissions stop everybody but root.
    fn program(&self) -> Vec<String> {
        let probe = self.data().join("probe");
        if fs::write(&probe, "").is_err() {
            return vec![BINARY.to_owned()];
        }
        fs::remove_file(probe).unwrap();
        // Nobody may see where it was built.
        let program = self.outer.path().join("signoff");
        fs::copy(BINARY, &program).unwrap();
        mode(&program, 0o755);
        let program = program.to_string_lossy().into_owned();
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned);
        nobody.into_iter().chain([program]).collect()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let program = self.program();
        let mut command = Command::new(&program[0]);
        command.args(&program[1..]).arg("--data").arg(self.data());
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn names(&self) -> Vec<OsString> {
        let names = fs::read_dir(self.data()).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn report(&self) -> Value {
        let before = self.names();
        let output = self.run(&["report", "--json"]);
        assert_eq!(self.names(), before);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[tokio::test]
async fn a_closed_ledger_is_read_where_nothing_can_be_written() {
    let past = lived_in().await;
    let sealed = Sealed::of(past.folder.path(), &["ledger.db"]);
    assert_eq!(sealed.report(), past.json(&[]));
    let verified = sealed.run(&["ledger", "verify"]);
    assert!(String::from_utf8_lossy(&verified.stdout).starts_with("The ledger verifies"));
}

#[tokio::test]
async fn an_auditor_looks_back_where_nothing_can_be_written_and_leaves_nothing_behind() {
    let past = lived_in().await;
    let sealed = Sealed::of(past.folder.path(), &["ledger.db"]);
    let before = (sealed.names(), fs::read(sealed.data().join("ledger.db")).unwrap());
    let data = sealed.data().to_string_lossy().into_owned();
    let command = [sealed.program(), vec!["audit".to_owned(), data]].concat();
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    // Neither settings nor memory can be kept there.
    let home = sealed.outer.path().join("home");
    fs::create_dir_all(home.join("state/signoff")).unwrap();
    let mut terminal = Terminal::start_program(&home, "", &command, (80, 24));
    terminal.wait_for("read-only");
    terminal.wait_for(" as of ");
    terminal.press("/");
    terminal.wait_for("find: ");
    terminal.press("stage:rejected");
    terminal.wait_for("find: stage:rejected");
    terminal.press("\r");
    terminal.wait_for("1 of 1");
    terminal.press_until("t", "timeline");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(
        (sealed.names(), fs::read(sealed.data().join("ledger.db")).unwrap()),
        before
    );
}

#[test]
fn what_a_dead_gate_left_in_its_log_is_read_there_too() {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let proposal = place.proposal(r#"{"action":{"tool":"issue_refund","arguments":{"amount":60}}}"#);
    place.json(&["--token-file", &agent, "submit", &proposal]);
    place.kill();
    assert!(fs::metadata(place.data().join("ledger.db-wal")).unwrap().len() > 0);
    let all = ["ledger.db", "ledger.db-wal", "ledger.db-shm"];
    for names in [&all[..], &all[..2]] {
        let report = Sealed::of(&place.data(), names).report();
        assert_eq!(report["all"]["actions"], 1, "{names:?}");
    }
    let report = Sealed::of(&place.data(), &all[..2]);
    let verified = report.run(&["ledger", "verify"]);
    assert!(String::from_utf8_lossy(&verified.stdout).contains("1 envelopes"));
}

#[test]
fn a_link_to_a_ledger_that_is_written_is_read_with_its_log() {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let proposal = place.proposal(r#"{"action":{"tool":"issue_refund","arguments":{"amount":60}}}"#);
    place.json(&["--token-file", &agent, "submit", &proposal]);
    let link = place.path("link.db");
    symlink(place.data().join("ledger.db"), &link).unwrap();
    let mut command = Command::new(BINARY);
    let output = command.arg("report").arg(link).arg("--json").output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["all"]["actions"], 1);
}
