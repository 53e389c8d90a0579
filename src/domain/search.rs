//! What is looked for, in the queue as in the past: `class:payment amount>500 agent:support-* age>10m`.
//!
//! Words stand side by side and every one has to fit; a `-` before one turns it round. What is no key of
//! ours, such as `https://…`, is a word. Case does not count.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::{Glob, Role, Severity, Stage, parse_span};

/// What a word can begin with to be more than a word.
pub const SEARCH_KEYS: [&str; 12] = [
    "class:",
    "agent:",
    "tool:",
    "target:",
    "run:",
    "by:",
    "role:",
    "stage:",
    "severity:",
    "amount",
    "age",
    "left",
];

/// A search that was read; none of its words is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    text: String,
    pub terms: Vec<Term>,
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub wanted: Wanted,
    /// Written with a `-`: it must not fit.
    pub not: bool,
}

/// What one word asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// `class:payment` is every class below `payment` too.
    Class(Glob),
    Agent(Glob),
    Tool(Glob),
    Target(Glob),
    Run(Glob),
    /// In the queue who has it or works on it, in the past who decided it.
    By(Glob),
    Role(Role),
    Stage(Stage),
    Severity(Severity),
    /// The number alone: whoever mixes currencies says which in a word of its own.
    Amount(Relation, Decimal),
    /// Since it was proposed.
    Age(Relation, SignedDuration),
    /// Until its deadline.
    Left(Relation, SignedDuration),
    /// Anywhere in it.
    Word(String),
}

/// How a number compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Relation {
    pub fn holds<T: PartialOrd>(self, have: &T, than: &T) -> bool {
        match self {
            Self::Above => have > than,
            Self::AtLeast => have >= than,
            Self::Below => have < than,
            Self::AtMost => have <= than,
        }
    }

    /// The other way round, for what falls while time goes on.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
        }
    }

    /// As SQL and people write it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

/// Why a search cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    #[error("`{0}` is no stage, such as waiting, rejected or done")]
    Stage(String),
    #[error("`{0}` is no severity: low, high or severe")]
    Severity(String),
    #[error("`{0}` is no role, such as reviewer or senior")]
    Role(String),
    #[error("`{0}` is no amount, such as 500 or 19.90")]
    Amount(String),
    #[error("`{0}` is no length of time, such as 10m, 4h or 2d")]
    Span(String),
    #[error("`{0}` compares nothing: amount, age and left take >, <, >= or <=")]
    Relation(String),
}

impl Search {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether what fits changes while time goes by.
    pub fn tells_time(&self) -> bool {
        let tells = |term: &Term| matches!(term.wanted, Wanted::By(..) | Wanted::Age(..) | Wanted::Left(..));
        self.terms.iter().any(tells)
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Search {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let terms = text.split_whitespace().map(term).collect::<Result<_, _>>()?;
        Ok(Self {
            text: text.trim().to_owned(),
            terms,
        })
    }
}

fn term(word: &str) -> Result<Term, SearchError> {
    let turned = word.strip_prefix('-').filter(|rest| !rest.is_empty());
    Ok(Term {
        wanted: wanted(turned.unwrap_or(word))?,
        not: turned.is_some(),
    })
}

fn wanted(word: &str) -> Result<Wanted, SearchError> {
    let lower = word.to_lowercase();
    if let Some((key, value)) = lower.split_once(':').filter(|(_, value)| !value.is_empty()) {
        let said = || value.to_owned();
        match key {
            "class" => return Ok(Wanted::Class(Glob::new(value))),
            "agent" => return Ok(Wanted::Agent(Glob::new(value))),
            "tool" => return Ok(Wanted::Tool(Glob::new(value))),
            "target" => return Ok(Wanted::Target(Glob::new(value))),
            "run" => return Ok(Wanted::Run(Glob::new(value))),
            "by" => return Ok(Wanted::By(Glob::new(value))),
            "role" => return value.parse().map(Wanted::Role).map_err(|_| SearchError::Role(said())),
            "stage" => return value.parse().map(Wanted::Stage).map_err(|_| SearchError::Stage(said())),
            "severity" => {
                let severity = value.parse().map(Wanted::Severity);
                return severity.map_err(|_| SearchError::Severity(said()));
            }
            _ => {}
        }
    }
    let measured = ["amount", "age", "left"];
    let Some(key) = measured.into_iter().find(|key| is_measured(&lower, key)) else {
        return Ok(Wanted::Word(lower));
    };
    let (relation, value) = relation(&lower[key.len()..]).ok_or_else(|| SearchError::Relation(lower.clone()))?;
    if key == "amount" {
        let amount = Decimal::from_str_exact(&value.replace(',', ""));
        let amount = amount.map_err(|_| SearchError::Amount(value.to_owned()))?;
        return Ok(Wanted::Amount(relation, amount));
    }
    let span = parse_span(value).map_err(|_| SearchError::Span(value.to_owned()))?;
    Ok(if key == "age" {
        Wanted::Age(relation, span)
    } else {
        Wanted::Left(relation, span)
    })
}

/// `amount>500` and, so that it is not taken for a word, `amount:500` and `amount=500` too.
fn is_measured(word: &str, key: &str) -> bool {
    word.strip_prefix(key)
        .is_some_and(|rest| rest.starts_with(['>', '<', '=', ':']))
}

fn relation(text: &str) -> Option<(Relation, &str)> {
    [
        (">=", Relation::AtLeast),
        ("<=", Relation::AtMost),
        (">", Relation::Above),
        ("<", Relation::Below),
    ]
    .into_iter()
    .find_map(|(sign, relation)| Some((relation, text.strip_prefix(sign)?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Vec<Term>, SearchError> {
        text.parse::<Search>().map(|search| search.terms)
    }

    #[test]
    fn a_search_is_words_that_all_have_to_fit() {
        let terms =
            read("class:Payment amount>=1,500.50 -agent:support-* age>10m https://x.example Ana").expect("read");
        let plain = |wanted| Term { wanted, not: false };
        assert_eq!(
            terms,
            [
                plain(Wanted::Class(Glob::new("payment"))),
                plain(Wanted::Amount(Relation::AtLeast, Decimal::new(150_050, 2))),
                Term {
                    wanted: Wanted::Agent(Glob::new("support-*")),
                    not: true
                },
                plain(Wanted::Age(Relation::Above, SignedDuration::from_mins(10))),
                plain(Wanted::Word("https://x.example".to_owned())),
                plain(Wanted::Word("ana".to_owned())),
            ]
        );
    }

    #[test]
    fn what_is_half_a_search_is_refused_and_not_taken_for_a_word() {
        for (text, error) in [
            ("stage:gone", SearchError::Stage("gone".into())),
            ("severity:grave", SearchError::Severity("grave".into())),
            ("role:boss", SearchError::Role("boss".into())),
            ("amount>x", SearchError::Amount("x".into())),
            ("age>ten", SearchError::Span("ten".into())),
            ("amount:500", SearchError::Relation("amount:500".into())),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        assert_eq!(read("amounts -").expect("words").len(), 2);
    }

    proptest! {
        #[test]
        fn no_word_of_a_search_is_lost(text in any::<String>()) {
            if let Ok(search) = text.parse::<Search>() {
                prop_assert_eq!(search.terms.len(), text.split_whitespace().count());
            }
        }
    }
}
