//! The console's settings: what holds until somebody changes it, what their file says, and where each value
//! comes from.
//!
//! A file that is not understood to its end is no file: a console that guessed would let a reviewer believe
//! in a guard that is not there.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::Time;
use strum::IntoEnumIterator;

use crate::form::{self, Faults, Place, Reader, Section};

/// What severe approvals wait at least: in less, nobody notices that the keys were meant for another.
const SHORTEST_HOLD: SignedDuration = SignedDuration::from_secs(3);

/// And at most: whoever waits longer has left.
const LONGEST_HOLD: SignedDuration = SignedDuration::from_secs(30);

/// One value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub from: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Default,
    /// This line of the settings file, from 1.
    Line(usize),
    /// A variable of the environment.
    Environment(&'static str),
    Flag(&'static str),
}

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum ThemeName {
    /// The 16 colours of ANSI, as the terminal itself shows them.
    Terminal,
    Dark,
    Light,
    HighContrast,
}

/// Which colours may be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    None,
    /// The 16 of ANSI.
    Named,
    /// Any, as red, green and blue.
    Any,
}

/// How a desktop is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum Notify {
    Off,
    Osc9,
    Osc777,
}

/// From one time of the day to another, perhaps past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
}

/// What calls a reviewer who looks elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    pub bell: Setting<bool>,
    pub notify: Setting<Notify>,
    /// Whether something severe that is new is worth a call.
    pub severe: Setting<bool>,
    /// How much time is left when its end is worth one.
    pub left: Setting<SignedDuration>,
    /// When nothing is.
    pub quiet: Setting<Vec<Quiet>>,
}

/// The file that was read, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    pub path: PathBuf,
    pub is_there: bool,
    /// Who named it.
    pub from: Source,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Nothing where there is no home folder to look in.
    pub file: Option<SettingsFile>,
    pub colours: Setting<Colours>,
    pub theme: Setting<ThemeName>,
    pub mouse: Setting<bool>,
    /// How long a severe approval can be taken back before it is sent.
    pub hold: Setting<SignedDuration>,
    pub alerts: Alerts,
}

impl<T> Setting<T> {
    fn default(value: T) -> Self {
        let from = Source::Default;
        Self { value, from }
    }
}

impl Setting<Colours> {
    /// What the environment allows. `NO_COLOR` wins wherever it says anything.
    pub fn of(no_color: Option<&str>, colorterm: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) {
            return Self {
                value: Colours::None,
                from: Source::Environment("NO_COLOR"),
            };
        }
        match colorterm {
            Some("truecolor" | "24bit") => Self {
                value: Colours::Any,
                from: Source::Environment("COLORTERM"),
            },
            Some(_) | None => Self::default(Colours::Named),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file: None,
            colours: Setting::default(Colours::Named),
            theme: Setting::default(ThemeName::Terminal),
            mouse: Setting::default(false),
            hold: Setting::default(SHORTEST_HOLD),
            alerts: Alerts {
                bell: Setting::default(true),
                notify: Setting::default(Notify::Off),
                severe: Setting::default(true),
                left: Setting::default(SignedDuration::from_mins(10)),
                quiet: Setting::default(Vec::new()),
            },
        }
    }
}

impl Settings {
    /// Reads a file; its `[keys]` are read by whoever knows which there are.
    pub fn parse<K>(
        source: &str,
        keys: impl for<'a> FnOnce(Section<'a>, &mut Reader<'_>) -> K,
    ) -> Result<(Self, Option<K>), Faults> {
        form::read("the settings", source, &[], |mut root, faults| {
            let built_in = Self::default();
            let read = Self {
                theme: setting(&mut root, "theme", built_in.theme, faults, word),
                mouse: setting(&mut root, "mouse", built_in.mouse, faults, Section::flag),
                hold: setting(&mut root, "hold", built_in.hold, faults, hold),
                alerts: match root.section("alerts", faults) {
                    Some(section) => alerts(section, built_in.alerts, faults),
                    None => built_in.alerts,
                },
                ..built_in
            };
            let keys = root.section("keys", faults).map(|section| keys(section, faults));
            root.finish(faults);
            (read, keys)
        })
    }

    /// Each of them as a person reads it: its name in the file, its value, and where that comes from.
    pub fn list(&self) -> Vec<(&'static str, String, Source)> {
        fn row<T>(
            name: &'static str,
            setting: &Setting<T>,
            say: impl FnOnce(&T) -> String,
        ) -> (&'static str, String, Source) {
            (name, say(&setting.value), setting.from)
        }
        let alerts = &self.alerts;
        let flag = |flag: &bool| flag.to_string();
        vec![
            row("theme", &self.theme, ToString::to_string),
            row("colours", &self.colours, ToString::to_string),
            row("mouse", &self.mouse, flag),
            row("hold", &self.hold, |hold| span(*hold)),
            row("alerts.bell", &alerts.bell, flag),
            row("alerts.notify", &alerts.notify, ToString::to_string),
            row("alerts.severe", &alerts.severe, flag),
            row("alerts.left", &alerts.left, |left| span(*left)),
            row("alerts.quiet", &alerts.quiet, |quiet| {
                let texts: Vec<String> = quiet.iter().map(ToString::to_string).collect();
                if texts.is_empty() {
                    "never".to_owned()
                } else {
                    texts.join(", ")
                }
            }),
        ]
    }
}

/// One value of a table, or the one that is built in; what is wrong with it was noted.
fn setting<'a, T>(
    section: &mut Section<'a>,
    key: &'static str,
    built_in: Setting<T>,
    faults: &mut Reader<'_>,
    read: impl FnOnce(&mut Section<'a>, &'static str, &mut Reader<'_>) -> Option<T>,
) -> Setting<T> {
    let at = section.place_of(key);
    match (read(section, key, faults), at) {
        (Some(value), Some(at)) => {
            let from = Source::Line(faults.line(at));
            Setting { value, from }
        }
        (_, _) => built_in,
    }
}

fn word<T>(section: &mut Section<'_>, key: &'static str, faults: &mut Reader<'_>) -> Option<T>
where
    T: FromStr + IntoEnumIterator + ToString,
{
    section.word(key, faults).map(Place::into_inner)
}

fn hold(section: &mut Section<'_>, key: &'static str, faults: &mut Reader<'_>) -> Option<SignedDuration> {
    let at = section.place_of(key)?;
    let hold = section.span_of_time(key, faults)?;
    if (SHORTEST_HOLD..=LONGEST_HOLD).contains(&hold) {
        return Some(hold);
    }
    let hint = format!("Write {} to {}.", span(SHORTEST_HOLD), span(LONGEST_HOLD));
    let message = "A severe approval cannot be held for so short or so long a time.".to_owned();
    faults.add(at, message, Some(&hint));
    None
}

fn alerts(mut section: Section<'_>, built_in: Alerts, faults: &mut Reader<'_>) -> Alerts {
    let alerts = Alerts {
        bell: setting(&mut section, "bell", built_in.bell, faults, Section::flag),
        notify: setting(&mut section, "notify", built_in.notify, faults, word),
        severe: setting(&mut section, "severe", built_in.severe, faults, Section::flag),
        left: setting(&mut section, "left", built_in.left, faults, Section::span_of_time),
        quiet: setting(&mut section, "quiet", built_in.quiet, faults, |section, key, faults| {
            Some(quiet(section, key, faults))
        }),
    };
    section.finish(faults);
    alerts
}

fn quiet(section: &mut Section<'_>, key: &'static str, faults: &mut Reader<'_>) -> Vec<Quiet> {
    let mut quiet = Vec::new();
    for place in section.places(key, faults) {
        match read_quiet(place.value) {
            Some(hours) => quiet.push(hours),
            None => faults.add(
                place.at,
                "This is no time from one hour to another.".to_owned(),
                Some("Write \"22:00-07:00\", by this machine's clock."),
            ),
        }
    }
    quiet
}

fn read_quiet(text: &str) -> Option<Quiet> {
    let time = |text: &str| {
        let exact = text.len() == 5 && text.as_bytes()[2] == b':';
        exact.then(|| Time::strptime("%H:%M", text).ok()).flatten()
    };
    let (from, until) = text.split_once('-')?;
    let (from, until) = (time(from)?, time(until)?);
    // From an hour to the same one would be never or always: nobody can tell which was meant.
    (from != until).then_some(Quiet { from, until })
}

/// `10m`, as it would be written in the file.
fn span(span: SignedDuration) -> String {
    match span.as_secs() {
        seconds if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.until.strftime("%H:%M"))
    }
}

/// A fragment, such as `COLORTERM` or `line 3`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built in"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Colours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Named => "the terminal's 16",
            Self::Any => "any",
        })
    }
}

#[cfg(test)]
mod tests;
