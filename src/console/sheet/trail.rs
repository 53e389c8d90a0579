//! What an agent did before and after, in the same run: one step a line, the newest first.

use super::{Line, truncate};
use crate::api::Summary;
use crate::console::theme::Tone;
use crate::domain::{Shown, Stage};

/// `> 04:12:09Z  waiting     issue_refund  order/12345`
pub fn trail(steps: &[Summary], about: &Summary, width: usize) -> Vec<Line> {
    let line = |step: &Summary| {
        let here = step.id == about.id;
        let mark = if here { "> " } else { "  " };
        let at = step.created_at.strftime("%H:%M:%SZ");
        let target = step.target.as_deref().unwrap_or_default();
        let record = target.split_once(':').map_or(target, |(_, record)| record);
        let what = format!("{}  {}", Shown::line(&step.tool), Shown::line(record));
        let room = width.saturating_sub(28);
        Line(vec![
            (Tone::Strong, mark.to_owned()),
            (Tone::Label, format!("{at}  ")),
            (tone(step.stage), format!("{:<14}  ", step.stage.to_string())),
            (
                if here { Tone::Strong } else { Tone::Plain },
                truncate(what.trim_end(), room),
            ),
        ])
    };
    steps.iter().map(line).collect()
}

/// What did not go through stands out.
fn tone(stage: Stage) -> Tone {
    match stage {
        Stage::Denied | Stage::Rejected | Stage::Failed | Stage::UndoFailed => Tone::Danger,
        Stage::Quarantined | Stage::Expired | Stage::Lapsed | Stage::UndoRequested | Stage::Undone => Tone::Warn,
        Stage::Proposed
        | Stage::Waiting
        | Stage::Allowed
        | Stage::Approved
        | Stage::Withdrawn
        | Stage::Closed
        | Stage::Redeemed
        | Stage::Done => Tone::Plain,
    }
}
