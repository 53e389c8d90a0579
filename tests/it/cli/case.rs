//! The case file as a file: whole, for its owner alone, over nothing that is there.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::it::cli::place::Place;

fn proposed() -> (Place, String) {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let body = json!({"action": {"tool": "frobnicate_x", "arguments": {"amount": "60.00"}}});
    let proposal = place.proposal(&body.to_string());
    let answer = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = answer["id"].as_str().unwrap().to_owned();
    (place, id)
}

#[test]
fn a_case_file_goes_to_a_new_file_that_nobody_else_reads_and_over_none() {
    let (place, id) = proposed();
    let path = place.path("case.txt");
    let output = path.to_string_lossy().into_owned();
    let first = place.run(&["show", &id, "--case", "--output", &output]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept.starts_with(&format!("envelope {id}  quarantined\n")), "{kept}");
    assert!(kept.contains("\n-- every entry --\n"), "{kept}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let said = String::from_utf8(first.stdout).unwrap();
    assert_eq!(said, format!("It is in {output}, which you alone can read.\n"));
    // A second one never takes its place.
    fs::write(&path, "mine").unwrap();
    let second = place.run(&["show", &id, "--case", "--output", &output]);
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn a_case_file_prints_as_it_is_written_and_as_json_for_programs() {
    let (place, id) = proposed();
    let printed = place.run(&["show", &id, "--case"]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("\n-- who had it, and for how long --\n"), "{printed}");
    let file = place.json(&["show", &id, "--case"]);
    assert_eq!(file["envelope"]["id"], json!(id));
    assert_eq!(file["entries"][0]["kind"], json!("proposed"));
    let alone = place.run(&["show", &id, "--output", "nowhere.txt"]);
    assert_eq!(alone.status.code(), Some(2), "--output alone has nothing to write");
}
