//! What people said, and whether it went against the proposal.

use super::tale::{ANA, BEN, SAM, Tale, escalated, outcome};
use super::{NONE, share, times};
use crate::domain::{DecisionKind, Verdict};
use crate::ledger::Fact;

#[test]
fn a_quorum_of_two_is_settled_by_the_second() {
    let mut tale = Tale::new();
    tale.quorum(2).at(10).new_one(1, Verdict::Hold);
    tale.at(20).vote(ANA, 1, DecisionKind::Approve, 1);
    tale.at(50).approves(BEN, 1).at(60).redeemed(1).step(1, outcome());
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!((all.settled, all.approved, all.overridden), (1, 1, share(0, 1)));
    assert_eq!(all.time_to_decide, times(1, 40, 40));
    let rows: Vec<_> = figures
        .by_reviewer
        .iter()
        .map(|row| (row.name.as_deref(), row.words.approved, row.time_to_decide.n))
        .collect();
    assert_eq!(rows, [(Some("ana"), 1, 0), (Some("ben"), 1, 1)]);
    assert_eq!((figures.summary.odd, figures.summary.entries), (0, 6));
}

#[test]
fn half_a_quorum_settles_nothing() {
    let all = Tale::new()
        .quorum(2)
        .new_one(1, Verdict::Hold)
        .vote(ANA, 1, DecisionKind::Approve, 1)
        .all();
    assert_eq!((all.settled, all.still_waits, all.time_to_decide), (0, 1, NONE));
}

#[test]
fn an_edit_goes_against_the_proposal_and_is_one_decision() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).at(30).edits(ANA, 1);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!(
        (all.approved, all.approved_as_edited, all.overridden),
        (0, 1, share(1, 1))
    );
    assert_eq!((all.edited, all.time_to_decide), (share(1, 1), times(1, 30, 30)));
    assert_eq!(
        (figures.summary.decisions.n, figures.summary.decisions.words.edited),
        (1, 1)
    );
    assert_eq!(figures.summary.odd, 0);
}

#[test]
fn an_edit_that_a_second_person_approves_is_still_an_edit() {
    let mut tale = Tale::new();
    tale.quorum(2).new_one(1, Verdict::Hold).at(10).edits(ANA, 1);
    tale.at(70).approves(BEN, 1);
    let figures = tale.told();
    assert_eq!(figures.summary.all.approved_as_edited, 1);
    assert_eq!(figures.summary.all.time_to_decide, times(1, 70, 70));
    assert_eq!(figures.summary.decisions.n, 2);
    let ben = &figures.by_reviewer[1];
    assert_eq!(
        (ben.words.approved, ben.overridden, ben.time_to_decide.n),
        (1, share(0, 1), 1)
    );
}

#[test]
fn an_edit_that_was_rejected_overrides_once() {
    let mut tale = Tale::new();
    tale.quorum(2).new_one(1, Verdict::Hold).edits(ANA, 1).rejects(BEN, 1);
    let all = tale.all();
    assert_eq!(
        (all.rejected, all.approved_as_edited, all.overridden),
        (1, 0, share(1, 1))
    );
    assert_eq!(all.edited, share(1, 1));
}

#[test]
fn the_editors_next_approval_is_a_decision_of_its_own() {
    let mut tale = Tale::new();
    tale.quorum(2).new_one(1, Verdict::Hold).edits(ANA, 1);
    // Its approvals lapse with the escalation, so ana votes again.
    tale.escalates(SAM, 1).vote(ANA, 1, DecisionKind::Approve, 1);
    assert_eq!(tale.reviewer(ANA).words.approved, 1);
}

#[test]
fn several_people_reject() {
    let mut tale = Tale::new();
    tale.quorum(2)
        .new_one(1, Verdict::Hold)
        .vote(ANA, 1, DecisionKind::Approve, 1);
    tale.at(90).rejects(BEN, 1);
    tale.at(100).new_one(2, Verdict::Quarantine).at(110).rejects(SAM, 2);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!((all.rejected, all.overridden), (2, share(2, 2)));
    assert_eq!(all.time_to_decide, times(2, 10, 90));
    let ana = &figures.by_reviewer[0];
    assert_eq!(
        (ana.overridden, ana.time_to_decide),
        (share(0, 1), NONE),
        "hers did not settle it"
    );
}

#[test]
fn a_rejection_ends_it_and_a_second_one_follows_from_nothing() {
    let summary = Tale::new()
        .new_one(1, Verdict::Hold)
        .rejects(ANA, 1)
        .rejects(BEN, 1)
        .told()
        .summary;
    assert_eq!((summary.all.rejected, summary.odd, summary.decisions.n), (1, 1, 1));
}

#[test]
fn an_action_is_escalated_once_however_often() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).escalates(ANA, 1).escalates(BEN, 1);
    tale.new_one(2, Verdict::Hold)
        .step(2, escalated(None))
        .step(2, Fact::Expired {});
    tale.new_one(3, Verdict::Hold);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!((all.escalated, all.escalated_by_gate), (share(2, 3), share(1, 3)));
    assert_eq!(figures.summary.decisions.words.escalated, 2, "the gate decides nothing");
}

#[test]
fn more_time_is_a_decision_and_starts_no_new_wait() {
    let mut tale = Tale::new();
    tale.new_one(1, Verdict::Hold).at(100).extends(ANA, 1);
    tale.at(200).escalates(ANA, 1).at(300).approves(SAM, 1);
    let figures = tale.told();
    assert_eq!(figures.summary.all.time_to_decide, times(1, 300, 300));
    assert_eq!(
        (figures.summary.all.approved, figures.summary.decisions.words.extended),
        (1, 1)
    );
}

#[test]
fn a_classified_action_stays_with_what_it_was_first_judged_as() {
    let mut tale = Tale::new();
    tale.class(None).new_one(1, Verdict::Quarantine);
    tale.at(40)
        .classifies(ANA, 1, "email", Verdict::Hold)
        .at(50)
        .approves(BEN, 1);
    let figures = tale.told();
    let row = &figures.by_class[0];
    assert_eq!((figures.by_class.len(), row.class.as_deref()), (1, None));
    assert_eq!((row.group.classified, row.group.approved), (share(1, 1), 1));
    assert_eq!(row.group.time_to_decide, times(1, 50, 50));
    assert_eq!(
        (figures.summary.odd, figures.summary.decisions.words.classified),
        (0, 1)
    );
}

#[test]
fn naming_a_class_that_denies_settles_it_against_the_proposal() {
    let mut tale = Tale::new();
    tale.class(None).new_one(1, Verdict::Quarantine);
    tale.at(40).classifies(ANA, 1, "wipe", Verdict::Deny);
    let figures = tale.told();
    let all = &figures.summary.all;
    assert_eq!((all.denied_as_named, all.overridden), (1, share(1, 1)));
    assert_eq!((all.time_to_decide, all.denied), (times(1, 40, 40), share(0, 1)));
    assert_eq!(figures.by_reviewer[0].time_to_decide.n, 1);
}
