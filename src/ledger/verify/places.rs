//! What each text's place must commit to, and whether the text was found there.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::Digest;

/// What an entry commits to in one place.
#[derive(Debug)]
pub(super) struct Held {
    kind: u32,
    pub is_found: bool,
    pub commitment: Digest,
}

/// Places by owner. Their kinds are the same few again and again: each is written down once.
#[derive(Debug, Default)]
pub(super) struct Places {
    kinds: Vec<String>,
    numbers: HashMap<String, u32>,
    owners: HashMap<Uuid, Vec<Held>>,
}

impl Places {
    /// A later commitment takes the place of an earlier one. The kind is with its part, where it is one of several.
    pub fn insert(&mut self, owner: Uuid, kind: &str, commitment: Digest) {
        let kind = self.number(kind);
        let held = self.owners.entry(owner).or_default();
        match held.iter_mut().find(|held| held.kind == kind) {
            Some(held) => held.commitment = commitment,
            None => held.push(Held {
                kind,
                is_found: false,
                commitment,
            }),
        }
    }

    fn number(&mut self, kind: &str) -> u32 {
        if let Some(number) = self.numbers.get(kind) {
            return *number;
        }
        let number = u32::try_from(self.kinds.len()).expect("memory ends before numbers do");
        self.kinds.push(kind.to_owned());
        self.numbers.insert(kind.to_owned(), number);
        number
    }

    pub fn held(&mut self, owner: Uuid, kind: &str) -> Option<&mut Held> {
        let kind = self.numbers.get(kind)?;
        let held = self.owners.get_mut(&owner)?;
        held.iter_mut().find(|held| held.kind == *kind)
    }

    /// The places whose texts were not handed in.
    pub fn missing(&self) -> impl Iterator<Item = (Uuid, &str)> {
        self.owners.iter().flat_map(|(owner, held)| {
            let missing = held.iter().filter(|held| !held.is_found);
            missing.filter_map(|held| Some((*owner, self.kinds.get(held.kind as usize)?.as_str())))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_owner_and_a_kind_and_keeps_its_last_commitment() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut places = Places::default();
        for (owner, kind, n) in [
            (one, "reason/0", 1),
            (two, "reason/0", 2),
            (one, "shown/0", 3),
            (one, "reason/0", 4),
        ] {
            places.insert(owner, kind, Digest([n; 32]));
        }
        let mut of = |owner, kind| places.held(owner, kind).map(|held| held.commitment.0[0]);
        assert_eq!((of(one, "reason/0"), of(two, "reason/0")), (Some(4), Some(2)));
        assert_eq!(
            (of(one, "shown/0"), of(two, "shown/0"), of(one, "reason/1")),
            (Some(3), None, None)
        );
    }

    #[test]
    fn what_was_not_found_is_missing() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut places = Places::default();
        for owner in [one, two] {
            places.insert(owner, "profile", Digest([0; 32]));
            places.insert(owner, "rationale", Digest([0; 32]));
        }
        for (owner, kind) in [(one, "profile"), (two, "rationale")] {
            places.held(owner, kind).expect("it is there").is_found = true;
        }
        let mut missing: Vec<_> = places.missing().collect();
        missing.sort_unstable();
        assert_eq!(missing, [(one, "rationale"), (two, "profile")]);
    }
}
