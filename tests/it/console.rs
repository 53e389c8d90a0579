//! The console against a real gate in process: keys in, screens out.

mod after;
mod alerts;
mod batch;
mod cover;
pub mod desk;
mod draft;
mod guards;
mod laying;
mod link;
mod look;
mod memory;
mod numbers;
mod page;
mod palette;
mod queue;
mod reasons;
mod rebinding;
mod screens;
mod settings;
mod severe;
mod stop;
mod tabs;
mod themes;
mod tour;
mod trouble;
mod unlike;
mod verbs;
