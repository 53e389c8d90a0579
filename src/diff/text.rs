//! Two texts line by line, for file contents, commands and whole records.

use similar::{ChangeTag, TextDiff};

use super::Until;

/// Longer texts are compared by lines alone: what changed inside one would take too long to find.
const LONGEST_INLINE: usize = 64 * 1024;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Same,
    Removed,
    Added,
}

/// Two texts aligned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineDiff {
    /// Every line of both.
    pub lines: Vec<TextLine>,
    /// Time ran out: lines that are the same may stand as removed and added, and words may not be marked.
    pub partial: bool,
}

/// A line, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLine {
    pub side: Side,
    pub pieces: Vec<Piece>,
    /// Its text ends here, without a line break.
    pub is_open: bool,
}

/// A part of a line, and whether it is what makes the line differ from the one it replaces or that replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub marked: bool,
}

/// Aligns two texts.
pub fn text(before: &str, after: &str, until: Until) -> LineDiff {
    let mut config = TextDiff::configure();
    if let Some(until) = until.instant() {
        config.deadline(until);
    }
    let diff = config.diff_lines(before, after);
    let lines = if before.len() + after.len() > LONGEST_INLINE {
        let changes = diff.iter_all_changes();
        changes
            .map(|change| line(change.tag(), &[(false, change.value())]))
            .collect()
    } else {
        // Where the time is over, no words are marked: the lines say it all the same.
        let changes = diff
            .ops()
            .iter()
            .flat_map(|op| diff.iter_inline_changes_deadline(op, until.instant()));
        changes
            .map(|change| {
                let values = change.values().iter();
                line(change.tag(), &values.copied().collect::<Vec<_>>())
            })
            .collect()
    };
    // Asked last: marking words takes time as well.
    LineDiff {
        lines,
        partial: until.is_over(),
    }
}

fn line(tag: ChangeTag, values: &[(bool, &str)]) -> TextLine {
    let side = match tag {
        ChangeTag::Equal => Side::Same,
        ChangeTag::Delete => Side::Removed,
        ChangeTag::Insert => Side::Added,
    };
    let piece = |(marked, text): &(bool, &str)| Piece {
        text: text.trim_end_matches('\n').to_owned(),
        marked: *marked,
    };
    TextLine {
        side,
        pieces: values.iter().map(piece).collect(),
        is_open: !values.last().is_some_and(|(_, text)| text.ends_with('\n')),
    }
}

impl TextLine {
    /// All of it.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use proptest::prelude::*;

    fn text(before: &str, after: &str) -> Vec<TextLine> {
        let diff = super::text(before, after, Until::within(Duration::from_mins(1)));
        assert!(!diff.partial);
        diff.lines
    }

    fn without(diff: &[TextLine], other: Side) -> Vec<String> {
        diff.iter()
            .filter(|line| line.side != other)
            .map(TextLine::text)
            .collect()
    }

    #[test]
    fn what_makes_a_line_differ_is_marked() {
        let diff = text("pay 60 to Ana today\n", "pay 6000 to Ana today\n");
        let marked = |line: &TextLine| -> Vec<String> {
            let pieces = line.pieces.iter().filter(|piece| piece.marked);
            pieces.map(|piece| piece.text.clone()).collect()
        };
        assert_eq!(diff.iter().map(marked).collect::<Vec<_>>(), [["60"], ["6000"]]);
    }

    #[test]
    fn where_only_the_last_line_break_differs_the_line_without_it_is_known() {
        let ends: Vec<(Side, bool)> = text("a\nb\n", "a\nb")
            .iter()
            .map(|line| (line.side, line.is_open))
            .collect();
        assert_eq!(ends, [(Side::Same, false), (Side::Removed, false), (Side::Added, true)]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_diff(before in "[ab\n]{0,30}", after in "[ab\n]{0,30}") {
            let diff = text(&before, &after);
            prop_assert_eq!(without(&diff, Side::Added), before.lines().map(str::to_owned).collect::<Vec<_>>());
            prop_assert_eq!(without(&diff, Side::Removed), after.lines().map(str::to_owned).collect::<Vec<_>>());
        }

        #[test]
        fn where_time_ran_out_both_texts_are_there_all_the_same(before in "[ab\n]{0,30}", after in "[ab\n]{0,30}") {
            let diff = super::text(&before, &after, Until::within(Duration::ZERO));
            prop_assert!(diff.partial);
            prop_assert_eq!(without(&diff.lines, Side::Added), before.lines().map(str::to_owned).collect::<Vec<_>>());
            prop_assert_eq!(without(&diff.lines, Side::Removed), after.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }
}
