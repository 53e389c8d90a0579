//! Stands between a console and its gate, and keeps back one decision or the answer to it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::PATIENCE;

/// What happens to the next decision; to all later ones, nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pass,
    /// The gate never sees it.
    KeepRequest,
    /// The gate has answered, and the console hears nothing.
    KeepAnswer,
    /// The gate has answered, and the connection breaks.
    LoseAnswer,
}

/// A decision that came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub key: String,
    pub fate: Fate,
}

pub struct Proxy {
    pub url: String,
    seen: Receiver<Seen>,
}

/// What every connection shares.
#[derive(Clone)]
struct Between {
    gate: String,
    next: Arc<Mutex<Fate>>,
    seen: Sender<Seen>,
    /// Connections on which nothing more comes, and which stay open.
    kept: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Listens for a console; `gate` is the gate's address, and `fate` is that of the first decision.
    pub fn start(gate: &str, fate: Fate) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, seen) = channel();
        let between = Between {
            gate: gate.trim_start_matches("http://").to_owned(),
            next: Arc::new(Mutex::new(fate)),
            seen: send,
            kept: Arc::default(),
        };
        std::thread::spawn(move || {
            for console in listener.incoming().map_while(Result::ok) {
                let between = between.clone();
                // It ends with either side; what broke is seen by the console.
                std::thread::spawn(move || between.carry(console));
            }
        });
        Self { url, seen }
    }

    /// The next decision that came by, after what was to happen to it has happened.
    pub fn seen(&self) -> Seen {
        self.seen.recv_timeout(PATIENCE).expect("a decision")
    }

    /// Whether one came by meanwhile.
    pub fn saw(&self) -> Option<Seen> {
        self.seen.try_recv().ok()
    }
}

impl Between {
    /// One request after the other, as a connection of HTTP/1.1 has them.
    fn carry(&self, mut console: TcpStream) -> io::Result<()> {
        let mut gate = TcpStream::connect(&self.gate)?;
        loop {
            let request = message(&mut console)?;
            let head = head(&request);
            let decides = head.starts_with("POST ") && head.lines().next().is_some_and(|l| l.contains("/decisions "));
            let fate = if decides {
                std::mem::replace(&mut *self.next.lock().unwrap(), Fate::Pass)
            } else {
                Fate::Pass
            };
            if fate != Fate::KeepRequest {
                gate.write_all(&request)?;
                let answer = message(&mut gate)?;
                if fate == Fate::Pass {
                    console.write_all(&answer)?;
                }
            }
            if decides {
                let key = field(&head, "idempotency-key").unwrap().to_owned();
                let _ = self.seen.send(Seen { key, fate });
            }
            match fate {
                Fate::Pass => {}
                Fate::KeepRequest | Fate::KeepAnswer => {
                    self.kept.lock().unwrap().push(console);
                    return Ok(());
                }
                Fate::LoseAnswer => return Ok(()),
            }
        }
    }
}

/// One whole request or answer: what is said here always says how long it is.
fn message(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let text = head(&bytes);
        if let Some(end) = text.find("\r\n\r\n") {
            assert_eq!(field(&text, "transfer-encoding"), None);
            let body: usize = field(&text, "content-length").map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= end + 4 + body {
                return Ok(bytes);
            }
        }
        match from.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend(&buffer[..n]),
        }
    }
}

/// Everything up to the body, in text that keeps its places; small letters in the names of fields.
fn head(bytes: &[u8]) -> String {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let head = &bytes[..end.map_or(bytes.len(), |end| end + 4)];
    head.iter().map(|byte| char::from(*byte)).collect()
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
