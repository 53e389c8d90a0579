//! What lists show against what the entries say.

use rusqlite::Connection;

use super::Trouble;
use super::beside::Beside;
use crate::domain::Digest;
use crate::ledger::{Listed, Verifier};
use crate::store::envelopes::{COLUMNS, read};
use crate::store::{Envelope, Watch, decisions as words};

/// Every envelope's row with what else is kept of it, all tables side by side in the order of the envelopes.
/// Returns how many there are.
pub(super) fn projections(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<u64, Trouble> {
    let beside = |columns: &str, table: &str, order: &str| {
        connection.prepare(&format!(
            "SELECT {columns}, envelope FROM {table} ORDER BY envelope{order}"
        ))
    };
    let mut payloads = beside("sha256", "payload", ", revision")?;
    let mut decisions = beside(words::DECISION, "decision", ", n")?;
    let mut questions = beside(words::QUESTION, "question", ", n")?;
    let mut outcomes = beside(words::OUTCOME, "outcome", "")?;
    let mut reviews = beside(words::REVIEW, "review", "")?;
    let mut undos = beside(words::UNDO, "undo", "")?;
    let mut payloads = Beside::of(&mut payloads)?;
    let (mut decisions, mut questions) = (Beside::of(&mut decisions)?, Beside::of(&mut questions)?);
    let (mut outcomes, mut reviews) = (Beside::of(&mut outcomes)?, Beside::of(&mut reviews)?);
    let mut undos = Beside::of(&mut undos)?;
    let mut query = connection.prepare(&format!("SELECT {} FROM envelope ORDER BY id", *COLUMNS))?;
    let mut rows = query.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        watch.goes_on()?;
        let envelope = read(row)?;
        let id = envelope.id.0.into_bytes();
        let sha256 = payloads.one((&id, 1), |row| row.get::<_, Option<[u8; 32]>>(0))?;
        let said = decisions.all((&id, 7), words::decision)?;
        let asked = questions.all((&id, 3), words::question)?;
        let ran = outcomes.one((&id, 2), words::outcome)?;
        let reviewed = reviews.one((&id, 4), words::review)?;
        let undo = undos.one((&id, 4), words::undo)?;
        verifier.projection(&Listed {
            payload_sha256: sha256.flatten().map(Digest),
            decisions: said
                .into_iter()
                .map(|d| (Some(d.person), d.decision, d.at, d.detail, d.key))
                .collect(),
            questions: asked.iter().map(|q| (Some(q.person), q.at, q.answered_at)).collect(),
            outcome: ran.map(|ran| ran.succeeded),
            reviewed: reviewed.map(|review| (Some(review.person), review.finding, review.at)),
            undo: undo.map(|undo| (Some(undo.person), undo.at, undo.answer)),
            ..listed(envelope)
        })?;
        count += 1;
    }
    Ok(count)
}

/// What its own row says of an envelope.
fn listed(envelope: Envelope) -> Listed {
    let words = envelope.has_words();
    Listed {
        id: envelope.id,
        stage: envelope.stage,
        revision: envelope.revision,
        votes: envelope.votes,
        reject_quorum: envelope.reject_quorum,
        rejections: envelope.rejections,
        agent: envelope.agent,
        created_at: envelope.created_at,
        tool: envelope.tool,
        target: envelope.target,
        class: envelope.class,
        rule: envelope.rule,
        verdict: envelope.verdict,
        effective: envelope.effective,
        severity: envelope.severity,
        quorum: envelope.quorum,
        role: envelope.role,
        deadline_at: envelope.deadline_at,
        policy: envelope.policy,
        payload_sha256: None,
        listed_sha256: envelope.payload_sha256,
        latest_at: envelope.latest_at,
        alike: envelope.alike,
        escalated: envelope.escalated,
        custody: envelope.custody,
        claim: envelope.claim,
        edited: envelope.edited,
        decisions: Vec::new(),
        questions: Vec::new(),
        answered: envelope.answered,
        outcome: None,
        redeemed_at: envelope.redeemed_at,
        signals: envelope.signals,
        review: envelope.review,
        seen: envelope.seen,
        reviewed: None,
        undo: None,
        words,
        outer_at: envelope.outer_at,
        passed_to: envelope.passed_to,
    }
}
