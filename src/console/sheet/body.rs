//! What can have the whole screen: its lines, where something changes in them, and what can be folded away.

use std::ops::Range;

use super::Line;

/// Up to so many lines that are the same stand there unfolded from the first.
const FEW: usize = 12;

/// Lines that scroll as one. A line is counted in all of them, a row in what is shown of them.
#[derive(Debug, Default)]
pub struct Body {
    pub lines: Vec<Line>,
    /// The first line of each change, in order.
    pub changes: Vec<usize>,
    /// What is the same, in order and apart.
    folds: Vec<Fold>,
}

/// Lines that are the same on both sides, and one that stands for them.
#[derive(Debug, Clone)]
pub(super) struct Fold {
    pub lines: Range<usize>,
    pub sign: Line,
    /// The row of that one, where all are folded.
    pub row: usize,
}

/// What is drawn in one row.
#[derive(Debug)]
pub struct Row<'a> {
    pub line: &'a Line,
    /// The lines that this is, or stands for.
    pub lines: Range<usize>,
    pub is_folded: bool,
}

impl Body {
    pub(super) fn new(lines: Vec<Line>, changes: Vec<usize>, folds: Vec<Fold>) -> Self {
        let mut body = Self { lines, changes, folds };
        body.count();
        body
    }

    /// Lines with nothing to compare.
    pub fn plain(lines: Vec<Line>) -> Self {
        Self::new(lines, Vec::new(), Vec::new())
    }

    /// The same below other lines.
    pub(super) fn below(mut self, mut head: Vec<Line>) -> Self {
        let by = head.len();
        head.append(&mut self.lines);
        self.lines = head;
        self.changes.iter_mut().for_each(|line| *line += by);
        for fold in &mut self.folds {
            fold.lines = fold.lines.start + by..fold.lines.end + by;
        }
        self.count();
        self
    }

    fn count(&mut self) {
        let mut saved = 0;
        for fold in &mut self.folds {
            fold.row = fold.lines.start - saved;
            saved += fold.lines.len() - 1;
        }
    }

    /// Whether there is anything to fold.
    pub fn has_folds(&self) -> bool {
        !self.folds.is_empty()
    }

    /// Whether it is folded until somebody says otherwise.
    pub fn folds_itself(&self) -> bool {
        self.folds.iter().map(|fold| fold.lines.len()).sum::<usize>() > FEW
    }

    /// How many rows there are.
    pub fn rows(&self, folded: bool) -> usize {
        self.row(self.lines.len(), folded)
    }

    /// The row that a line stands in, or the one that stands for it.
    pub fn row(&self, line: usize, folded: bool) -> usize {
        if !folded {
            return line;
        }
        let before = self.folds.partition_point(|fold| fold.lines.end <= line);
        match self.folds.get(before).filter(|fold| fold.lines.contains(&line)) {
            Some(fold) => fold.row,
            None => match before.checked_sub(1).and_then(|last| self.folds.get(last)) {
                Some(fold) => fold.row + 1 + (line - fold.lines.end),
                None => line,
            },
        }
    }

    /// What is drawn in a row.
    pub fn at(&self, row: usize, folded: bool) -> Option<Row<'_>> {
        let mut line = row;
        if folded {
            let before = self.folds.partition_point(|fold| fold.row < row);
            if let Some(fold) = self.folds.get(before).filter(|fold| fold.row == row) {
                return Some(Row {
                    line: &fold.sign,
                    lines: fold.lines.clone(),
                    is_folded: true,
                });
            }
            if let Some(fold) = before.checked_sub(1).and_then(|last| self.folds.get(last)) {
                line = fold.lines.end + (row - fold.row - 1);
            }
        }
        Some(Row {
            line: self.lines.get(line)?,
            lines: line..line + 1,
            is_folded: false,
        })
    }

    /// Which lines stand in some rows, whole: one that stands for others shows none of them.
    pub fn shown(&self, rows: Range<usize>, folded: bool) -> Vec<Range<usize>> {
        let mut shown: Vec<Range<usize>> = Vec::new();
        let rows = rows.map_while(|row| self.at(row, folded));
        for Row { lines, .. } in rows.filter(|row| !row.is_folded) {
            match shown.last_mut() {
                Some(last) if last.end == lines.start => last.end = lines.end,
                Some(_) | None => shown.push(lines),
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::console::theme::Tone;

    fn body(folds: &[Range<usize>]) -> Body {
        let line = |n: usize| Line::of(Tone::Plain, n.to_string());
        let fold = |lines: &Range<usize>| Fold {
            lines: lines.clone(),
            sign: Line::of(Tone::Label, "…"),
            row: 0,
        };
        Body::new((0..20).map(line).collect(), vec![4], folds.iter().map(fold).collect())
    }

    #[test]
    fn a_folded_row_is_one_line_for_many_and_shows_none_of_them() {
        let body = body(&[2..5, 10..20]);
        assert_eq!((body.rows(false), body.rows(true)), (20, 9));
        assert_eq!(body.shown(0..9, true), [0..2, 5..10]);
        assert_eq!(body.shown(0..20, false), std::slice::from_ref(&(0..20)));
        assert_eq!(
            [1, 2, 4, 5, 9, 10, 19].map(|line| body.row(line, true)),
            [1, 2, 2, 3, 7, 8, 8]
        );
    }

    #[test]
    fn lines_above_move_everything_down() {
        let body = body(&[2..5, 10..20]).below(vec![Line::default(); 3]);
        assert_eq!(body.shown(0..12, true), [0..5, 8..13]);
        assert_eq!(body.changes, [7]);
    }

    proptest! {
        #[test]
        fn a_line_stands_in_its_row_and_is_shown_there_unless_it_is_folded(cuts in proptest::collection::btree_set(0_usize..20, 0..8)) {
            let cuts: Vec<usize> = cuts.into_iter().collect();
            let folds: Vec<Range<usize>> = cuts.chunks_exact(2).map(|cut| cut[0]..cut[1]).collect();
            let body = body(&folds);
            for folded in [false, true] {
                for line in 0..20 {
                    let row = body.row(line, folded);
                    prop_assert!(body.at(row, folded).expect("a row").lines.contains(&line));
                    let hidden = folded && folds.iter().any(|fold| fold.contains(&line));
                    prop_assert_eq!(body.shown(row..row + 1, folded).is_empty(), hidden);
                }
                prop_assert!(body.at(body.rows(folded), folded).is_none());
            }
        }
    }
}
