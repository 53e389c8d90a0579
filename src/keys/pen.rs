//! What signs, wherever the key is.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Agent, KeyError, Keygen, prepare};
use crate::api::{
    AddKey, BatchItem, BatchRequest, Challenge, DecisionRequest, EnvelopeView, Login, OpenSession, SignedWord,
};
use crate::domain::{DecisionKind, Digest};
use crate::ledger::{form, sha256, together_bytes};
use crate::signature::ssh::{DECISION, Demand, LOGIN, SshPublicKey, SshSecretKey, SshSignature, signed_data};

/// Where a secret key is.
#[derive(Debug, Clone)]
pub enum Signer {
    /// In this process, unlocked.
    Memory(Box<SshSecretKey>),
    Agent(Agent, SshPublicKey),
    Keygen(Keygen, SshPublicKey),
}

/// A key at hand. It signs nothing but what is named in it.
#[derive(Clone)]
pub struct Pen {
    signer: Signer,
    random: Random,
}

/// Thirty-two bytes nobody can guess, handed in.
pub type Random = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

impl std::fmt::Debug for Pen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pen")
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

impl Pen {
    pub fn new(signer: Signer, random: Random) -> Self {
        Self { signer, random }
    }

    pub fn public(&self) -> SshPublicKey {
        match &self.signer {
            Signer::Memory(secret) => secret.public(),
            Signer::Agent(_, key) | Signer::Keygen(_, key) => key.clone(),
        }
    }

    /// Whether somebody may have to do something before it signs: touch a key, answer an agent.
    pub fn may_ask(&self) -> bool {
        match &self.signer {
            Signer::Memory(_) => false,
            Signer::Agent(..) | Signer::Keygen(..) => true,
        }
    }

    /// Signs a decision on what was read. `heir` is whom an escalation names: a role, or a person by id.
    pub async fn decision(
        &self,
        view: &EnvelopeView,
        request: DecisionRequest,
        heir: Option<String>,
        at: Timestamp,
    ) -> Result<DecisionRequest, KeyError> {
        let (document, salts) = prepare::document(view, &request, heir, at, &*self.random)?;
        let bytes = document.bytes()?;
        let signature = self.sign(DECISION, &bytes).await?;
        let signed = SignedWord {
            document: Self::text(bytes)?,
            salts,
            signature: Some(signature.text()),
        };
        Ok(DecisionRequest {
            signed: Some(Box::new(signed)),
            ..request
        })
    }

    /// Signs a batch once: over the list of its documents. `views` are of the items, in their order.
    pub async fn batch(
        &self,
        views: &[impl AsRef<EnvelopeView>],
        request: BatchRequest,
        at: Timestamp,
    ) -> Result<BatchRequest, KeyError> {
        let mut items = Vec::with_capacity(request.items.len());
        let mut together: Vec<Digest> = Vec::with_capacity(request.items.len());
        for item in request.items {
            let view = views.iter().map(AsRef::as_ref).find(|view| view.summary.id == item.id);
            let single = DecisionRequest {
                reason: request.reason.clone(),
                shown_sha256: item.shown_sha256,
                screen: item.screen.clone(),
                ..DecisionRequest::new(DecisionKind::Approve).about(item.payload_sha256, item.revision)
            };
            let view = view.ok_or(KeyError::NotRead)?;
            let (document, salts) = prepare::document(view, &single, None, at, &*self.random)?;
            let bytes = document.bytes()?;
            together.push(sha256(&bytes));
            let signed = SignedWord {
                document: Self::text(bytes)?,
                salts,
                signature: None,
            };
            items.push(BatchItem {
                signed: Some(Box::new(signed)),
                ..item
            });
        }
        let signature = self.sign(DECISION, &together_bytes(&together)?).await?;
        Ok(BatchRequest {
            items,
            signature: Some(signature.text()),
            ..request
        })
    }

    /// Shows to have this key, for a session.
    pub async fn session(&self, challenge: &Challenge) -> Result<OpenSession, KeyError> {
        let key = self.public().fingerprint();
        let login = Login {
            v: 1,
            ledger: challenge.ledger,
            key,
            nonce: challenge.nonce.clone(),
        };
        let signature = self.sign(LOGIN, &form(&login)?).await?;
        Ok(OpenSession {
            key,
            nonce: challenge.nonce.clone(),
            signature: signature.text(),
        })
    }

    /// Shows to have this key, to register it.
    pub async fn registration(&self, challenge: &Challenge, pin: bool) -> Result<AddKey, KeyError> {
        let shown = self.session(challenge).await?;
        Ok(AddKey {
            public: self.public().line(),
            pin,
            nonce: shown.nonce,
            signature: shown.signature,
        })
    }

    /// Signs, and checks what came back: an answer of somebody else's is no signature.
    pub(super) async fn sign(&self, namespace: &str, message: &[u8]) -> Result<SshSignature, KeyError> {
        let signature = match &self.signer {
            Signer::Memory(secret) => secret.sign(namespace, message)?,
            Signer::Agent(agent, key) => {
                let answer = agent.sign(key, &signed_data(namespace, message)?).await?;
                SshSignature::from_agent(key, namespace, &answer)?
            }
            Signer::Keygen(keygen, _) => keygen.sign(namespace, message).await?,
        };
        signature.holds(&self.public(), namespace, message, Demand::default())?;
        Ok(signature)
    }

    pub(super) fn random(&self) -> [u8; 32] {
        (self.random)()
    }

    pub(super) fn text(bytes: Vec<u8>) -> Result<String, KeyError> {
        String::from_utf8(bytes).map_err(|_| KeyError::OtherPayload)
    }
}
