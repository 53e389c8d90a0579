//! Two texts line by line, for file contents, commands and whole records.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// How long aligning may take; after that what is left is shown as removed and added.
const PATIENCE: Duration = Duration::from_millis(50);

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Same,
    Removed,
    Added,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLine {
    pub side: Side,
    /// Without its line break.
    pub text: String,
}

/// Aligns two texts. The result holds every line of both.
pub fn text(before: &str, after: &str) -> Vec<TextLine> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    diff.iter_all_changes()
        .map(|change| TextLine {
            side: match change.tag() {
                ChangeTag::Equal => Side::Same,
                ChangeTag::Delete => Side::Removed,
                ChangeTag::Insert => Side::Added,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_diff(before in "[ab\n]{0,30}", after in "[ab\n]{0,30}") {
            let diff = text(&before, &after);
            let without = |other: Side| diff.iter().filter(|line| line.side != other).map(|line| line.text.clone()).collect::<Vec<_>>();
            prop_assert_eq!(without(Side::Added), before.lines().map(str::to_owned).collect::<Vec<_>>());
            prop_assert_eq!(without(Side::Removed), after.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }
}
