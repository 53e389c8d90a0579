//! Text from strangers, made safe to show without hiding anything.
//!
//! Terminals act on control characters, and text widgets drop what they cannot draw: `pay 0021` may
//! really be `pay <U+202E>1200`. Everything that is not plainly visible becomes a visible code such as
//! `⟨U+202E⟩` and is counted, so a reviewer sees that something was there.
//! See Unicode TR 36 and TR 39 on the attacks this is for.

use std::fmt;

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_security::MixedScript;
use unicode_width::UnicodeWidthChar;

/// Marks on one base character beyond this many are escaped: piles of them cover other lines.
const MARKS_ON_A_BASE: u32 = 2;

/// Text that can neither act on a terminal nor hide from a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Shown {
    text: String,
    hidden: usize,
}

impl Shown {
    /// One line: line breaks and tabs are escaped as well, so the text cannot leave its place.
    pub fn line(raw: &str) -> Self {
        Self::of(raw, false)
    }

    /// Several lines: `\n` breaks the line and is not counted; all else is as in [`Shown::line`].
    pub fn lines(raw: &str) -> Vec<Self> {
        raw.split('\n').map(Self::line).collect()
    }

    /// Several lines as one text, for output where a break is harmless.
    pub fn block(raw: &str) -> Self {
        Self::of(raw, true)
    }

    fn of(raw: &str, breaks: bool) -> Self {
        use std::fmt::Write as _;
        // Most text is plain, and there may be a megabyte of it.
        if raw.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self {
                text: raw.to_owned(),
                hidden: 0,
            };
        }
        let mut text = String::with_capacity(raw.len());
        let mut hidden = 0;
        let mut marks = MARKS_ON_A_BASE;
        for c in raw.chars() {
            let visible = match class_of(c) {
                Class::Visible => {
                    marks = 0;
                    true
                }
                Class::Mark => {
                    marks += 1;
                    marks <= MARKS_ON_A_BASE
                }
                Class::Break => breaks,
                Class::Hidden => false,
            };
            if visible {
                text.push(c);
            } else {
                hidden += 1;
                marks = MARKS_ON_A_BASE;
                // Writing to a String cannot fail.
                let _ = write!(text, "⟨U+{:04X}⟩", u32::from(c));
            }
        }
        Self { text, hidden }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many characters had to be made visible.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// Whether letters of several scripts are mixed in a way names are not: `pаypal` with a Cyrillic а.
    pub fn mixes_scripts(&self) -> bool {
        self.text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| !word.is_single_script())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// JSON text with an escape for each character that could act or hide: it means the same, and stays JSON.
///
/// Marks are escaped as well: what they stand on is not known to whoever puts the text together.
pub fn visible_json(json: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(class_of(c), Class::Visible | Class::Break) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

enum Class {
    Visible,
    Mark,
    Break,
    Hidden,
}

/// Allow-list by general category; everything unknown is hidden.
fn class_of(c: char) -> Class {
    if c == '\n' {
        return Class::Break;
    }
    // The brackets of our own escapes: text that could imitate one is escaped itself.
    // The blanks among letters and symbols draw nothing, so they are listed by hand.
    if matches!(
        c,
        '⟨' | '⟩'
            | '\u{13441}'
            | '\u{13442}'
            | '\u{1D159}'
            | '\u{16FE4}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{FFA0}'
            | '\u{2800}'
    ) || is_ignorable_mark(c)
        || is_half_a_picture(c)
    {
        return Class::Hidden;
    }
    let category = get_general_category(c);
    // A letter of no width, or a mark of one: terminals and tables of widths do not agree on how far it
    // goes, and a line that is longer than it was measured runs over what stands beside it.
    match c.width() {
        Some(1 | 2) if c == ' ' || is_drawn(category) || category == GeneralCategory::SpacingMark => Class::Visible,
        Some(0)
            if matches!(
                category,
                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
            ) =>
        {
            Class::Mark
        }
        Some(_) | None => Class::Hidden,
    }
}

/// The categories of letters, numbers, punctuation and symbols.
fn is_drawn(category: GeneralCategory) -> bool {
    use GeneralCategory as G;
    matches!(
        category,
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
            | G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// Letters of flags, and tones of skin: with what is beside them they may be one picture or two, and
/// terminals do not agree how wide that is.
fn is_half_a_picture(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Marks that change how a character is drawn but draw nothing: joiners and variation selectors.
fn is_ignorable_mark(c: char) -> bool {
    matches!(c, '\u{034F}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_direction_override_is_shown_and_counted() {
        let shown = Shown::line("pay \u{202E}0021");
        assert_eq!(shown.as_str(), "pay ⟨U+202E⟩0021");
        assert_eq!(shown.hidden(), 1);
    }

    #[test]
    fn what_is_drawn_wider_than_it_is_measured_is_shown_and_counted() {
        let alone = ['\u{A8FA}', '\u{1B35}', '\u{302E}', '\u{1161}', '\u{13441}', '\u{13442}'];
        for c in alone.into_iter().chain(['\u{1F1E9}', '\u{1F3FD}']) {
            assert_eq!(Shown::line(&format!("a{c}b")).hidden(), 1, "U+{:04X}", u32::from(c));
        }
        // Letters of many scripts, their vowel signs and accents are text.
        for text in ["नमस्ते", "ภาษาไทย", "e\u{301}", "안녕", "שָׁלוֹם", "漢字"] {
            assert_eq!(Shown::line(text).hidden(), 0, "{text}");
        }
    }

    #[test]
    fn escapes_breaks_and_tabs_cannot_leave_their_line() {
        let shown = Shown::line("a\x1b[2Jb\r\n\tc\u{9b}");
        assert_eq!(shown.as_str(), "a⟨U+001B⟩[2Jb⟨U+000D⟩⟨U+000A⟩⟨U+0009⟩c⟨U+009B⟩");
        assert_eq!(shown.hidden(), 5);
    }

    #[test]
    fn our_own_escape_cannot_be_imitated() {
        assert_eq!(Shown::line("⟨U+202E⟩").hidden(), 2);
    }

    #[test]
    fn invisible_letters_selectors_and_tags_are_hidden_characters() {
        for c in [
            '\u{200B}',
            '\u{200D}',
            '\u{FEFF}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{E0041}',
            '\u{E000}',
            '\u{00A0}',
            '\u{00AD}',
            '\u{2028}',
            '\u{2800}',
        ] {
            assert_eq!(Shown::line(&c.to_string()).hidden(), 1, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_letter_keeps_two_marks_and_not_a_pile() {
        assert_eq!(Shown::line("e\u{301}").hidden(), 0);
        assert_eq!(Shown::line(&format!("e{}", "\u{301}".repeat(30))).hidden(), 28);
        assert_eq!(Shown::line("\u{301}").hidden(), 1);
    }

    #[test]
    fn ordinary_text_of_the_world_is_left_alone() {
        for text in [
            "naïve façade",
            "日本語のテキスト",
            "Привет, мир",
            "€ 6,000.00 → done",
            "emoji 🎉",
            "שלום",
        ] {
            let shown = Shown::line(text);
            assert_eq!((shown.as_str(), shown.hidden()), (text, 0));
        }
    }

    #[test]
    fn a_name_in_two_scripts_is_noticed() {
        assert!(Shown::line("p\u{430}ypal.com").mixes_scripts());
        assert!(!Shown::line("paypal.com").mixes_scripts());
        assert!(!Shown::line("Привет paypal").mixes_scripts());
    }

    proptest! {
        #[test]
        fn nothing_unsafe_survives_and_nothing_vanishes(raw in any::<String>()) {
            let shown = Shown::line(&raw);
            prop_assert!(!shown.as_str().chars().any(char::is_control));
            let escapes = shown.as_str().matches("⟨U+").count();
            prop_assert_eq!(escapes, shown.hidden());
            let kept = shown.as_str().chars().count()
                - shown.as_str().split('⟨').skip(1).map(|s| s.split('⟩').next().map_or(0, |e| e.chars().count()) + 2).sum::<usize>();
            prop_assert_eq!(kept + shown.hidden(), raw.chars().count());
        }

        #[test]
        fn json_says_the_same_and_holds_nothing_that_hides(text in any::<String>()) {
            let json = visible_json(&serde_json::to_string(&text).expect("a string"));
            prop_assert_eq!(Shown::line(&json).hidden(), 0);
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }

        #[test]
        fn a_second_pass_over_plain_text_changes_nothing(raw in "[ -~]{0,80}") {
            let shown = Shown::line(&raw);
            prop_assert_eq!(shown.as_str(), raw.as_str());
        }
    }
}
