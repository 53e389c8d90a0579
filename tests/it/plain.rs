//! Plain mode, line by line: the same promises as on the screen.

pub mod desk;
mod early;
mod flow;
mod link;
mod reading;
mod severe;
