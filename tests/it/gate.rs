//! The gate over HTTP, in process.

mod deadlines;
mod decide;
mod people;
mod propose;
mod queue;
mod redeem;
