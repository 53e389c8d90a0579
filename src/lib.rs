//! Agents propose. Policy decides what may run alone. People sign off the rest, in a terminal. Every step
//! can be proved later.
//!
//! # The flow
//!
//! ```text
//! agent -> api -> gate -> policy -> store/ledger -> api -> client -> console -> decision -> token -> outcome
//! ```
//!
//! To follow one proposal to its entry, read `gate/router.rs` (the route), `gate/service/propose.rs` (the
//! use case), `policy/judge.rs` (the verdict), `store/writer.rs` (the one transaction) and
//! `ledger/entry.rs` (what stands there for good). A decision goes `console/update/decide.rs`,
//! `gate/service/decide.rs`; what runs goes `gate/service/redeem.rs`. What comes by the Agent Approval
//! Protocol goes `gate/aap.rs` and then the same way. What a person signs is `ledger/document.rs`, made by
//! `keys/prepare.rs` from what was drawn and held against what is decided in `gate/service/decide/signed.rs`.
//!
//! # The layers
//!
//! | module | holds | may name |
//! | --- | --- | --- |
//! | [`domain`] | the vocabulary, the lifecycle, text made safe to show; pure | nothing of ours |
//! | [`form`] | TOML files read key by key, every fault at its place; pure | domain |
//! | [`signature`] | what is signed and whether it holds: keys and formats; pure | domain |
//! | [`policy`] | `judge(&Policy, &Facts) -> Judgement` with its trace; pure | domain, form |
//! | [`ledger`] | exact bytes, commitments, the tree, the check of all of it; pure | domain, signature |
//! | [`bundle`] | a ledger as a folder of files, and the check of one; pure | domain, signature, policy, ledger |
//! | [`api`] | request and response bodies, paths, the error body | domain |
//! | [`store`] | one writer thread over SQLite; the only module that knows SQL | domain, signature, ledger |
//! | [`client`] | typed HTTP client, one method a route | domain, bundle, api |
//! | [`config`] | embedded defaults, the console's settings | domain, form, policy |
//! | [`keys`] | where people's keys are, and the pen that signs decisions | domain, signature, ledger, api |
//! | [`gate`] | routes, credentials, the use cases | domain, form, signature, policy, ledger, bundle, store, api, config |
//! | [`oversight`] | figures of who decided what, from entries one by one; pure | domain, ledger |
//! | [`diff`] | payloads compared by field and as text; pure | nothing of ours |
//! | [`console`] | model, update, effects, view | domain, form, ledger, diff, api, client, keys, config |
//! | [`plain`] | the console line by line, for screen readers | domain, api, client, keys, console |
//! | [`demo`] | a gate and scripted agents in one process | all but cli, console and plain |
//! | [`cli`] | arguments, one file a subcommand, printing, exit codes | all |
//!
//! `tests/it/layers.rs` holds the table. A new module takes a row in it.
//!
//! # The terms
//!
//! An **action** is what an agent wants to do; an **envelope** carries it through review. The policy gives
//! a **verdict**, a person a **decision**, the agent an **outcome**; each is an **entry** in the ledger. A
//! **token** is the permission to run one approved payload, once.

pub mod api;
pub mod bundle;
pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod demo;
pub mod diff;
pub mod domain;
pub mod form;
pub mod gate;
pub mod keys;
pub mod ledger;
pub mod oversight;
pub mod plain;
pub mod policy;
pub mod signature;
pub mod store;
