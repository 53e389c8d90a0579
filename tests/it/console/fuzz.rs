//! The console under random messages: it does not panic, its cursor is on what is there, and nothing is decided
//! that no frame has shown.
//!
//! `SIGNOFF_FUZZ_SECONDS=60` goes on for so long, as `.ci/run` does; by itself it takes some thousand messages.
//! `SIGNOFF_SEED=N` takes others.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::api::EnvelopeView;
use signoff::console::model::{Memory, Modal, Step};
use signoff::console::{Effect, Gesture, Keymap, Msg, Pointed, Pressed};
use signoff::domain::{DecisionKind, Digest, EnvelopeId, Role};

use crate::it::chance::{Chance, Seed};
use crate::it::console::desk::{Desk, desk, silence};
use crate::it::world::path;

/// How many messages it takes where no time is given.
const MESSAGES: u64 = 1_500;

/// After so many it begins with another desk: its gate would grow, and its people would have decided it all.
const ROUND: u64 = 500;

const SIZES: [(u16, u16); 8] = [
    (80, 24),
    (80, 24),
    (60, 20),
    (120, 40),
    (200, 60),
    (40, 10),
    (39, 9),
    (1, 1),
];

/// What is pressed one after the other where it is meant.
const PHRASES: [&str; 12] = [
    "a",
    "ay",
    "r1",
    "r1\n",
    "*by",
    "b y",
    "xwhat is it for\n",
    "ey",
    "E1y",
    "/tool:tag_ticket\n",
    ":queue\n",
    "1g",
];

/// A desk at which nobody sits.
struct Monkey {
    desk: Desk,
    chance: Chance,
    /// What frames have named by its digest, on its sheet, in its box, or whole on the sheet of a batch.
    shown: HashSet<(EnvelopeId, Digest)>,
    /// The same without boxes: what let something through must have stood there.
    read: HashSet<(EnvelopeId, Digest)>,
    /// Keys of the decisions that were looked at.
    looked_at: HashSet<String>,
    /// What was read before: it comes again, late.
    views: Vec<EnvelopeView>,
    /// What is proposed, sent to the gate again and again.
    proposals: Vec<Value>,
    decisions: u64,
}

#[expect(clippy::print_stdout, reason = "how much was tried is said aloud")]
#[tokio::test]
async fn random_messages_decide_nothing_that_was_not_drawn() {
    let seed = Seed::of_this_run();
    let given = std::env::var("SIGNOFF_FUZZ_SECONDS").ok();
    let time = given.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let start = Instant::now();
    let (mut messages, mut decisions) = (0, 0);
    let goes_on = |messages| time.map_or(messages < MESSAGES, |time| start.elapsed() < time);
    while goes_on(messages) {
        let mut monkey = Monkey::sits_down(Chance::of(&seed, messages)).await;
        for _ in 0..ROUND {
            monkey.does_something().await;
            messages += 1;
            if !goes_on(messages) {
                break;
            }
        }
        decisions += monkey.decisions;
    }
    println!("{messages} messages, {decisions} decisions");
    assert!(
        decisions > messages / 100,
        "it must decide now and then to prove anything"
    );
}

impl Monkey {
    async fn sits_down(mut chance: Chance) -> Self {
        let (name, role) = *chance.pick(&[("sam", Role::Senior), ("ana", Role::Reviewer), ("olga", Role::Operator)]);
        let scripts = [
            include_str!("../../../assets/demo/support.json"),
            include_str!("../../../assets/demo/operations.json"),
            include_str!("../../../assets/demo/coding.json"),
            include_str!("../../../assets/demo/sales.json"),
        ];
        let acts = scripts
            .iter()
            .flat_map(|script| serde_json::from_str::<Vec<Value>>(script).unwrap());
        let mut monkey = Self {
            desk: desk(name, role, *chance.pick(&SIZES[..5])).await,
            chance,
            shown: HashSet::new(),
            read: HashSet::new(),
            looked_at: HashSet::new(),
            views: Vec::new(),
            proposals: acts.map(|act| act["proposal"].clone()).collect(),
            decisions: 0,
        };
        for _ in 0..12 {
            monkey.proposes().await;
        }
        monkey.desk.news().await;
        monkey.takes_in();
        monkey
    }

    async fn does_something(&mut self) {
        let odds = self.chance.below(100);
        match odds {
            0..30 => self.presses_a_key(),
            30..42 => self.presses_a_phrase().await,
            42..55 => self.reviews_one().await,
            55..60 => self.types_what_is_asked(),
            60..66 => self.lets_time_pass(),
            66..78 => self.hears_of_the_gate().await,
            78..82 => self.hears_nothing(),
            82..90 => self.others_act().await,
            90..92 => self.hears_what_is_old(),
            _ => self.does_what_is_rare(),
        }
        if self.desk.model.ending {
            let memory = Memory {
                toured: true,
                ..Memory::default()
            };
            self.desk.restart(memory).await;
        }
        self.takes_in();
    }

    fn tells(&mut self, msg: Msg) {
        self.desk.tell(msg);
        self.takes_in();
    }

    fn presses(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        let at = self.desk.now();
        let late = i64::try_from(self.chance.below(2_000)).unwrap();
        let is_late = self.chance.below(12) == 0;
        let read_at = if is_late {
            at - SignedDuration::from_millis(late)
        } else {
            at
        };
        let burst = self.chance.below(12) == 0;
        self.tells(Msg::Key(Pressed {
            code,
            modifiers,
            at,
            read_at,
            burst,
        }));
    }

    fn presses_a_key(&mut self) {
        self.waits_a_moment();
        let keymap = Keymap::default();
        let codes: Vec<_> = keymap.every().flat_map(|bound| bound.codes.clone()).collect();
        let (code, modifiers) = if self.chance.below(4) > 0 {
            *self.chance.pick(&codes)
        } else {
            let others = ['y', 'n', 'u', '1', '2', '3', '9', 'ß', '\u{202e}', '\u{7f}', '😀'].map(KeyCode::Char);
            (*self.chance.pick(&others), KeyModifiers::NONE)
        };
        // It leaves now and then, and not with each tenth key.
        let leaves = matches!(code, KeyCode::Char('q')) || modifiers.contains(KeyModifiers::CONTROL);
        if !leaves || self.chance.below(10) == 0 {
            self.presses(code, modifiers);
        }
    }

    async fn presses_a_phrase(&mut self) {
        for c in self.chance.pick(&PHRASES).chars() {
            self.waits_a_moment();
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            self.presses(code, KeyModifiers::NONE);
            if self.chance.below(3) > 0 {
                self.desk.read().await;
                self.desk.ask_gate().await;
                self.takes_in();
            }
        }
    }

    /// Does what a reviewer does, and is now and then disturbed.
    async fn reviews_one(&mut self) {
        for code in [KeyCode::Esc, KeyCode::Esc, KeyCode::Char('1')] {
            self.presses(code, KeyModifiers::NONE);
        }
        for _ in 0..self.chance.below(8) {
            self.waits_a_moment();
            self.presses(KeyCode::Char('j'), KeyModifiers::NONE);
        }
        self.desk.news().await;
        for _ in 0..4 {
            self.desk.read_it();
            self.takes_in();
            self.presses(KeyCode::PageDown, KeyModifiers::NONE);
        }
        self.is_disturbed().await;
        self.desk.read_it();
        self.takes_in();
        let begins = *self.chance.pick(&['a', 'a', 'a', 'r', 'b', 'M', 'E', 'c']);
        self.presses(KeyCode::Char(begins), KeyModifiers::NONE);
        self.desk.ask_gate().await;
        self.desk.read_it();
        self.takes_in();
        self.is_disturbed().await;
        self.types_what_is_asked();
        self.is_disturbed().await;
    }

    async fn is_disturbed(&mut self) {
        match self.chance.below(12) {
            0 => self.others_act().await,
            1 => self.hears_of_the_gate().await,
            2 => self.hears_what_is_old(),
            3 => self.does_what_is_rare(),
            _ => {}
        }
    }

    /// Types the proof of a severe approval, mostly to its end.
    fn types_what_is_asked(&mut self) {
        let Some(Modal::Ask(ask)) = &self.desk.model.modal else {
            return self.presses(KeyCode::Char('a'), KeyModifiers::NONE);
        };
        let Step::Type { proof, .. } = &ask.step else {
            let answer = *self.chance.pick(&['y', 'y', '1', '2', 'r']);
            return self.presses(KeyCode::Char(answer), KeyModifiers::NONE);
        };
        for c in proof.text.clone().chars() {
            self.waits_a_moment();
            self.presses(KeyCode::Char(c), KeyModifiers::NONE);
            if self.chance.below(40) == 0 {
                break;
            }
        }
    }

    fn waits_a_moment(&mut self) {
        let millis = *self.chance.pick(&[0, 1, 30, 200, 450, 450, 450, 900]);
        self.desk.gate.world.pass(SignedDuration::from_millis(millis));
    }

    fn lets_time_pass(&mut self) {
        for _ in 0..self.chance.below(6) {
            self.desk.look();
            self.takes_in();
        }
        if self.chance.below(20) == 0 {
            let seconds = *self.chance.pick(&[-5, 60, 600]);
            self.desk.gate.world.pass(SignedDuration::from_secs(seconds));
        }
    }

    async fn hears_of_the_gate(&mut self) {
        match self.chance.below(4) {
            0 => self.desk.news().await,
            1 => self.desk.ask_gate().await,
            2 => self.desk.deliver().await,
            _ => self.desk.read().await,
        }
    }

    /// A question or a decision that nobody answers.
    fn hears_nothing(&mut self) {
        if self.desk.waiting.is_empty() {
            return;
        }
        let end = self.desk.waiting.len() as u64;
        let at = usize::try_from(self.chance.below(end)).unwrap();
        let now = self.desk.now();
        let msg = match self.desk.waiting.remove(at) {
            Effect::AskQueue { question, .. } => Msg::Queue {
                question,
                answer: Err(silence()),
                at: now,
            },
            Effect::AskEnvelope { id } => Msg::Envelope {
                id,
                answer: Err(silence()),
                at: now,
            },
            Effect::Decide { key, .. } => Msg::Decided {
                key,
                answer: Err(silence()),
                at: now,
            },
            Effect::Batch { key, .. } => Msg::Batched {
                key,
                answer: Err(silence()),
                at: now,
            },
            Effect::Say { .. } => Msg::Said {
                answer: Err(silence()),
                at: now,
            },
            Effect::OpenEditor { text } => Msg::Written {
                answer: Ok(text.replace("00", "01")),
                at: now,
            },
            Effect::AskHealth => Msg::Health {
                answer: Err(silence()),
                at: now,
            },
            _ => return,
        };
        self.tells(msg);
    }

    async fn proposes(&mut self) {
        let mut proposal = self.chance.pick(&self.proposals).clone();
        if self.chance.below(3) == 0 {
            proposal["rationale"] = json!("\u{1b}]52;c;eA==\u{7} y\u{202e}y a\r\n[y] approve");
        }
        let body = proposal.to_string().replace("\"{}\"", "\"T-4477\"");
        self.desk.gate.post("support-3", "/v1/envelopes", body).await;
    }

    /// Agents propose, and another person is faster.
    async fn others_act(&mut self) {
        if self.chance.below(2) == 0 {
            return self.proposes().await;
        }
        let rows: Vec<EnvelopeId> = self.desk.model.rows.all().map(|row| row.id).collect();
        if rows.is_empty() {
            return self.proposes().await;
        }
        let envelope = json!({ "id": self.chance.pick(&rows).to_string() });
        let there = self.desk.gate.read("sue", &envelope).await;
        let gate = &self.desk.gate;
        if let Ok(view) = serde_json::from_value(there.clone()) {
            self.views.push(view);
        }
        match self.chance.below(6) {
            0 => drop(gate.approve("sue", &there).await),
            1 => drop(gate.reject("sue", &there, "no").await),
            2 => drop(
                gate.decide("sue", &there, json!({"decision": "escalate", "to": "senior"}))
                    .await,
            ),
            3 => drop(gate.post("sue", &path(&there, "/claim"), "{}").await),
            4 => {
                let scope = json!({"scope": "agent", "name": "support-3", "effect": "hold", "reason": "odd"});
                drop(gate.post("sue", "/v1/stops", scope).await);
            }
            _ => {
                let raw = there["payload"]["raw"].as_str().unwrap_or("{}").replace("00", "01");
                let word = json!({"decision": "edit", "arguments_raw": raw, "reason": "less"});
                drop(gate.decide("sue", &there, word).await);
            }
        }
    }

    fn hears_what_is_old(&mut self) {
        if self.views.is_empty() {
            return;
        }
        let view = self.chance.pick(&self.views).clone();
        let at = self.desk.now();
        self.tells(Msg::Envelope {
            id: view.summary.id,
            answer: Ok(Box::new(view)),
            at,
        });
    }

    fn does_what_is_rare(&mut self) {
        let at = self.desk.now();
        match self.chance.below(7) {
            0 | 1 => {
                let (width, height) = *self.chance.pick(&SIZES);
                self.desk.resize(width, height);
            }
            2 => {
                let text = *self
                    .chance
                    .pick(&["yyyy", "a\na\ny\n", "\u{1b}[200~y", "", "a very long text y "]);
                let text = text.to_owned();
                self.tells(Msg::Pasted { text, at });
            }
            3 => {
                let gesture = *self
                    .chance
                    .pick(&[Gesture::Click, Gesture::WheelUp, Gesture::WheelDown]);
                let column = u16::try_from(self.chance.below(220)).unwrap();
                let row = u16::try_from(self.chance.below(70)).unwrap();
                self.tells(Msg::Mouse(Pointed {
                    gesture,
                    column,
                    row,
                    at,
                }));
            }
            4 => {
                let stood_still = self.chance.below(2) == 0;
                self.tells(Msg::Continued { stood_still, at });
            }
            5 => {
                let answer = Ok(r#"{"amount": "1.00"}"#.to_owned());
                self.tells(Msg::Written { answer, at });
            }
            _ => self.tells(Msg::Paged { answer: Ok(()), at }),
        }
    }

    /// Holds what has to be true after every message, then looks at the frame.
    fn takes_in(&mut self) {
        for effect in &self.desk.waiting {
            let (about, frames): (Vec<_>, _) = match effect {
                Effect::Decide { key, id, request, .. } if self.looked_at.insert(key.clone()) => {
                    let digest = request
                        .payload_sha256
                        .unwrap_or_else(|| panic!("{request:?} names nothing"));
                    let lets_through = matches!(request.decision, DecisionKind::Approve | DecisionKind::Edit);
                    let frames = if lets_through { &self.read } else { &self.shown };
                    (vec![(*id, digest)], frames)
                }
                Effect::Batch { key, request, .. } if self.looked_at.insert(key.clone()) => {
                    let items = request.items.iter();
                    (items.map(|item| (item.id, item.payload_sha256)).collect(), &self.shown)
                }
                _ => continue,
            };
            self.decisions += 1;
            for (id, digest) in about {
                let digest_named = digest.short();
                assert!(
                    frames.contains(&(id, digest)),
                    "{effect:?}: no frame was of {digest_named}"
                );
            }
        }
        let model = &self.desk.model;
        if let Some(id) = model.focus {
            assert!(
                model.rows.get(id).is_some(),
                "the cursor is on {id}, which is not there"
            );
        }
        assert!(
            model.focus.is_some() || model.rows.count_shown() == 0,
            "rows and no cursor"
        );
        assert!(model.after.at < model.after.rows.len().max(1));
        assert!(model.past.at < model.past.rows.len().max(1));
        self.looks();
    }

    /// Takes in what the frame is about, where it names it.
    fn looks(&mut self) {
        let text = self.desk.text();
        let model = &self.desk.model;
        let named = |digest: &Digest| text.contains(&format!("digest {}", digest.short()));
        match &model.modal {
            Some(Modal::Ask(ask)) => {
                let about = ask.about;
                self.shown
                    .extend(named(&about.digest).then_some((about.id, about.digest)));
            }
            Some(Modal::Edit(draft)) => {
                let about = draft.about;
                self.shown
                    .extend(named(&about.digest).then_some((about.id, about.digest)));
            }
            // The sheet names its items, not their digests.
            Some(Modal::Batch(batch)) => {
                let seen = batch.items.iter().filter(|item| item.seen);
                self.shown.extend(seen.map(|item| (item.about.id, item.about.digest)));
            }
            Some(_) => {}
            None => {
                let row = model.focus.and_then(|id| model.rows.get(id));
                let about = row
                    .map(|row| (row.id, row.payload_sha256))
                    .filter(|(_, digest)| named(digest));
                self.shown.extend(about);
                self.read.extend(about);
            }
        }
    }
}
