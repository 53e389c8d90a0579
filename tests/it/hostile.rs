//! Promise 3: text from agents can neither act nor hide, through every field and out of every end.

mod console;
mod lines;
mod output;
mod place;
mod plain;
mod sheet;

use serde_json::{Value, json};

pub use output::wrong_in_text;

use crate::it::cli::place::Place;
use crate::it::console::desk::Desk;

/// One hostile text and what it is called.
struct Text {
    name: String,
    text: String,
}

fn corpus() -> Vec<Text> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../fixtures/hostile.json")).unwrap();
    let text = |one: &Value| Text {
        name: one["name"].as_str().unwrap().to_owned(),
        text: one["text"].as_str().unwrap().to_owned(),
    };
    all.iter().map(text).collect()
}

/// As much of a text as a name can be.
fn short_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(160)]
}

/// A proposal that says it everywhere: names, keys, values and every claim there is.
fn proposal(n: usize, text: &str) -> Value {
    let says = |field: &str| format!("<{field}>{text}</{field}>");
    let names = |field: &str| format!("<{field}>{}</{field}>", short_of(text));
    json!({
        "run_id": format!("run-{n}"),
        "agent": {"version": names("version"), "model": names("model")},
        "environment": names("environment"),
        "action": {
            "tool": names("tool"),
            "server": names("server"),
            "arguments": {says("key"): says("value"), "list": [says("item")], "case": n},
            "target": {"system": names("system"), "record": names("record")},
            "before": {says("key"): "was", "old": says("before")},
        },
        "request": says("request"),
        "rationale": says("rationale"),
        "confidence": 0.5,
        "signals": {"score": names("signal")},
        "impact": {"summary": says("impact")},
        "evidence": [{"title": says("title"), "kind": "log", "ref": says("ref"), "excerpt": says("excerpt")}],
        "reversal": {"handle": names("handle"), "how": says("how")},
        "preconditions": {"etag": says("etag")},
    })
}

/// Proposes it at a desk, and looks at it for as long as it takes to read.
async fn look_at(desk: &mut Desk, body: Value) {
    let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(created.status, 201, "{}", created.body);
    desk.news().await;
    desk.model.focus = Some(created.body["id"].as_str().unwrap().parse().unwrap());
    desk.tell(signoff::console::Msg::Tick { at: desk.now() });
    desk.read().await;
    desk.read_it();
}

/// A gate with an agent and people, which writes its log to a file.
struct Stage {
    place: Place,
    url: String,
    agent: String,
    sam: String,
}

fn stage() -> Stage {
    let mut place = Place::new();
    let url = place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let sam = place.add(&["reviewer", "add", "sam", "--role", "senior"]);
    Stage { place, url, agent, sam }
}

impl Stage {
    fn propose(&self, n: usize, text: &str) -> Value {
        let file = self.place.proposal(&proposal(n, text).to_string());
        self.place.json(&["--token-file", &self.agent, "submit", &file])
    }
}
