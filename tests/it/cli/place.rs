//! A folder with the real binary on it, and what a person sees of its answers.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub const BINARY: &str = env!("CARGO_BIN_EXE_signoff");

/// A data folder, perhaps with a gate that runs on it.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub gate: Option<Child>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            gate: None,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the gate writes to standard error.
    pub fn log(&self) -> PathBuf {
        self.path("gate.log")
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn serve(&mut self) -> String {
        self.serve_with(&["--listen", "127.0.0.1:0"])
    }

    pub fn serve_with(&mut self, arguments: &[&str]) -> String {
        let mut gate = Command::new(BINARY)
            .arg("serve")
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(self.log()).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(gate.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.gate = Some(gate);
        let ready: Value = serde_json::from_str(&line).unwrap();
        ready["listening"].as_str().unwrap().to_owned()
    }

    /// Ends the gate as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut gate) = self.gate.take() {
            let _ = gate.kill();
            let _ = gate.wait();
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A command as somebody whose home is this folder, without an ssh-agent.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env_remove("SSH_AUTH_SOCK")
            .arg("--data")
            .arg(self.data())
            .args(arguments);
        command
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Adds a principal and keeps its credential in a file.
    pub fn add(&self, arguments: &[&str]) -> String {
        let added = self.json(arguments);
        let file = self.path(&format!("{}.token", added["name"].as_str().unwrap()));
        fs::write(&file, added["token"].as_str().unwrap()).unwrap();
        file.to_string_lossy().into_owned()
    }

    pub fn proposal(&self, text: &str) -> String {
        let file = self.path("proposal.json");
        fs::write(&file, text).unwrap();
        file.to_string_lossy().into_owned()
    }
}

/// What a person sees, with ids, digests, times and paths replaced.
pub fn seen(output: &Output, place: &Path) -> String {
    let text = format!(
        "{}{}exit {}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    let text = text.replace(&place.to_string_lossy().into_owned(), "FOLDER");
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || "-:.".contains(c) {
            word.push(c);
            continue;
        }
        let (bare, colon) = word.strip_suffix(':').map_or((word.as_str(), ""), |bare| (bare, ":"));
        let hex = bare.len() >= 8 && bare.chars().all(|c| c.is_ascii_hexdigit());
        if bare.len() == 36 && bare.matches('-').count() == 4 {
            out.push_str("ID");
        } else if bare.starts_with("20") && bare.contains('T') {
            out.push_str("TIME");
        } else if bare.len() == 10 && bare.matches('-').count() == 2 {
            out.push_str("DATE");
        } else if bare.len() == 9 && bare.ends_with('Z') && bare.matches(':').count() == 2 {
            out.push_str("CLOCK");
        } else if bare.len() == 5 && bare.as_bytes()[2] == b':' {
            out.push_str("LEFT");
        } else if hex {
            out.push_str("DIGEST");
        } else {
            out.push_str(bare);
        }
        out.push_str(colon);
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}
