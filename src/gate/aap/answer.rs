//! How an envelope stands, in the protocol's words.
//!
//! Clients refuse what is not exactly so: no empty note, no time before the one it follows from.

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::api::OutcomeStatus;
use crate::api::aap::{ApprovalRequest, Consumption, Decision, Reported, Status};
use crate::domain::{DecisionKind, Stage};
use crate::gate::Refusal;
use crate::gate::service::Asked;
use crate::store::StoreError;

/// The whole answer; every route gives it.
pub(super) fn of(asked: Asked) -> Result<ApprovalRequest, Refusal> {
    let status = asked.status();
    let decision = decision(&asked, status)?;
    let consumption = (status == Status::Approved).then(|| consumption(&asked)).flatten();
    let Asked {
        envelope,
        payload,
        timeout,
        reasoning,
        context,
        ..
    } = asked;
    Ok(ApprovalRequest {
        id: envelope.id,
        tool: payload.parts.tool,
        server: payload.parts.server,
        arguments: raw(payload.arguments_raw)?,
        timeout,
        agent_reasoning: reasoning,
        context: context.map(raw).transpose()?,
        status,
        created_at: envelope.created_at,
        deadline_at: envelope.outer_at.ok_or(StoreError::Corrupt("outermost deadline"))?,
        decision,
        consumption,
    })
}

/// Text that was scanned when it came in, on its way out as it is.
fn raw(text: String) -> Result<Box<RawValue>, Refusal> {
    RawValue::from_string(text).map_err(|_| StoreError::Corrupt("text").into())
}

fn decision(asked: &Asked, status: Status) -> Result<Option<Decision>, Refusal> {
    let decided_at = asked.decided_at();
    let (note, expires_at) = match status {
        Status::Pending => return Ok(None),
        Status::Approved => {
            // Strictly after the decision, also where the clock was set back over it.
            let soonest = decided_at
                .saturating_add(SignedDuration::from_millis(1))
                .unwrap_or(decided_at);
            let until = asked
                .envelope
                .cleared
                .and_then(|cleared| cleared.until)
                .unwrap_or(soonest);
            (None, Some(until.max(soonest)))
        }
        Status::Denied => (Some(why_denied(asked)?), None),
        Status::Expired | Status::Cancelled => (None, None),
    };
    Ok(Some(Decision {
        status,
        note,
        decided_at,
        expires_at,
    }))
}

fn consumption(asked: &Asked) -> Option<Consumption> {
    let consumed_at = asked.envelope.redeemed_at?.max(asked.decided_at());
    let outcome = asked.outcome.as_ref().map(|told| Reported {
        status: if told.succeeded {
            OutcomeStatus::Succeeded
        } else {
            OutcomeStatus::Failed
        },
        note: told.note.clone(),
        reported_at: told.at.max(consumed_at),
    });
    Some(Consumption { consumed_at, outcome })
}

/// What the agent reads of a no. Clients show it to the model as a reviewer's, so a policy says that it is none.
fn why_denied(asked: &Asked) -> Result<String, Refusal> {
    let word = asked.word.as_ref();
    if asked.is_answered_by_edit() {
        return edited(asked);
    }
    if asked.envelope.stage == Stage::Rejected {
        let nobody = || "It was rejected.".to_owned();
        return Ok(word.map_or_else(nobody, |word| {
            let reason = word.reason.clone().filter(|reason| !reason.is_empty());
            reason.unwrap_or_else(|| format!("{} rejected it.", word.by))
        }));
    }
    let envelope = &asked.envelope;
    let class = envelope.class.as_ref().map(|class| format!("class {class}"));
    let rule = envelope.rule.as_ref().map(|rule| format!("rule {rule}"));
    let floors = asked.floors.iter().map(|floor| format!("floor {floor}"));
    let by: Vec<String> = class.into_iter().chain(rule).chain(floors).collect();
    let why = asked.reasons.first().map_or("it says so", String::as_str);
    let classified = word.filter(|word| word.decision == DecisionKind::Classify);
    let so = classified.map_or_else(String::new, |word| {
        let class = word.led_to.as_deref().unwrap_or("something else");
        format!("{} said that it is {class}. ", word.by)
    });
    Ok(format!(
        "{so}The policy denied this, not a person ({}): {why}.",
        by.join(", ")
    ))
}

/// The call as a person would have it, for the agent to send again.
#[derive(Serialize)]
struct Edited<'a> {
    edited: Call<'a>,
}

#[derive(Serialize)]
struct Call<'a> {
    tool: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    arguments: Box<RawValue>,
}

/// A sentence, and then one line of JSON.
fn edited(asked: &Asked) -> Result<String, Refusal> {
    let word = asked.word.as_ref();
    let by = word.map_or("A reviewer", |word| word.by.as_str());
    let reason = word.and_then(|word| word.reason.as_deref());
    let reason = reason.map_or_else(String::new, |reason| format!(" The reason: {reason}"));
    let Some(arguments) = &asked.edited else {
        return Ok(format!("{by} edited this call, and the edit was erased since.{reason}"));
    };
    // Line breaks stand only between the tokens of JSON: without them it says the same, to the digit.
    let arguments = raw(arguments.replace(['\n', '\r'], ""))?;
    let parts = &asked.payload.parts;
    let call = Call {
        tool: &parts.tool,
        server: parts.server.as_deref(),
        arguments,
    };
    let json = serde_json::to_string(&Edited { edited: call }).map_err(|_| StoreError::Corrupt("text"))?;
    Ok(format!(
        "{by} edited this call. Sent again as follows, it is allowed once.{reason}\n{json}"
    ))
}
