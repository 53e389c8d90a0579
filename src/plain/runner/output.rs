//! What is printed: whole lines, and the sign that one can be typed. Never a control character.

use std::io::Write;

/// The sign that a line can be typed.
const PROMPT: &str = "> ";

/// Lines to a terminal, or to whatever stands in for one.
pub(super) struct Output<W: Write> {
    to: W,
    /// The sign stands on a line of its own, and nothing was typed after it.
    at_prompt: bool,
    is_broken: bool,
}

impl<W: Write> Output<W> {
    pub fn new(to: W) -> Self {
        Self {
            to,
            at_prompt: false,
            is_broken: false,
        }
    }

    /// Prints one line; a sign that stands there is left above.
    pub fn say(&mut self, line: &str) {
        let start = if std::mem::take(&mut self.at_prompt) { "\n" } else { "" };
        // Everything from outside was made safe before. What was missed all the same must not act here.
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
            .collect();
        self.write(&format!("{start}{line}\n"));
    }

    pub fn prompt(&mut self) {
        if !std::mem::replace(&mut self.at_prompt, true) {
            self.write(PROMPT);
        }
    }

    /// A line was typed: the terminal has begun the next one.
    pub fn typed(&mut self) {
        self.at_prompt = false;
    }

    pub fn flush(&mut self) {
        self.is_broken |= self.to.flush().is_err();
    }

    /// Leaves the terminal at the beginning of a line.
    pub fn end(&mut self) {
        if std::mem::take(&mut self.at_prompt) {
            self.write("\n");
        }
        self.flush();
    }

    /// Whether nobody reads it any more.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    fn write(&mut self, text: &str) {
        if !self.is_broken {
            self.is_broken = self.to.write_all(text.as_bytes()).is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(print: impl FnOnce(&mut Output<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        print(&mut Output::new(&mut bytes));
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn no_control_character_is_printed_whatever_was_missed_before() {
        let text = printed(|output| output.say("a\u{1b}[2Jb\rc\u{9b}d\ne"));
        assert_eq!(text, "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e\n");
    }

    #[test]
    fn what_comes_while_a_line_is_awaited_begins_a_line_of_its_own() {
        let text = printed(|output| {
            output.prompt();
            output.prompt();
            output.say("New.");
            output.prompt();
            output.typed();
            output.say("Done.");
            output.prompt();
            output.end();
        });
        assert_eq!(text, "> \nNew.\n> Done.\n> \n");
    }
}
