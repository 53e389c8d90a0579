//! `ledger verify` at the gate: on a reading of its own, beside the writer, with its progress told.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{Service, world};
use crate::api::{FaultView, VerificationState, VerificationView, VerifiedCounts, VerifiedHead};
use crate::domain::{Person, PrincipalId, Verb};
use crate::gate::Refusal;
use crate::ledger::{Fault, Report};
use crate::store::{StoreError, Watch};

/// The newest check; one at a time.
#[derive(Debug, Default)]
pub(super) struct Verification(Mutex<Option<Arc<Run>>>);

/// One check, running or over.
#[derive(Debug)]
struct Run {
    by: PrincipalId,
    /// Who wants to know what comes of it.
    lookers: Mutex<BTreeSet<PrincipalId>>,
    began_at: Timestamp,
    watch: Arc<Watch>,
    ended: Mutex<Option<(Timestamp, Ended)>>,
}

/// What came of one.
#[derive(Debug, Clone)]
enum Ended {
    Holds(Report),
    Fault(Fault),
    Stopped,
    /// Why it could not be read: a sentence.
    Failed(String),
}

impl Run {
    fn lookers(&self) -> MutexGuard<'_, BTreeSet<PrincipalId>> {
        self.lookers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> Option<(Timestamp, Ended)> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Verification {
    fn newest(&self) -> Option<Arc<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends what runs: the gate is about to go.
    pub fn stop(&self) {
        if let Some(run) = self.newest() {
            run.watch.stop();
        }
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Service {
    /// Begins a check of the ledger as it stands, or looks on at the one that runs.
    pub fn verify(&self, person: &Person) -> Result<VerificationView, Refusal> {
        person.may(Verb::Read)?;
        let mut newest = self.verification.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = |run: &&Arc<Run>| run.ended().is_none() && !run.watch.is_stopped();
        if let Some(run) = newest.as_ref().filter(goes_on) {
            run.lookers().insert(person.id);
            return Ok(self.told(run));
        }
        let run = Arc::new(Run {
            by: person.id,
            lookers: Mutex::new(BTreeSet::from([person.id])),
            began_at: self.now(),
            watch: Arc::default(),
            ended: Mutex::default(),
        });
        *newest = Some(Arc::clone(&run));
        let (path, world, of) = (self.store.path(), Arc::clone(&self.world), Arc::clone(&run));
        // Neither the writer nor whoever else reads waits for it: it has a connection and a thread of its own.
        tokio::task::spawn_blocking(move || {
            let ended = match crate::store::verify_watched(&path, &of.watch) {
                _ if of.watch.is_stopped() => Ended::Stopped,
                Ok(Ok(report)) => Ended::Holds(report),
                Ok(Err(fault)) => Ended::Fault(fault),
                Err(error) => Ended::Failed(sentence(&error)),
            };
            let at = world::now(&*world);
            *of.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, ended));
        });
        Ok(self.told(&run))
    }

    /// How the newest one stands.
    pub fn verification(&self) -> Result<VerificationView, Refusal> {
        let run = self.verification.newest().ok_or_else(Refusal::not_found)?;
        Ok(self.told(&run))
    }

    /// Ends the one that runs, unless somebody else looks on: nobody takes it from others.
    pub fn stop_verification(&self, person: &Person) -> Result<VerificationView, Refusal> {
        let run = self.verification.newest().ok_or_else(Refusal::not_found)?;
        let mut lookers = run.lookers();
        if lookers.remove(&person.id) && lookers.is_empty() {
            run.watch.stop();
        }
        drop(lookers);
        Ok(self.told(&run))
    }

    fn told(&self, run: &Run) -> VerificationView {
        let ended = run.ended();
        let (head, checked) = run.watch.progress();
        let of = head.map(|head| VerifiedHead {
            entries: head.size,
            root: head.root,
            at: head.at,
        });
        let (state, found, fault) = match ended.as_ref().map(|(_, ended)| ended) {
            None => (VerificationState::Running, None, None),
            Some(Ended::Holds(report)) => (VerificationState::Holds, Some(counts(report)), None),
            Some(Ended::Fault(fault)) => {
                let (entry, message) = (fault.entry, fault.message.clone());
                (VerificationState::Fault, None, Some(FaultView { entry, message }))
            }
            Some(Ended::Stopped) => (VerificationState::Stopped, None, None),
            Some(Ended::Failed(why)) => {
                let (entry, message) = (None, why.clone());
                (VerificationState::Failed, None, Some(FaultView { entry, message }))
            }
        };
        VerificationView {
            state,
            by: self.name(run.by),
            began_at: run.began_at,
            ended_at: ended.map(|(at, _)| at),
            of,
            checked,
            found,
            fault,
        }
    }
}

fn counts(report: &Report) -> VerifiedCounts {
    VerifiedCounts {
        envelopes: report.envelopes,
        texts: report.blobs,
        erased: report.erased,
        checkpoints: report.checkpoints,
    }
}

/// Without the path, which is the gate's own affair.
fn sentence(error: &StoreError) -> String {
    match error {
        StoreError::Moved(_) => "The file was written to while it was read; ask again.".to_owned(),
        StoreError::Open(..) | StoreError::Copy(..) | StoreError::NotALedger(_) => {
            "The ledger's file cannot be read.".to_owned()
        }
        other => format!("The ledger could not be read to its end: {other}."),
    }
}
