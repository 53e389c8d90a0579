//! Entries read back from their bytes.
//!
//! In the canonical form an entry's data stand before its kind. What a derived reader would keep of them
//! in between costs more than all the rest of reading, and a ledger is read as a whole when it is checked: here
//! the data stay text until the kind is known.

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer, MapAccess};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Entry, Fact};
use crate::domain::{Actor, EnvelopeId};

/// The frame as it is written.
#[derive(Deserialize)]
struct Frame {
    v: u32,
    at: Timestamp,
    actor: Actor,
    envelope: Option<EnvelopeId>,
    rev: Option<u32>,
    batch: Option<Uuid>,
    kind: String,
    data: Box<RawValue>,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let frame = Frame::deserialize(deserializer)?;
        let fact = Tagged {
            kind: Some(&frame.kind),
            data: Some(&frame.data),
        };
        Ok(Self {
            v: frame.v,
            at: frame.at,
            actor: frame.actor,
            envelope: frame.envelope,
            rev: frame.rev,
            batch: frame.batch,
            fact: Fact::deserialize(MapAccessDeserializer::new(fact)).map_err(D::Error::custom)?,
        })
    }
}

/// A fact with its kind first.
struct Tagged<'t> {
    kind: Option<&'t str>,
    data: Option<&'t RawValue>,
}

impl<'t> MapAccess<'t> for Tagged<'t> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let key = match (&self.kind, &self.data) {
            (Some(_), _) => "kind",
            (None, Some(_)) => "data",
            (None, None) => return Ok(None),
        };
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        if let Some(kind) = self.kind.take() {
            return seed.deserialize(kind.into_deserializer());
        }
        let data = self.data.take();
        seed.deserialize(data.ok_or_else(|| Self::Error::custom("nothing is left"))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPIRED: &str = r#"{"actor":{"kind":"gate"},"at":"2026-11-21T04:12:09.5Z","data":{},"kind":"expired","v":1}"#;

    fn read(text: &str) -> Result<Entry, String> {
        serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())
    }

    #[test]
    fn the_kind_may_stand_before_or_behind_its_data() {
        let turned = r#"{"v":1,"kind":"expired","data":{},"at":"2026-11-21T04:12:09.5Z","actor":{"kind":"gate"}}"#;
        let entry = read(EXPIRED).expect("an entry");
        assert_eq!(entry.fact, Fact::Expired {});
        assert_eq!(read(turned), Ok(entry));
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for (from, to) in [
            (r#""kind":"expired""#, r#""kind":"expiring""#),
            (r#""kind":"expired","#, ""),
            (r#""data":{},"#, ""),
            (r#""data":{}"#, r#""data":{"more":1}"#),
            (r#""data":{}"#, r#""data":null"#),
            (r#""data":{}"#, r#""data":{},"data":{}"#),
            (r#""kind":"expired""#, r#""kind":"expired","kind":"lapsed""#),
            (r#""kind":"gate""#, r#""kind":"gate","name":"x""#),
            (r#""v":1"#, r#""v":1}"#),
            (r#""at""#, r#""then""#),
        ] {
            assert!(EXPIRED.contains(from), "{from}");
            let text = EXPIRED.replacen(from, to, 1);
            assert!(read(&text).is_err(), "{text}");
        }
    }
}
