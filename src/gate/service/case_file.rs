//! The case file: everything about one envelope, read at one moment.

use super::{Service, case, kept};
use crate::api::{CaseEntry, CaseFile, CaseHold, CustodyView, EnvelopeView, JudgedView, Kept, SaidView, ScreenFigures};
use crate::api::{Screen, Share};
use crate::domain::{DecisionKind, EnvelopeId};
use crate::gate::Refusal;
use crate::ledger::{BASIS, Entry, Fact, Given, Holder, Judged, REASON, Stretch, custody};
use crate::store::{Db, StoreError, StoredHold};

/// The kinds of blobs that a person's word brings, each by the number of the decision.
const SHOWN: &str = "shown";

/// A hold, its texts and the entry that began it.
type Hold = (StoredHold, Vec<(String, u32, Vec<u8>)>, Option<u64>);

impl Service {
    /// All there is about an envelope. What the policy masks is masked; what was erased is said to be.
    pub async fn case_file(&self, id: EnvelopeId) -> Result<CaseFile, Refusal> {
        let read = move |db: Db<'_>| db.at_once(|db| read(db, id));
        let (case, entries, holds) = self.store.read(read).await?.ok_or_else(Refusal::not_found)?;
        let at = self.now();
        let blobs = case.blobs.clone();
        let agent = case.envelope.agent;
        let principal = self.directory().get(agent).cloned();
        let name = |id| Some(self.name(id));
        let envelope = self.masked(case)?;
        let stretches = custody(&entries, at).into_iter();
        let custody = stretches.map(|one| self.stretch(&one, &envelope.summary.agent));
        let custody = custody.collect();
        let holds = holds.into_iter().map(|hold| self.case_hold(&hold)).collect();
        let mut teller = Teller {
            service: self,
            view: &envelope,
            blobs: &blobs,
            said: 0,
            erased: 0,
        };
        let entries = entries.iter().map(|(n, entry)| teller.entry(*n, entry)).collect();
        Ok(CaseFile {
            at,
            owner: principal.as_ref().and_then(|agent| agent.owner).and_then(name),
            executor: principal.as_ref().and_then(|agent| agent.executor).and_then(name),
            custody,
            holds,
            entries,
            envelope,
        })
    }

    fn stretch(&self, one: &Stretch, agent: &str) -> CustodyView {
        let holder = match one.holder {
            Holder::Gate => "the gate".to_owned(),
            Holder::Role(role, 1) => role.with_article().to_owned(),
            Holder::Role(role, quorum) => format!("{quorum} {role}s"),
            Holder::Unclassified => "whoever says what kind of action it is".to_owned(),
            Holder::Person(id) => self.name(id),
            Holder::Cleared => format!("{agent}, which may run it"),
            Holder::Runner(id) => format!("{}, which runs it", self.name(id)),
            Holder::Undoer => format!("{agent}, which is to take it back"),
            Holder::Over => "nobody".to_owned(),
        };
        CustodyView {
            n: one.entry,
            kind: one.kind,
            by: self.actor_name(&one.by),
            holder,
            since: one.since,
            until: one.until,
            claim_over: one.lease_over,
            over: one.holder == Holder::Over,
        }
    }

    fn case_hold(&self, (hold, blobs, entry): &Hold) -> CaseHold {
        CaseHold {
            hold: self.hold_view(hold, kept::text(blobs, "reason", 0).unwrap_or_default()),
            entry: *entry,
        }
    }
}

type Read = (case::Case, Vec<(u64, Entry)>, Vec<Hold>);

fn read(db: &Db<'_>, id: EnvelopeId) -> Result<Option<Read>, Refusal> {
    let Some(case) = case::read_case(db, id, true)? else {
        return Ok(None);
    };
    let entries = db.entries_of(id)?;
    let class = case.envelope.class.as_deref().map(str::to_owned);
    let is_about = |hold: &StoredHold| hold.envelope == Some(id) || (hold.class.is_some() && hold.class == class);
    let holds = db.holds()?.into_iter().filter(is_about).map(|hold| {
        let (texts, entry) = (db.blobs(hold.id)?, db.entry_of_hold(hold.id, hold.at)?);
        Ok::<_, StoreError>((hold, texts, entry))
    });
    let holds = holds.collect::<Result<_, _>>()?;
    Ok(Some((case, entries, holds)))
}

/// Tells entries in order: which decision and which erasure one is follows from those before it.
struct Teller<'a> {
    service: &'a Service,
    view: &'a EnvelopeView,
    blobs: &'a [(String, u32, Vec<u8>)],
    said: u32,
    erased: u32,
}

impl Teller<'_> {
    fn entry(&mut self, n: u64, entry: &Entry) -> CaseEntry {
        let (judged, said, note) = match &entry.fact {
            Fact::Judged(judged) => (Some(judged_view(judged)), None, None),
            Fact::Decided(decided) => (None, Some(self.said(entry, decided.decision, &decided.given())), None),
            Fact::Edited { given, .. } => (None, Some(self.said(entry, DecisionKind::Edit, given)), None),
            Fact::Classified { given, .. } => (None, Some(self.said(entry, DecisionKind::Classify, given)), None),
            Fact::Extended { given, .. } => (None, Some(self.said(entry, DecisionKind::Extend, given)), None),
            Fact::Escalated { given: Some(given), .. } => {
                (None, Some(self.said(entry, DecisionKind::Escalate, given)), None)
            }
            Fact::Erased { .. } => (None, None, self.erasure()),
            Fact::LegalHold(_)
            | Fact::Requested { .. }
            | Fact::Escalated { given: None, .. }
            | Fact::Proposed { .. }
            | Fact::Signal { .. }
            | Fact::Claimed { .. }
            | Fact::Asked { .. }
            | Fact::Answered { .. }
            | Fact::Looked { .. }
            | Fact::Reviewed { .. }
            | Fact::Expired {}
            | Fact::Closed { .. }
            | Fact::Lapsed {}
            | Fact::Withdrawn {}
            | Fact::Redeemed { .. }
            | Fact::Outcome { .. }
            | Fact::UndoRequested { .. }
            | Fact::Undone { .. }
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
            | Fact::Forgotten { .. }
            | Fact::Resumed { .. } => (None, None, None),
        };
        CaseEntry {
            line: self.service.timeline_entry(n, entry),
            judged,
            said,
            note,
        }
    }

    fn erasure(&mut self) -> Option<String> {
        let n = self.erased;
        self.erased += 1;
        let text = |kind| kept::text(self.blobs, kind, n);
        Some(format!("basis {}: {}", text(BASIS)?, text(REASON)?))
    }

    /// A word with what the view has of it: what is masked there is masked here.
    fn said(&mut self, entry: &Entry, decision: DecisionKind, given: &Given) -> SaidView {
        let n = self.said;
        self.said += 1;
        let shown = self.view.decisions.get(usize::try_from(n).unwrap_or(usize::MAX));
        let person = entry.actor.id.and_then(|id| self.service.directory().get(id).cloned());
        let screen = given.shown.map(|_| {
            let text = kept::text(self.blobs, SHOWN, n);
            let screen = text.and_then(|text| serde_json::from_str::<Screen>(&text).ok());
            screen.map_or(Kept::Erased, |screen| Kept::There(figures(&screen)))
        });
        let reason = given.reason.map(|_| {
            let text = shown.and_then(|shown| shown.reason.clone());
            text.map_or(Kept::Erased, Kept::There)
        });
        SaidView {
            n: n + 1,
            decision,
            role: person.and_then(|person| person.role),
            reason,
            payload: given.payload,
            payload_sha256: shown.and_then(|shown| shown.payload_sha256),
            revision: shown.and_then(|shown| shown.revision),
            signature: given.signature.clone(),
            key: shown.and_then(|shown| shown.signed_by.clone()),
            seen_entries: given.signed.as_ref().map(|signed| signed.document.seen.size),
            led_to: shown.and_then(|shown| shown.led_to.clone()),
            screen,
        }
    }
}

fn figures(screen: &Screen) -> ScreenFigures {
    let part = |part: &crate::api::ScreenPart| {
        let shown = part.shown.iter().map(|lines| lines.count).sum();
        (part.name.clone(), Share { shown, of: part.of })
    };
    ScreenFigures {
        seconds: screen.seconds,
        payload: screen.payload,
        parts: screen.parts.iter().map(part).collect(),
        uncovered: screen.uncovered,
    }
}

fn judged_view(judged: &Judged) -> JudgedView {
    JudgedView {
        policy: judged.policy,
        class: judged.class.clone(),
        rule: judged.rule.clone(),
        floors: judged.floors.clone(),
        verdict: judged.verdict,
        mode: judged.mode,
        effective: judged.effective,
        severity: judged.severity,
        quorum: judged.quorum,
        role: judged.role,
        on_timeout: judged.on_timeout,
        sla_at: judged.sla_at,
        deadline_at: judged.deadline_at,
    }
}
