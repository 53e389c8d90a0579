//! What an adapter sends, read as the proposal it is.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::api::aap::{Context, ContextEnvelope, Submission};
use crate::domain::{Action, Proposal};
use crate::gate::Refusal;
use crate::gate::service::pointer;
use crate::ledger::{form, scan};

/// Where the optional claims stand.
const ENVELOPE: &str = "/context/envelope";

/// A submission that was read.
pub(super) struct Read {
    pub proposal: Proposal,
    pub context: Option<String>,
    /// Its RFC 8785 form: the same values in another spelling are the same request.
    pub form: Vec<u8>,
}

impl Read {
    pub fn from_body(body: &[u8]) -> Result<Self, Refusal> {
        // The scan first: what passes it loses nothing in any form.
        scan(body)?;
        let submission: Submission = shaped(body, "")?;
        is_object(&submission.arguments, "/arguments")?;
        is_duration(&submission.timeout)?;
        let claims = match &submission.context {
            Some(context) => {
                is_object(context, "/context")?;
                claims(context)?
            }
            None => ContextEnvelope::default(),
        };
        let not_json = |_| Refusal::invalid("not_json", "", "The body is not JSON.");
        let value: Value = serde_json::from_slice(body).map_err(not_json)?;
        Ok(Self {
            form: form(&value)?,
            context: submission.context.as_ref().map(|context| context.get().to_owned()),
            proposal: proposal(submission, claims),
        })
    }
}

fn proposal(submission: Submission, claims: ContextEnvelope) -> Proposal {
    Proposal {
        run_id: claims.run_id,
        agent: claims.agent,
        environment: claims.environment,
        action: Action {
            tool: submission.tool,
            server: submission.server,
            arguments: submission.arguments,
            target: claims.target,
            before: claims.before,
        },
        request: claims.request,
        rationale: submission.agent_reasoning,
        confidence: claims.confidence,
        signals: claims.signals,
        impact: claims.impact,
        evidence: claims.evidence,
        reversal: claims.reversal,
        preconditions: claims.preconditions,
        timeout: Some(submission.timeout),
    }
}

/// A context is any object; only its `envelope` is ours, and a misspelt member of that is refused.
fn claims(context: &RawValue) -> Result<ContextEnvelope, Refusal> {
    let context: Context = shaped(context.get().as_bytes(), "/context")?;
    let Some(envelope) = context.envelope else {
        return Ok(ContextEnvelope::default());
    };
    is_object(&envelope, ENVELOPE)?;
    shaped(envelope.get().as_bytes(), ENVELOPE)
}

/// Reads one object, and says where it does not fit.
pub(super) fn shaped<T: DeserializeOwned>(json: &[u8], at: &str) -> Result<T, Refusal> {
    // Serde would take a list of the members' values in order for the object.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::invalid("wrong_shape", at, "This must be a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(json);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = format!("{at}{}", pointer(error.path()));
        // Lines and columns would be those of a part; the place says it.
        let said = error.inner().to_string();
        let why = said.split(" at line ").next().unwrap_or_default();
        Refusal::invalid("wrong_shape", place, format!("This has another shape: {why}."))
    })
}

fn is_object(raw: &RawValue, at: &str) -> Result<(), Refusal> {
    if raw.get().starts_with('{') {
        return Ok(());
    }
    Err(Refusal::invalid("wrong_shape", at, "This must be a JSON object."))
}

/// The protocol's durations: `^[1-9][0-9]*(s|m|h)$`, of any length.
fn is_duration(text: &str) -> Result<(), Refusal> {
    let number = text.strip_suffix(['s', 'm', 'h']).unwrap_or_default();
    let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty() && !number.starts_with('0');
    if plain {
        return Ok(());
    }
    Err(Refusal::invalid(
        "not_a_span",
        "/timeout",
        "A timeout is a whole number of seconds, minutes or hours, such as 90s, 10m or 24h.",
    ))
}

/// The same refusal with its place in the body that was sent here.
pub(super) fn in_its_place(refusal: Refusal) -> Refusal {
    let pointer = refusal.pointer.map(|pointer| {
        let of_action = pointer.strip_prefix("/action");
        match of_action {
            Some(rest) if rest.starts_with("/target") || rest.starts_with("/before") => format!("{ENVELOPE}{rest}"),
            Some(rest) => rest.to_owned(),
            None => format!("{ENVELOPE}{pointer}"),
        }
    });
    Refusal { pointer, ..refusal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_plain_number_and_one_of_three_units() {
        for good in ["1s", "90s", "10m", "24h", "99999999999999999999999h"] {
            assert!(is_duration(good).is_ok(), "{good}");
        }
        for bad in [
            "", "s", "0s", "010m", "1d", "1.5h", "-1m", "10 m", "10M", "1h30m", "5€", "٣m",
        ] {
            assert!(is_duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_place_in_a_proposal_is_named_as_the_adapter_spelt_it() {
        for (native, there) in [
            ("/action/tool", "/tool"),
            ("/action/arguments/a", "/arguments/a"),
            ("/action/target/record", "/context/envelope/target/record"),
            ("/environment", "/context/envelope/environment"),
            ("/impact/amount", "/context/envelope/impact/amount"),
        ] {
            let refusal = in_its_place(Refusal::invalid("x", native, ""));
            assert_eq!(refusal.pointer.as_deref(), Some(there));
        }
    }
}
