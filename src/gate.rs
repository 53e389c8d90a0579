//! The gate: agents ask it before they act, people answer through it.
//!
//! `router` has every route on one screen; a handler extracts, calls the service and answers; the rules
//! live in `service`, which knows no HTTP. `aap` is a second door to the same rules, for agents that speak
//! the Agent Approval Protocol. Clock and randomness are handed in as a [`World`].

mod aap;
mod anchor;
mod archive;
mod auth;
mod connections;
mod directory;
mod embedded;
mod error;
mod folder;
mod handlers;
mod keys;
mod presence;
mod router;
mod serve;
mod service;
mod texts;
mod token;
mod wakes;
mod world;

pub use anchor::{Acceptance, Contradiction, Guard, contradicted};
pub use archive::Archive;
pub use embedded::{Embedded, EmbeddedError, open_folder, rotate_log_key};
pub use error::Refusal;
pub use folder::{Folder, FolderError, GateFile, admin_token, ledger, running_gate};
pub use keys::Keys;
pub use router::router;
pub use serve::serve;
pub use service::{Accepted, Opening, PolicyChoice, RequestKey, Service, ServiceError};
pub use texts::kept_texts;
pub use world::World;
