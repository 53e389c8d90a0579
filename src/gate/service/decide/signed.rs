//! A person's own signature under a decision: whose it is, and that it says exactly what is decided.

use super::{Heir, Word};
use crate::api::{Salts, SignedWord};
use crate::domain::{DecisionKind, Digest, Person};
use crate::gate::Refusal;
use crate::gate::service::{Service, world};
use crate::ledger::{CLOCK, DOCUMENT, Document, SIGNATURE_NONE, SIGNATURE_SSH, Salt, Signed, sha256, together_bytes};
use crate::signature::ssh::{DECISION, Demand, SshError, SshSignature};
use crate::store::{Envelope, Tx};

/// A signature that holds, under a document that was read. Whether that fits is yet to be seen.
#[derive(Debug, Clone)]
pub(super) struct Signing {
    document: Document,
    salts: Salts,
    signed: Signed,
}

/// One signature over several documents, or over one.
struct Proof<'a> {
    signature: &'a str,
    together: Option<Vec<Digest>>,
}

impl Service {
    /// From now on no decision counts that its person did not sign.
    pub fn demand_signatures(&self) {
        self.signatures_only.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    pub(super) fn signatures_demanded(&self) -> bool {
        self.signatures_only.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Checks the signature under one decision, or says why it is none.
    pub(super) fn signing(&self, person: &Person, word: &SignedWord) -> Result<Signing, Refusal> {
        let signature = word
            .signature
            .as_deref()
            .ok_or_else(|| bad("", "There is no signature under it."))?;
        let proof = Proof {
            signature,
            together: None,
        };
        let key = self.checked(person, &proof, word.document.as_bytes())?;
        read(word, &proof, key)
    }

    /// Checks the one signature under several decisions; in the order of their documents.
    pub(super) fn signings(
        &self,
        person: &Person,
        signature: &str,
        words: &[&SignedWord],
    ) -> Result<Vec<Signing>, Refusal> {
        let together: Vec<Digest> = words.iter().map(|word| sha256(word.document.as_bytes())).collect();
        let message = together_bytes(&together)?;
        let proof = Proof {
            signature,
            together: Some(together),
        };
        let key = self.checked(person, &proof, &message)?;
        words.iter().map(|word| read(word, &proof, key)).collect()
    }

    /// The person's key that made this signature over these bytes.
    fn checked(&self, person: &Person, proof: &Proof<'_>, message: &[u8]) -> Result<Digest, Refusal> {
        let signature = SshSignature::parse(proof.signature).map_err(|error| why(&error))?;
        let key = signature.key().map_err(|error| why(&error))?;
        let directory = self.directory();
        let known = directory
            .signing_key(key.fingerprint())
            .filter(|known| known.person == person.id);
        let known = known.ok_or_else(|| {
            Refusal::forbidden(
                "unknown_key",
                "It was signed with a key that is not yours here, or is not any more.",
            )
            .hint("`signoff login` registers a key; `signoff key list` shows yours.")
        })?;
        let demand = Demand { pin: known.pin };
        signature
            .holds(&key, DECISION, message, demand)
            .map_err(|error| why(&error))?;
        Ok(known.key)
    }
}

/// Reads a document, which has one form.
fn read(word: &SignedWord, proof: &Proof<'_>, key: Digest) -> Result<Signing, Refusal> {
    let not_one = || {
        bad(
            "/signed/document",
            "What was signed is not a decision's document in its one exact form.",
        )
    };
    let document: Document = serde_json::from_str(&word.document).map_err(|_| not_one())?;
    if document.bytes()? != word.document.as_bytes() {
        return Err(not_one());
    }
    let signed = Signed {
        document: document.clone(),
        together: proof.together.clone(),
        key,
        signature: proof.signature.to_owned(),
    };
    Ok(Signing {
        document,
        salts: word.salts.clone(),
        signed,
    })
}

fn bad(pointer: &str, message: impl Into<String>) -> Refusal {
    Refusal::invalid("bad_signature", pointer, message)
}

fn why(error: &SshError) -> Refusal {
    bad("/signed/signature", format!("The signature does not count: {error}."))
        .hint("Nothing was decided. Sign again, what is there now, with the key that is registered here.")
}

impl Word<'_> {
    /// The signature's part of the entry: how it is marked, and what proves it.
    pub(super) fn mark(&self) -> (&'static str, Option<Box<Signed>>) {
        match self.signing {
            Some(signing) => (SIGNATURE_SSH, Some(Box::new(signing.signed.clone()))),
            None => (SIGNATURE_NONE, None),
        }
    }

    /// The fingerprint of the key it is signed with.
    pub(super) fn key(&self) -> Option<Digest> {
        self.signing.map(|signing| signing.signed.key)
    }

    /// That what was signed is this decision on what is there now, and was not signed for anything before.
    pub(super) fn is_signed(&self, tx: &Tx<'_>, envelope: &Envelope) -> Result<(), Refusal> {
        let Some(signing) = self.signing else {
            if self.signatures_only || tx.has_key(self.person.id)? {
                return Err(Refusal::forbidden(
                    "not_signed",
                    "A decision of yours has to be signed with your key, and this one was not.",
                )
                .hint("Name the key with --identity FILE, or have it in your ssh-agent."));
            }
            return Ok(());
        };
        if tx.key_holder(signing.signed.key)? != Some(self.person.id) {
            return Err(Refusal::forbidden(
                "key_revoked",
                "The key it was signed with was revoked.",
            ));
        }
        let document = &signing.document;
        let skew = self.now.duration_since(document.at);
        if skew.abs() > CLOCK {
            let (late, seconds) = (skew.is_positive(), skew.abs().as_secs());
            let side = if late { "ago" } else { "ahead" };
            return Err(bad(
                "/signed/document/at",
                format!("It was signed {seconds} s {side} by this gate's clock; 120 s are allowed."),
            )
            .hint("Set the clock right, or decide again if it waited too long."));
        }
        self.says_the_same(tx, envelope, document)?;
        let seen = tx.root_at(document.seen.size)?;
        if seen != Some(document.seen.root) {
            return Err(Refusal::conflict(
                "another_ledger_seen",
                "It was signed by somebody who saw another ledger than this one was at that time.",
            )
            .hint("This ledger may have been rolled back or replaced: tell an admin before deciding anything."));
        }
        let since = self
            .now
            .checked_sub(CLOCK)
            .and_then(|at| at.checked_sub(CLOCK))
            .unwrap_or(self.now);
        if !tx.take_nonce(&document.nonce, self.now, since)? {
            return Err(bad("/signed/document/nonce", "This signature was used before."));
        }
        Ok(())
    }

    fn says_the_same(&self, tx: &Tx<'_>, envelope: &Envelope, document: &Document) -> Result<(), Refusal> {
        let request = self.request;
        let payload = tx.payload_commitment(envelope.id, envelope.revision)?;
        let to = self.heir.as_ref().map(Heir::signed);
        let same = [
            ("version", document.v == DOCUMENT),
            ("ledger", document.ledger == self.ledger),
            ("envelope", document.envelope == envelope.id),
            ("revision", document.revision == envelope.revision),
            ("payload", Some(document.payload) == payload),
            ("masked payload", document.masked == request.shown_sha256),
            ("decision", document.decision == request.decision),
            ("policy", document.policy == envelope.policy),
            (
                "edit",
                document.edited.is_none() || request.decision == DecisionKind::Edit,
            ),
            ("class", document.class == request.class),
            ("heir", document.to == to),
            ("span", document.by == request.by),
            (
                "nonce",
                document.nonce.len() == 32 && document.nonce.bytes().all(|b| b.is_ascii_hexdigit()),
            ),
        ];
        match same.iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(Refusal::conflict(
                "signed_other",
                format!("What was signed names another {what} than what would be decided."),
            )
            .hint("Nothing was decided. Read it again, and sign what you then see.")),
            None => Ok(()),
        }
    }

    /// The salt for a text that a document commits to; for one that nobody signed, a fresh one.
    pub(super) fn salt_of(&self, salt: impl Fn(&Salts) -> Option<Digest>) -> Result<Salt, Refusal> {
        match self.signing {
            None => Ok(world::salt(self.world)),
            Some(signing) => salt(&signing.salts).map(|salt| Salt(salt.0)).ok_or_else(|| {
                bad(
                    "/signed/salts",
                    "A salt is missing that a signed text was committed to with.",
                )
            }),
        }
    }

    /// A text with the salt that it is committed to with.
    pub(super) fn own_text<'t>(
        &self,
        text: Option<&'t str>,
        salt: impl Fn(&Salts) -> Option<Digest>,
    ) -> Result<Option<(Salt, &'t str)>, Refusal> {
        text.map(|text| Ok((self.salt_of(salt)?, text))).transpose()
    }

    /// That a text's commitment is the one that was signed.
    pub(super) fn is_committed(
        &self,
        what: &str,
        made: Option<Digest>,
        signed: impl Fn(&Document) -> Option<Digest>,
    ) -> Result<(), Refusal> {
        match self.signing {
            Some(signing) if signed(&signing.document) != made => Err(Refusal::conflict(
                "signed_other",
                format!("What was signed names another {what} than the one that was sent."),
            )),
            Some(_) | None => Ok(()),
        }
    }
}
