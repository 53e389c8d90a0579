//! The policy in force as people read it, with how often each part of it spoke.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::Service;
use crate::api::{ClassView, FloorView, GateView, MatrixView, PolicyView, RuleView, UnknownView, Verdicts};
use crate::domain::OnTimeout;
use crate::gate::Refusal;
use crate::policy::{Class, Condition, FLOOR_OWN, FLOOR_SCOPE, FLOOR_STOPPED, Floor, Gate, Policy};
use crate::store::JudgedCount;

/// How far back is counted.
const FAR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many unknown tools one answer names.
const TOOLS: u32 = 100;

impl Service {
    /// The classes that people can put an action in, how each is supervised, and the last 30 days of it.
    pub async fn policy_view(&self) -> Result<PolicyView, Refusal> {
        let now = self.now();
        let since = now.checked_sub(FAR).unwrap_or(now);
        let (judged, floored, unknown) = self
            .store
            .read(move |db| {
                let (judged, floored) = (db.judged_since(since)?, db.floored_since(since)?);
                Ok::<_, Refusal>((judged, floored, db.unknown_since(since, TOOLS)?))
            })
            .await?;
        let policy = &self.rules.policy;
        let (figures, judged_otherwise) = sort(policy, judged);
        let held = |id: &str| floored.get(id).copied().unwrap_or(0);
        let floors = policy.floors.iter().map(|one| floor(one, held(&one.id)));
        // Those that no file has stand there once they held.
        let built_in = [FLOOR_OWN, FLOOR_STOPPED, FLOOR_SCOPE].map(|id| FloorView {
            id: id.to_owned(),
            when: Vec::new(),
            then: None,
            severity: None,
            gate: None,
            held: held(id),
        });
        Ok(PolicyView {
            version: policy.version,
            since,
            classes: policy.classes.iter().map(|one| class(one, &figures)).collect(),
            floors: floors.chain(built_in.into_iter().filter(|one| one.held > 0)).collect(),
            judged_otherwise,
            unknown: unknown
                .into_iter()
                .map(|one| UnknownView {
                    tool: one.tool,
                    class: one.class,
                    count: one.count,
                    last_at: one.last_at,
                })
                .collect(),
        })
    }
}

/// Verdicts by class, and by rule within it.
type Figures = HashMap<(String, Option<String>), Verdicts>;

/// What belongs to a class that is still there, and the rest: older policies had others.
fn sort(policy: &Policy, judged: Vec<JudgedCount>) -> (Figures, Verdicts) {
    let (mut figures, mut otherwise) = (Figures::new(), Verdicts::new());
    for one in judged {
        let known = one.class.filter(|id| policy.class(id).is_some());
        let of = match known {
            Some(class) => figures.entry((class, one.rule)).or_default(),
            None => &mut otherwise,
        };
        *of.entry(one.verdict).or_default() += one.count;
    }
    (figures, otherwise)
}

fn class(class: &Class, figures: &Figures) -> ClassView {
    let of = |rule: Option<&str>| -> Verdicts {
        let key = (class.id.clone(), rule.map(str::to_owned));
        figures.get(&key).cloned().unwrap_or_default()
    };
    let mut judged = Verdicts::new();
    let whole = figures.iter().filter(|((id, _), _)| *id == class.id);
    for (verdict, count) in whole.flat_map(|(_, verdicts)| verdicts) {
        *judged.entry(*verdict).or_default() += count;
    }
    ClassView {
        id: class.id.clone(),
        tools: class.tools.iter().map(ToString::to_string).collect(),
        matrix: MatrixView {
            impact: class.matrix.impact,
            reversibility: class.matrix.reversibility,
            regulatory: class.matrix.regulatory,
        },
        lane: class.lane,
        mode: class.mode,
        sla_s: class.sla.as_secs(),
        timeout_s: class.timeout.as_secs(),
        on_timeout: class.on_timeout,
        escalate_to: (class.on_timeout == OnTimeout::Escalate).then_some(class.escalate_to),
        owner: class.owner.clone(),
        why: class.why.clone(),
        gate: gate(class.gate),
        batch: class.batch,
        sensitive: class
            .sensitive
            .iter()
            .map(|place| format!("/arguments{place}"))
            .collect(),
        judged,
        judged_by_no_rule: of(None),
        rules: class
            .rules
            .iter()
            .map(|rule| RuleView {
                id: rule.id.clone(),
                when: conditions(&rule.when),
                then: rule.then,
                gate: gate(rule.gate),
                judged: of(Some(&rule.id)),
            })
            .collect(),
    }
}

fn floor(floor: &Floor, held: u64) -> FloorView {
    FloorView {
        id: floor.id.clone(),
        when: conditions(&floor.when),
        then: floor.then,
        severity: floor.severity,
        gate: floor.gate.map(gate),
        held,
    }
}

fn gate(gate: Gate) -> GateView {
    GateView {
        quorum: gate.quorum,
        role: gate.role,
        reason_required: gate.reason_required,
    }
}

fn conditions(when: &[Condition]) -> Vec<String> {
    let text = |condition: &Condition| {
        let optional = if condition.optional { ", where it is there" } else { "" };
        format!("{} {}{optional}", condition.field, condition.test)
    };
    when.iter().map(text).collect()
}
