//! The classes that are pointed at, and what keeps one from it.

use super::tale::{ANA, BEN, SAM, Tale, at, closed};
use crate::domain::{Severity, Verdict};
use crate::ledger::Fact;
use crate::oversight::{AlwaysApproved, ENOUGH};

/// A class of which people approved so many, one each minute.
fn approved(n: u64) -> Tale {
    let mut tale = Tale::new();
    for envelope in 0..u128::from(n) {
        let minute = i64::try_from(envelope).expect("few") * 60;
        tale.at(minute + 60)
            .new_one(envelope, Verdict::Hold)
            .approves(ANA, envelope);
    }
    tale
}

/// What may happen to one more action.
type Spoil = fn(&mut Tale);

fn pointed(tale: &mut Tale) -> Vec<AlwaysApproved> {
    tale.told().summary.always_approved
}

#[test]
fn a_class_is_pointed_at_from_twenty_approvals_on() {
    assert_eq!(pointed(&mut approved(ENOUGH - 1)), []);
    let expected = |approved| AlwaysApproved {
        class: "refund".to_owned(),
        approved,
        since: Some(at(60)),
        severity: Some(Severity::High),
        withdrawn: 0,
        still_waits: 0,
    };
    assert_eq!(pointed(&mut approved(20)), [expected(20)]);
    assert_eq!(pointed(&mut approved(25)), [expected(25)]);
}

#[test]
fn anything_that_people_added_or_left_undone_keeps_a_class_from_it() {
    let spoils: [(&str, Spoil); 5] = [
        ("rejected", |tale| {
            tale.rejects(BEN, 99);
        }),
        ("edited", |tale| {
            tale.edits(BEN, 99);
        }),
        ("expired", |tale| {
            tale.step(99, Fact::Expired {});
        }),
        ("closed", |tale| {
            tale.step(99, closed());
        }),
        ("classified", |tale| {
            tale.judged(99, Verdict::Quarantine)
                .classifies(BEN, 99, "refund", Verdict::Hold)
                .approves(SAM, 99);
        }),
    ];
    for (what, spoil) in spoils {
        let mut tale = approved(30);
        tale.new_one(99, Verdict::Hold);
        spoil(&mut tale);
        assert_eq!(pointed(&mut tale), [], "{what}");
    }
    let mut tale = approved(30);
    tale.quorum(2)
        .new_one(99, Verdict::Hold)
        .edits(BEN, 99)
        .step(99, Fact::Withdrawn {});
    assert_eq!(pointed(&mut tale), [], "edited, and then taken back");
}

#[test]
fn what_took_no_answer_is_said_beside_it() {
    let mut tale = approved(20);
    tale.new_one(98, Verdict::Hold)
        .step(98, Fact::Withdrawn {})
        .new_one(99, Verdict::Hold);
    let found = pointed(&mut tale);
    assert_eq!(
        (found[0].approved, found[0].withdrawn, found[0].still_waits),
        (20, 1, 1)
    );
}

#[test]
fn what_no_class_knows_cannot_be_watched() {
    let mut tale = Tale::new();
    for envelope in 0..30 {
        tale.class(None)
            .new_one(envelope, Verdict::Hold)
            .approves(ANA, envelope);
    }
    assert_eq!(pointed(&mut tale), []);
}

#[test]
fn each_class_stands_for_itself_and_all_its_rules() {
    let mut tale = approved(19);
    tale.rule(Some("large")).new_one(97, Verdict::Hold).approves(ANA, 97);
    tale.class(Some("email")).new_one(99, Verdict::Hold).rejects(ANA, 99);
    let found = pointed(&mut tale);
    assert_eq!(
        (found.len(), found[0].class.as_str(), found[0].approved),
        (1, "refund", 20)
    );
}

#[test]
fn a_span_sees_only_its_own_part() {
    let mut tale = Tale::since(Some(60));
    for envelope in 0..25 {
        let second = if envelope < 6 { 0 } else { 60 };
        tale.at(second).new_one(envelope, Verdict::Hold).approves(ANA, envelope);
    }
    assert_eq!(pointed(&mut tale), []);
}
