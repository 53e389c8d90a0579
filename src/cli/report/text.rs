//! The figures for people. Names of classes and people are made safe to show.

use super::{rows, summary};
use crate::cli::arguments::By;
use crate::oversight::Figures;

/// The longest table that is printed without being asked for.
const FITS: usize = 20;

pub(super) fn figures(figures: &Figures, by: Option<By>) -> String {
    let mut blocks = vec![summary::ledger(&figures.summary)];
    if let Some(by) = by {
        blocks.extend(rows::tables(figures, by).1);
    } else {
        blocks.extend(summary::blocks(&figures.summary));
        for (by, word) in [
            (By::Class, "class"),
            (By::Agent, "agent"),
            (By::Reviewer, "reviewer"),
            (By::Rule, "rule"),
        ] {
            match rows::tables(figures, by) {
                (0, _) => {}
                (..=FITS, tables) => blocks.extend(tables),
                (rows, _) => blocks.push(vec![format!("by {word}: {rows} rows; print them with --by {word}")]),
            }
        }
    }
    let blocks: Vec<String> = blocks.into_iter().map(|lines| lines.join("\n")).collect();
    blocks.join("\n\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ledger::Entry;
    use crate::oversight::Observer;

    fn entry(agent: u128, kind: &str, data: &str) -> Entry {
        let id = uuid::Uuid::from_u128(agent);
        let text = format!(
            r#"{{"v":1,"at":"2026-11-21T00:00:00Z","actor":{{"kind":"agent","id":"{id}"}},"envelope":"{id}","rev":1,"kind":"{kind}","data":{data}}}"#
        );
        serde_json::from_str(&text).expect("an entry")
    }

    /// Each action is of another agent, and the last entry follows from nothing.
    fn told(agents: u128, by: Option<By>) -> String {
        let payload = "0".repeat(64);
        let mut observer = Observer::new(None);
        for n in 0..agents {
            observer.entry(&entry(
                n,
                "proposed",
                &format!(r#"{{"payload":"{payload}","blobs":{{}}}}"#),
            ));
        }
        observer.entry(&entry(0, "redeemed", &format!(r#"{{"payload":"{payload}"}}"#)));
        figures(&observer.finish(&BTreeMap::new()), by)
    }

    #[test]
    fn a_table_that_is_too_long_is_named_and_printed_when_asked_for() {
        let fits = |text: &str| text.lines().filter(|line| line.starts_with("00000000-")).count();
        assert_eq!(fits(&told(20, None)), 20);
        let text = told(21, None);
        assert!(text.contains("by agent: 21 rows; print them with --by agent"), "{text}");
        assert_eq!((fits(&text), fits(&told(21, Some(By::Agent)))), (0, 21));
    }

    #[test]
    fn what_was_left_out_is_said_first() {
        let text = told(1, Some(By::Class));
        let line = "left out    1 entries that do not follow from those before them";
        assert!(text.lines().any(|said| said.starts_with(line)), "{text}");
    }
}
