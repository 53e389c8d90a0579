//! From the text of a policy file to a [`Policy`], or to every fault in it.

use std::collections::HashSet;

use super::{Class, Defaults, Floor, Gate, Policy};
use crate::domain::{Digest, Role};
use crate::form::{self, Faults, Place, Reader, Section};

mod class;
mod reasons;
mod rule;
mod sensitive;

/// Keys of the design that this version does not act on. Accepting one would promise what is not done.
const LATER: [&str; 7] = [
    "requires",
    "audit_rate",
    "confirm",
    "await",
    "partial",
    "review_by",
    "break_glass",
];

impl Policy {
    /// Reads a file. `version` is the SHA-256 of exactly these bytes.
    pub fn parse(source: &str, version: Digest) -> Result<Self, Faults> {
        form::read("the policy", source, &LATER, |root, faults| {
            read_policy(root, version, faults)
        })
    }
}

fn read_policy(mut root: Section<'_>, version: Digest, faults: &mut Reader<'_>) -> Policy {
    match root.integer("schema", faults) {
        Some((1, _)) => {}
        Some((other, at)) => faults.add(
            at,
            format!("Schema {other} is not known."),
            Some("This program reads `schema = 1`."),
        ),
        None => faults.add(
            0,
            "The file does not say which schema it is.".to_owned(),
            Some("Write `schema = 1` in its first line."),
        ),
    }
    let defaults = match root.section("defaults", faults) {
        Some(section) => read_defaults(section, faults),
        None => Defaults::default(),
    };
    let mut floors = Vec::new();
    for section in root.sections("floor", faults) {
        floors.extend(read_floor(section, &defaults, faults));
    }
    let mut classes: Vec<Class> = Vec::new();
    for section in root.sections("class", faults) {
        classes.push(class::read(section, &defaults, faults));
    }
    root.finish(faults);
    let mut seen = HashSet::new();
    for id in floors.iter().map(|f| &f.id).chain(classes.iter().map(|c| &c.id)) {
        if !seen.insert(id.clone()) {
            faults.add(
                0,
                format!("The id `{id}` is given twice."),
                Some("Entries name classes and floors by id: make each unique."),
            );
        }
    }
    Policy {
        version,
        defaults,
        floors,
        classes,
    }
}

fn read_defaults(mut section: Section<'_>, faults: &mut Reader<'_>) -> Defaults {
    let built_in = Defaults::default();
    let timeout = section.span_of_time("timeout", faults).unwrap_or(built_in.timeout);
    let defaults = Defaults {
        sla: section.span_of_time("sla", faults).unwrap_or(timeout),
        timeout,
        on_timeout: section
            .word("on_timeout", faults)
            .map_or(built_in.on_timeout, Place::into_inner),
        role: deciding_role(&mut section, faults).unwrap_or(built_in.role),
        valid_for: section.span_of_time("valid_for", faults).unwrap_or(built_in.valid_for),
        extend_max: section
            .span_of_time("extend_max", faults)
            .unwrap_or(built_in.extend_max),
    };
    section.finish(faults);
    defaults
}

fn read_floor(mut section: Section<'_>, defaults: &Defaults, faults: &mut Reader<'_>) -> Option<Floor> {
    let id = section.id(faults);
    let when = rule::conditions(&mut section, None, faults);
    let then = section.word("then", faults).map(Place::into_inner);
    let severity = section.word("severity", faults).map(Place::into_inner);
    let asks = section.has("quorum") || section.has("role") || section.has("reason_required");
    let gate = gate(&mut section, by_default(defaults), faults);
    if then.is_none() && severity.is_none() && !asks {
        faults.add(
            section.at,
            "This floor raises nothing.".to_owned(),
            Some("Give it `then`, `severity`, `quorum` or `role`."),
        );
    }
    if when.is_empty() {
        faults.add(
            section.at,
            "This floor has no condition.".to_owned(),
            Some("Write `when = { … }`; a floor for everything is a lane of its own."),
        );
    }
    section.finish(faults);
    Some(Floor {
        id: id?,
        when,
        then,
        severity,
        gate: asks.then_some(gate),
    })
}

/// Who must approve: the keys that rules, classes and floors share.
///
/// What is not said is as `base` has it: a rule's own class, a class's defaults.
fn gate(section: &mut Section<'_>, base: Gate, faults: &mut Reader<'_>) -> Gate {
    let quorum = match section.integer("quorum", faults) {
        Some((n @ 1..=9, _)) => u32::try_from(n).unwrap_or(1),
        Some((_, at)) => {
            faults.add(at, "A quorum is 1 to 9 people.".to_owned(), None);
            1
        }
        None => base.quorum,
    };
    Gate {
        quorum,
        role: deciding_role(section, faults).unwrap_or(base.role),
        reason_required: section.flag("reason_required", faults).unwrap_or(base.reason_required),
    }
}

fn by_default(defaults: &Defaults) -> Gate {
    Gate {
        quorum: 1,
        role: defaults.role,
        reason_required: false,
    }
}

fn deciding_role(section: &mut Section<'_>, faults: &mut Reader<'_>) -> Option<Role> {
    role_at(section, "role", faults)
}

fn role_at(section: &mut Section<'_>, key: &'static str, faults: &mut Reader<'_>) -> Option<Role> {
    let role: Place<Role> = section.word(key, faults)?;
    if !role.value.decides() {
        faults.add(
            role.at,
            format!("The role {} does not decide.", role.value),
            Some("Write \"reviewer\" or \"senior\"."),
        );
        return None;
    }
    Some(role.value)
}
