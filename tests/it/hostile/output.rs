//! What may come out of this program, and what may not.

use signoff::domain::Shown;
use vte::{Params, Parser, Perform};

/// Takes a stream apart as a terminal does, and keeps what it must not hold.
#[derive(Default)]
struct Watch {
    may_draw: bool,
    /// Marks on the last base character.
    marks: u32,
    wrong: Vec<String>,
}

/// The sequences that the console itself sends: moves, colours, erasing, and the modes it takes.
const MODES: [u16; 4] = [25, 1049, 2004, 2026];

impl Perform for Watch {
    fn print(&mut self, c: char) {
        // The brackets of our own codes, and the one sign for an end that was cut off.
        let ours = matches!(c, '⟨' | '⟩' | '…' | '␣');
        let width = unicode_width::UnicodeWidthChar::width(c);
        self.marks = if width == Some(0) { self.marks + 1 } else { 0 };
        let safe = Shown::line(&format!("a{c}")).hidden() == 0;
        if !(ours || safe) || self.marks > 2 {
            self.wrong.push(format!("printed U+{:04X}", u32::from(c)));
        }
    }

    fn execute(&mut self, byte: u8) {
        if byte != b'\n' && !(self.may_draw && byte == b'\r') {
            self.wrong.push(format!("control {byte:#04x}"));
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        let first = params.iter().next().map_or(0, |param| param[0]);
        let known = match (intermediates, action) {
            (b"", 'm' | 'H' | 'J' | 'K') => true,
            (b"?", 'h' | 'l') => MODES.contains(&first),
            _ => false,
        };
        if ignore || !self.may_draw || !known {
            self.wrong.push(format!("CSI {intermediates:?} {first} {action}"));
        }
    }

    fn hook(&mut self, _: &Params, _: &[u8], _: bool, action: char) {
        self.wrong.push(format!("device control {action}"));
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        self.wrong.push(format!("operating system command {params:?}"));
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
        self.wrong.push(format!("ESC {byte:#04x}"));
    }
}

fn watch(bytes: &[u8], may_draw: bool) -> Vec<String> {
    let mut watch = Watch {
        may_draw,
        ..Watch::default()
    };
    let mut parser = Parser::new();
    parser.advance(&mut watch, bytes);
    watch.wrong
}

/// What a plain stream holds that is not plain text.
pub fn wrong_in_text(bytes: &[u8]) -> Vec<String> {
    watch(bytes, false)
}

/// What a screen's stream holds that the console does not send by itself.
pub fn wrong_on_screen(bytes: &[u8]) -> Vec<String> {
    watch(bytes, true)
}

#[test]
fn what_acts_or_hides_is_seen_here_and_what_is_ours_is_not() {
    let ours = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[1;1H\u{1b}[7mpay é 漢 ⟨U+202E⟩…\u{1b}[0m\r\n";
    assert_eq!(wrong_on_screen(ours.as_bytes()), Vec::<String>::new());
    assert_eq!(wrong_in_text(ours.as_bytes()).len(), 6, "text moves nothing");
    for text in super::corpus() {
        // What only imitates is plain text; that it stays in its place is another test's.
        let imitates = text.name.starts_with("a ")
            || ["leading dashes", "our own escapes", "mixed scripts"].contains(&text.name.as_str());
        let wrong = wrong_in_text(text.text.as_bytes());
        assert_eq!(wrong.is_empty(), imitates, "{}: {wrong:?}", text.name);
    }
}
