//! Rows under headings, as wide as what stands in them; and the forms of a single figure.

use unicode_width::UnicodeWidthStr;

use crate::oversight::Share;

/// Names to the left, figures to the right.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The first heading is that of the names.
    pub fn new(heads: &[&str]) -> Self {
        let heads = heads.iter().map(|&head| head.to_owned()).collect();
        Self { rows: vec![heads] }
    }

    pub fn row(&mut self, name: String, cells: impl IntoIterator<Item = String>) {
        self.rows.push([name].into_iter().chain(cells).collect());
    }

    /// Whether it is headings alone.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    pub fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let wide = |column: usize| {
            self.rows
                .iter()
                .filter_map(move |row| row.get(column))
                .map(|cell| cell.width())
        };
        let widths: Vec<usize> = (0..columns)
            .map(|column| wide(column).max().unwrap_or_default())
            .collect();
        let line = |row: &Vec<String>| {
            let mut line = String::new();
            for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let blank = " ".repeat(width.saturating_sub(cell.width()));
                if at == 0 {
                    line.extend([cell, blank.as_str()]);
                } else {
                    line.extend(["  ", blank.as_str(), cell]);
                }
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// Whole per cent. Never 0% of some and never 100% of not all; of nothing there is none.
pub(super) fn percent(share: Share) -> String {
    let Share { n, of } = share;
    if of == 0 {
        return "-".to_owned();
    }
    match (n * 100 + of / 2) / of {
        _ if n == 0 => "0%".to_owned(),
        0 => "<1%".to_owned(),
        100.. if n < of => ">99%".to_owned(),
        rounded => format!("{rounded}%"),
    }
}

/// A share in a table, whose other columns say of how many.
pub(super) fn cell(share: Share) -> String {
    if share.of == 0 {
        return "-".to_owned();
    }
    format!("{} {}", share.n, percent(share))
}

/// So many to one, with one decimal.
pub(super) fn each(share: Share) -> String {
    if share.of == 0 {
        return "-".to_owned();
    }
    let tenths = (share.n * 10 + share.of / 2) / share.of;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A time that was taken, in its two largest units; of no times there is none.
pub(super) fn took(millis: Option<i64>) -> String {
    let Some(millis) = millis else {
        return "-".to_owned();
    };
    let seconds = millis / 1_000;
    match seconds {
        ..10 => format!("{seconds}.{}s", millis % 1_000 / 100),
        10..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_never_rounds_some_to_none_or_not_all_to_all() {
        let of = |n, of| percent(Share { n, of });
        assert_eq!(of(0, 0), "-");
        assert_eq!(of(0, 7), "0%");
        assert_eq!(of(1, 1_000), "<1%");
        assert_eq!(of(1, 3), "33%");
        assert_eq!(of(2, 3), "67%");
        assert_eq!(of(999, 1_000), ">99%");
        assert_eq!(of(7, 7), "100%");
    }

    #[test]
    fn times_get_coarser_with_length() {
        let told: Vec<String> = [
            None,
            Some(0),
            Some(420),
            Some(42_000),
            Some(252_999),
            Some(11_100_000),
            Some(446_400_000),
        ]
        .into_iter()
        .map(took)
        .collect();
        assert_eq!(told, ["-", "0.0s", "0.4s", "42s", "4m12s", "3h05m", "5d04h"]);
    }

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let mut table = Table::new(&["by class", "n"]);
        table.row("日本".to_owned(), ["1 33%".to_owned()]);
        assert_eq!(table.lines(), ["by class      n", "日本      1 33%"]);
    }
}
