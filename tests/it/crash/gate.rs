//! The gate is killed under load, again and again, on one folder.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::account::{Account, Answer, Ledger, Sent, ask, missing, promised};
use super::party::Party;
use super::{PATIENCE, load, say, start};
use crate::it::chance::{Chance, Seed};
use crate::it::cli::place::Place;

const KILLS: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gate_acknowledged_is_there_exactly_once_after_each_of_twenty_kills() {
    let seed = Seed::of_this_run();
    let mut chance = Chance::of(&seed, 0);
    let (mut place, mut url, tokens) = open();
    let mut all: Vec<Sent> = Vec::new();
    let (started, mut left, mut stood, mut came) = (Instant::now(), 0, 0, 0);
    for round in 1..=KILLS {
        let account = Arc::new(Account::new());
        let mut tasks = load::start(&load::clients(&url, &tokens), &account, &seed, round);
        let moment = 10 + chance.below(250);
        timeout(PATIENCE, account.moment(moment)).await.expect("the gate works");
        // Not always right after an answer: into a commit, a read, a connection.
        tokio::time::sleep(Duration::from_micros(chance.below(4_000))).await;
        place.kill();
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        let sent = Arc::into_inner(account).unwrap().into_sent();

        verifies(&place);
        let killed = Ledger::read(&place.data());
        let acknowledged = all.iter().chain(&sent).filter_map(|sent| sent.answer.as_ref());
        let acknowledged = promised(acknowledged, &killed);
        let lost = missing(&killed.count(), &acknowledged);
        assert!(lost.is_empty(), "lost in round {round}: {lost:?}");

        url = start(&mut place);
        left += sent.iter().filter(|sent| sent.answer.is_none()).count();
        all.extend(again(&load::clients(&url, &tokens), sent).await);
        let healed = Ledger::read(&place.data());
        let promise = promised(answers(&all), &healed);
        assert_eq!(healed.count(), promise, "round {round}");
        let surplus = missing(&promise, &killed.count());
        assert!(surplus.is_empty(), "twice in round {round}: {surplus:?}");
        stood += missing(&acknowledged, &killed.count()).len();
        came += missing(&killed.count(), &promise).len();
    }
    // Once more from the beginning: keys of the first life still have their first answers in the last.
    let all = again(&load::clients(&url, &tokens), all).await;
    let last = Ledger::read(&place.data());
    assert_eq!(last.count(), promised(answers(&all), &last));
    place.kill();
    verifies(&place);
    say(&format!(
        "{KILLS} kills in {:.1} s: {}; {left} requests had no answer: {stood} entries of theirs stood already, {came} came with the retry",
        started.elapsed().as_secs_f32(),
        kinds(&all)
    ));
    assert!(left > 0, "no kill came between a request and its answer");
}

/// A gate with a cast, and everybody's credential.
fn open() -> (Place, String, HashMap<&'static str, String>) {
    let mut place = Place::new();
    let url = start(&mut place);
    let mut tokens = HashMap::new();
    let mut add = |who: &'static str, arguments: &[&str]| {
        tokens.insert(who, fs::read_to_string(place.add(arguments)).unwrap());
    };
    for who in load::AGENTS.into_iter().chain([load::ADAPTER]) {
        add(who, &["agent", "add", who]);
    }
    for (who, role) in load::PEOPLE {
        add(who, &["reviewer", "add", who, "--role", role]);
    }
    (place, url, tokens)
}

fn verifies(place: &Place) {
    let output = place.run(&["ledger", "verify"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn answers(all: &[Sent]) -> impl Iterator<Item = &Answer> {
    all.iter().filter_map(|sent| sent.answer.as_ref())
}

/// Sends everything again under its key, everybody for themselves and in the order in which it was sent.
/// What was acknowledged gets the same answer; what was not has one now. A refusal left nothing behind, so
/// there is nothing to ask for again.
async fn again(clients: &HashMap<&'static str, Party>, all: Vec<Sent>) -> Vec<Sent> {
    let mut of_each: HashMap<&str, Vec<Sent>> = HashMap::new();
    for sent in all {
        of_each.entry(sent.who).or_default().push(sent);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for (who, mut sent) in of_each {
        let party = clients[who].clone();
        tasks.spawn(async move {
            for sent in &mut sent {
                if matches!(sent.answer, Some(Answer::Refused(_))) {
                    continue;
                }
                let now = ask(&party, &sent.key, &sent.what).await.expect("the gate runs");
                if let Some(first) = &sent.answer {
                    assert_eq!(&now, first, "{} of {}", sent.key, sent.who);
                }
                sent.answer = Some(now);
            }
            sent
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// How many of each were acknowledged; a load that has not all of them proves too little.
fn kinds(all: &[Sent]) -> String {
    let mut count = std::collections::BTreeMap::<String, u32>::new();
    for answer in answers(all) {
        let kind = match answer {
            Answer::Proposed(_) => "proposed".to_owned(),
            Answer::Decided(receipt) => receipt.decision.to_string(),
            Answer::Batch(_) => "batch".to_owned(),
            Answer::Redeemed(_) => "redeemed".to_owned(),
            Answer::Reported(_) => "reported".to_owned(),
            Answer::Submitted(_) => "submitted".to_owned(),
            Answer::Consumed(..) => "consumed".to_owned(),
            Answer::Stopped(_) => "stopped".to_owned(),
            Answer::Resumed(_) => "resumed".to_owned(),
            Answer::Refused(_) => "refused".to_owned(),
        };
        *count.entry(kind).or_default() += 1;
    }
    for kind in [
        "proposed",
        "approve",
        "reject",
        "edit",
        "escalate",
        "classify",
        "batch",
        "redeemed",
        "reported",
        "submitted",
        "consumed",
        "stopped",
        "resumed",
    ] {
        assert!(count.contains_key(kind), "no {kind} in {count:?}");
    }
    count
        .iter()
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect::<Vec<_>>()
        .join(", ")
}
