//! Names for how things look. Foregrounds alone, on the terminal's own ground, and never colour alone.
//!
//! The ground is not known and never asked for: the answer would come as if it had been typed.

use ratatui::style::{Color, Modifier, Style};

use crate::config::{Colours, Settings, ThemeName};

/// What a piece of text is, so that one place says how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
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

/// How each tone looks: which theme, and which colours it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    name: ThemeName,
    colours: Colours,
}

impl Theme {
    pub fn of(settings: &Settings) -> Self {
        Self {
            name: settings.theme.value,
            colours: settings.colours.value,
        }
    }

    pub fn style(self, tone: Tone) -> Style {
        let colour = self.colour(tone);
        let grey = matches!(tone, Tone::Label | Tone::Stale);
        let weight = match self.name {
            ThemeName::HighContrast => strong(tone),
            // A grey of the theme's own is as faint as can still be read.
            ThemeName::Terminal | ThemeName::Dark | ThemeName::Light if grey && colour.is_some() => Modifier::empty(),
            ThemeName::Terminal | ThemeName::Dark | ThemeName::Light => quiet(tone),
        };
        let style = Style::new().add_modifier(weight);
        match colour {
            Some(colour) => style.fg(colour),
            None => style,
        }
    }

    fn colour(self, tone: Tone) -> Option<Color> {
        let hue = Hue::of(tone)?;
        match (self.colours, self.name) {
            (Colours::None, _) => None,
            (Colours::Named | Colours::Any, ThemeName::Terminal) => terminal(hue),
            (Colours::Named | Colours::Any, ThemeName::HighContrast) => strong_colour(hue),
            (Colours::Named, ThemeName::Dark) => on_dark(hue).1,
            (Colours::Named, ThemeName::Light) => on_light(hue).1,
            (Colours::Any, ThemeName::Dark) => Some(on_dark(hue).0),
            (Colours::Any, ThemeName::Light) => Some(on_light(hue).0),
        }
    }
}

/// What tones share a colour.
#[derive(Debug, Clone, Copy)]
enum Hue {
    Faint,
    Danger,
    Warn,
    Good,
    Quote,
    Key,
    Number,
}

impl Hue {
    fn of(tone: Tone) -> Option<Self> {
        match tone {
            // The row under the cursor is reversed: a colour would become its ground.
            Tone::Plain | Tone::Strong | Tone::Cursor => None,
            Tone::Label | Tone::Stale => Some(Self::Faint),
            Tone::Danger | Tone::Removed | Tone::RemovedMark => Some(Self::Danger),
            Tone::Warn => Some(Self::Warn),
            Tone::Good | Tone::Added | Tone::AddedMark => Some(Self::Good),
            Tone::Quote => Some(Self::Quote),
            Tone::Key => Some(Self::Key),
            Tone::Number => Some(Self::Number),
        }
    }
}

fn terminal(hue: Hue) -> Option<Color> {
    match hue {
        Hue::Faint => None,
        Hue::Danger => Some(Color::Red),
        Hue::Warn => Some(Color::Yellow),
        Hue::Good => Some(Color::Green),
        Hue::Quote => Some(Color::Cyan),
        Hue::Key => Some(Color::Blue),
        Hue::Number => Some(Color::Magenta),
    }
}

/// The exact colour, and the one of the 16 that comes nearest where no other can be had.
fn on_dark(hue: Hue) -> (Color, Option<Color>) {
    match hue {
        Hue::Faint => (Color::Rgb(0x9e, 0xa7, 0xb3), None),
        Hue::Danger => (Color::Rgb(0xff, 0x7b, 0x72), Some(Color::LightRed)),
        Hue::Warn => (Color::Rgb(0xe3, 0xb3, 0x41), Some(Color::LightYellow)),
        Hue::Good => (Color::Rgb(0x7e, 0xe7, 0x87), Some(Color::LightGreen)),
        Hue::Quote => (Color::Rgb(0x76, 0xd9, 0xe6), Some(Color::LightCyan)),
        Hue::Key => (Color::Rgb(0x8a, 0xb4, 0xff), Some(Color::LightBlue)),
        Hue::Number => (Color::Rgb(0xd2, 0xa8, 0xff), Some(Color::LightMagenta)),
    }
}

/// The same for light grounds, where yellow and light cyan cannot be read.
fn on_light(hue: Hue) -> (Color, Option<Color>) {
    match hue {
        Hue::Faint => (Color::Rgb(0x56, 0x5c, 0x64), None),
        Hue::Danger => (Color::Rgb(0xb3, 0x00, 0x1b), Some(Color::Red)),
        Hue::Warn => (Color::Rgb(0x7a, 0x4b, 0x00), Some(Color::Magenta)),
        Hue::Good => (Color::Rgb(0x0b, 0x66, 0x23), Some(Color::Green)),
        Hue::Quote => (Color::Rgb(0x0b, 0x5a, 0x7a), Some(Color::Blue)),
        Hue::Key => (Color::Rgb(0x0a, 0x3f, 0xa8), Some(Color::Blue)),
        Hue::Number => (Color::Rgb(0x6f, 0x2d, 0xa8), Some(Color::Magenta)),
    }
}

/// The two of the 16 that stand out from black and from white; the rest is told by weight and lines.
fn strong_colour(hue: Hue) -> Option<Color> {
    match hue {
        Hue::Danger => Some(Color::Red),
        Hue::Warn => Some(Color::Magenta),
        Hue::Faint | Hue::Good | Hue::Quote | Hue::Key | Hue::Number => None,
    }
}

fn quiet(tone: Tone) -> Modifier {
    match tone {
        Tone::Label | Tone::Stale => Modifier::DIM,
        Tone::Strong | Tone::Danger => Modifier::BOLD,
        Tone::AddedMark | Tone::RemovedMark => Modifier::BOLD | Modifier::UNDERLINED,
        Tone::Cursor => Modifier::REVERSED,
        Tone::Plain
        | Tone::Warn
        | Tone::Good
        | Tone::Quote
        | Tone::Added
        | Tone::Removed
        | Tone::Key
        | Tone::Number => Modifier::empty(),
    }
}

/// Nothing is fainter than the terminal's own text.
fn strong(tone: Tone) -> Modifier {
    match tone {
        Tone::Stale => Modifier::UNDERLINED,
        Tone::Strong | Tone::Warn | Tone::Good | Tone::Key => Modifier::BOLD,
        Tone::Danger | Tone::AddedMark | Tone::RemovedMark => Modifier::BOLD | Modifier::UNDERLINED,
        Tone::Cursor => Modifier::REVERSED,
        Tone::Plain | Tone::Label | Tone::Quote | Tone::Added | Tone::Removed | Tone::Number => Modifier::empty(),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    /// What people call black and what they call white: the grounds of common terminals.
    const BLACK: [(u8, u8, u8); 5] = [
        (0x00, 0x00, 0x00),
        (0x1e, 0x1e, 0x1e),
        (0x28, 0x2c, 0x34),
        (0x00, 0x2b, 0x36),
        (0x30, 0x0a, 0x24),
    ];
    const WHITE: [(u8, u8, u8); 3] = [(0xff, 0xff, 0xff), (0xfd, 0xf6, 0xe3), (0xee, 0xee, 0xee)];

    fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The contrast of the Web Content Accessibility Guidelines, from 1 to 21.
    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_of_dark_and_light_can_be_read_on_the_grounds_it_is_for() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
        for (name, grounds) in [(ThemeName::Dark, &BLACK[..]), (ThemeName::Light, &WHITE[..])] {
            let theme = Theme {
                name,
                colours: Colours::Any,
            };
            let mut seen = 0;
            for tone in Tone::iter() {
                let Some(Color::Rgb(red, green, blue)) = theme.style(tone).fg else {
                    continue;
                };
                seen += 1;
                for ground in grounds {
                    let contrast = contrast((red, green, blue), *ground);
                    assert!(contrast >= 4.5, "{name}, {tone:?} on {ground:?}: {contrast:.2}");
                }
            }
            assert!(seen >= 12, "{name}");
        }
    }

    #[test]
    fn no_theme_paints_a_ground_and_only_exact_colours_need_a_terminal_that_has_them() {
        for name in ThemeName::iter() {
            for colours in [Colours::None, Colours::Named, Colours::Any] {
                for style in Tone::iter().map(|tone| Theme { name, colours }.style(tone)) {
                    assert_eq!(style.bg, None);
                    let exact = matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_)));
                    assert!(!exact || colours == Colours::Any, "{name}: {style:?}");
                    assert!(style.fg.is_none() || colours != Colours::None, "{name}: {style:?}");
                }
            }
        }
    }

    #[test]
    fn high_contrast_dims_nothing_and_marks_danger_by_more_than_a_colour() {
        let theme = Theme {
            name: ThemeName::HighContrast,
            colours: Colours::None,
        };
        for tone in Tone::iter() {
            assert!(!theme.style(tone).add_modifier.contains(Modifier::DIM), "{tone:?}");
        }
        assert_ne!(theme.style(Tone::Danger), theme.style(Tone::Strong));
        assert_ne!(theme.style(Tone::Stale), theme.style(Tone::Plain));
    }

    #[test]
    fn in_every_theme_the_row_under_the_cursor_is_reversed() {
        for name in ThemeName::iter() {
            let colours = Colours::None;
            let cursor = Theme { name, colours }.style(Tone::Cursor);
            assert_eq!(cursor, Style::new().add_modifier(Modifier::REVERSED));
        }
    }
}
