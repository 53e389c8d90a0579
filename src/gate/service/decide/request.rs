//! What can be said of a decision without looking at the envelope.

use crate::api::DecisionRequest;
use crate::domain::{DecisionKind, Person, Verb, parse_span};
use crate::gate::Refusal;
use crate::gate::service::screens;

/// The longest reason, in bytes.
const MAX_REASON: usize = 4_000;

/// Each kind has the members it needs, and no others: one that was meant for another kind is a slip.
pub(super) fn check(person: &Person, request: &DecisionRequest) -> Result<(), Refusal> {
    person.may(Verb::from(request.decision))?;
    let reason = request.reason.as_deref().map(str::trim);
    if reason.is_some_and(|reason| reason.len() > MAX_REASON) {
        return Err(Refusal::invalid(
            "wrong_length",
            "/reason",
            format!("A reason has at most {MAX_REASON} bytes."),
        ));
    }
    let kind = request.decision;
    let releases = matches!(
        kind,
        DecisionKind::Approve | DecisionKind::Edit | DecisionKind::Classify
    );
    if releases && (request.payload_sha256.is_none() || request.revision.is_none()) {
        let what = match kind {
            DecisionKind::Edit => "An edit",
            DecisionKind::Classify => "A classification",
            DecisionKind::Approve | DecisionKind::Reject | DecisionKind::Escalate | DecisionKind::Extend => {
                "An approval"
            }
        };
        return Err(Refusal::invalid(
            "digest_missing",
            "/payload_sha256",
            format!("{what} names the digest and revision it is about."),
        ));
    }
    let wants_reason = match kind {
        DecisionKind::Reject => Some("A rejection gives a reason: the agent reads it."),
        DecisionKind::Escalate => Some("An escalation gives a reason: whoever gets it reads it."),
        DecisionKind::Extend => Some("More time is given for a reason."),
        DecisionKind::Approve | DecisionKind::Edit | DecisionKind::Classify => None,
    };
    if let Some(why) = wants_reason.filter(|_| reason.is_none_or(str::is_empty)) {
        return Err(Refusal::invalid("reason_missing", "/reason", why));
    }
    screens::check(request.screen.as_deref(), "/screen")?;
    members(request)
}

fn members(request: &DecisionRequest) -> Result<(), Refusal> {
    let kind = request.decision;
    for (pointer, given, of) in [
        ("/arguments_raw", request.arguments_raw.is_some(), DecisionKind::Edit),
        ("/class", request.class.is_some(), DecisionKind::Classify),
        ("/to", request.to.is_some(), DecisionKind::Escalate),
        ("/by", request.by.is_some(), DecisionKind::Extend),
    ] {
        if given != (kind == of) {
            let message = if given {
                format!("This belongs to {of}, and the decision is {kind}.")
            } else {
                format!("The decision is {kind} and does not say this.")
            };
            return Err(Refusal::invalid("wrong_member", pointer, message));
        }
    }
    if let Some(by) = &request.by {
        parse_span(by).map_err(|error| Refusal::invalid("not_a_span", "/by", format!("The time: {error}.")))?;
    }
    Ok(())
}
