//! A small client of ssh-agents: the two requests that signing takes (draft-ietf-sshm-ssh-agent).

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::KeyError;
use crate::signature::ssh::SshPublicKey;

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// The longest answer that is read, in bytes: what OpenSSH's own agent sends at most.
const LONGEST: u32 = 256 * 1024;

/// How long a list may take; nobody is asked for it.
const PROMPT: Duration = Duration::from_secs(5);

/// How long a signature may take: somebody may have to find the key and touch it.
const TOUCH: Duration = Duration::from_mins(1);

/// The agent that listens at a socket.
#[derive(Debug, Clone)]
pub struct Agent {
    socket: PathBuf,
}

impl Agent {
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The keys it has, of the kinds that are taken, in its order.
    pub async fn keys(&self) -> Result<Vec<SshPublicKey>, KeyError> {
        let answer = self.ask(&[REQUEST_IDENTITIES], PROMPT).await?;
        let mut rest = answer.strip_prefix(&[IDENTITIES_ANSWER]).ok_or(KeyError::Strange)?;
        let count = take_number(&mut rest).ok_or(KeyError::Strange)?;
        let mut keys = Vec::new();
        for _ in 0..count {
            let blob = take_string(&mut rest).ok_or(KeyError::Strange)?;
            take_string(&mut rest).ok_or(KeyError::Strange)?;
            keys.extend(SshPublicKey::from_blob(blob).ok());
        }
        Ok(keys)
    }

    /// The signature blob over these bytes.
    pub(super) async fn sign(&self, key: &SshPublicKey, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut request = vec![SIGN_REQUEST];
        put_string(&mut request, &key.blob());
        put_string(&mut request, data);
        request.extend(0_u32.to_be_bytes());
        let answer = self.ask(&request, TOUCH).await?;
        let mut rest = answer.strip_prefix(&[SIGN_RESPONSE]).ok_or(KeyError::Refused)?;
        take_string(&mut rest).map(<[u8]>::to_vec).ok_or(KeyError::Strange)
    }

    async fn ask(&self, request: &[u8], patience: Duration) -> Result<Vec<u8>, KeyError> {
        let asked = tokio::time::timeout(patience, self.exchange(request)).await;
        asked.unwrap_or(Err(KeyError::Silent(patience.as_secs())))
    }

    async fn exchange(&self, request: &[u8]) -> Result<Vec<u8>, KeyError> {
        let gone = |error| KeyError::NoAgent(self.socket.clone(), error);
        let mut stream = UnixStream::connect(&self.socket).await.map_err(gone)?;
        let mut framed = Vec::new();
        put_string(&mut framed, request);
        stream.write_all(&framed).await.map_err(gone)?;
        let length = stream.read_u32().await.map_err(gone)?;
        if !(1..=LONGEST).contains(&length) {
            return Err(KeyError::Strange);
        }
        let mut answer = vec![0; length as usize];
        stream.read_exact(&mut answer).await.map_err(gone)?;
        Ok(answer)
    }
}

/// RFC 4251: four bytes of length, then the bytes.
fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend(length.to_be_bytes());
    out.extend(bytes);
}

fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*number))
}

fn take_string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_number(rest)? as usize;
    let (string, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(string)
}
