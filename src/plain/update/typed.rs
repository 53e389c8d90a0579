//! A line that was typed: whether it counts, and what it is about.

use super::{menu, news, question, read, sent};
use crate::console::INERT;
use crate::plain::Model;
use crate::plain::model::{Errand, Place};

/// Takes the lines that came together.
pub(super) fn take(model: &mut Model, lines: &[String]) {
    let [line] = lines else {
        // Taking back is on the safe side, however it comes.
        if !model.held.is_empty() && lines.iter().any(|line| is_taking_back(line.trim())) {
            sent::take_back(model);
        }
        let count = lines.len();
        model.say(format!(
            "{count} lines came at once, so none of them counts: type one line, then Enter."
        ));
        do_not_answer(model);
        return;
    };
    let line = line.trim();
    match line {
        // An empty line never means anything: Enter alone cannot decide.
        "" => return,
        "quit" | "q" | "exit" => return sent::end(model),
        "help" | "?" => return help(model),
        _ if is_taking_back(line) => return sent::take_back(model),
        _ => {}
    }
    if is_early(model) {
        model.say("That line came before the question could be read, so it does not count.");
        do_not_answer(model);
        return;
    }
    match model.place.clone() {
        Place::Queue => at_the_list(model, line),
        Place::Waiting(errand) => while_waiting(model, &errand, line),
        Place::Envelope => menu::chosen(model, line),
        Place::Question(question) => question::answer(model, question, line),
    }
}

fn is_taking_back(line: &str) -> bool {
    line == "u"
}

pub(super) fn is_going_back(line: &str) -> bool {
    matches!(line, "back" | "b")
}

/// Whether it was typed before the question could be read. At the list nothing decides, and a number means
/// one envelope whatever is printed.
fn is_early(model: &Model) -> bool {
    let asks = matches!(model.place, Place::Envelope | Place::Question(_));
    let since = model.asked_at.and_then(|asked| asked.checked_add(INERT).ok());
    asks && since.is_none_or(|since| model.now < since)
}

/// The rest of what came at once answers nothing either: the question is asked anew.
fn do_not_answer(model: &mut Model) {
    model.asked_at = None;
    match &model.place {
        Place::Envelope => menu::say(model),
        Place::Question(_) => question::say_again(model),
        Place::Queue | Place::Waiting(_) => {}
    }
}

fn at_the_list(model: &mut Model, line: &str) {
    match line {
        "list" | "l" => return news::list(model),
        "more" => return news::go_on(model),
        _ if is_going_back(line) => return,
        _ => {}
    }
    let Ok(number) = line.trim_end_matches('.').parse::<u32>() else {
        model.say("Nothing was done. Here a number reads an envelope; list, more, help and quit work too.");
        return;
    };
    match model.numbers.id(number) {
        Some(id) => read::open(model, id),
        None => model.say(format!("Nothing that waits has the number {number}.")),
    }
}

fn while_waiting(model: &mut Model, errand: &Errand, line: &str) {
    let can_leave = match errand {
        Errand::Open(_) | Errand::People | Errand::Policy | Errand::Judge(_) | Errand::Say => true,
        Errand::Queue | Errand::Decide(_) => false,
    };
    if can_leave && is_going_back(line) {
        read::close(model);
        return;
    }
    let how = if can_leave { " back does not wait for it." } else { "" };
    model.say(format!(
        "The gate has not answered yet, so that line does not count.{how}"
    ));
}

fn help(model: &mut Model) {
    for line in [
        "At the list: a number reads that envelope; list tells what waits, more goes on; Enter alone tells the news.",
        "At an envelope: the number or the word of what to do. approve approves low risk at once.",
        "What is of high risk asks for the word approve; what is severe asks for its amount, record or digest, and \
         is sent 3 seconds later.",
        "Anywhere: u takes back what is not sent yet; back leaves a question; quit, Ctrl-D or Ctrl-C ends.",
        "A number means one envelope and never another. Enter alone never decides, nor do lines that come together.",
        "Indented lines are the envelope; what stands behind | is what the agent says.",
    ] {
        model.say(line);
    }
    do_not_answer(model);
}
