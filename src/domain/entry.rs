//! The kinds of fact a ledger can hold, and who made them true.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// Every kind of entry, closed from the first version on.
///
/// A reader stops politely at a kind it does not know, so adding one is a change of format. Kinds of
/// features that are still to come stand here already for that reason.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EntryKind {
    /// The ledger was made.
    Opened,
    Proposed,
    Judged,
    Classified,
    Decided,
    Edited,
    Claimed,
    Extended,
    Escalated,
    Noted,
    Asked,
    Answered,
    Signal,
    Expired,
    Closed,
    Lapsed,
    Withdrawn,
    Redeemed,
    Outcome,
    UndoRequested,
    Undone,
    /// A watched action was looked at.
    Reviewed,
    /// A masked field was uncovered.
    Looked,
    /// A decision was checked by somebody else.
    Audited,
    /// A planted envelope tested a reviewer.
    Probe,
    Erased,
    LegalHold,
    /// The texts of somebody who was revoked, or of a stop that is over, are gone.
    Forgotten,
    PolicyActivated,
    PolicyRolledBack,
    PrincipalAdded,
    /// An admin wants what takes two.
    Requested,
    PrincipalChanged,
    PrincipalRevoked,
    KeyAdded,
    /// An admin answered for whose key it is.
    KeyVouched,
    KeyRevoked,
    KeyRotated,
    /// The gate signs tokens with another key.
    TokenKeyNamed,
    Stopped,
    Resumed,
    BreakGlass,
    Exported,
    RollbackAccepted,
}

/// What kind of party an entry's actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActorKind {
    Human,
    Agent,
    Service,
    /// The gate itself: verdicts, deadlines.
    Gate,
}

/// Who made an entry true. `id` is a principal id, never a name; the gate has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    pub kind: ActorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<super::PrincipalId>,
}

impl Actor {
    /// The gate acting by itself.
    pub const GATE: Self = Self {
        kind: ActorKind::Gate,
        id: None,
    };
}
