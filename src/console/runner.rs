//! Runs the console: reads the terminal, executes effects, draws. The rules are in `update`.

mod editor;
mod input;
mod memory;
mod pager;
mod terminal;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::effect::Saying;
use super::model::{Laid, PATIENCE, lay_out};
use super::{Effect, Model, Msg, Pressed, Start, Word, update, view};
use crate::api::{AfterPage, EnvelopeView, ResumeRequest, ReviewRequest, UndoRequest};
use crate::client::{Client, ClientError};
use crate::domain::{EnvelopeId, PrincipalKind};
pub use memory::MemoryFile;
use memory::Writer;
use terminal::Terminal;

/// How many answers may wait for the model; senders wait beyond that.
const ANSWERS: usize = 64;

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
    let mut terminal = Terminal::open()?;
    let mut runner = Runner::new(&options);
    let mut model = Model::new(options.start.clone());
    let mut keys = input::start()?;
    let mut stop = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let clock = Arc::clone(&options.clock);
    runner.execute(super::update::begin(&mut model));
    let mut dirty = true;
    let mut ticked = clock();
    loop {
        if dirty {
            terminal.draw(|frame| view(&model, frame))?;
            let effects = update(&mut model, Msg::Drawn { at: clock() });
            runner.execute(effects);
            dirty = false;
        }
        // Keys first: a flood of answers must not hold up a reviewer.
        let messages = tokio::select! {
            biased;
            events = keys.next() => match events {
                Some(events) => messages(events, clock()),
                None => vec![Msg::Stop { at: clock() }],
            },
            Some(msg) = runner.answers.recv() => vec![msg],
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
            let effects = update(&mut model, msg);
            if effects.contains(&Effect::End) {
                let last = effects
                    .into_iter()
                    .filter(|effect| matches!(effect, Effect::Remember(_)));
                runner.execute(last.collect());
                runner.memory.end().await;
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
            runner.execute(effects);
            if let Some(outside) = outside {
                keys.pause().await?;
                terminal.leave()?;
                let answer = outside.run(&options).await;
                terminal.enter()?;
                keys.resume();
                let (width, height) = terminal.size()?;
                let at = clock();
                runner.execute(update(&mut model, Msg::Resized { width, height, at }));
                runner.execute(update(&mut model, answer));
            }
            dirty = true;
        }
    }
}

/// Another program that has the terminal for a while.
enum Outside {
    Editor(String),
    Pager(String),
}

impl Outside {
    fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::OpenEditor { text } => Some(Self::Editor(text.clone())),
            Effect::OpenPager { text } => Some(Self::Pager(text.clone())),
            _ => None,
        }
    }

    async fn run(self, options: &Options) -> Msg {
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
fn messages(events: Vec<Event>, at: Timestamp) -> Vec<Msg> {
    let is_press = |event: &Event| matches!(event, Event::Key(key) if key.kind == KeyEventKind::Press);
    let burst = events.iter().filter(|event| is_press(event)).count() > 1;
    events
        .into_iter()
        .filter_map(|event| match event {
            Event::Key(key) if key.kind == KeyEventKind::Press => Some(Msg::Key(Pressed {
                code: key.code,
                modifiers: key.modifiers,
                at,
                burst,
            })),
            Event::Paste(text) => Some(Msg::Pasted { text, at }),
            Event::Resize(width, height) => Some(Msg::Resized { width, height, at }),
            Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
        })
        .collect()
}

/// Executes effects, each on a task of its own that sends one message back.
struct Runner {
    client: Client,
    clock: Clock,
    jitter: f64,
    answer: mpsc::Sender<Msg>,
    answers: mpsc::Receiver<Msg>,
    /// Dropped with the runner. A decision ends before that: `update` waits for it.
    tasks: JoinSet<()>,
    /// Reads have one slot each: the newest wins.
    queue: Option<AbortHandle>,
    envelope: Option<AbortHandle>,
    memory: Writer,
    /// Judgements asked for: nothing is kept of them, so their keys only have to differ.
    asked: u64,
}

impl Runner {
    fn new(options: &Options) -> Self {
        let (answer, answers) = mpsc::channel(ANSWERS);
        Self {
            client: options.client.clone(),
            clock: Arc::clone(&options.clock),
            jitter: options.jitter,
            answer,
            answers,
            tasks: JoinSet::new(),
            queue: None,
            envelope: None,
            memory: Writer::new(options.memory.clone()),
            asked: 0,
        }
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        // Ended tasks are taken out, or the set would grow for as long as the console runs.
        while self.tasks.try_join_next().is_some() {}
        for effect in effects {
            self.start(effect);
        }
    }

    /// Runs a task that ends in one message.
    fn spawn(&mut self, message: impl Future<Output = Msg> + Send + 'static) -> AbortHandle {
        let answer = self.answer.clone();
        self.tasks.spawn(async move {
            let _ = answer.send(message.await).await;
        })
    }

    fn start(&mut self, effect: Effect) {
        let (client, clock) = (self.client.clone(), Arc::clone(&self.clock));
        match effect {
            Effect::AskQueue {
                question,
                cursor,
                look,
                wait,
                pause,
            } => {
                let pause = pause.mul_f64(0.5 + self.jitter / 2.0);
                let newest = self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let answer = client.queue_or_look(cursor, look, wait).await;
                    let at = clock();
                    Msg::Queue { question, answer, at }
                });
                self.queue.replace(newest).inspect(AbortHandle::abort);
            }
            Effect::Remember(memory) => self.memory.write(memory, self.answer.clone(), clock),
            Effect::AskEnvelope { id } => {
                let newest = self.spawn(async move {
                    let answer = client.envelope(id, Duration::ZERO).await.map(Box::new);
                    let at = clock();
                    Msg::Envelope { id, answer, at }
                });
                self.envelope.replace(newest).inspect(AbortHandle::abort);
            }
            Effect::LayOut { view, widths } => {
                self.spawn(async move {
                    let work = Arc::clone(&view);
                    let laid = tokio::task::spawn_blocking(move || lay_out(&work, widths, PATIENCE)).await;
                    let laid = Box::new(laid.unwrap_or_else(|_| Laid::broken(widths)));
                    let at = clock();
                    Msg::LaidOut { view, laid, at }
                });
            }
            Effect::Judge { text, request } => {
                self.asked += 1;
                let key = format!("judge-{}", self.asked);
                self.spawn(async move {
                    let answer = client.judge(&key, &request).await;
                    let (id, at) = (request.id, clock());
                    Msg::Becomes { id, text, answer, at }
                });
            }
            Effect::Batch { key, request, pause } => {
                self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let answer = client.batch(&key, &request).await;
                    let at = clock();
                    Msg::Batched { key, answer, at }
                });
            }
            Effect::Say { key, id, saying } => {
                self.spawn(async move {
                    let answer = say(&client, id, &key, saying).await;
                    let at = clock();
                    Msg::Said { answer, at }
                });
            }
            Effect::Decide {
                key,
                id,
                request,
                pause,
            } => {
                self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let answer = client.decide(id, &key, &request).await;
                    let at = clock();
                    Msg::Decided { key, answer, at }
                });
            }
            other => self.look_up(other),
        }
    }

    /// What is only read, and may be asked as often as one likes.
    fn look_up(&mut self, effect: Effect) {
        let (client, clock) = (self.client.clone(), Arc::clone(&self.clock));
        match effect {
            Effect::AskHealth => {
                self.spawn(async move {
                    let answer = client.health().await;
                    let at = clock();
                    Msg::Health { answer, at }
                });
            }
            Effect::AskPeople => {
                self.spawn(async move {
                    let answer = client.principals(PrincipalKind::Human).await;
                    let at = clock();
                    Msg::People { answer, at }
                });
            }
            Effect::AskAgents => {
                self.spawn(async move {
                    let answer = client.principals(PrincipalKind::Agent).await;
                    let at = clock();
                    Msg::Agents { answer, at }
                });
            }
            Effect::AskPolicy => {
                self.spawn(async move {
                    let answer = client.policy().await;
                    let at = clock();
                    Msg::Policy { answer, at }
                });
            }
            Effect::AskPast { search, before } => {
                self.spawn(async move {
                    let answer = client.past(&search, before).await;
                    let at = clock();
                    Msg::Past {
                        search,
                        before,
                        answer,
                        at,
                    }
                });
            }
            Effect::AskTimeline { id } => {
                self.spawn(async move {
                    let answer = client.timeline(id).await;
                    let at = clock();
                    Msg::Timeline { id, answer, at }
                });
            }
            Effect::AskTrail { id } => {
                self.spawn(async move {
                    let answer = client.trail(id).await;
                    let at = clock();
                    Msg::Trail { id, answer, at }
                });
            }
            Effect::AskAfter { rows } => {
                self.spawn(async move {
                    let answer = read_after(&client, rows).await;
                    let at = clock();
                    Msg::After { answer, at }
                });
            }
            Effect::AskBatch { ids } => {
                self.spawn(async move {
                    let answer = read_all(&client, &ids).await;
                    let at = clock();
                    Msg::BatchRead { answer, at }
                });
            }
            // The rest has been started already, or is the loop's own.
            _ => {}
        }
    }
}

async fn say(client: &Client, id: EnvelopeId, key: &str, saying: Saying) -> Result<Word, ClientError> {
    Ok(match saying {
        Saying::Stop(request) => Word::Stop(Box::new(client.stop(key, &request).await?)),
        Saying::Resume(stop, reason) => {
            Word::Stop(Box::new(client.resume(stop, key, &ResumeRequest { reason }).await?))
        }
        Saying::Look => Word::Looked(Box::new(client.look(id, key).await?)),
        Saying::Claim => client.claim(id, key).await.map(|_| Word::Claimed)?,
        Saying::Question(text) => Word::Asked(client.ask(id, key, &text).await?.agent),
        Saying::Review(finding, note) => {
            client.review(id, key, &ReviewRequest { finding, note }).await?;
            Word::Reviewed(finding)
        }
        Saying::Undo(reason) => Word::UndoRequested(client.request_undo(id, key, &UndoRequest { reason }).await?.agent),
    })
}

/// One after the other: a batch is small, and the gate is asked politely.
async fn read_all(client: &Client, ids: &[EnvelopeId]) -> Result<Vec<EnvelopeView>, ClientError> {
    let mut views = Vec::with_capacity(ids.len());
    for id in ids {
        views.push(client.envelope(*id, Duration::ZERO).await?);
    }
    Ok(views)
}

/// Page by page from the top, so that what is shown is of one moment.
async fn read_after(client: &Client, rows: usize) -> Result<AfterPage, ClientError> {
    let mut page = client.after(None).await?;
    while page.rows.len() < rows
        && let Some(next) = page.next.take()
    {
        let older = client.after(Some(&next)).await?;
        page.rows.extend(older.rows);
        page.next = older.next;
    }
    Ok(page)
}
