//! Strict: whoever checks says whose keys count, and a gate that was taken over cannot add one.

use std::fs;

use serde_json::{Value, json};
use signoff::api::{DecisionRequest, EnvelopeView};
use signoff::bundle::{Flaw, FlawKind, People, Pins, Signer, check};
use signoff::domain::DecisionKind;
use signoff::gate::World;
use signoff::keys::Pen;

use super::{export, files, ledger, secret, signed_ledger, signoff};
use crate::it::gate::signed::{pen, register};
use crate::it::world::{Gate, gate_with, path};

fn signers(people: &[(&str, u8)]) -> String {
    let lines = people
        .iter()
        .map(|(name, n)| format!("{name} {}\n", secret(*n).public().line()));
    lines.collect()
}

fn by(text: &str) -> Pins {
    Pins {
        people: Some(People::Signers(Signer::parse(text).unwrap())),
        ..Pins::default()
    }
}

fn strict(files: &signoff::bundle::Files, people: &[(&str, u8)]) -> Result<Option<u64>, Flaw> {
    let checked = check(files, &by(&signers(people)))?;
    Ok(checked.strict.map(|strict| strict.approved))
}

#[tokio::test]
async fn an_approval_that_matters_counts_only_by_keys_that_are_trusted() {
    let ledger = ledger().await;
    let whole = files(&export(ledger.folder.path(), &[]));
    let unsigned = strict(&whole, &[("ana", 1), ("sam", 2), ("sue", 3)]).unwrap_err();
    assert_eq!(unsigned.kind, FlawKind::Unproved);
    assert!(unsigned.message.contains(&ledger.unsigned), "{unsigned}");
    // Two keys of one person are one person.
    let one = strict(&whole, &[("ana", 1), ("sam", 2), ("sam", 3)]).unwrap_err();
    assert!(one.message.contains(&ledger.large), "{one}");
    let stranger = strict(&whole, &[("ana", 1), ("sam", 2), ("sue", 9)]).unwrap_err();
    assert!(stranger.message.contains(&ledger.large), "{stranger}");
}

#[tokio::test]
async fn the_program_says_what_is_not_proved_and_exits_with_1() {
    let ledger = ledger().await;
    let bundle = export(ledger.folder.path(), &[]);
    let file = ledger.folder.path().join("signers");
    fs::write(&file, signers(&[("ana", 1), ("sam", 2)])).unwrap();
    let arguments = [
        "verify-bundle",
        bundle.to_str().unwrap(),
        "--signers",
        file.to_str().unwrap(),
    ];
    let said = signoff(&arguments);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(text.contains("of the 2 people that takes, 1 signed"), "{text}");
    fs::write(&file, "nonsense\n").unwrap();
    assert_eq!(signoff(&arguments).status.code(), Some(2));
}

#[tokio::test]
async fn a_ledger_whose_people_all_sign_holds_by_their_keys_and_not_after_those_ended() {
    let ledger = signed_ledger().await;
    let whole = files(&export(ledger.folder.path(), &[]));
    assert_eq!(strict(&whole, &[("ana", 1), ("sam", 2), ("sue", 3)]), Ok(Some(4)));
    // What is low does not need any; then fewer approvals rest on keys that are trusted.
    let text = signers(&[("sam", 2), ("sue", 3)])
        + &format!("ana valid-before=\"20261121041200Z\" {}", secret(1).public().line());
    let ended = check(&whole, &by(&text)).unwrap_err();
    assert_eq!(ended.kind, FlawKind::Unproved);
}

/// Asks for one more condition on what a service attests, so that a verdict can rest on it.
const ATTESTED: &str = r#"
schema = 1
[[class]]
id = "payment.refund"
match.tool = "issue_refund"
impact = "high"
reversibility = "low"
fields.amount = { type = "decimal", from = "/arguments/amount" }
fields.risk = { type = "decimal", from = "signal:scorer" }
[[class.rule]]
id = "risky"
when = { risk = { is = ">0.5", optional = true } }
then = "hold"
quorum = 2
role = "senior"
[[class.rule]]
id = "usual"
when = { amount = "0..20000" }
then = "hold"
[[class]]
id = "note"
match.tool = "add_note"
impact = "low"
reversibility = "high"
lane = "on-the-loop"
"#;

async fn give(gate: &Gate, who: &str, pen: &Pen, envelope: &Value, request: DecisionRequest) {
    let view: EnvelopeView = serde_json::from_value(gate.read(who, envelope).await).unwrap();
    let request = request.about(view.summary.payload_sha256, view.summary.revision);
    let request = DecisionRequest {
        reason: Some("so it is".to_owned()),
        ..request
    };
    let signed = pen.decision(&view, request, None, gate.world.now());
    let body = serde_json::to_string(&signed.await.unwrap()).unwrap();
    let answer = gate.post(who, &path(envelope, "/decisions"), body).await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

#[tokio::test]
async fn what_people_edited_or_classified_and_services_attested_is_judged_again_as_it_was() {
    let mut gate = gate_with(ATTESTED).await;
    gate.add_service("scorer").await;
    let (sam, sue) = (pen(&gate, 2), pen(&gate, 3));
    for (name, pen) in [("sam", &sam), ("sue", &sue)] {
        assert!(register(&gate, name, pen).await.status.is_success());
    }
    let people = signers(&[("sam", 2), ("sue", 3)]);
    let bundle = |gate: &Gate| {
        let folder = export(gate.folder.path(), &[]);
        let all = files(&folder);
        fs::remove_dir_all(folder).unwrap();
        all
    };
    let found = |gate: &Gate| check(&bundle(gate), &by(&people)).unwrap().strict.unwrap();

    // An edit that raises takes one person more: two votes, the editor's among them.
    let edited = gate.propose("issue_refund", json!({"amount": 60})).await;
    let raise = DecisionRequest {
        arguments_raw: Some(r#"{"amount": 70}"#.to_owned()),
        ..DecisionRequest::new(DecisionKind::Edit)
    };
    give(&gate, "sam", &sam, &edited, raise).await;
    give(&gate, "sue", &sue, &edited, DecisionRequest::new(DecisionKind::Approve)).await;
    assert_eq!((found(&gate).approved, found(&gate).replayed), (1, 2));

    // What no class knew, a person named; it is held as that.
    let unknown = gate.propose("unheard_of", json!({"amount": 5})).await;
    let class = DecisionRequest {
        class: Some("payment.refund".to_owned()),
        ..DecisionRequest::new(DecisionKind::Classify)
    };
    give(&gate, "sam", &sam, &unknown, class).await;
    give(
        &gate,
        "sue",
        &sue,
        &unknown,
        DecisionRequest::new(DecisionKind::Approve),
    )
    .await;
    assert_eq!((found(&gate).approved, found(&gate).replayed), (2, 4));

    // A signal makes it heavier; the verdict rests on it, and that is said.
    let scored = gate.propose("issue_refund", json!({"amount": 80})).await;
    let signal = gate
        .post("scorer", &path(&scored, "/signals"), json!({"risk": 0.9}))
        .await;
    assert!(signal.status.is_success(), "{}", signal.body);
    give(&gate, "sam", &sam, &scored, DecisionRequest::new(DecisionKind::Approve)).await;
    give(&gate, "sue", &sue, &scored, DecisionRequest::new(DecisionKind::Approve)).await;
    let told = found(&gate);
    assert_eq!((told.approved, told.replayed), (3, 6));
    let id = serde_json::from_value(scored["id"].clone()).unwrap();
    assert!(told.on_gates_word.contains(&id), "{told:?}");

    // What is erased is not judged again, and is named.
    let note = gate.propose("add_note", json!({"text": "x"})).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 90})).await;
    give(
        &gate,
        "sam",
        &sam,
        &rejected,
        DecisionRequest::new(DecisionKind::Reject),
    )
    .await;
    let erase = json!({"reason": "asked for it", "basis": "GDPR Art. 17(1)(b)"});
    let answer = gate.post("admin", &path(&rejected, "/erase"), erase).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    let told = found(&gate);
    let id = |envelope: &Value| serde_json::from_value(envelope["id"].clone()).unwrap();
    assert!(told.not_replayed.contains(&id(&rejected)) && !told.not_replayed.contains(&id(&note)));
    assert_eq!(told.not_replayed.len(), 1, "{told:?}");
    gate.verify();
}
