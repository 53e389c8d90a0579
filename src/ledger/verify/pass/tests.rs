use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::Verifier;
use crate::domain::{
    Actor, ActorKind, DecisionKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, PrincipalKind, Role, Severity,
    StopEffect, StopScope, Verdict,
};
use crate::ledger::{Decided, Entry, Fact, Given, Judged, SIGNATURE_NONE, StoppedFact, leaf_hash};

const ORIGINAL: EnvelopeId = EnvelopeId(Uuid::from_u128(1));
const NEXT: EnvelopeId = EnvelopeId(Uuid::from_u128(2));
const THIRD: EnvelopeId = EnvelopeId(Uuid::from_u128(3));

fn actor(kind: ActorKind, id: u128) -> Actor {
    let id = Some(PrincipalId(Uuid::from_u128(id)));
    Actor { kind, id }
}

fn agent() -> Actor {
    actor(ActorKind::Agent, 10)
}

fn person() -> Actor {
    actor(ActorKind::Human, 20)
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

type Step = (EnvelopeId, Actor, Fact);

fn proposed(id: EnvelopeId, by: Actor, outer: Option<i64>) -> Step {
    let fact = Fact::Proposed {
        payload: Digest([1; 32]),
        blobs: BTreeMap::new(),
        outer_at: outer.map(at),
    };
    (id, by, fact)
}

fn word(verdict: Verdict, effective: Verdict) -> Judged {
    Judged {
        policy: Digest([0; 32]),
        class: None,
        rule: None,
        floors: Vec::new(),
        verdict,
        mode: Mode::Enforce,
        effective,
        severity: Severity::Low,
        quorum: 1,
        role: Role::Reviewer,
        on_timeout: OnTimeout::Deny,
        sla_at: at(1),
        deadline_at: at(10),
        latest_at: None,
        alike: None,
        pass: None,
        trace: Digest([3; 32]),
        reject_quorum: false,
    }
}

fn judged(id: EnvelopeId, judged: Judged) -> Step {
    (id, Actor::GATE, Fact::Judged(judged))
}

fn held(id: EnvelopeId) -> Step {
    judged(id, word(Verdict::Hold, Verdict::Hold))
}

fn lifted(id: EnvelopeId, verdict: Verdict) -> Step {
    let pass = Some(ORIGINAL);
    let lifted = word(verdict, Verdict::Allow);
    judged(id, Judged { pass, ..lifted })
}

fn closed(id: EnvelopeId, to: Option<EnvelopeId>) -> Step {
    (id, Actor::GATE, Fact::Closed { passed_to: to })
}

fn edited() -> Vec<Step> {
    let given = Given {
        payload: None,
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
    };
    let payload = Digest([2; 32]);
    vec![
        (ORIGINAL, person(), Fact::Edited { given, payload }),
        held(ORIGINAL),
        approved(),
    ]
}

fn approved() -> Step {
    let decided = Decided {
        decision: DecisionKind::Approve,
        payload: None,
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
        votes: 1,
        quorum: 1,
        rejections: None,
    };
    (ORIGINAL, person(), Fact::Decided(decided))
}

/// An edit over AAP whose approval stands.
fn left() -> Vec<Step> {
    let mut steps = vec![proposed(ORIGINAL, agent(), Some(60)), held(ORIGINAL)];
    steps.extend(edited());
    steps
}

/// What the verifier says of a course of events: the end of the first sentence, or nothing.
fn said(steps: Vec<Step>) -> Option<String> {
    let mut verifier = Verifier::default();
    let added = Fact::PrincipalAdded {
        principal: PrincipalId(Uuid::from_u128(20)),
        kind: PrincipalKind::Human,
        role: Some(Role::Senior),
        owner: None,
        executor: None,
        profile: Digest([0; 32]),
        request: None,
    };
    let steps = after(vec![(ORIGINAL, Actor::GATE, added)], steps);
    for (seq, (id, actor, fact)) in (0..).zip(steps) {
        let of_gate = matches!(fact, Fact::Stopped(_) | Fact::PrincipalAdded { .. });
        let entry = Entry {
            v: 1,
            at: at(0),
            actor,
            envelope: (!of_gate).then_some(id),
            rev: (!of_gate).then_some(1),
            batch: None,
            fact,
        };
        let bytes = entry.bytes().expect("bytes");
        if let Err(fault) = verifier.entry(seq, &bytes, Some(leaf_hash(&bytes))) {
            return Some(fault.message.split_once(": ").map_or("", |(_, why)| why).to_owned());
        }
    }
    verifier.passes.unsettled()
}

fn after(steps: Vec<Step>, more: impl IntoIterator<Item = Step>) -> Vec<Step> {
    steps.into_iter().chain(more).collect()
}

fn used() -> Vec<Step> {
    after(
        left(),
        [
            proposed(NEXT, agent(), Some(60)),
            lifted(NEXT, Verdict::Hold),
            closed(ORIGINAL, Some(NEXT)),
        ],
    )
}

#[test]
fn an_approved_edit_may_go_to_one_envelope_of_its_agent() {
    assert_eq!(said(used()), None);
}

#[test]
fn a_pass_is_used_once() {
    let again = [
        proposed(THIRD, agent(), Some(60)),
        lifted(THIRD, Verdict::Hold),
        closed(ORIGINAL, Some(THIRD)),
    ];
    let why = said(after(used(), again));
    assert_eq!(why.as_deref(), Some("it used a pass that was not there."));
}

#[test]
fn a_pass_ends_with_its_use_and_with_nothing_else() {
    let lifted = || lifted(NEXT, Verdict::Hold);
    let to = proposed(NEXT, agent(), Some(60));
    for (more, expected) in [
        (vec![lifted()], "which was not closed."),
        (
            vec![lifted(), proposed(THIRD, agent(), None)],
            "a pass was used and did not end with it.",
        ),
        (
            vec![lifted(), closed(ORIGINAL, Some(THIRD))],
            "a pass was used and did not end with it.",
        ),
        (
            vec![lifted(), closed(ORIGINAL, None)],
            "a pass was used and did not end with it.",
        ),
        (
            vec![closed(ORIGINAL, Some(NEXT))],
            "it was passed on to what did not use it.",
        ),
    ] {
        let why = said(after(after(left(), [to.clone()]), more));
        assert!(why.as_deref().is_some_and(|why| why.ends_with(expected)), "{why:?}");
    }
}

#[test]
fn a_pass_is_good_for_its_own_agent_over_aap_only() {
    let other = actor(ActorKind::Agent, 11);
    for to in [proposed(NEXT, other, Some(60)), proposed(NEXT, agent(), None)] {
        let why = said(after(left(), [to, lifted(NEXT, Verdict::Hold)]));
        assert_eq!(why.as_deref(), Some("it used the pass of another agent."));
    }
}

#[test]
fn only_an_approved_edit_over_aap_leaves_a_pass() {
    let start = |outer| vec![proposed(ORIGINAL, agent(), outer), held(ORIGINAL)];
    for from in [
        start(Some(60)),
        after(start(Some(60)), [approved()]),
        after(start(None), edited()),
        after(left(), [(ORIGINAL, Actor::GATE, Fact::Lapsed {})]),
    ] {
        let next = [proposed(NEXT, agent(), Some(60)), lifted(NEXT, Verdict::Hold)];
        let why = said(after(from, next));
        assert_eq!(why.as_deref(), Some("it used a pass that was not there."));
    }
}

#[test]
fn only_a_hold_is_lifted_and_only_by_a_pass() {
    let to = || proposed(NEXT, agent(), Some(60));
    for verdict in [Verdict::Quarantine, Verdict::Deny] {
        let why = said(after(left(), [to(), lifted(NEXT, verdict)]));
        assert_eq!(why.as_deref(), Some("a pass lifted what it cannot lift."));
    }
    let late = [to(), held(NEXT), lifted(NEXT, Verdict::Hold)];
    let why = said(after(left(), late));
    assert_eq!(why.as_deref(), Some("a pass lifted what it cannot lift."));
    let lighter = judged(NEXT, word(Verdict::Hold, Verdict::Allow));
    let why = said(after(left(), [to(), lighter]));
    assert_eq!(why.as_deref(), Some("its verdict was made lighter."));
}

#[test]
fn what_its_agent_did_not_send_is_never_handed_out_over_aap() {
    let payload = Digest([2; 32]);
    let why = said(after(left(), [(ORIGINAL, agent(), Fact::Redeemed { payload })]));
    let expected = "it handed out an edit over AAP, which has none.";
    assert_eq!(why.as_deref(), Some(expected));
}

#[test]
fn nothing_is_put_off_beyond_what_the_agent_was_told() {
    let start = || vec![proposed(ORIGINAL, agent(), Some(10))];
    let late = Judged {
        deadline_at: at(11),
        ..word(Verdict::Hold, Verdict::Hold)
    };
    let later = Judged {
        latest_at: Some(at(11)),
        ..word(Verdict::Hold, Verdict::Hold)
    };
    let moved = Fact::Escalated {
        to: Role::Senior,
        deadline_at: at(11),
        person: None,
        given: None,
    };
    let beyond = "it was put off beyond what its agent was told.";
    for more in [
        vec![judged(ORIGINAL, late)],
        vec![judged(ORIGINAL, later)],
        vec![held(ORIGINAL), (ORIGINAL, Actor::GATE, moved)],
    ] {
        assert_eq!(said(after(start(), more)).as_deref(), Some(beyond));
    }
    assert_eq!(said(after(start(), [held(ORIGINAL)])), None);
    let why = said(vec![proposed(ORIGINAL, agent(), Some(0))]);
    assert_eq!(why.as_deref(), Some("it was over before it was proposed."));
}

#[test]
fn nothing_is_let_through_or_handed_out_while_it_is_stopped() {
    let stopped = || {
        let fact = StoppedFact {
            stop: Uuid::from_u128(7),
            scope: StopScope::Everything,
            agent: None,
            class: None,
            run: None,
            effect: StopEffect::Hold,
            reason: Digest([4; 32]),
        };
        (ORIGINAL, person(), Fact::Stopped(fact))
    };
    let to = || proposed(NEXT, agent(), Some(60));
    let allowed = judged(NEXT, word(Verdict::Allow, Verdict::Allow));
    let through = Some("it was let through while it was stopped.");
    assert_eq!(
        said(after(left(), [stopped(), to(), lifted(NEXT, Verdict::Hold)])).as_deref(),
        through
    );
    assert_eq!(
        said(after(left(), [stopped(), to(), allowed.clone()])).as_deref(),
        through
    );
    assert_eq!(said(after(left(), [stopped(), to(), held(NEXT)])), None);
    let payload = Digest([1; 32]);
    let taken = (NEXT, agent(), Fact::Redeemed { payload });
    let why = said(vec![to(), allowed, stopped(), taken]);
    assert_eq!(why.as_deref(), Some("it was handed out while it was stopped."));
}
