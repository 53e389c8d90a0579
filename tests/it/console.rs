//! The console against a real gate in process: keys in, screens out.

mod after;
mod alerts;
mod batch;
mod cover;
pub mod desk;
mod guards;
mod link;
mod memory;
mod palette;
mod queue;
mod rebinding;
mod screens;
mod settings;
mod severe;
mod stop;
mod tabs;
mod themes;
mod tour;
mod trouble;
mod verbs;
