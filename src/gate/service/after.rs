//! After it ran: what people look at, flag, and want taken back.

mod page;

use std::sync::Arc;
use std::time::Duration;

use super::{RequestKey, Service, actor, entry_of, kept, load, world};
use crate::api::{ReviewRequest, Summary, UndoRequest, UndoWanted};
use crate::domain::{EnvelopeId, Event, Person, Principal, PrincipalId, PrincipalKind, Review, Stage, Verb, apply};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Envelope, StoredReview, StoredUndo, Tx};

/// How many wishes one answer names.
const WISHES: u32 = 200;

/// The longest note or reason, in bytes.
const MAX_TEXT: usize = 4_000;

/// The kind of blob that keeps why something should be taken back; one for each time it was asked.
pub(super) const UNDO_REASON: &str = "undo_reason";

impl Service {
    /// A person says whether what ran was fine, or at least needs nothing more.
    pub async fn review(
        &self,
        person: Person,
        id: EnvelopeId,
        key: RequestKey,
        request: ReviewRequest,
    ) -> Result<Summary, Refusal> {
        let note = text(request.note.as_deref(), "/note")?;
        if request.finding == Review::Open {
            return Err(Refusal::invalid("wrong_member", "/finding", "Say fine or flagged."));
        }
        if request.finding == Review::Flagged && note.is_none() {
            return Err(Refusal::invalid(
                "reason_missing",
                "/note",
                "What is flagged is flagged for a reason.",
            ));
        }
        let owner = self.agent_of(id).await?.owner;
        let world = Arc::clone(&self.world);
        self.look_back(person, id, Verb::Review, key, move |tx, envelope, person| {
            if request.finding == Review::Fine && owner == Some(person.id) {
                return Err(Refusal::forbidden(
                    "owner_cannot_pass",
                    "You answer for this agent, so somebody else must say that it is fine; flag it if it is not.",
                ));
            }
            let now = world::now(&*world);
            if !envelope.needs_look(now) {
                return Err(Refusal::conflict(
                    "nothing_to_review",
                    "Nobody has to look at it, or somebody has already.",
                ));
            }
            envelope.stage = apply(envelope.stage, &Event::Reviewed)?;
            (envelope.review, envelope.seen) = (Some(request.finding), true);
            let n = tx.review(id)?.map_or(0, |before| before.n + 1);
            let keep = |note: String| tx.put_blob(id.0, "review", n, world::salt(&*world), note.as_bytes());
            let note = note.map(keep).transpose()?;
            let review = StoredReview {
                person: person.id,
                finding: request.finding,
                at: now,
                n,
            };
            tx.put_review(id, review)?;
            let fact = Fact::Reviewed {
                finding: request.finding,
                note,
            };
            let by = actor(PrincipalKind::Human, person.id);
            tx.append(&entry_of(envelope, now, by, fact))?;
            Ok(())
        })
        .await
    }

    /// A person wants it taken back; the agent is told, and answers with an outcome.
    pub async fn request_undo(
        &self,
        person: Person,
        id: EnvelopeId,
        key: RequestKey,
        request: UndoRequest,
    ) -> Result<Summary, Refusal> {
        let reason = text(Some(&request.reason), "/reason")?.ok_or_else(|| {
            Refusal::invalid(
                "reason_missing",
                "/reason",
                "The agent reads why it should take it back.",
            )
        })?;
        let world = Arc::clone(&self.world);
        let summary = self
            .look_back(person, id, Verb::Undo, key, move |tx, envelope, person| {
                if !person.role.fulfils(envelope.role) {
                    return Err(Refusal::forbidden(
                        "role_too_low",
                        format!(
                            "This takes {}; you are {}.",
                            envelope.role.with_article(),
                            person.role.with_article()
                        ),
                    ));
                }
                let now = world::now(&*world);
                envelope.stage =
                    apply(envelope.stage, &Event::UndoRequested).map_err(|_| not_undoable(envelope.stage))?;
                let n = tx.blob_count(id.0, UNDO_REASON)?;
                let reason = tx.put_blob(id.0, UNDO_REASON, n, world::salt(&*world), reason.as_bytes())?;
                let undo = StoredUndo {
                    person: person.id,
                    at: now,
                    answer: None,
                };
                tx.put_undo(id, undo)?;
                let by = actor(PrincipalKind::Human, person.id);
                tx.append(&entry_of(envelope, now, by, Fact::UndoRequested { reason }))?;
                Ok(())
            })
            .await?;
        self.wakes.undo_wanted();
        Ok(summary)
    }

    /// What the caller is asked to take back; waits for a wish if there is none yet.
    pub async fn undo_wanted(&self, caller: &Principal, wait: Duration) -> Result<Vec<UndoWanted>, Refusal> {
        let agents = self.runs_for(caller)?;
        let mut changed = self.wakes.of_undo();
        let end = tokio::time::Instant::now() + wait;
        loop {
            changed.mark_unchanged();
            let wanted = self.wanted(agents.clone()).await?;
            let over = !wanted.is_empty() || wait.is_zero();
            if over || tokio::time::timeout_at(end, changed.changed()).await.is_err() {
                return Ok(wanted);
            }
        }
    }

    async fn wanted(&self, agents: Vec<PrincipalId>) -> Result<Vec<UndoWanted>, Refusal> {
        let found = self
            .store
            .read(move |db| {
                let mut found = Vec::new();
                for envelope in db.undo_wanted(&agents, WISHES)? {
                    let (blobs, undo) = (db.blobs(envelope.id.0)?, db.undo(envelope.id)?);
                    found.extend(undo.map(|undo| (envelope, undo, blobs)));
                }
                Ok::<_, Refusal>(found)
            })
            .await?;
        let wanted = found.into_iter().map(|(envelope, undo, blobs)| UndoWanted {
            id: envelope.id,
            tool: envelope.tool,
            target: envelope.target,
            reversal: kept::claimed(&blobs).reversal,
            by: self.name(undo.person),
            at: undo.at,
            reason: kept::newest(&blobs, UNDO_REASON)
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default(),
        });
        Ok(wanted.collect())
    }

    /// The agents whose actions the caller runs: itself, or those it is the executor of.
    fn runs_for(&self, caller: &Principal) -> Result<Vec<PrincipalId>, Refusal> {
        match caller.kind {
            PrincipalKind::Agent => Ok(vec![caller.id]),
            PrincipalKind::Service => {
                let directory = self.directory();
                let run = directory
                    .all()
                    .into_iter()
                    .filter(|agent| agent.executor == Some(caller.id));
                Ok(run.map(|agent| agent.id).collect())
            }
            PrincipalKind::Human => Err(Refusal::forbidden(
                "agents_only",
                "Only who runs actions is asked to take them back.",
            )),
        }
    }

    /// One step of a person on something that is settled: once under its key.
    async fn look_back(
        &self,
        person: Person,
        id: EnvelopeId,
        verb: Verb,
        key: RequestKey,
        step: impl FnOnce(&mut Tx<'_>, &mut Envelope, &Person) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Summary, Refusal> {
        person.may(verb)?;
        let route = format!("{verb}/{id}");
        let envelope = self
            .store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                if key.replayed(tx, person.id, &route)?.is_none() {
                    step(tx, &mut envelope, &person)?;
                    tx.put_envelope(&envelope)?;
                    key.remember(tx, person.id, &route, "")?;
                }
                Ok::<_, Refusal>(envelope)
            })
            .await?;
        self.wakes.changed(id);
        Ok(self.summary(&envelope))
    }
}

fn not_undoable(stage: Stage) -> Refusal {
    let why = match stage {
        Stage::Redeemed => "The agent has not said yet what happened, so there is nothing to take back.".to_owned(),
        Stage::UndoRequested => "The agent was asked already.".to_owned(),
        other => format!("It is {other}, so there is nothing to take back."),
    };
    Refusal::conflict("wrong_stage", why)
}

fn text(text: Option<&str>, pointer: &'static str) -> Result<Option<String>, Refusal> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.len() > MAX_TEXT) {
        return Err(Refusal::invalid(
            "wrong_length",
            pointer,
            format!("A text has at most {MAX_TEXT} bytes."),
        ));
    }
    Ok(text.map(str::to_owned))
}
