//! Whose signatures count, as whoever checks knows it.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use crate::bundle::{People, Signer, Texts};
use crate::domain::{Digest, PrincipalId, Role};
use crate::ledger::{Entry, Fact, Signed, VouchedNames, Voucher};

/// A person whose word counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::bundle) struct Voice {
    /// As the file of signers or the admin has it: one name is one person.
    pub name: String,
    /// The role that was vouched for; `None` where nobody but the gate says one.
    pub role: Option<Role>,
}

/// The keys that count so far.
#[derive(Debug)]
pub(super) struct Voices<'t> {
    people: &'t People,
    texts: &'t BTreeMap<Uuid, Texts>,
    vouched: HashMap<Digest, (PrincipalId, Voice)>,
    /// A key that ended stays ended.
    ended: HashSet<Digest>,
    gone: HashSet<PrincipalId>,
    /// How many vouchers there were for each person: the number of the next one's text.
    told: HashMap<PrincipalId, u32>,
}

impl<'t> Voices<'t> {
    pub fn new(people: &'t People, texts: &'t BTreeMap<Uuid, Texts>) -> Self {
        Self {
            people,
            texts,
            vouched: HashMap::new(),
            ended: HashSet::new(),
            gone: HashSet::new(),
            told: HashMap::new(),
        }
    }

    /// Takes an entry about people, which was found to follow from those before it.
    pub fn entry(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::KeyVouched(word) => {
                let voucher = &word.voucher;
                let told = self.told.entry(voucher.principal).or_default();
                let n = *told;
                *told += 1;
                if self.is_admins(word.key, voucher)
                    && let Some(name) = self.name(voucher, n)
                {
                    let voice = Voice {
                        name,
                        role: Some(voucher.role),
                    };
                    self.vouched.insert(voucher.key, (voucher.principal, voice));
                }
            }
            Fact::KeyRevoked { key, .. } => {
                self.ended.insert(*key);
            }
            Fact::PrincipalRevoked { principal } => {
                self.gone.insert(*principal);
            }
            _ => {}
        }
    }

    /// Who signed it, where that counts.
    pub fn by(&self, signed: &Signed) -> Option<Voice> {
        match self.people {
            People::Signers(signers) => {
                let fits =
                    |signer: &&Signer| signer.key.fingerprint() == signed.key && signer.decides(signed.document.at);
                signers.iter().find(fits).map(|signer| Voice {
                    name: signer.names.clone(),
                    role: None,
                })
            }
            People::Admins(_) => {
                let (person, voice) = self.vouched.get(&signed.key)?;
                let counts = !self.ended.contains(&signed.key) && !self.gone.contains(person);
                counts.then(|| voice.clone())
            }
        }
    }

    /// Whether one of the admins that are known signed the voucher, at a time at which that key counts.
    fn is_admins(&self, key: Digest, voucher: &Voucher) -> bool {
        match self.people {
            People::Signers(_) => false,
            People::Admins(admins) => admins
                .iter()
                .any(|admin| admin.key.fingerprint() == key && admin.vouches(voucher.at)),
        }
    }

    /// Whom a voucher names. Without its text nobody can tell whether two keys are one person's, so it counts
    /// for nothing.
    fn name(&self, voucher: &Voucher, n: u32) -> Option<String> {
        let kind = format!("voucher/{n}");
        let texts = &self.texts.get(&voucher.principal.0)?.texts;
        let kept = texts.iter().find(|kept| kept.kind == kind)?;
        let names: VouchedNames = serde_json::from_slice(&kept.bytes()?).ok()?;
        (names.key == voucher.key && kept.commitment == voucher.names).then_some(names.name)
    }
}
