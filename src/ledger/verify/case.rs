//! What the entries of one envelope add up to.

use jiff::Timestamp;

use crate::domain::{ActorKind, DecisionKind, Digest, Event, Review, Stage, StopScope, Verdict, apply};
use crate::ledger::{Decided, Entry, Fact, Given, Judged, SIGNATURE_WITH_EDIT};

use super::{Case, KnownStop, erased};

/// A text that an entry commits to: its kind with its part.
pub(super) type Text = (String, Digest);

impl Case {
    pub(super) fn new(proposed: &Entry, revision: u32, payload: Digest) -> Self {
        Self {
            proposed_at: proposed.at,
            about: None,
            stage: Stage::Proposed,
            revision,
            quorum: 1,
            approvers: Vec::new(),
            rejecters: Vec::new(),
            agent: proposed.actor.id,
            payload,
            judged: None,
            judgements: 0,
            unjudged: false,
            named: None,
            editor: None,
            edit_signed: None,
            escalated: 0,
            custody: None,
            claim: None,
            edited: 0,
            decisions: Vec::new(),
            questions: Vec::new(),
            outcome: None,
            redeemed_at: None,
            signals: 0,
            review: None,
            reviewed: None,
            reviews: 0,
            seen: false,
            undos: 0,
            undo: None,
            outer_at: None,
            passed_to: None,
            erasures: 0,
        }
    }

    /// Takes the step that an entry tells of; returns the texts it brings. The error is a sentence fragment.
    pub(super) fn follow(&mut self, entry: &Entry, revision: u32) -> Result<Vec<Text>, String> {
        let (event, texts) = self.event(entry)?;
        self.stage = apply(self.stage, &event).map_err(|step| step.to_string())?;
        self.revision = revision;
        Ok(texts)
    }

    /// What an entry does to the envelope, and the texts it brings. The error is a sentence fragment.
    fn event(&mut self, entry: &Entry) -> Result<(Event, Vec<Text>), String> {
        let none = Vec::new();
        self.nothing_left_out(&entry.fact)?;
        Ok(match &entry.fact {
            Fact::Judged(judged) => self.judged(judged)?,
            Fact::Signal { signals } => {
                if entry.actor.kind != ActorKind::Service {
                    return Err("no service attested it".to_owned());
                }
                let place = format!("signal/{}", self.signals);
                self.signals += 1;
                (Event::Attested, vec![(place, *signals)])
            }
            Fact::Decided(decided) => self.decided(decided, entry)?,
            Fact::Edited { given, payload } => {
                let reason = self.given(DecisionKind::Edit, given, None, entry)?;
                self.payload = *payload;
                (self.approvers, self.rejecters) = (Vec::new(), Vec::new());
                self.edited += 1;
                (self.editor, self.unjudged) = (entry.actor.id, true);
                let place = super::payload_place(entry.rev.unwrap_or_default());
                (Event::Edited, [vec![(place, *payload)], reason].concat())
            }
            Fact::Classified { given, class } => {
                (self.named, self.unjudged) = (Some(class.clone()), true);
                let reason = self.given(DecisionKind::Classify, given, Some(class.clone()), entry)?;
                (Event::Noted, reason)
            }
            Fact::Escalated {
                to,
                deadline_at,
                person,
                given,
            } => {
                (self.approvers, self.rejecters) = (Vec::new(), Vec::new());
                // Whoever hands one on wants it looked at by itself.
                if let Some(judged) = &mut self.judged {
                    judged.alike = None;
                }
                self.escalated += 1;
                self.custody = *person;
                self.not_beyond(*deadline_at)?;
                if let Some(judged) = &mut self.judged {
                    (judged.role, judged.deadline_at) = (*to, *deadline_at);
                }
                let led = person.map_or_else(|| to.to_string(), |person| person.to_string());
                let reason = match given {
                    Some(given) => self.given(DecisionKind::Escalate, given, Some(led), entry)?,
                    None if entry.actor.kind == ActorKind::Gate => none,
                    None => return Err("somebody escalated it without a word".to_owned()),
                };
                (Event::Escalated, reason)
            }
            Fact::Extended { given, deadline_at } => self.extended(*deadline_at, given, entry)?,
            Fact::Claimed { until } => {
                self.claim = entry.actor.id.map(|by| (by, *until));
                (Event::Noted, none)
            }
            Fact::Asked { question } => (Event::Noted, self.asked(*question, entry)),
            Fact::Answered { n, answer } => (Event::Noted, self.answered(*n, *answer, entry)?),
            Fact::Looked { payload } => (self.looked(*payload, entry)?, none),
            Fact::Erased { reason, basis, .. } => {
                let n = self.erasures;
                self.erasures += 1;
                let texts = [(erased::REASON, *reason), (erased::BASIS, *basis)];
                let texts = texts.map(|(kind, text)| (format!("{kind}/{n}"), text));
                (Event::Erased, texts.to_vec())
            }
            Fact::LegalHold(_) => (Event::Held, none),
            Fact::Expired {} => (Event::Expired, none),
            Fact::Closed { passed_to } => {
                self.passed_to = *passed_to;
                let event = passed_to.map_or(Event::ClosedUnrun, |_| Event::PassedOn);
                (event, none)
            }
            Fact::Lapsed {} => (Event::Lapsed, none),
            Fact::Withdrawn {} => (Event::Withdrawn, none),
            Fact::Redeemed { .. }
            | Fact::Outcome { .. }
            | Fact::Reviewed { .. }
            | Fact::UndoRequested { .. }
            | Fact::Undone { .. } => self.afterwards(entry)?,
            Fact::Opened { .. }
            | Fact::KeyRotated { .. }
            | Fact::TokenKeyNamed { .. }
            | Fact::RollbackAccepted { .. }
            | Fact::Stopped(_)
            | Fact::Resumed { .. }
            | Fact::PolicyActivated { .. }
            | Fact::Forgotten { .. }
            | Fact::PrincipalAdded { .. }
            | Fact::Requested { .. }
            | Fact::KeyAdded { .. }
            | Fact::KeyVouched(_)
            | Fact::KeyRevoked { .. }
            | Fact::PrincipalRevoked { .. }
            | Fact::Proposed { .. } => return Err("its kind is not about an envelope".to_owned()),
        })
    }

    fn asked(&mut self, question: Digest, entry: &Entry) -> Vec<Text> {
        let place = format!("question/{}", self.questions.len());
        self.questions.push((entry.actor.id, entry.at, None));
        vec![(place, question)]
    }

    fn answered(&mut self, n: u32, answer: Digest, entry: &Entry) -> Result<Vec<Text>, String> {
        let asked = self.questions.get_mut(n as usize).filter(|asked| asked.2.is_none());
        asked.ok_or("it answers what was not asked")?.2 = Some(entry.at);
        Ok(vec![(format!("answer/{n}"), answer)])
    }

    fn extended(&mut self, until: Timestamp, given: &Given, entry: &Entry) -> Result<(Event, Vec<Text>), String> {
        let judged = self.judged.as_mut().ok_or("it was never judged")?;
        let within = judged.latest_at.is_some_and(|latest| until <= latest);
        if !within || until <= judged.deadline_at {
            return Err("its deadline was moved beyond its bound".to_owned());
        }
        judged.deadline_at = until;
        let led = Some(until.to_string());
        Ok((Event::Extended, self.given(DecisionKind::Extend, given, led, entry)?))
    }

    /// Whether a stop reaches it, as far as entries say: a run's id is a text.
    pub(super) fn is_halted(&self, stop: &KnownStop) -> bool {
        let class = self.judged.as_ref().and_then(|judged| judged.class.as_ref());
        stop.resumed.is_none()
            && match stop.scope {
                StopScope::Agent => stop.agent == self.agent,
                StopScope::Class => stop.class.is_some() && stop.class.as_ref() == class,
                StopScope::Run => false,
                StopScope::Everything => true,
            }
    }

    /// What was edited or classified is judged before anything else, and an editor answers for the edit.
    fn nothing_left_out(&self, fact: &Fact) -> Result<(), String> {
        if self.unjudged && !matches!(fact, Fact::Judged(_)) {
            return Err("what a person changed was not judged".to_owned());
        }
        let vote_missing = self.editor.is_some() && !self.unjudged;
        if vote_missing && !matches!(fact, Fact::Decided(_)) {
            return Err("who edited it did not approve the edit".to_owned());
        }
        Ok(())
    }

    /// What the agent was told of the end holds for every later one.
    fn not_beyond(&self, at: Timestamp) -> Result<(), String> {
        match self.outer_at {
            Some(outer) if at > outer => Err("it was put off beyond what its agent was told".to_owned()),
            Some(_) | None => Ok(()),
        }
    }

    /// A mode makes a verdict lighter, and so does a pass; nothing else.
    fn not_lighter(&self, judged: &Judged) -> Result<(), String> {
        let meant = judged.mode.effective(judged.verdict);
        let lifted = self.judgements == 0 && judged.effective == Verdict::Allow && meant <= Verdict::Hold;
        match judged.pass {
            None if judged.effective < meant => Err("its verdict was made lighter".to_owned()),
            Some(_) if !lifted => Err("a pass lifted what it cannot lift".to_owned()),
            None | Some(_) => Ok(()),
        }
    }

    fn judged(&mut self, judged: &Judged) -> Result<(Event, Vec<Text>), String> {
        self.not_lighter(judged)?;
        self.not_beyond(judged.latest_at.unwrap_or(judged.deadline_at).max(judged.deadline_at))?;
        self.quorum = judged.quorum;
        (self.approvers, self.rejecters) = (Vec::new(), Vec::new());
        let place = format!("judgement/{}", self.judgements);
        self.judgements += 1;
        self.unjudged = false;
        let event = match self.named.take() {
            Some(named) if judged.class.as_ref() == Some(&named) => Event::Classified(judged.effective),
            Some(_) => return Err("it was judged as another class than the one that was named".to_owned()),
            None => Event::Judged(judged.effective),
        };
        if self.editor.is_some() && judged.effective != Verdict::Hold {
            return Err("an edit was released or refused by its judgement".to_owned());
        }
        if judged.effective == Verdict::Watch {
            self.review = Some(Review::Open);
        }
        self.judged = Some(judged.clone());
        Ok((event, vec![(place, judged.trace)]))
    }

    fn decided(&mut self, decided: &Decided, entry: &Entry) -> Result<(Event, Vec<Text>), String> {
        let reason = self.given(decided.decision, &decided.given(), None, entry)?;
        match decided.decision {
            DecisionKind::Reject => return Ok((self.rejected(decided, entry)?, reason)),
            DecisionKind::Approve => {}
            DecisionKind::Edit | DecisionKind::Escalate | DecisionKind::Classify | DecisionKind::Extend => {
                return Err("that decision has an entry of its own kind".to_owned());
            }
        }
        let person = entry.actor.id.ok_or("nobody approved")?;
        if self.editor.take().is_some_and(|editor| editor != person) {
            return Err("somebody else approved before the one who edited".to_owned());
        }
        if self.approvers.contains(&person) {
            return Err("one person approved twice".to_owned());
        }
        self.rejecters.retain(|rejecter| *rejecter != person);
        self.approvers.push(person);
        let votes = u32::try_from(self.approvers.len()).unwrap_or(u32::MAX);
        if (decided.votes, decided.quorum) != (votes, self.quorum) {
            return Err("its count of votes is wrong".to_owned());
        }
        let met = votes >= self.quorum;
        Ok((if met { Event::QuorumMet } else { Event::Approved }, reason))
    }

    /// One no ends it, or as many as it takes to approve; whoever had approved takes that back.
    fn rejected(&mut self, decided: &Decided, entry: &Entry) -> Result<Event, String> {
        if !self.judged.as_ref().is_some_and(|judged| judged.reject_quorum) {
            return match decided.rejections {
                None => Ok(Event::Rejected),
                Some(_) => Err("it was counted as one of several rejections, and ends it alone".to_owned()),
            };
        }
        let person = entry.actor.id.ok_or("nobody rejected")?;
        if self.rejecters.contains(&person) {
            return Err("one person rejected twice".to_owned());
        }
        if decided.payload.is_none() {
            return Err("one of several rejections names no payload".to_owned());
        }
        self.approvers.retain(|approver| *approver != person);
        self.rejecters.push(person);
        let count = |people: &[_]| u32::try_from(people.len()).unwrap_or(u32::MAX);
        let said = (decided.rejections, decided.votes, decided.quorum);
        if said != (Some(count(&self.rejecters)), count(&self.approvers), self.quorum) {
            return Err("its count of rejections is wrong".to_owned());
        }
        Ok(decided.rejects())
    }

    /// Whoever is shown what is masked is a person, and it is of the payload that was there.
    fn looked(&self, payload: Digest, entry: &Entry) -> Result<Event, String> {
        if entry.actor.kind != ActorKind::Human || payload != self.payload {
            return Err("no person looked at the payload that was there".to_owned());
        }
        Ok(Event::Looked)
    }

    /// Takes a person's word down; it must be about the payload that was there.
    fn given(
        &mut self,
        decision: DecisionKind,
        given: &Given,
        led: Option<String>,
        entry: &Entry,
    ) -> Result<Vec<Text>, String> {
        if given.payload.is_some_and(|payload| payload != self.payload) {
            return Err("it was decided on another payload".to_owned());
        }
        if entry.actor.kind != ActorKind::Human {
            return Err("no person decided it".to_owned());
        }
        let n = self.decisions.len();
        let key = given.signed.as_ref().map(|signed| signed.key);
        // The approval that is part of an edit is signed with it.
        let key = key.or_else(|| self.edit_signed.filter(|_| given.signature == SIGNATURE_WITH_EDIT));
        self.decisions.push((entry.actor.id, decision, entry.at, led, key));
        let texts = [("reason", given.reason), ("shown", given.shown)];
        let texts = texts
            .into_iter()
            .filter_map(|(kind, text)| Some((format!("{kind}/{n}"), text?)));
        Ok(texts.collect())
    }
}

#[cfg(test)]
mod tests;
