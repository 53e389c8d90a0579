//! Time and chance, handed in.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{EnvelopeId, PrincipalId};
use crate::ledger::Salt;

/// The two things a gate cannot know by itself. The command line hands in the machine's; tests and
/// pictures hand in set ones.
pub trait World: Send + Sync + std::fmt::Debug {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Thirty-two bytes nobody can guess.
    fn random(&self) -> [u8; 32];
}

/// The time in whole milliseconds: what entries and lists both can hold exactly.
pub(super) fn now(world: &dyn World) -> Timestamp {
    let now = world.now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

pub(super) fn salt(world: &dyn World) -> Salt {
    Salt(world.random())
}

/// A UUID of version 7 (RFC 9562): ids sort by time.
fn time_sorted_id(world: &dyn World, at: Timestamp) -> Uuid {
    let random = world.random();
    let mut tail = [0; 10];
    tail.copy_from_slice(&random[..10]);
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

pub(super) fn envelope_id(world: &dyn World, at: Timestamp) -> EnvelopeId {
    EnvelopeId(time_sorted_id(world, at))
}

pub(super) fn principal_id(world: &dyn World, at: Timestamp) -> PrincipalId {
    PrincipalId(time_sorted_id(world, at))
}
