//! A verdict given again, from the policy and the texts that a bundle holds.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::bundle::Texts;
use crate::domain::{Digest, EnvelopeId, Impact, Origin, PrincipalId, Scopes, Verdict};
use crate::ledger::{Judged, Payload, PayloadParts};
use crate::policy::{Asked, Facts, Judgement, Policy, Says, ask_for_one_more, gather, judge, judge_as};

/// What an agent proposes has this revision.
const FIRST: u32 = 1;

/// What it was judged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Proposed,
    Edited,
    Classified,
    /// A service attested something.
    Attested,
}

/// What stood of an envelope when it was judged.
#[derive(Debug)]
pub(super) struct Standing<'e> {
    pub id: EnvelopeId,
    pub agent: Option<PrincipalId>,
    pub turn: Turn,
    /// The texts that came with the proposal.
    pub told: &'e BTreeMap<String, Digest>,
    /// The payload's, and that of the payload before it.
    pub revision: u32,
    pub before: u32,
    pub named: Option<&'e str>,
    pub signals: u32,
}

/// A verdict, given again.
#[derive(Debug)]
pub(super) struct Again {
    pub judgement: Judgement,
    /// Whether it looked at more than the payload: at what only the gate says was claimed or attested, or whose
    /// credential it was.
    pub on_word: bool,
}

/// Policies and texts.
#[derive(Debug)]
pub(super) struct Replay<'t> {
    pub policies: &'t HashMap<Digest, Policy>,
    pub texts: &'t BTreeMap<Uuid, Texts>,
}

#[derive(Debug, Default, Deserialize)]
struct Claims {
    confidence: Option<f64>,
    impact: Option<Impact>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    name: String,
    scopes: Scopes,
}

#[derive(Debug, Deserialize)]
struct Attested {
    name: String,
    signals: serde_json::Map<String, Value>,
}

impl Replay<'_> {
    /// The policy's verdict on what stood; `None` where the policy or a text is not here.
    ///
    /// What only makes a verdict heavier is left out where it is the gate's own business: what was stopped, and
    /// which paths are its own.
    pub fn again(&self, standing: &Standing<'_>, policy: Digest) -> Option<Again> {
        let policy = self.policies.get(&policy)?;
        let texts = self.texts.get(&standing.id.0)?;
        let (parts, now) = payload(texts, standing.revision)?;
        let (_, first) = payload(texts, FIRST)?;
        let (_, before) = payload(texts, standing.before)?;
        let facts = self.facts(standing, texts, &parts, &now)?;
        let named = standing.named.and_then(|class| judge_as(policy, &facts, class));
        let mut judgement = match standing.turn {
            Turn::Classified => named?,
            Turn::Edited => {
                let mut judgement = named.unwrap_or_else(|| judge(policy, &facts));
                judgement.effective = judgement.effective.max(Verdict::Hold);
                judgement
            }
            Turn::Proposed | Turn::Attested => named.unwrap_or_else(|| judge(policy, &facts)),
        };
        match standing.turn {
            Turn::Proposed => {}
            Turn::Edited => ask_for_one_more(policy, &mut judgement, &[&first, &before], &now),
            Turn::Classified | Turn::Attested => ask_for_one_more(policy, &mut judgement, &[&first], &now),
        }
        let tried = judgement.trace.rules.iter().flat_map(|rule| &rule.conditions);
        let on_word = facts.outside_scope.is_some()
            || tried
                .filter_map(|condition| condition.origin)
                .any(|origin| origin != Origin::Gate);
        Some(Again { judgement, on_word })
    }

    fn facts(&self, standing: &Standing<'_>, texts: &Texts, parts: &PayloadParts, now: &Value) -> Option<Facts> {
        // A text that was erased, or left out, is no text that was never there.
        let is_whole = standing.told.keys().all(|kind| kept(texts, kind).is_some());
        if !is_whole {
            return None;
        }
        let profile: Profile = read(self.texts.get(&standing.agent?.0)?, "profile")?.ok()?;
        let claims: Claims = read(texts, "claims").transpose().ok()?.unwrap_or_default();
        let signals = read(texts, "signals").transpose().ok()?;
        let before = kept(texts, "before").map(String::from_utf8).transpose().ok()?;
        let asked = Asked {
            tool: &parts.tool,
            server: parts.server.as_deref(),
            environment: parts.environment.as_deref(),
            target: parts.target.as_ref(),
        };
        let says = Says {
            before: before.as_deref(),
            impact: claims.impact.as_ref(),
            confidence: claims.confidence,
            signals: signals.as_ref(),
        };
        let mut facts = gather(asked, says, (&profile.name, &profile.scopes), now, &[]);
        for n in 0..standing.signals {
            let said: Attested = read(texts, &format!("signal/{n}"))?.ok()?;
            facts.attested.entry(said.name).or_default().extend(said.signals);
        }
        Some(facts)
    }
}

impl Again {
    /// What the gate recorded lighter or otherwise than this, as a sentence fragment; `None` where it is this or
    /// heavier. `lifted`: an approval that was there already let it through.
    pub fn contradicts(&self, judged: &Judged, lifted: bool) -> Option<String> {
        let own = &self.judgement;
        let class = |class: &Option<String>| class.clone().unwrap_or_else(|| "no class".to_owned());
        if judged.class != own.class {
            return Some(format!(
                "it is recorded as {}, and the policy says {}",
                class(&judged.class),
                class(&own.class)
            ));
        }
        let heavy = [
            (
                judged.verdict >= own.verdict,
                judged.verdict.to_string(),
                own.verdict.to_string(),
            ),
            (
                lifted || judged.effective >= own.effective,
                format!("{} in effect", judged.effective),
                format!("{} in effect", own.effective),
            ),
            (
                judged.severity >= own.severity,
                format!("severity {}", judged.severity),
                format!("severity {}", own.severity),
            ),
            (
                judged.quorum >= own.gate.quorum,
                format!("a quorum of {}", judged.quorum),
                format!("a quorum of {}", own.gate.quorum),
            ),
            (
                judged.role == own.gate.role || judged.role.fulfils(own.gate.role),
                format!("the role {}", judged.role),
                format!("the role {}", own.gate.role),
            ),
        ];
        let lighter = heavy.into_iter().find(|(is_as_heavy, _, _)| !is_as_heavy);
        lighter.map(|(_, recorded, says)| format!("it is recorded with {recorded}, and the policy says {says}"))
    }
}

/// The payload of a revision: parts and arguments.
fn payload(texts: &Texts, revision: u32) -> Option<(PayloadParts, Value)> {
    let kept = texts.payloads.iter().find(|kept| kept.revision == revision)?;
    let payload: Payload = kept.payload()?;
    let arguments = serde_json::from_str(&payload.arguments_raw).ok()?;
    Some((payload.parts, arguments))
}

/// The bytes of a text, where it is here.
fn kept(texts: &Texts, kind: &str) -> Option<Vec<u8>> {
    let kept = texts.texts.iter().find(|kept| kept.kind == kind)?;
    kept.bytes()
}

fn read<T: serde::de::DeserializeOwned>(texts: &Texts, kind: &str) -> Option<serde_json::Result<T>> {
    kept(texts, kind).map(|bytes| serde_json::from_slice(&bytes))
}
