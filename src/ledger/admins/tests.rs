use super::*;
use crate::domain::{Digest, EnvelopeId};

const BOB: u128 = 1;
const EVE: u128 = 2;
const ZOE: u128 = 9;

fn person(id: u128) -> PrincipalId {
    PrincipalId(Uuid::from_u128(id))
}

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

fn entry(hour: i64, by: u128, envelope: Option<u128>, fact: Fact) -> Entry {
    let actor = match by {
        0 => Actor::GATE,
        id => Actor {
            kind: ActorKind::Human,
            id: Some(person(id)),
        },
    };
    Entry {
        v: 1,
        at: at(hour),
        actor,
        envelope: envelope.map(|id| EnvelopeId(Uuid::from_u128(id))),
        rev: envelope.map(|_| 1),
        batch: None,
        fact,
    }
}

fn added(id: u128, role: Role, request: Option<u128>) -> Fact {
    Fact::PrincipalAdded {
        principal: person(id),
        kind: PrincipalKind::Human,
        role: Some(role),
        owner: None,
        executor: None,
        profile: Digest([0; 32]),
        request: request.map(Uuid::from_u128),
    }
}

fn wants(request: u128, id: u128, role: Role) -> Fact {
    Fact::Requested {
        request: Uuid::from_u128(request),
        wanted: Wanted::AddPerson {
            principal: person(id),
            role,
            profile: Digest([0; 32]),
        },
    }
}

fn wants_gone(request: u128, envelope: u128) -> Fact {
    Fact::Requested {
        request: Uuid::from_u128(request),
        wanted: Wanted::Erase {
            envelope: EnvelopeId(Uuid::from_u128(envelope)),
        },
    }
}

fn erased(request: Option<u128>) -> Fact {
    Fact::Erased {
        texts: 1,
        reason: Digest([0; 32]),
        basis: Digest([0; 32]),
        request: request.map(Uuid::from_u128),
    }
}

/// Two admins, and then these; the fate of the last, before which all must hold.
fn fate(entries: impl IntoIterator<Item = Entry>) -> Result<(), String> {
    let mut admins = Admins::default();
    let first = entry(0, 0, None, added(BOB, Role::Admin, None));
    let second = entry(0, BOB, None, added(EVE, Role::Admin, None));
    let mut last = Ok(());
    for entry in [first, second].into_iter().chain(entries) {
        assert_eq!(last, Ok(()));
        last = admins.take(&entry);
    }
    last
}

#[test]
fn a_person_is_added_by_two_admins_and_by_no_less() {
    let first = entry(1, BOB, None, wants(7, ZOE, Role::Senior));
    let second = |by, role, request| entry(2, by, None, added(ZOE, role, request));
    assert_eq!(fate([first.clone(), second(EVE, Role::Senior, Some(7))]), Ok(()));
    for (wrong, what) in [
        (second(EVE, Role::Senior, None), "without naming the first word"),
        (second(BOB, Role::Senior, Some(7)), "by the one who asked"),
        (second(EVE, Role::Admin, Some(7)), "in another role"),
        (second(EVE, Role::Senior, Some(8)), "by a word nobody gave"),
        (second(3, Role::Senior, Some(7)), "by somebody who is no admin"),
    ] {
        assert!(fate([first.clone(), wrong]).is_err(), "{what}");
    }
    let gate = entry(2, 0, None, added(ZOE, Role::Senior, None));
    assert_eq!(
        fate([gate]),
        Ok(()),
        "the gate's own: its first admin, its local person"
    );
}

#[test]
fn a_first_word_is_good_for_a_day_and_for_one_act() {
    let first = entry(1, BOB, None, wants_gone(7, 5));
    let act = |hour| entry(hour, EVE, Some(5), erased(Some(7)));
    assert_eq!(fate([first.clone(), act(24)]), Ok(()));
    assert!(fate([first.clone(), act(25)]).is_err());
    assert!(fate([first.clone(), act(2), act(3)]).is_err());
    assert!(
        fate([first, entry(2, EVE, Some(6), erased(Some(7)))]).is_err(),
        "another envelope"
    );
    assert!(fate([entry(2, EVE, Some(5), erased(None))]).is_err(), "alone");
    assert_eq!(fate([entry(2, 0, Some(5), erased(None))]), Ok(()), "retention");
}

#[test]
fn a_name_is_erased_by_two_admins_and_by_no_less() {
    let subject = Uuid::from_u128(5);
    let wanted = Wanted::Forget { subject };
    let request = Uuid::from_u128(7);
    let first = entry(1, BOB, None, Fact::Requested { request, wanted });
    let act = |by, of, request: Option<u128>| {
        let fact = Fact::Forgotten {
            subject: Uuid::from_u128(of),
            texts: 1,
            reason: Digest([0; 32]),
            basis: Digest([0; 32]),
            request: request.map(Uuid::from_u128),
        };
        entry(2, by, None, fact)
    };
    assert_eq!(fate([first.clone(), act(EVE, 5, Some(7))]), Ok(()));
    for (wrong, what) in [
        (act(EVE, 5, None), "alone"),
        (act(BOB, 5, Some(7)), "by the one who asked"),
        (act(EVE, 6, Some(7)), "somebody else's"),
    ] {
        assert!(fate([first.clone(), wrong]).is_err(), "{what}");
    }
    let same = entry(1, BOB, None, wants_gone(7, 5));
    assert!(
        fate([same, act(EVE, 5, Some(7))]).is_err(),
        "an envelope of that id is something else"
    );
}

#[test]
fn whoever_sends_the_other_admin_away_is_alone_a_day_later() {
    let away = entry(1, BOB, None, Fact::PrincipalRevoked { principal: person(EVE) });
    let alone = |hour| entry(hour, BOB, Some(5), erased(None));
    assert!(fate([away.clone(), alone(24)]).is_err());
    assert_eq!(fate([away.clone(), alone(25)]), Ok(()));
    let word = entry(0, EVE, None, wants_gone(7, 5));
    assert!(
        fate([word, away.clone(), entry(2, BOB, Some(5), erased(Some(7)))]).is_err(),
        "her word went with her"
    );
    assert!(fate([away, entry(2, EVE, None, wants_gone(7, 5))]).is_err());
}

#[test]
fn a_rollback_is_accepted_by_both() {
    let accepted = |second: Option<u128>| {
        let fact = Fact::RollbackAccepted {
            size: 1,
            root: Digest([0; 32]),
            key: String::new(),
            reason: Digest([0; 32]),
            second: second.map(person),
        };
        fate([entry(1, BOB, None, fact)])
    };
    assert_eq!(accepted(Some(EVE)), Ok(()));
    assert!(accepted(None).is_err());
    assert!(accepted(Some(BOB)).is_err());
    assert!(accepted(Some(ZOE)).is_err());
}
