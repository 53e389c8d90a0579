//! How long a frame takes at 200×60 with 100,000 envelopes queued, and a key that moves the cursor.

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use signoff::api::{QueuePage, Summary};
use signoff::config::Settings;
use signoff::console::{Keymap, Memory, Model, Msg, Pressed, Recalled, Start, begin, update, view};
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
            let pressed = Pressed {
                code,
                modifiers: KeyModifiers::NONE,
                at: now,
                read_at: now,
                burst: false,
            };
            let _ = update(&mut model, Msg::Key(pressed));
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
    targets = frames
}
criterion_main!(benches);
