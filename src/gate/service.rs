//! The use cases: every rule of the gate, and nothing of HTTP.
//!
//! Each change is one closure in the store's writer, so what it checks still holds when it writes.

mod aap;
mod after;
mod alike;
mod amount;
mod case;
mod case_file;
mod decide;
mod door;
mod due;
mod erase;
mod facts;
mod files;
mod forget;
mod hold;
mod kept;
mod keys;
mod log;
mod look;
mod mask;
mod me;
mod outcome;
mod part;
mod pass;
mod past;
mod people;
mod policy;
mod policy_then;
mod propose;
mod prove;
mod queue;
mod record;
mod redeem;
mod rejudge;
mod room;
mod screens;
mod second;
mod signals;
mod standing;
mod stop;
mod talk;
mod unlike;
mod verification;
mod view;
mod vouch;
mod withdraw;

pub use aap::Asked;
pub use log::Accepted;
pub(super) use log::key_in_force;
pub(super) use propose::pointer;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;
use uuid::Uuid;

use super::directory::Directory;
use super::error::Refusal;
use super::keys::Keys;
use super::presence::Presence;
use super::token::Tokens;
use super::wakes::Wakes;
use super::world::{self, World};
use crate::api::Health;
use crate::domain::{Actor, ActorKind, Digest, EnvelopeId, Principal, PrincipalId, PrincipalKind, Role, Scopes};
use crate::form::Faults;
use crate::ledger::{Entry, Fact, Fault, Judged, sha256};
use crate::policy::Policy;
use crate::signature::Jwks;
use crate::store::{Envelope, Replay, Store, StoreError, StoredStop, Tx};

/// Which policy a gate judges by.
#[derive(Debug, Clone)]
pub enum PolicyChoice {
    /// This file's bytes, from now on.
    Named(String),
    /// The one that is in force in the ledger; where none was yet, this one.
    InForce { first: String },
}

impl From<String> for PolicyChoice {
    fn from(named: String) -> Self {
        Self::Named(named)
    }
}

/// What a gate is opened with.
#[derive(Debug)]
pub struct Opening {
    pub store: Store,
    pub policy: PolicyChoice,
    pub world: Arc<dyn World>,
    /// Paths of signoff's own data, keys and binary: actions that name them are denied.
    pub own: Vec<String>,
    pub keys: Keys,
    /// That an admin goes on with an earlier ledger than was seen.
    pub accepted: Option<Accepted>,
}

/// Why a gate does not open.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("the policy has faults")]
    Policy(#[from] Faults),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database says something else than its entries.
    #[error("{0}")]
    Tampered(Fault),
    #[error("the log key is not the one that the ledger names")]
    LogKey,
    #[error("the log and the tokens have one key")]
    OneKey,
    #[error("{0}")]
    Refused(String),
}

/// The gate's rules over one ledger.
#[derive(Debug)]
pub struct Service {
    store: Store,
    rules: Arc<Rules>,
    world: Arc<dyn World>,
    directory: RwLock<Directory>,
    reloading: tokio::sync::Mutex<()>,
    /// What a person stopped, as it is in force.
    stops: RwLock<Vec<StoredStop>>,
    wakes: Wakes,
    presence: Presence,
    /// `None` over a ledger that is only read: nothing of it is redeemed.
    tokens: Option<Arc<Tokens>>,
    /// What it signs with; `None` over a ledger that is only read.
    keys: Option<Keys>,
    room: room::Room,
    verification: verification::Verification,
    /// The ledger's own id.
    ledger: Uuid,
    challenges: keys::Challenges,
    signatures_only: AtomicBool,
}

/// What an action is judged by.
#[derive(Debug)]
struct Rules {
    policy: Policy,
    /// Paths of signoff's own.
    own: Vec<String>,
}

impl Service {
    /// Opens a gate, and notes in the ledger what is new: the ledger itself, the policy.
    pub async fn open(opening: Opening) -> Result<Self, ServiceError> {
        let bytes = match opening.policy {
            PolicyChoice::Named(bytes) => bytes,
            PolicyChoice::InForce { first } => {
                let in_force = opening.store.read(|db| db.policy_in_force()).await?;
                match in_force {
                    Some((_, bytes)) => String::from_utf8(bytes).map_err(|_| StoreError::Corrupt("policy"))?,
                    None => first,
                }
            }
        };
        let version = sha256(bytes.as_bytes());
        let policy = Policy::parse(&bytes, version)?;
        let (world, log) = (Arc::clone(&opening.world), opening.keys.log.clone());
        let token = opening.keys.token.public();
        let accepted = opening.accepted;
        let (known, stops, ledger) = opening
            .store
            .write(move |tx| {
                let at = world::now(&*world);
                standing::check_gate(tx)?;
                if tx.size() == 0 {
                    let ledger = Uuid::from_bytes(*world.random().first_chunk().unwrap_or(&[0; 16]));
                    tx.append(&entry(at, Actor::GATE, Fact::Opened { ledger }))?;
                }
                log::begin(tx, &log, at, accepted.map(|accepted| (accepted, world::salt(&*world))))?;
                log::name_token_key(tx, &token, at)?;
                if tx.activate_policy(version, bytes.as_bytes())? {
                    tx.append(&entry(at, Actor::GATE, Fact::PolicyActivated { policy: version }))?;
                }
                let known = (tx.principals()?, tx.keys()?, tx.sessions()?);
                let ledger = tx.ledger_id()?.ok_or(StoreError::Corrupt("entry"))?;
                Ok::<_, ServiceError>((known, tx.stops(true)?, ledger))
            })
            .await?;
        let secret = challenge_secret(&opening.keys, world::now(&*opening.world));
        Ok(Self {
            tokens: Some(Arc::new(Tokens::new(opening.keys.token.clone(), ledger))),
            keys: Some(opening.keys),
            directory: RwLock::new(Directory::of(known.0, known.1, known.2)),
            ledger,
            challenges: keys::Challenges::new(secret),
            signatures_only: AtomicBool::new(false),
            stops: RwLock::new(stops),
            reloading: tokio::sync::Mutex::default(),
            wakes: Wakes::default(),
            presence: Presence::default(),
            room: room::Room::default(),
            verification: verification::Verification::default(),
            store: opening.store,
            rules: Arc::new(Rules {
                policy,
                own: opening.own,
            }),
            world: opening.world,
        })
    }

    /// Opens a ledger that is only read, with one auditor in it who has this credential.
    pub async fn archive(store: Store, world: Arc<dyn World>, token: &str) -> Result<Self, ServiceError> {
        let (mut principals, keys, policy, ledger) = store
            .read(|db| Ok::<_, StoreError>((db.principals()?, db.keys()?, db.policy_in_force()?, db.ledger_id()?)))
            .await?;
        let (version, bytes) = policy.unwrap_or((sha256(b""), Vec::new()));
        // What a version of the policy says stands in the entries; here it only names classes.
        let text = String::from_utf8(bytes).unwrap_or_default();
        let policy = Policy::parse(&text, version).or_else(|_| Policy::parse("schema = 1", version))?;
        let auditor = Principal {
            id: PrincipalId(Uuid::nil()),
            name: "auditor".to_owned(),
            kind: PrincipalKind::Human,
            role: Some(Role::Auditor),
            owner: None,
            scopes: Scopes::default(),
            executor: None,
            added_at: world::now(&*world),
            revoked_at: None,
        };
        principals.push((auditor, Some(sha256(token.as_bytes()))));
        Ok(Self {
            tokens: None,
            keys: None,
            directory: RwLock::new(Directory::of(principals, keys, Vec::new())),
            ledger: ledger.unwrap_or_default(),
            challenges: keys::Challenges::new([0; 32]),
            signatures_only: AtomicBool::new(false),
            reloading: tokio::sync::Mutex::default(),
            stops: RwLock::default(),
            wakes: Wakes::default(),
            presence: Presence::default(),
            room: room::Room::default(),
            verification: verification::Verification::default(),
            store,
            rules: Arc::new(Rules {
                policy,
                own: Vec::new(),
            }),
            world,
        })
    }

    pub fn now(&self) -> Timestamp {
        world::now(&*self.world)
    }

    /// Names a request in log and answer. AAP wants a UUID, so all of them are.
    pub fn request_id(&self) -> String {
        let random = self.world.random();
        let bytes = random.first_chunk().unwrap_or(&[0; 16]);
        uuid::Builder::from_random_bytes(*bytes).into_uuid().to_string()
    }

    /// Answers every open poll what is there, and every later one at once: the gate is about to go.
    pub fn end_polls(&self) {
        self.wakes.close();
        self.verification.stop();
    }

    /// The keys that tokens are checked with; none where none are made.
    pub fn token_keys(&self) -> Jwks {
        self.tokens.as_ref().map(|tokens| tokens.keys()).unwrap_or_default()
    }

    /// Whose credential this is.
    pub fn authenticate(&self, token: &str) -> Result<Principal, Refusal> {
        let now = self.now();
        self.directory()
            .by_token(token, now)
            .cloned()
            .ok_or_else(Refusal::unauthorized)
    }

    /// Whether it is a session's, which its person opened with a key.
    pub fn is_session(&self, token: &str) -> bool {
        let now = self.now();
        self.directory().is_session(token, now)
    }

    pub async fn health(&self) -> Result<Health, Refusal> {
        let head = self.store.read(|db| db.head()).await?;
        Ok(Health {
            status: "ok".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now: self.now(),
            policy: self.rules.policy.version,
            entries: head.map_or(0, |head| head.size),
            root: head.map(|head| head.root),
        })
    }

    /// The directory holds no invariant that a panic could break.
    fn directory(&self) -> RwLockReadGuard<'_, Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, id: PrincipalId) -> String {
        self.directory().name(id)
    }
}

/// A caller's key for one request, with the digest of the bytes it stands for.
#[derive(Debug, Clone)]
pub struct RequestKey {
    pub key: String,
    pub body: Digest,
}

impl RequestKey {
    pub fn new(key: String, body: &[u8]) -> Self {
        Self {
            key,
            body: sha256(body),
        }
    }

    /// The earlier answer to the same request; an error where the key meant another one.
    fn replayed(&self, tx: &Tx<'_>, caller: PrincipalId, route: &str) -> Result<Option<String>, Refusal> {
        match tx.replay(caller, route, &self.key, self.body)? {
            Replay::New => Ok(None),
            Replay::Same(answer) => Ok(Some(answer)),
            Replay::Differs => Err(Refusal::conflict(
                "idempotency_conflict",
                "This Idempotency-Key was used for a request with another body.",
            )
            .hint("Use a new key for a new request, and the same bytes for a retry.")),
        }
    }

    fn remember(&self, tx: &Tx<'_>, caller: PrincipalId, route: &str, answer: &str) -> Result<(), StoreError> {
        tx.put_answer(caller, route, &self.key, self.body, answer)
    }
}

/// What marks the challenges of this process alone: nobody makes this signature without the key, and none of
/// another start.
fn challenge_secret(keys: &Keys, at: Timestamp) -> [u8; 32] {
    let signed = keys.token.sign(format!("signoff/challenge/v1 {at}").as_bytes());
    sha256(&signed).0
}

/// An entry that is about no envelope.
fn entry(at: Timestamp, actor: Actor, fact: Fact) -> Entry {
    Entry {
        v: 1,
        at,
        actor,
        envelope: None,
        rev: None,
        batch: None,
        fact,
    }
}

/// An entry about an envelope, at its revision.
fn entry_of(envelope: &Envelope, at: Timestamp, actor: Actor, fact: Fact) -> Entry {
    Entry {
        envelope: Some(envelope.id),
        rev: Some(envelope.revision),
        ..entry(at, actor, fact)
    }
}

/// The policy's word on an envelope as its row now has it.
fn judged(envelope: &Envelope, floors: Vec<String>, trace: Digest) -> Judged {
    Judged {
        policy: envelope.policy,
        class: envelope.class.clone(),
        rule: envelope.rule.clone(),
        floors,
        verdict: envelope.verdict,
        mode: envelope.mode,
        effective: envelope.effective,
        severity: envelope.severity,
        quorum: envelope.quorum,
        role: envelope.role,
        on_timeout: envelope.on_timeout,
        sla_at: envelope.sla_at,
        deadline_at: envelope.deadline_at,
        latest_at: envelope.latest_at,
        alike: envelope.alike,
        reject_quorum: envelope.reject_quorum,
        pass: None,
        trace,
    }
}

fn actor(kind: PrincipalKind, id: PrincipalId) -> Actor {
    let kind = match kind {
        PrincipalKind::Human => ActorKind::Human,
        PrincipalKind::Agent => ActorKind::Agent,
        PrincipalKind::Service => ActorKind::Service,
    };
    Actor { kind, id: Some(id) }
}

/// The envelope, if it is there.
fn load(tx: &Tx<'_>, id: EnvelopeId) -> Result<Envelope, Refusal> {
    tx.envelope(id)?.ok_or_else(Refusal::not_found)
}
