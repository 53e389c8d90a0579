//! The console against a real gate in process: keys in, screens out.

mod after;
mod batch;
mod cover;
pub mod desk;
mod guards;
mod laying;
mod link;
mod numbers;
mod page;
mod queue;
mod screens;
mod severe;
mod stop;
mod verbs;
