//! Reasons that are one key away, those a reviewer wrote lately, and texts that were begun and not sent.

use super::Then;
use crate::domain::EnvelopeId;

/// What everybody may say no with, where a class has no reasons of its own.
pub const REASONS: [&str; 5] = [
    "outside policy",
    "wrong recipient",
    "evidence missing",
    "duplicate",
    "wrong amount",
];

/// How many of a reviewer's own are offered again.
const RECENT: usize = 3;

/// How many of them are remembered: some may be the class's too.
const REMEMBERED: usize = 24;

/// How many texts are kept that were not sent.
const BEGUN: usize = 32;

/// The digits of a box that asks for a reason. What a digit means for a class never moves: its own reasons
/// come first, then the digit that writes one, and behind it what changes from one box to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// What the reason is for.
    pub then: Then,
    pub canned: Vec<String>,
    pub recent: Vec<String>,
    /// What was begun on this envelope before.
    pub begun: Option<String>,
    /// The next digit opens its reason in the line.
    pub opens: bool,
}

/// What a digit stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digit<'a> {
    /// A reason of the class: given as it stands.
    Canned(&'a str),
    Write,
    /// A reason of the reviewer's own: opened, because its digit is not always the same.
    Recent(&'a str),
    Begun(&'a str),
}

impl Reasons {
    /// Everything that is offered, by its digit.
    pub fn offered(&self) -> Vec<(char, Digit<'_>)> {
        let canned = self.canned.iter().map(|text| Digit::Canned(text));
        let recent = self.recent.iter().map(|text| Digit::Recent(text));
        let digits = ('1'..='9').zip(canned.chain([Digit::Write]).chain(recent));
        let begun = self.begun.iter().map(|text| ('0', Digit::Begun(text)));
        digits.chain(begun).collect()
    }

    /// What a key stands for.
    pub fn at(&self, key: char) -> Option<Digit<'_>> {
        let mut offered = self.offered().into_iter();
        offered.find(|(digit, _)| *digit == key).map(|(_, offered)| offered)
    }

    /// Whether there is anything beside writing one.
    pub fn is_empty(&self) -> bool {
        self.canned.is_empty() && self.recent.is_empty() && self.begun.is_none()
    }
}

/// What this reviewer gave as a reason for yes or no in this console, newest first and each once.
#[derive(Debug, Default)]
pub struct Own(Vec<(Then, String)>);

impl Own {
    /// Takes in a text that was written; what is no reason for either is not said again of something else.
    pub fn note(&mut self, then: &Then, text: &str) {
        if !matches!(then, Then::Approve | Then::Reject) {
            return;
        }
        self.0.retain(|(of, earlier)| !of.is_like(then) || earlier != text);
        self.0.insert(0, (then.clone(), text.to_owned()));
        self.0.truncate(REMEMBERED);
    }

    /// Those of an earlier time, as [`Self::all`] gave them.
    pub fn of(approve: &[String], reject: &[String]) -> Self {
        let given = |then: Then, texts: &[String]| -> Vec<_> {
            texts.iter().map(|text| (then.clone(), text.clone())).collect()
        };
        let mut own = given(Then::Approve, approve);
        own.extend(given(Then::Reject, reject));
        own.truncate(REMEMBERED);
        Self(own)
    }

    /// All that were given for one purpose, newest first.
    pub fn all(&self, then: &Then) -> Vec<String> {
        let own = self.0.iter().filter(|(of, _)| of.is_like(then));
        own.map(|(_, text)| text.clone()).collect()
    }

    /// Those that are not among what the class offers.
    pub fn recent(&self, then: &Then, canned: &[String]) -> Vec<String> {
        let own = self
            .0
            .iter()
            .filter(|(of, text)| of.is_like(then) && !canned.contains(text));
        own.take(RECENT).map(|(_, text)| text.clone()).collect()
    }
}

/// Texts that were begun, or sent and not answered yet: one for each envelope and purpose.
#[derive(Debug, Default)]
pub struct Begun(Vec<Unsent>);

#[derive(Debug)]
struct Unsent {
    of: EnvelopeId,
    then: Then,
    text: String,
    /// It is on its way: if it arrives, it is done with.
    is_sent: bool,
}

impl Unsent {
    fn is(&self, of: EnvelopeId, then: &Then) -> bool {
        self.of == of && self.then.is_like(then)
    }
}

impl Begun {
    /// Keeps a text; the oldest go where there are too many.
    pub fn keep(&mut self, of: EnvelopeId, then: Then, text: String) {
        self.forget(of, &then);
        self.0.push(Unsent {
            of,
            then,
            text,
            is_sent: false,
        });
        let surplus = self.0.len().saturating_sub(BEGUN);
        self.0.drain(..surplus);
    }

    /// Keeps a text that goes out now, until it is known that it arrived.
    pub fn send(&mut self, of: EnvelopeId, then: Then, text: String) {
        self.keep(of, then, text);
        if let Some(last) = self.0.last_mut() {
            last.is_sent = true;
        }
    }

    /// What was sent for this purpose arrived, or comes back to be sent again.
    pub fn answered(&mut self, then: Option<&Then>) {
        match then {
            Some(then) => self.0.retain(|text| !(text.is_sent && text.then.is_like(then))),
            None => self.0.iter_mut().for_each(|text| text.is_sent = false),
        }
    }

    /// What was begun for this.
    pub fn text(&self, of: EnvelopeId, then: &Then) -> Option<&str> {
        let begun = self.0.iter().find(|text| text.is(of, then) && !text.is_sent);
        begun.map(|begun| begun.text.as_str())
    }

    pub fn forget(&mut self, of: EnvelopeId, then: &Then) {
        self.0.retain(|text| !text.is(of, then));
    }

    /// The envelope is settled: nothing more is said of it.
    pub fn forget_all(&mut self, of: EnvelopeId) {
        self.0.retain(|text| text.of != of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(some: &[&str]) -> Vec<String> {
        some.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn own_reasons_come_newest_first_once_and_not_where_the_class_has_them() {
        let mut own = Own::default();
        for text in ["a", "b", "c", "a", "d"] {
            own.note(&Then::Reject, text);
        }
        own.note(&Then::Approve, "yes");
        own.note(&Then::Question, "why?");
        assert_eq!(own.recent(&Then::Reject, &[]), ["d", "a", "c"]);
        assert_eq!(own.recent(&Then::Reject, &texts(&["a"])), ["d", "c", "b"]);
        assert_eq!(own.recent(&Then::Approve, &[]), ["yes"]);
        assert_eq!(own.recent(&Then::Question, &[]), texts(&[]));
    }

    #[test]
    fn the_digit_that_writes_one_stays_where_it_is_whatever_was_written() {
        let mut reasons = Reasons {
            then: Then::Reject,
            canned: texts(&["x", "y"]),
            recent: Vec::new(),
            begun: None,
            opens: false,
        };
        assert_eq!(reasons.at('3'), Some(Digit::Write));
        assert_eq!((reasons.at('4'), reasons.at('0')), (None, None));
        (reasons.recent, reasons.begun) = (texts(&["mine"]), Some("half a".to_owned()));
        assert_eq!(reasons.at('3'), Some(Digit::Write));
        assert_eq!(reasons.at('4'), Some(Digit::Recent("mine")));
        assert_eq!(reasons.at('0'), Some(Digit::Begun("half a")));
        reasons.canned = texts(&["1", "2", "3", "4", "5", "6", "7", "8"]);
        assert_eq!(
            reasons.at('9'),
            Some(Digit::Write),
            "eight and one to write: no digit is left"
        );
    }

    #[test]
    fn a_text_is_kept_for_its_envelope_and_its_purpose() {
        let (one, other) = (EnvelopeId(uuid::Uuid::nil()), EnvelopeId(uuid::Uuid::max()));
        let mut begun = Begun::default();
        begun.keep(one, Then::Escalate("sam".to_owned()), "for sam".to_owned());
        begun.keep(one, Then::Reject, "no".to_owned());
        begun.keep(one, Then::Reject, "no, because".to_owned());
        assert_eq!(begun.text(one, &Then::Reject), Some("no, because"));
        assert_eq!(begun.text(one, &Then::Escalate("sue".to_owned())), Some("for sam"));
        assert_eq!(begun.text(other, &Then::Reject), None);
        begun.forget(one, &Then::Reject);
        assert_eq!(begun.text(one, &Then::Reject), None);
        begun.send(one, Then::Question, "why?".to_owned());
        assert_eq!(begun.text(one, &Then::Question), None, "it is on its way");
        begun.answered(None);
        assert_eq!(begun.text(one, &Then::Question), Some("why?"), "it did not arrive");
        begun.send(one, Then::Question, "why?".to_owned());
        begun.answered(Some(&Then::Question));
        begun.answered(None);
        assert_eq!(begun.text(one, &Then::Question), None);
        begun.forget_all(one);
        assert_eq!(begun.text(one, &Then::Escalate(String::new())), None);
    }
}
