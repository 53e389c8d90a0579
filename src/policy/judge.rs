//! From facts to a verdict.

mod conditions;

use jiff::SignedDuration;

use conditions::{Outcome, Tried, try_all};

use super::trace::{RuleTrace, Trace};
use super::{Class, Defaults, Facts, Floor, Gate, Matrix, Policy, Rule};
use crate::domain::{Mode, OnTimeout, Role, Severity, Shown, Verdict};

/// The floor that denies what touches signoff itself. No mode relaxes it.
pub const FLOOR_OWN: &str = "signoff-own";
/// The floor of the kill switch. No mode relaxes it.
pub const FLOOR_STOPPED: &str = "stopped";
/// The floor that quarantines what lies outside the agent's credential. No mode relaxes it.
pub const FLOOR_SCOPE: &str = "outside-credential";

/// The policy's word on one action, with all that a reviewer needs to see of how it came about.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub class: Option<String>,
    pub rule: Option<String>,
    /// Floors that held, whether or not they changed anything.
    pub floors: Vec<String>,
    pub verdict: Verdict,
    pub mode: Mode,
    /// What the mode makes of the verdict.
    pub effective: Verdict,
    pub severity: Severity,
    pub matrix: Option<Matrix>,
    pub gate: Gate,
    pub sla: SignedDuration,
    pub timeout: SignedDuration,
    pub on_timeout: OnTimeout,
    pub escalate_to: Role,
    pub valid_for: SignedDuration,
    /// How far people may put the deadline off, in all.
    pub extend_max: SignedDuration,
    /// Whether an edit that redirects or raises needs nobody but its editor.
    pub edit_alone: bool,
    /// Whether a rejection takes as many people as an approval.
    pub reject_quorum: bool,
    /// Whether people may clear several alike at once.
    pub batch: bool,
    /// Pointers into the arguments that any class of the tool masks.
    pub sensitive: Vec<String>,
    /// Why a person is asked: sentence fragments, the weightiest first.
    pub reasons: Vec<String>,
    pub trace: Trace,
}

/// What one class says, before floors.
struct Said<'a> {
    class: &'a Class,
    rule: Option<&'a Rule>,
    verdict: Verdict,
    because: Option<String>,
    /// Ask for what the strictest of the class's rules asks for: none of them could be chosen.
    strictest: bool,
}

impl<'a> Said<'a> {
    fn new(class: &'a Class, rule: Option<&'a Rule>, verdict: Verdict, because: Option<String>) -> Self {
        Self {
            class,
            rule,
            verdict,
            because,
            strictest: false,
        }
    }

    fn gate(&self) -> Gate {
        if self.strictest {
            let mut gate = self.class.gate;
            self.class.rules.iter().for_each(|rule| gate.merge(rule.gate));
            return gate;
        }
        self.rule.map_or(self.class.gate, |rule| rule.gate)
    }

    /// What happens under the class's mode; the verdict itself decides between equals.
    fn weight(&self) -> (Verdict, Verdict) {
        (self.class.mode.effective(self.verdict), self.verdict)
    }
}

/// Judges an action. Pure and total: every input has a verdict, and what is unknown is quarantined.
///
/// Several classes may have the tool. The heaviest effective verdict wins, so a class in shadow never
/// relaxes one that is enforced; classes that agree on it all have their say in who must approve.
pub fn judge(policy: &Policy, facts: &Facts) -> Judgement {
    // With something hidden or foreign in it, it is not the name that a pattern was written for.
    let name = Shown::line(&facts.tool);
    let is_plain = name.hidden() == 0 && !name.mixes_scripts();
    let of_tool = |class: &&Class| is_plain && class.tools.iter().any(|glob| glob.matches(&facts.tool));
    let classes: Vec<&Class> = policy.classes.iter().filter(of_tool).collect();
    judge_by(policy, facts, &classes, false)
}

/// Judges an action as the class that a person named, whatever its tool is called; `None` where the policy
/// has no such class.
///
/// It is held at least: to say what an action is does not release it. What the class's rules cannot judge
/// waits for the strictest gate of the class, because a person has said what the table could not.
pub fn judge_as(policy: &Policy, facts: &Facts, class: &str) -> Option<Judgement> {
    let class = policy.classes.iter().find(|known| known.id == class)?;
    let mut judgement = judge_by(policy, facts, &[class], true);
    judgement.effective = judgement.effective.max(Verdict::Hold);
    Some(judgement)
}

/// `named`: a person chose the class, so what cannot be judged is held rather than quarantined.
fn judge_by(policy: &Policy, facts: &Facts, classes: &[&Class], named: bool) -> Judgement {
    let mut trace = Trace::default();
    let mut all: Vec<Said<'_>> = Vec::new();
    for class in classes {
        let mut said = judge_class(class, facts, &mut trace);
        if named && said.verdict == Verdict::Quarantine {
            said.verdict = Verdict::Hold;
            said.strictest = true;
        }
        all.push(said);
    }
    // `max_by_key` takes the last of equals: reversed, a tie goes to the first in the file.
    let heaviest = all.iter().rev().max_by_key(|said| said.weight());
    let mut judgement = match heaviest {
        Some(said) => of_class(said),
        None => of_nothing(&policy.defaults),
    };
    for said in &all {
        let severity = Severity::of(said.class.matrix.impact, said.class.matrix.reversibility);
        judgement.severity = judgement.severity.max(severity);
        let known = judgement.sensitive.clone();
        let more = said.class.sensitive.iter().filter(|place| !known.contains(place));
        judgement.sensitive.extend(more.cloned());
        if heaviest.is_some_and(|heaviest| heaviest.weight() == said.weight()) {
            judgement.gate.merge(said.gate());
        }
    }
    judgement.trace = trace;
    for floor in &policy.floors {
        apply_floor(floor, facts, classes, named, &mut judgement);
    }
    judgement.effective = judgement.mode.effective(judgement.verdict);
    if let Some(outside) = &facts.outside_scope {
        built_in_floor(&mut judgement, FLOOR_SCOPE, Verdict::Quarantine, outside.clone());
    }
    if let Some((verdict, why)) = &facts.stopped {
        built_in_floor(&mut judgement, FLOOR_STOPPED, *verdict, why.clone());
    }
    if let Some(own) = facts.own.first() {
        let because = format!("it names signoff's own {own}");
        built_in_floor(&mut judgement, FLOOR_OWN, Verdict::Deny, because);
    }
    judgement
}

fn of_class(said: &Said<'_>) -> Judgement {
    let class = said.class;
    let mut reasons = Vec::new();
    reasons.extend(said.because.clone());
    reasons.extend(class.why.clone());
    Judgement {
        class: Some(class.id.clone()),
        rule: said.rule.map(|rule| rule.id.clone()),
        floors: Vec::new(),
        verdict: said.verdict,
        mode: class.mode,
        effective: said.verdict,
        severity: Severity::of(class.matrix.impact, class.matrix.reversibility),
        matrix: Some(class.matrix),
        gate: said.gate(),
        sla: class.sla,
        timeout: class.timeout,
        on_timeout: class.on_timeout,
        escalate_to: class.escalate_to,
        valid_for: class.valid_for,
        extend_max: class.extend_max,
        edit_alone: class.edit_alone,
        reject_quorum: class.reject_quorum,
        batch: class.batch,
        sensitive: Vec::new(),
        reasons,
        trace: Trace::default(),
    }
}

fn of_nothing(defaults: &Defaults) -> Judgement {
    Judgement {
        class: None,
        rule: None,
        floors: Vec::new(),
        verdict: Verdict::Quarantine,
        mode: Mode::Enforce,
        effective: Verdict::Quarantine,
        severity: Severity::High,
        matrix: None,
        gate: Gate {
            quorum: 1,
            role: defaults.role,
            reason_required: false,
        },
        sla: defaults.sla,
        timeout: defaults.timeout,
        on_timeout: defaults.on_timeout,
        escalate_to: Role::Senior,
        valid_for: defaults.valid_for,
        extend_max: defaults.extend_max,
        edit_alone: false,
        reject_quorum: false,
        batch: false,
        sensitive: Vec::new(),
        reasons: vec!["no class knows this tool".to_owned()],
        trace: Trace::default(),
    }
}

/// First matching rule. A match that rests on an untrusted claim is only believed where it is heavier
/// than what the rest of the table says.
fn judge_class<'a>(class: &'a Class, facts: &Facts, trace: &mut Trace) -> Said<'a> {
    if class.rules.is_empty() {
        let verdict = class.lane.verdict();
        trace.rules.push(RuleTrace {
            class: Some(class.id.clone()),
            rule: None,
            conditions: Vec::new(),
            gave: Some(verdict),
            because: None,
        });
        return Said::new(class, None, verdict, None);
    }
    let mut claimed: Option<Said<'a>> = None;
    let mut last: Option<Said<'a>> = None;
    for rule in &class.rules {
        let tried = try_all(&rule.when, facts, Some(class));
        let mut step = RuleTrace {
            class: Some(class.id.clone()),
            rule: Some(rule.id.clone()),
            conditions: tried.conditions,
            gave: None,
            because: None,
        };
        let said = match tried.outcome {
            Outcome::No => None,
            Outcome::Unknown(why) => {
                step.gave = Some(Verdict::Quarantine);
                step.because = Some(why.clone());
                Some(Said::new(class, Some(rule), Verdict::Quarantine, Some(why)))
            }
            Outcome::Claim => {
                step.gave = Some(rule.then);
                step.because = Some("It rests on the agent's word, so it counts only where it is heavier.".to_owned());
                let one = Said::new(class, Some(rule), rule.then, None);
                if claimed.as_ref().is_none_or(|c| one.verdict > c.verdict) {
                    claimed = Some(one);
                }
                None
            }
            Outcome::Yes => {
                step.gave = Some(rule.then);
                Some(Said::new(class, Some(rule), rule.then, None))
            }
        };
        trace.rules.push(step);
        if said.is_some() {
            last = said;
            break;
        }
    }
    let uncovered = || Some("no rule of the class covers it".to_owned());
    let rest = last.unwrap_or_else(|| Said::new(class, None, Verdict::Quarantine, uncovered()));
    match claimed {
        Some(claimed) if claimed.verdict > rest.verdict => claimed,
        Some(_) | None => rest,
    }
}

/// Tries a floor with every class the tool is in: it holds where it holds with one of them.
fn apply_floor(floor: &Floor, facts: &Facts, classes: &[&Class], named: bool, judgement: &mut Judgement) {
    let mut attempts: Vec<Tried> = classes
        .iter()
        .map(|class| try_all(&floor.when, facts, Some(class)))
        .collect();
    if attempts.is_empty() {
        attempts.push(try_all(&floor.when, facts, None));
    }
    let Some(tried) = attempts.into_iter().max_by_key(|tried| tried.outcome.urgency()) else {
        return;
    };
    let mut step = RuleTrace {
        class: None,
        rule: Some(floor.id.clone()),
        conditions: tried.conditions,
        gave: None,
        because: None,
    };
    match tried.outcome {
        Outcome::No => {}
        Outcome::Unknown(why) => {
            let then = if named { Verdict::Hold } else { Verdict::Quarantine };
            step.gave = Some(then);
            step.because = Some(why.clone());
            raise(judgement, &floor.id, then, why);
            if let Some(gate) = floor.gate.filter(|_| named) {
                judgement.gate.merge(gate);
            }
        }
        // A claim may always make it heavier, and a floor never does anything else.
        Outcome::Yes | Outcome::Claim => {
            let then = floor.then.unwrap_or(judgement.verdict);
            step.gave = Some(then);
            raise(judgement, &floor.id, then, format!("floor {}", floor.id));
            judgement.severity = judgement.severity.max(floor.severity.unwrap_or(judgement.severity));
            if let Some(gate) = floor.gate {
                judgement.gate.merge(gate);
            }
        }
    }
    judgement.trace.rules.push(step);
}

fn raise(judgement: &mut Judgement, floor: &str, then: Verdict, why: String) {
    judgement.floors.push(floor.to_owned());
    if then > judgement.verdict {
        judgement.verdict = then;
        judgement.reasons.insert(0, why);
    }
}

/// A floor that is no part of any file: it works on the effective verdict, after the mode.
fn built_in_floor(judgement: &mut Judgement, id: &str, then: Verdict, why: String) {
    judgement.trace.rules.push(RuleTrace {
        class: None,
        rule: Some(id.to_owned()),
        conditions: Vec::new(),
        gave: Some(then),
        because: Some(why.clone()),
    });
    raise(judgement, id, then, why);
    judgement.effective = judgement.effective.max(then);
    judgement.severity = judgement.severity.max(Severity::High);
}

#[cfg(test)]
mod tests;
