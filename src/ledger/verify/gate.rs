//! What is about no envelope: people, keys, policies, stops.

use super::{Fault, KnownPrincipal, KnownStop, Verifier, tampered};
use crate::domain::{ActorKind, PrincipalKind};
use crate::ledger::{Entry, Fact, StoppedFact, Wanted};

impl Verifier {
    /// People, keys, policies.
    pub(super) fn about_the_gate(&mut self, entry: &Entry) -> Result<(), String> {
        self.admins.take(entry)?;
        match &entry.fact {
            Fact::Opened { ledger } => {
                self.log.opened(*ledger);
                self.signatures.ledger = Some(*ledger);
            }
            Fact::KeyRotated { .. } | Fact::RollbackAccepted { .. } => self.log_key(entry)?,
            Fact::TokenKeyNamed { key } => self.token_key(entry, key)?,
            Fact::PolicyActivated { policy } => {
                self.policies.insert(*policy);
            }
            Fact::PrincipalAdded { .. } => self.added(entry),
            Fact::Requested { wanted, .. } => {
                if let Wanted::AddPerson { principal, profile, .. } = wanted {
                    self.places.insert(principal.0, "profile", *profile);
                }
            }
            Fact::KeyAdded {
                principal,
                key,
                public,
                pin,
            } => {
                let known = self.principals.get_mut(principal);
                let known = known.ok_or("its principal was never added")?;
                match public {
                    None => known.key = Some(*key),
                    Some(_) if known.kind != PrincipalKind::Human || known.revoked => {
                        return Err("only a person who is there has a signing key".to_owned());
                    }
                    Some(public) => self.signatures.add(entry, *principal, *key, public, *pin)?,
                }
            }
            Fact::KeyVouched(vouched) => self.vouched(entry, vouched)?,
            Fact::KeyRevoked { principal, key } => self.signatures.revoke(*principal, *key, entry.at)?,
            Fact::PrincipalRevoked { principal } => {
                let known = self
                    .principals
                    .get_mut(principal)
                    .ok_or("its principal was never added")?;
                (known.key, known.revoked) = (None, true);
                self.signatures.revoke_all(*principal, entry.at);
            }
            Fact::Stopped(stopped) => self.stopped(entry, stopped)?,
            Fact::Resumed { stop, reason } => {
                let known = self
                    .stops
                    .iter_mut()
                    .find(|known| known.id == *stop && known.resumed.is_none());
                known.ok_or("nothing was stopped")?.resumed = Some((entry.actor.id, entry.at));
                self.places.insert(*stop, "resumed", *reason);
            }
            Fact::LegalHold(hold) => self.held(entry, hold)?,
            Fact::Forgotten {
                subject, reason, basis, ..
            } => self.forgot(entry, *subject, (*reason, *basis))?,
            Fact::Proposed { .. }
            | Fact::Erased { .. }
            | Fact::Signal { .. }
            | Fact::Judged(_)
            | Fact::Decided(_)
            | Fact::Edited { .. }
            | Fact::Classified { .. }
            | Fact::Escalated { .. }
            | Fact::Extended { .. }
            | Fact::Claimed { .. }
            | Fact::Asked { .. }
            | Fact::Answered { .. }
            | Fact::Expired {}
            | Fact::Closed { .. }
            | Fact::Lapsed {}
            | Fact::Withdrawn {}
            | Fact::Redeemed { .. }
            | Fact::Outcome { .. }
            | Fact::Looked { .. }
            | Fact::Reviewed { .. }
            | Fact::UndoRequested { .. }
            | Fact::Undone { .. } => return Err("it names no envelope".to_owned()),
        }
        Ok(())
    }

    fn added(&mut self, entry: &Entry) {
        let Fact::PrincipalAdded {
            principal,
            kind,
            role,
            owner,
            executor,
            profile,
            request: _,
        } = &entry.fact
        else {
            return;
        };
        self.places.insert(principal.0, "profile", *profile);
        let known = KnownPrincipal {
            id: *principal,
            kind: *kind,
            role: *role,
            owner: *owner,
            executor: *executor,
            added_at: entry.at,
            key: None,
            revoked: false,
            profile: Vec::new(),
        };
        self.principals.insert(*principal, known);
    }

    fn stopped(&mut self, entry: &Entry, stopped: &StoppedFact) -> Result<(), String> {
        if entry.actor.kind != ActorKind::Human || self.stops.iter().any(|known| known.id == stopped.stop) {
            return Err("no person stopped it, or it was stopped before".to_owned());
        }
        self.places.insert(stopped.stop, "reason/0", stopped.reason);
        if let Some(run) = stopped.run {
            self.places.insert(stopped.stop, "run", run);
        }
        self.stops.push(KnownStop {
            id: stopped.stop,
            scope: stopped.scope,
            agent: stopped.agent,
            class: stopped.class.clone(),
            effect: stopped.effect,
            by: entry.actor.id,
            at: entry.at,
            resumed: None,
        });
        Ok(())
    }

    /// Checks the stops that are there against those the entries tell of.
    pub fn stops(&self, mut listed: Vec<KnownStop>) -> Result<(), Fault> {
        let mut told = self.stops.clone();
        told.sort_by_key(|stop| stop.id);
        listed.sort_by_key(|stop| stop.id);
        if told == listed {
            Ok(())
        } else {
            Err(tampered("The stops are not those that the entries tell of.".to_owned()))
        }
    }
}
