//! Waiting for people: an answer comes as soon as it is final, and when the gate goes.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{place, request, submission};
use crate::it::gate::closing::answers_at_the_end;
use crate::it::world::{Gate, gate};

async fn refund(gate: &Gate) -> Value {
    gate.ask(submission("issue_refund", json!({"amount": 60}))).await
}

async fn waited(gate: &Gate, asked: &Value) -> Value {
    request(&gate.get("support-3", &place(asked, "?wait=25s")).await)
}

#[tokio::test]
async fn a_poll_ends_with_whatever_is_final() {
    let gate = gate().await;
    let started = Instant::now();
    let asked = refund(&gate).await;
    let (now, _) = tokio::join!(waited(&gate, &asked), gate.allow("ana", &asked));
    assert_eq!(now["status"], "approved");
    let asked = refund(&gate).await;
    let (now, _) = tokio::join!(waited(&gate, &asked), gate.reject("ana", &asked, "no"));
    assert_eq!(now["status"], "denied");
    let asked = refund(&gate).await;
    let path = place(&asked, "");
    let (now, _) = tokio::join!(waited(&gate, &asked), gate.delete("support-3", &path));
    assert_eq!(now["status"], "cancelled");
    let asked = refund(&gate).await;
    let over = async {
        gate.world.pass(SignedDuration::from_mins(10));
        gate.service.settle_due().await.unwrap();
    };
    let (now, ()) = tokio::join!(waited(&gate, &asked), over);
    assert_eq!(now["status"], "expired");
    let asked = refund(&gate).await;
    let (now, _) = tokio::join!(waited(&gate, &asked), gate.edit("ana", &asked, r#"{"amount":50}"#));
    assert_eq!(now["status"], "denied");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_poll_without_news_ends_in_time() {
    let gate = gate().await;
    let asked = refund(&gate).await;
    let started = tokio::time::Instant::now();
    assert_eq!(waited(&gate, &asked).await, asked);
    assert_eq!(started.elapsed().as_secs(), 25);
    // An hour is cut to what the protocol allows.
    let started = tokio::time::Instant::now();
    gate.get("support-3", &place(&asked, "?wait=1h")).await;
    assert_eq!(started.elapsed().as_secs(), 30);
}

/// A client that was answered has 30 s for the gate to come back; one whose poll was cut has what is left.
#[tokio::test]
async fn a_gate_that_goes_answers_what_is_pending_first() {
    let gate = gate().await;
    let asked = refund(&gate).await;
    let polls = [("support-3", place(&asked, "?wait=25s"))];
    assert_eq!(answers_at_the_end(&gate, &polls).await, [asked]);
}
