//! Conditions of a search as SQL over one row.

use jiff::Timestamp;
use rusqlite::types::Value;

use super::super::envelopes::COLUMNS;
use super::{Condition, Sight, id_digits};
use crate::domain::{Glob, PrincipalId, Relation};

/// Conditions in SQL, and the values they name by their place.
#[derive(Debug, Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    /// All of them in one; the first two places are the ends between which ids lie.
    pub fn of(conditions: &[Condition]) -> Self {
        let mut filter = Self::default();
        for Condition { wanted, not } in conditions {
            let condition = filter.condition(wanted);
            // What is not there does not fit, and so fits what was turned round. No index knows this form: rows
            // are walked by their ids.
            let turned = if *not { "NOT " } else { "" };
            filter.conditions.push(format!("{turned}coalesce({condition}, 0)"));
        }
        filter
    }

    /// Rows between two ids that fit, the newest first.
    pub fn sql(&self, limit: usize) -> String {
        let columns = &*COLUMNS;
        let mut holds = "id BETWEEN ?1 AND ?2".to_owned();
        for condition in &self.conditions {
            holds.push_str(" AND ");
            holds.push_str(condition);
        }
        format!("SELECT {columns} FROM envelope WHERE {holds} ORDER BY id DESC LIMIT {limit}")
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len() + 2)
    }

    fn condition(&mut self, wanted: &Sight) -> String {
        match wanted {
            Sight::Class(glob) => {
                let at = self.value(pattern(glob));
                format!("(lower(class) GLOB {at} OR lower(class) GLOB {at} || '.*')")
            }
            Sight::Tool(glob) => self.named("tool", glob),
            Sight::Target(glob) => self.named("target", glob),
            Sight::Run(glob) => self.named("run", glob),
            Sight::SameRun(run) => format!("run = {}", self.value(run.clone())),
            Sight::Agents(agents) => format!("agent IN ({})", self.ids(agents)),
            Sight::People(people) => format!(
                "EXISTS (SELECT 1 FROM decision d WHERE d.envelope = envelope.id AND d.person IN ({}))",
                self.ids(people)
            ),
            Sight::Stage(stage) => format!("stage = {}", self.value(stage.to_string())),
            Sight::Severity(severity) => format!("severity = {}", self.value(severity.to_string())),
            Sight::Role(role) => format!("role = {}", self.value(role.to_string())),
            Sight::Amount(relation, than) => {
                let than = self.value(than.to_string());
                format!("CAST(amount AS REAL) {} CAST({than} AS REAL)", relation.sign())
            }
            Sight::AmountIn(low, high) => {
                let (low, high) = (self.value(low.to_string()), self.value(high.to_string()));
                format!("CAST(amount AS REAL) BETWEEN CAST({low} AS REAL) AND CAST({high} AS REAL)")
            }
            Sight::Created(relation, at) => self.compared("created_at", *relation, *at),
            Sight::Deadline(relation, at) => self.compared("deadline_at", *relation, *at),
            Sight::Word(word) => {
                let id = id_digits(word).map_or_else(|| "-".to_owned(), |digits| digits.to_uppercase());
                let (word, id) = (self.value(word.clone()), self.value(id));
                format!(
                    "(says(tool, {word}) OR says(target, {word}) OR instr(hex(id), {id}) = 1 \
                     OR EXISTS (SELECT 1 FROM payload p WHERE p.envelope = envelope.id AND says(p.arguments, {word})) \
                     OR EXISTS (SELECT 1 FROM blob b WHERE b.subject = envelope.id AND says(b.bytes, {word})))"
                )
            }
        }
    }

    fn named(&mut self, column: &str, glob: &Glob) -> String {
        format!("lower({column}) GLOB {}", self.value(pattern(glob)))
    }

    fn compared(&mut self, column: &str, relation: Relation, at: Timestamp) -> String {
        format!("{column} {} {}", relation.sign(), self.value(at.as_millisecond()))
    }

    fn ids(&mut self, ids: &[PrincipalId]) -> String {
        let places: Vec<String> = ids.iter().map(|id| self.value(id.0.as_bytes().to_vec())).collect();
        places.join(", ")
    }
}

/// Only `*` means anything in a search: what else means something to SQLite is put in brackets.
pub(super) fn pattern(glob: &Glob) -> String {
    let mut out = String::new();
    for c in glob.as_str().chars() {
        match c {
            '[' | '?' => {
                out.push('[');
                out.push(c);
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}
