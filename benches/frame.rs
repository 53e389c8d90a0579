//! How long a frame takes at 200×60 with 100,000 envelopes queued and a diff of 2,000 lines beside them, a key
//! from its press to its frame, and how long payloads of several sizes and kinds take to be laid out.
//!
//! Frames and keys are told as percentiles too: what a reviewer notices is the slowest of a hundred.
#![expect(clippy::print_stdout, reason = "figures are printed")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::json;
use signoff::api::{EnvelopeView, QueuePage, Summary};
use signoff::config::Settings;
use signoff::console::model::{PATIENCE, Widths, lay_out};
use signoff::console::{Effect, Keymap, Memory, Model, Msg, Pressed, Recalled, Start, begin, update, view};
use signoff::domain::{Digest, EnvelopeId, Level, OnTimeout, Role, Severity, Stage, Verdict};
use uuid::Uuid;

const QUEUED: u32 = 100_000;

fn row(n: u32, now: Timestamp) -> Summary {
    let deadline_at = now + SignedDuration::from_secs(i64::from(n % 7_919) + 60);
    Summary {
        id: EnvelopeId(Uuid::from_u128(u128::from(n))),
        stage: Stage::Waiting,
        class: Some("payment.refund".into()),
        verdict: Verdict::Hold,
        effective: Verdict::Hold,
        rule: Some("usual".into()),
        severity: [Severity::Low, Severity::High, Severity::Severe][n as usize % 3],
        impact: Some(Level::High),
        tool: "issue_refund".into(),
        agent: format!("support-{}", n % 40),
        target: Some(format!("billing:order/{n}")),
        run: None,
        amount: Some(format!("{}.00 USD", n % 9_000)),
        quorum: 1,
        votes: 0,
        role: Role::Reviewer,
        created_at: now,
        sla_at: deadline_at,
        deadline_at,
        on_timeout: OnTimeout::Deny,
        payload_sha256: Digest([u8::try_from(n % 251).expect("small"); 32]),
        revision: 1,
        review: None,
        latest_at: None,
        custody: None,
        claim: None,
        edited: false,
        asked: 0,
        answered: 0,
        signals: 0,
        alike: None,
        apart: None,
        rejections: None,
    }
}

/// A console that has taken in a queue of 100,000 in pages, as from a gate.
fn full(now: Timestamp) -> Model {
    let mut model = Model::new(Start {
        gate: "prod-gate".into(),
        name: "ana".into(),
        role: Some(Role::Senior),
        nonce: "bench".into(),
        settings: Settings::default(),
        keymap: Keymap::default(),
        zone: jiff::tz::TimeZone::UTC,
        recalled: Recalled {
            memory: Memory {
                toured: true,
                ..Memory::default()
            },
            ..Recalled::default()
        },
        looks_back: false,
        is_still: false,
        now,
        size: (200, 60),
        decided: None,
    });
    let _ = begin(&mut model);
    for page in 0..QUEUED / 1_000 {
        let rows = (page * 1_000..(page + 1) * 1_000).map(|n| row(n, now)).collect();
        let page = QueuePage {
            look: 0,
            present: Vec::new(),
            presence: 0,
            stops: Vec::new(),
            cursor: u64::from(page) + 1,
            now,
            rows,
            gone: Vec::new(),
            more: true,
        };
        let question = model.question;
        let _ = update(
            &mut model,
            Msg::Queue {
                question,
                answer: Ok(page),
                at: now,
            },
        );
    }
    model
}

/// An envelope with this payload, and the record before it.
fn envelope(row: &Summary, before: &str, payload: &str) -> EnvelopeView {
    let mut view = serde_json::to_value(row).expect("a row");
    let more = json!({
        "policy": Digest([7; 32]), "reason_required": false, "decisions": [],
        "payload": {
            "raw": payload, "payload_sha256": row.payload_sha256, "salt": Digest([1; 32]), "commitment": Digest([2; 32]),
            "parts": "{\"tool\":\"issue_refund\"}",
        },
        "claimed": {"request": "Refund order 12345.", "before": before},
    });
    let members = more.as_object().expect("an object").clone();
    view.as_object_mut().expect("an object").extend(members);
    serde_json::from_value(view).expect("an envelope")
}

/// A file of so many lines before and after, every tenth line another one.
fn file(lines: usize) -> (String, String) {
    let text = |version: &str| {
        (0..lines).fold(String::new(), |mut text, n| {
            let version = if n % 10 == 0 { version } else { "kept" };
            let _ = writeln!(
                text,
                "    let value_{n} = compute({n}, \"{version}\"); // a line of code"
            );
            text
        })
    };
    let call = |text: String| json!({"path": "src/main.rs", "content": text}).to_string();
    (call(text("old")), call(text("new")))
}

/// So many records in a list, every tenth one changed.
fn records(count: usize) -> (String, String) {
    let list = |amount: &str| {
        let item = |n: usize| json!({"id": n, "customer": format!("c-{n}"), "amount": if n.is_multiple_of(10) { amount } else { "12.00" }});
        json!({"records": (0..count).map(item).collect::<Vec<_>>()}).to_string()
    };
    (list("60.00"), list("6000.00"))
}

/// Two texts that share nothing but their few different lines: the worst there is for aligning them.
fn hostile(lines: u64) -> (String, String) {
    let text = |seed: u64| {
        let mut state = seed;
        let line = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if state >> 63 == 0 { "a\n" } else { "b\n" }
        };
        json!({"content": (0..lines).map(line).collect::<String>()}).to_string()
    };
    (text(1), text(2))
}

/// A console on a full queue whose first envelope was read and laid out.
fn reading(now: Timestamp, before: &str, payload: &str) -> Model {
    let mut model = full(now);
    let id = model.focus.expect("a row under the cursor");
    let view = envelope(&model.rows.get(id).expect("its row").clone(), before, payload);
    let answer = Ok(Box::new(view));
    let effects = update(&mut model, Msg::Envelope { id, answer, at: now });
    for effect in effects {
        if let Effect::LayOut { view, widths } = effect {
            let laid = Box::new(lay_out(&view, widths, PATIENCE));
            let _ = update(&mut model, Msg::LaidOut { view, laid, at: now });
        }
    }
    model
}

fn press(code: KeyCode, at: Timestamp) -> Msg {
    Msg::Key(Pressed {
        code,
        modifiers: KeyModifiers::NONE,
        at,
        read_at: at,
        burst: false,
    })
}

/// Measures many single runs: the middle one, and the slowest of a hundred.
fn percentiles(name: &str, mut run: impl FnMut()) {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..2_000).map(time).collect();
    times.sort();
    let (middle, slow) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{name:<60} p50 {middle:>10.1?}   p99 {slow:>10.1?}");
}

fn diffs(c: &mut Criterion) {
    let now: Timestamp = "2026-11-21T04:12:09Z".parse().expect("time");
    let (before, payload) = file(2_000);
    let mut model = reading(now, &before, &payload);
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("terminal");
    percentiles("frame/200x60/100000 queued/2000 lines beside", || {
        terminal.draw(|frame| view(&model, frame)).map(drop).expect("drawn");
    });
    let mut down = true;
    percentiles("key to frame/200x60/100000 queued/2000 lines beside", || {
        let code = if down { KeyCode::Char('j') } else { KeyCode::Char('k') };
        down = !down;
        let _ = update(&mut model, press(code, now));
        terminal.draw(|frame| view(&model, frame)).map(drop).expect("drawn");
        let _ = update(&mut model, Msg::Drawn { at: now });
    });
    for effect in update(&mut model, press(KeyCode::Char('d'), now)) {
        if let Effect::LayOut { view, widths } = effect {
            let laid = Box::new(lay_out(&view, widths, PATIENCE));
            let _ = update(&mut model, Msg::LaidOut { view, laid, at: now });
        }
    }
    let mut pages = 0;
    percentiles("key to frame/200x60/100000 queued/2000 lines paged", || {
        pages += 1;
        let code = if pages % 100 < 50 {
            KeyCode::PageDown
        } else {
            KeyCode::PageUp
        };
        let _ = update(&mut model, press(code, now));
        terminal.draw(|frame| view(&model, frame)).map(drop).expect("drawn");
        let _ = update(&mut model, Msg::Drawn { at: now });
    });
    let row = row(1, now);
    let widths = Widths {
        sheet: 78,
        inline: 12,
        diff: 58,
        beside: 58,
        evidence: 14,
    };
    let mut group = c.benchmark_group("lay out");
    group.sample_size(10);
    for (name, (before, payload)) in [
        ("file, 2000 lines", file(2_000)),
        ("file, 1 MB in all", file(8_400)),
        ("records, 8 KB in all", records(80)),
        ("records, 16 KB in all", records(165)),
        ("records, 64 KB in all", records(660)),
        ("records, 1 MB in all", records(10_000)),
        ("hostile, 16 KB in all", hostile(2_700)),
        ("hostile, 1 MB in all", hostile(170_000)),
        (
            "one line, 1 MB in all",
            (
                json!({"text": "to pay ".repeat(75_000)}).to_string(),
                json!({"text": "to say ".repeat(75_000)}).to_string(),
            ),
        ),
        (
            "one word, 1 MB in all",
            (
                json!({"text": "x".repeat(500_000)}).to_string(),
                json!({"text": "y".repeat(500_000)}).to_string(),
            ),
        ),
        (
            "hidden characters, 1 MB in all",
            (
                json!({"text": "\u{202e}".repeat(170_000)}).to_string(),
                json!({"text": "\u{202d}".repeat(170_000)}).to_string(),
            ),
        ),
        (
            "escapes, 1 MB in all",
            (
                json!({"text": "\u{1}".repeat(85_000)}).to_string(),
                json!({"text": "\u{2}".repeat(85_000)}).to_string(),
            ),
        ),
    ] {
        let envelope = envelope(&row, &before, &payload);
        println!("{name}: {} bytes", before.len() + payload.len());
        group.bench_function(name, |b| b.iter(|| black_box(lay_out(&envelope, widths, PATIENCE))));
    }
}

fn frames(c: &mut Criterion) {
    let now: Timestamp = "2026-11-21T04:12:09Z".parse().expect("time");
    let mut model = full(now);
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("terminal");
    c.bench_function("frame/200x60/100000 queued", |b| {
        b.iter(|| terminal.draw(|frame| view(&model, frame)).map(drop));
    });
    c.bench_function("key to frame/200x60/100000 queued", |b| {
        let mut down = true;
        b.iter(|| {
            let code = if down { KeyCode::Char('j') } else { KeyCode::Char('k') };
            down = !down;
            let _ = update(&mut model, press(code, now));
            terminal.draw(|frame| view(&model, frame)).map(drop)
        });
    });
    c.bench_function("arrival/100000 queued", |b| {
        let mut n = QUEUED;
        b.iter(|| {
            n += 1;
            let page = QueuePage {
                look: 0,
                present: Vec::new(),
                presence: 0,
                stops: Vec::new(),
                cursor: u64::from(n),
                now,
                rows: vec![row(n, now)],
                gone: Vec::new(),
                more: false,
            };
            let question = model.question;
            update(
                &mut model,
                Msg::Queue {
                    question,
                    answer: Ok(page),
                    at: now,
                },
            )
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = frames, diffs
}
criterion_main!(benches);
