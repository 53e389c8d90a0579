//! What a caller may see of an envelope.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use super::Service;
use super::after::UNDO_REASON;
use super::record::JudgementRecord;
use super::{mask, signals};
use crate::api::{
    Canned, ClaimView, Claimed, DecisionView, EnvelopeView, FileView, HistoryView, LedgerPoint, Outcome,
    OutcomeRequest, PayloadView, QuestionView, ReviewView, SignalView, Summary, UndoView,
};
use crate::domain::{EnvelopeId, Origin, Principal, PrincipalId, PrincipalKind};
use crate::gate::Refusal;
use crate::gate::token::Tokens;
use crate::ledger::{PayloadParts, form};
use crate::policy::Reasons;
use crate::store::{
    Db, Envelope, Head, History, StoreError, StoredDecision, StoredErasure, StoredOutcome, StoredQuestion,
    StoredReview, StoredUndo,
};

/// The kind of blob that keeps how a verdict came about.
pub(super) const JUDGEMENT: &str = "judgement";

/// How far back an agent's history is counted.
const PAST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An envelope with all that belongs to it, as the store has it.
pub(super) struct Case {
    envelope: Envelope,
    decisions: Vec<StoredDecision>,
    questions: Vec<StoredQuestion>,
    review: Option<StoredReview>,
    undo: Option<StoredUndo>,
    files: Vec<FileView>,
    /// The ledger's end when it was read.
    head: Option<Head>,
    outcome: Option<StoredOutcome>,
    blobs: Vec<(String, u32, Vec<u8>)>,
    payload: Option<PayloadView>,
    proposed_raw: Option<String>,
    parts: Option<PayloadParts>,
    erased: Option<StoredErasure>,
    repeats: Option<History>,
    past: Option<History>,
}

impl Case {
    /// The `n`th decision, counted from 0.
    pub fn decision(&self, n: u32) -> Option<&StoredDecision> {
        self.decisions.get(usize::try_from(n).ok()?)
    }

    pub fn agent(&self) -> PrincipalId {
        self.envelope.agent
    }

    pub fn class(&self) -> Option<&str> {
        self.envelope.class.as_deref()
    }

    pub fn blobs(&self) -> &[(String, u32, Vec<u8>)] {
        &self.blobs
    }
}

impl Service {
    /// Reads an envelope for whoever may see it: people, its agent, that agent's executor.
    ///
    /// With `wait`, an agent's answer comes when people have nothing more to say, or when time is up.
    /// `asked`: how many questions the caller knows of; a new one answers it too.
    pub async fn read(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        wait: Duration,
        asked: Option<u32>,
    ) -> Result<EnvelopeView, Refusal> {
        let is_news = |view: &EnvelopeView| {
            !view.summary.stage.is_open() || asked.is_some_and(|asked| view.summary.asked > asked)
        };
        let first = self.view(caller, id).await?;
        if wait.is_zero() || is_news(&first) {
            return Ok(first);
        }
        let mut changed = self.wakes.of_envelope(id);
        let end = tokio::time::Instant::now() + wait;
        loop {
            // Read again after subscribing: a change in between is then not missed.
            changed.mark_unchanged();
            let view = self.view(caller, id).await?;
            if is_news(&view) || !self.wakes.next(&mut changed, end).await {
                return Ok(view);
            }
        }
    }

    /// The view of whoever runs it, the agent or its executor, with a fresh token while it may be redeemed.
    pub(super) async fn view_for(&self, caller: &str, id: EnvelopeId) -> Result<EnvelopeView, Refusal> {
        Ok(self.narrowed(caller, self.case(id, false).await?))
    }

    /// The same of an envelope that was written a moment ago, without reading it back.
    pub(super) fn view_of_new(
        &self,
        agent: &str,
        envelope: Envelope,
        parts: PayloadParts,
        judgement: Vec<u8>,
    ) -> EnvelopeView {
        let case = Case {
            envelope,
            decisions: Vec::new(),
            questions: Vec::new(),
            review: None,
            undo: None,
            files: Vec::new(),
            head: None,
            outcome: None,
            blobs: vec![(JUDGEMENT.to_owned(), 0, judgement)],
            payload: None,
            proposed_raw: None,
            parts: Some(parts),
            erased: None,
            repeats: None,
            past: None,
        };
        self.narrowed(agent, case)
    }

    async fn view(&self, caller: &Principal, id: EnvelopeId) -> Result<EnvelopeView, Refusal> {
        let case = self.case(id, caller.kind == PrincipalKind::Human).await?;
        match caller.kind {
            PrincipalKind::Human => self.masked(case),
            PrincipalKind::Agent | PrincipalKind::Service if self.may_run(caller, &case.envelope) => {
                Ok(self.narrowed(&caller.name, case))
            }
            PrincipalKind::Agent | PrincipalKind::Service => Err(Refusal::not_found()),
        }
    }

    /// The envelope, if the caller may run it; to everybody else there is none.
    pub(super) async fn runnable(&self, caller: &Principal, id: EnvelopeId) -> Result<Envelope, Refusal> {
        let envelope = self.store.read(move |db| db.envelope(id)).await?;
        envelope
            .filter(|envelope| self.may_run(caller, envelope))
            .ok_or_else(Refusal::not_found)
    }

    /// Whether the caller proposed it, or is the service named as executor of who did.
    fn may_run(&self, caller: &Principal, envelope: &Envelope) -> bool {
        match caller.kind {
            PrincipalKind::Human => false,
            PrincipalKind::Agent => envelope.agent == caller.id,
            PrincipalKind::Service => self
                .directory()
                .get(envelope.agent)
                .is_some_and(|agent| agent.executor == Some(caller.id) && agent.revoked_at.is_none()),
        }
    }

    /// `counted`: with what the agent did before, which only people are shown.
    pub(super) async fn case(&self, id: EnvelopeId, counted: bool) -> Result<Case, Refusal> {
        let case = self.store.read(move |db| read_case(&db, id, counted)).await?;
        case.ok_or_else(Refusal::not_found)
    }

    /// What agents and executors see: how it stands and why, without what others know of it. The token is for
    /// this caller alone.
    fn narrowed(&self, caller: &str, case: Case) -> EnvelopeView {
        let envelope = case.envelope.clone();
        let mut view = self.whole(case);
        view.payload = None;
        view.proposed_raw = None;
        // An executor did not write it, and has to look at what it rests on.
        view.preconditions = view.claimed.take().and_then(|claimed| claimed.preconditions);
        view.trace = None;
        // Who knows what convinces reviewers can say it beforehand.
        view.canned = Canned::default();
        view.unlike.clear();
        let mint = |tokens: &Arc<Tokens>| tokens.mint(&envelope, caller, self.now(), self.world.random());
        view.token = self.tokens.as_ref().and_then(mint);
        view
    }

    /// What people see until they ask for what is masked.
    pub(super) fn masked(&self, case: Case) -> Result<EnvelopeView, Refusal> {
        let record = record(&case.blobs);
        let mut view = self.whole(case);
        if let Some(mask) = mask::of_view(&self.rules, &view, record.as_ref()) {
            mask.apply(&mut view)?;
        }
        Ok(view)
    }

    /// Whether the policy masks something of it.
    pub(super) fn masks(&self, case: Case) -> bool {
        let record = record(&case.blobs);
        let view = self.whole(case);
        mask::of_view(&self.rules, &view, record.as_ref()).is_some()
    }

    /// All of it, with what is masked only named; `None` where nothing is.
    pub(super) fn unmasked(&self, case: Case) -> Option<EnvelopeView> {
        let record = record(&case.blobs);
        let mut view = self.whole(case);
        view.masked = mask::of_view(&self.rules, &view, record.as_ref())?.masked();
        Some(view)
    }

    fn whole(&self, case: Case) -> EnvelopeView {
        let envelope = &case.envelope;
        let record = record(&case.blobs);
        let decisions = (0..).zip(&case.decisions).map(|(n, decision)| DecisionView {
            by: self.name(decision.person),
            decision: decision.decision,
            at: decision.at,
            reason: text(&case.blobs, "reason", n),
            payload_sha256: decision.on.map(|(digest, _)| digest),
            revision: decision.on.map(|(_, revision)| revision),
            led_to: decision.detail.as_deref().map(|detail| self.named(detail)),
            signed_by: decision.key.map(|key| self.fingerprint(decision.person, key)),
        });
        let decisions = decisions.collect();
        let questions = (0..).zip(&case.questions).map(|(n, question)| QuestionView {
            by: self.name(question.person),
            at: question.at,
            text: text(&case.blobs, "question", n).unwrap_or_else(|| "(erased)".to_owned()),
            answer: text(&case.blobs, "answer", n),
            answered_at: question.answered_at,
        });
        let questions = questions.collect();
        let report = blob(&case.blobs, "outcome").and_then(|b| serde_json::from_slice::<OutcomeRequest>(b).ok());
        let outcome = case.outcome.map(|outcome| Outcome {
            status: if outcome.succeeded {
                crate::api::OutcomeStatus::Succeeded
            } else {
                crate::api::OutcomeStatus::Failed
            },
            result: report.as_ref().and_then(|report| report.result.clone()),
            checks: report.map(|report| report.checks).unwrap_or_default(),
            at: outcome.at,
        });
        let reviewed = case.review.map(|review| ReviewView {
            by: self.name(review.person),
            finding: review.finding,
            at: review.at,
            note: text(&case.blobs, "review", review.n),
        });
        let undo = case.undo.map(|undo| UndoView {
            by: self.name(undo.person),
            at: undo.at,
            reason: newest(&case.blobs, UNDO_REASON)
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default(),
            succeeded: undo.answer.map(|(succeeded, _)| succeeded),
            answered_at: undo.answer.map(|(_, at)| at),
        });
        let erased = case.erased.map(|last| self.erased_view(last, &case.blobs));
        let parts = case.parts.as_ref();
        EnvelopeView {
            summary: self.summary(envelope),
            valid_until: envelope.valid_until,
            policy: envelope.policy,
            ledger: case.head.map(|head| LedgerPoint {
                id: self.ledger,
                size: head.size,
                root: head.root,
            }),
            matrix: record.as_ref().and_then(|record| record.matrix),
            floors: record.as_ref().map(|record| record.floors.clone()).unwrap_or_default(),
            reasons: record.as_ref().map(|record| record.reasons.clone()).unwrap_or_default(),
            reason_required: envelope.reason_required,
            canned: self.canned(envelope.class.as_deref()),
            novel: record.as_ref().map(|record| record.novel.clone()).unwrap_or_default(),
            unlike: record.as_ref().map(|record| record.unlike.clone()).unwrap_or_default(),
            masked: Vec::new(),
            server: parts.and_then(|parts| parts.server.clone()),
            environment: parts.and_then(|parts| parts.environment.clone()),
            environment_fixed: record
                .as_ref()
                .is_some_and(|record| record.environment_origin == Origin::Credential),
            decisions,
            questions,
            outcome,
            attested: signals::of(&case.blobs).into_iter().map(SignalView::from).collect(),
            files: case.files,
            redeemed_at: envelope.redeemed_at,
            reviewed,
            undo,
            repeats: case.repeats.map(history),
            past: case.past.map(history),
            claimed: Some(claimed(&case.blobs)),
            trace: record.and_then(|record| serde_json::to_value(record.trace).ok()),
            payload: case.payload,
            proposed_raw: case.proposed_raw,
            token: None,
            preconditions: None,
            outer_at: envelope.outer_at,
            passed_to: envelope.passed_to,
            erased,
        }
    }

    /// What the class offers as reasons by the policy in force.
    fn canned(&self, class: Option<&str>) -> Canned {
        let reasons = class
            .and_then(|id| self.rules.policy.class(id))
            .map(|class| &class.reasons);
        let some = |of: fn(&Reasons) -> &Vec<String>| reasons.map(of).cloned().unwrap_or_default();
        Canned {
            approve: some(|reasons| &reasons.approve),
            reject: some(|reasons| &reasons.reject),
        }
    }

    /// A person's name where a decision led to one; what else it led to stays as it is.
    fn named(&self, detail: &str) -> String {
        match detail.parse() {
            Ok(id) => self.name(PrincipalId(id)),
            Err(_) => detail.to_owned(),
        }
    }

    pub(super) fn summary(&self, envelope: &Envelope) -> Summary {
        // A lease that is over says nothing any more.
        let claim = envelope.claim.filter(|(_, until)| self.now() < *until);
        Summary {
            id: envelope.id,
            stage: envelope.stage,
            class: envelope.class.clone(),
            verdict: envelope.verdict,
            effective: envelope.effective,
            rule: envelope.rule.clone(),
            severity: envelope.severity,
            impact: envelope.impact,
            tool: envelope.tool.clone(),
            agent: self.name(envelope.agent),
            target: envelope.target.clone(),
            run: envelope.run.clone(),
            amount: envelope.amount.clone(),
            quorum: envelope.quorum,
            votes: envelope.votes,
            rejections: envelope.reject_quorum.then_some(envelope.rejections),
            role: envelope.role,
            created_at: envelope.created_at,
            sla_at: envelope.sla_at,
            deadline_at: envelope.deadline_at,
            on_timeout: envelope.on_timeout,
            payload_sha256: envelope.payload_sha256,
            revision: envelope.revision,
            review: envelope.review,
            latest_at: envelope.latest_at,
            custody: envelope.custody.map(|id| self.name(id)),
            claim: claim.map(|(by, until)| ClaimView {
                by: self.name(by),
                until,
            }),
            edited: envelope.edited > 0,
            asked: envelope.asked,
            answered: envelope.answered,
            signals: envelope.signals,
            alike: envelope.alike,
            apart: envelope.apart.clone(),
        }
    }
}

pub(super) fn read_case(db: &Db<'_>, id: EnvelopeId, counted: bool) -> Result<Option<Case>, StoreError> {
    let Some(envelope) = db.envelope(id)? else {
        return Ok(None);
    };
    let since = envelope.created_at.saturating_sub(PAST).unwrap_or(envelope.created_at);
    let payload = db.payload(id, envelope.revision)?;
    let parts = payload.as_ref().map(|(payload, _)| payload.parts.clone());
    let payload = match payload {
        Some((payload, salt)) => Some(PayloadView {
            payload_sha256: payload.sha256(),
            shown_sha256: None,
            salt: hex::encode(salt.0),
            commitment: payload.commitment(&salt),
            parts: String::from_utf8_lossy(&form(&payload.parts)?).into_owned(),
            raw: payload.arguments_raw,
        }),
        None => None,
    };
    let blobs = db.blobs(id.0)?;
    let mut files = Vec::new();
    for sha256 in claimed(&blobs).evidence.iter().filter_map(|evidence| evidence.sha256) {
        files.extend(db.file_size(sha256)?.map(|bytes| FileView { sha256, bytes }));
    }
    let erased = db.erasures(id)?.pop();
    let first = if envelope.edited > 0 { db.payload(id, 1)? } else { None };
    Ok(Some(Case {
        head: if counted { db.head()? } else { None },
        proposed_raw: first.map(|(payload, _)| payload.arguments_raw),
        decisions: db.decisions(id)?,
        questions: if envelope.asked > 0 {
            db.questions(id)?
        } else {
            Vec::new()
        },
        outcome: db.outcome(id)?,
        erased,
        review: db.review(id)?,
        undo: db.undo(id)?,
        blobs,
        files,
        // What was erased has no digest that it could have in common with others.
        repeats: (counted && erased.is_none())
            .then(|| db.repeats(&envelope))
            .transpose()?,
        past: counted.then(|| db.history(&envelope, since)).transpose()?,
        payload,
        parts,
        envelope,
    }))
}

fn history(history: History) -> HistoryView {
    HistoryView {
        proposed: history.proposed,
        rejected: history.rejected,
        ran: history.ran,
    }
}

pub(super) fn blob<'a>(blobs: &'a [(String, u32, Vec<u8>)], kind: &str) -> Option<&'a [u8]> {
    blobs
        .iter()
        .find(|(k, _, _)| k == kind)
        .map(|(_, _, bytes)| bytes.as_slice())
}

/// The last of several of one kind.
pub(super) fn newest<'a>(blobs: &'a [(String, u32, Vec<u8>)], kind: &str) -> Option<&'a [u8]> {
    let newest = blobs
        .iter()
        .filter(|(k, _, _)| k == kind)
        .max_by_key(|(_, part, _)| *part);
    newest.map(|(_, _, bytes)| bytes.as_slice())
}

/// How the verdict that counts came about.
pub(super) fn record(blobs: &[(String, u32, Vec<u8>)]) -> Option<JudgementRecord> {
    newest(blobs, JUDGEMENT).and_then(|bytes| serde_json::from_slice(bytes).ok())
}

pub(super) fn text(blobs: &[(String, u32, Vec<u8>)], kind: &str, part: u32) -> Option<String> {
    let found = blobs.iter().find(|(k, p, _)| k == kind && *p == part);
    found.map(|(_, _, bytes)| String::from_utf8_lossy(bytes).into_owned())
}

/// The short claims as they were kept.
#[derive(Deserialize, Default)]
#[serde(default)]
struct KeptClaims {
    run_id: Option<String>,
    agent: Option<crate::domain::AgentVersion>,
    confidence: Option<f64>,
    impact: Option<crate::domain::Impact>,
    evidence: Vec<crate::domain::Evidence>,
    reversal: Option<crate::domain::Reversal>,
    preconditions: Option<serde_json::Map<String, serde_json::Value>>,
    timeout: Option<String>,
}

/// The run that the agent said it is in.
pub(super) fn run_id(claims: &[u8]) -> Option<String> {
    serde_json::from_slice::<KeptClaims>(claims).ok()?.run_id
}

pub(super) fn claimed(blobs: &[(String, u32, Vec<u8>)]) -> Claimed {
    let kept: KeptClaims = blob(blobs, "claims")
        .and_then(|b| serde_json::from_slice(b).ok())
        .unwrap_or_default();
    let evidence = (0..).zip(kept.evidence).map(|(part, mut evidence)| {
        evidence.excerpt = text(blobs, "excerpt", part);
        evidence
    });
    Claimed {
        run_id: kept.run_id,
        agent: kept.agent,
        request: text(blobs, "request", 0),
        rationale: text(blobs, "rationale", 0),
        confidence: kept.confidence,
        signals: blob(blobs, "signals").and_then(|b| serde_json::from_slice(b).ok()),
        impact: kept.impact,
        evidence: evidence.collect(),
        reversal: kept.reversal,
        preconditions: kept.preconditions,
        before: text(blobs, "before", 0),
        timeout: kept.timeout,
        context: text(blobs, "context", 0),
    }
}
