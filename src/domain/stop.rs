//! The kill switch: what is stopped, and what that means for it.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{PrincipalId, Verdict};

/// How far a stop reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StopScope {
    Agent,
    Run,
    Class,
    Everything,
}

/// What a stop makes of new proposals. What was cleared before it cannot be taken either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StopEffect {
    /// They wait for people.
    Hold,
    /// The agent is told no.
    Deny,
}

impl StopEffect {
    /// The lightest verdict there can be while it is stopped.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Hold => Verdict::Hold,
            Self::Deny => Verdict::Deny,
        }
    }
}

/// What is stopped: exactly the members that the scope names are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub scope: StopScope,
    pub agent: Option<PrincipalId>,
    pub class: Option<String>,
    pub run: Option<String>,
    pub effect: StopEffect,
}

impl Stopped {
    /// Whether it reaches an action of this agent, class and run.
    pub fn reaches(&self, agent: PrincipalId, class: Option<&str>, run: Option<&str>) -> bool {
        match self.scope {
            StopScope::Agent => self.agent == Some(agent),
            StopScope::Class => class.is_some() && self.class.as_deref() == class,
            StopScope::Run => run.is_some() && self.run.as_deref() == run,
            StopScope::Everything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_stop_reaches_what_it_names_and_nothing_else() {
        let (one, two) = (PrincipalId(Uuid::from_u128(1)), PrincipalId(Uuid::from_u128(2)));
        let stop = |scope| Stopped {
            scope,
            agent: (scope == StopScope::Agent).then_some(one),
            class: (scope == StopScope::Class).then(|| "money".to_owned()),
            run: (scope == StopScope::Run).then(|| "r-1".to_owned()),
            effect: StopEffect::Hold,
        };
        assert!(stop(StopScope::Agent).reaches(one, None, None));
        assert!(!stop(StopScope::Agent).reaches(two, Some("money"), Some("r-1")));
        assert!(stop(StopScope::Class).reaches(two, Some("money"), None));
        assert!(!stop(StopScope::Class).reaches(two, None, None));
        assert!(stop(StopScope::Run).reaches(two, None, Some("r-1")));
        assert!(!stop(StopScope::Run).reaches(two, None, None));
        assert!(stop(StopScope::Everything).reaches(two, None, None));
    }
}
