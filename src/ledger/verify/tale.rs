//! For tests: a ledger in the making, told entry by entry, of people who have keys.

use jiff::Timestamp;
use uuid::Uuid;

use super::Verifier;
use crate::domain::{Actor, ActorKind, Digest, EnvelopeId, PrincipalId, PrincipalKind, Role};
use crate::ledger::{Entry, Fact, Frontier, Seen, leaf_hash};
use crate::signature::ssh::SshSecretKey;

pub const LEDGER: Uuid = Uuid::from_u128(9);
/// The one envelope that proposals, verdicts and decisions are about.
pub const ENVELOPE: EnvelopeId = EnvelopeId(Uuid::from_u128(1));

#[derive(Default)]
pub struct Tale {
    pub verifier: Verifier,
    tree: Frontier,
}

pub fn key(n: u8) -> SshSecretKey {
    SshSecretKey::from_seed(&[n; 32])
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("in range")
}

pub fn human(id: PrincipalId) -> Actor {
    Actor {
        kind: ActorKind::Human,
        id: Some(id),
    }
}

impl Tale {
    /// Of these people, each with the key of this number.
    pub fn of(people: &[(PrincipalId, u8, Role)]) -> Self {
        let mut tale = Self::default();
        let mut tell = |actor, fact| tale.tell(actor, fact).expect("it can have happened");
        tell(Actor::GATE, Fact::Opened { ledger: LEDGER });
        for (id, n, role) in people {
            let added = Fact::PrincipalAdded {
                principal: *id,
                kind: PrincipalKind::Human,
                role: Some(*role),
                owner: None,
                executor: None,
                profile: Digest([*n; 32]),
                request: None,
            };
            tell(Actor::GATE, added);
            let public = key(*n).public();
            let registered = Fact::KeyAdded {
                principal: *id,
                key: public.fingerprint(),
                public: Some(public.line()),
                pin: false,
            };
            tell(human(*id), registered);
        }
        tale
    }

    /// Each entry is sealed by a head of its own. The error is what the verifier says is wrong with it.
    pub fn tell(&mut self, actor: Actor, fact: Fact) -> Result<(), String> {
        let about = match fact {
            Fact::Proposed { .. } | Fact::Judged(_) | Fact::Decided(_) => Some(ENVELOPE),
            _ => None,
        };
        let entry = Entry {
            v: 1,
            at: at(1_000),
            actor,
            envelope: about,
            rev: about.map(|_| 1),
            batch: None,
            fact,
        };
        let bytes = entry.bytes().expect("bytes");
        let told = self.verifier.entry(self.tree.size(), &bytes, Some(leaf_hash(&bytes)));
        told.map_err(|fault| {
            let why = fault.message.split_once(": ").map(|(_, why)| why.to_owned());
            why.unwrap_or(fault.message)
        })?;
        self.tree.append(&bytes);
        let Seen { size, root } = self.seen();
        self.verifier.head(size, root, at(1_000), None).expect("its own head");
        Ok(())
    }

    /// The head that somebody sees now.
    pub fn seen(&self) -> Seen {
        Seen {
            size: self.tree.size(),
            root: self.tree.root(),
        }
    }
}
