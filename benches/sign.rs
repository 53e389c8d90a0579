//! What a person's signature costs a decision: making it, and having it checked and counted.
//!
//! Prints medians, and what a decision takes longer than one that is not signed, side by side in one run.
#![expect(clippy::print_stdout, reason = "figures are printed")]
#![expect(dead_code, reason = "another benchmark needs the rest of the place")]

mod bulk;
mod place;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use place::say;
use signoff::api::{DecisionRequest, EnvelopeView};
use signoff::domain::{AgentPrincipal, DecisionKind, Person, Principal};
use signoff::gate::{RequestKey, Service, World};
use signoff::keys::{Pen, Signer};
use signoff::signature::ssh::{DECISION, Demand, SshSecretKey};
use tokio::runtime::Runtime;

const DECISIONS: u64 = 400;

fn main() {
    place::machine();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("folder");
    Runtime::new().expect("runtime").block_on(run(folder.path()));
}

async fn run(folder: &std::path::Path) {
    let world = bulk::Machine::new();
    let service = bulk::open(folder, &world).await;
    service.limit_waiting(u64::MAX);
    let agent = bulk::agent(&service, "support-1").await;
    let caller = bulk::person(&service, "ana").await;
    let ben = bulk::person(&service, "ben").await;
    let [ana, ben] = [&caller, &ben].map(|person| person.person().expect("a person"));
    let shared = Arc::clone(&world);
    let secret = SshSecretKey::from_seed(&[7; 32]);
    let pen = Pen::new(
        Signer::Memory(Box::new(secret.clone())),
        Arc::new(move || shared.random()),
    );
    let challenge = service.challenge();
    let key = pen.registration(&challenge, false).await.expect("signed");
    service.add_key(&ana, false, key).await.expect("registered");

    let message = [7; 600];
    let signature = secret.sign(DECISION, &message).expect("signed");
    let public = secret.public();
    let each = |what: &dyn Fn()| -> Vec<Duration> {
        let timed = |_| {
            let start = Instant::now();
            what();
            start.elapsed()
        };
        (0..DECISIONS).map(timed).collect()
    };
    say(
        "SSHSIG made",
        each(&|| drop(black_box(secret.sign(DECISION, &message)))),
    );
    say(
        "SSHSIG checked",
        each(&|| {
            drop(black_box(signature.holds(
                &public,
                DECISION,
                &message,
                Demand::default(),
            )));
        }),
    );

    let (mut signing, mut signed, mut unsigned) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..DECISIONS {
        // One after the other: the disk is what it is for both.
        let view = proposed(&service, (&agent, &caller), 2 * n).await;
        let start = Instant::now();
        let request = pen
            .decision(&view, word(&view), None, world.now())
            .await
            .expect("signed");
        signing.push(start.elapsed());
        signed.push(decided(&service, &ana, &view, request).await);
        let view = proposed(&service, (&agent, &caller), 2 * n + 1).await;
        unsigned.push(decided(&service, &ben, &view, word(&view)).await);
    }
    say("the document made and signed", signing.clone());
    say("a signed decision checked and durable", signed.clone());
    say("an unsigned decision durable", unsigned.clone());
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1_000.0
    };
    let more = median(&mut signing) + median(&mut signed) - median(&mut unsigned);
    println!("signing adds {more:.2} ms to a decision, at the median (aim: under 1 ms)");
}

fn word(view: &EnvelopeView) -> DecisionRequest {
    DecisionRequest {
        reason: Some("looked at".to_owned()),
        ..DecisionRequest::new(DecisionKind::Approve).about(view.summary.payload_sha256, view.summary.revision)
    }
}

/// A refund, as a person reads it.
async fn proposed(service: &Service, (agent, reader): (&AgentPrincipal, &Principal), n: u64) -> EnvelopeView {
    let body = bulk::proposal(4 * n + 1).to_string();
    let key = RequestKey::new(format!("p-{n}"), body.as_bytes());
    let (view, _) = service
        .propose(agent.clone(), key, body.as_bytes())
        .await
        .expect("proposed");
    service
        .read(reader, view.summary.id, Duration::ZERO, None)
        .await
        .expect("read")
}

async fn decided(service: &Service, person: &Person, view: &EnvelopeView, request: DecisionRequest) -> Duration {
    let key = RequestKey::new("d".to_owned(), b"");
    let start = Instant::now();
    let decided = service.decide(person.clone(), view.summary.id, key, request).await;
    decided.expect("decided");
    start.elapsed()
}
