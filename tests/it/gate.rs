//! The gate over HTTP, in process.
mod classify;
mod custody;
mod deadlines;
mod decide;
mod edit;
mod people;
mod propose;
mod queue;
mod redeem;
pub mod stop;
mod talk;
