//! The tables: by class, agent, rule, and by reviewer.

use super::table::{Table, cell, each, took};
use crate::cli::arguments::By;
use crate::domain::{PrincipalId, Shown};
use crate::oversight::{ByReviewer, Figures, Group, Share};

/// The tables of one kind, and how many rows each has.
pub(super) fn tables(figures: &Figures, by: By) -> (usize, Vec<Vec<String>>) {
    match by {
        By::Class => {
            let rows = figures.by_class.iter();
            let named = rows.map(|row| (class(row.class.as_deref()), &row.group));
            (figures.by_class.len(), groups("by class", named))
        }
        By::Agent => {
            let rows = figures.by_agent.iter();
            let named = rows.map(|row| (who(row.id, row.name.as_deref()), &row.group));
            (figures.by_agent.len(), groups("by agent", named))
        }
        By::Reviewer => (figures.by_reviewer.len(), reviewers(&figures.by_reviewer)),
        By::Rule => {
            let rows = figures.by_rule.iter();
            let named = rows.map(|row| (rule(row.class.as_deref(), row.rule.as_deref()), &row.group));
            (figures.by_rule.len(), groups("by rule", named))
        }
    }
}

/// What the policy said, then what people made of what waited.
fn groups<'g>(by: &str, rows: impl Iterator<Item = (String, &'g Group)>) -> Vec<Vec<String>> {
    let mut policy = Table::new(&[by, "actions", "allowed", "watched", "held", "denied"]);
    let mut people = Table::new(&[
        by,
        "waited",
        "edited",
        "escalated",
        "expired",
        "settled",
        "overridden",
        "median",
        "p95",
    ]);
    for (name, group) in rows {
        let shares = [group.allowed, group.watched, group.held, group.denied];
        policy.row(
            name.clone(),
            [group.actions.to_string()].into_iter().chain(shares.map(cell)),
        );
        if group.waited == 0 {
            continue;
        }
        let cells = [
            group.waited.to_string(),
            cell(group.edited),
            cell(group.escalated),
            cell(group.expired),
            group.settled.to_string(),
            cell(group.overridden),
            took(group.time_to_decide.median_ms),
            took(group.time_to_decide.p95_ms),
        ];
        people.row(name, cells);
    }
    both(&policy, &people)
}

/// Two tables of one thing; the second only where something stands in it.
fn both(first: &Table, second: &Table) -> Vec<Vec<String>> {
    let second = Some(second).filter(|table| !table.is_empty());
    [first].into_iter().chain(second).map(Table::lines).collect()
}

/// What each decided, then how it went.
fn reviewers(rows: &[ByReviewer]) -> Vec<Vec<String>> {
    let mut work = Table::new(&[
        "by reviewer",
        "decisions",
        "days",
        "a day",
        "approved",
        "edited",
        "rejected",
        "escalated",
        "other",
    ]);
    let mut course = Table::new(&[
        "by reviewer",
        "answers",
        "overridden",
        "settled",
        "median",
        "p95",
        "said on",
        "expired",
    ]);
    for row in rows {
        let name = who(Some(row.id), row.name.as_deref());
        let of = |n, of| Share { n, of };
        let words = &row.words;
        let days = row.days.len() as u64;
        let cells = [
            row.decisions.to_string(),
            days.to_string(),
            each(of(row.decisions, days)),
            words.approved.to_string(),
            words.edited.to_string(),
            words.rejected.to_string(),
            cell(of(words.escalated, row.decisions)),
            (words.classified + words.extended).to_string(),
        ];
        work.row(name.clone(), cells);
        let cells = [
            row.overridden.of.to_string(),
            cell(row.overridden),
            row.time_to_decide.n.to_string(),
            took(row.time_to_decide.median_ms),
            took(row.time_to_decide.p95_ms),
            row.expired.of.to_string(),
            cell(row.expired),
        ];
        course.row(name, cells);
    }
    both(&work, &course)
}

fn class(class: Option<&str>) -> String {
    class.map_or_else(|| "(unknown)".to_owned(), |class| Shown::line(class).to_string())
}

fn rule(of: Option<&str>, rule: Option<&str>) -> String {
    match (of, rule) {
        (None, None) => class(None),
        (of, rule) => format!("{}/{}", class(of), Shown::line(rule.unwrap_or("-"))),
    }
}

/// A name, or the id of one that was erased.
fn who(id: Option<PrincipalId>, name: Option<&str>) -> String {
    match (name, id) {
        (Some(name), _) => Shown::line(name).to_string(),
        (None, Some(id)) => id.to_string(),
        (None, None) => "(nobody)".to_owned(),
    }
}
