//! A reviewer who types lines and hears lines: plain mode's model, a gate in process, one clock for both.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signoff::api::AskRequest;
use signoff::client::ClientError;
use signoff::config::Settings;
use signoff::console::{self, Keymap, Recalled, Saying, Start, Word};
use signoff::demo;
use signoff::domain::{EnvelopeId, PrincipalKind, Role};
use signoff::gate::{RequestKey, World};
use signoff::plain::{Effect, Model, Msg, begin, update};

use crate::it::console::desk::refused;
use crate::it::world::{Gate, gate_with};

pub struct Desk {
    pub gate: Gate,
    pub model: Model,
    /// What is asked of the gate and was not answered yet.
    pub waiting: Vec<console::Effect>,
    /// Everything that was said.
    pub said: Vec<String>,
    /// How much of that was looked at.
    heard: usize,
    /// How often what was begun had to be forgotten.
    pub drained: usize,
    pub has_ended: bool,
    person: String,
}

pub async fn desk(person: &str, role: Role) -> Desk {
    desk_started(person, role, |_| {}).await
}

/// A desk that is started in another way than most.
pub async fn desk_started(person: &str, role: Role, otherwise: impl FnOnce(&mut Start)) -> Desk {
    let gate = gate_with(demo::POLICY).await;
    let mut start = Start {
        gate: "prod-gate".into(),
        name: person.into(),
        role: Some(role),
        nonce: "desk".into(),
        settings: Settings::default(),
        keymap: Keymap::default(),
        zone: jiff::tz::TimeZone::UTC,
        recalled: Recalled::default(),
        looks_back: false,
        is_still: false,
        now: gate.world.now(),
        size: (80, 60),
        decided: None,
    };
    otherwise(&mut start);
    let mut desk = Desk {
        model: Model::new(start),
        gate,
        waiting: Vec::new(),
        said: Vec::new(),
        heard: 0,
        drained: 0,
        has_ended: false,
        person: person.into(),
    };
    let effects = begin(&mut desk.model);
    desk.execute(effects);
    desk
}

/// A senior's, with everything the demo's agents propose.
pub async fn full_desk() -> Desk {
    let mut desk = desk("sam", Role::Senior).await;
    for script in [
        include_str!("../../../assets/demo/support.json"),
        include_str!("../../../assets/demo/operations.json"),
        include_str!("../../../assets/demo/coding.json"),
    ] {
        for act in serde_json::from_str::<Vec<Value>>(script).unwrap() {
            let name = act["each"][0].as_str().unwrap_or_default();
            let body = act["proposal"].to_string().replace("\"{}\"", &json!(name).to_string());
            desk.propose(&body).await;
        }
    }
    desk.news().await;
    desk
}

impl Desk {
    pub fn now(&self) -> Timestamp {
        self.gate.world.now()
    }

    pub async fn propose(&mut self, body: &str) -> Value {
        let answer = self.gate.post("support-3", "/v1/envelopes", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.gate.world.pass(SignedDuration::from_millis(100));
        answer.body
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        let mut printed = false;
        for effect in effects {
            match effect {
                Effect::Say(line) => self.said.push(line),
                Effect::Ask(effect) => self.waiting.push(effect),
                Effect::Drain => self.drained += 1,
                Effect::Prompt => {}
                Effect::End => self.has_ended = true,
            }
            printed = true;
        }
        if printed {
            let at = self.now();
            assert!(update(&mut self.model, Msg::Told { at }).is_empty());
        }
    }

    pub fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.execute(effects);
    }

    pub fn gate_says(&mut self, msg: console::Msg) {
        self.tell(Msg::Gate(msg));
    }

    /// Lets a second pass.
    pub fn look(&mut self) {
        self.gate.world.pass(SignedDuration::from_secs(1));
        self.tell(Msg::Tick { at: self.now() });
    }

    /// Reads what was printed, as long as that takes.
    pub fn read_it(&mut self) {
        self.look();
        self.look();
    }

    /// Types lines that come together, right now.
    pub fn at_once(&mut self, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        self.tell(Msg::Typed { lines, at: self.now() });
    }

    /// Types a line at a human's pace; the gate answers what is asked, but gets no decision yet.
    pub async fn line(&mut self, line: &str) {
        self.gate.world.pass(SignedDuration::from_millis(900));
        self.at_once(&[line]);
        self.answer().await;
    }

    /// Types several, one after the other.
    pub async fn lines(&mut self, lines: &[&str]) {
        for line in lines {
            self.line(line).await;
        }
    }

    /// What was said since the last time, a sentence a line however it was broken.
    pub fn heard(&mut self) -> String {
        self.printed().replace("\n    ", " ")
    }

    /// The same as it was printed.
    pub fn printed(&mut self) -> String {
        let text = self.said[self.heard..].join("\n");
        self.heard = self.said.len();
        text
    }

    /// Opens the envelope of a tool, and reads it.
    pub async fn open(&mut self, tool: &str) -> EnvelopeId {
        let id = self.model.rows.all().find(|row| row.tool == tool).map(|row| row.id);
        let id = id.unwrap_or_else(|| panic!("no row for {tool}"));
        let number = self.model.numbers.of(id).unwrap();
        self.heard();
        self.line(&number.to_string()).await;
        self.read_it();
        id
    }

    /// The envelope as a decision has to name it.
    pub fn named(&self, id: EnvelopeId) -> Value {
        let row = self.model.rows.get(id).unwrap();
        json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision })
    }

    /// Answers everything but decisions and the queue.
    pub async fn answer(&mut self) {
        let later = |effect: &console::Effect| {
            matches!(
                effect,
                console::Effect::AskQueue { .. } | console::Effect::Decide { .. }
            )
        };
        while let Some(at) = self.waiting.iter().position(|effect| !later(effect)) {
            let effect = self.waiting.remove(at);
            let msg = self.one(effect).await;
            self.gate_says(msg);
        }
    }

    async fn one(&self, effect: console::Effect) -> console::Msg {
        let service = &self.gate.service;
        let caller = service.authenticate(self.gate.token(&self.person)).unwrap();
        let at = self.now();
        match effect {
            console::Effect::AskEnvelope { id } => {
                let answer = service.read(&caller, id, Duration::ZERO, None).await;
                let answer = answer.map(Box::new).map_err(refused);
                console::Msg::Envelope { id, answer, at }
            }
            console::Effect::AskPeople => console::Msg::People {
                answer: Ok(service.list(PrincipalKind::Human)),
                at,
            },
            console::Effect::AskPolicy => console::Msg::Policy {
                answer: service.policy_view().await.map_err(refused),
                at,
            },
            console::Effect::Judge { text, request } => console::Msg::Becomes {
                id: request.id,
                text,
                answer: service
                    .becomes(&caller.person().unwrap(), request)
                    .await
                    .map_err(refused),
                at,
            },
            console::Effect::Say { key, id, saying } => {
                let (person, key) = (caller.person().unwrap(), RequestKey::new(key, b""));
                let answer = match saying {
                    Saying::Claim => service.claim(person, id, key).await.map(|_| Word::Claimed),
                    Saying::Question(text) => {
                        let row = service.ask(person, id, key, AskRequest { text }).await;
                        row.map(|row| Word::Asked(row.agent))
                    }
                    Saying::Look => {
                        let looked = service.look(person, id, key).await;
                        looked.map(|looked| Word::Looked(Box::new(looked)))
                    }
                    other => panic!("{other:?} is not said here"),
                };
                let answer = answer.map_err(refused);
                console::Msg::Said { answer, at }
            }
            console::Effect::Decide { key, id, request, .. } => {
                let body = serde_json::to_vec(&request).unwrap();
                let given = RequestKey::new(key.clone(), &body);
                let answer = service.decide(caller.person().unwrap(), id, given, request).await;
                let answer = answer.map_err(refused);
                console::Msg::Decided { key, answer, at }
            }
            other => panic!("{other:?} is not asked here"),
        }
    }

    /// Answers the open question about the queue with what is new.
    pub async fn news(&mut self) {
        let asks = |effect: &console::Effect| matches!(effect, console::Effect::AskQueue { .. });
        while let Some(at) = self.waiting.iter().position(asks) {
            let console::Effect::AskQueue {
                question,
                cursor,
                look,
                wait,
                ..
            } = self.waiting[at].clone()
            else {
                unreachable!()
            };
            let answer = self
                .gate
                .service
                .queue(cursor, Some(look), Duration::ZERO)
                .await
                .map_err(refused);
            let quiet = answer
                .as_ref()
                .is_ok_and(|page| page.rows.is_empty() && page.gone.is_empty() && page.stops == self.model.stops);
            if quiet && !wait.is_zero() {
                // A long poll: it stays open.
                break;
            }
            self.waiting.remove(at);
            self.gate_says(console::Msg::Queue {
                question,
                answer,
                at: self.now(),
            });
        }
    }

    /// The gate does not answer the open question about the queue.
    pub fn no_news(&mut self, error: ClientError) {
        let question = self.model.question;
        self.waiting
            .retain(|effect| !matches!(effect, console::Effect::AskQueue { .. }));
        self.gate_says(console::Msg::Queue {
            question,
            answer: Err(error),
            at: self.now(),
        });
    }

    /// Decisions that were sent and not answered.
    pub fn decisions(&self) -> Vec<console::Effect> {
        let is_decision = |effect: &&console::Effect| matches!(effect, console::Effect::Decide { .. });
        self.waiting.iter().filter(is_decision).cloned().collect()
    }

    /// Hands every decision that was sent to the gate, and hears the answer.
    pub async fn deliver(&mut self) {
        for effect in self.decisions() {
            self.waiting.retain(|waiting| *waiting != effect);
            let msg = self.one(effect).await;
            self.gate_says(msg);
        }
        self.answer().await;
    }
}
