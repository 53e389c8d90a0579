//! The console against a real gate in process: keys in, screens out.

mod after;
mod batch;
pub mod desk;
mod guards;
mod link;
mod queue;
mod screens;
mod stop;
mod verbs;
