//! Where people's keys are, and the pen that signs decisions with them.
//!
//! A key is in this process's memory, in an ssh-agent, or behind `ssh-keygen`. What is signed is made of the
//! bytes that were read and drawn, never of digests that a gate merely named.

mod agent;
mod error;
mod keygen;
mod pen;
mod prepare;
mod vouch;

pub use agent::Agent;
pub use error::KeyError;
pub use keygen::Keygen;
pub use pen::{Pen, Random, Signer};

#[cfg(test)]
mod tests;
