//! A forger who can rewrite the whole chain, root and heads, but has nobody's key.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::tale::{ENVELOPE, LEDGER, Tale, at, human, key};
use crate::domain::{
    Actor, ActorKind, DecisionKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, Role, Severity, Verdict,
};
use crate::ledger::{
    DOCUMENT, Decided, Document, Fact, Judged, SIGNATURE_NONE, SIGNATURE_SSH, SIGNATURE_WITH_EDIT, Signed,
};
use crate::signature::ssh::{DECISION, LOGIN};

const ANA: PrincipalId = PrincipalId(Uuid::from_u128(20));
const BEN: PrincipalId = PrincipalId(Uuid::from_u128(21));

impl Tale {
    /// Ana has key 1, Ben key 2, and something waits for one of them.
    fn waiting() -> Self {
        let mut tale = Self::of(&[(ANA, 1, Role::Reviewer), (BEN, 2, Role::Reviewer)]);
        let mut tell = |actor, fact| tale.tell(actor, fact).expect("it can have happened");
        let agent = Actor {
            kind: ActorKind::Agent,
            id: Some(PrincipalId(Uuid::from_u128(10))),
        };
        let proposed = Fact::Proposed {
            payload: Digest([1; 32]),
            blobs: BTreeMap::new(),
            outer_at: None,
        };
        tell(agent, proposed);
        tell(Actor::GATE, Fact::Judged(held()));
        tale
    }

    fn document(&self) -> Document {
        Document {
            v: DOCUMENT,
            ledger: LEDGER,
            envelope: ENVELOPE,
            revision: 1,
            payload: Digest([1; 32]),
            decision: DecisionKind::Approve,
            policy: Digest([0; 32]),
            shown: None,
            masked: None,
            reason: None,
            edited: None,
            class: None,
            to: None,
            by: None,
            at: at(990),
            seen: self.seen(),
            nonce: "00".repeat(16),
        }
    }

    /// What the verifier says of an approval by Ana under this document, signed with this key.
    fn approved(mut self, document: &Document, n: u8) -> Result<(), String> {
        let signed = signed(document, n, DECISION);
        self.tell(human(ANA), decided(SIGNATURE_SSH, Some(signed)))
    }
}

fn held() -> Judged {
    Judged {
        policy: Digest([0; 32]),
        class: None,
        rule: None,
        floors: Vec::new(),
        verdict: Verdict::Hold,
        mode: Mode::Enforce,
        effective: Verdict::Hold,
        severity: Severity::Low,
        quorum: 1,
        role: Role::Reviewer,
        on_timeout: OnTimeout::Deny,
        sla_at: at(2_000),
        deadline_at: at(3_000),
        latest_at: None,
        alike: None,
        pass: None,
        trace: Digest([3; 32]),
        reject_quorum: false,
    }
}

fn signed(document: &Document, n: u8, namespace: &str) -> Signed {
    let bytes = document.bytes().expect("bytes");
    Signed {
        document: document.clone(),
        together: None,
        key: key(n).public().fingerprint(),
        signature: key(n).sign(namespace, &bytes).expect("signed").text(),
    }
}

fn decided(signature: &str, signed: Option<Signed>) -> Fact {
    Fact::Decided(Decided {
        decision: DecisionKind::Approve,
        payload: Some(Digest([1; 32])),
        reason: None,
        shown: None,
        signature: signature.to_owned(),
        signed: signed.map(Box::new),
        votes: 1,
        quorum: 1,
        rejections: None,
    })
}

#[test]
fn what_its_person_signed_verifies() {
    let tale = Tale::waiting();
    let document = tale.document();
    assert_eq!(tale.approved(&document, 1), Ok(()));
}

#[test]
fn a_document_that_says_anything_else_is_found_though_it_is_signed() {
    type Change = fn(&mut Document);
    let changes: [(&str, Change); 13] = [
        ("version", |document| document.v = 2),
        ("envelope", |document| {
            document.envelope = EnvelopeId(Uuid::from_u128(2));
        }),
        ("revision", |document| document.revision = 2),
        ("payload", |document| document.payload = Digest([2; 32])),
        ("decision", |document| document.decision = DecisionKind::Reject),
        ("policy", |document| document.policy = Digest([2; 32])),
        ("screen", |document| document.shown = Some(Digest([2; 32]))),
        ("reason", |document| document.reason = Some(Digest([2; 32]))),
        ("edit", |document| document.edited = Some(Digest([2; 32]))),
        ("class", |document| document.class = Some("x".to_owned())),
        ("heir", |document| document.to = Some("senior".to_owned())),
        ("span", |document| document.by = Some("1h".to_owned())),
        ("time", |document| document.at = at(879)),
    ];
    for (what, change) in changes {
        let tale = Tale::waiting();
        let mut document = tale.document();
        change(&mut document);
        let said = tale.approved(&document, 1);
        assert_eq!(said, Err(format!("its person signed another {what}.")));
    }
}

#[test]
fn a_document_for_another_ledger_or_another_past_of_this_one_is_found() {
    let tale = Tale::waiting();
    let mut document = tale.document();
    document.ledger = Uuid::from_u128(8);
    assert_eq!(
        tale.approved(&document, 1),
        Err("it was signed for another ledger.".to_owned())
    );
    for seen in [(3, Digest([7; 32])), (100, Digest([7; 32]))] {
        let tale = Tale::waiting();
        let mut document = tale.document();
        (document.seen.size, document.seen.root) = seen;
        assert_eq!(
            tale.approved(&document, 1),
            Err("its signer saw another ledger before.".to_owned())
        );
    }
}

#[test]
fn a_signature_by_somebody_else_or_for_something_else_is_found() {
    let tale = Tale::waiting();
    let document = tale.document();
    assert_eq!(
        tale.approved(&document, 2),
        Err("its signature is by no key of its person.".to_owned())
    );

    let with = |change: fn(&mut Signed)| {
        let mut tale = Tale::waiting();
        let mut signed = signed(&tale.document(), 1, DECISION);
        change(&mut signed);
        tale.tell(human(ANA), decided(SIGNATURE_SSH, Some(signed)))
            .expect_err("it does not hold")
    };
    let namespace = with(|signed| *signed = self::signed(&signed.document.clone(), 1, LOGIN));
    assert!(
        namespace.contains("it was signed for `login@signoff.v1`"),
        "{namespace}"
    );
    let altered = with(|signed| signed.document.nonce = "11".repeat(16));
    assert!(altered.contains("what was signed is not this"), "{altered}");
    let listed = with(|signed| signed.together = Some(vec![Digest([5; 32])]));
    assert_eq!(listed, "its document does not stand in the list that was signed.");
    let by_other = with(|signed| signed.signature = self::signed(&signed.document, 2, DECISION).signature);
    assert!(by_other.contains("another key signed it"), "{by_other}");
}

#[test]
fn who_has_a_key_cannot_have_decided_without_it() {
    for signature in [SIGNATURE_NONE, SIGNATURE_WITH_EDIT, SIGNATURE_SSH, "whatever"] {
        let told = Tale::waiting().tell(human(ANA), decided(signature, None));
        assert!(told.is_err(), "{signature}");
    }
}

#[test]
fn a_key_that_was_revoked_signs_nothing_afterwards() {
    let mut tale = Tale::waiting();
    let revoked = Fact::KeyRevoked {
        principal: ANA,
        key: key(1).public().fingerprint(),
    };
    tale.tell(human(ANA), revoked).expect("revoked");
    let document = tale.document();
    assert_eq!(
        tale.approved(&document, 1),
        Err("its signature is by a key that was revoked.".to_owned())
    );
    let mut tale = Tale::waiting();
    tale.tell(Actor::GATE, Fact::PrincipalRevoked { principal: ANA })
        .expect("revoked");
    let document = tale.document();
    assert_eq!(
        tale.approved(&document, 1),
        Err("its signature is by a key that was revoked.".to_owned())
    );
}

#[test]
fn a_signature_counts_once() {
    let mut tale = Tale::waiting();
    let signed = signed(&tale.document(), 1, DECISION);
    tale.verifier.signatures.nonces.insert(signed.document.nonce.clone());
    let told = tale.tell(human(ANA), decided(SIGNATURE_SSH, Some(signed)));
    assert_eq!(told, Err("its signature was used before.".to_owned()));
}

#[test]
fn a_key_is_one_persons_and_what_its_fingerprint_names() {
    let mut tale = Tale::waiting();
    let ana = key(1).public();
    let add = |principal, key, public: String| Fact::KeyAdded {
        principal,
        key,
        public: Some(public),
        pin: false,
    };
    let stolen = tale.tell(human(BEN), add(BEN, ana.fingerprint(), ana.line()));
    assert_eq!(stolen, Err("its key was added before.".to_owned()));
    let mut tale = Tale::waiting();
    let other = tale.tell(human(BEN), add(BEN, Digest([4; 32]), key(3).public().line()));
    assert_eq!(
        other,
        Err("its key is not the one that its fingerprint names.".to_owned())
    );
}
