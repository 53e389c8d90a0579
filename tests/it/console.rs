//! The console against a real gate in process: keys in, screens out.

mod after;
mod ahead;
mod alerts;
mod away;
mod batch;
mod boxes;
mod cover;
pub mod desk;
mod guards;
mod link;
mod palette;
mod queue;
mod rebinding;
mod screens;
mod settings;
mod severe;
mod stop;
mod tabs;
mod themes;
mod trouble;
mod verbs;
