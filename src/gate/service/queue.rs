//! The queue as consoles poll it: what is open, then only what changed.

use std::time::Duration;

use super::Service;
use crate::api::{Gone, Here, PresentView, QueuePage};
use crate::domain::{EnvelopeId, Person, PrincipalId};
use crate::gate::Refusal;
use crate::store::Envelope;

/// How many changes one answer carries.
const PAGE: u32 = 1_000;

/// How many who are there one answer names.
const MOST_PRESENT: usize = 50;

/// Up to how many that should be looked at are counted.
const MOST_LOOKS: u64 = 1_000;

impl Service {
    /// What changed since `cursor`; waits for a change if there is none yet.
    ///
    /// `look`: how much the caller knows that people should look at; another number answers it too, for time
    /// alone makes an outcome overdue. A cursor from a ledger that was longer than this one is refused: it
    /// went back in time.
    pub async fn queue(&self, cursor: u64, look: Option<u64>, wait: Duration) -> Result<QueuePage, Refusal> {
        self.poll(None, (cursor, look), wait).await
    }

    /// The same for somebody's console: others are told what is on it, and told of is who else is there. One
    /// who waits for nothing has no console open.
    pub async fn queue_of(
        &self,
        person: &Person,
        here: Here,
        known: (u64, Option<u64>),
        wait: Duration,
    ) -> Result<QueuePage, Refusal> {
        let before = self.presence.news();
        if !wait.is_zero() {
            self.is_here(person, here.at);
        }
        // What only the caller brought is no news to it.
        let now = self.presence.news();
        let told = here.presence.filter(|told| *told != before).unwrap_or(now);
        self.poll(Some((person.id, told)), known, wait).await
    }

    /// Notes that somebody is there, and tells others where that is news.
    pub fn is_here(&self, person: &Person, at: Option<EnvelopeId>) {
        if self.presence.note(person.id, at, self.now()) {
            self.wakes.look();
        }
    }

    async fn poll(
        &self,
        who: Option<(PrincipalId, u64)>,
        (cursor, look): (u64, Option<u64>),
        wait: Duration,
    ) -> Result<QueuePage, Refusal> {
        let mut changed = self.wakes.of_queue();
        let end = tokio::time::Instant::now() + wait;
        loop {
            changed.mark_unchanged();
            let page = self.page(cursor).await?;
            // By the cursor, not since the wait began: a stop between two questions is told at once too.
            let stopped = self.wakes.stopped_since(cursor);
            let looks = look.is_some_and(|look| look != page.look);
            let others = who.is_some_and(|(_, told)| told != self.presence.news());
            let news = !page.rows.is_empty() || !page.gone.is_empty() || stopped || looks || others;
            if news || cursor == 0 || wait.is_zero() || !self.wakes.next(&mut changed, end).await {
                // Counted first: who comes in between is then told of once more.
                let (presence, now) = (self.presence.news(), self.now());
                return Ok(QueuePage {
                    // Consoles count down by this clock: what it was when the wait began is seconds ago.
                    now,
                    presence,
                    present: who.map_or_else(Vec::new, |(who, _)| self.present(who)),
                    ..page
                });
            }
        }
    }

    /// Who else is there, by name.
    fn present(&self, who: PrincipalId) -> Vec<PresentView> {
        let others = self.presence.others(who, self.now());
        let view = |(who, at): (PrincipalId, Option<EnvelopeId>)| PresentView {
            name: self.name(who),
            at,
        };
        let mut present: Vec<PresentView> = others.into_iter().take(MOST_PRESENT).map(view).collect();
        present.sort_by(|one, other| one.name.cmp(&other.name));
        present
    }

    async fn page(&self, cursor: u64) -> Result<QueuePage, Refusal> {
        let now = self.now();
        let (size, changes, look) = self
            .store
            .read(move |db| {
                // The head first: a change between the two reads is then sent again, not lost.
                let size = db.head()?.map_or(0, |head| head.size);
                Ok::<_, Refusal>((size, db.changed_since(cursor, PAGE)?, db.to_look_at(now, MOST_LOOKS)?))
            })
            .await?;
        if cursor > size {
            return Err(Refusal::conflict(
                "ledger_went_back",
                format!("The cursor names entry {cursor} and the ledger has {size}."),
            ));
        }
        let more = changes.len() == PAGE as usize;
        let last = changes.last().map(|envelope| envelope.changed);
        let end = if more {
            last.unwrap_or(size)
        } else {
            last.unwrap_or(size).max(size)
        };
        let (open, settled): (Vec<_>, Vec<_>) = changes.iter().partition(|envelope| envelope.stage.is_open());
        Ok(QueuePage {
            cursor: end,
            now,
            look,
            stops: self.stops_in_force().await?,
            present: Vec::new(),
            presence: 0,
            rows: open.into_iter().map(|envelope| self.summary(envelope)).collect(),
            gone: settled.into_iter().map(|envelope| self.gone(envelope)).collect(),
            more,
        })
    }

    fn gone(&self, envelope: &Envelope) -> Gone {
        Gone {
            id: envelope.id,
            stage: envelope.stage,
            by: envelope.settled_by.map(|id| self.name(id)),
            at: envelope.settled_at.unwrap_or(envelope.created_at),
        }
    }
}
