//! How a wait ends, and how long it was.

use super::tale::{ANA, BEN, Tale, closed, outcome, passed_on};
use super::{share, times};
use crate::domain::Verdict;
use crate::ledger::Fact;

#[test]
fn no_answer_in_time_is_expired_whether_denied_or_closed() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).at(3_600).step(1, Fact::Expired {});
    tale.new_one(2, Verdict::Hold).step(2, closed());
    tale.new_one(3, Verdict::Quarantine)
        .extends(ANA, 3)
        .step(3, Fact::Expired {});
    tale.new_one(4, Verdict::Hold).approves(ANA, 4);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!(
        (all.denied_at_deadline, all.closed_at_deadline, all.expired),
        (2, 1, share(3, 4))
    );
    assert_eq!((all.settled, all.time_to_decide.n), (1, 1));
    assert_eq!(
        figures.by_reviewer[0].expired,
        share(1, 2),
        "of what she said something on"
    );
}

#[test]
fn what_its_agent_took_back_was_not_answered() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).step(1, Fact::Withdrawn {});
    tale.new_one(2, Verdict::Hold)
        .approves(ANA, 2)
        .step(2, Fact::Withdrawn {});
    tale.new_one(3, Verdict::Allow).step(3, Fact::Withdrawn {});
    let all = tale.all();
    assert_eq!(
        (all.waited, all.withdrawn, all.settled, all.expired),
        (2, 1, 1, share(0, 2))
    );
}

#[test]
fn what_was_denied_at_once_or_ran_alone_never_waited() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Deny);
    tale.new_one(2, Verdict::Watch).redeemed(2).step(2, outcome());
    tale.new_one(3, Verdict::Allow).step(3, Fact::Lapsed {});
    let summary = tale.told().summary;
    assert_eq!(
        (summary.all.waited, summary.all.denied, summary.odd),
        (0, share(1, 3), 0)
    );
}

#[test]
fn what_lapsed_after_its_approval_was_settled() {
    let all = Tale::new()
        .new_one(1, Verdict::Hold)
        .approves(ANA, 1)
        .step(1, Fact::Lapsed {})
        .all();
    assert_eq!((all.approved, all.expired), (1, share(0, 1)));
}

#[test]
fn an_approval_that_was_passed_on_was_given_and_did_not_expire() {
    let summary = Tale::new()
        .new_one(1, Verdict::Hold)
        .edits(ANA, 1)
        .step(1, passed_on())
        .told()
        .summary;
    assert_eq!(
        (
            summary.all.approved_as_edited,
            summary.all.closed_at_deadline,
            summary.odd
        ),
        (1, 0, 0)
    );
}

#[test]
fn what_waits_again_counts_once_by_its_last_wait() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).at(10).approves(ANA, 1);
    tale.at(100).judged(1, Verdict::Quarantine).at(130).rejects(BEN, 1);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!((all.waited, all.approved, all.rejected), (1, 0, 1));
    assert_eq!(all.time_to_decide, times(1, 30, 30));
}

#[test]
fn a_later_judgement_can_make_it_wait_or_end_its_wait() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Allow).at(20).judged(1, Verdict::Hold);
    tale.at(25).approves(ANA, 1);
    tale.new_one(2, Verdict::Hold).judged(2, Verdict::Deny);
    let all = tale.all();
    assert_eq!((all.held, all.waited, all.overtaken), (share(1, 2), 2, 1));
    assert_eq!(all.time_to_decide, times(1, 5, 5));
}

#[test]
fn a_clock_that_was_set_back_makes_no_wait_negative() {
    let mut tale = Tale::new();
    tale.at(100).new_one(1, Verdict::Hold).at(50).approves(ANA, 1);
    assert_eq!(tale.all().time_to_decide, times(1, 0, 0));
}

#[test]
fn what_waits_again_and_gets_no_answer_was_not_settled() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).approves(ANA, 1);
    tale.judged(1, Verdict::Quarantine).step(1, Fact::Expired {});
    let all = tale.all();
    assert_eq!((all.settled, all.expired, all.time_to_decide.n), (0, share(1, 1), 0));
}
