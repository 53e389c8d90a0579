use proptest::prelude::*;

use super::*;
use crate::ledger::form;

fn refusal(text: &str) -> (RefusalCode, String) {
    let refusal = scan(text.as_bytes()).expect_err(text);
    (refusal.code, refusal.pointer)
}

#[test]
fn plain_json_passes() {
    for text in [
        "{}",
        " [1, 2.5, -0.1e3, \"\\u00e9\\ud83d\\ude00\", null, true] ",
        "0.1",
        "1e-7",
        "1.0",
        "100e-2",
        "9007199254740991",
        "-9007199254740991",
        "0.30000000000000004",
        "1126536314828732.2",
        "5e-324",
        "0e999999999999999999999",
    ] {
        assert_eq!(scan(text.as_bytes()), Ok(()), "{text}");
    }
}

#[test]
fn each_refusal_has_its_code_and_its_place() {
    use RefusalCode as C;
    for (text, code, pointer) in [
        (r#"{"a":{"b":1,"\u0062":2}}"#, C::DuplicateKey, "/a/b"),
        (r#"{"a":[0,9007199254740993]}"#, C::IntegerOutOfRange, "/a/1"),
        (r#"{"a":-9007199254740992}"#, C::IntegerOutOfRange, "/a"),
        (r#"{"x/y~z":0.10000000000000000055}"#, C::NumberNotExact, "/x~1y~0z"),
        ("[1e400]", C::NumberNotExact, "/0"),
        ("[1e-400]", C::NumberNotExact, "/0"),
        ("[1e20]", C::IntegerOutOfRange, "/0"),
        (r#"["\ud800"]"#, C::LoneSurrogate, "/0"),
        (r#"["\ud800\u0041"]"#, C::LoneSurrogate, "/0"),
        (r#"["\udc00"]"#, C::LoneSurrogate, "/0"),
        (
            r#"{"a":{"$serde_json::private::RawValue":"{}"}}"#,
            C::ReservedKey,
            "/a/$serde_json::private::RawValue",
        ),
        (
            r#"{"\u0024serde_json::private::Number":"1"}"#,
            C::ReservedKey,
            "/$serde_json::private::Number",
        ),
        ("[NaN]", C::NotJson, "/0"),
        ("{} {}", C::TrailingData, ""),
        ("", C::NotJson, ""),
        ("{\"a\":1,}", C::NotJson, ""),
        ("[01]", C::NotJson, ""),
        ("[1.]", C::NotJson, "/0"),
        ("[\"a\nb\"]", C::NotJson, "/0"),
    ] {
        assert_eq!(refusal(text), (code, pointer.to_owned()), "{text}");
    }
}

#[test]
fn depth_32_passes_and_33_does_not() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(scan(nested(32).as_bytes()), Ok(()));
    assert_eq!(refusal(&nested(33)).0, RefusalCode::TooDeep);
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    assert_eq!(scan(b"\"\xff\"").expect_err("refused").code, RefusalCode::NotJson);
}

proptest! {
    #[test]
    fn what_passes_is_json_that_serde_reads_too(text in r#"[\[\]{}:,"a0-9.eE\\ +-]{0,24}"#) {
        if scan(text.as_bytes()).is_ok() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        }
    }

    /// Written as RFC 8785 does: of two equally short spellings, some printers take the one further away.
    #[test]
    fn any_double_written_shortest_passes_unless_it_is_too_large(double in any::<f64>()) {
        prop_assume!(double.is_finite() && double.abs() <= 9e15);
        prop_assert_eq!(scan(&form(&double).expect("canonical")), Ok(()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = scan(&bytes);
    }
}

/// 1126536314828732.25 lies between two spellings of equal length: the form prints the even one.
#[test]
fn a_number_between_two_shortest_spellings_is_taken_as_the_form_prints_it() {
    assert_eq!(scan(b"1126536314828732.2"), Ok(()));
    assert_eq!(refusal("1126536314828732.3").0, RefusalCode::NumberNotExact);
}

#[test]
fn where_the_text_has_lines_the_message_names_line_and_column() {
    let said = |text: &str| scan(text.as_bytes()).expect_err(text).message;
    for (text, end) in [
        (
            "{\n  \"a\": 1,\n  \"é\": 1, \"a\": 2\n}",
            "one object (line 3, column 11).",
        ),
        (
            "{\r\n  \"n\": 9007199254740993\r\n}",
            "than 9007199254740991 (line 2, column 8).",
        ),
        ("[\n0.10000000000000000055\n]", "would hold (line 2, column 1)."),
        ("{\n\"a\" 1}", "at byte 6 (line 2, column 5)."),
        ("{}\n{}", "at byte 3 (line 2, column 1)."),
        // One line has no others to look through, with or without an end to it.
        ("{\"a\":1,\"a\":2}\n", "twice in one object."),
    ] {
        assert!(said(text).ends_with(end), "{}", said(text));
    }
}
