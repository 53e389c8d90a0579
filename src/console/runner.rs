//! Runs the console: reads the terminal, executes effects, draws. The rules are in `update`.

mod editor;
mod errands;
mod hand;
mod input;
mod memory;
mod pager;
mod suspend;
mod terminal;
mod watch;
mod write_out;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Effect, Gesture, Model, Msg, Pointed, Pressed, Start, update, view};
use crate::client::Client;
use crate::keys::Pen;
use crate::ledger::Pin;
use input::Keyboard;
pub use memory::MemoryFile;
use terminal::Terminal;
pub use watch::{PinError, PinFile};

pub(crate) use errands::Errands;
pub(crate) use hand::Hand;
pub(crate) use suspend::continued;
pub(crate) use watch::Watch;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a console is run with.
pub struct Options {
    pub client: Client,
    pub start: Start,
    /// This machine's clock, handed in.
    pub clock: Clock,
    /// The reviewer's own editor, as the environment names it.
    pub editor: Option<String>,
    /// The reviewer's own pager, with its arguments.
    pub pager: String,
    /// Where it is written how things were looked at, if anywhere.
    pub memory: Option<MemoryFile>,
    /// What was seen of the gate before, and where it is kept; with nothing, it is not held against anything.
    pub seen: Option<(PinFile, Option<Pin>)>,
    /// What signs the reviewer's decisions, where there is a key.
    pub pen: Option<Pen>,
    /// Where what is written out goes: the folder it was started in.
    pub folder: PathBuf,
    /// Spreads the retries of many consoles: from 0 to 1, handed in.
    pub jitter: f64,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("client", &self.client)
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Decisions made here.
    pub decided: u64,
    /// Decisions of which nobody knows whether they count.
    pub unknown: usize,
    /// Severe decisions that were not sent, because the reviewer left before their time was up.
    pub taken_back: usize,
}

/// Why there is no console.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    #[error("the terminal cannot be used")]
    Terminal(#[from] io::Error),
}

/// Runs until somebody quits. The terminal is as it was afterwards, also after a panic.
pub async fn run(options: Options) -> Result<Ended, ConsoleError> {
    let mut terminal = Terminal::open(options.start.settings.mouse.value)?;
    let mut errands = Errands::new(&options);
    let mut model = Model::new(options.start.clone());
    let mut stop = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut continued = suspend::continued()?;
    let clock = Arc::clone(&options.clock);
    let mut keys = input::start(Arc::clone(&clock))?;
    errands.execute(super::update::begin(&mut model));
    let mut dirty = true;
    let mut ticked = clock();
    loop {
        if dirty {
            terminal.draw(|frame| view(&model, frame))?;
            let effects = update(&mut model, Msg::Drawn { at: clock() });
            errands.execute(effects);
            dirty = false;
        }
        // Keys first: a flood of answers must not hold up a reviewer.
        let messages = tokio::select! {
            biased;
            // Before what may lead to a decision: nothing was in sight meanwhile.
            _ = continued.recv() => vec![Msg::Continued { stood_still: true, at: clock() }],
            events = keys.next() => match events {
                Some((events, read_at)) => messages(events, read_at, clock()),
                None => vec![Msg::Stop { at: clock() }],
            },
            Some(msg) = errands.answers.recv() => vec![msg],
            _ = stop.recv() => vec![Msg::Stop { at: clock() }],
            _ = hangup.recv() => vec![Msg::Stop { at: clock() }],
            () = tokio::time::sleep(to_next_change(clock(), model.wake_at())) => Vec::new(),
        };
        // Answers may come so thick that there is never a quiet moment: the second passes all the same.
        let at = clock();
        let mut messages = messages;
        if at.as_second() != ticked.as_second() || messages.is_empty() {
            ticked = at;
            messages.push(Msg::Tick { at });
        }
        for msg in messages {
            if matches!(msg, Msg::Continued { .. }) {
                // Whoever had the terminal meanwhile left it as it liked.
                let during = std::future::ready(msg);
                let msgs = away(&mut terminal, &mut keys, &clock, during).await?;
                for msg in msgs {
                    errands.execute(update(&mut model, msg));
                }
                dirty = true;
                continue;
            }
            let effects = update(&mut model, msg);
            if effects.contains(&Effect::End) {
                let last = effects
                    .into_iter()
                    .filter(|effect| matches!(effect, Effect::Remember(_)));
                errands.execute(last.collect());
                errands.memory.end().await;
                return Ok(Ended {
                    decided: model.decided,
                    unknown: model.pending.len(),
                    taken_back: model.taken_back,
                });
            }
            if effects.contains(&Effect::Repaint) {
                terminal.clear()?;
            }
            for effect in &effects {
                match effect {
                    Effect::Copy { text } => Terminal::copy(text)?,
                    Effect::Alert { bell, notify, text } => Terminal::alert(*bell, *notify, text)?,
                    _ => {}
                }
            }
            let outside = effects.iter().find_map(Outside::of);
            errands.execute(effects);
            if let Some(outside) = outside {
                let (terminal, keys) = (&mut terminal, &mut keys);
                let during = outside.run(&options, &mut continued);
                let [resized, answer] = away(terminal, keys, &clock, during).await?;
                errands.execute(update(&mut model, resized));
                errands.execute(update(&mut model, answer));
            }
            dirty = true;
        }
    }
}

/// Gives the terminal away, and takes it back when that is over: its size, then what came of it.
async fn away(
    terminal: &mut Terminal,
    keys: &mut Keyboard,
    clock: &Clock,
    during: impl Future<Output = Msg>,
) -> io::Result<[Msg; 2]> {
    keys.pause().await?;
    terminal.leave()?;
    let answer = during.await;
    terminal.enter()?;
    keys.resume();
    let (width, height) = terminal.size()?;
    let at = clock();
    Ok([Msg::Resized { width, height, at }, answer])
}

/// Another program that has the terminal for a while.
enum Outside {
    Editor(String),
    Pager(String),
    /// The shell that this was started from.
    Shell,
}

impl Outside {
    fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::OpenEditor { text } => Some(Self::Editor(text.clone())),
            Effect::OpenPager { text } => Some(Self::Pager(text.clone())),
            Effect::Suspend => Some(Self::Shell),
            _ => None,
        }
    }

    async fn run(self, options: &Options, continued: &mut Signal) -> Msg {
        match self {
            Self::Editor(text) => {
                let answer = editor::edit(options.editor.as_deref(), text).await;
                let at = (options.clock)();
                Msg::Written { answer, at }
            }
            Self::Pager(text) => {
                let answer = pager::read(&options.pager, text).await;
                let at = (options.clock)();
                Msg::Paged { answer, at }
            }
            Self::Shell => {
                let stood_still = suspend::stand_still(continued).await;
                let at = (options.clock)();
                Msg::Continued { stood_still, at }
            }
        }
    }
}

/// Countdowns change with the second, so that is when to draw, and when what is held is sent.
fn to_next_change(now: Timestamp, wake_at: Option<Timestamp>) -> Duration {
    let into = u64::try_from(now.as_millisecond().rem_euclid(1_000)).unwrap_or(0);
    let second = Duration::from_millis(1_000 - into);
    let wake = wake_at.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    wake.map_or(second, |wake| second.min(wake + Duration::from_millis(1)))
}

/// What came from the terminal at one instant. Keys that came together were not pressed one by one.
fn messages(events: Vec<Event>, read_at: Timestamp, at: Timestamp) -> Vec<Msg> {
    let is_press = |event: &Event| matches!(event, Event::Key(key) if key.kind == KeyEventKind::Press);
    let burst = events.iter().filter(|event| is_press(event)).count() > 1;
    events
        .into_iter()
        .filter_map(|event| match event {
            Event::Key(key) if key.kind == KeyEventKind::Press => Some(Msg::Key(Pressed {
                code: key.code,
                modifiers: key.modifiers,
                at,
                read_at,
                burst,
            })),
            Event::Paste(text) => Some(Msg::Pasted { text, at }),
            Event::Resize(width, height) => Some(Msg::Resized { width, height, at }),
            Event::Mouse(mouse) => {
                let gesture = match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Gesture::Click,
                    MouseEventKind::ScrollUp => Gesture::WheelUp,
                    MouseEventKind::ScrollDown => Gesture::WheelDown,
                    _ => return None,
                };
                let (column, row) = (mouse.column, mouse.row);
                Some(Msg::Mouse(Pointed {
                    gesture,
                    column,
                    row,
                    at,
                }))
            }
            Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
        })
        .collect()
}
