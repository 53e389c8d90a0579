//! The policy in force as lines: a class with its rules, what weighs on every class, what it does not know.

use super::{Line, Sheet};
use crate::api::{ClassView, FloorView, GateView, PolicyView, UnknownView, Verdicts};
use crate::console::theme::Tone;
use crate::domain::{Countdown, OnTimeout, Shown, Verdict};

/// What stands in the policy's list: each class, then its floors, then the tools it does not know.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    Class(&'a ClassView),
    Floors(&'a [FloorView]),
    /// With what was judged as a class that is gone, or as none.
    Unknown(&'a [UnknownView], &'a Verdicts),
}

impl<'a> Entry<'a> {
    /// How many there are.
    pub fn count(policy: &PolicyView) -> usize {
        policy.classes.len() + 2
    }

    /// The one at a place; the last one wherever there is none.
    pub fn at(policy: &'a PolicyView, at: usize) -> Self {
        match policy.classes.get(at) {
            Some(class) => Self::Class(class),
            None if at == policy.classes.len() => Self::Floors(&policy.floors),
            None => Self::Unknown(&policy.unknown, &policy.judged_otherwise),
        }
    }

    /// As the list calls it.
    pub fn name(self) -> String {
        match self {
            Self::Class(class) => Shown::line(&class.id).to_string(),
            Self::Floors(_) => "floors".to_owned(),
            Self::Unknown(..) => "quarantine".to_owned(),
        }
    }

    /// How often it spoke.
    pub fn figures(self) -> String {
        match self {
            Self::Class(class) => verdicts(&class.judged),
            Self::Floors(floors) => times(floors.iter().map(|floor| floor.held).sum()),
            Self::Unknown(tools, _) => times(tools.iter().map(|tool| tool.count).sum()),
        }
    }

    /// What it is there for.
    pub fn why(self) -> String {
        match self {
            Self::Class(class) => Shown::line(class.why.as_deref().unwrap_or_default()).to_string(),
            Self::Floors(_) => "What makes verdicts of every class heavier".to_owned(),
            Self::Unknown(..) => "Tools that no class and no rule covers".to_owned(),
        }
    }

    pub fn lines(self, policy: &PolicyView, width: usize) -> Vec<Line> {
        let mut sheet = Sheet::new(width);
        match self {
            Self::Class(view) => class(&mut sheet, policy, view),
            Self::Floors(floors) => floors.iter().for_each(|one| floor(&mut sheet, one)),
            Self::Unknown(tools, gone) => unknown(&mut sheet, tools, gone),
        }
        sheet.lines
    }
}

fn class(sheet: &mut Sheet, policy: &PolicyView, class: &ClassView) {
    let shown = |text: &str| Shown::line(text).to_string();
    let all = |texts: &[String]| texts.iter().map(|text| shown(text)).collect::<Vec<_>>().join(", ");
    let mode = format!("{} {}", class.lane, class.mode).replace('_', " ");
    sheet.labelled("tools", Tone::Strong, &all(&class.tools), "");
    let matrix = format!(
        "impact {}, reversibility {}, regulation {}",
        class.matrix.impact, class.matrix.reversibility, class.matrix.regulatory
    );
    sheet.labelled("matrix", Tone::Plain, &matrix, &mode);
    sheet.labelled("asks", Tone::Plain, &asks(class.gate), batch(class.batch));
    let end = match (class.on_timeout, class.escalate_to) {
        (OnTimeout::Escalate, Some(role)) => format!("goes to {role}"),
        (OnTimeout::Escalate, None) => "goes higher".to_owned(),
        (OnTimeout::Deny, _) => "is denied".to_owned(),
        (OnTimeout::NoOp, _) => "closes unrun".to_owned(),
    };
    let time = |seconds| Countdown(jiff::SignedDuration::from_secs(seconds));
    let times = format!("due in {}, {end} after {}", time(class.sla_s), time(class.timeout_s));
    sheet.labelled("time", Tone::Plain, &times, "");
    if !class.sensitive.is_empty() {
        sheet.labelled("masked", Tone::Plain, &all(&class.sensitive), "");
    }
    let owner = class.owner.as_deref().map(|owner| format!("owner {}", shown(owner)));
    if class.why.is_some() || owner.is_some() {
        let why = shown(class.why.as_deref().unwrap_or("nobody says"));
        sheet.labelled("why", Tone::Plain, &why, "");
        if let Some(owner) = owner {
            sheet.labelled("", Tone::Label, &owner, "");
        }
    }
    let since = policy.since.strftime("%Y-%m-%d");
    let rules = if class.rules.is_empty() {
        "none: the lane says what happens".to_owned()
    } else {
        "the first that holds speaks".to_owned()
    };
    sheet.labelled("rules", Tone::Label, &rules, &format!("since {since}"));
    for rule in &class.rules {
        let then = if rule.then < Verdict::Hold {
            rule.then.to_string()
        } else {
            format!("{}, {}", rule.then, asks(rule.gate))
        };
        figured(sheet, &shown(&rule.id), tone(rule.then), &then, &rule.judged);
        let when = if rule.when.is_empty() {
            "always".to_owned()
        } else {
            all(&rule.when)
        };
        sheet.indented(4, Tone::Label, &when);
    }
    if !class.judged_by_no_rule.is_empty() {
        figured(
            sheet,
            "no rule",
            Tone::Plain,
            "the lane, or none covers it",
            &class.judged_by_no_rule,
        );
    }
}

/// A rule's line: its name, what it says, how often it did at the right edge.
fn figured(sheet: &mut Sheet, name: &str, tone: Tone, says: &str, judged: &Verdicts) {
    let figures = verdicts(judged);
    let mut line = Line(vec![(Tone::Strong, format!("  {name}: ")), (tone, says.to_owned())]);
    let used = line.width() + figures.len();
    if used + 1 > sheet.width {
        sheet.pieces(0, line.0);
        sheet.indented(4, Tone::Label, &figures);
        return;
    }
    line.0
        .push((Tone::Label, format!("{:gap$}{figures}", "", gap = sheet.width - used)));
    sheet.lines.push(line);
}

fn floor(sheet: &mut Sheet, floor: &FloorView) {
    let mut does: Vec<String> = Vec::new();
    does.extend(floor.then.map(|then| format!("at least {then}")));
    does.extend(floor.severity.map(|severity| format!("at least {severity}")));
    does.extend(floor.gate.map(asks));
    let mut line = Line(vec![
        (Tone::Strong, format!("{}: ", Shown::line(&floor.id))),
        (Tone::Plain, does.join(", ")),
    ]);
    let held = times(floor.held);
    let gap = sheet.width.saturating_sub(line.width() + held.len()).max(1);
    line.0.push((Tone::Label, format!("{:gap$}{held}", "")));
    sheet.lines.push(line);
    let when: Vec<String> = floor.when.iter().map(|when| Shown::line(when).to_string()).collect();
    let when = if when.is_empty() {
        "built in".to_owned()
    } else {
        when.join(", ")
    };
    sheet.indented(2, Tone::Label, &when);
}

fn unknown(sheet: &mut Sheet, tools: &[UnknownView], gone: &Verdicts) {
    if tools.is_empty() {
        sheet.indented(0, Tone::Good, "Every tool that was proposed has a class and an answer.");
    }
    for tool in tools {
        let name = tool
            .tool
            .as_deref()
            .map_or_else(|| "(others)".to_owned(), |tool| Shown::line(tool).to_string());
        let why = match &tool.class {
            Some(class) => format!("no rule of {} covers it", Shown::line(class)),
            None => "no class has it".to_owned(),
        };
        sheet.pieces(0, vec![(Tone::Strong, name), (Tone::Plain, format!("  {why}"))]);
        let last = tool.last_at.strftime("%Y-%m-%d %H:%M:%SZ");
        sheet.indented(2, Tone::Label, &format!("{}, last {last}", times(tool.count)));
    }
    if !gone.is_empty() {
        let text = format!("Judged as no class of this policy: {}.", verdicts(gone));
        sheet.indented(0, Tone::Label, &text);
    }
}

/// `2 senior, a reason`.
fn asks(gate: GateView) -> String {
    let reason = if gate.reason_required { ", with a reason" } else { "" };
    format!("{} {}{reason}", gate.quorum, gate.role)
}

fn batch(allowed: bool) -> &'static str {
    if allowed { "in batches too" } else { "one by one" }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Allow | Verdict::Watch => Tone::Good,
        Verdict::Hold | Verdict::Quarantine => Tone::Warn,
        Verdict::Deny => Tone::Danger,
    }
}

fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// `41 allow, 3 hold`.
fn verdicts(verdicts: &Verdicts) -> String {
    if verdicts.is_empty() {
        return "never".to_owned();
    }
    let each = verdicts.iter().map(|(verdict, count)| format!("{count} {verdict}"));
    each.collect::<Vec<_>>().join(", ")
}
