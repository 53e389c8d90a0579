//! What each text's place must commit to, and whether the text was found there.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::Digest;

/// An owner, and the kind of a text with its part.
pub(super) type Place = (Uuid, String);

#[derive(Debug, Default)]
pub(super) struct Places(HashMap<Place, (Digest, bool)>);

impl Places {
    pub fn insert(&mut self, place: Place, commitment: Digest) {
        let place = self.0.entry(place).or_insert((commitment, false));
        place.0 = commitment;
    }

    pub fn commitment(&self, place: &Place) -> Option<Digest> {
        self.0.get(place).map(|(commitment, _)| *commitment)
    }

    pub fn find(&mut self, place: &Place) {
        if let Some((_, is_found)) = self.0.get_mut(place) {
            *is_found = true;
        }
    }

    /// The places whose texts were not handed in.
    pub fn missing(&self) -> impl Iterator<Item = &Place> {
        let missing = self.0.iter().filter(|(_, (_, is_found))| !is_found);
        missing.map(|(place, _)| place)
    }
}
