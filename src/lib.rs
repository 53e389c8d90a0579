//! Agents propose. Policy decides what may run alone. People sign off the rest, in a terminal.
//!
//! ```text
//! agent -> api -> gate -> policy -> store/ledger -> api -> client -> console -> decision -> token -> outcome
//! ```
pub mod api;
pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod demo;
pub mod diff;
pub mod domain;
pub mod gate;
pub mod ledger;
pub mod policy;
pub mod store;
