//! The real binary in a real terminal: keys through a pty, the screen from a terminal model.

mod alarm;
mod audit;
mod back;
mod held;
mod keyboard;
mod memory;
mod mouse;
pub mod plain;
mod size;
mod slow;
mod tour;
mod verbs;

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

const BINARY: &str = env!("CARGO_BIN_EXE_signoff");

/// How long a text may take to appear, on a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    parser: vt100::Parser,
    output: mpsc::Receiver<Vec<u8>>,
    /// Held while nothing is read from it.
    reading: Arc<Mutex<()>>,
    raw: Vec<u8>,
    keys: Box<dyn Write + Send>,
    /// `None` once the window is closed.
    pair: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    /// Its folders for settings and memory, where nobody else needs them.
    home: Option<tempfile::TempDir>,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        drop(self.home.take());
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a screen has a text as it is, or as words that go on in the next row.
fn says(screen: &str, text: &str) -> bool {
    screen.contains(text) || words(screen).contains(text)
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Terminal {
    /// Where somebody has been who has no settings of his own and has seen the tour.
    pub fn start(arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with_editor(arguments, "", (columns, rows))
    }

    /// The same with a command that reviewers edit with.
    pub fn start_with_editor(arguments: &[&str], editor: &str, (columns, rows): (u16, u16)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let memory = home.path().join("state/signoff");
        std::fs::create_dir_all(&memory).unwrap();
        std::fs::write(memory.join("console.toml"), "toured = true\n").unwrap();
        let mut terminal = Self::start_as(home.path(), editor, arguments, (columns, rows));
        terminal.home = Some(home);
        terminal
    }

    /// With the settings and the memory of this home.
    pub fn start_at(home: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_as(home, "", arguments, (columns, rows))
    }

    fn start_as(home: &Path, editor: &str, arguments: &[&str], size: (u16, u16)) -> Self {
        Self::start_program(home, editor, &[&[BINARY], arguments].concat(), size)
    }

    /// A program by its path, with its arguments.
    pub fn start_program(home: &Path, editor: &str, command: &[&str], (columns, rows): (u16, u16)) -> Self {
        let (program, arguments) = command.split_first().unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("VISUAL", editor);
        command.env("EDITOR", editor);
        command.env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_STATE_HOME", home.join("state"));
        Self::run(command, columns, rows)
    }

    /// Runs any program in a terminal of its own.
    fn run(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = mpsc::channel();
        let reading = Arc::new(Mutex::new(()));
        let turn = Arc::clone(&reading);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n) = reader.read(&mut buffer) {
                drop(turn.lock());
                if n == 0 || send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            output,
            reading,
            raw: Vec::new(),
            keys,
            pair: Some(pair.master),
            child,
            home: None,
        }
    }

    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// The same as words: a sentence may go on in the next row.
    pub fn words(&self) -> String {
        words(&self.text())
    }

    /// Takes output in until the screen fits, or fails with what it shows.
    pub fn wait(&mut self, what: &str, fits: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !fits(&self.text()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.raw.extend(bytes);
                }
                Err(why) => panic!("waited in vain ({why}) for {what}; the screen is\n{}", self.text()),
            }
        }
    }

    /// Takes in what comes next, if anything comes within a while.
    fn take_in(&mut self, within: Duration) {
        match self.output.recv_timeout(within) {
            Ok(bytes) => {
                self.parser.process(&bytes);
                self.raw.extend(bytes);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            // Nothing comes any more, and so nothing wakes us.
            Err(mpsc::RecvTimeoutError::Disconnected) => std::thread::yield_now(),
        }
    }

    /// Everything it has sent so far.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether it still has the second screen.
    pub fn is_whole_screen(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    /// Takes in what comes, until nothing has come for a moment.
    pub fn settle(&mut self) {
        let mut before = usize::MAX;
        while self.raw.len() != before {
            before = self.raw.len();
            self.take_in(Duration::from_millis(40));
        }
    }

    /// Has the whole screen drawn anew, and waits until it was erased for that.
    pub fn repaint(&mut self) {
        let (from, end) = (self.raw.len(), Instant::now() + PATIENCE);
        self.press("\x0c");
        while !self.raw[from..].windows(4).any(|some| some == b"\x1b[2J") {
            self.take_in(Duration::from_millis(50));
            assert!(Instant::now() < end, "it is not drawn anew:\n{}", self.text());
        }
    }

    /// Looks at the screen as long as it takes to read: who approves at once is asked why.
    pub fn read_it(&mut self) {
        self.look(Duration::from_secs(2));
    }

    fn look(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.take_in(Duration::from_millis(50));
        }
    }

    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| says(screen, text));
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types a text that is not to come all at once: each character once the one before is on the screen
    /// behind the label, and the last no sooner than a person could.
    pub fn spell(&mut self, label: &str, text: &str) {
        for (at, c) in text.char_indices() {
            self.wait_for(&format!("{label}{}", &text[..at]));
            if at + 1 == text.len() {
                self.look(Duration::from_millis(500));
            }
            self.press(c.encode_utf8(&mut [0; 4]));
        }
    }

    /// Presses a key until the screen shows what it leads to: decision keys are inert for a moment
    /// after content changed, and a person would press again too.
    pub fn press_until(&mut self, key: &str, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.press(key);
            let pause = Instant::now() + Duration::from_millis(900);
            while Instant::now() < pause && !says(&self.text(), text) {
                self.take_in(Duration::from_millis(50));
            }
            if says(&self.text(), text) {
                return;
            }
            assert!(
                Instant::now() < end,
                "pressed {key} in vain for {text}; the screen is\n{}",
                self.text()
            );
        }
    }

    /// Ends it as `kill -9` does: it notices nothing.
    pub fn kill(&mut self) {
        self.signal("-KILL");
        self.child.wait().unwrap();
    }

    /// Sends it a signal by the name that `kill` knows.
    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([name, &pid]).status();
        assert!(sent.unwrap().success());
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
        self.pair.as_ref().unwrap().resize(size(columns, rows)).unwrap();
    }

    /// Closes the window under it. What is written from now on goes nowhere and fails.
    fn close(&mut self) {
        self.pair = None;
        self.keys = Box::new(std::io::sink());
        // The thread that reads holds the window open until it has nobody to hand anything to.
        self.output = mpsc::channel().1;
    }

    /// How it ended, or a failure with what it shows while it does not.
    fn status(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            self.take_in(Duration::from_millis(50));
            assert!(
                Instant::now() < end,
                "waited in vain for its end; the screen is\n{}",
                self.text()
            );
        }
    }

    /// Waits for the end and returns the exit code, or fails with what it shows.
    pub fn end(&mut self) -> u32 {
        let code = self.status().exit_code();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.parser.process(&bytes);
            self.raw.extend(bytes);
        }
        code
    }
}

fn verifies(data: &Path) -> bool {
    let output = std::process::Command::new(BINARY)
        .arg("--data")
        .arg(data)
        .args(["ledger", "verify"])
        .output()
        .unwrap();
    output.status.success()
}

#[test]
fn a_newcomer_plays_the_demo_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = Terminal::start(&["demo", "--data", &data.to_string_lossy()], 80, 24);
    // What came first is shown first; the refund may have come a moment later.
    terminal.press_until("g", "payment.refund, rule large");
    terminal.read_it();
    terminal.press_until("a", "You are vote 1 of 2");
    terminal.spell("Type the amount to approve: ", "6,000.00");
    terminal.wait_for("Approving payment.refund");
    terminal.wait_for("1 of 2: you approved");
    // The colleague votes second, and the agent runs it.
    terminal.wait("the refund to be approved by both", |screen| {
        !screen.contains("payment.refund, rule")
    });
    terminal.press_until("r", "The agent reads your reason");
    terminal.press_until("1", "Rejected");
    terminal.resize(60, 20);
    terminal.wait("the narrow screen", |screen| {
        screen.lines().nth(1).is_some_and(|line| line.starts_with('>')) && screen.lines().count() <= 20
    });
    terminal.resize(120, 40);
    terminal.wait("the wide screen", |screen| screen.lines().count() > 30);
    terminal.press("q");
    let code = terminal.end();
    let said = terminal.text();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("You decided 2."), "{said}");
    assert!(
        !terminal.parser.screen().alternate_screen() && !terminal.parser.screen().bracketed_paste(),
        "the terminal is as it was"
    );
    assert!(!terminal.parser.screen().hide_cursor());
    assert!(verifies(&data));
    for size in [(60, 20), (120, 40)] {
        an_auditor_looks_back(&data, size);
    }
}

/// Over what the newcomer did, with no gate running.
fn an_auditor_looks_back(data: &Path, (columns, rows): (u16, u16)) {
    let mut terminal = Terminal::start(&["audit", &data.to_string_lossy()], columns, rows);
    // A file does not move on, so nothing of it is live.
    terminal.wait_for(" as of ");
    terminal.wait_for("T-44");
    terminal.press("/");
    terminal.wait_for("find: ");
    terminal.press("class:payment.refund 6000");
    terminal.wait_for("find: class:payment.refund 6000");
    terminal.press("\r");
    if columns == 60 {
        // List and envelope take turns.
        terminal.press_until("\t", "1 of 1");
    }
    terminal.wait_for("1 of 1");
    terminal.press("t");
    // The names of both, where there is no room for the rest.
    terminal.wait_for("decided sam approved,");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(verifies(data));
}

#[test]
fn a_window_that_is_closed_ends_the_console_and_its_gate() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = Terminal::start(&["--data", &data.to_string_lossy()], 80, 24);
    terminal.wait_for("Nothing waits.");
    assert!(data.join("gate.json").exists());
    terminal.close();
    // Whether the closed window or the signal is noticed first, it ends by itself, and says what it can.
    let status = terminal.status();
    assert_eq!(status.signal(), None, "{status}");
    assert!(!data.join("gate.json").exists(), "the gate was closed");
    assert!(verifies(&data));
}

#[test]
fn only_our_own_sequences_come_out_when_an_agent_sends_hostile_text() {
    let mut terminal = Terminal::start(&["demo"], 120, 40);
    terminal.wait_for("email.external");
    terminal.press_until("j", "⟨U+202E⟩");
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(
        !raw.contains('\u{202e}') && !raw.contains("\x1b]"),
        "no override and no title was sent"
    );
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

/// Over a slow line the answer would come late, or be taken for keys.
#[test]
fn the_screen_is_drawn_anew_without_a_question_to_the_terminal() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.wait_for("payment.refund");
    terminal.repaint();
    terminal.wait_for("payment.refund");
    assert!(!String::from_utf8_lossy(&terminal.raw).contains("\x1b[6n"));
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_console_runs_a_gate_of_its_own_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = Terminal::start(&["--data", &data.to_string_lossy()], 80, 24);
    terminal.wait_for("Nothing waits.");
    terminal.wait_for("local, senior");
    let run = |arguments: &[&str]| {
        std::process::Command::new(BINARY)
            .arg("--data")
            .arg(&data)
            .args(arguments)
            .output()
            .unwrap()
    };
    let added: serde_json::Value = serde_json::from_slice(&run(&["agent", "add", "a1", "--json"]).stdout).unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, added["token"].as_str().unwrap()).unwrap();
    let proposal = folder.path().join("p.json");
    std::fs::write(
        &proposal,
        r#"{"action":{"tool":"send_email","arguments":{"to":"a@b.example"}}}"#,
    )
    .unwrap();
    let submitted = run(&[
        "--token-file",
        &token.to_string_lossy(),
        "submit",
        &proposal.to_string_lossy(),
    ]);
    assert!(
        submitted.status.success(),
        "{}",
        String::from_utf8_lossy(&submitted.stderr)
    );
    terminal.wait_for("send_email");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(verifies(&data));
}

#[test]
fn without_a_terminal_it_says_so_in_one_sentence() {
    let output = std::process::Command::new(BINARY).arg("demo").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Error: The console needs a terminal.\nHint: In scripts, use `signoff list` and `signoff show`.\n"
    );
}
