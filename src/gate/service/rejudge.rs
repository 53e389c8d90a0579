//! Judging an envelope again: with other arguments, or as a class that a person named.

use std::sync::Arc;

use serde_json::Value;

use super::alike::{self, Company};
use super::facts;
use super::kept::{self, JUDGEMENT};
use super::record::JudgementRecord;
use super::signals::{self, Attested};
use super::unlike::{self, Now};
use super::{Rules, Service, amount, mask};
use crate::api::{Becomes, Claimed, JudgeRequest};
use crate::domain::{AgentPrincipal, Digest, Person, Role, Stage, Verb, Verdict};
use crate::gate::Refusal;
use crate::ledger::{Payload, PayloadParts, Salt, form};
use crate::policy::{Facts, Judgement, Says, ask_for_one_more, judge, judge_as};
use crate::store::{Db, Envelope, StoreError, Tx};

/// The revision an agent proposes.
const FIRST: u32 = 1;

/// What an envelope would be. Nothing is written yet.
pub(super) struct Again {
    pub payload: Payload,
    pub judgement: Judgement,
    policy: Digest,
    amount: Option<String>,
    company: Company,
    record: Vec<u8>,
}

/// What is stored of an envelope that a judgement rests on.
struct Stored {
    attested: Vec<Attested>,
    payload: Payload,
    /// What the agent proposed, before any edit.
    proposed: Payload,
    claimed: Claimed,
    /// The class a person named for it.
    named: Option<String>,
}

impl Service {
    /// Says what an edit or a classification would make of an open envelope; nothing is written.
    pub async fn becomes(&self, person: &Person, request: JudgeRequest) -> Result<Becomes, Refusal> {
        person.may(Verb::Judge)?;
        let agent = self.agent_of(request.id).await?;
        let rules = Arc::clone(&self.rules);
        self.store
            .read(move |db| {
                let envelope = db.envelope(request.id)?.ok_or_else(Refusal::not_found)?;
                let again = match (request.arguments_raw, request.class) {
                    (Some(raw), None) => as_edited(&rules, &db, &envelope, &agent, raw)?,
                    (None, Some(class)) => as_class(&rules, &db, &envelope, &agent, &class)?,
                    (Some(_), Some(_)) | (None, None) => {
                        return Err(Refusal::invalid(
                            "wrong_member",
                            "",
                            "Name either `arguments_raw` or `class`.",
                        ));
                    }
                };
                let role = again.role(&envelope);
                Ok(Becomes {
                    refused: again.refused(),
                    role,
                    class: again.judgement.class,
                    rule: again.judgement.rule,
                    verdict: again.judgement.verdict,
                    effective: again.judgement.effective,
                    severity: again.judgement.severity,
                    quorum: again.judgement.gate.quorum,
                    reason_required: again.judgement.gate.reason_required,
                    payload_sha256: again.payload.sha256(),
                    reasons: again.judgement.reasons,
                })
            })
            .await
    }
}

/// Judges other arguments for an envelope's action. It is held at least: people have it already.
///
/// An edit that redirects or raises needs one person more in classes of high impact: nobody alone should
/// turn a harmless proposal into another one, in one step or in several.
pub(super) fn as_edited(
    rules: &Rules,
    db: &Db<'_>,
    envelope: &Envelope,
    agent: &AgentPrincipal,
    raw: String,
) -> Result<Again, Refusal> {
    let stored = stored(db, envelope)?;
    let payload = Payload::from_raw(stored.payload.parts.clone(), raw)?;
    let (before, after) = (arguments(&stored.payload)?, arguments(&payload)?);
    if !after.is_object() {
        return Err(Refusal::invalid(
            "wrong_shape",
            "/arguments_raw",
            "The arguments must be a JSON object.",
        ));
    }
    mask::refuse_masks(&after)?;
    if payload.sha256() == stored.payload.sha256() {
        return Err(Refusal::invalid(
            "unchanged",
            "/arguments_raw",
            "The edit changes nothing; approve it as it is.",
        ));
    }
    let facts = gather(&payload.parts, &stored, agent, &after, rules);
    let named = stored
        .named
        .as_deref()
        .and_then(|class| judge_as(&rules.policy, &facts, class));
    let mut judgement = named.unwrap_or_else(|| judge(&rules.policy, &facts));
    judgement.effective = judgement.effective.max(Verdict::Hold);
    ask_for_one_more(
        &rules.policy,
        &mut judgement,
        &[&arguments(&stored.proposed)?, &before],
        &after,
    );
    let claimed = moved(envelope, &before, &after, &amounts(rules, &judgement));
    // The number may be gone from where it was; its currency is still the one that was named.
    let claimed = claimed.or_else(|| {
        envelope
            .amount
            .clone()
            .filter(|_| reads_amount(rules, &judgement, &facts))
    });
    let amount = amount::of(&rules.policy, judgement.class.as_deref(), &facts, claimed);
    let mut again = again(
        rules,
        payload,
        judgement,
        &facts,
        (stored.named, stored.claimed.request),
        (amount, envelope, db),
    )?;
    // What a person wrote is looked at by itself.
    again.company = Company::Alone("a person edited it".to_owned());
    Ok(again)
}

/// Whether the class reads an amount in these arguments.
fn reads_amount(rules: &Rules, judgement: &Judgement, facts: &Facts) -> bool {
    amount::of(&rules.policy, judgement.class.as_deref(), facts, None).is_some()
}

fn amounts<'a>(rules: &'a Rules, judgement: &Judgement) -> Vec<&'a str> {
    let of = |class: &String| rules.policy.amounts(class);
    judgement.class.as_ref().map(of).unwrap_or_default()
}

/// Judges an envelope as a class. What lies outside the agent's credential stays in quarantine.
pub(super) fn as_class(
    rules: &Rules,
    db: &Db<'_>,
    envelope: &Envelope,
    agent: &AgentPrincipal,
    class: &str,
) -> Result<Again, Refusal> {
    let stored = stored(db, envelope)?;
    let now = arguments(&stored.payload)?;
    let facts = gather(&stored.payload.parts, &stored, agent, &now, rules);
    let mut judgement = judge_as(&rules.policy, &facts, class).ok_or_else(|| {
        let known = rules.policy.class_ids().join(", ");
        Refusal::invalid(
            "unknown_class",
            "/class",
            format!("The policy has no such class; it has {known}."),
        )
    })?;
    ask_for_one_more(&rules.policy, &mut judgement, &[&arguments(&stored.proposed)?], &now);
    let amount = amount::of(
        &rules.policy,
        judgement.class.as_deref(),
        &facts,
        envelope.amount.clone(),
    );
    let named = Some(class.to_owned());
    let mut again = again(
        rules,
        stored.payload,
        judgement,
        &facts,
        (named, stored.claimed.request),
        (amount, envelope, db),
    )?;
    // What the policy did not know is looked at by itself.
    again.company = Company::Alone("a person named its class".to_owned());
    Ok(again)
}

fn gather(parts: &PayloadParts, stored: &Stored, agent: &AgentPrincipal, arguments: &Value, rules: &Rules) -> Facts {
    let mut facts = facts::gather(parts, Says::from(&stored.claimed), agent, arguments, &rules.own);
    for said in &stored.attested {
        let of_service = facts.attested.entry(said.name.clone()).or_default();
        of_service.extend(said.signals.clone());
    }
    facts
}

/// Judges an envelope with what services attested of it.
pub(super) fn as_attested(
    rules: &Rules,
    db: &Db<'_>,
    envelope: &Envelope,
    agent: &AgentPrincipal,
) -> Result<Again, Refusal> {
    let stored = stored(db, envelope)?;
    let now = arguments(&stored.payload)?;
    let facts = gather(&stored.payload.parts, &stored, agent, &now, rules);
    let named = stored
        .named
        .as_deref()
        .and_then(|class| judge_as(&rules.policy, &facts, class));
    let mut judgement = named.unwrap_or_else(|| judge(&rules.policy, &facts));
    ask_for_one_more(&rules.policy, &mut judgement, &[&arguments(&stored.proposed)?], &now);
    let amount = amount::of(
        &rules.policy,
        judgement.class.as_deref(),
        &facts,
        envelope.amount.clone(),
    );
    again(
        rules,
        stored.payload,
        judgement,
        &facts,
        (stored.named, stored.claimed.request),
        (amount, envelope, db),
    )
}

fn again(
    rules: &Rules,
    payload: Payload,
    judgement: Judgement,
    facts: &Facts,
    (named, request): (Option<String>, Option<String>),
    (amount, envelope, db): (Option<String>, &Envelope, &Db<'_>),
) -> Result<Again, Refusal> {
    let arguments = arguments(&payload)?;
    let novel = alike::novel(&arguments, request.as_deref(), payload.parts.target.as_ref());
    let now = Now::of(&judgement, envelope.agent, envelope.target.clone(), amount.clone());
    let unlike = now.map(|now| unlike::find(db, &now, &arguments)).transpose()?;
    let unlike = unlike.unwrap_or_default();
    Ok(Again {
        company: alike::company(&judgement, &payload.parts, &facts.agent, &arguments, (&novel, &unlike))?,
        record: form(&JudgementRecord::new(&judgement, facts, named, novel, unlike))?,
        policy: rules.policy.version,
        payload,
        judgement,
        amount,
    })
}

impl Again {
    /// Why this is no way on: a sentence.
    pub fn refused(&self) -> Option<String> {
        let why = || {
            self.judgement
                .reasons
                .first()
                .cloned()
                .unwrap_or_else(|| "its class says so".to_owned())
        };
        match self.judgement.effective {
            Verdict::Allow | Verdict::Watch | Verdict::Hold => None,
            Verdict::Quarantine => Some(format!("The policy would put it in quarantine: {}.", why())),
            Verdict::Deny => Some(format!("The policy denies what it would become: {}.", why())),
        }
    }

    /// The role that must approve it. One that was asked for by an escalation is asked for still.
    pub fn role(&self, envelope: &Envelope) -> Role {
        let role = self.judgement.gate.role;
        let kept = envelope.escalated > 0 && envelope.role.fulfils(role);
        if kept { envelope.role } else { role }
    }

    /// Makes the envelope's row say what was judged. Its deadline stays what the agent was told.
    pub fn adopt(&self, envelope: &mut Envelope) {
        let judgement = &self.judgement;
        envelope.role = self.role(envelope);
        envelope.class.clone_from(&judgement.class);
        envelope.rule.clone_from(&judgement.rule);
        (envelope.verdict, envelope.mode, envelope.effective) =
            (judgement.verdict, judgement.mode, judgement.effective);
        envelope.severity = judgement.severity;
        envelope.impact = judgement.matrix.map(|matrix| matrix.impact);
        envelope.quorum = judgement.gate.quorum;
        envelope.reason_required = judgement.gate.reason_required;
        envelope.escalate_to = judgement.escalate_to;
        envelope.valid_for_s = judgement.valid_for.as_secs();
        envelope.policy = self.policy;
        envelope.payload_sha256 = self.payload.sha256();
        envelope.amount.clone_from(&self.amount);
        envelope.reject_quorum = judgement.reject_quorum;
        envelope.start_over();
        (envelope.alike, envelope.apart) = (self.company.alike(), self.company.apart());
        let latest = envelope.deadline_at.saturating_add(judgement.extend_max).ok();
        let latest = latest.map(|latest| envelope.not_beyond(latest));
        let later = latest.filter(|latest| *latest > envelope.latest_at.unwrap_or(envelope.deadline_at));
        // A class that was unknown at first brings its own bound; an edit does not move it.
        if envelope.stage == Stage::Waiting && envelope.edited == 0 {
            envelope.latest_at = later.or(envelope.latest_at);
        }
    }

    /// Whether it would wait longer, for more or higher people, or matter more. A lighter word never releases.
    pub fn is_heavier(&self, envelope: &Envelope, by_people: bool) -> bool {
        let judgement = &self.judgement;
        let role = judgement.gate.role;
        // People have answered a hold already; only what they could not answer takes it back from them.
        if (envelope.stage == Stage::Approved || by_people) && judgement.effective <= Verdict::Hold {
            return false;
        }
        judgement.effective > envelope.effective
            || judgement.effective >= Verdict::Hold
                && (judgement.gate.quorum > envelope.quorum
                    || role != envelope.role && role.fulfils(envelope.role)
                    || judgement.severity > envelope.severity)
    }

    /// Takes over only what is heavier than what is there.
    pub fn adopt_heavier(&self, envelope: &mut Envelope) {
        let judgement = &self.judgement;
        envelope.verdict = envelope.verdict.max(judgement.verdict);
        envelope.effective = envelope.effective.max(judgement.effective);
        envelope.severity = envelope.severity.max(judgement.severity);
        envelope.quorum = envelope.quorum.max(judgement.gate.quorum);
        envelope.reason_required |= judgement.gate.reason_required;
        if judgement.gate.role.fulfils(envelope.role) {
            envelope.role = judgement.gate.role;
        }
        envelope.class.clone_from(&judgement.class);
        envelope.rule.clone_from(&judgement.rule);
        envelope.policy = self.policy;
        // Heavier is never harder to say no to.
        envelope.reject_quorum &= judgement.reject_quorum;
        envelope.start_over();
        envelope.leave_company("a service attested something");
    }

    /// Keeps how the verdict came about, and returns what the entry commits to.
    pub fn keep(&self, tx: &Tx<'_>, envelope: &Envelope, salt: Salt) -> Result<Digest, StoreError> {
        let part = tx.blob_count(envelope.id.0, JUDGEMENT)?;
        tx.put_blob(envelope.id.0, JUDGEMENT, part, salt, &self.record)
    }
}

fn stored(db: &Db<'_>, envelope: &Envelope) -> Result<Stored, Refusal> {
    let erased = || Refusal::conflict("erased", "The payload was erased, so it cannot be judged again.");
    let (payload, _) = db.payload(envelope.id, envelope.revision)?.ok_or_else(erased)?;
    let (proposed, _) = db.payload(envelope.id, FIRST)?.ok_or_else(erased)?;
    let blobs = db.blobs(envelope.id.0)?;
    let record = kept::record(&blobs);
    Ok(Stored {
        payload,
        proposed,
        attested: signals::of(&blobs),
        claimed: kept::claimed(&blobs),
        named: record.and_then(|record| record.named),
    })
}

fn arguments(payload: &Payload) -> Result<Value, Refusal> {
    serde_json::from_str(&payload.arguments_raw)
        .map_err(|_| Refusal::invalid("not_json", "/arguments_raw", "The arguments are not JSON."))
}

/// The claimed amount, where an edit changed it in the payload as well; nothing where it no longer fits.
fn moved(envelope: &Envelope, before: &Value, after: &Value, amounts: &[&str]) -> Option<String> {
    let (value, currency) = envelope.amount.as_deref()?.split_once(' ')?;
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let decimal = |text: &str| rust_decimal::Decimal::from_str_exact(text).ok();
    let stated = |place: &&&str| {
        let there = before.pointer(place).and_then(text);
        there.is_some_and(|there| decimal(&there).is_some() && decimal(&there) == decimal(value))
    };
    let place = amounts.iter().find(stated)?;
    let now = after
        .pointer(place)
        .and_then(text)
        .filter(|now| decimal(now).is_some())?;
    Some(format!("{now} {currency}"))
}
