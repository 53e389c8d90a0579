//! The policy as it was when it judged, line by line, with what of it spoke marked.

use super::{Body, Sheet};
use crate::api::{PolicyThen, Spoke};
use crate::console::theme::Tone;
use crate::domain::Shown;

/// All of it for a width; what spoke can be stepped to.
pub fn policy_then(then: &PolicyThen, width: usize) -> Body {
    let mut sheet = Sheet::new(width);
    sheet.labelled("policy", Tone::Strong, &then.policy.to_string(), "");
    let when = format!(
        "in force from entry {}; it judged with entry {}",
        then.activated, then.entry
    );
    sheet.labelled("then", Tone::Plain, &when, "");
    if then.in_force == then.policy {
        sheet.labelled("now", Tone::Plain, "it is in force still", "");
    } else {
        let text = format!("another is in force: {}", then.in_force);
        sheet.labelled("now", Tone::Warn, &text, "");
    }
    for spoke in &then.spoke {
        let text = format!("{}, lines {} to {}", Shown::line(&spoke.what), spoke.from, spoke.to);
        sheet.labelled("spoke", Tone::Strong, &text, "");
    }
    if then.spoke.is_empty() {
        let text = "nothing that is written here: a floor that is built in, or no class has the tool";
        sheet.labelled("spoke", Tone::Warn, text, "");
    }
    sheet.indented(0, Tone::Plain, "");
    for (n, line) in (1..).zip(then.text.lines()) {
        if then.spoke.iter().any(|spoke| spoke.from == n) {
            sheet.change();
        }
        let (mark, tone) = if then.spoke.iter().any(|spoke| has(spoke, n)) {
            ("*", Tone::Strong)
        } else {
            (" ", Tone::Plain)
        };
        // Numbered, so that no line of it passes for one of ours.
        let pieces = vec![
            (Tone::Strong, mark.to_owned()),
            (Tone::Label, format!("{n:>4}  ")),
            (tone, Shown::line(line).to_string()),
        ];
        sheet.pieces(0, pieces);
    }
    sheet.body()
}

/// The same as a text.
pub fn policy_text(then: &PolicyThen, columns: usize) -> String {
    let lines = policy_then(then, columns).lines;
    let lines: Vec<String> = lines.iter().map(|line| line.text().trim_end().to_owned()).collect();
    lines.join("\n")
}

fn has(spoke: &Spoke, line: usize) -> bool {
    (spoke.from..=spoke.to).contains(&line)
}
