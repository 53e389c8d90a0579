use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What is found, as `pointer kind text`.
fn found(arguments: &Value, request: &str) -> Vec<String> {
    let (found, _) = unasked(arguments, &Named::of(request));
    let line = |one: &Unasked| format!("{} {} {}", one.pointer, one.kind, one.text);
    found.iter().map(line).collect()
}

#[test]
fn each_kind_is_found_in_longer_text_and_by_the_name_of_its_field() {
    let calls: Value = serde_json::from_str(include_str!("../../../tests/fixtures/unasked.json")).expect("JSON");
    for call in calls.as_array().expect("a list") {
        let wanted: Vec<String> = serde_json::from_value(call["unasked"].clone()).expect("texts");
        let request = call["request"].as_str().expect("text");
        assert_eq!(found(&call["arguments"], request), wanted, "{}", call["name"]);
    }
}

#[test]
fn what_is_only_within_a_named_value_or_looks_like_it_is_not_named() {
    let request = "Pay 6,000.00 EUR to ana@acme.example, DE89 3704 0044 0532 0130 00, see /srv/app/notes.txt";
    for (field, value) in [
        ("amount", "600"),
        ("amount", "-6000"),
        ("amount", "6e3"),
        ("amount", "6000 9000x"),
        ("amount", "6000 ٩٠٠٠"),
        ("amount", "6000 eve@b.example"),
        ("to", "na@acme.example"),
        ("to", "ana@аcme.example"),
        ("to", "ana@acme.example.evil.example"),
        ("to", "ana@acme\u{200b}.example"),
        ("to", "ana＠acme.example"),
        ("iban", "DE89 3704 0044"),
        ("path", "/srv/app"),
        ("path", "/srv/app/Notes.txt"),
        ("host", "cme.example"),
    ] {
        assert_ne!(found(&json!({field: value}), request), [""; 0], "{value}");
    }
    for (field, value) in [
        ("amount", json!(6000)),
        ("amount", json!("6000.00")),
        ("total", json!("EUR 6'000")),
        ("to", json!("ANA@Acme.Example")),
        ("domain", json!("acme.example")),
        ("iban", json!("de89370400440532013000")),
        ("path", json!("/srv/app/notes.txt")),
        ("body", json!("Dear Ana (ana@acme.example), €6,000 is on its way.")),
    ] {
        assert_eq!(found(&json!({field: value}), request), [""; 0], "{field} {value}");
    }
}

#[test]
fn letters_that_are_written_the_same_are_the_same() {
    let composed = "jos\u{e9}@b.example";
    let apart = json!({"to": "jose\u{301}@b.example"});
    assert_eq!(found(&apart, &format!("Write to {composed}.")), [""; 0]);
}

#[test]
fn what_is_beyond_the_first_500_is_counted() {
    let many: Vec<String> = (0..600).map(|n| format!("a{n}@b.example")).collect();
    let (found, more) = unasked(&json!({"to": many}), &Named::of("Write to all."));
    assert_eq!((found.len(), more), (500, 100));
}

/// A value of each kind, as a call may have it.
fn value() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        "[a-z]{1,8}\\.?[a-z0-9]{1,6}@[a-z]{2,8}\\.(example|com|de)".prop_map(|v| ("to", v)),
        "https://[a-z]{2,8}\\.[a-z]{2,6}/[a-z0-9/._-]{0,12}[a-z]".prop_map(|v| ("url", v)),
        "[a-z]{2,9}\\.(com|net|example)".prop_map(|v| ("body", v)),
        "(/[a-z0-9_]{1,8}){1,4}(\\.[a-z]{1,4})?".prop_map(|v| ("path", v)),
        "[0-9]{1,9}(\\.[0-9]{2})?".prop_map(|v| ("amount", v)),
        "[A-Z]{2}[0-9]{6,20}".prop_map(|v| ("iban", v)),
        "[a-z]{1,9}-[0-9]{1,3}".prop_map(|v| ("host", v)),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), request in any::<String>(), key in "\\PC{0,12}") {
        let arguments = json!({key: text.clone(), "amount": text.clone(), "iban": text.clone(), "path": [text]});
        let (found, _) = unasked(&arguments, &Named::of(&request));
        for one in found {
            prop_assert!(arguments.pointer(&one.pointer).is_some());
        }
    }

    #[test]
    fn no_piece_of_what_it_reads_makes_it_panic(text in "[@＠.。:/\\\\=&?$€,' \u{a0}\u{202f}0-9A-Fa-fé-]{0,40}") {
        unasked(&json!({"body": text.clone(), "amount": text.clone()}), &Named::of(&text));
    }

    #[test]
    fn what_the_request_names_is_never_marked((key, value) in value(), before in "[a-z ]{0,20} ", after in "( [a-z ]{0,20}|\\.|)") {
        let request = format!("{before}{value}{after}");
        prop_assert_eq!(found(&json!({key: value.clone()}), &request), [""; 0]);
        let long = json!({"body": format!("so {value} it is")});
        prop_assert_eq!(found(&long, &request), [""; 0]);
    }

    #[test]
    fn what_the_request_does_not_name_is_always_marked((key, value) in value()) {
        prop_assert_ne!(found(&json!({key: value}), "Please do as we said."), [""; 0]);
    }

    #[test]
    fn a_text_names_all_that_is_found_in_it(text in "[@.:/\\\\=&?$€,' 0-9A-Fa-f-]{0,60}") {
        prop_assert_eq!(found(&json!({"body": text.clone()}), &text), [""; 0]);
    }
}
