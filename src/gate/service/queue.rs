//! The queue as consoles poll it: what is open, then only what changed.

use std::time::Duration;

use super::Service;
use crate::api::{Gone, QueuePage};
use crate::gate::Refusal;
use crate::store::Envelope;

/// How many changes one answer carries.
const PAGE: u32 = 1_000;

/// Up to how many that should be looked at are counted.
const MOST_LOOKS: u64 = 1_000;

impl Service {
    /// What changed since `cursor`; waits for a change if there is none yet.
    ///
    /// `look`: how much the caller knows that people should look at; another number answers it too, for time
    /// alone makes an outcome overdue. A cursor from a ledger that was longer than this one is refused: it
    /// went back in time.
    pub async fn queue(&self, cursor: u64, look: Option<u64>, wait: Duration) -> Result<QueuePage, Refusal> {
        let mut changed = self.wakes.of_queue();
        let end = tokio::time::Instant::now() + wait;
        loop {
            changed.mark_unchanged();
            let page = self.page(cursor).await?;
            // By the cursor, not since the wait began: a stop between two questions is told at once too.
            let stopped = self.wakes.stopped_since(cursor);
            let looks = look.is_some_and(|look| look != page.look);
            let news = !page.rows.is_empty() || !page.gone.is_empty() || stopped || looks;
            if news || cursor == 0 || wait.is_zero() {
                return Ok(page);
            }
            if !self.wakes.next(&mut changed, end).await {
                // Consoles count down by this clock: what it was when the wait began is seconds ago.
                let now = self.now();
                return Ok(QueuePage { now, ..page });
            }
        }
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
