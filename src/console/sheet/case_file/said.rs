//! What people said: every decision with who, why, signed by which key, on which bytes, after seeing what.

use super::MOMENT;
use crate::api::{CaseEntry, CaseFile, Kept, SaidView, ScreenFigures, Share};
use crate::console::sheet::Sheet;
use crate::console::theme::Tone;
use crate::domain::{DecisionKind, Shown};

pub(super) fn lines(sheet: &mut Sheet, file: &CaseFile) {
    let said = file.entries.iter().filter_map(|one| Some((one, one.said.as_ref()?)));
    let mut any = false;
    for (one, said) in said {
        any = true;
        decision(sheet, one, said);
    }
    for question in &file.envelope.questions {
        any = true;
        let text = format!("{}: {}", Shown::line(&question.by), Shown::line(&question.text));
        let note = if question.answer.is_none() { "no answer yet" } else { "" };
        sheet.labelled("asked", Tone::Plain, &text, note);
        question.answer.iter().for_each(|answer| sheet.quoted(answer));
    }
    if !any {
        sheet.indented(0, Tone::Label, "Nobody decided or asked anything.");
    }
}

fn decision(sheet: &mut Sheet, one: &CaseEntry, said: &SaidView) {
    let line = &one.line;
    let role = said.role.map(|role| format!(", {role},")).unwrap_or_default();
    let led = said.led_to.as_deref().map(|to| format!(" to {}", Shown::line(to)));
    let text = format!(
        "{}. {}{role} {}{}{}",
        said.n,
        Shown::line(&line.by),
        said.decision.done(),
        led.unwrap_or_default(),
        votes(said.decision, &line.what)
    );
    let tone = match said.decision {
        DecisionKind::Approve | DecisionKind::Edit => Tone::Good,
        DecisionKind::Reject => Tone::Danger,
        DecisionKind::Escalate | DecisionKind::Classify | DecisionKind::Extend => Tone::Plain,
    };
    sheet.labelled("decided", tone, &text, "");
    let batch = line.batch.map(|batch| format!(", batch {batch}")).unwrap_or_default();
    let when = format!("entry {}, at {}{batch}", line.n, line.at.strftime(MOMENT));
    sheet.labelled("", Tone::Label, &when, "");
    match &said.reason {
        Some(Kept::There(reason)) => sheet.labelled("because", Tone::Plain, Shown::line(reason).as_str(), ""),
        Some(Kept::Erased) => sheet.labelled("because", Tone::Warn, "a reason was given and is erased", ""),
        None => sheet.labelled("because", Tone::Label, "no reason was given", ""),
    }
    let (tone, text) = signed(said);
    sheet.labelled("signed", tone, &text, "");
    sheet.labelled("on", Tone::Plain, &on(said), "");
    let (tone, text) = match &said.screen {
        Some(Kept::There(screen)) => (Tone::Plain, figures(screen)),
        Some(Kept::Erased) => (Tone::Warn, "the record of the screen is erased".to_owned()),
        None => (
            Tone::Label,
            "no record of a screen: a script, or a program that keeps none".to_owned(),
        ),
    };
    sheet.labelled("saw", tone, &text, "");
}

/// `, vote 1 of 2` of `approved, vote 1 of 2`.
fn votes(decision: DecisionKind, what: &str) -> String {
    match (decision, what.split_once(", vote ")) {
        (DecisionKind::Approve, Some((_, votes))) => format!(", vote {}", Shown::line(votes)),
        (_, _) => String::new(),
    }
}

fn signed(said: &SaidView) -> (Tone, String) {
    let seen = said.seen_entries.map(|n| format!("; saw a ledger of {n} entries"));
    match &said.key {
        Some(key) => {
            let text = format!("with {}{}", Shown::line(key), seen.unwrap_or_default());
            (Tone::Good, text)
        }
        // The entry's own word: unsigned, or signed with another word of the same person.
        None => (Tone::Warn, Shown::line(&said.signature).to_string()),
    }
}

fn on(said: &SaidView) -> String {
    let revision = said.revision.map(|revision| format!(" revision {revision},"));
    let digest = said.payload_sha256.map(|digest| format!(" digest {digest},"));
    match said.payload {
        Some(payload) => format!(
            "{}{} commitment {payload}",
            revision.unwrap_or_default(),
            digest.unwrap_or_default()
        )
        .trim_start()
        .to_owned(),
        None => "no payload was named".to_owned(),
    }
}

/// `38 s on the screen; payload 12 of 12 lines; sheet 20 of 24, changes 8 of 8`.
fn figures(screen: &ScreenFigures) -> String {
    let share = |share: &Share| format!("{} of {}", share.shown, share.of);
    let parts = screen
        .parts
        .iter()
        .map(|(name, lines)| format!("{} {}", Shown::line(name), share(lines)));
    let parts: Vec<String> = parts.collect();
    let uncovered = if screen.uncovered {
        "; what is masked was uncovered"
    } else {
        ""
    };
    format!(
        "{} s on the screen; payload {} lines; {}{uncovered}",
        screen.seconds,
        share(&screen.payload),
        parts.join(", ")
    )
}
