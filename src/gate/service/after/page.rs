//! The list of what was let through under somebody's eyes, page by page.
//!
//! What a person should look at comes first, however old it is: a list of the newest alone would lose it.

use std::str::FromStr;

use jiff::Timestamp;
use strum::IntoEnumIterator;

use crate::api::{AfterPage, AfterRow};
use crate::gate::Refusal;
use crate::gate::service::Service;
use crate::store::{Db, Envelope, Part, StoreError};

/// How many envelopes one answer names.
const PAGE: usize = 200;

impl Service {
    /// What needs a look, then the rest; in each part the newest change first. `from` is where an earlier
    /// answer said that it goes on.
    pub async fn after(&self, from: Option<&str>) -> Result<AfterPage, Refusal> {
        let unknown = |()| Refusal::invalid("bad_place", "", "The list goes on at what `next` said, word for word.");
        let from = from.map(str::parse).transpose().map_err(unknown)?;
        let now = self.now();
        let from = from.unwrap_or(Place {
            part: Part::Trouble,
            before: None,
            as_of: now,
        });
        let rows = self.store.read(move |db| page(&db, from)).await?;
        let next = rows.get(PAGE - 1).map(|(part, last)| Place {
            part: *part,
            before: Some(last.changed),
            ..from
        });
        Ok(AfterPage {
            now,
            rows: rows.iter().map(|(_, row)| self.after_row(row, from.as_of)).collect(),
            next: next.map(|next| next.to_string()),
        })
    }

    fn after_row(&self, envelope: &Envelope, now: Timestamp) -> AfterRow {
        AfterRow {
            summary: self.summary(envelope),
            redeemed_at: envelope.redeemed_at,
            overdue: envelope.overdue_at().is_some_and(|at| at <= now),
            look: envelope.needs_look(now),
        }
    }
}

/// From one part of the list into the next, until the page is full.
fn page(db: &Db<'_>, from: Place) -> Result<Vec<(Part, Envelope)>, StoreError> {
    let mut rows = Vec::new();
    for part in Part::iter().skip_while(|part| *part != from.part) {
        let before = from.before.filter(|_| part == from.part);
        let found = db.after(part, from.as_of, before, PAGE - rows.len())?;
        rows.extend(found.into_iter().map(|row| (part, row)));
        if rows.len() == PAGE {
            break;
        }
    }
    Ok(rows)
}

/// Where a list goes on: written `unseen.4711.1795234329000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    part: Part,
    before: Option<u64>,
    /// All pages are of one moment: what becomes overdue in between is in none twice, and in one.
    as_of: Timestamp,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let before = self.before.unwrap_or(u64::MAX);
        write!(f, "{}.{before}.{}", self.part, self.as_of.as_millisecond())
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.splitn(3, '.');
        let mut word = || words.next().ok_or(());
        Ok(Self {
            part: word()?.parse().map_err(|_| ())?,
            before: Some(word()?.parse().map_err(|_| ())?),
            as_of: Timestamp::from_millisecond(word()?.parse().map_err(|_| ())?).map_err(|_| ())?,
        })
    }
}
