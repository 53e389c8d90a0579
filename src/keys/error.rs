//! Why nothing was signed.

use std::io;
use std::path::PathBuf;

use crate::ledger::CanonicalError;
use crate::signature::ssh::SshError;

/// A sentence fragment each; nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Ssh(#[from] SshError),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    #[error("the gate sent no payload to sign for")]
    NoPayload,
    #[error("the payload is not the one that the gate names")]
    OtherPayload,
    #[error("the gate does not say which ledger it keeps, so nothing can be signed for it")]
    NoLedger,
    #[error("what would be decided is not what was read")]
    OtherRevision,
    #[error("nothing was read that the decision could rest on")]
    NotRead,
    #[error("it is nobody that decides, so nobody can vouch for its key")]
    NoRole,
    #[error("there is nobody called {0} to hand it to")]
    NoHeir(String),
    #[error("no ssh-agent answers at {0}")]
    NoAgent(PathBuf, #[source] io::Error),
    #[error("the ssh-agent refused to sign: it has not this key, is locked, or was told no")]
    Refused,
    #[error("the ssh-agent answered what is none of its answers")]
    Strange,
    #[error("the key did not answer within {0} s")]
    Silent(u64),
    #[error("ssh-keygen did not sign: {0}")]
    Keygen(String),
}
