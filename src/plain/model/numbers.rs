//! Numbers for envelopes. One is given once: it never comes to mean another envelope.

use std::collections::HashMap;

use crate::domain::EnvelopeId;

/// Who has which number.
#[derive(Debug, Default)]
pub struct Numbers {
    last: u32,
    of: HashMap<EnvelopeId, u32>,
    ids: HashMap<u32, EnvelopeId>,
}

impl Numbers {
    /// The number of an envelope: a new one, where it has none.
    pub fn give(&mut self, id: EnvelopeId) -> u32 {
        if let Some(number) = self.of.get(&id) {
            return *number;
        }
        self.last += 1;
        self.of.insert(id, self.last);
        self.ids.insert(self.last, id);
        self.last
    }

    pub fn of(&self, id: EnvelopeId) -> Option<u32> {
        self.of.get(&id).copied()
    }

    pub fn id(&self, number: u32) -> Option<EnvelopeId> {
        self.ids.get(&number).copied()
    }

    /// It waits no more, and its number stays unused.
    pub fn leave(&mut self, id: EnvelopeId) {
        if let Some(number) = self.of.remove(&id) {
            self.ids.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_number_never_comes_to_mean_another_envelope() {
        let id = |n| EnvelopeId(Uuid::from_u128(n));
        let mut numbers = Numbers::default();
        assert_eq!((numbers.give(id(1)), numbers.give(id(2))), (1, 2));
        numbers.leave(id(2));
        assert_eq!(numbers.id(2), None);
        assert_eq!((numbers.give(id(3)), numbers.give(id(1))), (3, 1));
    }
}
