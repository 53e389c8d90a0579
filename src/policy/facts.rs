//! What is known of an action when it is judged, and who vouches for it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{Class, Field, FieldType};
use crate::domain::{Origin, Verdict};

/// Everything a judgement may rest on. The gate fills it in; judging adds nothing.
#[derive(Debug, Clone)]
pub struct Facts {
    pub tool: String,
    pub server: Option<String>,
    pub environment: Option<String>,
    /// Whether server and environment are fixed by the credential; else the agent claims them.
    pub server_origin: Origin,
    pub environment_origin: Origin,
    /// The agent's registered name.
    pub agent: String,
    pub confidence: Option<f64>,
    /// `{"arguments", "impact", "before"}`: what field pointers point into.
    pub document: Json,
    /// What services attested, by the service's name.
    pub attested: BTreeMap<String, serde_json::Map<String, Json>>,
    /// Why a person stopped it, and the lightest verdict there can be: a sentence fragment.
    pub stopped: Option<(Verdict, String)>,
    /// Signals in the agent's own body: claims.
    pub signals: serde_json::Map<String, Json>,
    /// What the arguments name of signoff's own data, keys, binary or hook settings.
    pub own: Vec<String>,
    /// The value that lies outside the agent's credential: a sentence fragment.
    pub outside_scope: Option<String>,
}

/// A value of one of the types a condition can test. Integers are decimals without fraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Decimal(Decimal),
    Bool(bool),
    Text(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Decimal(value) => value.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// A field's value and origin, or why there is none.
pub type Known = Result<(Value, Origin), Unknown>;

/// Why a field has no value: a sentence fragment each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Not given: what an optional condition passes over.
    Missing,
    /// Given, and not usable: never passed over.
    Unusable(&'static str),
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "it is missing",
            Self::Unusable(why) => why,
        })
    }
}

impl Facts {
    /// The type of a field every policy knows without declaring it.
    pub fn built_in(field: &str) -> Option<FieldType> {
        match field {
            "tool" | "server" | "environment" | "agent" | "impact" | "reversibility" | "regulatory" => {
                Some(FieldType::String)
            }
            "confidence" => Some(FieldType::Decimal),
            _ => None,
        }
    }

    /// Looks a field up: built in, or declared by the class.
    pub fn look_up(&self, field: &str, class: Option<&Class>) -> Known {
        let text = |value: &str| Value::Text(value.to_owned());
        let matrix = class.map(|class| class.matrix);
        let missing = Unknown::Missing;
        match field {
            "tool" => Ok((text(&self.tool), Origin::Gate)),
            "agent" => Ok((text(&self.agent), Origin::Credential)),
            "server" => self
                .server
                .as_deref()
                .map(|v| (text(v), self.server_origin))
                .ok_or(missing),
            "environment" => self
                .environment
                .as_deref()
                .map(|v| (text(v), self.environment_origin))
                .ok_or(missing),
            "impact" => matrix.map(|m| (text(m.impact.into()), Origin::Gate)).ok_or(missing),
            "reversibility" => matrix
                .map(|m| (text(m.reversibility.into()), Origin::Gate))
                .ok_or(missing),
            "regulatory" => matrix.map(|m| (text(m.regulatory.into()), Origin::Gate)).ok_or(missing),
            "confidence" => {
                let claimed = self.confidence.ok_or(missing)?;
                let exact = Decimal::try_from(claimed).map_err(|_| Unknown::Unusable("it is not a decimal"))?;
                Ok((Value::Decimal(exact), Origin::Agent))
            }
            declared => match class.and_then(|class| class.fields.get(declared)) {
                Some(field) => self.read(declared, field),
                None => Err(Unknown::Unusable("the class does not declare it")),
            },
        }
    }

    /// Reads every place a field names; several that are present must agree.
    fn read(&self, declared: &str, field: &Field) -> Known {
        let mut found: Option<(Value, Origin)> = None;
        for from in &field.from {
            let (json, origin) = match from.strip_prefix("signal:") {
                Some(name) => self.signal(name, declared)?,
                None => (self.document.pointer(from), origin_of(from)),
            };
            let Some(json) = json.filter(|json| !json.is_null()) else {
                continue;
            };
            let value = typed(field.kind, json).map_err(Unknown::Unusable)?;
            match &found {
                Some((first, _)) if *first != value => return Err(Unknown::Unusable("its sources disagree")),
                Some(_) => {}
                None => found = Some((value, origin)),
            }
        }
        found.ok_or(Unknown::Missing)
    }

    /// What the service of this name attested of the field, or services under this name; else what the agent
    /// claims under it. Services that say different things are not believed: one that errs, or is not what
    /// it seems, must not be able to speak over another.
    fn signal(&self, name: &str, declared: &str) -> Result<(Option<&Json>, Origin), Unknown> {
        let by_service = self
            .attested
            .get(name)
            .and_then(|said| said.get(declared).or_else(|| said.get(name)));
        if let Some(value) = by_service {
            return Ok((Some(value), Origin::Service));
        }
        let mut said = self.attested.values().filter_map(|said| said.get(name));
        let Some(first) = said.next() else {
            return Ok((self.signals.get(name), Origin::Agent));
        };
        if said.any(|other| other != first) {
            return Err(Unknown::Unusable("services disagree about it"));
        }
        Ok((Some(first), Origin::Service))
    }
}

/// Arguments are what will run, so what they say is a fact; all else is the agent's word.
fn origin_of(pointer: &str) -> Origin {
    if pointer.starts_with("/arguments") {
        Origin::Gate
    } else {
        Origin::Agent
    }
}

fn typed(kind: FieldType, json: &Json) -> Result<Value, &'static str> {
    match kind {
        FieldType::Decimal | FieldType::Integer => {
            let decimal = match json {
                Json::Number(number) => {
                    let text = number.to_string();
                    Decimal::from_str_exact(&text)
                        .or_else(|_| Decimal::from_scientific(&text))
                        .ok()
                }
                Json::String(text) => Decimal::from_str_exact(text).ok(),
                Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
            };
            let decimal = decimal.ok_or("it is not a decimal")?;
            if kind == FieldType::Integer && !decimal.fract().is_zero() {
                return Err("it is not a whole number");
            }
            Ok(Value::Decimal(decimal))
        }
        FieldType::Bool => json.as_bool().map(Value::Bool).ok_or("it is neither true nor false"),
        FieldType::String => json.as_str().map(|s| Value::Text(s.to_owned())).ok_or("it is not text"),
    }
}
