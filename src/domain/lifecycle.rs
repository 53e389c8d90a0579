//! The one state machine: which step an envelope may take next.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::Verdict;

/// Where an envelope stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    Proposed,
    Waiting,
    Quarantined,
    Allowed,
    Denied,
    Approved,
    Rejected,
    Expired,
    Lapsed,
    Withdrawn,
    Closed,
    Redeemed,
    Done,
    Failed,
    UndoRequested,
    Undone,
    /// It ran, and could not be taken back.
    UndoFailed,
}

impl Stage {
    /// Whether people still have something to say: these stand in the queue.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Quarantined)
    }

    /// Whether the agent may redeem now.
    pub fn is_redeemable(self) -> bool {
        matches!(self, Self::Allowed | Self::Approved)
    }
}

/// What can happen to an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The policy's effective word: the first, or a later one under a new policy version.
    Judged(Verdict),
    /// A person named the class of a quarantined action, and the policy judged it as that.
    Classified(Verdict),
    /// A person approved; more people are needed.
    Approved,
    /// A person approved and the quorum is met.
    QuorumMet,
    Rejected,
    /// Another role or person has it now.
    Escalated,
    /// A person changed what is to run; a judgement of it follows.
    Edited,
    /// A person gave it more time.
    Extended,
    /// Somebody claimed it, asked or answered: it stands where it stood.
    Noted,
    /// A service attested something: a judgement follows where that makes it heavier.
    Attested,
    /// A person looked at what was let through: it stands where it stood.
    Reviewed,
    /// A person was shown what is masked: it stands where it stood, also once it is over.
    Looked,
    /// A legal hold was laid on it or taken off: it stands where it stood.
    Held,
    /// Its texts were erased, once nothing more can be done with it: it stands where it stood.
    Erased,
    /// Time ran out and the agent is told no.
    Expired,
    /// Time ran out and nothing is done, without blame.
    ClosedUnrun,
    /// It was cleared and not redeemed in time.
    Lapsed,
    /// The approval of its edit went to the proposal that repeats the edited call.
    PassedOn,
    Withdrawn,
    Redeemed,
    Succeeded,
    Failed,
    UndoRequested,
    Undone,
}

/// A step the lifecycle does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an envelope that is {stage} cannot become {event}")]
pub struct IllegalStep {
    pub stage: Stage,
    pub event: Event,
}

/// Takes one step, or says why there is none.
///
/// There is no wildcard arm: a new stage or event does not compile until every pair was thought of.
#[expect(clippy::too_many_lines, reason = "one table, read as a whole")]
pub fn apply(stage: Stage, event: &Event) -> Result<Stage, IllegalStep> {
    let illegal = Err(IllegalStep { stage, event: *event });
    match stage {
        Stage::Proposed => match event {
            Event::Judged(verdict) => Ok(judged_first(*verdict)),
            Event::Withdrawn => Ok(Stage::Withdrawn),
            Event::Classified(_)
            | Event::Approved
            | Event::QuorumMet
            | Event::Rejected
            | Event::Escalated
            | Event::Expired
            | Event::ClosedUnrun
            | Event::Lapsed
            | Event::Redeemed
            | Event::Succeeded
            | Event::Failed
            | Event::UndoRequested
            | Event::Edited
            | Event::Extended
            | Event::Noted
            | Event::PassedOn
            | Event::Reviewed
            | Event::Attested
            | Event::Looked
            | Event::Held
            | Event::Erased
            | Event::Undone => illegal,
        },
        Stage::Waiting => match event {
            Event::Attested | Event::Looked | Event::Held => Ok(stage),
            Event::Judged(verdict) => Ok(at_least(Stage::Waiting, *verdict)),
            Event::Approved | Event::Escalated | Event::Edited | Event::Extended | Event::Noted => Ok(Stage::Waiting),
            Event::QuorumMet => Ok(Stage::Approved),
            Event::Rejected => Ok(Stage::Rejected),
            Event::Expired => Ok(Stage::Expired),
            Event::ClosedUnrun => Ok(Stage::Closed),
            Event::Withdrawn => Ok(Stage::Withdrawn),
            Event::Classified(_)
            | Event::Lapsed
            | Event::Redeemed
            | Event::Succeeded
            | Event::Failed
            | Event::UndoRequested
            | Event::PassedOn
            | Event::Reviewed
            | Event::Erased
            | Event::Undone => illegal,
        },
        Stage::Quarantined => match event {
            Event::Attested | Event::Looked | Event::Held => Ok(stage),
            Event::Judged(verdict) => Ok(at_least(Stage::Quarantined, *verdict)),
            Event::Classified(verdict) => Ok(at_least(Stage::Waiting, *verdict)),
            Event::Escalated | Event::Extended | Event::Noted => Ok(Stage::Quarantined),
            Event::Rejected => Ok(Stage::Rejected),
            Event::Expired => Ok(Stage::Expired),
            Event::ClosedUnrun => Ok(Stage::Closed),
            Event::Withdrawn => Ok(Stage::Withdrawn),
            Event::Approved
            | Event::QuorumMet
            | Event::Lapsed
            | Event::Redeemed
            | Event::Succeeded
            | Event::Failed
            | Event::UndoRequested
            | Event::Edited
            | Event::PassedOn
            | Event::Reviewed
            | Event::Erased
            | Event::Undone => illegal,
        },
        Stage::Allowed | Stage::Approved => match event {
            Event::Attested | Event::Reviewed | Event::Looked | Event::Held => Ok(stage),
            Event::Judged(verdict) => Ok(at_least(stage, *verdict)),
            Event::Lapsed => Ok(Stage::Lapsed),
            Event::PassedOn if stage == Stage::Approved => Ok(Stage::Closed),
            Event::Withdrawn => Ok(Stage::Withdrawn),
            Event::Redeemed => Ok(Stage::Redeemed),
            Event::Classified(_)
            | Event::PassedOn
            | Event::Approved
            | Event::QuorumMet
            | Event::Rejected
            | Event::Escalated
            | Event::Expired
            | Event::ClosedUnrun
            | Event::Succeeded
            | Event::Failed
            | Event::UndoRequested
            | Event::Edited
            | Event::Extended
            | Event::Noted
            | Event::Erased
            | Event::Undone => illegal,
        },
        Stage::Redeemed => match event {
            Event::Reviewed | Event::Looked | Event::Held | Event::Erased => Ok(stage),
            Event::Succeeded => Ok(Stage::Done),
            Event::Failed => Ok(Stage::Failed),
            Event::Judged(_)
            | Event::Classified(_)
            | Event::Approved
            | Event::QuorumMet
            | Event::Rejected
            | Event::Escalated
            | Event::Expired
            | Event::ClosedUnrun
            | Event::Lapsed
            | Event::Withdrawn
            | Event::Redeemed
            | Event::UndoRequested
            | Event::Edited
            | Event::Extended
            | Event::Noted
            | Event::PassedOn
            | Event::Attested
            | Event::Undone => illegal,
        },
        Stage::Done | Stage::Failed | Stage::UndoFailed => match event {
            Event::Reviewed | Event::Looked | Event::Held | Event::Erased => Ok(stage),
            Event::UndoRequested => Ok(Stage::UndoRequested),
            Event::Judged(_)
            | Event::Classified(_)
            | Event::Approved
            | Event::QuorumMet
            | Event::Rejected
            | Event::Escalated
            | Event::Expired
            | Event::ClosedUnrun
            | Event::Lapsed
            | Event::Withdrawn
            | Event::Redeemed
            | Event::Succeeded
            | Event::Failed
            | Event::Edited
            | Event::Extended
            | Event::Noted
            | Event::PassedOn
            | Event::Attested
            | Event::Undone => illegal,
        },
        Stage::UndoRequested => match event {
            Event::Reviewed | Event::Looked | Event::Held => Ok(stage),
            Event::Undone => Ok(Stage::Undone),
            Event::Failed => Ok(Stage::UndoFailed),
            Event::Judged(_)
            | Event::Classified(_)
            | Event::Approved
            | Event::QuorumMet
            | Event::Rejected
            | Event::Escalated
            | Event::Expired
            | Event::ClosedUnrun
            | Event::Lapsed
            | Event::Withdrawn
            | Event::Redeemed
            | Event::Succeeded
            | Event::Edited
            | Event::Extended
            | Event::Noted
            | Event::PassedOn
            | Event::Attested
            | Event::Erased
            | Event::UndoRequested => illegal,
        },
        Stage::Lapsed | Stage::Undone if *event == Event::Reviewed => Ok(stage),
        Stage::Denied
        | Stage::Rejected
        | Stage::Expired
        | Stage::Lapsed
        | Stage::Withdrawn
        | Stage::Closed
        | Stage::Undone
            if matches!(event, Event::Looked | Event::Held | Event::Erased) =>
        {
            Ok(stage)
        }
        Stage::Denied
        | Stage::Rejected
        | Stage::Expired
        | Stage::Lapsed
        | Stage::Withdrawn
        | Stage::Closed
        | Stage::Undone => illegal,
    }
}

fn judged_first(verdict: Verdict) -> Stage {
    match verdict {
        Verdict::Allow | Verdict::Watch => Stage::Allowed,
        Verdict::Hold => Stage::Waiting,
        Verdict::Quarantine => Stage::Quarantined,
        Verdict::Deny => Stage::Denied,
    }
}

/// Judged again: a heavier verdict applies, a lighter one never releases by itself.
///
/// An approval stands against a hold, because a hold is what people already answered.
fn at_least(stage: Stage, verdict: Verdict) -> Stage {
    match verdict {
        Verdict::Hold if stage == Stage::Allowed => Stage::Waiting,
        Verdict::Allow | Verdict::Watch | Verdict::Hold => stage,
        Verdict::Quarantine => Stage::Quarantined,
        Verdict::Deny => Stage::Denied,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use strum::IntoEnumIterator;

    use super::*;

    fn every_event() -> Vec<Event> {
        let mut events: Vec<Event> = Verdict::iter()
            .flat_map(|v| [Event::Judged(v), Event::Classified(v)])
            .collect();
        events.extend([
            Event::Approved,
            Event::QuorumMet,
            Event::Rejected,
            Event::Escalated,
            Event::Edited,
            Event::Extended,
            Event::Noted,
            Event::Attested,
            Event::Reviewed,
            Event::Looked,
            Event::Held,
            Event::Erased,
            Event::Expired,
            Event::ClosedUnrun,
            Event::Lapsed,
            Event::PassedOn,
            Event::Withdrawn,
            Event::Redeemed,
            Event::Succeeded,
            Event::Failed,
            Event::UndoRequested,
            Event::Undone,
        ]);
        events
    }

    /// The table lists every legal pair; each pair it does not list must be refused.
    #[test]
    fn every_step_is_the_one_in_the_table() {
        let mut table = String::new();
        for stage in Stage::iter() {
            for event in every_event() {
                let name = match event {
                    Event::Judged(verdict) | Event::Classified(verdict) => {
                        format!("{event} {verdict}")
                    }
                    other => other.to_string(),
                };
                if let Ok(to) = apply(stage, &event) {
                    writeln!(table, "{stage} + {name} = {to}").expect("text");
                }
            }
        }
        let expected = include_str!("../../tests/fixtures/lifecycle.txt");
        assert_eq!(table, expected);
    }

    #[test]
    fn nothing_leads_out_of_a_final_stage() {
        for stage in [
            Stage::Denied,
            Stage::Rejected,
            Stage::Expired,
            Stage::Lapsed,
            Stage::Withdrawn,
            Stage::Closed,
            Stage::Undone,
        ] {
            assert_eq!(apply(stage, &Event::Looked), Ok(stage));
            let leads = |event: &Event| !matches!(event, Event::Reviewed | Event::Looked | Event::Held | Event::Erased);
            for event in every_event().into_iter().filter(leads) {
                assert_eq!(apply(stage, &event), Err(IllegalStep { stage, event }));
            }
        }
    }

    #[test]
    fn only_a_verdict_or_a_quorum_leads_to_a_redeemable_stage() {
        for stage in Stage::iter().filter(|s| !s.is_redeemable()) {
            for event in every_event() {
                if apply(stage, &event).is_ok_and(Stage::is_redeemable) {
                    let first_word =
                        stage == Stage::Proposed && matches!(event, Event::Judged(Verdict::Allow | Verdict::Watch));
                    assert!(first_word || event == Event::QuorumMet, "{stage} + {event}");
                }
            }
        }
    }
}
