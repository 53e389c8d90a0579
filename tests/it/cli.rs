//! The real binary: what it prints and how it ends.

mod verbs;
