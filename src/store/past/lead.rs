//! Which rows can fit at all, as an index names them: where few can, only those are looked at.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use strum::IntoEnumIterator;

use super::filter::pattern;
use super::span::{Id, Span};
use super::{Condition, Sight, id_digits};
use crate::domain::{Glob, PrincipalId};
use crate::store::{Db, StoreError, said};

/// So few are looked at one by one sooner than another index is asked.
const FEW: usize = 64;

/// To look for a word in the texts of one envelope takes so much longer than to hold it against anything else.
const LONGER: usize = 16;

/// A question to one index: which ids it names. The first two places are the ends between which they lie.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct Lead {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Db<'_> {
    /// All that can fit of a span, the newest first, by the condition that fewest fit; `None` where no condition
    /// has an index, or more fit than are of use.
    pub(super) fn lead(
        &self,
        conditions: &[Condition],
        span: Span,
        most: usize,
    ) -> Result<Option<Vec<Id>>, StoreError> {
        let mut best: Option<Vec<Id>> = None;
        let fewer = |best: &Option<Vec<Id>>| best.as_ref().map_or(most, Vec::len);
        for leads in self.leads(conditions)? {
            if fewer(&best) <= FEW {
                break;
            }
            best = self.named_by(&leads, span, fewer(&best))?.or(best);
        }
        if best.as_ref().is_none_or(|best| best.len() > FEW) {
            best = self
                .words(conditions, span, best.as_ref().map_or(most * LONGER, Vec::len))?
                .or(best);
        }
        if let Some(ids) = &mut best {
            ids.sort_unstable_by(|one, other| other.cmp(one));
            ids.dedup();
        }
        Ok(best)
    }

    /// Each the questions that name all that can fit by one condition, or by several that share an index.
    pub(super) fn leads(&self, conditions: &[Condition]) -> Result<Vec<Vec<Lead>>, StoreError> {
        let kinds = self.kinds(conditions)?;
        let others = conditions
            .iter()
            .filter_map(|condition| Some(vec![lead_of(condition)?]));
        Ok(kinds.into_iter().chain(others).collect())
    }

    /// The same by one of the words that are looked for.
    fn words(&self, conditions: &[Condition], span: Span, most: usize) -> Result<Option<Vec<Id>>, StoreError> {
        let mut best: Option<Vec<Id>> = None;
        for condition in conditions {
            let Some(leads) = words_of(condition) else {
                continue;
            };
            match self.named_by(&leads, span, best.as_ref().map_or(most, Vec::len)) {
                Ok(ids) => best = ids.or(best),
                // It is only there to be faster: the texts themselves say what fits.
                Err(StoreError::Sql(error)) => tracing::warn!(error = %error, "the index of words was not read"),
                Err(error) => return Err(error),
            }
        }
        Ok(best)
    }

    /// What some questions name between them; `None` where that is more than `most`.
    fn named_by(&self, leads: &[Lead], span: Span, most: usize) -> Result<Option<Vec<Id>>, StoreError> {
        let mut ids = Vec::new();
        for lead in leads {
            let mut query = self.0.prepare_cached(&lead.sql)?;
            let ends = [span.low, span.high].map(|id| Value::Blob(id.to_vec()));
            let mut rows = query.query(params_from_iter(ends.iter().chain(&lead.values)))?;
            while let Some(row) = rows.next()? {
                if ids.len() == most {
                    return Ok(None);
                }
                ids.push(row.get(0)?);
            }
        }
        Ok(Some(ids))
    }

    /// One question for each class that fits, about what an envelope is and where it stands: those four share an
    /// index. `None` where nothing of that is asked for.
    fn kinds(&self, conditions: &[Condition]) -> Result<Option<Vec<Lead>>, StoreError> {
        let Some(narrowed) = narrowed(conditions) else {
            return Ok(None);
        };
        let fits = |class: Option<&str>| {
            conditions.iter().all(|condition| match &condition.wanted {
                Sight::Class(glob) => class.is_some_and(|class| glob.covers(class)) != condition.not,
                _other => true,
            })
        };
        let mut leads = Vec::new();
        if fits(None) {
            leads.push(of_class(None, &narrowed));
        }
        let mut class = String::new();
        while let Some(next) = next_class(self.0, &class)? {
            if fits(Some(&next)) {
                leads.push(of_class(Some(next.clone()), &narrowed));
            }
            class = next;
        }
        Ok(Some(leads))
    }
}

/// The classes there are, one by one: a seek for each.
fn next_class(connection: &Connection, after: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT class FROM envelope INDEXED BY envelope_kind WHERE class > ?1 ORDER BY class LIMIT 1";
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([after], |row| row.get(0)).optional()?)
}

fn of_class(class: Option<String>, narrowed: &str) -> Lead {
    Lead {
        sql: format!(
            "SELECT id FROM envelope INDEXED BY envelope_kind WHERE class IS ?3{narrowed} AND id BETWEEN ?1 AND ?2"
        ),
        values: vec![class.map_or(Value::Null, Value::Text)],
    }
}

/// What is said about stage, severity and role; `None` where nothing is, nor about classes.
///
/// A column of the index is of use where all before it are named, so each of those is, with every word it can have.
fn narrowed(conditions: &[Condition]) -> Option<String> {
    let class = |wanted: &Sight| matches!(wanted, Sight::Class(_)).then_some(());
    let stage = |wanted: &Sight| match wanted {
        Sight::Stage(stage) => Some(*stage),
        _other => None,
    };
    let severity = |wanted: &Sight| match wanted {
        Sight::Severity(severity) => Some(*severity),
        _other => None,
    };
    let role = |wanted: &Sight| match wanted {
        Sight::Role(role) => Some(*role),
        _other => None,
    };
    let columns = [
        (asks(conditions, class), String::new()),
        (asks(conditions, stage), one_of("stage", conditions, stage)),
        (asks(conditions, severity), one_of("severity", conditions, severity)),
        (asks(conditions, role), one_of("role", conditions, role)),
    ];
    let last = columns.iter().rposition(|(is_asked, _)| *is_asked)?;
    Some(columns[..=last].iter().map(|(_, narrowed)| narrowed.as_str()).collect())
}

fn asks<T>(conditions: &[Condition], of: impl Fn(&Sight) -> Option<T>) -> bool {
    conditions.iter().any(|condition| of(&condition.wanted).is_some())
}

/// That a column has one of the words that every condition on it leaves.
fn one_of<T>(column: &str, conditions: &[Condition], of: impl Fn(&Sight) -> Option<T>) -> String
where
    T: IntoEnumIterator + PartialEq + Copy + Into<&'static str>,
{
    let holds = |word: T, condition: &Condition| {
        let wanted = of(&condition.wanted);
        wanted.is_none_or(|wanted| (wanted == word) != condition.not)
    };
    let left = T::iter().filter(|word| conditions.iter().all(|condition| holds(*word, condition)));
    let words: Vec<String> = left.map(|word| format!("'{}'", word.into())).collect();
    format!(" AND {column} IN ({})", words.join(", "))
}

/// The questions that name all envelopes with a word in their texts, or in their id.
pub(super) fn words_of(condition: &Condition) -> Option<Vec<Lead>> {
    let Sight::Word(word) = &condition.wanted else {
        return None;
    };
    let mut leads = said::leads(word).filter(|_| !condition.not)?;
    if let Some(digits) = id_digits(word) {
        let end = |fill: &str| hex::decode(format!("{digits}{}", fill.repeat(32 - digits.len())));
        leads.extend(end("0").ok().zip(end("f").ok()).map(|(low, high)| Lead {
            sql: "SELECT id FROM envelope WHERE id BETWEEN ?1 AND ?2 AND id BETWEEN ?3 AND ?4".to_owned(),
            values: vec![Value::Blob(low), Value::Blob(high)],
        }));
    }
    Some(leads)
}

/// The question that one condition puts to an index of its own, if it has one.
fn lead_of(condition: &Condition) -> Option<Lead> {
    if condition.not {
        return None;
    }
    match &condition.wanted {
        Sight::Tool(glob) => Some(named("tool", glob)),
        Sight::Target(glob) => Some(named("target", glob)),
        Sight::Run(glob) => Some(named("run", glob)),
        Sight::SameRun(run) => Some(lead(
            "envelope_run",
            "lower(run) = lower(?3)",
            vec![Value::Text(run.clone())],
        )),
        Sight::Agents(agents) => {
            let condition = format!("agent IN ({})", places(agents.len()));
            Some(lead("envelope_history", &condition, ids(agents)))
        }
        Sight::People(people) => Some(Lead {
            sql: format!(
                "SELECT DISTINCT envelope FROM decision INDEXED BY decision_person \
                 WHERE person IN ({}) AND envelope BETWEEN ?1 AND ?2",
                places(people.len())
            ),
            values: ids(people),
        }),
        Sight::Amount(relation, than) => {
            let condition = format!("CAST(amount AS REAL) {} CAST(?3 AS REAL)", relation.sign());
            Some(lead("envelope_amount", &condition, vec![Value::Text(than.to_string())]))
        }
        Sight::AmountIn(low, high) => Some(lead(
            "envelope_amount",
            "CAST(amount AS REAL) BETWEEN CAST(?3 AS REAL) AND CAST(?4 AS REAL)",
            vec![Value::Text(low.to_string()), Value::Text(high.to_string())],
        )),
        // Four of them share an index, when it was made is in the id, and the others are walked.
        Sight::Class(_)
        | Sight::Stage(_)
        | Sight::Severity(_)
        | Sight::Role(_)
        | Sight::Created(..)
        | Sight::Deadline(..)
        | Sight::Word(_) => None,
    }
}

fn lead(index: &str, condition: &str, values: Vec<Value>) -> Lead {
    Lead {
        sql: format!("SELECT id FROM envelope INDEXED BY {index} WHERE {condition} AND id BETWEEN ?1 AND ?2"),
        values,
    }
}

/// A name as it is, or all that begin with what stands before the first star. Where that is nothing, the whole
/// index is read, which is smaller than what it is of.
fn named(column: &str, glob: &Glob) -> Lead {
    let index = format!("envelope_{column}");
    let Some((begin, _)) = glob.as_str().split_once('*') else {
        let name = vec![Value::Text(glob.as_str().to_owned())];
        return lead(&index, &format!("lower({column}) = ?3"), name);
    };
    let begins = format!("lower({column}) GLOB ?3 AND lower({column}) >= ?4");
    let mut values = vec![Value::Text(pattern(glob)), Value::Text(begin.to_owned())];
    let Some(end) = after(begin) else {
        return lead(&index, &begins, values);
    };
    values.push(Value::Text(end));
    lead(&index, &format!("{begins} AND lower({column}) < ?5"), values)
}

/// The least text that is greater than all that begin so, byte by byte; `None` where there is none.
fn after(begin: &str) -> Option<String> {
    let mut chars: Vec<char> = begin.chars().collect();
    while let Some(last) = chars.pop() {
        // The surrogates are no characters: what follows the one before them is the one behind them.
        let next = (u32::from(last) + 1..).take(0x801).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

fn ids(ids: &[PrincipalId]) -> Vec<Value> {
    ids.iter().map(|id| Value::Blob(id.0.as_bytes().to_vec())).collect()
}

fn places(count: usize) -> String {
    let places: Vec<String> = (3..count + 3).map(|n| format!("?{n}")).collect();
    places.join(", ")
}
