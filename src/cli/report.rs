//! `signoff report`: needs no gate, trusts none, and changes nothing.

mod rows;
mod summary;
mod table;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::arguments::{By, Oversight, Place};
use super::connect::{data_folder, existing};
use super::error::CliError;
use super::output::Output;
use crate::gate;
use crate::oversight::{ByAgent, ByClass, ByReviewer, ByRule, Figures, Observer, Summary};
use crate::store::Reading;

pub(super) fn run(place: &Place, oversight: &Oversight, out: &Output) -> Result<(), CliError> {
    let figures = figures(&ledger(place, oversight)?, oversight)?;
    out.value(&Picked::of(&figures, oversight.by), |_| {
        text::figures(&figures, oversight.by)
    })
}

fn figures(path: &Path, oversight: &Oversight) -> Result<Figures, CliError> {
    let reading = Reading::open(path)?;
    let newest = reading.newest()?.map(|entry| entry.at);
    // A span that begins before time does is all of it.
    let since = newest
        .zip(oversight.since)
        .and_then(|(newest, span)| newest.checked_sub(span).ok());
    let mut observer = Observer::new(since);
    reading.entries(|entry| observer.entry(entry))?;
    let mut names = BTreeMap::new();
    for (id, profile) in observer.profiles() {
        if let Some(name) = reading.name(id, profile)? {
            names.insert(id, name);
        }
    }
    reading.is_whole()?;
    Ok(observer.finish(&names))
}

/// The file that was named, or the one of a folder that was.
fn ledger(place: &Place, oversight: &Oversight) -> Result<PathBuf, CliError> {
    if place.url.is_some() {
        return Err(CliError::Usage(
            "A report is made from a ledger's file.".to_owned(),
            "Name its folder with --data DIR, or the file itself.",
        ));
    }
    existing(match &oversight.ledger {
        Some(file) if !file.is_dir() => file.clone(),
        Some(folder) => gate::ledger(folder),
        None => gate::ledger(&data_folder(place)?),
    })
}

/// The summary, and every table or the one that was asked for.
#[derive(Debug, Serialize)]
struct Picked<'f> {
    #[serde(flatten)]
    summary: &'f Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_class: Option<&'f [ByClass]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_agent: Option<&'f [ByAgent]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_reviewer: Option<&'f [ByReviewer]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_rule: Option<&'f [ByRule]>,
}

impl<'f> Picked<'f> {
    fn of(figures: &'f Figures, by: Option<By>) -> Self {
        let picked = |table| by.is_none_or(|by| by == table);
        Self {
            summary: &figures.summary,
            by_class: picked(By::Class).then_some(&figures.by_class),
            by_agent: picked(By::Agent).then_some(&figures.by_agent),
            by_reviewer: picked(By::Reviewer).then_some(&figures.by_reviewer),
            by_rule: picked(By::Rule).then_some(&figures.by_rule),
        }
    }
}
