//! What is looked for, in the queue as in the past: `class:payment amount>500 agent:support-* since:2026-11-01`.
//!
//! Words stand side by side and every one has to fit; a `-` before one turns it round. What is no key of
//! ours, such as `https://…`, is a word. Case does not count.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{Glob, Role, Severity, Stage, parse_moment, parse_span};

/// What a word can begin with to be more than a word.
pub const SEARCH_KEYS: [&str; 14] = [
    "class:",
    "agent:",
    "tool:",
    "target:",
    "run:",
    "by:",
    "role:",
    "stage:",
    "severity:",
    "since:",
    "until:",
    "amount",
    "age",
    "left",
];

/// In lower case, in any alphabet. The small sigma that ends a Greek word is the one within it: where a text is cut
/// does not change what it says.
pub fn folded(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}

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
    /// The number alone, both ends included.
    AmountIn(Decimal, Decimal),
    /// It was proposed then or later.
    Since(Timestamp),
    /// It was proposed before then, as an export's `--until` has it.
    Until(Timestamp),
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

    /// What holds exactly where it does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Above => Self::AtMost,
            Self::AtLeast => Self::Below,
            Self::Below => Self::AtLeast,
            Self::AtMost => Self::Above,
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
    #[error("`{0}` goes down: write the smaller amount first, such as amount:100..500")]
    Range(String),
    #[error("`{0}` is no length of time, such as 10m, 4h or 2d")]
    Span(String),
    #[error("`{0}` is no date such as 2026-11-21, and no time such as 2026-11-21T04:12:09Z (UTC)")]
    Moment(String),
    #[error("`{0}` compares nothing: age and left take >, <, >= or <=, such as age>10m")]
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
    let lower = folded(word);
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
            "since" => return moment(value).map(Wanted::Since),
            "until" => return moment(value).map(Wanted::Until),
            _ => {}
        }
    }
    let measured = ["amount", "age", "left"];
    let Some(key) = measured.into_iter().find(|key| is_measured(&lower, key)) else {
        return Ok(Wanted::Word(lower));
    };
    let compared = &lower[key.len()..];
    if key == "amount" {
        return amounts(compared);
    }
    let (relation, value) = relation(compared).ok_or_else(|| SearchError::Relation(lower.clone()))?;
    let span = parse_span(value).map_err(|_| SearchError::Span(value.to_owned()))?;
    Ok(if key == "age" {
        Wanted::Age(relation, span)
    } else {
        Wanted::Left(relation, span)
    })
}

/// What stands behind `amount`: `>500`, `=500`, `:500`, and `:100..500`, of which either end may be left out.
fn amounts(text: &str) -> Result<Wanted, SearchError> {
    if let Some((relation, value)) = relation(text) {
        return Ok(Wanted::Amount(relation, amount(value)?));
    }
    let value = text.trim_start_matches([':', '=']);
    match value.split_once("..") {
        None => amount(value).map(|at| Wanted::AmountIn(at, at)),
        Some((low, "")) => Ok(Wanted::Amount(Relation::AtLeast, amount(low)?)),
        Some(("", high)) => Ok(Wanted::Amount(Relation::AtMost, amount(high)?)),
        Some((low, high)) => {
            let (least, most) = (amount(low)?, amount(high)?);
            let in_order = least <= most;
            in_order
                .then_some(Wanted::AmountIn(least, most))
                .ok_or_else(|| SearchError::Range(value.to_owned()))
        }
    }
}

fn amount(text: &str) -> Result<Decimal, SearchError> {
    Decimal::from_str_exact(&text.replace(',', "")).map_err(|_| SearchError::Amount(text.to_owned()))
}

fn moment(text: &str) -> Result<Timestamp, SearchError> {
    parse_moment(text).map_err(|_| SearchError::Moment(text.to_owned()))
}

/// Whether it is more than a word: `age:10m` compares nothing, and is refused instead of looked for.
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
            ("age:10m", SearchError::Relation("age:10m".into())),
            ("left=10m", SearchError::Relation("left=10m".into())),
            ("amount:", SearchError::Amount(String::new())),
            ("amount:..", SearchError::Amount(String::new())),
            ("amount:1..x", SearchError::Amount("x".into())),
            ("amount:1..2..3", SearchError::Amount("2..3".into())),
            ("amount:500..100", SearchError::Range("500..100".into())),
            ("since:monday", SearchError::Moment("monday".into())),
            ("until:2026-02-30", SearchError::Moment("2026-02-30".into())),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        assert_eq!(read("amounts -").expect("words").len(), 2);
    }

    #[test]
    fn amounts_lie_between_two_ends_and_times_after_and_before_a_moment() {
        let number = |n: i64| Decimal::from(n);
        for (text, wanted) in [
            ("amount=250", Wanted::AmountIn(number(250), number(250))),
            ("amount:1,000", Wanted::AmountIn(number(1_000), number(1_000))),
            ("amount:100..500", Wanted::AmountIn(number(100), number(500))),
            ("amount=-5..5", Wanted::AmountIn(number(-5), number(5))),
            ("amount:100..", Wanted::Amount(Relation::AtLeast, number(100))),
            ("amount:..500", Wanted::Amount(Relation::AtMost, number(500))),
            (
                "since:2026-11-01",
                Wanted::Since("2026-11-01T00:00:00Z".parse().expect("a time")),
            ),
            (
                "until:2026-11-01T08:30:00+01:00",
                Wanted::Until("2026-11-01T07:30:00Z".parse().expect("a time")),
            ),
        ] {
            let not = false;
            assert_eq!(read(text), Ok(vec![Term { wanted, not }]), "{text}");
        }
        assert_eq!(read("since:").expect("a word").len(), 1, "what has no value is a word");
    }

    proptest! {
        #[test]
        fn a_range_is_its_ends_in_whatever_way_they_are_written(
            low in -1_000_000_i64..1_000_000, more in 0_i64..1_000_000, sign in "[:=]", scale in 0_u32..6
        ) {
            let (low, high) = (Decimal::new(low, scale), Decimal::new(low + more, scale));
            let terms = read(&format!("-AMOUNT{sign}{low}..{high}")).expect("read");
            prop_assert_eq!(terms, [Term { wanted: Wanted::AmountIn(low, high), not: true }]);
        }

        #[test]
        fn what_begins_like_an_amount_or_a_time_is_read_or_refused_and_never_a_word(
            key in "amount|age|left", sign in "[:=<>]", value in "[0-9.,x-]{0,12}"
        ) {
            let word = format!("{key}{sign}{value}");
            if let Ok(terms) = read(&word) {
                prop_assert!(!matches!(terms[0].wanted, Wanted::Word(..)), "{}", word);
            }
        }

        #[test]
        fn no_word_of_a_search_is_lost(text in any::<String>()) {
            if let Ok(search) = text.parse::<Search>() {
                prop_assert_eq!(search.terms.len(), text.split_whitespace().count());
            }
        }
    }
}
