//! What to do, as data.

use crate::console;

/// The runner executes each, in this order.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there are few at a time, and each is taken apart at once"
)]
pub enum Effect {
    /// Print a line: safe to print, and no wider than the terminal.
    Say(String),
    /// Forget what was begun and not ended by Enter: it was not meant for the question that was just printed.
    Drain,
    /// Print the sign that a line can be typed.
    Prompt,
    /// Ask the gate, as the console does.
    Ask(console::Effect),
    End,
}
