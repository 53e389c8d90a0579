//! What of a proposal is not as it was before: computed from the last few that ran, and from nothing an
//! agent says of itself.
//!
//! Only what was handed out counts, so proposing alone makes no past. A short past says nothing, and one
//! in which nothing ever repeats says nothing of what is new: of both nothing is told.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Service, alike};
use crate::api::{Unlike, Whose};
use crate::domain::{PrincipalId, Verdict};
use crate::gate::Refusal;
use crate::policy::Judgement;
use crate::store::{Db, Envelope, Ran, StoreError};

/// Fewer than these are no past.
const FEWEST: usize = 5;

/// How far back amounts and targets are looked at.
const LAST: u32 = 200;

/// A number of fewer digits counts something.
const SHORTEST_ACCOUNT: usize = 6;

/// How many payloads are read to compare names, and how long one may be.
const READ: u32 = 20;
const LONGEST: u32 = 16 * 1024;

/// What is compared with the past.
#[derive(Debug, Clone)]
pub(super) struct Now {
    pub agent: PrincipalId,
    pub class: String,
    pub target: Option<String>,
    pub amount: Option<String>,
}

impl Now {
    /// Of a judgement that somebody will look at; nobody looks at what is simply allowed or denied.
    pub fn of(
        judgement: &Judgement,
        agent: PrincipalId,
        target: Option<String>,
        amount: Option<String>,
    ) -> Option<Self> {
        let class = judgement.class.clone()?;
        let seen = matches!(
            judgement.effective,
            Verdict::Watch | Verdict::Hold | Verdict::Quarantine
        );
        seen.then_some(Self {
            agent,
            class,
            target,
            amount,
        })
    }
}

impl Service {
    /// Looks back beside the writer, which has better things to do.
    pub(super) async fn unlike(
        &self,
        judgement: &Judgement,
        envelope: &Envelope,
        arguments: &Value,
    ) -> Result<Vec<Unlike>, Refusal> {
        let (target, amount) = (envelope.target.clone(), envelope.amount.clone());
        let Some(now) = Now::of(judgement, envelope.agent, target, amount) else {
            return Ok(Vec::new());
        };
        let arguments = arguments.clone();
        self.store.read(move |db| Ok(find(&db, &now, &arguments)?)).await
    }
}

/// Looks back.
pub(super) fn find(db: &Db<'_>, now: &Now, arguments: &Value) -> Result<Vec<Unlike>, StoreError> {
    let by = db.ran_by(now.agent, &now.class, LAST)?;
    let on = match &now.target {
        Some(target) => db.ran_on(&now.class, target, LAST)?,
        None => Vec::new(),
    };
    let mut unlike = Vec::new();
    if on.len() >= FEWEST {
        let mut before = Vec::new();
        for ran in on.iter().take(READ as usize) {
            let raw = db.short_arguments(ran.id, LONGEST)?;
            before.extend(raw.and_then(|raw| serde_json::from_str::<Value>(&raw).ok()));
        }
        unlike.extend(values(arguments, &before));
    }
    // A target's own past is closer than its agent's elsewhere.
    let of_target = amount(now.amount.as_deref(), &on, Whose::Target);
    unlike.extend(of_target.or_else(|| amount(now.amount.as_deref(), &by, Whose::Agent)));
    unlike.extend(target(now.target.as_deref(), &by));
    Ok(unlike)
}

/// `6000.00 USD`: the number and what it is counted in.
fn read(amount: &str) -> Option<(Decimal, &str)> {
    let (number, currency) = amount.split_once(' ').unwrap_or((amount, ""));
    Some((Decimal::from_str_exact(number).ok()?, currency))
}

fn amount(now: Option<&str>, ran: &[Ran], whose: Whose) -> Option<Unlike> {
    let (now, currency) = read(now?)?;
    let before: Vec<(Decimal, &str)> = ran
        .iter()
        .filter_map(|ran| Some((ran.amount.as_deref()?, read(ran.amount.as_deref()?)?)))
        .filter(|(_, (_, counted_in))| *counted_in == currency)
        .map(|(text, (number, _))| (number, text))
        .collect();
    let (largest, text) = before.iter().max_by_key(|(number, _)| *number)?;
    if before.len() < FEWEST || now <= *largest {
        return None;
    }
    let times = now.checked_div(*largest).filter(|_| largest.is_sign_positive());
    let times = times.and_then(|times| u64::try_from(times.trunc()).ok());
    Some(Unlike::Amount {
        whose,
        largest: (*text).to_owned(),
        times: times.filter(|times| *times >= 2),
        of: before.len(),
    })
}

/// New among those that an agent comes back to: on average each at least twice.
fn target(now: Option<&str>, ran: &[Ran]) -> Option<Unlike> {
    let now = now?;
    let before: Vec<&str> = ran.iter().filter_map(|ran| ran.target.as_deref()).collect();
    let targets: BTreeSet<&str> = before.iter().copied().collect();
    let comes_back = before.len() >= FEWEST && targets.len() * 2 <= before.len();
    (comes_back && !targets.contains(now)).then_some(Unlike::Target {
        targets: targets.len(),
        of: before.len(),
    })
}

/// Names that were the same in all of the payloads before, and are others now.
fn values(arguments: &Value, before: &[Value]) -> Vec<Unlike> {
    if before.len() < FEWEST {
        return Vec::new();
    }
    let differs = |(pointer, now): (String, String)| {
        let name = |version: &Value| version.pointer(&pointer).and_then(Value::as_str).map(alike::folded);
        let first = before.first().and_then(name)?;
        let always = before.iter().all(|version| name(version).as_ref() == Some(&first));
        (always && first != now).then_some(Unlike::Value {
            pointer,
            of: before.len(),
        })
    };
    let names = alike::names(arguments).into_iter();
    names
        .filter(|(_, name)| !is_quantity(name))
        .filter_map(differs)
        .collect()
}

/// A number that counts something: accounts are long and whole.
fn is_quantity(name: &str) -> bool {
    Decimal::from_str_exact(name).is_ok() && (name.contains('.') || name.len() < SHORTEST_ACCOUNT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::EnvelopeId;

    fn ran(some: &[(&str, &str)]) -> Vec<Ran> {
        let one = |(target, amount): &(&str, &str)| Ran {
            id: EnvelopeId(Uuid::nil()),
            target: Some((*target).to_owned()),
            amount: Some((*amount).to_owned()),
        };
        some.iter().map(one).collect()
    }

    #[test]
    fn an_amount_is_compared_with_the_largest_in_its_currency() {
        let before = ran(&[
            ("a", "20.00 USD"),
            ("a", "120.00 USD"),
            ("a", "9000 EUR"),
            ("a", "5 USD"),
            ("a", "60 USD"),
            ("a", "7 USD"),
        ]);
        let of = |now| amount(Some(now), &before, Whose::Agent);
        assert_eq!(
            of("6000.00 USD"),
            Some(Unlike::Amount {
                whose: Whose::Agent,
                largest: "120.00 USD".to_owned(),
                times: Some(50),
                of: 5
            })
        );
        assert!(matches!(of("121 USD"), Some(Unlike::Amount { times: None, .. })));
        assert_eq!(of("120.00 USD"), None);
        assert_eq!(of("99999 EUR"), None, "one is no past");
        assert_eq!(of("99999"), None, "in nothing it was never counted");
        assert_eq!(amount(Some("6000.00 USD"), &before[..4], Whose::Agent), None);
        assert_eq!(amount(None, &before, Whose::Agent), None);
    }

    #[test]
    fn a_target_is_new_only_among_those_that_come_back() {
        let repeats = ran(&[("a", "1"), ("a", "1"), ("b", "1"), ("b", "1"), ("a", "1"), ("b", "1")]);
        assert_eq!(target(Some("c"), &repeats), Some(Unlike::Target { targets: 2, of: 6 }));
        assert_eq!(target(Some("a"), &repeats), None);
        assert_eq!(target(Some("c"), &repeats[..4]), None, "too few");
        let never = ran(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "1"), ("f", "1")]);
        assert_eq!(target(Some("g"), &never), None, "each is new: that is how it is here");
    }

    #[test]
    fn a_name_that_never_changed_and_now_does_is_told_by_its_place() {
        let paid = |iban: &str, n: u32| json!({"iban": iban, "ref": format!("inv-{n}"), "note": "thanks", "n": n});
        let before: Vec<Value> = (0..6).map(|n| paid("DE89 3704", n)).collect();
        let is = |pointer: &str| {
            vec![Unlike::Value {
                pointer: pointer.to_owned(),
                of: 6,
            }]
        };
        assert_eq!(values(&paid("XX66 1234", 9), &before), is("/iban"));
        assert_eq!(
            values(&paid("de893704", 9), &before),
            [],
            "spelt otherwise it is the same"
        );
        let counted = |text: &str| json!({ "n": text });
        let amounts = vec![counted("15.00"); 6];
        assert_eq!(
            values(&counted("1500000.00"), &amounts),
            [],
            "an amount is compared as one"
        );
        let accounts = vec![counted("87654321"); 6];
        assert_eq!(values(&counted("12345678"), &accounts), is("/n"));
        assert_eq!(values(&paid("XX66 1234", 9), &before[..4]), [], "too few");
        let mut varied = before.clone();
        varied[3] = paid("DE11 2222", 3);
        assert_eq!(values(&paid("XX66 1234", 9), &varied), [], "it changed before");
    }
}
