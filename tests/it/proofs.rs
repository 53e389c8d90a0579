//! What the ledger signs, and what of it anybody can check.

mod anchor;
mod heads;
mod receipts;
mod routes;
mod tokens;
pub mod tools;
