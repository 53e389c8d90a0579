//! `signoff reviewer vouch`, from the command line.

use std::process::Command;

use insta::assert_snapshot;

use super::place::{Place, seen};

fn keygen(place: &Place, name: &str) -> String {
    let path = place.path(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    path.to_string_lossy().into_owned()
}

#[test]
fn an_admin_vouches_for_the_fingerprint_that_was_compared() {
    let mut place = Place::new();
    let url = place.serve();
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let admin = place.data().join("admin.token").to_string_lossy().into_owned();
    let (anas, admins) = (keygen(&place, "ana_key"), keygen(&place, "admin_key"));
    place.json(&["--identity", &admins, "--token-file", &admin, "login", &url]);
    let login = place.json(&["--identity", &anas, "--token-file", &ana, "login", &url]);
    let fingerprint = login["key"].as_str().unwrap();
    let by_admin = |more: &[&str]| {
        let arguments = [&["--identity", &admins, "--token-file", &admin, "reviewer"], more].concat();
        seen(&place.run(&arguments), place.folder.path()).replace(fingerprint, "FINGERPRINT")
    };
    assert_snapshot!(by_admin(&["vouch", "ana"]), @"
    Error: Nobody is there to compare the fingerprint.
    Hint: Name the one you compared and say so: --fingerprint SHA256:… --yes.
    exit 2
    ");
    assert_snapshot!(by_admin(&["vouch", "ana", "--fingerprint", "SHA256:another", "--yes"]), @"
    Error: ana has no key here with that fingerprint.
    Hint: If you were told it by that person, do not vouch for another: find out whose the others are.
    exit 2
    ");
    assert!(by_admin(&["list"]).contains("FINGERPRINT  nobody vouched for it"));
    let vouched = by_admin(&["vouch", "ana", "--fingerprint", fingerprint, "--yes"]);
    assert!(vouched.contains("vouched for by admin"), "{vouched}");
    assert!(by_admin(&["list"]).contains("FINGERPRINT  vouched for by admin"));
    assert!(by_admin(&["vouch", "ana"]).contains("has no key that you did not vouch for"));
    assert_snapshot!(by_admin(&["vouch", "eve"]), @"
    Error: There is nobody called eve.
    exit 4
    ");
    assert!(seen(&place.run(&["ledger", "verify"]), place.folder.path()).contains("The ledger verifies"));
}
