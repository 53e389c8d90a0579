//! One recorded line as the proposal it stands for.
//!
//! Every value goes on as the text that stands in the line: nothing is parsed and written again, so what
//! the gate hashes is what the agent once sent, and what is wrong with it is the gate's to say.

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// The members of a line that an agent could have sent. All others, labels included, are not read.
#[derive(Debug, Deserialize)]
struct Recorded<'a> {
    #[serde(borrow)]
    tool: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    run_id: Option<&'a RawValue>,
    #[serde(borrow)]
    agent_model: Option<&'a RawValue>,
    #[serde(borrow)]
    domain: Option<&'a RawValue>,
    #[serde(borrow)]
    rationale: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    before: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Proposal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Agent<'a>>,
    action: Action<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rationale: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Agent<'a> {
    model: &'a RawValue,
}

#[derive(Serialize)]
struct Action<'a> {
    tool: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a RawValue>,
    arguments: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a RawValue>,
}

/// The proposal's body, the same bytes for the same line; or why the line is no call: a sentence.
pub(super) fn body(line: &[u8]) -> Result<Vec<u8>, String> {
    // Derived structs would take an array's items for members in order.
    if line.trim_ascii_start().first() != Some(&b'{') {
        return Err("It is no JSON object.".to_owned());
    }
    let recorded: Recorded<'_> = serde_json::from_slice(line).map_err(|error| match error.classify() {
        Category::Data => "A member that is read stands in it twice, or is not UTF-8.".to_owned(),
        Category::Syntax | Category::Eof | Category::Io => {
            format!(
                "It is not one JSON object: it ends or breaks off at byte {}.",
                error.column()
            )
        }
    })?;
    let missing = |name: &str| format!("It has no `{name}`.");
    let proposal = Proposal {
        run_id: recorded.run_id,
        agent: recorded.agent_model.map(|model| Agent { model }),
        action: Action {
            tool: recorded.tool.ok_or_else(|| missing("tool"))?,
            server: recorded.domain,
            arguments: recorded.arguments.ok_or_else(|| missing("arguments"))?,
            before: recorded.before,
        },
        request: recorded.request,
        rationale: recorded.rationale,
    };
    serde_json::to_vec(&proposal).map_err(|error| format!("It cannot be sent: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        String::from_utf8(body(line.as_bytes()).expect("a call")).expect("text")
    }

    fn why(line: &str) -> String {
        body(line.as_bytes()).expect_err("no call")
    }

    #[test]
    fn values_are_passed_on_as_they_are_spelled_and_labels_are_not_passed_on() {
        let line = r#" {"label":{"attack":true},"after":1,"tool":"r\u0065fund", "arguments" : { "b":1.50, "a" : "\u00e9" } ,
            "run_id":"r1","agent_model":"m","domain":"billing","rationale":"why","request":"what","before":{ "x":1 }}"#;
        assert_eq!(
            text(line),
            r#"{"run_id":"r1","agent":{"model":"m"},"action":{"tool":"r\u0065fund","server":"billing","arguments":{ "b":1.50, "a" : "\u00e9" },"before":{ "x":1 }},"request":"what","rationale":"why"}"#
        );
    }

    #[test]
    fn what_is_absent_or_null_is_left_out() {
        let line = r#"{"tool":"t","arguments":{},"before":null,"domain":null}"#;
        assert_eq!(text(line), r#"{"action":{"tool":"t","arguments":{}}}"#);
    }

    #[test]
    fn what_the_gate_refuses_reaches_the_gate() {
        for arguments in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":9007199254740993}"#,
            r#"{"a":1e400}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"$serde_json::private::RawValue":"1"}"#,
            "[1]",
        ] {
            let line = format!(r#"{{"tool":"t","arguments":{arguments}}}"#);
            assert!(text(&line).contains(arguments), "{arguments}");
        }
    }

    #[test]
    fn a_line_that_is_no_call_says_why() {
        assert_eq!(why(r#"["t",{}]"#), "It is no JSON object.");
        assert_eq!(why(r#"{"arguments":{}}"#), "It has no `tool`.");
        assert_eq!(why(r#"{"tool":"t","arguments":null}"#), "It has no `arguments`.");
        assert!(why(r#"{"tool":"t","tool":"u","arguments":{}}"#).contains("twice"));
        assert!(why(r#"{"tool":"t","arguments":{}} {}"#).contains("byte 29"));
        assert!(why(r#"{"tool":"t","argum"#).contains("byte 18"));
    }
}
