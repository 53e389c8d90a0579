//! Where a field comes from, and so how far it can be believed.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// Who vouches for a value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Origin {
    /// Computed by the gate, from the payload that will run or from the ledger.
    Gate,
    /// Attested by a service principal.
    Service,
    /// Fixed when the agent's credential was made.
    Credential,
    /// Said by the agent and by nobody else.
    Agent,
}

impl Origin {
    /// A claim may make a verdict heavier, but lightens one only where the class trusts the field.
    pub fn is_claim(self) -> bool {
        match self {
            Self::Agent => true,
            Self::Gate | Self::Service | Self::Credential => false,
        }
    }
}
