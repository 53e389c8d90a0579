//! `signoff list` and `signoff show`.

use std::time::Duration;

use super::arguments::{List, Place, Show};
use super::case_file;
use super::connect::connect;
use super::decide::as_person;
use super::error::CliError;
use super::files;
use super::machine::fresh_key;
use super::output::Output;
use super::text;
use crate::domain::{EnvelopeId, Search};

pub(super) async fn list(place: &Place, list: &List, out: &Output) -> Result<(), CliError> {
    match &list.find {
        Some(search) => past(place, search.as_str(), out).await,
        None if list.after => after(place, out).await,
        None => queue(place, list.only.as_ref(), out).await,
    }
}

/// Everything that is open, the weightiest first, then the one with least time.
async fn queue(place: &Place, only: Option<&Search>, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let mut rows = Vec::new();
    let mut cursor = 0;
    let now = loop {
        let page = connection.client.queue(cursor, Duration::ZERO).await?;
        let gone: Vec<EnvelopeId> = page.gone.iter().map(|gone| gone.id).collect();
        let fresh: Vec<EnvelopeId> = page.rows.iter().map(|row| row.id).collect();
        rows.retain(|row: &crate::api::Summary| !gone.contains(&row.id) && !fresh.contains(&row.id));
        rows.extend(page.rows);
        cursor = page.cursor;
        if !page.more {
            break page.now;
        }
    };
    rows.retain(|row| only.is_none_or(|only| row.fits(only, now)));
    rows.sort_by_key(|row| (std::cmp::Reverse(row.severity), row.deadline_at, row.id));
    for row in &rows {
        out.value(row, |row| text::row(row, now))?;
    }
    connection.close().await
}

/// What was let through under somebody's eyes: what needs a look first, then the newest change.
async fn after(place: &Place, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let mut from = None;
    loop {
        let page = connection.client.after(from.as_deref()).await?;
        for row in &page.rows {
            out.value(row, text::after)?;
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    connection.close().await
}

/// Everything there ever was that fits, the newest first.
async fn past(place: &Place, search: &str, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let mut before = None;
    loop {
        let page = connection.client.past(search, before).await?;
        for row in &page.rows {
            out.value(row, text::past)?;
        }
        before = page.rows.last().map(|row| row.id);
        if !page.more {
            break;
        }
    }
    connection.close().await
}

/// Every entry about an envelope, the oldest first.
async fn timeline(place: &Place, id: EnvelopeId, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    for entry in connection.client.timeline(id).await? {
        out.value(&entry, text::entry)?;
    }
    connection.close().await
}

/// With nothing masked, after the gate has written down who looked.
async fn reveal(place: &Place, id: EnvelopeId, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let looked = connection.client.look(id, &fresh_key()).await?;
    out.value(&looked, text::looked)?;
    connection.close().await
}

pub(super) async fn show(place: &Place, show: &Show, out: &Output) -> Result<(), CliError> {
    match &show.file {
        Some(piece) => files::show(place, show, piece, out).await,
        None if show.case => case_file::show(place, show, out).await,
        None if show.judged_by => case_file::policy(place, show, out).await,
        None if show.screen.is_some() => screen(place, show, out).await,
        None if show.timeline => timeline(place, show.id, out).await,
        None if show.reveal => reveal(place, show.id, out).await,
        None => envelope(place, show.id, out).await,
    }
}

async fn screen(place: &Place, show: &Show, out: &Output) -> Result<(), CliError> {
    let n = show.screen.map_or(0, |n| n.get() - 1);
    let connection = connect(place).await?;
    let shown = connection.client.screen(show.id, n).await?;
    out.value(&shown, text::screen)?;
    connection.close().await
}

async fn envelope(place: &Place, id: EnvelopeId, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let view = connection.client.envelope(id, Duration::ZERO).await?;
    out.value(&view, text::envelope)?;
    connection.close().await
}
