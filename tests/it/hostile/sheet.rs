//! Every field of a hostile envelope on the sheet and in the payload's pages: all of it, in codes where it must.

use serde_json::json;
use signoff::console::Model;
use signoff::domain::{Role, Shown};

use super::{corpus, look_at, proposal, short_of};
use crate::it::console::desk::{Desk, desk};

/// Names, which stand on one line each.
const NAMES: [&str; 5] = ["environment", "tool", "server", "system", "record"];

/// Texts behind the gutter, which may have lines.
const QUOTED: [&str; 6] = ["rationale", "request", "impact", "ref", "excerpt", "handle"];

/// Names behind the gutter.
const QUOTED_NAMES: [&str; 2] = ["version", "model"];

/// A desk so high that nothing has to be scrolled.
async fn high_desk() -> Desk {
    desk("sam", Role::Senior, (118, 110)).await
}

/// A screen without the notes at its right edge.
fn without_notes(screen: &str) -> String {
    let plain = |line: &str| {
        let line = line.trim_end();
        if !line.starts_with(" does ") {
            return line.strip_suffix("agent says").unwrap_or(line).to_owned();
        }
        let digest = line
            .rfind("  digest ")
            .filter(|at| at + "  digest 00000000".len() == line.len());
        digest.map_or(line, |at| &line[..at]).to_owned()
    };
    screen.lines().map(plain).collect()
}

/// Without what wrapping adds or leaves out.
fn squeezed(text: &str) -> String {
    let signs = |c: char| c.is_whitespace() || matches!(c, '>' | '|' | '+' | '-' | '␣' | '↵');
    text.chars().filter(|c| !signs(*c)).collect()
}

/// As it stands between quotes of ours.
fn in_quotes(line: &str) -> String {
    line.replace('\\', "\\\\").replace('"', "\\\"")
}

fn has(screen: &str, said: &str, what: &str) {
    assert!(
        squeezed(&without_notes(screen)).contains(&squeezed(said)),
        "{what}: {said} is not in\n{screen}"
    );
}

#[tokio::test]
async fn each_field_says_all_of_it() {
    let mut desk = high_desk().await;
    for (n, text) in corpus().into_iter().enumerate() {
        look_at(&mut desk, proposal(n, &text.text)).await;
        let (name, text) = (text.name, text.text);
        let line = Shown::line(&text).to_string();
        let short = Shown::line(short_of(&text)).to_string();
        let block = Shown::block(&text).to_string();
        let sheet = desk.text();
        let of = |field: &str, text: &str| format!("<{field}>{text}</{field}>");
        for field in NAMES {
            has(&sheet, &of(field, &short), &format!("{name}, {field}"));
        }
        has(&sheet, &of("how", &in_quotes(&line)), &name);
        has(&sheet, &of("title", &in_quotes(&line)), &name);
        for field in QUOTED {
            has(&sheet, &of(field, &block), &format!("{name}, {field}"));
        }
        for field in QUOTED_NAMES {
            let said = Shown::block(short_of(&text)).to_string();
            has(&sheet, &of(field, &said), &format!("{name}, {field}"));
        }
        let json = |text: &str| Shown::line(serde_json::to_string(text).unwrap().trim_matches('"')).to_string();
        has(&sheet, &of("etag", &json(&text)), &name);
        has(&sheet, &of("signal", &json(short_of(&text))), &name);
        desk.keys("d").await;
        let fields = desk.text();
        has(&fields, &of("value", &block), &name);
        has(&fields, &of("item", &json(&text)), &name);
        let pointer = of("key", &text).replace('~', "~0").replace('/', "~1");
        has(&fields, Shown::line(&pointer).as_str(), &name);
        desk.keys("t").await;
        let as_text = desk.text();
        for field in ["key", "value", "item", "before"] {
            has(&as_text, &of(field, &json(&text)), &format!("{name}, {field}"));
        }
        desk.keys("q").await;
    }
}

/// What an agent says beside a label of ours stays between its quotes, leaves what is below on the screen,
/// and goes on behind a sign of ours.
#[tokio::test]
async fn how_to_undo_it_is_quoted_and_no_longer_than_three_lines() {
    let mut desk = desk("sam", Role::Senior, (80, 60)).await;
    let how = format!(
        "restore\"  proof    1 \"ok.pdf\" (file here) {}END",
        "and so on ".repeat(40)
    );
    let mut body = proposal(0, "x");
    body["reversal"]["how"] = json!(how);
    look_at(&mut desk, body).await;
    let text = desk.text();
    let from = text.lines().position(|line| line.starts_with(" undo ")).unwrap();
    let rows: Vec<&str> = text.lines().skip(from).take(4).collect();
    let quoted = " undo     \"restore\\\"␣␣proof␣␣␣␣1 \\\"ok.pdf\\\" (file here) and so on";
    assert!(rows[0].starts_with(quoted), "{text}");
    for row in &rows[1..3] {
        assert!(row.starts_with("          > "), "{row} in\n{text}");
    }
    assert!(
        rows[2].trim_end().ends_with(" …") && rows[3].starts_with(" proof "),
        "{text}"
    );
    // What was cut stands behind the gutter.
    assert!(text.contains("| to undo it: restore\"  proof "), "{text}");
    assert!(text.contains("END"), "{text}");
}

/// Fields that share a line cannot be added to from within one: neither a text of several lines nor a key.
#[tokio::test]
async fn a_value_in_the_list_of_changes_cannot_imitate_a_field_or_an_arrow() {
    let mut desk = desk("sam", Role::Senior, (120, 60)).await;
    let mut body = proposal(0, "x");
    let name = "x\n, /iban = \"DE89\" -> y";
    body["action"]["before"] = json!({"name": name, "note": "60", "to -> b": "60", "z": "1"});
    body["action"]["arguments"] = json!({"name": name, "note": "60 -> 61, /iban = DE89", "to -> b": "61", "z": "1"});
    look_at(&mut desk, body).await;
    let text = desk.text();
    for told in [
        "  /name  = \"x ↵ , /iban = \\\"DE89\\\" -> y\", /z  = 1",
        "/note  60 -> \"60 -> 61, /iban = DE89\"",
        "\"/to -> b\"  60 -> 61",
    ] {
        assert!(text.contains(told), "{told} is not in\n{text}");
    }
}

/// The figure in the header is all of them: what is counted is what stands somewhere.
#[tokio::test]
async fn what_hides_is_counted_wherever_it_stands() {
    let mut desk = high_desk().await;
    for (n, text) in corpus().into_iter().enumerate() {
        look_at(&mut desk, proposal(n, &text.text)).await;
        let (name, text) = (text.name, text.text);
        let short = short_of(&text);
        // What stands in one line only, and what may have several.
        let lines = (NAMES.len() + QUOTED_NAMES.len()) * Shown::line(short).hidden() + 2 * Shown::line(&text).hidden();
        let blocks = 12 * Shown::block(&text).hidden() + Shown::block(short).hidden();
        let told = format!("hidden   {} invisible character", lines + blocks);
        let none = lines + blocks == 0;
        assert_eq!(desk.text().contains(&told), !none, "{name}: {told} in\n{}", desk.text());
        assert_eq!(desk.text().contains(" hidden   "), !none, "{name}");
    }
}

/// What the window is too narrow for is said to be cut, and not only gone.
#[tokio::test]
async fn what_is_cut_off_at_the_edge_says_so() {
    let mut desk = high_desk().await;
    desk.model = Model::new(signoff::console::Start {
        gate: format!("{}\u{202e}", "gate ".repeat(40)),
        name: "sam".into(),
        role: Some(Role::Senior),
        nonce: "desk".into(),
        settings: signoff::config::Settings::default(),
        keymap: signoff::console::Keymap::default(),
        zone: jiff::tz::TimeZone::UTC,
        recalled: signoff::console::Recalled::default(),
        looks_back: false,
        is_still: false,
        now: desk.now(),
        size: (80, 24),
        decided: None,
    });
    desk.resize(300, 24);
    let text = desk.text();
    assert!(text.lines().next().unwrap().contains("gate ⟨U+202E⟩"), "{text}");
    desk.resize(80, 24);
    let text = desk.text();
    assert!(text.lines().next().unwrap().contains("… connecting"), "{text}");
    let mut desk = crate::it::console::desk::full_desk((44, 24)).await;
    let stop = json!({"scope": "run", "name": "run ".repeat(9), "effect": "hold", "reason": "odd"});
    desk.gate.post("sue", "/v1/stops", stop).await;
    desk.news().await;
    let text = desk.text();
    let header = text.lines().next().unwrap();
    assert!(header.contains("STOPPED") && header.ends_with('…'), "{header}");
}
