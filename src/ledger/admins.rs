//! What takes the word of two admins, once there are two: adding people, erasing, accepting a rollback.
//!
//! Whoever can do these alone can make up a second approver, or be rid of what tells of the first. The first
//! admin's word is an entry, and the act of the second one names it. Held by the gate before it writes and by
//! the check of a whole ledger, from entries alone.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Entry, Fact, Wanted};
use crate::domain::{Actor, ActorKind, PrincipalId, PrincipalKind, Role};

/// How long the first word is good for; and how long an admin counts who was revoked, so that sending the
/// other one away frees nobody at once.
pub const SECOND_WORD: SignedDuration = SignedDuration::from_hours(24);

/// Who administers, and what one of them wants.
#[derive(Debug, Default)]
pub struct Admins {
    /// With the time at which they were revoked.
    known: HashMap<PrincipalId, Option<Timestamp>>,
    requests: Vec<FirstWord>,
}

/// What the first of two admins said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstWord {
    pub id: Uuid,
    pub by: PrincipalId,
    pub wanted: Wanted,
    /// The second word counts before then.
    pub until: Timestamp,
    done: bool,
}

impl Admins {
    /// Takes the next entry. The error is a sentence fragment: it takes two, and there was one.
    pub fn take(&mut self, entry: &Entry) -> Result<(), String> {
        let by_person = entry.actor.kind == ActorKind::Human;
        match &entry.fact {
            Fact::Requested { request, wanted } => {
                let by = self.admin(&entry.actor).ok_or("no admin asked for it")?;
                if self.requests.iter().any(|known| known.id == *request) {
                    return Err("it was asked for before".to_owned());
                }
                self.requests.push(FirstWord {
                    id: *request,
                    by,
                    wanted: wanted.clone(),
                    until: entry.at.saturating_add(SECOND_WORD).unwrap_or(Timestamp::MAX),
                    done: false,
                });
            }
            Fact::PrincipalAdded {
                principal,
                kind: PrincipalKind::Human,
                role: Some(role),
                profile,
                request,
                ..
            } => {
                let wanted = Wanted::AddPerson {
                    principal: *principal,
                    role: *role,
                    profile: *profile,
                };
                if by_person {
                    self.second(entry, *request, &wanted)?;
                }
                if *role == Role::Admin {
                    self.known.insert(*principal, None);
                }
            }
            Fact::PrincipalRevoked { principal } => {
                if let Some(revoked) = self.known.get_mut(principal) {
                    *revoked = Some(entry.at);
                }
            }
            Fact::Erased { request, .. } if by_person => {
                let envelope = entry.envelope.ok_or("it names no envelope")?;
                self.second(entry, *request, &Wanted::Erase { envelope })?;
            }
            Fact::Forgotten { request, subject, .. } => {
                self.second(entry, *request, &Wanted::Forget { subject: *subject })?;
            }
            Fact::RollbackAccepted { second, .. } => {
                let other = second.filter(|second| Some(*second) != entry.actor.id && self.is_there(*second));
                if self.take_two(entry.at) && other.is_none() {
                    return Err("one admin alone accepted the rollback".to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether one admin's word is not enough at this time.
    pub fn take_two(&self, at: Timestamp) -> bool {
        let counts = |revoked: &&Option<Timestamp>| {
            revoked.is_none_or(|revoked| at < revoked.saturating_add(SECOND_WORD).unwrap_or(Timestamp::MAX))
        };
        self.known.values().filter(counts).count() >= 2
    }

    /// What waits for a second word at this time.
    pub fn waiting(&self, at: Timestamp) -> impl Iterator<Item = &FirstWord> {
        let open = move |request: &&FirstWord| !request.done && at < request.until && self.is_there(request.by);
        self.requests.iter().filter(open)
    }

    fn is_there(&self, id: PrincipalId) -> bool {
        self.known.get(&id) == Some(&None)
    }

    fn admin(&self, actor: &Actor) -> Option<PrincipalId> {
        actor
            .id
            .filter(|id| actor.kind == ActorKind::Human && self.is_there(*id))
    }

    /// Uses up the first word that the second one names, where it takes two.
    fn second(&mut self, entry: &Entry, request: Option<Uuid>, wanted: &Wanted) -> Result<(), String> {
        let Some(request) = request else {
            return if self.take_two(entry.at) {
                Err("one admin alone did what takes two".to_owned())
            } else {
                Ok(())
            };
        };
        let by = self.admin(&entry.actor).ok_or("no admin gave the second word")?;
        let fits = |first: &&FirstWord| first.id == request && first.by != by && first.wanted == *wanted;
        if !self.waiting(entry.at).any(|first| fits(&first)) {
            return Err("nobody else asked for it in time".to_owned());
        }
        for first in self.requests.iter_mut().filter(|first| first.id == request) {
            first.done = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
