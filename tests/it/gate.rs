//! The gate over HTTP, in process.
mod after;
mod batch;
mod classify;
pub mod closing;
mod custody;
mod deadlines;
mod decide;
mod edit;
mod look;
mod past;
mod people;
mod propose;
mod queue;
mod redeem;
mod signals;
mod stop;
mod talk;
mod unlike;
