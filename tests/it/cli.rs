//! The real binary: what it prints and how it ends.

pub mod place;
mod reviewer;
mod verbs;
