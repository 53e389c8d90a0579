//! What lists show against what the entries say.

use rusqlite::Connection;

use super::beside::{Beside, id};
use super::{Trouble, lots};
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
    let mut payloads = Beside::of(&mut payloads, |row| id(row, 1))?;
    let mut decisions = Beside::of(&mut decisions, |row| id(row, 7))?;
    let mut questions = Beside::of(&mut questions, |row| id(row, 3))?;
    let mut outcomes = Beside::of(&mut outcomes, |row| id(row, 2))?;
    let mut reviews = Beside::of(&mut reviews, |row| id(row, 4))?;
    let mut undos = Beside::of(&mut undos, |row| id(row, 4))?;
    let mut query = connection.prepare(&format!("SELECT {} FROM envelope ORDER BY id", *COLUMNS))?;
    let mut rows = query.query([])?;
    let mut listed = || {
        let Some(row) = rows.next()? else { return Ok(None) };
        let envelope = read(row)?;
        let key = Some(envelope.id.0.into_bytes());
        let sha256 = payloads.last(&key, |row| row.get::<_, Option<[u8; 32]>>(0))?;
        let said = decisions.all(&key, words::decision)?;
        let asked = questions.all(&key, words::question)?;
        let ran = outcomes.last(&key, words::outcome)?;
        let reviewed = reviews.last(&key, words::review)?;
        let undo = undos.last(&key, words::undo)?;
        let bytes = envelope.tool.len() + envelope.target.as_ref().map_or(0, String::len);
        let listed = Listed {
            payload_sha256: sha256.flatten().map(Digest),
            decisions: said
                .into_iter()
                .map(|d| (Some(d.person), d.decision, d.at, d.detail, d.key))
                .collect(),
            questions: asked.iter().map(|q| (Some(q.person), q.at, q.answered_at)).collect(),
            outcome: ran.map(|ran| ran.succeeded),
            reviewed: reviewed.map(|review| (Some(review.person), review.finding, review.at)),
            undo: undo.map(|undo| (Some(undo.person), undo.at, undo.answer)),
            ..row_of(envelope)
        };
        Ok::<_, Trouble>(Some((listed, bytes)))
    };
    let mut late = None;
    let next = || {
        watch.goes_on()?;
        lots::gather(&mut late, &mut listed)
    };
    let mut count = 0;
    lots::in_order(
        next,
        |lot| lot,
        |lot: &Vec<Listed>| {
            count += lot.len() as u64;
            Ok(lot.iter().try_for_each(|listed| verifier.projection(listed))?)
        },
    )?;
    Ok(count)
}

/// What its own row says of an envelope.
fn row_of(envelope: Envelope) -> Listed {
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
