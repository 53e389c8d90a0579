//! A summary for people.

use std::collections::BTreeMap;

use strum::IntoEnumIterator;

use super::tally::{Ended, Summary};
use crate::domain::Verdict;

/// The width of a count.
const COUNT: usize = 10;

pub(super) fn summary(summary: &Summary) -> String {
    let refused: u64 = summary.refused.iter().map(|refused| refused.count).sum();
    let known = match summary.known {
        0 => String::new(),
        known => format!(", of which {known} stood there already under this key"),
    };
    let so_far = match summary.ended {
        Ended::Complete => "",
        Ended::Interrupted | Ended::Failed => ", and then it ended early",
    };
    let mut lines = vec![
        format!("lines      {} in {:.1} s{so_far}", summary.lines, summary.seconds),
        format!("proposed   {}{known}", summary.proposed),
        format!("refused    {refused}"),
        format!("no call    {}", summary.no_call),
    ];
    if summary.unanswered > 0 {
        lines.push(format!(
            "no answer  {}, which may have been proposed or not",
            summary.unanswered
        ));
    }
    lines.push(format!(
        "key        {} (the same --key proposes no line twice)",
        summary.key
    ));
    if !summary.judged.is_empty() {
        lines.push(String::new());
        lines.extend(table(summary));
    }
    if !summary.refused.is_empty() {
        lines.push(String::new());
    }
    lines.extend(summary.refused.iter().map(|refused| {
        // What came with the recording was made safe to show as it was counted.
        let at = refused.pointer.as_ref().map(|at| format!(" at {at}"));
        format!(
            "refused    {} {}, first in line {}{}: {}",
            refused.count,
            refused.code,
            refused.first_line,
            at.unwrap_or_default(),
            refused.message
        )
    }));
    if !summary.reasons.is_empty() {
        lines.push(String::new());
    }
    lines.extend(
        summary
            .reasons
            .iter()
            .map(|reason| format!("because    {} {}", reason.count, reason.reason)),
    );
    lines.join("\n")
}

/// Classes down, effective verdicts across.
fn table(summary: &Summary) -> Vec<String> {
    let mut classes: BTreeMap<(bool, &str), BTreeMap<Verdict, u64>> = BTreeMap::new();
    let mut all = BTreeMap::new();
    let mut eased = 0;
    for judged in &summary.judged {
        // What no class knows stands last.
        let class = judged
            .class
            .as_deref()
            .map_or((true, "(unknown)"), |class| (false, class));
        *classes.entry(class).or_default().entry(judged.effective).or_default() += judged.count;
        *all.entry(judged.effective).or_default() += judged.count;
        eased += if judged.effective < judged.verdict {
            judged.count
        } else {
            0
        };
    }
    let width = classes.keys().map(|(_, class)| class.chars().count()).max();
    let width = width.unwrap_or_default().max("(unknown)".len());
    let row = |name: &str, cells: &mut dyn Iterator<Item = String>| {
        cells.fold(format!("{name:<width$}"), |row, cell| format!("{row} {cell:>COUNT$}"))
    };
    let counts = |name: &str, counts: &BTreeMap<Verdict, u64>| {
        let each = Verdict::iter().map(|verdict| counts.get(&verdict).copied().unwrap_or_default());
        let total = each.clone().sum();
        row(name, &mut each.chain([total]).map(|count: u64| count.to_string()))
    };
    let heads = Verdict::iter().map(|verdict| verdict.to_string());
    let mut lines = vec![row("class", &mut heads.chain(["all".to_owned()]))];
    lines.extend(classes.iter().map(|((_, class), row)| counts(class, row)));
    lines.push(counts("all", &all));
    if eased > 0 {
        lines.push(format!(
            "{eased} of them were judged heavier, and eased by their class's mode."
        ));
    }
    lines
}
