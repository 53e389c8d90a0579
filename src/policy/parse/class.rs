//! A `[[class]]` and its fields.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{by_default, gate, reasons, role_at, rule, sensitive};
use crate::domain::{Lane, Level, Mode, OnTimeout, Role};
use crate::form::{Reader, Section};
use crate::policy::{Class, Defaults, Facts, Field, FieldType, Glob, Matrix, Rule};

pub(super) fn read(mut section: Section<'_>, defaults: &Defaults, faults: &mut Reader<'_>) -> Class {
    let id = section.id(faults);
    let tools = tools(&mut section, faults);
    let matrix = matrix(&mut section, faults);
    let supervised = section.has("lane") || section.has("rule");
    let lane = section.word::<Lane>("lane", faults).map(|place| place.value);
    let mode = mode(&mut section, faults);
    let fields = fields(&mut section, faults);
    let timeout = section.span_of_time("timeout", faults).unwrap_or(defaults.timeout);
    let on_timeout = section
        .word::<OnTimeout>("on_timeout", faults)
        .map_or(defaults.on_timeout, |p| p.value);
    let escalate_to = role_at(&mut section, "escalate_to", faults).unwrap_or(Role::Senior);
    let own_gate = gate(&mut section, by_default(defaults), faults);
    let trust: Vec<String> = section.texts("trust", faults).into_iter().map(str::to_owned).collect();
    for name in &trust {
        if Facts::built_in(name).is_none() && !fields.contains_key(name) {
            faults.add(
                section.at,
                format!("`trust` names `{name}`, which this class does not know."),
                Some("Declare it under `fields`."),
            );
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for one in section.sections("rule", faults) {
        rules.extend(rule::read(one, own_gate, &fields, faults));
    }
    for (index, one) in rules.iter().enumerate() {
        if rules[..index].iter().any(|earlier| earlier.id == one.id) {
            faults.add(
                section.at,
                format!("The rule `{}` is given twice in this class.", one.id),
                None,
            );
        }
    }
    if !supervised {
        faults.add(
            section.at,
            "This class has neither a lane nor rules.".to_owned(),
            Some("Write `lane = \"in-the-loop\"` or add `[[class.rule]]`."),
        );
    }
    let class = Class {
        id: id.unwrap_or_default(),
        tools,
        matrix,
        lane: lane.unwrap_or(Lane::InTheLoop),
        mode,
        sla: section.span_of_time("sla", faults).unwrap_or(defaults.sla.min(timeout)),
        timeout,
        on_timeout,
        escalate_to,
        valid_for: section.span_of_time("valid_for", faults).unwrap_or(defaults.valid_for),
        extend_max: section
            .span_of_time("extend_max", faults)
            .unwrap_or(defaults.extend_max),
        edit_alone: section.flag("edit_alone", faults).unwrap_or(false),
        reject_quorum: section.flag("reject_quorum", faults).unwrap_or(false),
        batch: section.flag("batch", faults).unwrap_or(false),
        retain: section.retention("retain", faults),
        owner: section.text("owner", faults).map(|p| p.value.to_owned()),
        why: section.text("why", faults).map(|p| p.value.to_owned()),
        reasons: reasons::read(&mut section, faults),
        sensitive: sensitive::read(&mut section, &fields, faults),
        trust,
        fields,
        rules,
        gate: own_gate,
    };
    section.finish(faults);
    class
}

fn tools(section: &mut Section<'_>, faults: &mut Reader<'_>) -> Vec<Glob> {
    let at = section.at;
    let Some(mut matching) = section.section("match", faults) else {
        faults.add(
            at,
            "This class matches no tool.".to_owned(),
            Some("Write `match.tool = [\"issue_refund\"]`."),
        );
        return Vec::new();
    };
    let globs: Vec<Glob> = matching.texts("tool", faults).into_iter().map(Glob::new).collect();
    if globs.is_empty() {
        faults.add(matching.at, "This class matches no tool.".to_owned(), None);
    }
    matching.finish(faults);
    globs
}

fn matrix(section: &mut Section<'_>, faults: &mut Reader<'_>) -> Matrix {
    let mut level = |key| {
        let given = section.has(key);
        let level = section.word(key, faults).map(|place| place.value);
        if !given && key != "regulatory" {
            faults.add(
                section.at,
                format!("This class does not say its `{key}`."),
                Some("Write low, medium or high: it sets how much an envelope matters."),
            );
        }
        level.unwrap_or(Level::Low)
    };
    Matrix {
        impact: level("impact"),
        reversibility: level("reversibility"),
        regulatory: level("regulatory"),
    }
}

fn mode(section: &mut Section<'_>, faults: &mut Reader<'_>) -> Mode {
    section
        .word::<Mode>("mode", faults)
        .map_or(Mode::Enforce, |place| place.value)
}

fn fields(section: &mut Section<'_>, faults: &mut Reader<'_>) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    let Some(mut table) = section.section("fields", faults) else {
        return fields;
    };
    for (name, name_at, place) in table.take_rest() {
        if Facts::built_in(name).is_some() {
            faults.add(
                name_at,
                format!("`{name}` is built in and cannot be declared."),
                Some("Choose another name."),
            );
        }
        let DeValue::Table(spec) = place.value else {
            faults.add(
                place.at,
                format!("The field `{name}` is not a table."),
                Some("Write `{ type = \"decimal\", from = [\"/arguments/amount\"] }`."),
            );
            continue;
        };
        let mut spec = Section::new("a field", spec, place.at);
        let kind = spec.text("type", faults).and_then(|place| {
            let kind = place.value.parse::<FieldType>().ok();
            if kind.is_none() {
                faults.add(
                    place.at,
                    format!("The field `{name}` has no known type."),
                    Some("Write one of decimal, integer, bool, string."),
                );
            }
            kind
        });
        let from: Vec<String> = spec.texts("from", faults).into_iter().map(str::to_owned).collect();
        if from.is_empty() {
            faults.add(
                place.at,
                format!("The field `{name}` does not say where it is read from."),
                Some("Write `from = [\"/arguments/amount\"]`."),
            );
        }
        for source in from.iter().filter(|s| !is_source(s)) {
            faults.add(
                place.at,
                format!("`{source}` is no place to read from."),
                Some("Write a pointer below /arguments, /impact or /before, or signal:NAME."),
            );
        }
        spec.finish(faults);
        if let Some(kind) = kind {
            fields.insert(name.to_owned(), Field { kind, from });
        }
    }
    fields
}

fn is_source(source: &str) -> bool {
    ["/arguments/", "/impact/", "/before/", "signal:"]
        .iter()
        .any(|root| source.strip_prefix(root).is_some_and(|rest| !rest.is_empty()))
}
