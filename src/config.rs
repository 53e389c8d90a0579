//! What is the same everywhere until somebody changes it, and how they do.

mod console;

pub use console::{Alerts, Colours, Notify, Quiet, Setting, Settings, SettingsFile, Source, ThemeName};

/// The policy a gate starts with when none is named.
pub const DEFAULT_POLICY: &str = include_str!("../assets/policy/default.toml");

/// Where coding agents keep the hooks that call signoff: an action that names one is denied.
pub const HOOK_SETTINGS: [&str; 6] = [
    ".claude/settings",
    ".codex/config",
    ".codex/hooks",
    ".gemini/settings",
    ".cursor/hooks",
    ".config/signoff",
];
