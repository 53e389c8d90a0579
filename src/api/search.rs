//! Which rows a search wants, where all of them are at hand.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::Summary;
use crate::domain::{Search, Wanted, folded, loosely};

impl Summary {
    /// Whether every word of a search fits. Words are looked for loosely in the names of the row, and to
    /// the letter in its target; its payload is not here to be looked into.
    pub fn fits(&self, search: &Search, now: Timestamp) -> bool {
        search
            .terms
            .iter()
            .all(|term| self.holds(&term.wanted, now) != term.not)
    }

    fn holds(&self, wanted: &Wanted, now: Timestamp) -> bool {
        let class = self.class.as_deref().unwrap_or_default();
        match wanted {
            Wanted::Class(glob) => glob.covers(class),
            Wanted::Agent(glob) => glob.fits(&self.agent),
            Wanted::Tool(glob) => glob.fits(&self.tool),
            Wanted::Target(glob) => self.target.as_deref().is_some_and(|target| glob.fits(target)),
            Wanted::Run(glob) => self.run.as_deref().is_some_and(|run| glob.fits(run)),
            Wanted::By(glob) => {
                let claim = self.claim.as_ref().filter(|claim| now < claim.until);
                let names = self.custody.iter().chain(claim.map(|claim| &claim.by));
                names.into_iter().any(|name| glob.fits(name))
            }
            Wanted::Role(role) => self.role == *role,
            Wanted::Stage(stage) => self.stage == *stage,
            Wanted::Severity(severity) => self.severity == *severity,
            Wanted::Amount(relation, than) => self.number().is_some_and(|amount| relation.holds(&amount, than)),
            Wanted::AmountIn(low, high) => self.number().is_some_and(|amount| (low..=high).contains(&&amount)),
            Wanted::Since(at) => self.created_at >= *at,
            Wanted::Until(at) => self.created_at < *at,
            Wanted::Age(relation, span) => relation.holds(&now.duration_since(self.created_at), span),
            Wanted::Left(relation, span) => {
                let left = self.deadline_at.duration_since(now);
                relation.holds(&left.max(SignedDuration::ZERO), span)
            }
            Wanted::Word(word) => {
                let target = folded(self.target.as_deref().unwrap_or_default());
                let names = [class, &self.tool, &self.agent];
                names.into_iter().any(|name| loosely(name, word))
                    || target.contains(word)
                    || self.id.to_string().starts_with(word)
            }
        }
    }

    /// The number of its amount, without the currency.
    fn number(&self) -> Option<Decimal> {
        Decimal::from_str_exact(self.amount.as_deref()?.split(' ').next()?).ok()
    }
}
