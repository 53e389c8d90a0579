//! An agent proposes: judged and recorded in one step, answered after it is durable.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;

use super::door::Door;
use super::facts;
use super::kept::JUDGEMENT;
use super::pass;
use super::record::JudgementRecord;
use super::{RequestKey, Service, actor, alike, amount, entry_of, judged, room, signals, stop, world};
use crate::api::EnvelopeView;
use crate::domain::{
    Actor, AgentPrincipal, AgentVersion, Digest, EnvelopeId, Event, Evidence, Impact, OnTimeout, PrincipalKind,
    Proposal, Reversal, Review, Shown, Stage, Verdict, apply, parse_span,
};
use crate::gate::Refusal;
use crate::ledger::{Fact, Judged, Payload, PayloadParts, form, scan};
use crate::policy::{FLOOR_SCOPE, Judgement, Says, judge};
use crate::store::{Envelope, StoreError, Tx};

/// The longest tool, server, environment, or part of a target.
const MAX_NAME: usize = 256;

impl Service {
    /// Takes the raw body of a proposal. The flag says whether the envelope is new.
    pub async fn propose(
        &self,
        agent: AgentPrincipal,
        key: RequestKey,
        body: &[u8],
    ) -> Result<(EnvelopeView, bool), Refusal> {
        scan(body)?;
        let name = agent.name.clone();
        let put = self.put(agent, key, &parse(body)?, Door::Native).await?;
        match put.fresh {
            Some((envelope, parts, record)) => Ok((self.view_of_new(&name, envelope, parts, record), true)),
            None => Ok((self.view_for(&name, put.id).await?, false)),
        }
    }

    /// Judges a proposal and records it, whatever door it came in by.
    pub(super) async fn put(
        &self,
        agent: AgentPrincipal,
        key: RequestKey,
        proposal: &Proposal,
        door: Door,
    ) -> Result<Put, Refusal> {
        check(proposal)?;
        let payload = Payload::new(parts(proposal), &proposal.action.arguments)?;
        let arguments: serde_json::Value = serde_json::from_str(proposal.action.arguments.get())
            .map_err(|_| Refusal::invalid("not_json", "", "The body is not JSON."))?;
        let mut facts = facts::gather(
            &payload.parts,
            Says::from(proposal),
            &agent,
            &arguments,
            &self.rules.own,
        );
        let mut judgement = judge(&self.rules.policy, &facts);
        let run = proposal.run_id.as_deref();
        let stops = self.in_force();
        if let Some(stop) = stop::reaching(&stops, agent.id, judgement.class.as_deref(), run) {
            let why = format!("a person stopped {}", stop::what(&stop.stopped));
            facts.stopped = Some((stop.stopped.effect.verdict(), why));
            judgement = judge(&self.rules.policy, &facts);
        }
        let stopped = facts.stopped.is_some();
        let novel = alike::novel(&arguments, proposal.request.as_deref(), payload.parts.target.as_ref());
        let at = self.now();
        let mut envelope = envelope(
            proposal,
            &agent,
            &payload,
            &judgement,
            self.rules.policy.version,
            world::envelope_id(&*self.world, at),
            at,
        )?;
        envelope.amount = amount::of(&self.rules.policy, judgement.class.as_deref(), &facts, envelope.amount);
        let unlike = self.unlike(&judgement, &envelope, &arguments).await?;
        let company = alike::company(&judgement, &payload.parts, &agent.name, &arguments, (&novel, &unlike))?;
        (envelope.alike, envelope.apart) = (company.alike(), company.apart());
        let mut record = JudgementRecord::new(&judgement, &facts, None, novel, unlike);
        door.bound(&mut envelope, &judgement, proposal.timeout.as_deref());
        if envelope.stage.is_redeemable() {
            let until = at.saturating_add(judgement.valid_for).ok();
            envelope.clear(at, until);
        }
        let mut texts = texts(proposal)?;
        let route = door.route();
        texts.extend(door.context().map(|context| ("context", 0, context.into_bytes())));
        let (agent_id, world) = (agent.id, std::sync::Arc::clone(&self.world));
        let (parts, run) = (payload.parts.clone(), proposal.run_id.clone());
        let most = self.most_waiting();
        let (put, original) = self
            .store
            .write(move |tx| {
                if let Some(answer) = key.replayed(tx, agent_id, route)? {
                    let id = answer.parse().map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok::<_, Refusal>((Put { id, fresh: None }, None));
                }
                key.remember(tx, agent_id, route, &envelope.id.to_string())?;
                let salt = || world::salt(&*world);
                let commitment = tx.put_payload(envelope.id, envelope.revision, salt(), &payload)?;
                let mut blobs = BTreeMap::new();
                for (kind, part, text) in &texts {
                    let name = if *kind == EXCERPT {
                        format!("{kind}/{part}")
                    } else {
                        (*kind).to_owned()
                    };
                    blobs.insert(name, tx.put_blob(envelope.id.0, kind, *part, salt(), text)?);
                }
                let now = world::now(&*world);
                let original = match stop::reached(tx, &envelope)? {
                    // What people approved before somebody stopped it waits until it goes on.
                    Some(_) if stopped => None,
                    // It was stopped after it was judged: judged again, it is held or denied.
                    Some(_) => return Err(stop::just_now()),
                    None => pass::find(tx, &envelope, run.as_deref(), now)?,
                };
                if let Some(original) = &original {
                    pass::lift(&mut envelope, original)?;
                    record.reasons.insert(0, pass::reason(original));
                }
                room::check(tx, &envelope, most)?;
                let record = form(&record)?;
                let trace = tx.put_blob(envelope.id.0, JUDGEMENT, 0, salt(), &record)?;
                let judged = Judged {
                    pass: original.as_ref().map(|original| original.id),
                    ..judged(&envelope, judgement.floors, trace)
                };
                record_steps(tx, &envelope, commitment, blobs, judged)?;
                let (id, used) = (envelope.id, original.as_ref().map(|original| original.id));
                if let Some(original) = original {
                    pass::end(tx, original, id, now)?;
                }
                let fresh = Some((envelope, parts, record));
                Ok((Put { id, fresh }, used))
            })
            .await?;
        let changed = put.fresh.is_some().then_some(put.id);
        changed
            .into_iter()
            .chain(original)
            .for_each(|id| self.wakes.changed(id));
        Ok(put)
    }
}

/// Where a proposal went.
pub(super) struct Put {
    pub id: EnvelopeId,
    /// What was written for it; `None` where it was there already.
    pub fresh: Option<(Envelope, PayloadParts, Vec<u8>)>,
}

const EXCERPT: &str = "excerpt";

/// The two entries of a proposal, and its row.
fn record_steps(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    payload: Digest,
    blobs: BTreeMap<String, Digest>,
    judged: Judged,
) -> Result<(), Refusal> {
    let proposer = actor(PrincipalKind::Agent, envelope.agent);
    let at = envelope.created_at;
    let fact = Fact::Proposed {
        payload,
        blobs,
        outer_at: envelope.outer_at,
    };
    tx.append(&entry_of(envelope, at, proposer, fact))?;
    if is_unknown(&judged) {
        tx.note_unknown(at, &envelope.tool, envelope.class.as_deref())?;
    }
    tx.append(&entry_of(envelope, at, Actor::GATE, Fact::Judged(judged)))?;
    tx.put_envelope(envelope)?;
    Ok(())
}

/// Whether the policy did not know what to make of it; what only lies outside its credential it does know.
fn is_unknown(judged: &Judged) -> bool {
    judged.verdict == Verdict::Quarantine && !judged.floors.iter().any(|floor| floor == FLOOR_SCOPE)
}

/// Reads the body as it is sent to `/v1`.
fn parse(body: &[u8]) -> Result<Proposal, Refusal> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::invalid("wrong_shape", "", "A proposal is a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let proposal: Proposal = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        Refusal::invalid("wrong_shape", pointer, format!("The body is not a proposal: {}.", error.inner()))
            .hint("Only `action.tool` and `action.arguments` are required; unknown fields are refused, so that a misspelt one is noticed.")
    })?;
    if let Some(timeout) = &proposal.timeout {
        parse_span(timeout)
            .map_err(|error| Refusal::invalid("not_a_span", "/timeout", format!("The timeout: {error}.")))?;
    }
    Ok(proposal)
}

/// Checks what types alone do not.
fn check(proposal: &Proposal) -> Result<(), Refusal> {
    let action = &proposal.action;
    let target = action.target.as_ref();
    for (pointer, name) in [
        ("/action/tool", Some(&action.tool)),
        ("/action/server", action.server.as_ref()),
        ("/environment", proposal.environment.as_ref()),
        ("/run_id", proposal.run_id.as_ref()),
        ("/action/target/system", target.map(|t| &t.system)),
        ("/action/target/record", target.map(|t| &t.record)),
    ] {
        if name.is_some_and(|name| name.is_empty() || name.len() > MAX_NAME) {
            return Err(Refusal::invalid(
                "wrong_length",
                pointer,
                format!("This must have 1 to {MAX_NAME} bytes."),
            ));
        }
    }
    let run = proposal.run_id.as_deref();
    // Who stops a run writes its id: one that looks like another would go on.
    if run.is_some_and(|run| run.is_empty() || run.trim() != run || Shown::line(run).hidden() > 0) {
        return Err(Refusal::invalid(
            "bad_run_id",
            "/run_id",
            "A run's id has at least one character, no space around it, and none that cannot be seen.",
        ));
    }
    if !action.arguments.get().starts_with('{') {
        return Err(Refusal::invalid(
            "wrong_shape",
            "/action/arguments",
            "The arguments must be a JSON object.",
        ));
    }
    if proposal
        .confidence
        .is_some_and(|confidence| !(0.0..=1.0).contains(&confidence))
    {
        return Err(Refusal::invalid(
            "out_of_range",
            "/confidence",
            "Confidence is a number from 0 to 1.",
        ));
    }
    if let Some(signals) = &proposal.signals {
        signals::check(signals, "/signals")?;
    }
    if let Some(amount) = proposal.impact.as_ref().and_then(|impact| impact.amount.as_ref()) {
        amount
            .check()
            .map_err(|error| Refusal::invalid("not_money", "/impact/amount", format!("The amount {error}.")))?;
    }
    Ok(())
}

/// Where in a body something does not fit, as RFC 6901 has it.
pub(in crate::gate) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// A member's name as a step of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn parts(proposal: &Proposal) -> PayloadParts {
    PayloadParts {
        environment: proposal.environment.clone(),
        server: proposal.action.server.clone(),
        target: proposal.action.target.clone(),
        tool: proposal.action.tool.clone(),
    }
}

/// Claims that fit on a line each; longer texts are blobs of their own.
#[derive(Serialize)]
struct Claims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a AgentVersion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'a Impact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reversal: Option<&'a Reversal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preconditions: Option<&'a serde_json::Map<String, serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<&'a str>,
}

/// One text beside the entries: `(kind, part, bytes)`.
type Text = (&'static str, u32, Vec<u8>);

/// Cuts the claims into texts that can be erased one by one.
fn texts(proposal: &Proposal) -> Result<Vec<Text>, Refusal> {
    let mut texts = Vec::new();
    let bare = |evidence: &Evidence| Evidence {
        excerpt: None,
        ..evidence.clone()
    };
    let claims = form(&Claims {
        run_id: proposal.run_id.as_deref(),
        agent: proposal.agent.as_ref(),
        confidence: proposal.confidence,
        impact: proposal.impact.as_ref(),
        evidence: proposal.evidence.iter().map(bare).collect(),
        reversal: proposal.reversal.as_ref(),
        preconditions: proposal.preconditions.as_ref(),
        timeout: proposal.timeout.as_deref(),
    })?;
    if claims != b"{}" {
        texts.push(("claims", 0, claims));
    }
    let before = proposal.action.before.as_deref().map(RawValue::get);
    for (kind, text) in [
        ("before", before),
        ("request", proposal.request.as_deref()),
        ("rationale", proposal.rationale.as_deref()),
    ] {
        texts.extend(text.map(|text| (kind, 0, text.as_bytes().to_vec())));
    }
    for (part, evidence) in (0..).zip(&proposal.evidence) {
        texts.extend(
            evidence
                .excerpt
                .as_ref()
                .map(|text| (EXCERPT, part, text.as_bytes().to_vec())),
        );
    }
    if let Some(signals) = &proposal.signals {
        texts.push(("signals", 0, form(signals)?));
    }
    Ok(texts)
}

fn envelope(
    proposal: &Proposal,
    agent: &AgentPrincipal,
    payload: &Payload,
    judgement: &Judgement,
    policy: Digest,
    id: EnvelopeId,
    at: Timestamp,
) -> Result<Envelope, Refusal> {
    let stage = apply(Stage::Proposed, &Event::Judged(judgement.effective))?;
    let after = |span: SignedDuration| at.saturating_add(span).unwrap_or(at);
    // The agent may ask for less time than the policy gives, never for more.
    let asked = proposal.timeout.as_deref().and_then(|text| parse_span(text).ok());
    let timeout = asked.map_or(judgement.timeout, |asked| asked.min(judgement.timeout));
    let amount = proposal.impact.as_ref().and_then(|impact| impact.amount.as_ref());
    let settled = (!stage.is_open()).then_some(at);
    // One round by the gate itself where the class says so, and what people may add.
    let round = if judgement.on_timeout == OnTimeout::Escalate {
        timeout
    } else {
        SignedDuration::ZERO
    };
    let latest_at = after(timeout + round + judgement.extend_max);
    Ok(Envelope {
        id,
        stage,
        revision: 1,
        changed: 0,
        class: judgement.class.clone(),
        rule: judgement.rule.clone(),
        verdict: judgement.verdict,
        mode: judgement.mode,
        effective: judgement.effective,
        severity: judgement.severity,
        impact: judgement.matrix.map(|matrix| matrix.impact),
        tool: proposal.action.tool.clone(),
        agent: agent.id,
        target: proposal.action.target.as_ref().map(crate::domain::Target::joined),
        amount: amount.map(|money| format!("{} {}", money.value, money.currency)),
        quorum: judgement.gate.quorum,
        votes: 0,
        reject_quorum: judgement.reject_quorum,
        rejections: 0,
        role: judgement.gate.role,
        reason_required: judgement.gate.reason_required,
        on_timeout: judgement.on_timeout,
        escalate_to: judgement.escalate_to,
        timeout_s: timeout.as_secs(),
        valid_for_s: judgement.valid_for.as_secs(),
        sla_at: after(judgement.sla.min(timeout)),
        deadline_at: after(timeout),
        valid_until: None,
        payload_sha256: payload.sha256(),
        policy,
        created_at: at,
        settled_by: None,
        settled_at: settled,
        review: (judgement.effective == Verdict::Watch).then_some(Review::Open),
        latest_at: (latest_at > after(timeout)).then_some(latest_at),
        escalated: 0,
        custody: None,
        claim: None,
        edited: 0,
        asked: 0,
        answered: 0,
        alike: None,
        apart: None,
        run: proposal.run_id.clone(),
        signals: 0,
        outer_at: None,
        redeemed_at: None,
        seen: false,
        passed_to: None,
        cleared: None,
    })
}
