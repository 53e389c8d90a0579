//! One package has no crate walls; this test is the wall.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may name of ours. `lib.rs` shows the same table to readers.
const LAYERS: [(&str, &[&str]); 18] = [
    ("domain", &[]),
    ("form", &["domain"]),
    ("signature", &["domain"]),
    ("policy", &["domain", "form"]),
    ("ledger", &["domain", "signature"]),
    ("api", &["domain"]),
    ("bundle", &["domain", "signature", "policy", "ledger"]),
    ("store", &["domain", "signature", "ledger"]),
    ("client", &["domain", "bundle", "api"]),
    ("keys", &["domain", "signature", "ledger", "api"]),
    ("config", &["domain", "form", "policy"]),
    (
        "gate",
        &[
            "domain",
            "form",
            "signature",
            "policy",
            "ledger",
            "bundle",
            "store",
            "api",
            "config",
        ],
    ),
    ("oversight", &["domain", "ledger"]),
    ("diff", &[]),
    (
        "console",
        &["domain", "form", "ledger", "diff", "api", "client", "keys", "config"],
    ),
    ("plain", &["domain", "api", "client", "keys", "console"]),
    (
        "demo",
        &[
            "domain",
            "form",
            "signature",
            "policy",
            "ledger",
            "store",
            "api",
            "client",
            "keys",
            "config",
            "gate",
            "oversight",
            "diff",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "form",
            "signature",
            "policy",
            "ledger",
            "bundle",
            "store",
            "api",
            "client",
            "keys",
            "config",
            "gate",
            "oversight",
            "diff",
            "console",
            "plain",
            "demo",
        ],
    ),
];

/// Layers that touch neither clock, chance, files, network nor environment.
const PURE: [&str; 7] = ["domain", "form", "signature", "policy", "ledger", "bundle", "oversight"];

const IMPURE: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::time",
    "std::thread",
    "tokio",
    "async fn",
    "getrandom",
    "Timestamp::now",
];

/// No file grows beyond this; at two thirds of it, look for the concept that wants out.
const MOST_LINES: usize = 600;

fn sources(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn by_layer() -> BTreeMap<String, Vec<PathBuf>> {
    let src = root().join("src");
    let mut layers: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in sources(&src) {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        let layer = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        if path.file_name().is_some_and(|name| name != "tests.rs") {
            layers.entry(layer).or_default().push(path);
        }
    }
    layers
}

#[test]
fn every_layer_names_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = LAYERS.into_iter().collect();
    for (layer, files) in by_layer() {
        if layer == "lib" || layer == "main" {
            continue;
        }
        let allowed = table
            .get(layer.as_str())
            .unwrap_or_else(|| panic!("{layer} takes no row in the table"));
        for file in files {
            for named in named_layers(&code(&file)) {
                let fine = named == layer || allowed.contains(&named.as_str());
                assert!(fine, "{} names {named}, which {layer} may not", file.display());
            }
        }
    }
}

/// Every `x` of `crate::x`, also inside `use crate::{x, y}`.
fn named_layers(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut named = Vec::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = true;
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => item = true,
                    c if item && c.is_alphabetic() => {
                        named.push(word(&group[at..]));
                        item = false;
                    }
                    _ => {}
                }
            }
        } else {
            named.push(word(rest));
        }
    }
    named
}

#[test]
fn the_table_has_no_row_for_a_layer_that_is_gone() {
    let layers = by_layer();
    for (layer, _) in LAYERS {
        assert!(layers.contains_key(layer), "{layer} has a row and no code");
    }
}

#[test]
fn pure_layers_touch_nothing_outside() {
    for (layer, files) in by_layer() {
        for file in files.iter().filter(|_| PURE.contains(&layer.as_str())) {
            let code = code(file);
            for word in IMPURE {
                assert!(!code.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn only_the_store_knows_sql() {
    for (layer, files) in by_layer() {
        for file in files.iter().filter(|_| layer != "store") {
            assert!(!code(file).contains("rusqlite"), "{} knows SQL", file.display());
        }
    }
}

#[test]
fn only_the_command_line_reads_arguments_and_environment() {
    for (layer, files) in by_layer() {
        for file in files.iter().filter(|_| layer != "cli" && layer != "main") {
            assert!(
                !code(file).contains("std::env::"),
                "{} reads the environment",
                file.display()
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_600_lines_and_none_is_called_mod() {
    for folder in ["src", "tests", "benches", "examples"] {
        let folder = root().join(folder);
        for file in if folder.exists() { sources(&folder) } else { Vec::new() } {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines", file.display());
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(
                !["mod", "util", "utils", "common", "helpers", "types", "manager"].contains(&stem.as_str()),
                "{}",
                file.display()
            );
        }
    }
}
