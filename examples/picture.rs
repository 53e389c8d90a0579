//! Draws the pictures of the README from the real binary: pty, terminal model, SVG.
//!
//! `cargo run --example picture` writes them, `cargo run --example picture -- --check` compares them with
//! the ones that are there. The demo stands still for it, so its text is the same every time.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for developers, not a part of the program"
)]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// A picture: its name, the terminal's size, the keys, and a text that shows it is ready.
const PICTURES: [(&str, u16, u16, &str, &str); 21] = [
    ("queue-60x20", 60, 20, "", "ticket.tag"),
    ("envelope-60x20", 60, 20, "\t", "does "),
    ("console-80x24", 80, 24, "", "payment.refund, rule large"),
    ("console-120x40", 120, 40, "jj", "goes higher in"),
    ("console-200x60", 200, 60, "jj", "run ops-77"),
    ("diff-80x24", 80, 24, "jjd", "by field"),
    ("severe-80x24", 80, 24, "a", "Type"),
    ("reject-80x24", 80, 24, "r", "Reject"),
    ("edit-120x40", 120, 40, "e", "Edit"),
    ("batch-120x40", 120, 40, "G*b", "struck"),
    ("classify-80x24", 80, 24, "jjjjm", "f7a84197"),
    ("find-80x24", 80, 24, "/class:ticket", "12"),
    ("palette-80x24", 80, 24, ":", "What to do"),
    ("stop-80x24", 80, 24, "!", "Kill switch"),
    ("after-120x40", 120, 40, "2", " after  demo"),
    ("audit-120x40", 120, 40, "3", " audit  demo"),
    ("oversight-120x40", 120, 40, "4", "how the queue stands"),
    ("policy-120x40", 120, 40, "5", "read-only"),
    ("settings-80x24", 80, 24, ",", "theme"),
    ("help-80x24", 80, 24, "?", "Approve"),
    ("tour-80x24", 80, 24, "T", "1 of 6"),
];

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut stale = false;
    for (name, columns, rows, keys, ready) in PICTURES {
        let picture = svg(&screen(&binary(), columns, rows, keys, ready));
        let path = root.join(format!("assets/pictures/{name}.svg"));
        if check {
            let same = std::fs::read_to_string(&path).is_ok_and(|there| there == picture);
            println!(
                "{name}: {}",
                if same {
                    "as it is"
                } else {
                    "stale: run `cargo run --example picture`"
                }
            );
            stale |= !same;
        } else {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, picture).unwrap();
            println!("{}", path.display());
        }
    }
    if stale { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The binary beside this example, built by the same command.
fn binary() -> PathBuf {
    let example = std::env::current_exe().unwrap();
    let folder = example.parent().and_then(Path::parent).unwrap();
    let binary = folder.join("signoff");
    assert!(binary.exists(), "build it first: cargo build");
    binary
}

fn screen(binary: &Path, columns: u16, rows: u16, keys: &str, ready: &str) -> vt100::Parser {
    let size = PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(binary);
    command.args(["demo", "--still"]);
    command.env("TERM", "xterm-256color");
    // Nobody's own settings, and somebody who has seen the tour.
    // The settings name the folder, so it is the same everywhere.
    let home = Path::new("/tmp/signoff-pictures");
    let memory = home.join("signoff");
    std::fs::create_dir_all(&memory).unwrap();
    std::fs::write(memory.join("console.toml"), "toured = true\n").unwrap();
    command.env("XDG_CONFIG_HOME", home.join("none"));
    command.env("XDG_STATE_HOME", home);
    command.env_remove("COLORTERM");
    command.env_remove("NO_COLOR");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (send, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            if send.send(buffer[..n].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut parser = vt100::Parser::new(cells(rows), cells(columns), 0);
    let mut wait = |text: &str| {
        let end = Instant::now() + Duration::from_secs(20);
        while !parser.screen().contents().contains(text) {
            let bytes = output.recv_timeout(end.saturating_duration_since(Instant::now()));
            parser.process(&bytes.unwrap_or_else(|_| unreachable!("{text} never came")));
        }
    };
    // The refund stands in the queue of every size; the envelope is read after it.
    wait("order/12345");
    if columns >= 80 {
        wait("rule large");
        wait("agent says");
    }
    let settle = |parser: &mut vt100::Parser| {
        while let Ok(bytes) = output.recv_timeout(Duration::from_millis(300)) {
            parser.process(&bytes);
        }
    };
    // Its clock goes on for a moment, as if somebody had read what is there.
    std::thread::park_timeout(Duration::from_secs(3));
    settle(&mut parser);
    let mut writer = pair.master.take_writer().unwrap();
    for key in keys.chars() {
        writer.write_all(&[u8::try_from(key).unwrap()]).unwrap();
        writer.flush().unwrap();
        // One key at a time, as a person presses them: each is drawn before the next.
        settle(&mut parser);
    }
    let shown = parser.screen().contents();
    assert!(shown.contains(ready), "{ready} never came:\n{shown}");
    child.kill().unwrap();
    child.wait().unwrap();
    parser
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

const CELL: (u16, u16) = (9, 19);

/// The colours of a common dark terminal: the program itself names only the 16 of ANSI.
fn colour(colour: vt100::Color) -> &'static str {
    match colour {
        vt100::Color::Idx(1) => "#f7768e",
        vt100::Color::Idx(2) => "#9ece6a",
        vt100::Color::Idx(3) => "#e0af68",
        vt100::Color::Idx(6) => "#7dcfff",
        vt100::Color::Default | vt100::Color::Idx(_) | vt100::Color::Rgb(..) => "#c8d0e0",
    }
}

/// How a cell looks, as attributes of a text; the flag says whether it is drawn on a filled ground.
fn looks(cell: &vt100::Cell) -> (String, bool) {
    let ink = if cell.inverse() {
        "#1a1b26"
    } else {
        colour(cell.fgcolor())
    };
    let weight = if cell.bold() { " font-weight=\"bold\"" } else { "" };
    let faint = if cell.dim() { " fill-opacity=\"0.6\"" } else { "" };
    (format!("fill=\"{ink}\"{weight}{faint}"), cell.inverse())
}

/// Draws a screen row by row: grounds first, then words.
fn svg(parser: &vt100::Parser) -> String {
    let screen = parser.screen();
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (columns * CELL.0 + 24, rows * CELL.1 + 24);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1a1b26\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">"
    );
    for row in 0..rows {
        let y = 12 + row * CELL.1;
        let cells: Vec<_> = (0..columns)
            .filter_map(|column| Some((column, screen.cell(row, column)?)))
            .collect();
        for run in cells.chunk_by(|(_, a), (_, b)| looks(a) == looks(b)) {
            let Some((first, cell)) = run.first() else { continue };
            let (style, filled) = looks(cell);
            if filled {
                let (x, length) = (12 + first * CELL.0, u16::try_from(run.len()).unwrap() * CELL.0);
                let ground = colour(cell.fgcolor());
                let _ = writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{length}\" height=\"{}\" fill=\"{ground}\"/>",
                    CELL.1
                );
            }
            // Each word has its own place and length, whatever the font.
            for word in run
                .split(|(_, cell)| cell.contents().trim().is_empty())
                .filter(|word| !word.is_empty())
            {
                let (x, length) = (12 + word[0].0 * CELL.0, u16::try_from(word.len()).unwrap() * CELL.0);
                let text: String = word.iter().map(|(_, cell)| cell.contents()).collect();
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let _ = writeln!(
                    out,
                    "<text x=\"{x}\" y=\"{}\" textLength=\"{length}\" {style}>{text}</text>",
                    y + 15
                );
            }
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}
