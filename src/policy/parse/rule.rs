//! A `[[class.rule]]` and the conditions that rules and floors share.

use std::collections::BTreeMap;

use strum::IntoEnumIterator;
use toml::de::DeValue;

use super::gate;
use crate::domain::{Level, Verdict};
use crate::form::{Place, Reader, Section};
use crate::policy::{Condition, Facts, Field, FieldType, Gate, Glob, Interval, Rule, Test};

pub(super) fn read(
    mut section: Section<'_>,
    base: Gate,
    fields: &BTreeMap<String, Field>,
    faults: &mut Reader<'_>,
) -> Option<Rule> {
    let id = section.id(faults);
    let when = conditions(&mut section, Some(fields), faults);
    let given = section.has("then");
    let then = section.word::<Verdict>("then", faults).map(Place::into_inner);
    if !given {
        faults.add(
            section.at,
            "This rule does not say what then.".to_owned(),
            Some("Write `then = \"hold\"`."),
        );
    }
    let gate = gate(&mut section, base, faults);
    section.finish(faults);
    Some(Rule {
        id: id?,
        when,
        then: then?,
        gate,
    })
}

/// Reads `when = { field = test, … }`. Floors know only the built-in fields.
pub(super) fn conditions(
    section: &mut Section<'_>,
    fields: Option<&BTreeMap<String, Field>>,
    faults: &mut Reader<'_>,
) -> Vec<Condition> {
    let Some(mut when) = section.section("when", faults) else {
        return Vec::new();
    };
    let mut conditions = Vec::new();
    for (name, at, place) in when.take_rest() {
        let kind = Facts::built_in(name).or_else(|| fields.and_then(|f| f.get(name)).map(|f| f.kind));
        let Some(kind) = kind else {
            let hint = match fields {
                Some(_) => "Declare it under the class's `fields`.",
                None => {
                    "A floor knows tool, server, environment, agent, confidence, impact, reversibility, regulatory."
                }
            };
            faults.add(at, format!("The field `{name}` is not known here."), Some(hint));
            continue;
        };
        if let Some((test, optional)) = condition(name, kind, &place, faults) {
            conditions.push(Condition {
                field: name.to_owned(),
                test,
                optional,
            });
        }
    }
    conditions
}

/// A bare test, or `{ is = test, optional = true }`.
fn condition(
    name: &str,
    kind: FieldType,
    place: &Place<&DeValue<'_>>,
    faults: &mut Reader<'_>,
) -> Option<(Test, bool)> {
    let DeValue::Table(table) = place.value else {
        return Some((test(name, kind, place, faults)?, false));
    };
    let mut section = Section::new("a condition", table, place.at);
    let inner = section.take("is");
    let optional = section.flag("optional", faults).unwrap_or(false);
    section.finish(faults);
    let Some(inner) = inner else {
        faults.add(
            place.at,
            format!("The condition on `{name}` has no `is`."),
            Some("Write `{ is = \"<=100\", optional = true }`."),
        );
        return None;
    };
    Some((test(name, kind, &inner, faults)?, optional))
}

fn test(name: &str, kind: FieldType, place: &Place<&DeValue<'_>>, faults: &mut Reader<'_>) -> Option<Test> {
    let test = match place.value {
        DeValue::Boolean(flag) => Some(Test::Flag(*flag)),
        DeValue::String(text) if kind == FieldType::String => Some(Test::AnyOf(vec![Glob::new(text)])),
        DeValue::String(text) => Interval::parse(text).map(Test::Within),
        DeValue::Integer(number) if number.radix() == 10 => Interval::parse(number.as_str()).map(Test::Within),
        DeValue::Array(items) => {
            let globs: Option<Vec<Glob>> = items
                .iter()
                .map(|item| item.get_ref().as_str().map(Glob::new))
                .collect();
            globs.filter(|globs| !globs.is_empty()).map(Test::AnyOf)
        }
        _ => None,
    };
    let suited = test.filter(|test| test.suits(kind));
    if suited.is_none() {
        let hint = match kind {
            FieldType::Decimal | FieldType::Integer => "Write \"<=100\", \">0.5\", \"0..100\" or a number.",
            FieldType::Bool => "Write true or false.",
            FieldType::String => "Write text, with * for anything, or a list of texts.",
        };
        faults.add(
            place.at,
            format!("This is no test for `{name}`, which is a {kind}."),
            Some(hint),
        );
    }
    suited.filter(|test| levels_exist(name, test, place.at, faults))
}

/// `impact = "hgih"` would never hold: the words of the matrix are checked.
fn levels_exist(name: &str, test: &Test, at: usize, faults: &mut Reader<'_>) -> bool {
    let Test::AnyOf(globs) = test else {
        return true;
    };
    let of_matrix = matches!(name, "impact" | "reversibility" | "regulatory");
    let fits = |glob: &Glob| Level::iter().any(|level| glob.matches(level.into()));
    let ok = !of_matrix || globs.iter().all(fits);
    if !ok {
        faults.add(
            at,
            format!("`{name}` is never that."),
            Some("Write low, medium or high."),
        );
    }
    ok
}
