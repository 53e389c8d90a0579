//! Strict: whoever checks says whose keys count, and a gate that was taken over cannot add one.

use std::fs;

use signoff::bundle::{Flaw, FlawKind, People, Pins, Signer, check};

use super::{export, files, ledger, secret, signed_ledger, signoff};

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
