//! A word on the envelope that is open: what it takes to give it, and what it sets off.

use super::{question, read, sent};
use crate::api::{DecisionRequest, Looked, Summary};
use crate::client::ClientError;
use crate::console::consent;
use crate::console::model::{About, Part, REASONS};
use crate::console::{self, Saying, Word};
use crate::domain::{DecisionKind, EnvelopeId, Severity, Shown, Stage};
use crate::plain::model::{Errand, Place, Question, Reading, Text};
use crate::plain::{Effect, Model};

/// What a word may be about now; where none may be given, it was said why.
pub(super) fn subject(model: &mut Model) -> Option<About> {
    let reading = model.reading.as_ref()?;
    let about = reading.case.about;
    let why = if !model.link.is_believed() {
        "Deciding is off: the gate is not believed.".to_owned()
    } else if model.held.iter().any(|held| held.about.id == about.id) {
        "Your approval of this goes out in a moment; u takes it back.".to_owned()
    } else if model.pending.iter().any(|posted| posted.pending.concerns(about.id)) {
        "Your decision on this is on its way.".to_owned()
    } else if let Some(distrust) = &reading.case.distrust {
        distrust.clone()
    } else {
        return Some(about);
    };
    model.say(why);
    None
}

/// Approves low risk at once where the word was typed; asks for more in any other case.
pub(super) fn approve(model: &mut Model, by_word: bool) {
    if subject(model).is_none() {
        return;
    }
    let Some(reading) = &model.reading else {
        return;
    };
    if reading.case.view.summary.stage == Stage::Quarantined {
        model.say("Nobody has said what kind of action this is: name its kind, or reject it.");
        return;
    }
    if reading.case.has_voted(&model.name) {
        model.say("You have approved it already: it waits for somebody else.");
        return;
    }
    if !is_read(model) {
        return;
    }
    let Some(reading) = &model.reading else {
        return;
    };
    let (case, row) = (&reading.case, &reading.case.view.summary);
    let reason_required = case.view.reason_required;
    if by_word && row.severity == Severity::Low && !reason_required {
        return sent::send(model, DecisionRequest::new(DecisionKind::Approve));
    }
    let fast = consent::is_fast(row, reading.shown_since, model.now);
    let mut lines = consent::consequences(case);
    lines.extend(consent::stopped(&model.stops, row));
    if fast {
        lines.push("It was printed a moment ago: say what you know about it, or go back and read.".to_owned());
    }
    let question = if reason_required || fast {
        Question::Write(Text::Approve)
    } else {
        last(row, None)
    };
    for line in lines {
        model.say(line);
    }
    question::ask(model, question);
}

/// What gives the approval in the end.
pub(super) fn last(row: &Summary, reason: Option<String>) -> Question {
    if row.severity == Severity::Severe {
        let proof = consent::proof(row);
        Question::Type { proof, reason }
    } else {
        Question::Approve { reason }
    }
}

/// Whether all that would be approved was printed in this reading; where not, it is printed now.
fn is_read(model: &mut Model) -> bool {
    let Some(reading) = &mut model.reading else {
        return false;
    };
    if reading.has_all() {
        return true;
    }
    if !reading.has_head() {
        reading.back_to_sheet();
        model.say("It was not printed to its end yet: it goes on here. Then say again what to do.");
        read::go_on(model);
    } else if reading.part == Part::Fields && reading.left() > 0 {
        model.say("The payload was not printed to its end yet: it goes on here. Then say again what to do.");
        read::go_on(model);
    } else {
        model.say("Not all of its payload was printed: here it is. Read it to its end, then say again what to do.");
        read::payload(model);
    }
    false
}

/// A rejection takes a reason, which the agent reads.
pub(super) fn reject(model: &mut Model) {
    if subject(model).is_none() {
        return;
    }
    let Some(reading) = &model.reading else {
        return;
    };
    let of_class = &reading.case.view.canned.reject;
    let reasons = if of_class.is_empty() {
        REASONS.map(str::to_owned).to_vec()
    } else {
        of_class.clone()
    };
    question::ask(model, Question::Reject(reasons));
}

/// A question to the agent.
pub(super) fn ask(model: &mut Model) {
    if subject(model).is_some() {
        question::ask(model, Question::Write(Text::Question));
    }
}

/// Says who is at it; it decides nothing, so it asks nothing.
pub(super) fn claim(model: &mut Model) {
    if let Some(about) = subject(model) {
        say(model, about.id, Saying::Claim);
    }
}

/// Asks for what is masked. The gate writes down who looks before it shows it.
pub(super) fn look(model: &mut Model) {
    let Some(reading) = &model.reading else {
        return;
    };
    if !reading.case.view.is_masked() {
        model.say("Nothing of it is masked: it is all there.");
        return;
    }
    let id = reading.case.about.id;
    say(model, id, Saying::Look);
}

/// It came with nothing masked: it is read anew, all of it.
fn looked(model: &mut Model, looked: Looked) {
    let id = looked.envelope.summary.id;
    if !read::is_open(model, id) || !super::waits_for(model, &Errand::Say) {
        return;
    }
    let how = match looked.entry {
        Some(entry) => format!("Entry {entry} says that you looked."),
        None => "No entry says that you looked.".to_owned(),
    };
    model.say(format!("{how} What is printed here stays on your terminal."));
    model.reading = Some(Reading::new(looked.envelope, model.width, model.now));
    model.go(Place::Envelope);
    read::go_on(model);
}

/// Says something to the gate that decides nothing.
pub(super) fn say(model: &mut Model, id: EnvelopeId, saying: Saying) {
    if matches!(saying, Saying::Question(_)) {
        model.asked.insert(id);
    }
    model.said += 1;
    let key = format!("{}-said-{}", model.nonce, model.said);
    model.go(Place::Waiting(Errand::Say));
    model.do_now(Effect::Ask(console::Effect::Say { key, id, saying }));
}

/// It was said, or was not.
pub(super) fn said(model: &mut Model, answer: Result<Word, ClientError>) {
    let text = match answer {
        Ok(Word::Claimed) => "It is yours for 5 minutes; others see it.".to_owned(),
        Ok(Word::Asked(agent)) => format!("{} was asked; you are told when it answers.", Shown::line(&agent)),
        Ok(Word::Looked(envelope)) => return looked(model, *envelope),
        // That is not said here.
        Ok(Word::Stop(_) | Word::Reviewed(_) | Word::UndoRequested(_)) => return,
        Err(error) => format!("It was not said: {}", Shown::line(&error.to_string())),
    };
    model.say(text);
    if super::waits_for(model, &Errand::Say) {
        question::back(model);
    }
}
