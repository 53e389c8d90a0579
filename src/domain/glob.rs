//! Names as people look for them: with a star for what they do not write, or by a few of their letters.

/// A name, with `*` for any part of one. In lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn fits(&self, name: &str) -> bool {
        let name = super::folded(name);
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        true
    }

    /// Whether a dotted name is this one or lies below it.
    pub fn covers(&self, name: &str) -> bool {
        self.fits(name)
            || name
                .match_indices('.')
                .any(|(dot, _)| name.get(..dot).is_some_and(|above| self.fits(above)))
    }
}

/// Whether the letters of a word come in a name in their order, the first of them where a part of the name
/// begins: `pyrf` finds `payment.refund`. Digits and signs are never guessed around: `t-440` is not `T-4410`.
/// The word is in lower case.
pub fn loosely(name: &str, word: &str) -> bool {
    let name = super::folded(name);
    if name.contains(word) {
        return true;
    }
    let first = word.chars().next().filter(|_| word.chars().all(char::is_alphabetic));
    let Some(first) = first else {
        return false;
    };
    let begins = |at: usize| {
        let before = name[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric())
    };
    name.match_indices(first).any(|(at, _)| {
        let mut letters = name[at..].chars();
        begins(at) && word.chars().all(|wanted| letters.any(|letter| letter == wanted))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_is_any_part_of_a_name_and_a_class_covers_those_below_it() {
        for (glob, fits, not) in [
            ("support-*", "Support-3", "xsupport-3"),
            ("*-3", "support-3", "support-33"),
            ("a*b*c", "a1b2bc", "a1c2b"),
            ("ops-1", "ops-1", "ops-12"),
            ("*", "", "-"),
        ] {
            assert!(Glob::new(glob).fits(fits), "{glob} {fits}");
            assert!(glob == "*" || !Glob::new(glob).fits(not), "{glob} {not}");
        }
        assert!(Glob::new("payment").covers("payment.refund.large"));
        assert!(!Glob::new("pay").covers("payment.refund"));
        assert!(Glob::new("pay*").covers("payment.refund"));
    }

    #[test]
    fn letters_find_a_name_loosely_from_where_a_part_of_it_begins() {
        for (name, word) in [
            ("payment.refund", "pyrf"),
            ("support-3", "port"),
            ("Order/12345", "r/123"),
        ] {
            assert!(loosely(name, word), "{name} {word}");
        }
        for (name, word) in [("payment.refund", "aymfx"), ("T-4410", "t-440"), ("ops-1", "spo")] {
            assert!(!loosely(name, word), "{name} {word}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in any::<String>(), name in any::<String>()) {
            let _ = (Glob::new(&text).covers(&name), loosely(&name, &text.to_lowercase()));
        }

        #[test]
        fn a_name_fits_itself_and_any_cut_of_it_with_a_star(name in "[a-z0-9.-]{0,12}", at in 0_usize..12) {
            let at = at.min(name.len());
            let glob = format!("{}*{}", &name[..at], &name[at..]);
            prop_assert!(Glob::new(&name).fits(&name));
            prop_assert!(Glob::new(&glob).fits(&name));
        }
    }
}
