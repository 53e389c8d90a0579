//! Rejections of which it takes several, counted again.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::tale::{Tale, at, human};
use crate::domain::{Actor, ActorKind, DecisionKind, Digest, Mode, OnTimeout, PrincipalId, Role, Severity, Verdict};
use crate::ledger::{Decided, Fact, Judged, SIGNATURE_NONE};

const ANA: PrincipalId = PrincipalId(Uuid::from_u128(20));
const BEN: PrincipalId = PrincipalId(Uuid::from_u128(21));

/// Something waits for two, who decide by credential, in a class that takes as many to reject or one.
fn waiting(reject_quorum: bool) -> Tale {
    let mut tale = Tale::default();
    let agent = Actor {
        kind: ActorKind::Agent,
        id: Some(PrincipalId(Uuid::from_u128(10))),
    };
    let proposed = Fact::Proposed {
        payload: Digest([1; 32]),
        blobs: BTreeMap::new(),
        outer_at: None,
    };
    let judged = Fact::Judged(Judged {
        policy: Digest([0; 32]),
        class: None,
        rule: None,
        floors: Vec::new(),
        verdict: Verdict::Hold,
        mode: Mode::Enforce,
        effective: Verdict::Hold,
        severity: Severity::High,
        quorum: 2,
        role: Role::Reviewer,
        on_timeout: OnTimeout::Deny,
        sla_at: at(2_000),
        deadline_at: at(3_000),
        latest_at: None,
        alike: None,
        reject_quorum,
        pass: None,
        trace: Digest([2; 32]),
    });
    tale.tell(agent, proposed).expect("proposed");
    tale.tell(Actor::GATE, judged).expect("judged");
    tale
}

fn rejected(rejections: Option<u32>) -> Decided {
    Decided {
        decision: DecisionKind::Reject,
        payload: Some(Digest([1; 32])),
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
        votes: 0,
        quorum: 2,
        rejections,
    }
}

fn of(who: PrincipalId, decided: Decided) -> (PrincipalId, Fact) {
    (who, Fact::Decided(decided))
}

/// What is said of the last; all before it hold.
fn fate(reject_quorum: bool, words: impl IntoIterator<Item = (PrincipalId, Fact)>) -> Result<(), String> {
    let mut tale = waiting(reject_quorum);
    let mut last = Ok(());
    for (who, fact) in words {
        assert_eq!(last, Ok(()));
        last = tale.tell(human(who), fact);
    }
    last
}

#[test]
fn as_many_reject_as_the_quorum_is_and_then_it_is_over() {
    let (first, second) = (of(ANA, rejected(Some(1))), of(BEN, rejected(Some(2))));
    assert_eq!(fate(true, [first.clone(), second.clone()]), Ok(()));
    let third = of(PrincipalId(Uuid::from_u128(22)), rejected(Some(3)));
    assert!(fate(true, [first, second, third]).is_err());
}

#[test]
fn a_count_of_rejections_that_is_not_so_is_found() {
    let first = of(ANA, rejected(Some(1)));
    for (wrong, why) in [
        (of(ANA, rejected(Some(2))), "one person rejected twice."),
        (of(BEN, rejected(Some(1))), "its count of rejections is wrong."),
        (of(BEN, rejected(None)), "its count of rejections is wrong."),
        (
            of(
                BEN,
                Decided {
                    votes: 1,
                    ..rejected(Some(2))
                },
            ),
            "its count of rejections is wrong.",
        ),
        (
            of(
                BEN,
                Decided {
                    payload: None,
                    ..rejected(Some(2))
                },
            ),
            "one of several rejections names no payload.",
        ),
    ] {
        assert_eq!(fate(true, [first.clone(), wrong]), Err(why.to_owned()));
    }
}

#[test]
fn where_one_no_ends_it_none_is_one_of_several() {
    assert_eq!(fate(false, [of(ANA, rejected(None))]), Ok(()));
    let why = "it was counted as one of several rejections, and ends it alone.";
    assert_eq!(fate(false, [of(ANA, rejected(Some(1)))]), Err(why.to_owned()));
}
