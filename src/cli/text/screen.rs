//! A screen as it was, drawn from its own record.

use crate::api::{ScreenLines, ShownScreen};
use crate::domain::Shown;

/// Whose it was, how much of it was seen for how long, and its lines as they stood there.
pub(in crate::cli) fn screen(shown: &ShownScreen) -> String {
    let mut out = vec![format!("{} {} it at {}", shown.by, shown.decision.done(), shown.at)];
    let Some(screen) = &shown.screen else {
        out.push("no record of a screen came with it: nothing was drawn, or an older program drew it".to_owned());
        return out.join("\n");
    };
    out.push(format!(
        "on the screen for {} s, {} of {} lines of the payload, drawn by {}",
        screen.seconds,
        screen.payload.shown,
        screen.payload.of,
        Shown::line(&screen.program)
    ));
    if shown.withheld {
        out.push("its lines held values that the policy masks, and are withheld".to_owned());
    }
    for part in &screen.parts {
        out.push(format!("-- {}, {} lines", Shown::line(&part.name), part.of));
        for lines in &part.shown {
            out.extend(run(lines));
        }
    }
    out.join("\n")
}

fn run(lines: &ScreenLines) -> Vec<String> {
    let last = lines.from + lines.count;
    match lines.sha256 {
        Some(sha256) => vec![format!(
            "   lines {} to {last} were shown; their texts are left out, SHA-256 {sha256}",
            lines.from + 1
        )],
        None => (lines.from + 1..)
            .zip(&lines.lines)
            .map(|(n, text)| format!("{n:>4} {}", Shown::line(text)))
            .collect(),
    }
}
