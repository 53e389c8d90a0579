//! The check of the whole ledger as lines: how far it is, or what it found.

use super::{Line, Sheet};
use crate::api::{VerificationState, VerificationView};
use crate::console::theme::Tone;
use crate::domain::Shown;

/// What to do where something does not hold.
const TAMPERED: &str = "Something was changed after it was written, or the disk lost it. Keep the file as it is, \
                        make a copy, and compare it with a checkpoint, an export or a backup from before. Nothing \
                        that this ledger says is proved until that is explained.";

pub fn proof(view: &VerificationView, width: usize) -> Vec<Line> {
    let mut sheet = Sheet::new(width);
    let by = Shown::line(&view.by);
    let of = view.of.as_ref();
    match view.state {
        VerificationState::Running => {
            let text = match of {
                Some(of) if view.checked < of.entries => format!("{} of {} entries", view.checked, of.entries),
                Some(of) => format!("all {} entries are read; now the texts and the lists", of.entries),
                None => "it begins".to_owned(),
            };
            sheet.labelled("checking", Tone::Strong, &text, "");
        }
        VerificationState::Holds => {
            let entries = of.map_or(view.checked, |of| of.entries);
            let text = match &view.found {
                Some(found) => format!(
                    "{entries} entries, {} signed heads, {} envelopes, {} texts of which {} erased, and every signature of a person: all hold",
                    found.checkpoints, found.envelopes, found.texts, found.erased
                ),
                None => format!("{entries} entries: all hold"),
            };
            sheet.labelled("holds", Tone::Good, &text, "");
        }
        VerificationState::Fault => {
            let fault = view.fault.as_ref();
            let place = match fault.and_then(|fault| fault.entry) {
                Some(entry) => format!("at entry {entry}: "),
                None => String::new(),
            };
            let message = fault.map_or("it does not say what", |fault| fault.message.as_str());
            sheet.labelled("FAULT", Tone::Danger, &format!("{place}{}", Shown::line(message)), "");
            sheet.indented(super::LABEL, Tone::Plain, TAMPERED);
        }
        VerificationState::Stopped => {
            sheet.labelled(
                "stopped",
                Tone::Warn,
                "It was ended before its end, and says nothing.",
                "",
            );
        }
        VerificationState::Failed => {
            let why = view
                .fault
                .as_ref()
                .map_or("It ended early.", |fault| fault.message.as_str());
            sheet.labelled("failed", Tone::Danger, Shown::line(why).as_str(), "");
        }
    }
    if let Some(of) = of {
        let text = format!(
            "the ledger as it was sealed at {}: {} entries, root {}",
            of.at, of.entries, of.root
        );
        sheet.labelled("of", Tone::Plain, &text, "");
    }
    let end = view.ended_at.map(|at| format!(", ended at {at}")).unwrap_or_default();
    sheet.labelled("asked", Tone::Plain, &format!("by {by} at {}{end}", view.began_at), "");
    sheet.indented(0, Tone::Plain, "");
    sheet.indented(
        0,
        Tone::Label,
        "It recomputes the tree, each head's signature, every envelope's steps, the texts that entries commit to, \
         people's signatures and the lists, at the gate. Who does not trust the gate runs signoff ledger verify, or \
         signoff verify-bundle on an export, elsewhere.",
    );
    sheet.lines
}

/// The same in a few words, for the title above the list.
pub fn proof_word(view: &VerificationView) -> (Tone, String) {
    let entries = view.of.as_ref().map_or(0, |of| of.entries);
    match view.state {
        VerificationState::Running => (Tone::Label, format!("checking {} of {entries}", view.checked)),
        VerificationState::Holds => (Tone::Label, format!("{entries} entries verified")),
        VerificationState::Fault => (Tone::Danger, "! DOES NOT VERIFY".to_owned()),
        VerificationState::Stopped => (Tone::Label, "check stopped".to_owned()),
        VerificationState::Failed => (Tone::Danger, "! check failed".to_owned()),
    }
}
