use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::super::Verifier;
use crate::domain::{
    Actor, ActorKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, PrincipalKind, Role, Severity, Verdict,
};
use crate::ledger::{Entry, Fact, HoldFact, Judged, leaf_hash};

const ID: EnvelopeId = EnvelopeId(Uuid::from_u128(1));
const HOLD: Uuid = Uuid::from_u128(7);

fn person(n: u128) -> Actor {
    let id = Some(PrincipalId(Uuid::from_u128(n)));
    Actor {
        kind: ActorKind::Human,
        id,
    }
}

fn admin() -> Actor {
    person(20)
}

fn added(n: u128, role: Role) -> (Actor, Fact) {
    let fact = Fact::PrincipalAdded {
        principal: PrincipalId(Uuid::from_u128(n)),
        kind: PrincipalKind::Human,
        role: Some(role),
        owner: None,
        executor: None,
        profile: Digest([0; 32]),
        request: None,
    };
    (Actor::GATE, fact)
}

fn judged(effective: Verdict) -> (Actor, Fact) {
    let at = Timestamp::UNIX_EPOCH;
    let judged = Judged {
        policy: Digest([0; 32]),
        class: Some("money".to_owned()),
        rule: None,
        floors: Vec::new(),
        verdict: effective,
        mode: Mode::Enforce,
        effective,
        severity: Severity::Low,
        quorum: 1,
        role: Role::Reviewer,
        on_timeout: OnTimeout::Deny,
        sla_at: at,
        deadline_at: at,
        latest_at: None,
        alike: None,
        pass: None,
        trace: Digest([3; 32]),
        reject_quorum: false,
    };
    (Actor::GATE, Fact::Judged(judged))
}

fn erased(by: Actor) -> (Actor, Fact) {
    let fact = Fact::Erased {
        texts: 2,
        reason: Digest([4; 32]),
        basis: Digest([5; 32]),
        request: None,
    };
    (by, fact)
}

fn hold(by: Actor, class: Option<&str>, released: bool) -> (Actor, Fact) {
    let fact = HoldFact {
        hold: HOLD,
        class: class.map(str::to_owned),
        released,
        reason: Digest([6; 32]),
    };
    (by, Fact::LegalHold(fact))
}

/// What the verifier says of what follows once an admin, a senior and an envelope are there.
fn said(effective: Verdict, steps: Vec<(Actor, Fact)>) -> Option<String> {
    let agent = Actor {
        kind: ActorKind::Agent,
        id: Some(PrincipalId(Uuid::from_u128(10))),
    };
    let proposed = Fact::Proposed {
        payload: Digest([1; 32]),
        blobs: BTreeMap::new(),
        outer_at: None,
    };
    let mut all = vec![
        added(20, Role::Admin),
        added(30, Role::Senior),
        (agent, proposed),
        judged(effective),
    ];
    all.extend(steps);
    let mut verifier = Verifier::default();
    for (seq, (actor, fact)) in (0..).zip(all) {
        let of_gate = match &fact {
            Fact::PrincipalAdded { .. } | Fact::PrincipalRevoked { .. } | Fact::Forgotten { .. } => true,
            Fact::LegalHold(hold) => hold.class.is_some(),
            _ => false,
        };
        let entry = Entry {
            v: 1,
            at: Timestamp::UNIX_EPOCH,
            actor,
            envelope: (!of_gate).then_some(ID),
            rev: (!of_gate).then_some(1),
            batch: None,
            fact,
        };
        let bytes = entry.bytes().expect("bytes");
        if let Err(fault) = verifier.entry(seq, &bytes, Some(leaf_hash(&bytes))) {
            return Some(fault.message.split_once(": ").map_or("", |(_, why)| why).to_owned());
        }
    }
    None
}

#[test]
fn an_admin_or_the_gate_erases_what_is_over_and_nobody_else() {
    let denied = |by| said(Verdict::Deny, vec![erased(by)]);
    assert_eq!(denied(admin()), None);
    assert_eq!(denied(Actor::GATE), None);
    assert_eq!(said(Verdict::Deny, vec![erased(admin()), erased(admin())]), None);
    for nobody in [person(30), person(99)] {
        assert_eq!(denied(nobody).as_deref(), Some("no admin erased it."));
    }
    for open in [Verdict::Hold, Verdict::Quarantine, Verdict::Allow] {
        let why = said(open, vec![erased(admin())]);
        assert!(why.is_some_and(|why| why.contains("cannot become erased")), "{open}");
    }
}

#[test]
fn what_is_held_is_not_erased_until_the_hold_is_released() {
    let held = Some("it was erased while a legal hold was on it.");
    for class in [None, Some("money")] {
        let begins = || hold(admin(), class, false);
        for by in [admin(), Actor::GATE] {
            let why = said(Verdict::Deny, vec![begins(), erased(by)]);
            assert_eq!(why.as_deref(), held, "{class:?}");
        }
        let ended = vec![begins(), hold(admin(), class, true), erased(admin())];
        assert_eq!(said(Verdict::Deny, ended), None);
    }
    let elsewhere = vec![hold(admin(), Some("email"), false), erased(admin())];
    assert_eq!(said(Verdict::Deny, elsewhere), None);
}

#[test]
fn a_hold_is_an_admins_begins_once_and_ends_once() {
    let of = |by| hold(by, None, false);
    let end = || hold(admin(), None, true);
    for bad in [
        vec![of(person(30))],
        vec![of(Actor::GATE)],
        vec![of(admin()), of(admin())],
        vec![end()],
        vec![of(admin()), end(), end()],
        vec![of(admin()), hold(person(30), None, true)],
        // It began on the envelope and would end on a class.
        vec![of(admin()), hold(admin(), Some("money"), true)],
    ] {
        assert!(said(Verdict::Deny, bad.clone()).is_some(), "{bad:?}");
    }
    assert_eq!(
        said(Verdict::Hold, vec![of(admin()), end()]),
        None,
        "also on what is open"
    );
}

#[test]
fn a_name_is_erased_by_an_admin_once_and_only_of_somebody_who_was_revoked() {
    let revoked = || {
        let principal = PrincipalId(Uuid::from_u128(30));
        (admin(), Fact::PrincipalRevoked { principal })
    };
    let forgotten = |by, of| {
        let fact = Fact::Forgotten {
            subject: Uuid::from_u128(of),
            texts: 1,
            reason: Digest([4; 32]),
            basis: Digest([5; 32]),
            request: None,
        };
        (by, fact)
    };
    let why = |steps| said(Verdict::Hold, steps);
    assert_eq!(why(vec![revoked(), forgotten(admin(), 30)]), None);
    for (bad, what) in [
        (vec![forgotten(admin(), 30)], "no stop that is over"),
        (vec![revoked(), forgotten(admin(), 99)], "no stop that is over"),
        (vec![revoked(), forgotten(Actor::GATE, 30)], "no admin"),
        (vec![forgotten(person(30), 30)], "no admin"),
        (
            vec![revoked(), forgotten(admin(), 30), forgotten(admin(), 30)],
            "it was erased before",
        ),
    ] {
        let said = why(bad.clone()).unwrap_or_default();
        assert!(said.contains(what), "{bad:?}: {said}");
    }
}
