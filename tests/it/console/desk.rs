//! A reviewer's desk: the console's model, a terminal in memory, a gate in process, one clock for all.

mod answers;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use serde_json::{Value, json};
use signoff::api::{ErrorDetail, ErrorType};
use signoff::client::ClientError;
use signoff::config::Settings;
use signoff::console::model::lay_out;
use signoff::console::{Effect, Keymap, Memory, Model, Msg, Pressed, Recalled, Start, begin, update, view};
use signoff::demo;
use signoff::domain::Role;
use signoff::gate::{Refusal, World};

use crate::it::world::{Gate, gate_with};

pub struct Desk {
    pub gate: Gate,
    pub model: Model,
    terminal: Terminal<TestBackend>,
    /// Effects that were not executed yet.
    pub waiting: Vec<Effect>,
    /// Whether that happens at once, and how long it may compare.
    pub lays_out: bool,
    pub patience: Duration,
    person: String,
}

pub async fn desk(person: &str, role: Role, size: (u16, u16)) -> Desk {
    desk_started(person, role, size, |_| {}).await
}

/// A desk that is started in another way than most.
pub async fn desk_started(person: &str, role: Role, size: (u16, u16), otherwise: impl FnOnce(&mut Start)) -> Desk {
    let gate = gate_with(demo::POLICY).await;
    let mut start = start(person, role, size, gate.world.now());
    otherwise(&mut start);
    let mut model = Model::new(start);
    let waiting = begin(&mut model);
    let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    Desk {
        gate,
        model,
        terminal,
        waiting,
        lays_out: true,
        patience: Duration::from_mins(1),
        person: person.into(),
    }
}

/// Somebody who has seen the tour, and looked at nothing yet.
fn toured() -> Recalled {
    let memory = Memory {
        toured: true,
        ..Memory::default()
    };
    Recalled {
        memory,
        ..Recalled::default()
    }
}

/// What most desks are started with.
fn start(person: &str, role: Role, size: (u16, u16), now: Timestamp) -> Start {
    Start {
        gate: "prod-gate".into(),
        name: person.into(),
        role: Some(role),
        nonce: "desk".into(),
        settings: Settings::default(),
        keymap: Keymap::default(),
        recalled: toured(),
        zone: jiff::tz::TimeZone::UTC,
        looks_back: false,
        is_still: false,
        now,
        size,
        decided: None,
    }
}

/// A senior's desk with everything the demo's agents propose.
pub async fn full_desk(size: (u16, u16)) -> Desk {
    full_desk_started(size, |_| {}).await
}

pub async fn full_desk_started(size: (u16, u16), otherwise: impl FnOnce(&mut Start)) -> Desk {
    let mut desk = desk_started("sam", Role::Senior, size, otherwise).await;
    for script in [
        include_str!("../../../assets/demo/support.json"),
        include_str!("../../../assets/demo/operations.json"),
        include_str!("../../../assets/demo/coding.json"),
    ] {
        for act in serde_json::from_str::<Vec<Value>>(script).unwrap() {
            let text = act["proposal"].to_string();
            let names = act["each"].as_array().cloned().unwrap_or_else(|| vec![json!("")]);
            for name in names {
                let body = text.replace("\"{}\"", &name.to_string());
                desk.gate.post("support-3", "/v1/envelopes", body).await;
                desk.gate.world.pass(SignedDuration::from_secs(7));
            }
        }
    }
    desk.news().await;
    desk.read_it();
    desk
}

impl Desk {
    pub fn now(&self) -> Timestamp {
        self.gate.world.now()
    }

    /// Lets time pass and draws, as the runner does at each second.
    pub fn look(&mut self) {
        self.gate.world.pass(SignedDuration::from_secs(1));
        self.tell(Msg::Tick { at: self.now() });
    }

    /// Looks at what is on the screen for as long as it takes to read it.
    pub fn read_it(&mut self) {
        self.look();
        self.look();
    }

    /// Lets what is held go out.
    pub fn wait_three_seconds(&mut self) {
        for _ in 0..3 {
            self.look();
        }
    }

    /// Hands over a message and draws the frame that follows it.
    pub fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        // Of questions about the queue the newest wins, as in the runner.
        if effects.iter().any(|effect| matches!(effect, Effect::AskQueue { .. })) {
            self.waiting.retain(|effect| !matches!(effect, Effect::AskQueue { .. }));
        }
        self.waiting.extend(effects);
        self.draw();
        if self.lays_out {
            self.lay_out();
        }
    }

    /// Lays out what waits for it, as the runner does beside the task that draws.
    pub fn lay_out(&mut self) {
        let is_work = |effect: &Effect| matches!(effect, Effect::LayOut { .. });
        while let Some(at) = self.waiting.iter().position(is_work) {
            let Effect::LayOut { view, widths } = self.waiting.remove(at) else {
                unreachable!()
            };
            let laid = Box::new(lay_out(&view, widths, self.patience));
            let effects = update(
                &mut self.model,
                Msg::LaidOut {
                    view,
                    laid,
                    at: self.gate.world.now(),
                },
            );
            self.waiting.extend(effects);
            self.draw();
        }
    }

    pub fn draw(&mut self) {
        // The terminal in memory keeps what a wide character stood on, as no other does: all is drawn anew.
        self.terminal.clear().unwrap();
        self.terminal.draw(|frame| view(&self.model, frame)).unwrap();
        let at = self.now();
        let effects = update(&mut self.model, Msg::Drawn { at });
        self.waiting.extend(effects);
    }

    pub fn key_event(&self, code: KeyCode, burst: bool) -> Pressed {
        Pressed {
            code,
            modifiers: KeyModifiers::NONE,
            at: self.now(),
            read_at: self.now(),
            burst,
        }
    }

    pub fn press(&mut self, code: KeyCode) {
        let pressed = self.key_event(code, false);
        self.tell(Msg::Key(pressed));
    }

    /// Types at a human's pace, reading what is asked for in between.
    pub async fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            self.gate.world.pass(SignedDuration::from_millis(450));
            let code = match c {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\u{1b}' => KeyCode::Esc,
                '\u{8}' => KeyCode::Backspace,
                c => KeyCode::Char(c),
            };
            self.press(code);
            self.read().await;
            self.ask_gate().await;
            self.read().await;
        }
    }

    /// Answers every question about an envelope.
    pub async fn read(&mut self) {
        while let Some(at) = self
            .waiting
            .iter()
            .position(|effect| matches!(effect, Effect::AskEnvelope { .. }))
        {
            let Effect::AskEnvelope { id } = self.waiting.remove(at) else {
                unreachable!()
            };
            let caller = self.gate.service.authenticate(self.gate.token(&self.person)).unwrap();
            let answer = self
                .gate
                .service
                .read(&caller, id, Duration::ZERO, None)
                .await
                .map(Box::new)
                .map_err(refused);
            self.tell(Msg::Envelope {
                id,
                answer,
                at: self.now(),
            });
        }
    }

    /// Answers the open question about the queue with what is new, then reads what is asked for.
    pub async fn news(&mut self) {
        while let Some(at) = self
            .waiting
            .iter()
            .position(|effect| matches!(effect, Effect::AskQueue { .. }))
        {
            let Effect::AskQueue {
                question,
                cursor,
                look,
                here,
                wait,
                ..
            } = self.waiting.remove(at)
            else {
                unreachable!()
            };
            let service = &self.gate.service;
            let caller = service.authenticate(self.gate.token(&self.person)).unwrap();
            let person = caller.person().unwrap();
            if !wait.is_zero() {
                service.is_here(&person, here.at);
            }
            let answer = service
                .queue_of(&person, here, (cursor, Some(look)), Duration::ZERO)
                .await;
            let answer = answer.map_err(refused);
            let quiet = answer.as_ref().is_ok_and(|page| {
                let unchanged = page.stops == self.model.stops && page.present == self.model.present;
                page.rows.is_empty() && page.gone.is_empty() && unchanged && page.look == look
            });
            if quiet && !wait.is_zero() {
                // A long poll: it stays open.
                self.waiting.push(Effect::AskQueue {
                    question,
                    cursor,
                    look,
                    here,
                    wait,
                    pause: Duration::ZERO,
                });
                break;
            }
            self.tell(Msg::Queue {
                question,
                answer,
                at: self.now(),
            });
        }
        self.read().await;
    }

    /// Presses a key with Control.
    pub fn control(&mut self, c: char) {
        self.gate.world.pass(SignedDuration::from_millis(450));
        let pressed = Pressed {
            modifiers: KeyModifiers::CONTROL,
            ..self.key_event(KeyCode::Char(c), false)
        };
        self.tell(Msg::Key(pressed));
    }

    pub fn decisions(&self) -> Vec<&Effect> {
        self.waiting
            .iter()
            .filter(|effect| matches!(effect, Effect::Decide { .. } | Effect::Batch { .. }))
            .collect()
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.tell(Msg::Resized {
            width,
            height,
            at: self.now(),
        });
    }

    /// The text of the last frame, without its looks.
    pub fn text(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width).max(1);
        let rows = buffer.content().chunks(width);
        let lines = rows.map(|row| {
            let mut line = String::new();
            let mut skip = 0;
            for cell in row {
                if skip == 0 {
                    line.push_str(cell.symbol());
                    skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            line.trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The last frame: its text, and a digest of how each cell looks.
    pub fn screen(&self) -> String {
        format!("{}\nlooks {}", self.text(), self.looks())
    }

    /// A digest of how each cell looks.
    pub fn looks(&self) -> String {
        let mut looks = DefaultHasher::new();
        for cell in self.cells() {
            (cell.fg, cell.bg, cell.modifier).hash(&mut looks);
        }
        format!("{:016x}", looks.finish())
    }

    pub fn cells(&self) -> &[Cell] {
        self.terminal.backend().buffer().content()
    }

    /// Leaves the console and starts it again on the same gate, with what it remembered.
    pub async fn restart(&mut self, memory: Memory) {
        let (role, size) = (self.model.role.unwrap(), (self.model.width, self.model.height));
        let mut start = start(&self.person, role, size, self.now());
        start.recalled.memory = memory;
        self.model = Model::new(start);
        self.waiting = begin(&mut self.model);
        self.draw();
        self.news().await;
    }

    /// Moves the cursor onto the row of a tool.
    pub async fn go_to(&mut self, tool: &str) {
        self.keys("g").await;
        for _ in 0..self.model.rows.len() {
            if self.focused_tool() == tool {
                self.read_it();
                return;
            }
            self.keys("j").await;
        }
        panic!("no row for {tool}");
    }

    pub fn focused_tool(&self) -> String {
        let id = self.model.focus.unwrap();
        self.model.rows.get(id).unwrap().tool.clone()
    }
}

pub fn refused(refusal: Refusal) -> ClientError {
    ClientError::Refused(Box::new(ErrorDetail {
        kind: refusal.kind,
        code: refusal.code.to_owned(),
        message: refusal.message,
        pointer: refusal.pointer,
        hint: None,
        request_id: "r".to_owned(),
    }))
}

/// What a gate that is down looks like from here.
pub fn silence() -> ClientError {
    let detail = ErrorDetail {
        kind: ErrorType::Unavailable,
        code: "ledger_unavailable".into(),
        message: "The ledger could not be read or written, so nothing was done.".into(),
        pointer: None,
        hint: None,
        request_id: "r".into(),
    };
    ClientError::Refused(Box::new(detail))
}
