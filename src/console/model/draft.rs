//! Arguments that a reviewer is writing.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui_textarea::{TextArea, WrapMode};

use super::About;
use crate::api::Becomes;
use crate::console::sheet::Line;
use crate::diff;
use crate::domain::{Digest, visible_json};
use crate::ledger;

/// An edit in the making. What is written outlives the box: Esc keeps it.
#[derive(Debug)]
pub struct Draft {
    pub about: About,
    pub votes: u32,
    pub title: String,
    /// The arguments as they are to run now, byte for byte.
    pub raw: String,
    /// The same as it was put into the editor.
    pub original: String,
    /// How they came to be what they are: a fragment.
    pub origin: String,
    /// The payload that the text was begun on, where it is another than waits now.
    pub begun_on: Option<Digest>,
    pub area: TextArea<'static>,
    /// What is wrong with the text, with line and column: a sentence.
    pub fault: Option<String>,
    /// The text that the gate was asked about and has not answered yet.
    pub asked: Option<String>,
    /// The policy's word on a text.
    pub becomes: Option<(String, Result<Becomes, String>)>,
    pub stale: Option<String>,
    /// The last question before it is sent.
    pub confirm: Option<Confirm>,
}

/// What an edit does, and whether it is meant.
#[derive(Debug)]
pub struct Confirm {
    pub lines: Vec<Line>,
    pub consequence: String,
    pub deaf_until: Timestamp,
    pub reason: Option<String>,
    /// The key that rejects elsewhere was pressed: a sentence. Only Esc is left.
    pub doubt: Option<String>,
    /// A reason that is being written.
    pub writing: Option<String>,
}

impl Draft {
    /// Opens the arguments, or the text that was kept of an earlier try: nothing of it is lost because the
    /// payload is another by now.
    pub fn new(about: About, votes: u32, title: String, raw: &str, kept: Option<(Digest, String)>) -> Self {
        let original = editable(raw);
        let begun_on = kept.as_ref().map(|(of, _)| *of).filter(|of| *of != about.digest);
        let text = kept.map_or_else(|| original.clone(), |(_, text)| text);
        let mut draft = Self {
            about,
            votes,
            title,
            raw: raw.to_owned(),
            original,
            origin: "as it was proposed".to_owned(),
            begun_on,
            area: area(&text),
            fault: None,
            asked: None,
            becomes: None,
            stale: None,
            confirm: None,
        };
        draft.check();
        draft
    }

    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    pub fn is_changed(&self) -> bool {
        self.text() != self.original
    }

    /// Puts another text in, as it came from elsewhere: with the line ends and the indents of this editor,
    /// which in JSON mean the same.
    pub fn replace(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\t', "  ");
        self.area = area(&visible_json(text.trim_end_matches('\n')));
        self.check();
    }

    /// Takes the arguments as they wait now; what stood there comes back with the editor's own undo.
    pub fn begin_anew(&mut self) {
        self.area.select_all();
        self.area.insert_str(&self.original);
        self.begun_on = None;
        self.check();
    }

    /// What is kept of it: the text, and the payload that it was begun on.
    pub fn kept(&self) -> Option<(Digest, String)> {
        let begun_on = self.begun_on.unwrap_or(self.about.digest);
        self.is_changed().then(|| (begun_on, self.text()))
    }

    /// Takes text in at the cursor.
    pub fn insert(&mut self, text: &str) {
        self.area.insert_str(visible_json(text));
        self.check();
    }

    /// Looks for what would make the gate refuse it, and says where it stands.
    pub fn check(&mut self) {
        let text = self.text();
        self.fault = match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
            Err(error) => Some(format!("Not JSON: {error}.")),
            Ok(_) if !text.trim_start().starts_with('{') => Some("The arguments must be a JSON object.".to_owned()),
            Ok(_) => ledger::scan(text.as_bytes())
                .err()
                .map(|refusal| format!("{} At {}.", refusal.message, refusal.pointer)),
        };
    }

    /// The text that the policy should be asked about, if it has not been.
    pub fn question(&mut self) -> Option<String> {
        let text = self.text();
        let known = self.becomes.as_ref().is_some_and(|(of, _)| *of == text);
        if self.fault.is_some() || known || self.asked.is_some() || !self.is_changed() {
            return None;
        }
        self.asked = Some(text.clone());
        Some(text)
    }

    /// The policy's word on what stands there now.
    pub fn judged(&self) -> Option<&Result<Becomes, String>> {
        let (of, becomes) = self.becomes.as_ref()?;
        (*of == self.text()).then_some(becomes)
    }
}

fn area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::from(text.lines());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    // The terminal's own cursor stands there instead, so that input methods know where they are.
    area.set_cursor_style(Style::default());
    area.set_cursor_line_style(Style::default());
    area
}

/// JSON laid out in lines, in which nothing hides: what could not be seen is written as its JSON escape,
/// which means the same.
fn editable(raw: &str) -> String {
    visible_json(&diff::pretty(raw).join("\n"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::EnvelopeId;

    fn draft(raw: &str) -> Draft {
        let about = About {
            id: EnvelopeId(Uuid::nil()),
            digest: Digest([0; 32]),
            revision: 1,
        };
        Draft::new(about, 0, String::new(), raw, None)
    }

    #[test]
    fn what_hides_is_written_as_its_escape_and_means_the_same() {
        let raw = "{\"to\":\"a\u{202e}b\u{1F468}\u{E0041}\",\"n\":1.50}";
        let text = draft(raw).text();
        assert!(!text.contains('\u{202e}') && text.contains("\\u202e") && text.contains("\\udb40\\udc41"));
        assert!(text.contains("1.50"));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&text), read(raw));
        assert!(!draft(raw).is_changed());
    }

    #[test]
    fn a_fault_is_named_by_line_and_column_and_the_text_stays() {
        let mut draft = draft(r#"{"a":1}"#);
        draft.replace("{\n  \"a\": 1,\n}");
        assert_eq!(
            draft.fault.as_deref(),
            Some("Not JSON: key must be a string at line 3 column 1.")
        );
        draft.replace("{\"a\": 1, \"a\": 2}");
        assert!(
            draft.fault.as_deref().is_some_and(|fault| fault.ends_with("At /a.")),
            "{:?}",
            draft.fault
        );
        draft.replace("{\n  \"a\": 1,\n  \"a\": 2\n}");
        assert_eq!(
            draft.fault.as_deref(),
            Some("The same key stands twice in one object (line 3, column 3). At /a.")
        );
        draft.replace("{\r\n\t\"a\": 1\r\n}\r\n");
        assert_eq!(
            (draft.fault.as_deref(), draft.text().as_str()),
            (None, "{\n  \"a\": 1\n}")
        );
        draft.replace("[]");
        assert_eq!(draft.fault.as_deref(), Some("The arguments must be a JSON object."));
        assert_eq!(draft.text(), "[]");
    }
}
