//! Vouchers that somebody made up who can write entries, and has no admin's key.

use uuid::Uuid;

use super::super::tale::{LEDGER, Tale, at, human, key};
use crate::domain::{Actor, Digest, PrincipalId, Role};
use crate::ledger::{Fact, VOUCHER, Vouched, Voucher};
use crate::signature::ssh::{DECISION, PEOPLE};

const ADMIN: PrincipalId = PrincipalId(Uuid::from_u128(20));
const ANA: PrincipalId = PrincipalId(Uuid::from_u128(21));
const SAM: PrincipalId = PrincipalId(Uuid::from_u128(22));

impl Tale {
    /// An admin with key 1, Ana with key 2, Sam with key 3.
    fn begun() -> Self {
        let people = [
            (ADMIN, 1, Role::Admin),
            (ANA, 2, Role::Reviewer),
            (SAM, 3, Role::Senior),
        ];
        Self::of(&people)
    }

    /// For Ana's key, as it is.
    fn voucher(&self) -> Voucher {
        Voucher {
            v: VOUCHER,
            ledger: LEDGER,
            principal: ANA,
            names: Digest([7; 32]),
            role: Role::Reviewer,
            key: key(2).public().fingerprint(),
            pin: false,
            at: at(1_000),
            seen: self.seen(),
        }
    }
}

fn signed(voucher: Voucher, by: u8, namespace: &str) -> Fact {
    let signature = key(by)
        .sign(namespace, &voucher.bytes().expect("bytes"))
        .expect("signed");
    Fact::KeyVouched(Vouched {
        voucher,
        key: key(by).public().fingerprint(),
        signature: signature.text(),
    })
}

#[test]
fn an_admin_vouches_for_somebody_elses_key_once() {
    let mut tale = Tale::begun();
    let voucher = tale.voucher();
    assert_eq!(tale.tell(human(ADMIN), signed(voucher.clone(), 1, PEOPLE)), Ok(()));
    let again = tale.tell(human(ADMIN), signed(voucher, 1, PEOPLE));
    assert_eq!(again, Err("its admin vouched for that key before.".to_owned()));
}

#[test]
fn nobody_vouches_who_is_no_admin_or_for_himself() {
    let voucher = Tale::begun().voucher();
    for (who, by, why) in [
        (human(SAM), 3, "no admin vouched for the key."),
        (Actor::GATE, 1, "no admin vouched for the key."),
        (human(SAM), 1, "no admin vouched for the key."),
        (human(ADMIN), 3, "whoever vouched signed with no key of its own."),
    ] {
        let told = Tale::begun().tell(who, signed(voucher.clone(), by, PEOPLE));
        assert_eq!(told, Err(why.to_owned()));
    }
    let own = Voucher {
        principal: ADMIN,
        role: Role::Admin,
        key: key(1).public().fingerprint(),
        ..voucher
    };
    let told = Tale::begun().tell(human(ADMIN), signed(own, 1, PEOPLE));
    assert_eq!(told, Err("somebody vouched for a key of his own.".to_owned()));
}

#[test]
fn a_voucher_says_what_was_so_and_is_signed_for_that() {
    let tale = Tale::begun();
    let whole = tale.voucher();
    let with = |change: &dyn Fn(&mut Voucher)| {
        let mut voucher = whole.clone();
        change(&mut voucher);
        Tale::begun()
            .tell(human(ADMIN), signed(voucher, 1, PEOPLE))
            .expect_err("refused")
    };
    let other = |what: &str| format!("its admin signed another {what}.");
    assert_eq!(with(&|v| v.v = 2), other("version"));
    assert_eq!(with(&|v| v.ledger = Uuid::nil()), other("ledger"));
    assert_eq!(with(&|v| v.role = Role::Senior), other("role"));
    assert_eq!(with(&|v| v.pin = true), other("demand for a PIN"));
    assert_eq!(with(&|v| v.at = at(1_121)), other("time"));
    assert_eq!(with(&|v| v.seen.root = Digest([0; 32])), other("head of the ledger"));
    let not_theirs = "the key that was vouched for is not that person's.";
    assert_eq!(with(&|v| v.key = key(3).public().fingerprint()), not_theirs);
    assert_eq!(with(&|v| v.principal = SAM), not_theirs);
    let nobody = "a key of nobody that is there was vouched for.";
    assert_eq!(with(&|v| v.principal = PrincipalId(Uuid::nil())), nobody);
    // What is signed for another purpose, or was changed afterwards, is no voucher.
    let decision = Tale::begun().tell(human(ADMIN), signed(whole.clone(), 1, DECISION));
    assert!(decision.expect_err("refused").contains("not for `people@signoff.v1`"));
    let Fact::KeyVouched(mut changed) = signed(whole, 1, PEOPLE) else {
        return;
    };
    changed.voucher.names = Digest([8; 32]);
    let told = Tale::begun().tell(human(ADMIN), Fact::KeyVouched(changed));
    assert!(told.expect_err("refused").contains("what was signed is not this"));
}

#[test]
fn who_was_revoked_neither_vouches_nor_is_vouched_for() {
    for (gone, why) in [
        (ADMIN, "no admin vouched for the key."),
        (ANA, "a key of nobody that is there was vouched for."),
    ] {
        let mut tale = Tale::begun();
        tale.tell(Actor::GATE, Fact::PrincipalRevoked { principal: gone })
            .expect("revoked");
        let voucher = tale.voucher();
        assert_eq!(tale.tell(human(ADMIN), signed(voucher, 1, PEOPLE)), Err(why.to_owned()));
    }
    for (whose, n, why) in [
        (ADMIN, 1, "whoever vouched signed with no key of its own."),
        (ANA, 2, "the key that was vouched for is not that person's."),
    ] {
        let mut tale = Tale::begun();
        let key = key(n).public().fingerprint();
        let revoked = Fact::KeyRevoked { principal: whose, key };
        tale.tell(human(whose), revoked).expect("revoked");
        let voucher = tale.voucher();
        assert_eq!(tale.tell(human(ADMIN), signed(voucher, 1, PEOPLE)), Err(why.to_owned()));
    }
}
