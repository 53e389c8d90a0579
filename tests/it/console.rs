//! The console against a real gate in process: keys in, screens out.

pub mod desk;
mod guards;
mod link;
mod queue;
mod screens;
