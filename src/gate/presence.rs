//! Who has a console open, and which envelope is on it: in memory alone, from the polls that keep one
//! up to date. It locks nobody out and stands in no entry.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{EnvelopeId, PrincipalId};

/// How long after a poll somebody is still there: longer than one waits.
const FOR: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Presence(Mutex<Room>);

#[derive(Debug, Default)]
struct Room {
    seen: HashMap<PrincipalId, Seen>,
    /// Counts what was news.
    news: u64,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    last: Timestamp,
    at: Option<EnvelopeId>,
}

impl Presence {
    /// Notes where somebody is; true where others do not know yet.
    pub fn note(&self, who: PrincipalId, at: Option<EnvelopeId>, now: Timestamp) -> bool {
        let mut room = self.room();
        room.seen.retain(|_, seen| is_there(seen, now));
        let before = room.seen.insert(who, Seen { last: now, at });
        let is_news = before.is_none_or(|before| before.at != at);
        room.news += u64::from(is_news);
        is_news
    }

    /// How often something was news.
    pub fn news(&self) -> u64 {
        self.room().news
    }

    /// Who else is there, and where.
    pub fn others(&self, but: PrincipalId, now: Timestamp) -> Vec<(PrincipalId, Option<EnvelopeId>)> {
        let room = self.room();
        let others = room
            .seen
            .iter()
            .filter(|(who, seen)| **who != but && is_there(seen, now));
        let mut others: Vec<_> = others.map(|(who, seen)| (*who, seen.at)).collect();
        others.sort_unstable();
        others
    }

    /// It holds no invariant that a panic could break.
    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_there(seen: &Seen, now: Timestamp) -> bool {
    now.duration_since(seen.last) < FOR
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn somebody_is_there_for_a_minute_and_is_news_only_where_something_is_new() {
        let (bo, kim) = (PrincipalId(Uuid::from_u128(1)), PrincipalId(Uuid::from_u128(2)));
        let (one, other) = (EnvelopeId(Uuid::from_u128(3)), EnvelopeId(Uuid::from_u128(4)));
        let after = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let presence = Presence::default();
        assert!(presence.note(bo, None, after(0)));
        assert!(!presence.note(bo, None, after(20)));
        assert!(presence.note(bo, Some(one), after(30)));
        assert!(!presence.note(bo, Some(one), after(31)));
        assert!(presence.note(bo, Some(other), after(32)));
        assert_eq!(presence.others(kim, after(91)), [(bo, Some(other))]);
        assert_eq!(presence.others(bo, after(91)), [], "of oneself one knows");
        assert_eq!(presence.others(kim, after(92)), []);
        assert!(presence.note(bo, Some(other), after(92)), "back again");
    }
}
