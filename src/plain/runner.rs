//! Runs plain mode: reads lines, executes effects, prints. The rules are in `update`.

mod input;
mod output;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustix::termios::{QueueSelector, tcflush, tcgetwinsize};
use tokio::signal::unix::{SignalKind, signal};

use super::{Effect, Model, Msg, begin, update};
use crate::console::{ConsoleError, Ended, Errands, Options, continued};
use input::Line;
use output::Output;

/// Lines that come within this of the first were not typed one by one.
const TOGETHER: Duration = Duration::from_millis(100);

/// Runs until somebody quits.
pub async fn run(options: Options) -> Result<Ended, ConsoleError> {
    let mut errands = Errands::new(&options);
    let mut model = Model::new(options.start.clone());
    let clock = Arc::clone(&options.clock);
    let mut lines = input::start(Arc::clone(&clock))?;
    let mut output = Output::new(std::io::stdout());
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut stop = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut continued = continued()?;
    let (mut is_listening, mut is_heard) = (true, true);
    let mut ticked = clock();
    let mut size = measured();
    let mut effects = begin(&mut model);
    let at = clock();
    effects.extend(update(&mut model, resized(size, at)));
    loop {
        let mut told = false;
        for effect in effects {
            match effect {
                Effect::Say(line) => output.say(&line),
                Effect::Prompt => output.prompt(),
                // Where it is no terminal any more, there is nothing to forget.
                Effect::Drain => drop(tcflush(std::io::stdin(), QueueSelector::IFlush)),
                Effect::Ask(effect) => errands.execute(vec![effect]),
                Effect::End => {
                    output.end();
                    return Ok(Ended {
                        decided: model.decided,
                        unknown: model.pending.len(),
                        taken_back: model.taken_back,
                    });
                }
            }
            told = true;
        }
        if told {
            output.flush();
            let printed = update(&mut model, Msg::Told { at: clock() });
            debug_assert!(printed.is_empty(), "what is told leads to nothing new");
        }
        // Who cannot be told anything any more is gone.
        let msg = if is_heard && output.is_broken() {
            is_heard = false;
            Some(Msg::Stop { at: clock() })
        } else {
            tokio::select! {
                biased;
                line = lines.recv(), if is_listening => if let Some(line) = line {
                    Some(together(line, &mut lines, &mut output).await)
                } else {
                    // Ctrl-D, or the terminal is gone.
                    is_listening = false;
                    Some(Msg::Stop { at: clock() })
                },
                Some(msg) = errands.answers.recv() => Some(Msg::Gate(msg)),
                _ = interrupt.recv() => Some(Msg::Stop { at: clock() }),
                _ = stop.recv() => Some(Msg::Stop { at: clock() }),
                _ = hangup.recv() => Some(Msg::Stop { at: clock() }),
                _ = continued.recv() => Some(Msg::Continued { at: clock() }),
                () = tokio::time::sleep(to_next_change(clock(), model.wake_at())) => None,
            }
        };
        effects = Vec::new();
        let at = clock();
        let now = measured();
        if now != size {
            size = now;
            effects.extend(update(&mut model, resized(size, at)));
        }
        // Answers may come so thick that there is never a quiet moment: the second passes all the same.
        let quiet = msg.is_none();
        if let Some(msg) = msg {
            effects.extend(update(&mut model, msg));
        }
        if quiet || at.as_second() != ticked.as_second() {
            ticked = at;
            effects.extend(update(&mut model, Msg::Tick { at }));
        }
    }
}

/// All lines that came with the first. They stand on the screen: the terminal shows what is typed.
async fn together(first: Line, lines: &mut input::Lines, output: &mut Output<std::io::Stdout>) -> Msg {
    output.typed();
    let at = first.at;
    let mut all = vec![first.text];
    while let Ok(Some(line)) = tokio::time::timeout(TOGETHER, lines.recv()).await {
        all.push(line.text);
    }
    Msg::Typed { lines: all, at }
}

/// The size of the terminal that is typed on; 0 where it does not know.
fn measured() -> (u16, u16) {
    tcgetwinsize(std::io::stdin()).map_or((0, 0), |size| (size.ws_col, size.ws_row))
}

fn resized((width, height): (u16, u16), at: Timestamp) -> Msg {
    Msg::Resized { width, height, at }
}

/// The next second, or the moment that what is held is sent.
fn to_next_change(now: Timestamp, wake_at: Option<Timestamp>) -> Duration {
    let into = u64::try_from(now.as_millisecond().rem_euclid(1_000)).unwrap_or(0);
    let second = Duration::from_millis(1_000 - into);
    let wake = wake_at.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    wake.map_or(second, |wake| second.min(wake + Duration::from_millis(1)))
}
