//! The keys that tokens were signed with, as a JSON Web Key Set (RFC 7517) that says from when to when.

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::TokenKey;
use crate::signature::Jwk;

#[derive(Serialize)]
struct Set {
    keys: Vec<Timed>,
}

/// A key with two members more, which RFC 7517 (4) has others pass over.
#[derive(Serialize)]
struct Timed {
    #[serde(flatten)]
    key: Jwk,
    from: Timestamp,
    /// Absent on the one in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

/// The file; `None` where no entry names a key, as in a ledger that an earlier version wrote.
///
/// A token is this gate's where its key was named before it was made, and no other key was named in between.
pub fn token_keys(named: &[TokenKey]) -> Option<Vec<u8>> {
    let next = named.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
    let keys = named.iter().zip(next).map(|((from, key), until)| Timed {
        key: Jwk::of(key),
        from: *from,
        until,
    });
    let set = Set { keys: keys.collect() };
    let text = serde_json::to_string_pretty(&set).ok().filter(|_| !named.is_empty());
    text.map(|text| format!("{text}\n").into_bytes())
}
