//! Each figure on a course of events made by hand.

mod always;
mod answers;
mod ends;
mod people;
mod sums;
mod tale;

use crate::domain::{ActorKind, DecisionKind, Verdict};
use crate::ledger::Fact;
use crate::oversight::{Share, Times};
use tale::{AGENT, ANA, BEN, OTHER_AGENT, Tale, actor, at, decided, id, outcome};

fn share(n: u64, of: u64) -> Share {
    Share { n, of }
}

fn times(n: u64, median: i64, p95: i64) -> Times {
    Times {
        n,
        median_ms: Some(median * 1_000),
        p95_ms: Some(p95 * 1_000),
    }
}

const NONE: Times = Times {
    n: 0,
    median_ms: None,
    p95_ms: None,
};

#[test]
fn an_empty_ledger_has_figures_of_nothing() {
    let figures = Tale::new().told();
    let summary = &figures.summary;
    assert_eq!(
        (summary.entries, summary.odd, summary.from, summary.until),
        (0, 0, None, None)
    );
    let all = &summary.all;
    for nothing in [
        all.allowed,
        all.held,
        all.overridden,
        all.expired,
        all.escalated,
        all.edited,
    ] {
        assert_eq!(nothing, share(0, 0));
    }
    assert_eq!(all.time_to_decide, NONE);
    assert!(figures.by_class.is_empty() && figures.by_reviewer.is_empty() && summary.always_approved.is_empty());
}

#[test]
fn the_first_judgement_says_what_the_policy_did() {
    let mut tale = Tale::new();
    let verdicts = [
        Verdict::Allow,
        Verdict::Watch,
        Verdict::Hold,
        Verdict::Quarantine,
        Verdict::Deny,
    ];
    for (envelope, verdict) in (0..).zip(verdicts) {
        tale.new_one(envelope, verdict);
    }
    tale.proposed_by(AGENT, 5).eased(5, Verdict::Deny, Verdict::Allow);
    let all = tale.all();
    assert_eq!((all.actions, all.allowed, all.watched), (6, share(2, 6), share(1, 6)));
    assert_eq!(
        (all.held, all.quarantined, all.denied),
        (share(2, 6), share(1, 6), share(1, 6))
    );
    assert_eq!((all.eased, all.waited, all.still_waits), (share(1, 6), 2, 2));
}

#[test]
fn what_was_not_judged_is_an_action_and_in_no_share() {
    let all = Tale::new().proposed_by(AGENT, 1).all();
    assert_eq!((all.actions, all.held, all.waited), (1, share(0, 0), 0));
}

#[test]
fn tables_name_what_proposed_and_what_judged() {
    let mut tale = Tale::new();
    tale.class(None)
        .rule(None)
        .proposed_by(OTHER_AGENT, 1)
        .judged(1, Verdict::Quarantine);
    tale.class(Some("refund")).new_one(2, Verdict::Hold);
    tale.rule(None).new_one(3, Verdict::Quarantine);
    tale.class(Some("email")).new_one(4, Verdict::Watch);
    let figures = tale.told();
    let classes: Vec<_> = figures
        .by_class
        .iter()
        .map(|row| (row.class.as_deref(), row.group.actions))
        .collect();
    assert_eq!(classes, [(Some("email"), 1), (Some("refund"), 2), (None, 1)]);
    let rules: Vec<_> = figures
        .by_rule
        .iter()
        .map(|row| (row.class.as_deref(), row.rule.as_deref()))
        .collect();
    assert_eq!(
        rules,
        [
            (Some("email"), Some("usual")),
            (Some("refund"), Some("usual")),
            (Some("refund"), None),
            (None, None)
        ]
    );
    let agents: Vec<_> = figures
        .by_agent
        .iter()
        .map(|row| (row.name.as_deref(), row.id, row.group.actions))
        .collect();
    assert_eq!(
        agents,
        [
            (Some("support-3"), Some(id(AGENT)), 3),
            (None, Some(id(OTHER_AGENT)), 1)
        ]
    );
}

#[test]
fn what_follows_from_nothing_is_left_out_and_counted() {
    let mut tale = Tale::new();
    tale.judged(1, Verdict::Hold).redeemed(1);
    tale.new_one(2, Verdict::Hold).proposed_by(AGENT, 2);
    let by_agent = actor(ActorKind::Agent, AGENT);
    tale.entry(Some(2), by_agent, decided(DecisionKind::Approve, 1, 1));
    tale.says(ANA, 2, decided(DecisionKind::Edit, 1, 1));
    tale.entry(None, by_agent, outcome());
    tale.step(2, Fact::Lapsed {}).step(2, outcome());
    let summary = tale.told().summary;
    assert_eq!((summary.odd, summary.all.actions, summary.all.still_waits), (8, 1, 1));
    assert_eq!(summary.decisions.n, 0);
}

#[test]
fn what_is_over_is_forgotten() {
    let mut tale = Tale::new();
    for envelope in 0..100 {
        tale.new_one(envelope, Verdict::Hold)
            .approves(ANA, envelope)
            .redeemed(envelope)
            .step(envelope, outcome());
    }
    tale.new_one(100, Verdict::Hold);
    assert_eq!(tale.observer.cases.len(), 1);
    assert_eq!(tale.observer.cells.len(), 1);
    assert_eq!(tale.told().summary.odd, 0);
}

#[test]
fn a_span_counts_what_was_proposed_in_it_and_what_was_said_in_it() {
    let mut tale = Tale::since(Some(1_000));
    tale.at(900)
        .new_one(1, Verdict::Hold)
        .new_one(2, Verdict::Hold)
        .new_one(3, Verdict::Hold);
    tale.at(950).approves(ANA, 1);
    tale.at(1_000).rejects(ANA, 2).new_one(4, Verdict::Hold);
    tale.at(1_060).approves(BEN, 4).step(3, Fact::Expired {});
    let figures = tale.told();
    let summary = &figures.summary;
    assert_eq!(
        (summary.since, summary.all.actions, summary.all.waited),
        (Some(at(1_000)), 1, 1)
    );
    assert_eq!(
        (summary.all.approved, summary.all.time_to_decide),
        (1, times(1, 60, 60))
    );
    assert_eq!((summary.decisions.n, summary.decisions.words.rejected), (2, 1));
    let ana = &figures.by_reviewer[0];
    assert_eq!(
        (ana.decisions, ana.time_to_decide, ana.expired),
        (1, times(1, 100, 100), share(0, 0))
    );
}
