//! Whatever the entries say, the figures add up.

use proptest::prelude::*;

use super::tale::{ANA, BEN, Tale, closed, decided, escalated, outcome};
use crate::domain::{DecisionKind, Verdict};
use crate::ledger::Fact;
use crate::oversight::{Figures, Group};

/// One step on one of a few envelopes, legal or not.
fn take(tale: &mut Tale, second: i64, envelope: u128, step: u8) {
    let class = if envelope.is_multiple_of(3) {
        None
    } else {
        Some("refund")
    };
    tale.at(second)
        .class(class)
        .quorum(1 + u32::from(envelope.is_multiple_of(2)));
    match step {
        0 | 1 => tale.proposed_by(envelope % 2, envelope),
        2 => tale.judged(envelope, Verdict::Allow),
        3 | 4 => tale.judged(envelope, Verdict::Hold),
        5 => tale.judged(envelope, Verdict::Quarantine),
        6 => tale.judged(envelope, Verdict::Deny),
        7 => tale.says(ANA, envelope, decided(DecisionKind::Approve, 1, 2)),
        8 => tale.approves(BEN, envelope),
        9 => tale.rejects(ANA, envelope),
        10 => tale.edits(ANA, envelope),
        11 => tale.escalates(BEN, envelope),
        12 => tale.step(envelope, escalated(None)),
        13 => tale.classifies(ANA, envelope, "email", Verdict::Hold),
        14 => tale.classifies(BEN, envelope, "wipe", Verdict::Deny),
        15 => tale.step(envelope, Fact::Expired {}),
        16 => tale.step(envelope, closed()),
        17 => tale.step(envelope, Fact::Withdrawn {}),
        18 => tale.step(envelope, Fact::Lapsed {}),
        19 => tale.redeemed(envelope),
        20 => tale.step(envelope, outcome()),
        _ => tale.extends(ANA, envelope),
    };
}

fn whole(group: &Group) {
    let judged = group.held.of;
    let verdicts = [group.allowed, group.watched, group.held, group.denied];
    assert_eq!(verdicts.iter().map(|share| share.n).sum::<u64>(), judged);
    assert!(judged <= group.actions && group.eased.n <= judged && group.quarantined.n <= group.held.n);
    let settled = group.approved + group.approved_as_edited + group.rejected + group.denied_as_named;
    let expired = group.denied_at_deadline + group.closed_at_deadline;
    assert_eq!(
        settled + expired + group.withdrawn + group.overtaken + group.still_waits,
        group.waited
    );
    assert_eq!((settled, settled), (group.settled, group.time_to_decide.n));
    assert_eq!(
        (group.overridden.n + group.approved, group.overridden.of),
        (settled, settled)
    );
    for share in [
        group.expired,
        group.edited,
        group.classified,
        group.escalated,
        group.escalated_by_gate,
    ] {
        assert!(share.n <= share.of && share.of == group.waited, "{share:?}");
    }
    let Some((median, p95)) = group.time_to_decide.median_ms.zip(group.time_to_decide.p95_ms) else {
        return assert_eq!(settled, 0);
    };
    assert!(0 <= median && median <= p95);
}

fn add_up(figures: &Figures) {
    let all = &figures.summary.all;
    whole(all);
    let classes: Vec<&Group> = figures.by_class.iter().map(|row| &row.group).collect();
    let agents: Vec<&Group> = figures.by_agent.iter().map(|row| &row.group).collect();
    let rules: Vec<&Group> = figures.by_rule.iter().map(|row| &row.group).collect();
    for table in [classes, agents, rules] {
        for group in &table {
            whole(group);
        }
        let sum = |of: fn(&Group) -> u64| table.iter().map(|group| of(group)).sum::<u64>();
        assert_eq!(sum(|group| group.actions), all.actions);
        assert_eq!(sum(|group| group.waited), all.waited);
        assert_eq!(sum(|group| group.settled), all.settled);
        assert_eq!(sum(|group| group.expired.n), all.expired.n);
    }
    let people = &figures.by_reviewer;
    let said: u64 = people.iter().map(|row| row.decisions).sum();
    assert_eq!(said, figures.summary.decisions.n);
    for row in people {
        assert_eq!(row.days.iter().map(|day| day.decisions).sum::<u64>(), row.decisions);
        assert!(row.expired.n <= row.expired.of && row.overridden.n <= row.overridden.of);
    }
    if figures.summary.since.is_none() {
        let settled: u64 = people.iter().map(|row| row.time_to_decide.n).sum();
        assert_eq!(settled, all.settled);
    }
}

proptest! {
    #[test]
    fn every_part_adds_up_to_its_whole(
        steps in proptest::collection::vec((0_u128..6, 0_u8..22), 0..150),
        since in proptest::option::of(0_i64..150),
    ) {
        let mut tale = Tale::since(since);
        for (second, (envelope, step)) in (0..).zip(steps) {
            take(&mut tale, second, envelope, step);
        }
        add_up(&tale.told());
    }
}
