//! What the entries of one envelope add up to, and how a row of the lists differs from it.

use crate::domain::{DecisionKind, Digest, Event};
use crate::ledger::{Entry, Fact};

use super::{Case, Listed};

/// A text that an entry commits to: its kind with its part.
type Text = (String, Digest);

impl Case {
    /// What an entry does to the envelope, and the texts it brings. The error is a sentence fragment.
    pub(super) fn event(&mut self, entry: &Entry) -> Result<(Event, Vec<Text>), String> {
        let text = |kind: String, commitment: &Option<Digest>| commitment.map(|c| (kind, c)).into_iter().collect();
        let none = Vec::new();
        Ok(match &entry.fact {
            Fact::Judged(judged) => {
                self.quorum = judged.quorum;
                self.approvers.clear();
                self.judged = Some(judged.clone());
                (
                    Event::Judged(judged.effective),
                    vec![("judgement".to_owned(), judged.trace)],
                )
            }
            Fact::Decided(decided) => {
                if decided.payload.is_some_and(|payload| payload != self.payload) {
                    return Err("it was decided on another payload".to_owned());
                }
                let reason = text(format!("reason/{}", self.decisions.len()), &decided.reason);
                self.decisions.push((entry.actor.id, decided.decision, entry.at));
                if decided.decision == DecisionKind::Reject {
                    return Ok((Event::Rejected, reason));
                }
                let person = entry.actor.id.ok_or("nobody approved")?;
                if self.approvers.contains(&person) {
                    return Err("one person approved twice".to_owned());
                }
                self.approvers.push(person);
                let votes = u32::try_from(self.approvers.len()).unwrap_or(u32::MAX);
                if (decided.votes, decided.quorum) != (votes, self.quorum) {
                    return Err("its count of votes is wrong".to_owned());
                }
                (
                    if votes >= self.quorum {
                        Event::QuorumMet
                    } else {
                        Event::Approved
                    },
                    reason,
                )
            }
            Fact::Escalated { to, deadline_at } => {
                self.approvers.clear();
                if let Some(judged) = &mut self.judged {
                    (judged.role, judged.deadline_at) = (*to, *deadline_at);
                }
                (Event::Escalated, none)
            }
            Fact::Expired {} => (Event::Expired, none),
            Fact::Closed {} => (Event::ClosedUnrun, none),
            Fact::Lapsed {} => (Event::Lapsed, none),
            Fact::Withdrawn {} => (Event::Withdrawn, none),
            Fact::Redeemed { payload } => {
                if *payload != self.payload {
                    return Err("it handed out another payload".to_owned());
                }
                (Event::Redeemed, none)
            }
            Fact::Outcome { succeeded, report } => {
                self.outcome = Some(*succeeded);
                let event = if *succeeded { Event::Succeeded } else { Event::Failed };
                (event, text("outcome".to_owned(), report))
            }
            Fact::Opened { .. }
            | Fact::PolicyActivated { .. }
            | Fact::PrincipalAdded { .. }
            | Fact::KeyAdded { .. }
            | Fact::PrincipalRevoked { .. }
            | Fact::Proposed { .. } => return Err("its kind is not about an envelope".to_owned()),
        })
    }

    /// The first thing that a row shows otherwise, by name.
    pub(super) fn differs(&self, listed: &Listed) -> Option<&'static str> {
        let Some(judged) = &self.judged else {
            return Some("verdict");
        };
        let votes = u32::try_from(self.approvers.len()).unwrap_or(u32::MAX);
        let sha256 = listed
            .payload_sha256
            .is_none_or(|sha256| sha256 == listed.listed_sha256);
        [
            ("stage", listed.stage == self.stage),
            ("revision", listed.revision == self.revision),
            ("count of votes", listed.votes == votes),
            ("agent", Some(listed.agent) == self.agent),
            ("class", listed.class == judged.class),
            ("rule", listed.rule == judged.rule),
            (
                "verdict",
                (listed.verdict, listed.effective) == (judged.verdict, judged.effective),
            ),
            ("severity", listed.severity == judged.severity),
            ("quorum", listed.quorum == judged.quorum),
            ("role", listed.role == judged.role),
            ("deadline", listed.deadline_at == judged.deadline_at),
            ("policy", listed.policy == judged.policy),
            ("payload", sha256),
            ("decision", listed.decisions == self.decisions),
            ("outcome", listed.outcome == self.outcome),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}
