//! What is wrong between console and gate: each state with its sentence, and the way out of it.

use jiff::SignedDuration;

use crate::console::Model;
use crate::console::model::{Link, Pending, Phase};

/// After this a decision that was sent and not answered is said to be.
const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(1);

/// Clocks further apart than this make people misjudge times.
const SKEW_TOLD: i64 = 30;

/// What stays said for as long as it is so, the worst first.
pub(super) fn trouble(model: &Model) -> Option<String> {
    link(model)
        .or_else(|| decision(model))
        .or_else(|| disk(model))
        .or_else(|| slow(model))
        .or_else(|| clocks(model))
}

fn link(model: &Model) -> Option<String> {
    Some(match &model.link {
        Link::WentBack => "Deciding is off: the gate serves less than it did before. Ask an admin.".to_owned(),
        Link::Unproved(_) => "Deciding is off: the gate does not prove what it proved before.".to_owned(),
        Link::Unauthorised(why) => {
            format!("Your credential is not accepted: {why} Start again with --token-file, or ask an admin for one.")
        }
        Link::Refused(why) => format!("The gate refuses: {why}"),
        Link::OtherVersion { gate: Some(gate), .. } => format!(
            "This console does not understand the gate: it is version {gate}, this is {}. Update the older one.",
            env!("CARGO_PKG_VERSION")
        ),
        Link::OtherVersion { gate: None, what } => {
            format!("What answers is no gate that this version knows: {what}. Is the address right?")
        }
        Link::Silent if model.pending.is_empty() => match model.heard {
            Some(_) => "Nobody answers: what you see is old. Asked again and again; is the gate running?".to_owned(),
            None => format!(
                "Nobody answers at {}. Is the gate running, is the address right?",
                model.gate
            ),
        },
        Link::Silent | Link::Connecting | Link::Live => return None,
    })
}

fn decision(model: &Model) -> Option<String> {
    if model.pending.iter().any(|pending| pending.phase == Phase::Waiting) {
        return Some("No answer to your decision yet: sent again for 2 min, it counts once.".to_owned());
    }
    let late = |pending: &Pending| model.now.duration_since(pending.since) >= IN_FLIGHT;
    let is_late = model.pending.iter().any(late);
    is_late.then(|| "Your decision is sent; the gate has not answered yet.".to_owned())
}

fn disk(model: &Model) -> Option<String> {
    let text = "The gate's disk is full: nothing can be decided until there is room. What waits is safe.";
    model.disk_full.then(|| text.to_owned())
}

fn slow(model: &Model) -> Option<String> {
    let late = model.overdue()?;
    let text = "The gate is slow";
    Some(format!(
        "{text}: an answer is due for {} s. What you see may be old.",
        late.as_secs()
    ))
}

fn clocks(model: &Model) -> Option<String> {
    let skew = model.skew.as_secs();
    (skew.abs() > SKEW_TOLD).then(|| {
        let which = if skew > 0 { "behind" } else { "ahead of" };
        format!(
            "Your clock is {} s {which} the gate's, by which deadlines count: set it.",
            skew.abs()
        )
    })
}
