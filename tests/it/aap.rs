//! The Agent Approval Protocol: over the router, in process, and with its published client.
//!
//! What a client checks of every answer is checked here of every answer, too: [`request`] refuses what
//! agentapprovalprotocol 0.3.3 refuses.

mod client;
mod deadline;
mod edit;
mod heavier;
mod ledger;
mod poll;
mod run;
mod shown;
mod states;
mod submit;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate};

pub const REQUESTS: &str = "/aap/v1/requests";

/// A submission with only what must be there.
pub fn submission(tool: &str, arguments: Value) -> Value {
    let mut submission = json!({ "tool": tool, "timeout": "10m" });
    submission["arguments"] = arguments;
    submission
}

pub fn place(request: &Value, tail: &str) -> String {
    format!("{REQUESTS}/{}{tail}", request["id"].as_str().unwrap())
}

/// Where people see the same thing.
pub fn envelope(request: &Value) -> String {
    format!("/v1/envelopes/{}", request["id"].as_str().unwrap())
}

impl Gate {
    /// Asks as support-3, and sees a request that a client would take.
    pub async fn ask(&self, submission: Value) -> Value {
        self.ask_as("support-3", submission).await
    }

    pub async fn ask_as(&self, agent: &str, submission: Value) -> Value {
        let answer = self.post(agent, REQUESTS, &submission).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.raw);
        let request = request(&answer);
        matches(&request, &submission);
        request
    }

    pub async fn poll(&self, asked: &Value) -> Value {
        let answer = self.get("support-3", &place(asked, "")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.raw);
        let now = request(&answer);
        for same in [
            "id",
            "created_at",
            "deadline_at",
            "tool",
            "arguments",
            "context",
            "timeout",
        ] {
            assert_eq!(now[same], asked[same], "{same} never changes");
        }
        now
    }

    pub async fn consume(&self, asked: &Value, key: &str) -> Answer {
        let answer = self.post_as("support-3", &place(asked, "/consume"), key, "").await;
        if answer.status == StatusCode::OK {
            request(&answer);
        }
        answer
    }

    /// Reports without a key, as adapters do.
    pub async fn tell(&self, asked: &Value, report: Value) -> Answer {
        let path = place(asked, "/outcome");
        self.send("support-3", Method::POST, &path, None, report.to_string())
            .await
    }

    /// A person's word on what was asked, as it is there now.
    pub async fn say(&self, person: &str, asked: &Value, word: Value) -> Answer {
        let now = self.get(person, &envelope(asked)).await.body;
        self.decide(person, &now, word).await
    }

    pub async fn allow(&self, person: &str, asked: &Value) -> Answer {
        self.say(person, asked, json!({ "decision": "approve" })).await
    }

    pub async fn edit(&self, person: &str, asked: &Value, arguments: &str) -> Answer {
        let word = json!({ "decision": "edit", "arguments_raw": arguments, "reason": "too much" });
        self.say(person, asked, word).await
    }
}

/// What a client compares with what it sent; numbers by value, as `serde_json` reads them.
fn matches(request: &Value, submission: &Value) {
    for member in ["tool", "server", "arguments", "timeout", "agent_reasoning"] {
        assert_eq!(request[member], submission[member], "{member}");
    }
    assert_eq!(request.get("context"), submission.get("context"));
}

/// The body, refused as the client refuses it.
pub fn request(answer: &Answer) -> Value {
    let body = &answer.body;
    closed(
        body,
        &[
            "id",
            "tool",
            "arguments",
            "timeout",
            "status",
            "created_at",
            "deadline_at",
        ],
        &["server", "agent_reasoning", "context", "decision", "consumption"],
    );
    let status = body["status"].as_str().unwrap();
    let created = time(&body["created_at"]);
    assert!(time(&body["deadline_at"]) > created);
    let Some(decision) = body.get("decision") else {
        assert_eq!(status, "pending");
        assert!(body.get("consumption").is_none());
        return body.clone();
    };
    assert_ne!(status, "pending");
    closed(decision, &["status", "decided_at"], &["note", "expires_at"]);
    assert_eq!(decision["status"], status);
    let decided = time(&decision["decided_at"]);
    assert!(decided >= created);
    assert_ne!(decision["note"], "");
    let expires = decision.get("expires_at").map(time);
    assert_eq!(expires.is_some(), status == "approved", "only approvals expire");
    assert!(expires.is_none_or(|expires| expires > decided));
    if let Some(consumption) = body.get("consumption") {
        assert_eq!(status, "approved");
        closed(consumption, &["consumed_at"], &["outcome"]);
        let consumed = time(&consumption["consumed_at"]);
        assert!(consumed >= decided);
        if let Some(outcome) = consumption.get("outcome") {
            closed(outcome, &["status", "reported_at"], &["note"]);
            assert!(time(&outcome["reported_at"]) >= consumed);
            assert_ne!(outcome["note"], "");
        }
    }
    body.clone()
}

fn closed(object: &Value, required: &[&str], optional: &[&str]) {
    let object = object.as_object().unwrap();
    for (key, value) in object {
        assert!(
            required.contains(&key.as_str()) || optional.contains(&key.as_str()),
            "{key}"
        );
        assert!(!value.is_null(), "{key} is null");
    }
    for key in required {
        assert!(object.contains_key(*key), "{key} is missing");
    }
}

fn time(value: &Value) -> Timestamp {
    let text = value.as_str().unwrap();
    assert!(text.ends_with('Z') && text.as_bytes()[10] == b'T', "{text}");
    text.parse().unwrap()
}
