use std::collections::HashMap;
use std::convert::Infallible;

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::domain::Actor;
use crate::ledger::{Frontier, consistency, hand_over, inclusion, log_key, origin};
use crate::signature::SecretKey;

/// A ledger of a few entries, signed with the last key that it names.
#[derive(Clone)]
struct Told {
    entries: Vec<String>,
    keys: Vec<u64>,
    secret: SecretKey,
    rollbacks: u64,
}

/// What its gate shows, owned.
struct Shown {
    checkpoint: String,
    growth: Vec<Digest>,
    keys: Vec<(u64, String, Vec<Digest>)>,
}

impl Shown {
    fn take<T>(&self, take: impl FnOnce(&Claim<'_>) -> T) -> T {
        let keys: Vec<NamedKey<'_>> = self
            .keys
            .iter()
            .map(|(n, e, p)| (*n, e.as_str(), p.as_slice()))
            .collect();
        take(&Claim {
            checkpoint: &self.checkpoint,
            growth: &self.growth,
            keys: &keys,
        })
    }

    fn first(&self) -> Result<Pin, Unproved> {
        self.take(Pin::first)
    }

    fn after(&self, pin: &Pin) -> Result<Pin, Unproved> {
        self.take(|claim| pin.follow(claim))
    }
}

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

impl Told {
    fn new() -> Self {
        let mut told = Self {
            entries: Vec::new(),
            keys: Vec::new(),
            secret: secret(1),
            rollbacks: 0,
        };
        told.add(Fact::Opened { ledger: Uuid::nil() });
        let key = told.name(&secret(1)).to_string();
        told.names(Fact::KeyRotated { key, signed: None });
        told
    }

    fn name(&self, secret: &SecretKey) -> NoteKey {
        log_key(&origin(Uuid::nil(), self.rollbacks), secret.public()).expect("a name")
    }

    fn add(&mut self, fact: Fact) {
        let entry = Entry {
            v: 1,
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::GATE,
            envelope: None,
            rev: None,
            batch: None,
            fact,
        };
        self.entries
            .push(String::from_utf8(entry.bytes().expect("bytes")).expect("JSON"));
    }

    fn names(&mut self, fact: Fact) {
        self.keys.push(self.entries.len() as u64);
        self.add(fact);
    }

    fn grow(mut self, text: u8) -> Self {
        self.add(Fact::PolicyActivated {
            policy: Digest([text; 32]),
        });
        self
    }

    fn rotate(mut self, to: u8, by: &SecretKey) -> Self {
        let next = self.name(&secret(to));
        let signed = Some(hand_over(&next, by));
        self.names(Fact::KeyRotated {
            key: next.to_string(),
            signed,
        });
        self.secret = secret(to);
        self
    }

    fn shown(&self, from: u64) -> Shown {
        let (mut tree, mut nodes) = (Frontier::default(), HashMap::new());
        for entry in &self.entries {
            nodes.extend(
                tree.append(entry.as_bytes())
                    .into_iter()
                    .map(|n| ((n.level, n.index), n.hash)),
            );
        }
        let node = |level, index| Ok::<_, Infallible>(nodes[&(level, index)]);
        let head = Checkpoint {
            origin: origin(Uuid::nil(), self.rollbacks),
            size: tree.size(),
            root: tree.root(),
        };
        let Ok(growth) = consistency(from, tree.size(), node);
        let key = |n: &u64| {
            let Ok(proof) = inclusion(*n, tree.size(), node);
            let at = usize::try_from(*n).expect("small");
            (*n, self.entries[at].clone(), proof.expect("there"))
        };
        Shown {
            checkpoint: head.sign(&self.name(&self.secret), &self.secret),
            growth: growth.unwrap_or_default(),
            keys: self.keys.iter().map(key).collect(),
        }
    }

    fn pin(&self) -> Pin {
        self.shown(0).first().expect("it holds together")
    }
}

#[test]
fn a_ledger_that_grew_is_followed() {
    let before = Told::new().grow(1);
    let pin = before.pin();
    let after = before.grow(2).grow(3);
    let next = after.shown(pin.size).after(&pin).expect("it grew");
    assert_eq!((next.size, &next.key), (5, &pin.key));
    // The same again is growth too: by nothing.
    assert_eq!(after.shown(next.size).after(&next), Ok(next));
}

#[test]
fn a_ledger_that_was_cut_or_written_anew_is_not() {
    let before = Told::new().grow(1).grow(2);
    let pin = before.pin();
    let cut = Told::new().grow(1);
    let shorter = Unproved::Shorter { seen: 4, there: 3 };
    assert_eq!(cut.shown(pin.size).after(&pin), Err(shorter));
    for other in [Told::new().grow(1).grow(9), Told::new().grow(9).grow(2).grow(3).grow(4)] {
        assert_eq!(other.shown(pin.size).after(&pin), Err(Unproved::Differs { seen: 4 }));
    }
    // A proof of something else does not pass for one of this.
    let grown = before.grow(3);
    assert_eq!(grown.shown(2).after(&pin), Err(Unproved::Differs { seen: 4 }));
}

#[test]
fn another_key_is_followed_only_where_the_one_before_handed_over() {
    let before = Told::new().grow(1);
    let pin = before.pin();
    let rotated = before.clone().rotate(2, &secret(1)).grow(2).rotate(3, &secret(2));
    let next = rotated.shown(pin.size).after(&pin).expect("handed over twice");
    assert_eq!(next.key, rotated.name(&secret(3)).to_string());
    for thief in [
        before.clone().rotate(2, &secret(2)),
        before.clone().rotate(2, &secret(1)).rotate(3, &secret(9)),
    ] {
        assert!(matches!(thief.shown(pin.size).after(&pin), Err(Unproved::Key { .. })));
    }
    // A ledger of another key from the start, signed and whole.
    let mut other = Told::new();
    let key = other.name(&secret(7)).to_string();
    (other.entries, other.keys, other.secret) = (Vec::new(), Vec::new(), secret(7));
    other.add(Fact::Opened { ledger: Uuid::nil() });
    other.names(Fact::KeyRotated { key, signed: None });
    let other = other.grow(1).grow(2);
    assert!(other.shown(0).first().is_ok());
    assert!(matches!(other.shown(pin.size).after(&pin), Err(Unproved::Key { .. })));
}

#[test]
fn a_rollback_that_an_admin_accepted_is_still_said() {
    let before = Told::new().grow(1);
    let pin = before.pin();
    let mut after = before;
    after.rollbacks = 1;
    let key = after.name(&secret(1)).to_string();
    after.names(Fact::RollbackAccepted {
        size: 9,
        root: Digest([0; 32]),
        key,
        reason: Digest([1; 32]),
        second: None,
    });
    let renamed = Unproved::Renamed(origin(Uuid::nil(), 1));
    assert_eq!(after.shown(pin.size).after(&pin), Err(renamed));
}

#[test]
fn what_does_not_hold_together_is_not_even_pinned() {
    let told = Told::new().grow(1);
    let mut unsigned = told.shown(0);
    unsigned.checkpoint = unsigned.checkpoint.replace("\n3\n", "\n4\n");
    let mut keyless = told.shown(0);
    keyless.keys.clear();
    let mut unproved = told.shown(0);
    unproved.keys[0].2.clear();
    let mut elsewhere = told.shown(0);
    elsewhere.keys[0].0 = 0;
    let mut thief = told.clone();
    thief.secret = secret(9);
    for shown in [unsigned, keyless, unproved, elsewhere, thief.shown(0)] {
        assert_eq!(shown.first(), Err(Unproved::Unsigned));
    }
}
