//! What a caller may see of an envelope.

use std::sync::Arc;
use std::time::Duration;

use super::Service;
use super::after::UNDO_REASON;
use super::case::{Case, read_case};
use super::kept::{JUDGEMENT, blob, claimed, newest, record, text};
use super::{load, mask, signals, standing};
use crate::api::{
    Canned, ClaimView, DecisionView, EnvelopeView, HistoryView, LedgerPoint, Outcome, OutcomeRequest, QuestionView,
    ReviewView, SignalView, Summary, UndoView,
};
use crate::domain::{EnvelopeId, Origin, Principal, PrincipalId, PrincipalKind};
use crate::gate::Refusal;
use crate::gate::token::Tokens;
use crate::ledger::PayloadParts;
use crate::policy::Reasons;
use crate::store::{Envelope, History};

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
        let case = self.case(id, false).await?;
        Box::pin(self.with_token(caller, case)).await
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
        let token = self.token(agent, &case.envelope);
        EnvelopeView {
            token,
            ..self.narrowed(case)
        }
    }

    async fn view(&self, caller: &Principal, id: EnvelopeId) -> Result<EnvelopeView, Refusal> {
        let case = self.case(id, caller.kind == PrincipalKind::Human).await?;
        match caller.kind {
            PrincipalKind::Human => self.masked(case),
            PrincipalKind::Agent | PrincipalKind::Service if self.may_run(caller, &case.envelope) => {
                // By itself it would make every future that reads an envelope a large one.
                Box::pin(self.with_token(&caller.name, case)).await
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

    /// What agents and executors see, with a token for this caller alone where it may be taken. Whoever is shown a
    /// token takes the gate's word, so it is given on what the entries say, and not on a row.
    async fn with_token(&self, caller: &str, case: Case) -> Result<EnvelopeView, Refusal> {
        let (id, seems) = (case.envelope.id, case.envelope.is_redeemable());
        let mut view = self.narrowed(case);
        if seems && self.tokens.is_some() {
            let proven = self.store.write(move |tx| {
                let envelope = load(tx, id)?;
                standing::decidable(tx, &envelope)?;
                Ok::<_, Refusal>(envelope)
            });
            view.token = self.token(caller, &proven.await?);
        }
        Ok(view)
    }

    fn token(&self, caller: &str, envelope: &Envelope) -> Option<String> {
        let mint = |tokens: &Arc<Tokens>| tokens.mint(envelope, caller, self.now(), self.world.random());
        self.tokens.as_ref().and_then(mint)
    }

    /// How it stands and why, without what others know of it.
    fn narrowed(&self, case: Case) -> EnvelopeView {
        let mut view = self.whole(case);
        view.payload = None;
        view.proposed_raw = None;
        // An executor did not write it, and has to look at what it rests on.
        view.preconditions = view.claimed.take().and_then(|claimed| claimed.preconditions);
        view.trace = None;
        // Who knows what convinces reviewers can say it beforehand.
        view.canned = Canned::default();
        view.unlike.clear();
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

fn history(history: History) -> HistoryView {
    HistoryView {
        proposed: history.proposed,
        rejected: history.rejected,
        ran: history.ran,
    }
}
