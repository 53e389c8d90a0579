//! Which part of the queue is shown.

use crate::api::Summary;

/// What a reviewer asked for: every word of it has to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    text: String,
    words: Vec<Wanted>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Class(String),
    Agent(String),
    Stage(String),
    Severity(String),
    /// Anywhere in what the queue shows of it.
    Word(String),
}

impl Filter {
    /// Reads `class:`, `agent:`, `stage:`, `severity:` and words; case does not count. Nothing where nothing
    /// was asked for.
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<Wanted> = text.to_lowercase().split_whitespace().map(wanted).collect();
        (!words.is_empty()).then(|| Self {
            text: text.trim().to_owned(),
            words,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn fits(&self, row: &Summary) -> bool {
        self.words.iter().all(|word| word.fits(row))
    }
}

fn wanted(word: &str) -> Wanted {
    match word.split_once(':') {
        Some(("class", class)) => Wanted::Class(class.to_owned()),
        Some(("agent", agent)) => Wanted::Agent(agent.to_owned()),
        Some(("stage", stage)) => Wanted::Stage(stage.to_owned()),
        Some(("severity", severity)) => Wanted::Severity(severity.to_owned()),
        Some(_) | None => Wanted::Word(word.to_owned()),
    }
}

impl Wanted {
    fn fits(&self, row: &Summary) -> bool {
        let class = row.class.as_deref().unwrap_or_default();
        match self {
            Self::Class(wanted) => class.to_lowercase() == *wanted,
            Self::Agent(wanted) => row.agent.to_lowercase() == *wanted,
            Self::Stage(wanted) => row.stage.to_string() == *wanted,
            Self::Severity(wanted) => row.severity.to_string() == *wanted,
            Self::Word(wanted) => [
                Some(class),
                Some(row.tool.as_str()),
                Some(row.agent.as_str()),
                row.target.as_deref(),
            ]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(wanted)),
        }
    }
}
