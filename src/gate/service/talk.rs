//! Saying who works on it, and asking the agent. None of it decides anything.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{RequestKey, Service, actor, due, entry_of, load, world};
use crate::api::{AnswerRequest, AskRequest, EnvelopeView, Summary};
use crate::domain::{EnvelopeId, Event, Person, Principal, PrincipalKind, Verb, apply};
use crate::gate::{Refusal, World};
use crate::ledger::Fact;
use crate::store::{Envelope, StoredQuestion, Tx};

/// How long a claim is believed.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// The longest question or answer, in bytes, and how many questions an envelope takes.
const MAX_TEXT: usize = 4_000;
const MAX_QUESTIONS: u32 = 20;

impl Service {
    /// Says that this person works on it, for five minutes. Others may all the same.
    pub async fn claim(&self, person: Person, id: EnvelopeId, key: RequestKey) -> Result<Summary, Refusal> {
        person.may(Verb::Claim)?;
        let world = Arc::clone(&self.world);
        self.say(person.id, format!("claim/{id}"), id, key, move |tx, envelope| {
            let now = world::now(&*world);
            let until = now.saturating_add(LEASE).unwrap_or(now);
            envelope.stage = apply(envelope.stage, &Event::Noted)?;
            envelope.claim = Some((person.id, until));
            let by = actor(PrincipalKind::Human, person.id);
            tx.append(&entry_of(envelope, now, by, Fact::Claimed { until }))?;
            Ok(())
        })
        .await
    }

    /// Asks the agent; the clock goes on.
    pub async fn ask(
        &self,
        person: Person,
        id: EnvelopeId,
        key: RequestKey,
        request: AskRequest,
    ) -> Result<Summary, Refusal> {
        person.may(Verb::Ask)?;
        let text = text(&request.text)?;
        let world = Arc::clone(&self.world);
        self.say(person.id, format!("ask/{id}"), id, key, move |tx, envelope| {
            if envelope.asked >= MAX_QUESTIONS {
                return Err(Refusal::conflict(
                    "too_many_questions",
                    "It was asked enough: decide or reject.",
                ));
            }
            let now = world::now(&*world);
            envelope.stage = apply(envelope.stage, &Event::Noted)?;
            let n = envelope.asked;
            envelope.asked += 1;
            let question = tx.put_blob(id.0, "question", n, world::salt(&*world), text.as_bytes())?;
            let asked = StoredQuestion {
                person: person.id,
                at: now,
                answered_at: None,
            };
            tx.put_question(id, n, asked)?;
            let by = actor(PrincipalKind::Human, person.id);
            tx.append(&entry_of(envelope, now, by, Fact::Asked { question }))?;
            Ok(())
        })
        .await
    }

    /// The agent answers, on the same envelope.
    pub async fn answer(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        key: RequestKey,
        request: AnswerRequest,
    ) -> Result<EnvelopeView, Refusal> {
        self.runnable(caller, id).await?;
        let text = text(&request.text)?;
        let by = actor(caller.kind, caller.id);
        let world = Arc::clone(&self.world);
        self.say(caller.id, format!("answer/{id}"), id, key, move |tx, envelope| {
            let questions = tx.questions(id)?;
            let asked = questions
                .get(request.n as usize)
                .filter(|asked| asked.answered_at.is_none());
            let asked = asked.ok_or_else(|| {
                Refusal::conflict("not_asked", "That question was not asked, or it is answered already.")
            })?;
            let now = world::now(&*world);
            envelope.stage = apply(envelope.stage, &Event::Noted)?;
            envelope.answered += 1;
            let answer = tx.put_blob(id.0, "answer", request.n, world::salt(&*world), text.as_bytes())?;
            let answered = StoredQuestion {
                answered_at: Some(now),
                ..*asked
            };
            tx.put_question(id, request.n, answered)?;
            tx.append(&entry_of(envelope, now, by, Fact::Answered { n: request.n, answer }))?;
            Ok(())
        })
        .await?;
        self.view_for(&caller.name, id).await
    }

    /// One step on an open envelope that decides nothing: once under its key, and never after its deadline.
    async fn say(
        &self,
        caller: crate::domain::PrincipalId,
        route: String,
        id: EnvelopeId,
        key: RequestKey,
        step: impl FnOnce(&mut Tx<'_>, &mut Envelope) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Summary, Refusal> {
        let world: Arc<dyn World> = Arc::clone(&self.world);
        let envelope = self
            .store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                if key.replayed(tx, caller, &route)?.is_some() {
                    return Ok::<_, Refusal>(Ok(envelope));
                }
                let settled = due::settle(tx, &mut envelope, world::now(&*world))?;
                if !envelope.stage.is_open() {
                    let refusal = Refusal::conflict(
                        "already_decided",
                        format!("It is {}, so there is nothing more to say.", envelope.stage),
                    );
                    // A deadline that was found over is kept; what was asked is not.
                    return if settled { Ok(Err(refusal)) } else { Err(refusal) };
                }
                step(tx, &mut envelope)?;
                tx.put_envelope(&envelope)?;
                key.remember(tx, caller, &route, "")?;
                Ok(Ok(envelope))
            })
            .await?;
        self.wakes.changed(id);
        envelope.map(|envelope| self.summary(&envelope))
    }
}

fn text(text: &str) -> Result<String, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.len() > MAX_TEXT {
        return Err(Refusal::invalid(
            "wrong_length",
            "/text",
            format!("A text has 1 to {MAX_TEXT} bytes."),
        ));
    }
    Ok(trimmed.to_owned())
}
