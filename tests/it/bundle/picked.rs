//! What was picked for a bundle is what its manifest says, by the entries: an exporter leaves nothing out unsaid.

use serde_json::{Value, json};
use signoff::bundle::{Files, FlawKind, MANIFEST, Pins, check};
use signoff::domain::PrincipalId;

use super::damage::fit;
use super::{export, files, ledger};
use crate::it::world::gate;

/// The manifest changed, and whatever counts made to fit.
fn with(whole: &Files, picked: Option<Value>, without: &[&str]) -> Files {
    let mut all = whole.clone();
    let mut manifest: Value = serde_json::from_slice(&all[MANIFEST]).unwrap();
    for id in without {
        all.remove(&format!("blobs/{id}.json")).unwrap();
    }
    manifest["envelopes"] = json!(manifest["envelopes"].as_u64().unwrap() - without.len() as u64);
    if let Some(picked) = picked {
        manifest["picked"] = picked;
    }
    all.insert(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest).unwrap());
    fit(&mut all);
    all
}

fn why(files: &Files) -> String {
    let flaw = check(files, &Pins::default()).expect_err("the exporter is believed");
    assert_eq!(flaw.kind, FlawKind::Tampered);
    flaw.message
}

#[tokio::test]
async fn an_envelope_that_fits_and_is_not_there_is_missed() {
    let ledger = ledger().await;
    let whole = files(&export(ledger.folder.path(), &[]));
    assert!(check(&with(&whole, None, &[]), &Pins::default()).is_ok());
    let said = why(&with(&whole, None, &[&ledger.large]));
    assert!(
        said.starts_with(&format!("blobs/{}.json is gone: by the entries", ledger.large)),
        "{said}"
    );
    // It was there all along that ben decided on no other: who says so may leave the others out.
    let data = ledger.folder.path();
    std::fs::remove_dir_all(data.join("bundle")).unwrap();
    let only = files(&export(data, &["--reviewer", "ben"]));
    let of = |path: &str| path.strip_prefix("blobs/")?.strip_suffix(".json").map(str::to_owned);
    let left_out: Vec<String> = whole
        .keys()
        .filter(|path| !only.contains_key(*path))
        .filter_map(|path| of(path))
        .collect();
    let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
    assert_eq!(left_out.len(), 5);
    assert!(
        check(
            &with(&whole, Some(json!({"reviewer": "ben"})), &left_out),
            &Pins::default()
        )
        .is_ok()
    );
    assert!(why(&with(&whole, Some(json!({"reviewer": "ben"})), &left_out[1..])).contains(left_out[0]));
}

#[tokio::test]
async fn what_the_manifest_says_was_picked_is_held_against_the_entries() {
    let ledger = ledger().await;
    let only = files(&export(
        ledger.folder.path(),
        &["--reviewer", "ben", "--class", "payment.refund"],
    ));
    assert!(check(&only, &Pins::default()).is_ok());
    let gone = "is gone: by the entries the envelope is one of those";
    let alien = "the envelope is none of those that the manifest says were picked";
    for (picked, says) in [
        (json!({}), gone),
        (json!({"class": "payment.refund"}), gone),
        (json!({"agent": "support-3"}), gone),
        (json!({"since": "2026-11-21T04:12:09Z"}), gone),
        (json!({"until": "2026-11-22T00:00:00Z"}), gone),
        (json!({"reviewer": "nobody"}), alien),
        (json!({"class": "other"}), alien),
        (json!({"agent": "ops-1"}), alien),
        (json!({"since": "2026-11-22T00:00:00Z"}), alien),
        (json!({"until": "2026-11-21T04:12:09Z"}), alien),
        (
            json!({"since": "yesterday"}),
            "picked by the time `yesterday`, which is none",
        ),
        (json!({"mood": "bad"}), "picked by `mood`, which cannot be checked"),
    ] {
        let said = why(&with(&only, Some(picked.clone()), &[]));
        assert!(said.contains(says), "{picked}: {said}");
    }
}

#[tokio::test]
async fn who_was_picked_by_a_name_that_was_erased_since_is_found_by_what_stands_in_its_place() {
    let gate = gate().await;
    let one = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.propose("issue_refund", json!({"amount": 61})).await;
    assert!(gate.approve("ben", &one).await.status.is_success());
    let people = gate.get("admin", "/v1/people").await.body;
    let ben = people.as_array().unwrap().iter().find(|one| one["name"] == "ben");
    let id = ben.unwrap()["id"].as_str().unwrap().to_owned();
    assert!(gate.delete("admin", "/v1/people/ben").await.status.is_success());
    let why = json!({"reason": "asked for it", "basis": "GDPR Art. 17(1)(b)"});
    let answer = gate.post("admin", &format!("/v1/subjects/{id}/erase"), why).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    let erased = PrincipalId(id.parse().unwrap()).erased_name();
    for name in [&erased, &id] {
        let folder = export(gate.folder.path(), &["--reviewer", name]);
        let checked = check(&files(&folder), &Pins::default());
        assert_eq!(checked.map(|checked| checked.with_texts), Ok(1), "{name}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
