//! Name patterns: `*` stands for any run of characters, all else for itself.

use std::fmt;

/// A pattern over tool names and other short text. Letters match in either case.
///
/// Only `*`, so that what a policy lets through can be read off its text. Case does not count because
/// agents spell one tool in several ways; a name that only looks alike does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(rest) = parts.next().and_then(|first| strip_prefix(text, first)) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        let mut rest = rest;
        for part in parts {
            let Some(at) = find(rest, part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.len() >= last.len() && rest.as_bytes()[rest.len() - last.len()..].eq_ignore_ascii_case(last.as_bytes())
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.as_bytes().get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix.as_bytes())
        .then(|| &text[prefix.len()..])
}

fn find(text: &str, part: &str) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.as_bytes()
        .windows(part.len())
        .position(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_is_any_run_and_case_does_not_count() {
        for (pattern, text, expected) in [
            ("issue_refund", "Issue_Refund", true),
            ("issue_refund", "issue_refunds", false),
            ("*.refunds.create", "stripe.refunds.create", true),
            ("*.refunds.create", "refunds.create", false),
            ("get_*", "get_", true),
            ("*delete*", "undelete_row", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("p*", "é", false),
            ("*é", "caffé", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(text), expected, "{pattern} on {text}");
        }
    }

    /// Matching by trying every split, as an oracle.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| slow(rest, &text[at..])),
            Some((byte, rest)) => text
                .split_first()
                .is_some_and(|(c, tail)| c == byte && slow(rest, tail)),
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_trying_every_split(pattern in "[ab*]{0,7}", text in "[ab]{0,9}") {
            prop_assert_eq!(Glob::new(&pattern).matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn no_text_makes_it_panic(pattern in any::<String>(), text in any::<String>()) {
            let _ = Glob::new(&pattern).matches(&text);
        }
    }
}
