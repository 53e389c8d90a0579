//! How a row of the lists differs from what the entries of its envelope add up to.

use super::{Case, Listed};

impl Case {
    /// The first thing that a row shows otherwise, by name.
    pub(super) fn differs(&self, listed: &Listed) -> Option<&'static str> {
        let Some(judged) = &self.judged else {
            return Some("verdict");
        };
        let votes = u32::try_from(self.approvers.len()).unwrap_or(u32::MAX);
        let answered = self
            .questions
            .iter()
            .filter(|(_, _, answered)| answered.is_some())
            .count();
        let answered = u32::try_from(answered).unwrap_or(u32::MAX);
        let sha256 = listed
            .payload_sha256
            .is_none_or(|sha256| sha256 == listed.listed_sha256);
        [
            ("stage", listed.stage == self.stage),
            ("revision", listed.revision == self.revision),
            ("count of votes", listed.votes == votes),
            (
                "count of rejections",
                listed.rejections == u32::try_from(self.rejecters.len()).unwrap_or(u32::MAX)
                    && listed.reject_quorum == judged.reject_quorum,
            ),
            ("agent", Some(listed.agent) == self.agent),
            ("time of its proposal", listed.created_at == self.proposed_at),
            // A person edits arguments: what they are handed to is the same in every revision.
            ("tool", self.about.as_ref().is_none_or(|(tool, _)| *tool == listed.tool)),
            (
                "target",
                self.about.as_ref().is_none_or(|(_, target)| *target == listed.target),
            ),
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
            (
                "shape",
                listed.alike == self.judged.as_ref().and_then(|judged| judged.alike),
            ),
            ("latest deadline", listed.latest_at == judged.latest_at),
            ("count of escalations", listed.escalated == self.escalated),
            ("custody", listed.custody == self.custody),
            ("claim", listed.claim == self.claim),
            ("count of edits", listed.edited == self.edited),
            (
                "question",
                listed.questions == self.questions && listed.answered == answered,
            ),
            ("policy", listed.policy == judged.policy),
            ("payload", sha256),
            ("decision", listed.decisions == self.decisions),
            ("outcome", listed.outcome == self.outcome),
            ("count of signals", listed.signals == self.signals),
            ("time of redemption", listed.redeemed_at == self.redeemed_at),
            (
                "review",
                (listed.review, listed.reviewed, listed.seen) == (self.review, self.reviewed, self.seen),
            ),
            ("undo", listed.undo == self.undo),
            ("outermost deadline", listed.outer_at == self.outer_at),
            ("use of its pass", listed.passed_to == self.passed_to),
            ("text, which was erased,", self.erasures == 0 || !listed.words),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}
