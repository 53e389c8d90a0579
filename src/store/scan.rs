//! Feeds a whole database file to the verifier, which knows no SQL.

mod beside;
mod lists;
mod lots;
mod texts;
mod tree;

use std::path::Path;

use rusqlite::Connection;

pub(super) use self::texts::{blobs, payload, place};
use super::entries::digest;
use super::{Db, Reading, StoreError, Watch};
use crate::ledger::{Fault, FaultKind, KnownHold, KnownPrincipal, KnownStop, Report, Verifier, profile, sha256};

/// Reads the file and recomputes everything. The outer error is about reading, the inner about content.
pub fn verify(path: &Path) -> Result<Result<Report, Fault>, StoreError> {
    verify_watched(path, &Watch::default())
}

/// The same, and others see how far it is. Where it was stopped, what comes of it says nothing.
pub fn verify_watched(path: &Path, watch: &Watch) -> Result<Result<Report, Fault>, StoreError> {
    // One read transaction: a gate that goes on writing does not move what is checked.
    let reading = Reading::current(path)?;
    watch.begin(reading.connection())?;
    let found = run(reading.connection(), watch);
    reading.is_whole()?;
    match found {
        Ok(report) => Ok(Ok(report)),
        Err(Trouble::Fault(fault)) => Ok(Err(fault)),
        Err(Trouble::Sql(error)) => Err(error.into()),
        Err(Trouble::Store(error)) => Err(error),
    }
}

/// What ends a comparison.
pub(super) enum Trouble {
    Fault(Fault),
    Sql(rusqlite::Error),
    Store(StoreError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn run(connection: &Connection, watch: &Watch) -> Result<Report, Trouble> {
    let mut verifier = Verifier::default();
    tree::entries(connection, &mut verifier, watch)?;
    tree::nodes(connection, &verifier, watch)?;
    watch.goes_on()?;
    let head = Db(connection).head().map_err(Trouble::Store)?;
    verifier.end(head.map(|head| head.size))?;
    verifier.log_keys(&Db(connection).log_keys().map_err(Trouble::Store)?)?;
    blobs(connection, &mut verifier, "", watch)?;
    watch.goes_on()?;
    texts::payloads(connection, &mut verifier, watch)?;
    watch.goes_on()?;
    let people = principals(connection, &verifier)?;
    policies(connection, &mut verifier)?;
    stops(connection, &verifier)?;
    holds_and_files(connection, &verifier)?;
    keys(connection, &verifier)?;
    if let Some(counts) = Db(connection).judgement_counts().map_err(Trouble::Store)? {
        verifier.counts(&counts)?;
    }
    let listed = lists::projections(connection, &mut verifier, watch)?;
    Ok(verifier.finish(listed, people)?)
}

fn odd(message: String) -> Trouble {
    Trouble::Fault(Fault {
        kind: FaultKind::Tampered,
        entry: None,
        message,
    })
}

pub(super) fn principals(connection: &Connection, verifier: &Verifier) -> Result<usize, Trouble> {
    let all = Db(connection).principals().map_err(Trouble::Store)?;
    for (principal, key) in &all {
        let profile = profile(&principal.name, &principal.scopes);
        verifier.principal(&KnownPrincipal {
            id: principal.id,
            kind: principal.kind,
            role: principal.role,
            owner: principal.owner,
            executor: principal.executor,
            added_at: principal.added_at,
            key: *key,
            revoked: principal.revoked_at.is_some(),
            profile: profile.map_err(|error| Trouble::Store(error.into()))?,
        })?;
    }
    Ok(all.len())
}

pub(super) fn keys(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let known = Db(connection).known_keys().map_err(Trouble::Store)?;
    Ok(verifier.keys(known)?)
}

fn policies(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare("SELECT sha256, bytes FROM policy")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        verifier.policy(digest(row, 0)?, bytes)?;
    }
    Ok(())
}

/// Stops against what the entries tell of.
pub(super) fn stops(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let stops = Db(connection).stops(false).map_err(Trouble::Store)?;
    for stop in &stops {
        // What the text says was held to its entry before.
        let text = Db(connection).text(stop.id, "run").map_err(Trouble::Store)?;
        if text.as_ref().map(|(_, run)| run.as_slice()) != stop.stopped.run.as_deref().map(str::as_bytes) {
            let message = "The stops are not those that the entries tell of: one has another run.";
            return Err(odd(message.to_owned()));
        }
    }
    let known = stops.into_iter().map(|stop| KnownStop {
        id: stop.id,
        scope: stop.stopped.scope,
        agent: stop.stopped.agent,
        class: stop.stopped.class,
        effect: stop.stopped.effect,
        by: Some(stop.person),
        at: stop.at,
        resumed: stop.resumed.map(|(by, at)| (Some(by), at)),
    });
    Ok(verifier.stops(known.collect())?)
}

/// Legal holds against what the entries tell of; files against the digests they are named by.
fn holds_and_files(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let holds = Db(connection).holds().map_err(Trouble::Store)?;
    let known = holds.into_iter().map(|hold| KnownHold {
        id: hold.id,
        envelope: hold.envelope,
        class: hold.class,
        by: Some(hold.person),
        at: hold.at,
        released: hold.released.map(|(by, at)| (Some(by), at)),
    });
    verifier.holds(known.collect())?;
    let mut query = connection.prepare("SELECT sha256, bytes FROM file")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let named = digest(row, 0).map_err(|_| odd("A file has a name that is no digest.".to_owned()))?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        if sha256(bytes) != named {
            return Err(odd(format!(
                "The file {} has other bytes than its name says.",
                named.short()
            )));
        }
    }
    Ok(())
}
