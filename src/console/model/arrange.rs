//! How the queue is arranged, and which part of it is shown.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use strum::Display;

use super::Filter;
use crate::api::Summary;
use crate::domain::{EnvelopeId, Role, Stage};

/// What a reviewer chose; without any of it, everything by severity and time left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// Every word of it has to fit.
    pub filter: Option<Filter>,
    pub scope: Scope,
    pub grouping: Grouping,
    /// They stand above all others.
    pub pins: HashSet<EnvelopeId>,
}

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Display, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    #[default]
    #[strum(to_string = "all")]
    All,
    /// What somebody in the reviewer's role may decide, and nobody else was handed.
    #[strum(to_string = "my role's")]
    Role,
    /// What the reviewer was handed or works on.
    #[strum(to_string = "mine")]
    Mine,
}

/// What stands together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Display, Serialize, Deserialize)]
#[strum(serialize_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    #[default]
    None,
    Class,
    Agent,
    Run,
}

/// Who looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    pub name: String,
    pub role: Option<Role>,
}

impl Scope {
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Role,
            Self::Role => Self::Mine,
            Self::Mine => Self::All,
        }
    }

    fn fits(self, row: &Summary, reader: &Reader) -> bool {
        let mine = |name: &str| name == reader.name;
        let handed_to_me = row.custody.as_deref().is_some_and(mine);
        match self {
            Self::All => true,
            Self::Mine => handed_to_me || row.claim.as_ref().is_some_and(|claim| mine(&claim.by)),
            Self::Role => {
                let may = match reader.role {
                    Some(Role::Operator) => row.alike.is_some(),
                    Some(role) => role.fulfils(row.role),
                    None => false,
                };
                may && (row.custody.is_none() || handed_to_me)
            }
        }
    }
}

impl Grouping {
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::None => Self::Class,
            Self::Class => Self::Agent,
            Self::Agent => Self::Run,
            Self::Run => Self::None,
        }
    }

    /// The group of a row, as it was sent; none where nothing is grouped.
    pub fn of(self, row: &Summary) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Class if row.stage == Stage::Quarantined => Some("unknown kind"),
            Self::Class => Some(row.class.as_deref().unwrap_or("unknown kind")),
            Self::Agent => Some(&row.agent),
            Self::Run => Some(row.run.as_deref().unwrap_or("no run named")),
        }
    }
}

impl Arrangement {
    /// Whether anything at all differs from everything in its usual order.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something may be left out.
    pub fn leaves_out(&self) -> bool {
        self.filter.is_some() || self.scope != Scope::All
    }

    pub fn shows(&self, row: &Summary, reader: &Reader) -> bool {
        self.scope.fits(row, reader) && self.filter.as_ref().is_none_or(|filter| filter.fits(row))
    }
}
