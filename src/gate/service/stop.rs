//! The kill switch: one step to stop, a senior and a reason to go on.

use std::sync::{Arc, PoisonError};

use uuid::Uuid;

use super::{RequestKey, Service, actor, entry, standing, world};
use crate::api::{ErrorType, ResumeRequest, StopRequest, StopView};
use crate::domain::{Person, PrincipalId, PrincipalKind, StopScope, Stopped, Verb};
use crate::gate::Refusal;
use crate::ledger::{Fact, Standing, StoppedFact};
use crate::store::{Db, Envelope, StoreError, StoredStop, Tx};

/// Why nothing is handed out, for programs.
pub(super) const STOPPED: &str = "stopped";

/// The longest reason, in bytes.
const MAX_REASON: usize = 4_000;

impl Service {
    /// Stops at once: proposals from now on are held or denied, and nothing that was cleared can be taken.
    ///
    /// Anybody who may act on envelopes may stop, admins too: a stop only ever makes things safer.
    pub async fn stop(&self, person: Person, key: RequestKey, request: StopRequest) -> Result<StopView, Refusal> {
        person.may(Verb::Stop)?;
        let reason = reason(&request.reason)?;
        let stopped = self.stopped(&request)?;
        let world = Arc::clone(&self.world);
        let (id, size) = self
            .store
            .write(move |tx| {
                if let Some(id) = key.replayed(tx, person.id, "stop")? {
                    let id = id.parse().map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok::<_, Refusal>((id, tx.size()));
                }
                let (at, id) = (
                    world::now(&*world),
                    Uuid::from_bytes(*world.random().first_chunk().unwrap_or(&[0; 16])),
                );
                let keep = |kind: &str, text: &str| tx.put_blob(id, kind, 0, world::salt(&*world), text.as_bytes());
                let run = stopped.run.as_deref().map(|run| keep("run", run)).transpose()?;
                let fact = Fact::Stopped(StoppedFact {
                    stop: id,
                    scope: stopped.scope,
                    agent: stopped.agent,
                    class: stopped.class.clone(),
                    run,
                    effect: stopped.effect,
                    reason: keep("reason", &reason)?,
                });
                tx.append(&entry(at, actor(PrincipalKind::Human, person.id), fact))?;
                tx.put_stop(&StoredStop {
                    id,
                    stopped,
                    person: person.id,
                    at,
                    resumed: None,
                })?;
                key.remember(tx, person.id, "stop", &id.to_string())?;
                Ok((id, tx.size()))
            })
            .await?;
        self.after_stop(id, size).await
    }

    /// Ends a stop. What was cleared before it may be taken again, if its time is not over.
    pub async fn resume(
        &self,
        person: Person,
        id: Uuid,
        key: RequestKey,
        request: ResumeRequest,
    ) -> Result<StopView, Refusal> {
        person.may(Verb::Resume)?;
        let reason = reason(&request.reason)?;
        let route = format!("resume/{id}");
        let world = Arc::clone(&self.world);
        let size = self
            .store
            .write(move |tx| {
                if key.replayed(tx, person.id, &route)?.is_some() {
                    return Ok::<_, Refusal>(tx.size());
                }
                let stop = tx.stops(false)?.into_iter().find(|stop| stop.id == id);
                let stop = stop.ok_or_else(Refusal::not_found)?;
                if stop.resumed.is_some() {
                    return Err(Refusal::conflict("already_resumed", "It was resumed already."));
                }
                let at = world::now(&*world);
                let reason = tx.put_blob(id, "resumed", 0, world::salt(&*world), reason.as_bytes())?;
                let fact = Fact::Resumed { stop: id, reason };
                tx.append(&entry(at, actor(PrincipalKind::Human, person.id), fact))?;
                tx.put_stop(&StoredStop {
                    resumed: Some((person.id, at)),
                    ..stop
                })?;
                key.remember(tx, person.id, &route, "")?;
                Ok(tx.size())
            })
            .await?;
        self.after_stop(id, size).await
    }

    /// Every stop, or only those in force; the oldest first.
    pub async fn stops(&self, in_force: bool) -> Result<Vec<StopView>, Refusal> {
        let stops = self.store.read(move |db| with_reasons(&db, in_force)).await?;
        Ok(stops
            .into_iter()
            .map(|(stop, reason)| self.stop_view(&stop, reason))
            .collect())
    }

    /// What every console shows in its header.
    pub(super) async fn stops_in_force(&self) -> Result<Vec<StopView>, Refusal> {
        if self.in_force().is_empty() {
            return Ok(Vec::new());
        }
        self.stops(true).await
    }

    /// What is in force now, for judging what comes.
    pub(super) fn in_force(&self) -> Vec<StoredStop> {
        self.stops.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in what is in force, and tells every console. `size` is that of the ledger with the change.
    async fn after_stop(&self, id: Uuid, size: u64) -> Result<StopView, Refusal> {
        {
            // One at a time: what was read first must not be taken in last.
            let _one = self.reloading.lock().await;
            let stops = self.store.read(|db| db.stops(true)).await?;
            *self.stops.write().unwrap_or_else(PoisonError::into_inner) = stops;
        }
        self.wakes.stops_changed(size);
        let all = self.stops(false).await?;
        all.into_iter()
            .find(|stop| stop.id == id)
            .ok_or_else(Refusal::not_found)
    }

    /// What a request means, with names looked up: a stop of somebody unknown would stop nobody.
    fn stopped(&self, request: &StopRequest) -> Result<Stopped, Refusal> {
        let name = request.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let unknown = |message: &str| Refusal::invalid("unknown_name", "/name", message);
        let mut stopped = Stopped {
            scope: request.scope,
            agent: None,
            class: None,
            run: None,
            effect: request.effect,
        };
        match (request.scope, name) {
            (StopScope::Everything, None) => {}
            (StopScope::Everything, Some(_)) => return Err(unknown("Everything has no name.")),
            (_, None) => return Err(unknown("Say which one.")),
            (StopScope::Agent, Some(name)) => {
                let known = self
                    .directory()
                    .live(name)
                    .filter(|p| p.kind == PrincipalKind::Agent)
                    .map(|p| p.id);
                stopped.agent = Some(known.ok_or_else(|| unknown("There is no such agent."))?);
            }
            (StopScope::Class, Some(name)) => {
                if !self.rules.policy.class_ids().iter().any(|class| class == name) {
                    return Err(unknown("The policy has no such class."));
                }
                stopped.class = Some(name.to_owned());
            }
            // To the letter: an older ledger may have runs with a space around their id.
            (StopScope::Run, Some(_)) => stopped.run.clone_from(&request.name),
        }
        Ok(stopped)
    }

    fn stop_view(&self, stop: &StoredStop, reason: String) -> StopView {
        let stopped = &stop.stopped;
        StopView {
            id: stop.id,
            scope: stopped.scope,
            name: stopped
                .agent
                .map(|id| self.name(id))
                .or_else(|| stopped.class.clone())
                .or_else(|| stopped.run.clone()),
            effect: stopped.effect,
            by: self.name(stop.person),
            at: stop.at,
            reason,
            resumed_by: stop.resumed.map(|(by, _)| self.name(by)),
            resumed_at: stop.resumed.map(|(_, at)| at),
        }
    }
}

fn with_reasons(db: &Db<'_>, in_force: bool) -> Result<Vec<(StoredStop, String)>, StoreError> {
    let mut stops = Vec::new();
    for stop in db.stops(in_force)? {
        let blobs = db.blobs(stop.id)?;
        let reason = blobs.iter().find(|(kind, _, _)| kind == "reason");
        let reason = reason.map_or_else(
            || "(erased)".to_owned(),
            |(_, _, bytes)| String::from_utf8_lossy(bytes).into_owned(),
        );
        stops.push((stop, reason));
    }
    Ok(stops)
}

/// A stop that reaches an envelope now; looked up in the transaction that would let it through.
pub(super) fn reached(db: &Db<'_>, envelope: &Envelope) -> Result<Option<StoredStop>, StoreError> {
    let (agent, class, run) = (envelope.agent, envelope.class.as_deref(), envelope.run.as_deref());
    let mut stops = db.stops(true)?.into_iter();
    Ok(stops.find(|stop| stop.stopped.reaches(agent, class, run)))
}

/// Why an envelope cannot be taken now. A stop that the gate knows of counts also where the database has it no
/// more: somebody took it out past the gate.
pub(super) fn halted(tx: &Tx<'_>, envelope: &Envelope, stands: &Standing, known: &[StoredStop]) -> Result<(), Refusal> {
    let mut stops = tx.stops(true)?;
    stops.extend_from_slice(known);
    if stops.iter().any(|stop| stop.stopped.scope == StopScope::Run) {
        standing::run(tx, envelope, stands)?;
    }
    let (agent, class, run) = (envelope.agent, envelope.class.as_deref(), envelope.run.as_deref());
    match stops.iter().find(|stop| stop.stopped.reaches(agent, class, run)) {
        None => Ok(()),
        Some(stop) => Err(Refusal::conflict(
            STOPPED,
            format!(
                "A person stopped {} at {}; nothing of it runs until somebody resumes it.",
                what(&stop.stopped),
                stop.at
            ),
        )),
    }
}

/// It was stopped between its judgement and its entry.
pub(super) fn just_now() -> Refusal {
    Refusal::new(
        ErrorType::Unavailable,
        "stopped_just_now",
        "A person stopped this while it was judged; ask again under the same key.",
    )
}

/// What a stop reaches: a sentence fragment.
pub(super) fn what(stopped: &Stopped) -> &'static str {
    match stopped.scope {
        StopScope::Agent => "this agent",
        StopScope::Run => "this run",
        StopScope::Class => "this class",
        StopScope::Everything => "everything",
    }
}

/// Which stop reaches what an agent proposes, the one with the heaviest effect.
pub(super) fn reaching<'a>(
    stops: &'a [StoredStop],
    agent: PrincipalId,
    class: Option<&str>,
    run: Option<&str>,
) -> Option<&'a StoredStop> {
    let reached = stops.iter().filter(|stop| stop.stopped.reaches(agent, class, run));
    reached.max_by_key(|stop| stop.stopped.effect.verdict())
}

fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_REASON {
        return Err(Refusal::invalid(
            "reason_missing",
            "/reason",
            format!("A reason of 1 to {MAX_REASON} bytes is asked for."),
        ));
    }
    Ok(text.to_owned())
}
