//! What the console asks of the gate, each on a task of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::hand::Hand;
use super::memory::Writer;
use super::watch::Watch;
use super::{Clock, Options, write_out};
use crate::api::{AfterPage, EnvelopeView, ResumeRequest, ReviewRequest, UndoRequest};
use crate::client::{Client, ClientError};
use crate::console::effect::{Saying, Verifying};
use crate::console::model::{Laid, PATIENCE, lay_out};
use crate::console::{Effect, Msg, Word};
use crate::domain::{EnvelopeId, PrincipalKind};

/// How many answers may wait for the model; senders wait beyond that.
const ANSWERS: usize = 64;

/// Executes effects, each on a task of its own that sends one message back.
pub(crate) struct Errands {
    client: Client,
    clock: Clock,
    jitter: f64,
    answer: mpsc::Sender<Msg>,
    pub(crate) answers: mpsc::Receiver<Msg>,
    /// Dropped with the rest. A decision ends before that: `update` waits for it.
    tasks: JoinSet<()>,
    /// Reads have one slot each: the newest wins.
    queue: Option<AbortHandle>,
    envelope: Option<AbortHandle>,
    pub(super) memory: Writer,
    /// Judgements asked for: nothing is kept of them, so their keys only have to differ.
    asked: u64,
    hand: Hand,
    watch: Watch,
    /// Where what is written out goes.
    folder: PathBuf,
}

impl Errands {
    pub(crate) fn new(options: &Options) -> Self {
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
            hand: Hand::new(options.pen.clone()),
            watch: Watch::new(options.seen.clone()),
            folder: options.folder.clone(),
        }
    }

    pub(crate) fn execute(&mut self, effects: Vec<Effect>) {
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
        let (client, clock, watch) = (self.client.clone(), Arc::clone(&self.clock), self.watch.clone());
        match effect {
            Effect::AskQueue {
                question,
                cursor,
                look,
                here,
                wait,
                pause,
            } => {
                let pause = pause.mul_f64(0.5 + self.jitter / 2.0);
                let newest = self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let asked = client.queue_or_look(cursor, look, here, wait);
                    let answer = watch.proved(&client, clock(), asked).await;
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
            Effect::Batch {
                key,
                request,
                basis,
                pause,
            } => {
                let hand = self.hand.clone();
                self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let sent = hand.batch(&client, &key, request, &basis, clock());
                    let answer = watch.proved(&client, clock(), sent).await;
                    let at = clock();
                    Msg::Batched { key, answer, at }
                });
            }
            Effect::Say { key, id, saying } => {
                self.spawn(async move {
                    // A stop does no harm, whoever is told.
                    let answer = match saying {
                        Saying::Stop(_) => say(&client, id, &key, saying).await,
                        _ => watch.proved(&client, clock(), say(&client, id, &key, saying)).await,
                    };
                    let at = clock();
                    Msg::Said { answer, at }
                });
            }
            Effect::Decide {
                key,
                id,
                request,
                basis,
                pause,
            } => {
                let hand = self.hand.clone();
                self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let sent = hand.decide(&client, (&key, id), request, &basis, clock());
                    let answer = watch.proved(&client, clock(), sent).await;
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
            effect => self.look_back(effect),
        }
    }

    /// What an auditor asks of one envelope.
    fn look_back(&mut self, effect: Effect) {
        let (client, clock) = (self.client.clone(), Arc::clone(&self.clock));
        match effect {
            Effect::AskCaseFile { id } => {
                self.spawn(async move {
                    let answer = client.case_file(id).await.map(Box::new);
                    let at = clock();
                    Msg::CaseFile { id, answer, at }
                });
            }
            Effect::AskVerification { key, what, pause } => {
                self.spawn(async move {
                    tokio::time::sleep(pause).await;
                    let answer = match what {
                        Verifying::Begin => client.verify(&key).await,
                        Verifying::Look => client.verification().await,
                        Verifying::Stop => client.stop_verification().await,
                    };
                    let at = clock();
                    let answer = answer.map(Box::new);
                    Msg::Verification { what, answer, at }
                });
            }
            Effect::AskPolicyThen { id } => {
                self.spawn(async move {
                    let answer = client.policy_then(id).await.map(Box::new);
                    let at = clock();
                    Msg::PolicyThen { id, answer, at }
                });
            }
            Effect::AskScreen { id, n } => {
                self.spawn(async move {
                    let answer = client.screen(id, n.saturating_sub(1)).await.map(Box::new);
                    let at = clock();
                    Msg::Screen { id, n, answer, at }
                });
            }
            Effect::WriteOut { file } => {
                let folder = self.folder.clone();
                self.spawn(async move {
                    let written = tokio::task::spawn_blocking(move || write_out::write(&folder, &file)).await;
                    let answer = written.unwrap_or_else(|_| Err("the console failed".to_owned()));
                    let at = clock();
                    Msg::WrittenOut { answer, at }
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
