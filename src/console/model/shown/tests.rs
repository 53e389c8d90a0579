use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::console::model::{Grouping, Rows};
use crate::domain::{Digest, EnvelopeId, OnTimeout, Role, Severity, Stage, Verdict};

fn row(n: u128, class: &str, severity: Severity, minutes: i64) -> Summary {
    let at = Timestamp::UNIX_EPOCH;
    let later = at + SignedDuration::from_mins(minutes);
    Summary {
        id: EnvelopeId(Uuid::from_u128(n)),
        stage: Stage::Waiting,
        class: Some(class.to_owned()),
        verdict: Verdict::Hold,
        effective: Verdict::Hold,
        rule: None,
        severity,
        impact: None,
        tool: "tool".to_owned(),
        agent: "agent".to_owned(),
        target: None,
        run: None,
        amount: None,
        quorum: 1,
        votes: 0,
        role: Role::Reviewer,
        created_at: at,
        sla_at: later,
        deadline_at: later,
        on_timeout: OnTimeout::Deny,
        payload_sha256: Digest([0; 32]),
        revision: 1,
        review: None,
        latest_at: None,
        custody: None,
        claim: None,
        edited: false,
        asked: 0,
        answered: 0,
        signals: 0,
        alike: None,
        apart: None,
        rejections: None,
    }
}

fn by_class() -> Rows {
    let mut rows = Rows::default();
    rows.arrange(Arrangement {
        grouping: Grouping::Class,
        ..Arrangement::default()
    });
    rows
}

fn ids(rows: &Rows) -> Vec<u128> {
    rows.shown().map(|row| row.id.0.as_u128()).collect()
}

#[test]
fn the_group_with_the_worst_row_stands_first_and_moves_as_rows_come_and_go() {
    let mut rows = by_class();
    rows.put(vec![
        row(1, "a", Severity::Low, 10),
        row(2, "b", Severity::High, 20),
        row(3, "a", Severity::Low, 5),
        row(4, "b", Severity::Low, 1),
    ]);
    assert_eq!(ids(&rows), [2, 4, 3, 1]);
    rows.put(vec![row(5, "a", Severity::Severe, 60)]);
    assert_eq!(ids(&rows), [5, 3, 1, 2, 4]);
    assert_eq!(rows.group(rows.at(0).expect("a row")), Some(("a", 3)));
    rows.remove(EnvelopeId(Uuid::from_u128(5)));
    assert_eq!(ids(&rows), [2, 4, 3, 1]);
}

#[test]
fn what_is_pinned_stands_above_every_group() {
    let mut rows = by_class();
    let pin = EnvelopeId(Uuid::from_u128(1));
    rows.put(vec![row(1, "a", Severity::Low, 10), row(2, "b", Severity::Severe, 20)]);
    let mut how = rows.arrangement();
    how.pins.insert(pin);
    rows.arrange(how);
    assert_eq!(ids(&rows), [1, 2]);
    assert_eq!(rows.place(pin), Some(0));
}

proptest! {
    /// What is kept in order step by step is what sorting all of it at once would give.
    #[test]
    fn rows_that_come_and_go_stand_where_sorting_would_put_them(
        steps in proptest::collection::vec((0_u128..12, 0_usize..3, 0_usize..3, 0_i64..5, any::<bool>()), 1..60)
    ) {
        let mut rows = by_class();
        for (n, class, severity, minutes, stays) in steps {
            if stays {
                let severity = [Severity::Low, Severity::High, Severity::Severe][severity];
                rows.put(vec![row(n, ["a", "b", "c"][class], severity, minutes)]);
            } else {
                rows.remove(EnvelopeId(Uuid::from_u128(n)));
            }
            let step_by_step = ids(&rows);
            let how = rows.arrangement();
            rows.arrange(how);
            prop_assert_eq!(&step_by_step, &ids(&rows));
            prop_assert_eq!(step_by_step.len(), rows.len());
            for (place, n) in step_by_step.iter().enumerate() {
                prop_assert_eq!(rows.place(EnvelopeId(Uuid::from_u128(*n))), Some(place));
            }
        }
        let order = |row: &Summary| (Reverse(row.severity), row.deadline_at, row.id);
        let mut firsts: Vec<_> = Vec::new();
        for row in rows.shown() {
            if firsts.last().is_none_or(|(class, _)| *class != row.class) {
                firsts.push((row.class.clone(), order(row)));
            }
        }
        prop_assert!(firsts.is_sorted_by_key(|(_, order)| *order));
    }
}
