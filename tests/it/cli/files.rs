//! Evidence files: sent by an agent, written for a person once their digest was checked, opened by nobody.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::json;

use crate::it::cli::place::{Place, seen};
use crate::it::terminal::Terminal;

/// No text, and nothing that a terminal should get.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\xff\x1b]0;owned\x07";

/// A running gate with an envelope with evidence of each kind: a file that is here, one that is not, none, the first again.
fn brought(bytes: &[u8]) -> (Place, String, String) {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let file = place.path("evidence");
    fs::write(&file, bytes).unwrap();
    let sent = place.run(&["--token-file", &agent, "blob", &file.to_string_lossy()]);
    let digest = String::from_utf8(sent.stdout).unwrap().trim().to_owned();
    assert_eq!(digest.len(), 64, "{}", String::from_utf8_lossy(&sent.stderr));
    let body = json!({
        "action": {"tool": "issue_refund", "arguments": {"amount": "60.00"}},
        "evidence": [
            {"title": "receipt", "kind": "document", "sha256": digest},
            {"title": "mail", "kind": "document", "sha256": "ab".repeat(32)},
            {"title": "chat", "kind": "log"},
            {"title": "the receipt again", "kind": "document", "sha256": digest},
        ],
    });
    let proposal = place.proposal(&body.to_string());
    let id = place.json(&["--token-file", &agent, "submit", &proposal])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (place, id, digest)
}

fn show(place: &Place, id: &str, more: &[&str]) -> std::process::Output {
    place.run(&[&["show", id], more].concat())
}

#[test]
fn a_file_goes_in_by_one_command_and_comes_out_by_another_to_the_byte() {
    let (place, id, digest) = brought(PICTURE);
    let text = seen(&show(&place, &id, &[]), place.folder.path());
    assert!(
        text.contains("file      1. DIGEST is here, 20 bytes: --file 1 writes it"),
        "{text}"
    );
    assert!(text.contains("| evidence  3. chat (log)"), "{text}");
    for name in ["1", "4", &digest, &digest[..8]] {
        let shown = show(&place, &id, &["--file", name]);
        assert_eq!(
            (shown.stdout.as_slice(), shown.status.code()),
            (PICTURE, Some(0)),
            "{name}"
        );
    }
    let path = place.path("out.png");
    let output = path.to_string_lossy().into_owned();
    let kept = show(&place, &id, &["--file", "1", "--output", &output]);
    assert_eq!(
        seen(&kept, place.folder.path()),
        "20 bytes, SHA-256 DIGEST checked, are in FOLDER/out.png\nexit 0"
    );
    assert_eq!(fs::read(&path).unwrap(), PICTURE);
}

#[test]
fn what_is_there_already_is_never_written_over_or_through() {
    let (place, id, _) = brought(PICTURE);
    let (mine, link, target) = (place.path("mine"), place.path("link"), place.path("target"));
    fs::write(&mine, "mine").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let before = names(&place);
    for path in [&mine, &link] {
        let kept = show(&place, &id, &["--file", "1", "--output", &path.to_string_lossy()]);
        let text = seen(&kept, place.folder.path());
        assert!(
            text.contains(" cannot be written") && text.ends_with("exit 1"),
            "{text}"
        );
    }
    assert_eq!(fs::read(&mine).unwrap(), b"mine");
    assert_eq!(names(&place), before, "neither the link's target nor a part of a file");
}

/// What lies in the folder.
fn names(place: &Place) -> BTreeSet<OsString> {
    let files = fs::read_dir(place.folder.path()).unwrap();
    files.map(|file| file.unwrap().file_name()).collect()
}

#[test]
fn what_is_not_there_is_said_and_writes_nothing() {
    let (place, id, _) = brought(PICTURE);
    for (name, why, code) in [
        ("5", "It has 4 pieces of evidence, and no number 5.", 2),
        ("3", "Evidence 3 names no file.", 2),
        ("00000000", "None of its evidence names such a file.", 2),
        ("2", "", 4),
        ("0", "write the number of the evidence", 2),
        ("0123456g", "write the number of the evidence", 2),
    ] {
        let said = show(&place, &id, &["--file", name]);
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.stdout.is_empty() && error.contains(why), "{name}: {error}");
        assert_eq!(said.status.code(), Some(code), "{name}: {error}");
    }
    let said = show(&place, &id, &["--file", "1", "--json"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("A file is no JSON."));
}

#[test]
fn a_file_that_is_too_large_or_never_ends_is_not_sent() {
    let (place, ..) = brought(PICTURE);
    let (large, agent) = (place.path("large"), place.path("support-3.token"));
    fs::write(&large, vec![0; 1024 * 1024 + 1]).unwrap();
    for file in [large.as_path(), Path::new("/dev/zero")] {
        let (agent, file) = (agent.to_string_lossy(), file.to_string_lossy());
        let said = place.run(&["--token-file", &agent, "blob", &file]);
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(
            error.contains("more than the 1048576 bytes that a gate takes."),
            "{error}"
        );
        assert!(said.stdout.is_empty() && said.status.code() == Some(2), "{error}");
    }
}

/// Answers every question with what a gate would, but a file with other bytes.
fn lie(envelope: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let n = stream.read(&mut head).unwrap();
            let asks_for_file = String::from_utf8_lossy(&head[..n]).starts_with("GET /v1/blobs/");
            let body = if asks_for_file {
                b"something else".to_vec()
            } else {
                envelope.clone()
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        }
    });
    url
}

#[test]
fn other_bytes_than_the_digest_names_are_not_written() {
    let (place, id, _) = brought(PICTURE);
    let url = lie(show(&place, &id, &["--json"]).stdout);
    let path = place.path("out.png");
    for more in [&[][..], &["--output", &path.to_string_lossy()]] {
        let arguments = [&["--url", &url, "show", &id, "--file", "1"], more].concat();
        let said = std::process::Command::new(crate::it::cli::place::BINARY)
            .args(arguments)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(error.contains("The gate sent other bytes than"), "{error}");
        assert!(said.stdout.is_empty() && !path.exists());
        assert_eq!(said.status.code(), Some(5));
    }
}

/// What a terminal shows of a file.
fn on_a_terminal(place: &Place, id: &str) -> (u32, String, Vec<u8>) {
    let data: &Path = &place.data();
    let mut terminal = Terminal::start(&["--data", &data.to_string_lossy(), "show", id, "--file", "1"], 80, 24);
    let code = terminal.end();
    (code, terminal.text(), terminal.raw().to_vec())
}

#[test]
fn a_terminal_gets_text_that_cannot_act_and_nothing_else() {
    let (place, id, _) = brought(PICTURE);
    let (code, text, raw) = on_a_terminal(&place, &id);
    assert!(
        text.contains("The file is no text") && text.contains("--output"),
        "{text}"
    );
    assert!(code == 2 && !raw.contains(&0x1b), "{text}");
    let (place, id, _) = brought("paid\u{202e}\n\u{1b}[2Jdigest    00000000\n".as_bytes());
    let (code, text, raw) = on_a_terminal(&place, &id);
    assert!(text.starts_with("| paid⟨U+202E⟩\n| ⟨U+001B⟩[2Jdigest"), "{text}");
    assert!(code == 0 && !raw.contains(&0x1b), "{text}");
}
