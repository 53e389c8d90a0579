//! `signoff replay`: recorded calls, proposed as an agent would, and counted.
//!
//! It only proposes: nothing that is cleared is redeemed or run.

mod call;
mod lines;
mod pace;
mod pause;
mod tally;
mod text;

use std::panic::resume_unwind;
use std::pin::pin;

use serde_json::json;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::arguments::{Place, Replay};
use super::connect::connect;
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::serve::stop_signal;
use crate::api::{EnvelopeView, ErrorType};
use crate::client::{Client, ClientError};
use crate::domain::Shown;
use lines::{Line, Lines};
use pace::Pace;
use pause::{Full, Pauses, pauses};
use tally::{Ended, Tally};

/// How many proposals wait for their answer at a time: enough to share commits, few enough to be one client.
const IN_FLIGHT: usize = 16;

pub(super) async fn run(place: &Place, replay: &Replay, out: &Output) -> Result<(), CliError> {
    let mut lines = lines::open(&replay.file, replay.limit)?;
    let connection = connect(place).await?;
    let started = Instant::now();
    let (full, pauses) = pauses();
    let mut flight = Flight {
        client: connection.client.clone(),
        key: replay.key.clone().unwrap_or_else(fresh_key),
        sent: JoinSet::new(),
        tally: Tally::default(),
        full,
        pauses,
    };
    let fed = feed(&mut lines, Pace::new(replay.rate), &mut flight, out).await;
    if fed.is_err() {
        flight.pauses.give_up();
    }
    let landed = flight.land(out).await;
    let result = fed.and(landed);
    let ended = match &result {
        Ok(()) => Ended::Complete,
        Err(CliError::Interrupted) => Ended::Interrupted,
        Err(_) => Ended::Failed,
    };
    let Flight {
        key,
        tally,
        client,
        sent,
        ..
    } = flight;
    // A gate inside this process ends once nobody is connected to it.
    drop((client, sent));
    let printed = out.value(&tally.summary(key, ended, started.elapsed()), text::summary);
    // What went wrong first is what is told; the gate is closed either way.
    result.and(printed).and(connection.close().await)
}

/// Sends line after line until there are no more, somebody says stop, or no more can be sent.
async fn feed(lines: &mut Lines, mut pace: Pace, flight: &mut Flight, out: &Output) -> Result<(), CliError> {
    let mut stop = pin!(stop_signal()?);
    let mut next: Option<(u64, Vec<u8>)> = None;
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return Err(CliError::Interrupted),
            Some(answer) = flight.sent.join_next() => flight.note(answer)?,
            Some(pause) = flight.pauses.next() => pause.say(out),
            line = lines.recv(), if next.is_none() => match line.transpose()? {
                None => return Ok(()),
                Some(Line { number, call: Ok(body) }) => next = Some((number, body)),
                Some(Line { number, call: Err(why) }) => {
                    flight.tally.no_call();
                    report(number, &why, out);
                }
            },
            () = pace.due(), if next.is_some() && flight.sent.len() < IN_FLIGHT => {
                pace.went();
                flight.send(next.take());
            }
        }
    }
}

/// Says which line is no call.
fn report(number: u64, why: &str, out: &Output) {
    let why = Shown::line(why).to_string();
    let note = json!({ "no_call": { "line": number, "message": why } });
    out.aside(&note, |_| format!("Line {number} is no call: {why}"));
}

type Answer = (u64, Result<(EnvelopeView, bool), ClientError>);

/// What was sent, and what came back.
struct Flight {
    client: Client,
    key: String,
    sent: JoinSet<Answer>,
    tally: Tally,
    full: Full,
    pauses: Pauses,
}

impl Flight {
    fn send(&mut self, call: Option<(u64, Vec<u8>)>) {
        let Some((line, body)) = call else { return };
        self.tally.sent();
        let (client, mut full) = (self.client.clone(), self.full.clone());
        // The same for the same line of the same run: sent again, it is the same proposal.
        let key = format!("{}-{line}", self.key);
        self.sent.spawn(async move {
            loop {
                let answer = client.propose_or_find(&key, body.clone()).await;
                match &answer {
                    Err(ClientError::Later(after, why)) if full.wait(*after, &why.message).await => {}
                    _ => return (line, answer),
                }
            }
        });
    }

    /// Counts an answer. An error means that no other line would fare better.
    fn note(&mut self, answer: Result<Answer, JoinError>) -> Result<(), CliError> {
        let (line, answer) = answer.map_err(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => CliError::Interrupted,
        })?;
        match answer {
            Ok((view, fresh)) => self.tally.proposed(&view, fresh),
            Err(ClientError::Refused(detail) | ClientError::Later(_, detail)) => {
                self.tally.refused(line, &detail);
                if matches!(detail.kind, ErrorType::Unauthorized | ErrorType::Forbidden) {
                    return Err(ClientError::Refused(detail).into());
                }
            }
            Err(error) => {
                self.tally.unanswered(1);
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Waits for what is on its way, unless somebody says stop again. Returns the first thing that failed.
    async fn land(&mut self, out: &Output) -> Result<(), CliError> {
        let mut stop = pin!(stop_signal()?);
        let mut first = Ok(());
        loop {
            tokio::select! {
                biased;
                () = &mut stop => {
                    self.pauses.give_up();
                    self.tally.unanswered(self.sent.len());
                    return first.and(Err(CliError::Interrupted));
                }
                answer = self.sent.join_next() => match answer {
                    None => return first,
                    Some(answer) => first = first.and(self.note(answer)),
                },
                Some(pause) = self.pauses.next() => pause.say(out),
            }
        }
    }
}
