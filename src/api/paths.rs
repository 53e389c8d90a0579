//! Every path, for the router and for the client.

use crate::domain::{Digest, EnvelopeId, PrincipalKind};

pub const HEALTH: &str = "/healthz";
/// What tokens are checked with (RFC 7517); public.
pub const TOKEN_KEYS: &str = "/.well-known/jwks.json";
pub const ENVELOPES: &str = "/v1/envelopes";
pub const ENVELOPE: &str = "/v1/envelopes/{id}";
pub const REDEEM: &str = "/v1/envelopes/{id}/redeem";
pub const OUTCOME: &str = "/v1/envelopes/{id}/outcome";
pub const DECISIONS: &str = "/v1/envelopes/{id}/decisions";
pub const SCREEN: &str = "/v1/envelopes/{id}/screens/{n}";
pub const CLAIM: &str = "/v1/envelopes/{id}/claim";
pub const LOOK: &str = "/v1/envelopes/{id}/look";
pub const QUESTIONS: &str = "/v1/envelopes/{id}/questions";
pub const ANSWERS: &str = "/v1/envelopes/{id}/answers";
pub const AFTER: &str = "/v1/after";
pub const REVIEW: &str = "/v1/envelopes/{id}/review";
pub const UNDO: &str = "/v1/envelopes/{id}/undo";
/// What an agent is asked to take back.
pub const UNDO_WANTED: &str = "/v1/undo";
/// Everything there ever was.
pub const PAST: &str = "/v1/past";
pub const TIMELINE: &str = "/v1/envelopes/{id}/timeline";
/// All there is about one envelope.
pub const CASE: &str = "/v1/envelopes/{id}/case";
/// What clears it without trust in the gate.
pub const PART: &str = "/v1/envelopes/{id}/part";
/// The policy that judged it.
pub const POLICY_THEN: &str = "/v1/envelopes/{id}/policy";
pub const TRAIL: &str = "/v1/envelopes/{id}/trail";
pub const STOPS: &str = "/v1/stops";
pub const RESUME: &str = "/v1/stops/{id}/resume";
pub const ERASE: &str = "/v1/envelopes/{id}/erase";
/// Which envelopes hold a text.
pub const SUBJECTS: &str = "/v1/subjects";
/// Erases the texts of somebody who was revoked, or of a stop that is over.
pub const FORGET: &str = "/v1/subjects/{id}/erase";
pub const PRUNE: &str = "/v1/prune";
pub const HOLDS: &str = "/v1/holds";
pub const RELEASE: &str = "/v1/holds/{id}/release";
pub const SIGNALS: &str = "/v1/envelopes/{id}/signals";
pub const BLOBS: &str = "/v1/blobs";
pub const BLOB: &str = "/v1/blobs/{sha256}";
pub const BATCHES: &str = "/v1/batches";
pub const JUDGE: &str = "/v1/judge";
pub const POLICY: &str = "/v1/policy";
/// Who the credential belongs to.
pub const ME: &str = "/v1/me";
/// What is signed to show that one has a key.
pub const CHALLENGES: &str = "/v1/challenges";
pub const KEYS: &str = "/v1/keys";
pub const KEY: &str = "/v1/keys/{sha256}";
pub const SESSIONS: &str = "/v1/sessions";
pub const SESSIONS_OF: &str = "/v1/people/{name}/sessions";
pub const VOUCHERS: &str = "/v1/people/{name}/vouchers";
pub const QUEUE: &str = "/v1/queue";
/// The ledger's signed head, and its tree in tiles: the layout of C2SP tlog-tiles below `/v1`.
pub const CHECKPOINT: &str = "/v1/checkpoint";
pub const TILE: &str = "/v1/tile/{*path}";
/// The check of the whole ledger.
pub const VERIFICATION: &str = "/v1/verification";
pub const CONSISTENCY: &str = "/v1/consistency";
pub const PEOPLE: &str = "/v1/people";
pub const AGENTS: &str = "/v1/agents";
pub const SERVICES: &str = "/v1/services";
pub const PERSON: &str = "/v1/people/{name}";
pub const AGENT: &str = "/v1/agents/{name}";
pub const SERVICE: &str = "/v1/services/{name}";

/// Below it, everything speaks the Agent Approval Protocol; `/aap` is its clients' base URL.
pub const AAP: &str = "/aap/";
pub const AAP_REQUESTS: &str = "/aap/v1/requests";
pub const AAP_REQUEST: &str = "/aap/v1/requests/{id}";
pub const AAP_CONSUME: &str = "/aap/v1/requests/{id}/consume";
pub const AAP_OUTCOME: &str = "/aap/v1/requests/{id}/outcome";

/// A path pattern with its one parameter filled in.
fn with(pattern: &str, parameter: &str, value: &str) -> String {
    pattern.replace(parameter, value)
}

pub fn screen(id: EnvelopeId, n: u32) -> String {
    with(&with(SCREEN, "{id}", &id.to_string()), "{n}", &n.to_string())
}

/// Where an admin vouches for a key; names need no escaping.
pub fn vouchers(name: &str) -> String {
    with(VOUCHERS, "{name}", name)
}

pub fn key(sha256: &Digest) -> String {
    with(KEY, "{sha256}", &sha256.to_string())
}

pub fn sessions_of(name: &str) -> String {
    with(SESSIONS_OF, "{name}", name)
}

pub fn envelope(id: EnvelopeId) -> String {
    with(ENVELOPE, "{id}", &id.to_string())
}

pub fn redeem(id: EnvelopeId) -> String {
    with(REDEEM, "{id}", &id.to_string())
}

pub fn part(id: EnvelopeId) -> String {
    with(PART, "{id}", &id.to_string())
}

pub fn outcome(id: EnvelopeId) -> String {
    with(OUTCOME, "{id}", &id.to_string())
}

pub fn decisions(id: EnvelopeId) -> String {
    with(DECISIONS, "{id}", &id.to_string())
}

pub fn claim(id: EnvelopeId) -> String {
    with(CLAIM, "{id}", &id.to_string())
}

pub fn look(id: EnvelopeId) -> String {
    with(LOOK, "{id}", &id.to_string())
}

pub fn review(id: EnvelopeId) -> String {
    with(REVIEW, "{id}", &id.to_string())
}

pub fn undo(id: EnvelopeId) -> String {
    with(UNDO, "{id}", &id.to_string())
}

pub fn resume(id: uuid::Uuid) -> String {
    with(RESUME, "{id}", &id.to_string())
}

pub fn forget(id: uuid::Uuid) -> String {
    with(FORGET, "{id}", &id.to_string())
}

pub fn erase(id: EnvelopeId) -> String {
    with(ERASE, "{id}", &id.to_string())
}

pub fn release(id: uuid::Uuid) -> String {
    with(RELEASE, "{id}", &id.to_string())
}

pub fn blob(sha256: &Digest) -> String {
    BLOB.replace("{sha256}", &sha256.to_string())
}

pub fn signals(id: EnvelopeId) -> String {
    with(SIGNALS, "{id}", &id.to_string())
}

pub fn timeline(id: EnvelopeId) -> String {
    with(TIMELINE, "{id}", &id.to_string())
}

pub fn case(id: EnvelopeId) -> String {
    with(CASE, "{id}", &id.to_string())
}

pub fn policy_then(id: EnvelopeId) -> String {
    with(POLICY_THEN, "{id}", &id.to_string())
}

pub fn trail(id: EnvelopeId) -> String {
    with(TRAIL, "{id}", &id.to_string())
}

pub fn questions(id: EnvelopeId) -> String {
    with(QUESTIONS, "{id}", &id.to_string())
}

pub fn answers(id: EnvelopeId) -> String {
    with(ANSWERS, "{id}", &id.to_string())
}

/// Where principals of a kind are listed and added.
pub fn principals(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Human => PEOPLE,
        PrincipalKind::Agent => AGENTS,
        PrincipalKind::Service => SERVICES,
    }
}

/// Where one principal is revoked; names need no escaping.
pub fn principal(kind: PrincipalKind, name: &str) -> String {
    let pattern = match kind {
        PrincipalKind::Human => PERSON,
        PrincipalKind::Agent => AGENT,
        PrincipalKind::Service => SERVICE,
    };
    with(pattern, "{name}", name)
}
