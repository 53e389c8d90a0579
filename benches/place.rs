//! The real gate and the real console in a terminal, and how figures are said.

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtyPair, PtySize, native_pty_system};
use signoff::api::AddPrincipal;
use signoff::client::Client;
use signoff::domain::{PrincipalKind, Role};

const BINARY: &str = env!("CARGO_BIN_EXE_signoff");

/// Says on what the figures are taken.
pub fn machine() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{profile} build, {cores} cores, load average {}", load.trim());
}

/// The real gate on a folder, ended with it.
pub struct Gate {
    pub process: std::process::Child,
    url: String,
    admin: Client,
    pub folder: tempfile::TempDir,
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Gate {
    pub fn start() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("folder");
        let data = folder.path().join("data");
        let mut process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a gate");
        let mut line = String::new();
        let output = process.stdout.take().expect("output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let url = ready["listening"].as_str().expect("an address").to_owned();
        let token = std::fs::read_to_string(data.join("admin.token")).expect("a credential");
        let admin = Client::new(&url, Some(token.trim().to_owned())).expect("client");
        Self {
            process,
            url,
            admin,
            folder,
        }
    }

    pub async fn add(&self, kind: PrincipalKind, name: &str) -> (Client, String) {
        let request = AddPrincipal {
            name: name.to_owned(),
            role: (kind == PrincipalKind::Human).then_some(Role::Senior),
            ..AddPrincipal::default()
        };
        let added = self.admin.add(kind, name, &request).await.expect("added");
        let client = Client::new(&self.url, Some(added.token.clone())).expect("client");
        (client, added.token)
    }
}

/// A console in a terminal.
pub struct Console {
    pub child: Box<dyn Child + Send + Sync>,
    output: mpsc::Receiver<Vec<u8>>,
    screen: vt100::Parser,
    input: Box<dyn Write + Send>,
    _pair: PtyPair,
}

impl Console {
    pub fn start(gate: &Gate, token: &Path) -> Self {
        let size = PtySize {
            rows: 40,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(BINARY);
        command.args(["--url", &gate.url, "--token-file", &token.to_string_lossy()]);
        command.env("TERM", "xterm-256color");
        command.env("XDG_CONFIG_HOME", gate.folder.path().join("config"));
        command.env("XDG_STATE_HOME", gate.folder.path().join("state"));
        let mut reader = pair.master.try_clone_reader().expect("output");
        let (send, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 16_384];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let _ = send.send(buffer[..n].to_vec());
            }
        });
        let input = pair.master.take_writer().expect("input");
        let child = pair.slave.spawn_command(command).expect("a console");
        let cells = |n| NonZeroU16::new(n).expect("cells");
        Self {
            child,
            output,
            input,
            screen: vt100::Parser::new(cells(40), cells(120), 0),
            _pair: pair,
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).expect("a terminal");
    }

    /// Looks on for so long.
    pub fn watch(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            if let Ok(bytes) = self.output.recv_timeout(left) {
                self.screen.process(&bytes);
            }
        }
    }

    /// The screen as one text, as if no line had ever been broken.
    pub fn joined(&self) -> String {
        let contents = self.screen.screen().contents();
        contents
            .lines()
            .map(|line| line.trim().trim_start_matches("> "))
            .collect()
    }

    pub fn wait_for_joined(&mut self, text: &str) {
        while !self.joined().contains(text) {
            self.takes_in();
        }
    }

    fn takes_in(&mut self) {
        let bytes = self.output.recv_timeout(Duration::from_secs(20)).expect("output");
        self.screen.process(&bytes);
    }

    pub fn wait_for(&mut self, text: &str) {
        while !self.screen.screen().contents().contains(text) {
            self.takes_in();
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has in memory, in megabytes, from Linux's own account of it.
pub fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1_024.0
}

/// User and system time of a process, from Linux's own account of it.
pub fn cpu_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|t| t.parse::<u64>().ok()).sum();
    // Linux reports in hundredths of a second on every platform it runs on.
    Duration::from_millis(ticks * 10)
}

pub fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    println!(
        "{what}: p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms of {}",
        at(50),
        at(99),
        at(100),
        times.len()
    );
}
