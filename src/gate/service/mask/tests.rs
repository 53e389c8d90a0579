//! What is masked, and that nothing else is touched.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn mask(places: &[&str], raw: &str, versions: &[&str]) -> Mask {
    let places = places.iter().map(|place| (*place).to_owned()).collect();
    Mask::of(places, raw, versions).unwrap_or_else(|| unreachable!("nothing to mask"))
}

#[test]
fn a_value_is_masked_where_it_stands_and_every_other_byte_stays() {
    let raw = r#"{ "iban" : "DE89 3704", "amount":1.50, "to":[{"pin": 4711 ,"x":"\u00e9"}],"a/b":{"deep":[1,2]} }"#;
    let mask = mask(&["/iban", "/to/0/pin", "/a~1b"], raw, &[]);
    assert_eq!(
        mask.arguments(raw),
        r#"{ "iban" : "••••", "amount":1.50, "to":[{"pin": "••••" ,"x":"\u00e9"}],"a/b":"••••" }"#
    );
}

#[test]
fn the_length_of_a_value_does_not_show() {
    for value in [
        json!(""),
        json!("x"),
        json!(null),
        json!(true),
        json!("x".repeat(300)),
        json!({"a": [1, 2]}),
    ] {
        let raw = json!({ "pin": value }).to_string();
        assert_eq!(mask(&["/pin"], &raw, &[]).arguments(&raw), r#"{"pin":"••••"}"#);
    }
}

#[test]
fn the_same_value_elsewhere_is_masked_however_it_is_spelt() {
    let raw = r#"{"iban":"DE89 3704 0044","note":"pay to de8937040044.","pin":12345,"list":[12345,123456]}"#;
    let mask = mask(&["/iban", "/pin"], raw, &[]);
    assert_eq!(
        mask.arguments(raw),
        r#"{"iban":"••••","note":"pay to ••••.","pin":"••••","list":["••••",123456]}"#
    );
    let text = |text: &str| mask.words.masked(text);
    assert_eq!(text("to DE89-3704-0044 now").as_deref(), Some("to •••• now"));
    assert_eq!(text("(12 345), 12345").as_deref(), Some("(••••), ••••"));
    assert_eq!(
        text("XDE8937040044 DE89 3704 00445 112345"),
        None,
        "part of a longer one is another one"
    );
}

#[test]
fn another_version_says_that_a_value_differs_and_not_what_it_is() {
    let raw = r#"{"phone":"+49 151 1","name":"Ada"}"#;
    let before = r#"{"phone":"+49 151 2222","name":"Ada"}"#;
    let mask = mask(&["/phone", "/name"], raw, &[before]);
    assert_eq!(mask.other(before), r#"{"phone":"•••• (another)","name":"••••"}"#);
    assert_eq!(mask.words.masked("was +49 (151) 2222").as_deref(), Some("was +••••"));
}

#[test]
fn what_is_not_there_is_not_masked() {
    let none = |places: &[&str]| Mask::of(places.iter().map(|p| (*p).to_owned()).collect(), r#"{"a":1}"#, &[]);
    assert!(none(&["/iban"]).is_none() && none(&[]).is_none());
}

#[test]
fn an_edit_that_still_has_a_mask_in_it_is_refused() {
    assert!(refuse_masks(&json!({"a": ["x", MASK]})).is_err());
    assert!(refuse_masks(&json!({"a": MASK_OTHER})).is_err());
    assert!(refuse_masks(&json!({"a": "••••!", "b": 4})).is_ok());
}

proptest! {
    /// No text of any shape lets a masked value of some length through, and the result is JSON again.
    #[test]
    fn no_masked_value_is_left_in_the_arguments(secret in "[A-Z]{2}[0-9]{12}", around in ".{0,20}", key in "[a-z/~\"]{1,5}") {
        let mut arguments = json!({"iban": secret, "note": format!("{around} {secret} {around}"), "n": [[&secret]]});
        arguments[key.as_str()] = json!({ "iban": &secret });
        let raw = arguments.to_string();
        let masked = mask(&["/iban"], &raw, &[]).arguments(&raw);
        prop_assert!(!masked.contains(&secret), "{masked}");
        prop_assert!(serde_json::from_str::<Value>(&masked).is_ok());
    }
}
