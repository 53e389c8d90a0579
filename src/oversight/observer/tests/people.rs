//! What is counted of each person.

use super::share;
use super::tale::{ANA, BEN, Tale, id};
use crate::domain::{DecisionKind, Verdict};

const DAY: i64 = 86_400;

#[test]
fn decisions_are_counted_by_kind_and_by_day() {
    let mut tale = Tale::new();
    tale.at(DAY - 60)
        .new_one(1, Verdict::Hold)
        .extends(ANA, 1)
        .escalates(ANA, 1);
    tale.at(DAY + 60)
        .approves(ANA, 1)
        .new_one(2, Verdict::Hold)
        .edits(ANA, 2);
    tale.at(3 * DAY).new_one(3, Verdict::Hold).rejects(ANA, 3);
    tale.class(None)
        .new_one(4, Verdict::Quarantine)
        .classifies(ANA, 4, "email", Verdict::Hold)
        .approves(BEN, 4);
    let figures = tale.told();
    let ana = &figures.by_reviewer[0];
    let days: Vec<_> = ana
        .days
        .iter()
        .map(|day| (day.day.to_string(), day.decisions))
        .collect();
    let expected = [("2026-11-21", 2), ("2026-11-22", 2), ("2026-11-24", 2)];
    assert_eq!(days, expected.map(|(day, n)| (day.to_owned(), n)));
    let words = ana.words;
    assert_eq!((words.approved, words.edited, words.rejected), (1, 1, 1));
    assert_eq!((words.escalated, words.classified, words.extended), (1, 1, 1));
    assert_eq!((ana.decisions, ana.overridden), (6, share(2, 3)));
    let all = &figures.summary.decisions;
    assert_eq!((all.n, all.people, all.person_days), (7, 2, 4));
}

#[test]
fn who_was_erased_keeps_the_figures_and_stands_last() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).approves(999, 1);
    tale.new_one(2, Verdict::Hold).approves(BEN, 2);
    let rows = tale.told().by_reviewer;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_deref(), row.id, row.decisions))
        .collect();
    assert_eq!(rows, [(Some("ben"), id(BEN), 1), (None, id(999), 1)]);
}

#[test]
fn one_person_may_say_much_of_one_action() {
    let mut tale = Tale::new();
    tale.quorum(2)
        .new_one(1, Verdict::Hold)
        .vote(ANA, 1, DecisionKind::Approve, 1);
    tale.escalates(ANA, 1).extends(ANA, 1);
    assert_eq!(tale.reviewer(ANA).expired, share(0, 1));
}
