//! Who calls: people, agents, services, and what each may be.
//!
//! Deciding takes a [`Person`], and an agent cannot become one: the only way in is a principal whose
//! kind is human.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::PrincipalId;

/// What kind of party a principal is. Fixed when it is added.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PrincipalKind {
    Human,
    Agent,
    Service,
}

/// What a person is there for. A person has one role.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    Reviewer,
    Senior,
    /// Clears low-risk items in batches.
    Operator,
    /// Reads everything, changes nothing.
    Auditor,
    /// People, keys, policy; does not decide.
    Admin,
}

impl Role {
    /// The role with its article, for a sentence.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Reviewer => "a reviewer",
            Self::Senior => "a senior",
            Self::Operator => "an operator",
            Self::Auditor => "an auditor",
            Self::Admin => "an admin",
        }
    }

    /// Whether an approval by this role counts where `required` is asked for.
    pub fn fulfils(self, required: Self) -> bool {
        match self {
            Self::Senior => matches!(required, Self::Senior | Self::Reviewer),
            Self::Reviewer => required == Self::Reviewer,
            Self::Operator | Self::Auditor | Self::Admin => false,
        }
    }
}

/// What a credential is fixed to when it is made; an empty list means any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scopes {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
}

/// A caller as it was added: name, kind and what it is fixed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub id: PrincipalId,
    pub name: String,
    pub kind: PrincipalKind,
    /// Only people have one.
    pub role: Option<Role>,
    /// The person who answers for an agent and so cannot approve it.
    pub owner: Option<PrincipalId>,
    pub scopes: Scopes,
    /// A service that may redeem what this agent proposed.
    pub executor: Option<PrincipalId>,
    pub added_at: jiff::Timestamp,
    pub revoked_at: Option<jiff::Timestamp>,
}

/// A principal known to be human, with the role every person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PrincipalId,
    pub name: String,
    pub role: Role,
}

/// A principal known to be an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPrincipal {
    pub id: PrincipalId,
    pub name: String,
    pub owner: Option<PrincipalId>,
    pub scopes: Scopes,
    pub executor: Option<PrincipalId>,
}

impl Principal {
    /// The person behind this principal, if it is one.
    pub fn person(&self) -> Option<Person> {
        match (self.kind, self.role) {
            (PrincipalKind::Human, Some(role)) => Some(Person {
                id: self.id,
                name: self.name.clone(),
                role,
            }),
            (PrincipalKind::Human, None) | (PrincipalKind::Agent | PrincipalKind::Service, _) => None,
        }
    }

    /// The agent behind this principal, if it is one.
    pub fn agent(&self) -> Option<AgentPrincipal> {
        match self.kind {
            PrincipalKind::Agent => Some(AgentPrincipal {
                id: self.id,
                name: self.name.clone(),
                owner: self.owner,
                scopes: self.scopes.clone(),
                executor: self.executor,
            }),
            PrincipalKind::Human | PrincipalKind::Service => None,
        }
    }
}

/// A name that could be mistaken for another or for markup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 64 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit")]
pub struct NameError;

/// Checks a principal's name: plain enough that no two look alike.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ok = (1..=64).contains(&name.len())
        && name.bytes().all(|b| plain(b) || b"._-".contains(&b))
        && name.bytes().next().is_some_and(plain);
    if ok { Ok(()) } else { Err(NameError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_senior_counts_as_a_reviewer_and_an_admin_counts_as_nobody() {
        assert!(Role::Senior.fulfils(Role::Reviewer));
        assert!(!Role::Reviewer.fulfils(Role::Senior));
        assert!(!Role::Admin.fulfils(Role::Reviewer));
        assert!(!Role::Admin.decides());
    }

    #[test]
    fn an_agent_is_never_a_person_even_with_a_role() {
        let agent = Principal {
            id: PrincipalId(uuid::Uuid::nil()),
            name: "support-3".into(),
            kind: PrincipalKind::Agent,
            role: Some(Role::Senior),
            owner: None,
            scopes: Scopes::default(),
            executor: None,
            added_at: jiff::Timestamp::UNIX_EPOCH,
            revoked_at: None,
        };
        assert_eq!(agent.person(), None);
        assert!(agent.agent().is_some());
    }

    #[test]
    fn names_are_plain_ascii() {
        assert!(check_name("support-3").is_ok());
        for bad in ["", "Support", "-x", "a b", "pаypal", &"a".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
