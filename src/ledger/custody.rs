//! Who had an envelope in hand, from when to when: read off its entries alone.

use jiff::Timestamp;

use super::{Decided, Entry, Fact, Judged};
use crate::domain::{Actor, DecisionKind, EntryKind, Event, PrincipalId, Role, Verdict};

/// With whom it lay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The gate, until it has judged.
    Gate,
    /// So many people of a role, who are not named.
    Role(Role, u32),
    /// Whoever says what kind of action it is.
    Unclassified,
    /// A person whom it was handed to, or who took it on.
    Person(PrincipalId),
    /// The agent or its executor: it may run and was not handed out yet.
    Cleared,
    /// Whoever it was handed out to, to run.
    Runner(PrincipalId),
    /// The agent, to take it back.
    Undoer,
    /// Nobody: it is over.
    Over,
}

/// One stretch of time, in one hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub holder: Holder,
    pub since: Timestamp,
    /// When it went on to the next hand; absent while it lies here, and once it is over.
    pub until: Option<Timestamp>,
    /// The entry that put it here, counted from 0 in the ledger.
    pub entry: u64,
    pub kind: EntryKind,
    /// Who made that entry true.
    pub by: Actor,
    /// It came back here by itself: somebody had taken it on for a while, and that was over.
    pub lease_over: bool,
}

/// Every stretch up to now in order, as an envelope's entries have it; they are handed over in order.
pub fn custody(entries: &[(u64, Entry)], now: Timestamp) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    // With whom it lies when a lease ends, and when that is.
    let mut behind = Holder::Gate;
    let mut lease: Option<Timestamp> = None;
    for (n, entry) in entries {
        let next = after(&entry.fact, behind, entry.actor.id);
        let Some(holder) = next else { continue };
        let stretch = |holder, since, lease_over| Stretch {
            holder,
            since,
            until: None,
            entry: *n,
            kind: entry.kind(),
            by: entry.actor,
            lease_over,
        };
        end_lease(&mut stretches, &mut lease, behind, entry.at);
        if let Some(last) = stretches.last_mut() {
            last.until = Some(entry.at);
        }
        if let Fact::Claimed { until } = entry.fact {
            lease = Some(until);
        } else {
            (behind, lease) = (holder, None);
        }
        stretches.push(stretch(holder, entry.at, false));
    }
    end_lease(&mut stretches, &mut lease, behind, now);
    stretches
}

/// Gives back what somebody took on for a while, where that was over before something else happened.
fn end_lease(stretches: &mut Vec<Stretch>, lease: &mut Option<Timestamp>, behind: Holder, next: Timestamp) {
    let Some(over) = lease.filter(|over| *over < next) else {
        return;
    };
    *lease = None;
    let Some(last) = stretches.last_mut() else {
        return;
    };
    last.until = Some(over);
    let back = Stretch {
        holder: behind,
        since: over,
        until: None,
        lease_over: true,
        ..*last
    };
    stretches.push(back);
}

/// With whom it lies after an entry; `None` where that does not change.
fn after(fact: &Fact, now: Holder, by: Option<PrincipalId>) -> Option<Holder> {
    match fact {
        Fact::Proposed { .. } | Fact::Edited { .. } | Fact::Classified { .. } => Some(Holder::Gate),
        Fact::Judged(judged) => Some(of_verdict(judged)),
        Fact::Decided(decided) => Some(of_decision(decided, now)),
        Fact::Escalated { to, person, .. } => Some(person.map_or(Holder::Role(*to, quorum(now)), Holder::Person)),
        Fact::Claimed { .. } => by.map(Holder::Person),
        Fact::Expired {}
        | Fact::Closed { .. }
        | Fact::Lapsed {}
        | Fact::Withdrawn {}
        | Fact::Outcome { .. }
        | Fact::Undone { .. } => Some(Holder::Over),
        Fact::Redeemed { .. } => by.map(Holder::Runner),
        Fact::UndoRequested { .. } => Some(Holder::Undoer),
        Fact::Signal { .. }
        | Fact::Extended { .. }
        | Fact::Asked { .. }
        | Fact::Answered { .. }
        | Fact::Looked { .. }
        | Fact::Reviewed { .. }
        | Fact::Erased { .. }
        | Fact::LegalHold(_)
        | Fact::Forgotten { .. }
        | Fact::Requested { .. }
        | Fact::Opened { .. }
        | Fact::PolicyActivated { .. }
        | Fact::PrincipalAdded { .. }
        | Fact::KeyAdded { .. }
        | Fact::KeyRevoked { .. }
        | Fact::KeyVouched(_)
        | Fact::PrincipalRevoked { .. }
        | Fact::KeyRotated { .. }
        | Fact::TokenKeyNamed { .. }
        | Fact::RollbackAccepted { .. }
        | Fact::Stopped(_)
        | Fact::Resumed { .. } => None,
    }
}

fn quorum(now: Holder) -> u32 {
    match now {
        Holder::Role(_, quorum) => quorum,
        Holder::Gate
        | Holder::Unclassified
        | Holder::Person(_)
        | Holder::Cleared
        | Holder::Runner(_)
        | Holder::Undoer
        | Holder::Over => 1,
    }
}

fn of_verdict(judged: &Judged) -> Holder {
    match judged.effective {
        Verdict::Allow | Verdict::Watch => Holder::Cleared,
        Verdict::Hold => Holder::Role(judged.role, judged.quorum),
        Verdict::Quarantine => Holder::Unclassified,
        Verdict::Deny => Holder::Over,
    }
}

fn of_decision(decided: &Decided, now: Holder) -> Holder {
    match decided.decision {
        // One of several that it takes changes nothing yet.
        DecisionKind::Reject if decided.rejects() == Event::Noted => now,
        DecisionKind::Reject => Holder::Over,
        DecisionKind::Approve if decided.votes >= decided.quorum => Holder::Cleared,
        // Others of the same role still have to agree; what else there is has an entry of its own kind.
        DecisionKind::Approve
        | DecisionKind::Edit
        | DecisionKind::Escalate
        | DecisionKind::Classify
        | DecisionKind::Extend => now,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ActorKind, Digest, Mode, OnTimeout, Severity};
    use crate::ledger::SIGNATURE_NONE;

    const DIGEST: Digest = Digest([0; 32]);

    fn id(n: u128) -> PrincipalId {
        PrincipalId(Uuid::from_u128(n))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .saturating_add(SignedDuration::from_secs(second))
            .expect("a time")
    }

    fn entry(second: i64, by: u128, fact: Fact) -> Entry {
        let kind = if by == 0 { ActorKind::Gate } else { ActorKind::Human };
        Entry {
            v: 1,
            at: at(second),
            actor: Actor {
                kind,
                id: (by > 0).then(|| id(by)),
            },
            envelope: None,
            rev: Some(1),
            batch: None,
            fact,
        }
    }

    fn judged(effective: Verdict, quorum: u32) -> Fact {
        Fact::Judged(Judged {
            policy: DIGEST,
            class: None,
            rule: None,
            floors: Vec::new(),
            verdict: effective,
            mode: Mode::Enforce,
            effective,
            severity: Severity::Low,
            quorum,
            role: Role::Reviewer,
            on_timeout: OnTimeout::Deny,
            sla_at: at(1_000),
            deadline_at: at(2_000),
            latest_at: None,
            alike: None,
            pass: None,
            trace: DIGEST,
            reject_quorum: false,
        })
    }

    fn approved(votes: u32, quorum: u32) -> Fact {
        Fact::Decided(Decided {
            decision: DecisionKind::Approve,
            payload: None,
            reason: None,
            shown: None,
            signature: SIGNATURE_NONE.to_owned(),
            signed: None,
            votes,
            quorum,
            rejections: None,
        })
    }

    fn rejected(rejections: Option<u32>, quorum: u32) -> Fact {
        let Fact::Decided(approved) = approved(0, quorum) else {
            unreachable!("an approval is a decision")
        };
        Fact::Decided(Decided {
            decision: DecisionKind::Reject,
            rejections,
            ..approved
        })
    }

    fn proposed() -> Fact {
        Fact::Proposed {
            payload: DIGEST,
            blobs: std::collections::BTreeMap::new(),
            outer_at: None,
        }
    }

    fn of(facts: Vec<(i64, u128, Fact)>) -> Vec<(Holder, i64, Option<i64>)> {
        let entries = (0..)
            .zip(facts)
            .map(|(n, (second, by, fact))| (n, entry(second, by, fact)));
        let entries: Vec<_> = entries.collect();
        let told = custody(&entries, at(500)).into_iter();
        told.map(|one| (one.holder, one.since.as_second(), one.until.map(Timestamp::as_second)))
            .collect()
    }

    #[test]
    fn every_hand_follows_the_one_before_without_a_gap() {
        let told = of(vec![
            (0, 1, proposed()),
            (1, 0, judged(Verdict::Hold, 2)),
            (10, 2, approved(1, 2)),
            (
                20,
                2,
                Fact::Escalated {
                    to: Role::Senior,
                    deadline_at: at(99),
                    person: None,
                    given: None,
                },
            ),
            (30, 3, approved(2, 2)),
            (40, 9, Fact::Redeemed { payload: DIGEST }),
            (
                41,
                1,
                Fact::Outcome {
                    succeeded: true,
                    report: None,
                },
            ),
            (50, 2, Fact::UndoRequested { reason: DIGEST }),
            (51, 4, Fact::Looked { payload: DIGEST }),
            (
                60,
                1,
                Fact::Undone {
                    succeeded: true,
                    report: None,
                },
            ),
        ]);
        assert_eq!(
            told,
            [
                (Holder::Gate, 0, Some(1)),
                (Holder::Role(Role::Reviewer, 2), 1, Some(10)),
                (Holder::Role(Role::Reviewer, 2), 10, Some(20)),
                (Holder::Role(Role::Senior, 2), 20, Some(30)),
                (Holder::Cleared, 30, Some(40)),
                (Holder::Runner(id(9)), 40, Some(41)),
                (Holder::Over, 41, Some(50)),
                (Holder::Undoer, 50, Some(60)),
                (Holder::Over, 60, None),
            ]
        );
    }

    #[test]
    fn a_lease_that_ran_out_goes_back_by_itself_and_one_that_was_used_does_not() {
        let claim = |until| Fact::Claimed { until: at(until) };
        let used = of(vec![
            (0, 1, proposed()),
            (0, 0, judged(Verdict::Hold, 1)),
            (5, 2, claim(305)),
            (20, 2, approved(1, 1)),
        ]);
        assert_eq!(
            used[2..],
            [(Holder::Person(id(2)), 5, Some(20)), (Holder::Cleared, 20, None)]
        );
        let over = of(vec![
            (0, 1, proposed()),
            (0, 0, judged(Verdict::Hold, 1)),
            (5, 2, claim(305)),
            (400, 3, claim(700)),
        ]);
        let role = Holder::Role(Role::Reviewer, 1);
        assert_eq!(
            over[2..],
            [
                (Holder::Person(id(2)), 5, Some(305)),
                (role, 305, Some(400)),
                (Holder::Person(id(3)), 400, None),
            ]
        );
    }

    #[test]
    fn a_rejection_ends_it_unless_it_is_one_of_several_that_it_takes() {
        let alone = of(vec![
            (0, 1, proposed()),
            (0, 0, judged(Verdict::Hold, 2)),
            (5, 2, rejected(None, 2)),
        ]);
        assert_eq!(alone[2], (Holder::Over, 5, None));
        let several = of(vec![
            (0, 1, proposed()),
            (0, 0, judged(Verdict::Hold, 2)),
            (5, 2, rejected(Some(1), 2)),
            (9, 3, rejected(Some(2), 2)),
        ]);
        let role = Holder::Role(Role::Reviewer, 2);
        assert_eq!(several[2..], [(role, 5, Some(9)), (Holder::Over, 9, None)]);
    }

    #[test]
    fn what_runs_alone_is_with_its_agent_and_what_nobody_knows_with_who_can_say_what_it_is() {
        for (verdict, holder) in [
            (Verdict::Allow, Holder::Cleared),
            (Verdict::Watch, Holder::Cleared),
            (Verdict::Quarantine, Holder::Unclassified),
            (Verdict::Deny, Holder::Over),
        ] {
            let told = of(vec![(0, 1, proposed()), (0, 0, judged(verdict, 1))]);
            assert_eq!(told[1].0, holder, "{verdict}");
        }
    }
}
