//! Agents that answer what no agent should.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::{Agent, KeyError, Pen, Signer};
use crate::api::Challenge;
use crate::signature::ssh::{LOGIN, SshSecretKey};

/// An agent that answers every request with these bytes.
fn agent(answer: Vec<u8>) -> (tempfile::TempDir, Agent) {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("agent.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u32().await.unwrap_or(0);
            let mut request = vec![0; length as usize];
            let _ = stream.read_exact(&mut request).await;
            let _ = stream.write_all(&answer).await;
        }
    });
    (folder, Agent::at(socket))
}

fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("short");
    [&length.to_be_bytes(), body].concat()
}

fn challenge() -> Challenge {
    Challenge {
        ledger: uuid::Uuid::nil(),
        nonce: "00".repeat(16),
        until: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn what_is_no_list_of_keys_is_refused_and_nothing_of_it_is_read_on() {
    let strange: [Vec<u8>; 7] = [
        framed(&[]),
        framed(&[5]),
        framed(&[12]),
        framed(&[12, 0, 0, 0, 1]),
        framed(&[12, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
        framed(&[12, 0xff, 0xff, 0xff, 0xff]),
        0xffff_ffff_u32.to_be_bytes().to_vec(),
    ];
    for answer in strange {
        let (_folder, agent) = agent(answer.clone());
        assert!(matches!(agent.keys().await, Err(KeyError::Strange)), "{answer:?}");
    }
}

#[tokio::test]
async fn a_key_of_another_kind_is_passed_over() {
    let mut body = vec![12, 0, 0, 0, 2];
    let mut put = |bytes: &[u8]| body.extend(framed(bytes));
    put(b"\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\0\x02\0\x99");
    put(b"rsa");
    let key = SshSecretKey::from_seed(&[1; 32]).public();
    put(&key.blob());
    put(b"ana");
    let (_folder, agent) = agent(framed(&body));
    assert_eq!(agent.keys().await.expect("keys"), [key]);
}

#[tokio::test]
async fn an_answer_by_another_key_or_for_another_message_is_no_signature() {
    let (ana, ben) = (SshSecretKey::from_seed(&[1; 32]), SshSecretKey::from_seed(&[2; 32]));
    for (secret, message) in [(&ben, &b"{}"[..]), (&ana, &b"other"[..])] {
        let made = secret.sign(LOGIN, message).expect("signed");
        let mut body = vec![14];
        body.extend(framed(&made.raw()));
        let (_folder, agent) = agent(framed(&body));
        let pen = Pen::new(Signer::Agent(agent, ana.public()), std::sync::Arc::new(|| [0; 32]));
        assert!(pen.session(&challenge()).await.is_err());
    }
}

#[tokio::test]
async fn an_agent_that_says_no_has_said_no() {
    let (_folder, agent) = agent(framed(&[5]));
    let key = SshSecretKey::from_seed(&[1; 32]).public();
    let pen = Pen::new(Signer::Agent(agent, key), std::sync::Arc::new(|| [0; 32]));
    let refused = pen.session(&challenge()).await.map(drop);
    assert!(matches!(refused, Err(KeyError::Refused)), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_answers_is_not_waited_for_without_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("agent.sock");
    // Taken in by the system and never read.
    let _listener = UnixListener::bind(&socket).expect("a socket");
    assert!(matches!(Agent::at(socket).keys().await, Err(KeyError::Silent(5))));
}
