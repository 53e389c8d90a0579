use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::Verifier;
use crate::domain::{
    Actor, ActorKind, DecisionKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, PrincipalKind, Role, Severity,
    Verdict,
};
use crate::ledger::{Decided, Entry, Fact, Judged, SIGNATURE_NONE, leaf_hash};

const ID: EnvelopeId = EnvelopeId(Uuid::from_u128(1));
const AGENT: u128 = 10;
const OWNER: u128 = 31;
const DAY: i64 = 24 * 60 * 60;

/// One entry: how many seconds in, by whom, what.
type Step = (i64, Actor, Fact);

fn principal(n: u128) -> PrincipalId {
    PrincipalId(Uuid::from_u128(n))
}

fn actor(kind: ActorKind, n: u128) -> Actor {
    Actor {
        kind,
        id: Some(principal(n)),
    }
}

fn added(at: i64, n: u128, role: Option<Role>) -> Step {
    let fact = Fact::PrincipalAdded {
        principal: principal(n),
        kind: role.map_or(PrincipalKind::Agent, |_| PrincipalKind::Human),
        role,
        owner: (n == AGENT).then(|| principal(OWNER)),
        executor: None,
        profile: Digest([0; 32]),
        request: None,
    };
    (at, Actor::GATE, fact)
}

fn approval(at: i64, n: u128, votes: u32, quorum: u32) -> Step {
    let decided = Decided {
        decision: DecisionKind::Approve,
        payload: Some(Digest([1; 32])),
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
        votes,
        quorum,
        rejections: None,
    };
    (at, actor(ActorKind::Human, n), Fact::Decided(decided))
}

/// An envelope of the agent's that waits for so many of a role, 2 days in.
fn waiting(quorum: u32, role: Role) -> [Step; 2] {
    let at = Timestamp::UNIX_EPOCH;
    let proposed = Fact::Proposed {
        payload: Digest([1; 32]),
        blobs: BTreeMap::new(),
        outer_at: None,
    };
    let judged = Judged {
        policy: Digest([0; 32]),
        class: Some("money".to_owned()),
        rule: None,
        floors: Vec::new(),
        verdict: Verdict::Hold,
        mode: Mode::Enforce,
        effective: Verdict::Hold,
        severity: Severity::Low,
        quorum,
        role,
        on_timeout: OnTimeout::Deny,
        sla_at: at,
        deadline_at: at,
        latest_at: None,
        alike: None,
        pass: None,
        trace: Digest([3; 32]),
        reject_quorum: false,
    };
    [
        (2 * DAY, actor(ActorKind::Agent, AGENT), proposed),
        (2 * DAY, Actor::GATE, Fact::Judged(judged)),
    ]
}

/// What the verifier says of these steps, once an admin, a senior, a reviewer who owns the agent, an operator
/// and the agent are there.
fn said(batch: Option<Uuid>, steps: Vec<Step>) -> Option<String> {
    let mut all = vec![
        added(0, 20, Some(Role::Admin)),
        added(0, 30, Some(Role::Senior)),
        added(0, OWNER, Some(Role::Reviewer)),
        added(0, 32, Some(Role::Operator)),
        added(0, AGENT, None),
    ];
    all.extend(steps);
    let mut verifier = Verifier::default();
    for (seq, (seconds, actor, fact)) in (0..).zip(all) {
        let of_gate = matches!(fact, Fact::PrincipalAdded { .. } | Fact::PrincipalRevoked { .. });
        let entry = Entry {
            v: 1,
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds),
            actor,
            envelope: (!of_gate).then_some(ID),
            rev: (!of_gate).then_some(1),
            batch: batch.filter(|_| matches!(fact, Fact::Decided(_))),
            fact,
        };
        let bytes = entry.bytes().expect("bytes");
        if let Err(fault) = verifier.entry(seq, &bytes, Some(leaf_hash(&bytes))) {
            return Some(fault.message);
        }
    }
    None
}

fn with(waiting: &[Step; 2], steps: Vec<Step>) -> Vec<Step> {
    [waiting.to_vec(), steps].concat()
}

#[test]
fn an_approval_is_by_somebody_of_the_role_that_it_waits_for() {
    let alone = |role, n| {
        let steps = with(&waiting(1, role), vec![approval(2 * DAY, n, 1, 1)]);
        said(None, steps)
    };
    assert_eq!(alone(Role::Reviewer, 30), None);
    for (role, n) in [(Role::Reviewer, 20), (Role::Reviewer, 32), (Role::Senior, OWNER)] {
        let message = alone(role, n).expect("a fault");
        assert!(message.contains("has not the role"), "{message}");
    }
    assert!(alone(Role::Reviewer, 99).expect("a fault").contains("was never added"));
    assert!(
        alone(Role::Reviewer, OWNER)
            .expect("a fault")
            .contains("answers for the agent")
    );
}

#[test]
fn an_operator_approves_in_a_batch_alone() {
    let steps = with(&waiting(1, Role::Reviewer), vec![approval(2 * DAY, 32, 1, 1)]);
    assert_eq!(said(Some(Uuid::from_u128(5)), steps), None);
    let steps = with(&waiting(1, Role::Senior), vec![approval(2 * DAY, 32, 1, 1)]);
    let message = said(Some(Uuid::from_u128(5)), steps).expect("a fault");
    assert!(message.contains("has not the role"), "{message}");
}

#[test]
fn who_was_revoked_approves_nothing() {
    let revoked = Fact::PrincipalRevoked {
        principal: principal(30),
    };
    let revoked = (2 * DAY, actor(ActorKind::Human, 20), revoked);
    let steps = with(&waiting(1, Role::Senior), vec![revoked, approval(2 * DAY, 30, 1, 1)]);
    assert!(said(None, steps).expect("a fault").contains("was revoked"));
}

#[test]
fn who_is_new_is_one_of_two_a_day_later_where_two_admins_were() {
    let case = |admins: &[Step], quorum, later| {
        let mut steps = admins.to_vec();
        steps.extend(waiting(quorum, Role::Senior));
        steps.push(added(2 * DAY, 33, Some(Role::Senior)));
        steps.push(approval(2 * DAY, 30, 1, quorum));
        if quorum > 1 {
            steps.push(approval(2 * DAY + later, 33, 2, quorum));
        }
        said(None, steps)
    };
    let other = added(DAY, 21, Some(Role::Admin));
    assert_eq!(case(&[], 2, 0), None);
    let message = case(std::slice::from_ref(&other), 2, DAY - 1).expect("a fault");
    assert!(message.contains("somebody who was new"), "{message}");
    assert_eq!(case(std::slice::from_ref(&other), 2, DAY), None);
    let revoked = Fact::PrincipalRevoked {
        principal: principal(20),
    };
    let gone = [other, (DAY, actor(ActorKind::Human, 21), revoked)];
    assert!(case(&gone, 2, DAY - 1).is_some(), "a revoked admin counts");
    assert_eq!(case(&gone, 2, DAY), None);
}
