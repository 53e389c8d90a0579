//! How a command can fail, and the exit code each failure has.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

use crate::api::ErrorType;
use crate::bundle::{Flaw, FlawKind};
use crate::client::ClientError;
use crate::console::{ConsoleError, PinError};
use crate::demo::DemoError;
use crate::form::Faults;
use crate::gate::{Contradiction, EmbeddedError, FolderError, ServiceError};
use crate::keys::KeyError;
use crate::ledger::{Fault, FaultKind};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Gate(#[from] EmbeddedError),
    #[error(transparent)]
    Console(#[from] ConsoleError),
    #[error(transparent)]
    Pins(#[from] PinError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was typed makes no sense: a sentence and a hint.
    #[error("{0}")]
    Usage(String, &'static str),
    #[error("no key signs here")]
    Key(#[source] KeyError),
    #[error("{0} cannot be read")]
    File(String, #[source] io::Error),
    #[error("{0} cannot be written")]
    Unwritten(String, #[source] io::Error),
    #[error("the console does not start with the settings in {0}")]
    Settings(PathBuf, #[source] Faults),
    #[error("the machine refused")]
    Io(#[source] io::Error),
    /// A person ended it before it was done; what came of it until then was said.
    #[error("it was interrupted")]
    Interrupted,
    /// Standard output went away.
    #[error("nobody reads the output any more")]
    BrokenPipe,
    #[error("the ledger does not verify: {0}")]
    Ledger(Fault),
    #[error("the bundle does not hold: {0}")]
    Bundle(Flaw),
    #[error("the gate cannot listen on {0}")]
    Listen(std::net::SocketAddr, #[source] io::Error),
    #[error("there is no ledger at {0}")]
    NoLedger(PathBuf),
    /// What was named is not there: a sentence.
    #[error("{0}")]
    Missing(String),
    /// What was named is not what is there any more: a sentence.
    #[error("{0}")]
    Changed(String),
}

impl CliError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Client(ClientError::Refused(detail)) => match detail.kind {
                ErrorType::NotFound => 4,
                ErrorType::Conflict => 5,
                ErrorType::InvalidRequest
                | ErrorType::Unauthorized
                | ErrorType::Forbidden
                | ErrorType::TooLarge
                | ErrorType::RateLimited
                | ErrorType::Unavailable
                | ErrorType::Internal => 1,
            },
            Self::Client(ClientError::Unreachable(_)) => 6,
            Self::Client(ClientError::Address(_)) | Self::Usage(..) | Self::Settings(..) => 2,
            Self::BrokenPipe => 3,
            Self::NoLedger(_) | Self::Missing(_) => 4,
            Self::Changed(_) => 5,
            Self::Gate(
                EmbeddedError::Anchor(..)
                | EmbeddedError::Service(ServiceError::Tampered(_) | ServiceError::Store(StoreError::Unsound(_))),
            ) => 11,
            Self::Ledger(fault) => match fault.kind {
                FaultKind::TornTail => 10,
                FaultKind::Tampered => 11,
            },
            Self::Bundle(flaw) => match flaw.kind {
                FlawKind::Tampered => 11,
                FlawKind::Unproved => 1,
            },
            Self::Client(
                ClientError::Strange(_) | ClientError::Later(..) | ClientError::NotSigned(_) | ClientError::Unproved(_),
            )
            | Self::Key(_)
            | Self::Folder(_)
            | Self::Service(_)
            | Self::Gate(_)
            | Self::Console(_)
            | Self::Pins(_)
            | Self::Demo(_)
            | Self::Store(_)
            | Self::File(..)
            | Self::Unwritten(..)
            | Self::Io(_)
            | Self::Listen(..)
            | Self::Interrupted => 1,
        }
    }

    /// What to do about it, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage(_, hint) => Some((*hint).to_owned()),
            Self::Client(ClientError::Refused(detail) | ClientError::Later(_, detail)) => detail.hint.clone(),
            Self::Client(ClientError::Unproved(_)) => Some(
                "An older copy of its ledger may have been put back, or written anew, or another gate answers at this \
                 address. Ask whoever runs it, by another way than this one. Where it is explained, forget what was seen \
                 with `signoff trust --reset` and the same --url or --data."
                    .to_owned(),
            ),
            Self::Client(ClientError::Unreachable(_)) => {
                Some("Is it running? Start one with `signoff serve`, or name another with --url.".to_owned())
            }
            Self::Folder(FolderError::Owned(_)) => {
                Some("Stop that one, or name another folder with --data.".to_owned())
            }
            Self::Folder(FolderError::Exposed(file))
            | Self::Gate(EmbeddedError::Folder(FolderError::Exposed(file))) => Some(format!(
                "Keep it to yourself with `chmod 600 {}`; if others may have read it, replace it.",
                file.display()
            )),
            Self::Folder(FolderError::NoKey(_)) | Self::Gate(EmbeddedError::Folder(FolderError::NoKey(_))) => {
                Some("Put the file back from a copy: a key is one line of base64, 32 bytes.".to_owned())
            }
            Self::Gate(EmbeddedError::Service(ServiceError::LogKey)) => Some(
                "Put the `log.key` that belongs to this ledger back from a copy. Where it is lost for good, \
                 `signoff serve --accept-rollback --reason TEXT` goes on with a new one, and every console will ask why."
                    .to_owned(),
            ),
            Self::Gate(EmbeddedError::Service(ServiceError::OneKey)) => Some(
                "Remove `token.key`, and the gate makes another at its next start: whoever got to know the one could do \
                 what the other is for."
                    .to_owned(),
            ),
            Self::Gate(EmbeddedError::Service(ServiceError::Tampered(_) | ServiceError::Store(StoreError::Unsound(_)))) => {
                Some("Somebody changed the database. `signoff ledger verify` says what and where; put a copy back that it finds sound.".to_owned())
            }
            Self::Gate(EmbeddedError::Anchor(_, Contradiction::Foreign(_) | Contradiction::Unreadable)) => {
                Some("Name the anchor of this ledger with --anchor, or another file for a new one.".to_owned())
            }
            Self::Gate(EmbeddedError::Anchor(..)) => Some(
                "An older copy was put back, the ledger was cut or written anew, or the anchor is not its own. Find \
                 out which before anything is decided here, and put the newest copy back. Where that is lost for good, an \
                 admin goes on with `signoff serve --anchor FILE --accept-rollback --reason TEXT`: that is recorded, and \
                 every console will ask why."
                    .to_owned(),
            ),
            Self::Gate(EmbeddedError::NotAnAdmin) => {
                Some("Name a file with an admin's credential: --token-file FILE.".to_owned())
            }
            Self::Pins(_) => Some("Put the file back from a copy. Without it, every gate is taken as it is: delete it only if you know why it is so.".to_owned()),
            Self::Listen(..) => Some("Stop what listens there, or name another port with --listen.".to_owned()),
            Self::NoLedger(_) => Some("Name its folder with --data, or a running gate with --url; `signoff serve` starts one.".to_owned()),
            Self::Client(_)
            | Self::Key(_)
            | Self::Folder(_)
            | Self::Service(_)
            | Self::Gate(_)
            | Self::Console(_)
            | Self::Demo(_)
            | Self::Store(_)
            | Self::File(..)
            | Self::Unwritten(..)
            | Self::Settings(..)
            | Self::Io(_)
            | Self::Interrupted
            | Self::BrokenPipe
            | Self::Ledger(_)
            | Self::Bundle(_)
            | Self::Missing(_)
            | Self::Changed(_) => None,
        }
    }

    /// The causes below it, outermost first.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }
}
