//! Plain text for people. Everything an agent sent is made safe to show first.

mod says;
mod screen;

use jiff::Timestamp;

use crate::api::{
    AfterRow, BatchReceipt, Becomes, DecisionReceipt, EnvelopeView, KeyView, Looked, PrincipalView, Summary,
    TimelineEntry,
};
pub(super) use screen::screen;

use crate::console;
use crate::domain::{Countdown, DecisionKind, Severity, Shown};

/// One line of the queue.
pub(super) fn row(row: &Summary, now: Timestamp) -> String {
    let left = Countdown(row.deadline_at.duration_since(now)).to_string();
    format!(
        "{} {}  {:<16} {:<12} {:<24} {:>14} {}/{} {:>7}  {}",
        mark(row.severity),
        row.id,
        row.class.as_deref().unwrap_or("(unknown)"),
        row.agent,
        Shown::line(row.target.as_deref().unwrap_or(&row.tool)),
        shown(row.amount.as_deref()),
        row.votes,
        row.quorum,
        left,
        row.payload_sha256.short(),
    )
}

/// One line of everything there ever was.
pub(super) fn past(row: &Summary) -> String {
    format!(
        "{}  {:<14} {}  {:<16} {:<12} {}",
        row.created_at.strftime("%Y-%m-%d %H:%M:%SZ"),
        row.stage,
        row.id,
        row.class.as_deref().unwrap_or("(unknown)"),
        row.agent,
        Shown::line(row.target.as_deref().unwrap_or(&row.tool)),
    )
}

/// One line of a timeline.
pub(super) fn entry(entry: &TimelineEntry) -> String {
    let batch = entry.batch.map(|batch| format!(", batch {batch}"));
    format!(
        "{:>7}  {}  {:<14} {:<12} {}{}",
        entry.n,
        entry.at.strftime("%Y-%m-%d %H:%M:%SZ"),
        entry.kind.to_string(),
        Shown::line(&entry.by),
        Shown::line(&entry.what),
        batch.unwrap_or_default(),
    )
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Severe => "!!",
        Severity::High => " !",
        Severity::Low => "  ",
    }
}

fn shown(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| Shown::line(text).to_string())
}

/// An envelope, what the gate computed first, then what the agent says.
pub(super) fn envelope(view: &EnvelopeView) -> String {
    let summary = &view.summary;
    let mut lines = vec![
        format!("{}  {}", summary.id, summary.stage),
        format!("does      {}", does(view)),
        format!(
            "class     {}  rule {}",
            shown(summary.class.as_deref()),
            shown(summary.rule.as_deref())
        ),
        format!(
            "verdict   {} (effective {})  severity {}",
            summary.verdict, summary.effective, summary.severity
        ),
        format!(
            "asks      {} of {}{}, role {}",
            summary.votes,
            summary.quorum,
            summary
                .rejections
                .map(|against| format!(", {against} against, which takes {} too", summary.quorum))
                .unwrap_or_default(),
            summary.role
        ),
        format!("until     {}, then {}", summary.deadline_at, summary.on_timeout),
        format!("digest    {}@{}", summary.payload_sha256.short(), summary.revision),
        format!("policy    {}", view.policy.short()),
    ];
    lines.extend(
        view.reasons
            .iter()
            .map(|reason| format!("because   {}", Shown::line(reason))),
    );
    for said in &view.attested {
        let signals = said.signals.iter().map(|(name, value)| format!("{name} {value}"));
        let signals = signals.collect::<Vec<_>>().join(", ");
        lines.push(format!("signals   {}: {}", said.by, Shown::line(&signals)));
    }
    lines.extend(console::unknown(view).map(|text| format!("new       {text}")));
    for unlike in &view.unlike {
        lines.push(format!("unlike    ! {}", Shown::line(&unlike.to_string())));
    }
    if !view.masked.is_empty() {
        let places: Vec<String> = view
            .masked
            .iter()
            .map(|at| Shown::line(&at.pointer).to_string())
            .collect();
        let how = if view.is_masked() {
            "--reveal shows it, which is recorded"
        } else {
            "shown here"
        };
        lines.push(format!("masked    {}: {how}", places.join(", ")));
    }
    if let Some(amount) = &summary.amount {
        lines.push(format!("amount    {}", Shown::line(amount)));
        let said = view
            .claimed
            .as_ref()
            .and_then(|claimed| claimed.impact.as_ref()?.amount.as_ref());
        let said = said.map(|money| format!("{} {}", money.value, money.currency));
        lines.extend(
            said.filter(|said| said != amount)
                .map(|said| format!("          the agent says {}", Shown::line(&said))),
        );
    }
    people(view, &mut lines);
    if let Some(payload) = &view.payload {
        lines.push(format!("arguments {}", Shown::line(&payload.raw)));
    }
    lines.extend(files(view));
    lines.extend(
        view.claimed
            .iter()
            .flat_map(|claimed| says::says(&summary.agent, claimed)),
    );
    afterwards(view, &mut lines);
    lines.join("\n")
}

/// The files of its evidence that are here, by the number of the evidence.
fn files(view: &EnvelopeView) -> Vec<String> {
    let evidence = view.claimed.iter().flat_map(|claimed| &claimed.evidence);
    let here = (1..).zip(evidence).filter_map(|(n, piece)| {
        let file = view.files.iter().find(|file| Some(file.sha256) == piece.sha256)?;
        let (digest, bytes) = (file.sha256.short(), file.bytes);
        Some(format!(
            "file      {n}. {digest} is here, {bytes} bytes: --file {n} writes it"
        ))
    });
    here.collect()
}

/// The same with nothing masked.
pub(super) fn looked(looked: &Looked) -> String {
    let said = looked.entry.map_or_else(
        || "This ledger is only read, so no entry says that you looked.".to_owned(),
        |entry| format!("Entry {entry} says that you looked."),
    );
    format!("{}\n{said}", envelope(&looked.envelope))
}

/// What people did with it so far.
fn people(view: &EnvelopeView, lines: &mut Vec<String>) {
    let summary = &view.summary;
    lines.extend(view.decisions.iter().map(|decision| {
        let reason = decision
            .reason
            .as_deref()
            .map(|reason| format!(": {}", Shown::line(reason)));
        let led_to = decision.led_to.as_deref().map(|to| format!(" to {to}"));
        format!(
            "decided   {}{} by {} at {}{}{}",
            decision.decision,
            led_to.unwrap_or_default(),
            decision.by,
            decision.at,
            reason.unwrap_or_default(),
            decision
                .signed_by
                .as_ref()
                .map_or_else(|| ", unsigned".to_owned(), |key| format!(", signed {key}"))
        )
    }));
    lines.extend(
        view.outer_at
            .map(|at| format!("over      at {at} at the latest, as its agent was told over AAP")),
    );
    lines.extend(
        view.erased
            .iter()
            .map(|erased| format!("erased    {}", erased.sentence())),
    );
    lines.extend(
        view.passed_to
            .map(|id| format!("passed    to {id}, which sent it as edited")),
    );
    lines.extend(summary.custody.iter().map(|name| format!("custody   {name}")));
    lines.extend(
        summary
            .claim
            .iter()
            .map(|claim| format!("claimed   by {} until {}", claim.by, claim.until)),
    );
    for (n, question) in view.questions.iter().enumerate() {
        lines.push(format!(
            "question  {n} by {}: {}",
            question.by,
            Shown::line(&question.text)
        ));
        let answer = question
            .answer
            .as_deref()
            .map_or("(none yet)".to_owned(), |answer| Shown::line(answer).to_string());
        lines.push(format!("| answer    {answer}"));
    }
    if let Some(proposed) = &view.proposed_raw {
        lines.push(format!("proposed  {}", Shown::line(proposed)));
    }
}

/// What became of it, and what people said of that.
fn afterwards(view: &EnvelopeView, lines: &mut Vec<String>) {
    if let Some(reviewed) = &view.reviewed {
        let note = reviewed.note.as_deref().map(|note| format!(": {}", Shown::line(note)));
        lines.push(format!(
            "review    {} by {}{}",
            reviewed.finding,
            reviewed.by,
            note.unwrap_or_default()
        ));
    }
    if let Some(undo) = &view.undo {
        let came = match undo.succeeded {
            None => "no answer yet",
            Some(true) => "undone, as the agent says",
            Some(false) => "it could not, as the agent says",
        };
        lines.push(format!(
            "undo      asked by {}: {}; {came}",
            undo.by,
            Shown::line(&undo.reason)
        ));
    }
    if let Some(outcome) = &view.outcome {
        lines.push(format!(
            "outcome   {} at {}, as the agent says",
            outcome.status, outcome.at
        ));
        lines.extend(says::of_outcome(outcome));
    }
}

fn does(view: &EnvelopeView) -> String {
    let parts = [
        Some(view.summary.tool.as_str()),
        view.server.as_deref(),
        view.summary.target.as_deref(),
        view.environment.as_deref(),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| Shown::line(part).to_string())
        .collect();
    parts.join("  ")
}

pub(super) fn receipt(receipt: &DecisionReceipt) -> String {
    let signed = if receipt.is_signed() { ", signed" } else { "" };
    let (said, what) = match receipt.rejections {
        Some(against) if receipt.decision == DecisionKind::Reject => (against, "rejection"),
        Some(_) | None => (receipt.votes, "vote"),
    };
    format!(
        "{}: {} by {}, {what} {said} of {}; it is {} now. Entry {}{signed}.",
        receipt.id, receipt.decision, receipt.by, receipt.quorum, receipt.stage, receipt.entry
    )
}

/// One line of what ran.
pub(super) fn after(row: &AfterRow) -> String {
    let review = row.summary.review.map(|review| format!("  review {review}"));
    let overdue = if row.overdue { "  no word yet" } else { "" };
    format!(
        "{} {} {:<14} {:<16} {:<12} {}{}{overdue}",
        row.summary.id,
        if row.look { '!' } else { ' ' },
        row.summary.stage,
        row.summary.class.as_deref().unwrap_or("(unknown)"),
        row.summary.agent,
        Shown::line(row.summary.target.as_deref().unwrap_or(&row.summary.tool)),
        review.unwrap_or_default(),
    )
}

/// What became of each of a batch.
pub(super) fn batch(receipt: &BatchReceipt) -> String {
    let lines = receipt
        .results
        .iter()
        .map(|result| match (&result.receipt, &result.refused) {
            (Some(receipt), _) => format!("{}  {}, entry {}", result.id, receipt.stage, receipt.entry),
            (None, Some(why)) => format!("{}  refused: {}", result.id, Shown::line(why)),
            (None, None) => format!("{}  unknown", result.id),
        });
    let lines = [format!("Batch {}:", receipt.batch)].into_iter().chain(lines);
    lines.collect::<Vec<_>>().join("\n")
}

/// What an edit or a classification would lead to.
pub(super) fn becomes(becomes: &Becomes) -> String {
    let class = becomes.class.as_deref().unwrap_or("no class");
    let rule = becomes.rule.as_deref().map(|rule| format!(", rule {rule}"));
    let because: Vec<String> = becomes.reasons.iter().map(|why| Shown::line(why).to_string()).collect();
    let ends = match &becomes.refused {
        Some(why) => format!("The gate would refuse it. {}", Shown::line(why)),
        None if becomes.quorum == 1 => format!("It would wait for {}.", becomes.role.with_article()),
        None => format!("It would wait for {} {}s.", becomes.quorum, becomes.role),
    };
    format!(
        "It would be {} ({class}{}), digest {}: {}. {ends} Nothing was changed.",
        becomes.effective,
        rule.unwrap_or_default(),
        becomes.payload_sha256.short(),
        because.join("; "),
    )
}

pub(super) fn key(key: &KeyView) -> String {
    let pin = if key.pin { "  with PIN" } else { "" };
    let revoked = key.revoked_at.map_or_else(String::new, |at| format!("  revoked {at}"));
    let vouched = match &key.vouched_by[..] {
        [] => String::new(),
        by => format!("  vouched for by {}", by.join(", ")),
    };
    format!(
        "{}  {}{pin}  added {}{revoked}{vouched}",
        key.key, key.fingerprint, key.added_at
    )
}

pub(super) fn principal(principal: &PrincipalView) -> String {
    let role = principal
        .role
        .map_or_else(|| principal.kind.to_string(), |role| role.to_string());
    let revoked = principal
        .revoked_at
        .map_or_else(String::new, |at| format!("  revoked {at}"));
    let mut lines = vec![format!(
        "{:<24} {:<9} added {}{revoked}",
        principal.name, role, principal.added_at
    )];
    for key in principal.keys.iter().filter(|key| key.revoked_at.is_none()) {
        let by = match &key.vouched_by[..] {
            [] => "nobody vouched for it".to_owned(),
            by => format!("vouched for by {}", by.join(", ")),
        };
        lines.push(format!("  {}  {by}", key.fingerprint));
    }
    lines.join("\n")
}
