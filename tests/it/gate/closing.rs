//! A gate that is told to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::it::world::{Gate, gate, path};

/// What long polls are answered when the gate is told to stop while they wait.
pub async fn answers_at_the_end(gate: &Gate, polls: &[(&str, String)]) -> Vec<Value> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(signoff::gate::serve(listener, Arc::clone(&gate.service), async {
        let _ = stopped.await;
    }));
    let client = reqwest::Client::new();
    let polls = polls.iter().map(|(who, path)| {
        let request = client.get(format!("{url}{path}")).bearer_auth(gate.token(who));
        tokio::spawn(async move { request.send().await.unwrap().text().await.unwrap() })
    });
    let polls: Vec<_> = polls.collect();
    // Until all of them wait: there is nothing to see them by.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let told = Instant::now();
    stop.send(()).unwrap();
    let mut answers = Vec::new();
    for poll in polls {
        answers.push(serde_json::from_str(&poll.await.unwrap()).unwrap());
    }
    serving.await.unwrap().unwrap();
    assert!(told.elapsed() < Duration::from_secs(2), "{:?}", told.elapsed());
    answers
}

#[tokio::test]
async fn open_polls_are_answered_before_the_gate_goes() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let cursor = gate.get("ana", "/v1/queue").await.body["cursor"].clone();
    let polls = [
        ("support-3", path(&envelope, "?wait=25s")),
        ("ana", format!("/v1/queue?cursor={cursor}&wait=25s")),
    ];
    let answers = answers_at_the_end(&gate, &polls).await;
    assert_eq!(answers[0]["stage"], "waiting");
    assert_eq!((&answers[1]["cursor"], &answers[1]["rows"]), (&cursor, &json!([])));
}
