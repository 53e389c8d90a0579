//! Names for how things look. Terminal default colours, the 16 of ANSI, and never colour alone.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is, so that one place says how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Plain,
    /// Names of fields, rules, keys' words.
    Label,
    Strong,
    /// Severe, denied, tampered.
    Danger,
    /// High, unknown, late.
    Warn,
    Good,
    /// What an agent says.
    Quote,
    Added,
    Removed,
    /// The words of an added or removed line that make it another.
    AddedMark,
    RemovedMark,
    /// The name of a field, and what is no text, in JSON.
    Key,
    Number,
    /// The row under the cursor.
    Cursor,
    /// Data that is no longer fresh.
    Stale,
}

/// Whether colours may be used: `NO_COLOR` turns them off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub colours: bool,
}

impl Theme {
    pub fn style(self, tone: Tone) -> Style {
        let colour = |style: Style, colour| if self.colours { style.fg(colour) } else { style };
        let plain = Style::new();
        match tone {
            Tone::Plain => plain,
            Tone::Label | Tone::Stale => plain.add_modifier(Modifier::DIM),
            Tone::Strong => plain.add_modifier(Modifier::BOLD),
            Tone::Danger => colour(plain.add_modifier(Modifier::BOLD), Color::Red),
            Tone::Warn => colour(plain, Color::Yellow),
            Tone::Good | Tone::Added => colour(plain, Color::Green),
            Tone::Quote => colour(plain, Color::Cyan),
            Tone::Removed => colour(plain, Color::Red),
            Tone::AddedMark => colour(plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED), Color::Green),
            Tone::RemovedMark => colour(plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED), Color::Red),
            Tone::Key => colour(plain, Color::Blue),
            Tone::Number => colour(plain, Color::Magenta),
            Tone::Cursor => plain.add_modifier(Modifier::REVERSED),
        }
    }
}
