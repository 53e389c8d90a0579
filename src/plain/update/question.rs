//! Questions about the envelope that is open: how each is asked, and what a line answers.

use super::typed::is_going_back;
use super::{choose, decide, menu, read, sent};
use crate::api::DecisionRequest;
use crate::console::Saying;
use crate::domain::{DecisionKind, Shown};
use crate::plain::Model;
use crate::plain::model::{Choosing, Place, Question, Text};

/// Asks a question; it stands until it is answered, left or withdrawn.
pub(super) fn ask(model: &mut Model, question: Question) {
    model.go(Place::Question(question));
    say_again(model);
}

/// Back from a question to the envelope, if it is still open.
pub(super) fn back(model: &mut Model) {
    if model.reading.is_none() {
        return read::close(model);
    }
    model.go(Place::Envelope);
    menu::say(model);
}

/// Says the question that stands, with what it is about.
pub(super) fn say_again(model: &mut Model) {
    let (Place::Question(question), Some(reading)) = (&model.place, &model.reading) else {
        return;
    };
    let about = reading.case.about;
    let name = model.call(about.id);
    let named = format!("{name}, digest {}, revision {}", about.digest.short(), about.revision);
    let text = match question {
        Question::Approve { .. } => format!("Type approve to approve {named}."),
        Question::Type { proof, .. } => format!("Type the {} to approve {named}.", proof.name),
        Question::Reject(reasons) => {
            let reasons = reasons.iter().map(String::as_str).chain(["write one"]);
            let reasons = (1..)
                .zip(reasons)
                .map(|(n, reason)| format!("{n} {}", Shown::line(reason)));
            let reasons: Vec<String> = reasons.collect();
            format!("Reject {named}? The agent reads your reason: {}.", reasons.join(", "))
        }
        Question::Choose(of, offers) => {
            let offers = offers.iter().zip(1..).map(|(offer, n)| {
                let note = Shown::line(&offer.note);
                let note = if offer.note.is_empty() {
                    String::new()
                } else {
                    format!(" ({note})")
                };
                format!("{n} {}{note}", Shown::line(&offer.value))
            });
            let offers = offers.collect::<Vec<_>>().join(", ");
            let what = match of {
                Choosing::Heir => "Who gets it? Approvals so far lapse; the deadline stays.",
                Choosing::Time => "How much more time?",
                Choosing::Class => "What kind of action is it? It is judged as that, and held at least.",
            };
            format!("{what} {named}: {offers}.")
        }
        Question::Classify(class) => format!("Type classify to call {named}, {class}."),
        Question::Write(then) => {
            let what = match then {
                Text::Approve => "Your reason to approve",
                Text::Reject => "Your reason to reject, which the agent reads,",
                Text::Escalate(_) => "Your note to whoever gets",
                Text::Extend(_) => "Your reason to give more time to",
                Text::Question => "Your question to the agent of",
            };
            format!("{what} {named}, in one line.")
        }
    };
    model.say(format!("{text} Or back."));
}

/// A line while a question stands.
pub(super) fn answer(model: &mut Model, question: Question, line: &str) {
    if is_going_back(line) {
        return back(model);
    }
    match question {
        Question::Approve { reason } if line == "approve" => approve(model, reason),
        Question::Type { proof, reason } if proof.is(line) => approve(model, reason),
        Question::Approve { .. } => not_that(model, "the word approve"),
        Question::Type { proof, .. } => not_that(model, &format!("the {}", proof.name)),
        Question::Reject(reasons) => rejected(model, &reasons, line),
        Question::Choose(of, offers) => choose::chosen(model, of, &offers, line),
        Question::Classify(class) if line == "classify" => {
            let class = Some(class);
            send(
                model,
                DecisionRequest {
                    class,
                    ..DecisionRequest::new(DecisionKind::Classify)
                },
            );
        }
        Question::Classify(_) => not_that(model, "the word classify"),
        Question::Write(then) => written(model, then, line),
    }
}

/// Says that nothing was decided, and asks again.
pub(super) fn not_that(model: &mut Model, what: &str) {
    model.say(format!("That is not {what}: nothing was sent."));
    say_again(model);
}

/// Sends what was asked about, if a word may still be given on it.
fn send(model: &mut Model, request: DecisionRequest) {
    if decide::subject(model).is_some() {
        sent::send(model, request);
    }
}

fn approve(model: &mut Model, reason: Option<String>) {
    send(
        model,
        DecisionRequest {
            reason,
            ..DecisionRequest::new(DecisionKind::Approve)
        },
    );
}

/// A number of the reasons; the last one is to write one.
fn rejected(model: &mut Model, reasons: &[String], line: &str) {
    match line.parse::<usize>() {
        Ok(number) if (1..=reasons.len()).contains(&number) => {
            let reason = Some(reasons[number - 1].clone());
            send(
                model,
                DecisionRequest {
                    reason,
                    ..DecisionRequest::new(DecisionKind::Reject)
                },
            );
        }
        Ok(number) if number == reasons.len() + 1 => ask(model, Question::Write(Text::Reject)),
        Ok(_) | Err(_) => not_that(model, "one of the numbers"),
    }
}

/// A text was written: it goes with what it is for, or before the last question.
fn written(model: &mut Model, then: Text, line: &str) {
    let with_reason = |kind| DecisionRequest {
        reason: Some(line.to_owned()),
        ..DecisionRequest::new(kind)
    };
    match then {
        Text::Approve => {
            let row = model.reading.as_ref().map(|reading| &reading.case.view.summary);
            if let Some(row) = row {
                let question = decide::last(row, Some(line.to_owned()));
                ask(model, question);
            }
        }
        Text::Reject => send(model, with_reason(DecisionKind::Reject)),
        Text::Escalate(to) => {
            let to = Some(to);
            send(
                model,
                DecisionRequest {
                    to,
                    ..with_reason(DecisionKind::Escalate)
                },
            );
        }
        Text::Extend(by) => {
            let by = Some(by);
            send(
                model,
                DecisionRequest {
                    by,
                    ..with_reason(DecisionKind::Extend)
                },
            );
        }
        Text::Question => {
            if let Some(about) = decide::subject(model) {
                decide::say(model, about.id, Saying::Question(line.to_owned()));
            }
        }
    }
}
