//! Whoever says nothing keeps nobody else out.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::it::world::gate;

/// The clock is the runtime's own and jumps ahead whenever nothing else is left to do.
#[tokio::test(start_paused = true)]
async fn a_request_that_is_never_finished_is_hung_up_on_and_others_are_answered_meanwhile() {
    let gate = gate().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(signoff::gate::serve(listener, Arc::clone(&gate.service), async move {
        drop(stopped.await);
    }));
    let head = b"GET /v1/queue HTTP/1.1\r\nHost: x\r\nX";
    let body = format!(
        "POST /v1/envelopes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k\r\nContent-Length: 100\r\n\r\n{{",
        gate.token("support-3")
    );
    for half in [head.as_slice(), body.as_bytes(), b""] {
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(half).await.unwrap();
        let mut other = TcpStream::connect(address).await.unwrap();
        other
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        other.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let start = tokio::time::Instant::now();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_mins(2), silent.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "nobody hung up on {half:?}");
        assert!(start.elapsed() >= Duration::from_secs(20), "it had time");
    }
    drop(stop);
    server.await.unwrap().unwrap();
}
