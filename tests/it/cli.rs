//! The real binary: what it prints and how it ends.

mod place;
mod reviewer;
mod verbs;
