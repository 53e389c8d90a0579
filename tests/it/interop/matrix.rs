//! Every kind of damage to a bundle and to its database: which tools of others find it, and what ours says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use signoff::bundle::{Files, Pins, SUMS, check};

use super::scene::{Scene, Size, copy};
use super::tools::{Bundles, Python};
use super::{done, is_asked_for, leaves, say};
use crate::it::bundle::damage::{fit, with_entries};
use crate::it::bundle::{files, guide, signoff};
use crate::it::proofs;

/// The guide's blocks, counted from 0.
const SUMS_BLOCK: usize = 0;
const SIGNATURES_BLOCK: usize = 3;

/// Tools of others, and what they are asked about.
struct Judges {
    scene: Scene,
    blocks: Vec<String>,
    go: PathBuf,
    libraries: Bundles,
    /// A copy of the bundle, to be damaged.
    damaged: PathBuf,
}

/// Who found one kind of damage, and what ours said of the first of it.
#[derive(Default)]
struct Row {
    of: usize,
    found: BTreeMap<String, usize>,
    ours: String,
}

impl Judges {
    fn new() -> Self {
        let scene = Scene::play(&Size::SMALL);
        let folder = scene.place.folder.path();
        let go = proofs::tools::build(folder, "bundle/main.go");
        let libraries = Python::install(folder).bundles();
        let damaged = folder.join("damaged");
        let blocks = guide::blocks(&scene.bundle);
        Self {
            scene,
            blocks,
            go,
            libraries,
            damaged,
        }
    }

    fn put(&self, files: &Files) {
        if self.damaged.exists() {
            fs::remove_dir_all(&self.damaged).unwrap();
        }
        for (path, bytes) in files {
            let path = self.damaged.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    fn sums_find(&self) -> bool {
        !guide::run(&self.damaged, &self.blocks[SUMS_BLOCK]).status.success()
    }

    /// The tools that find something, without sha256sum: whoever damages files can make its list fit.
    fn who_finds(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        let mut go = Command::new(&self.go);
        let grown = go.arg(&self.damaged).args(&self.scene.earlier).output().unwrap();
        if !grown.status.success() {
            found.push("Go".to_owned());
        }
        let judged = self.libraries.judge(&self.damaged);
        let failed = judged["failed"].as_object().unwrap().keys();
        found.extend(failed.map(|check| format!("Python ({check})")));
        let signatures = guide::run(&self.damaged, &self.blocks[SIGNATURES_BLOCK]);
        if !signatures.status.success() {
            found.push("ssh-keygen".to_owned());
        }
        found
    }
}

/// What a file is, without what names it among others.
fn kind(path: &str) -> String {
    let Some((folder, name)) = path.split_once('/') else {
        return path.to_owned();
    };
    match (folder, path.rsplit_once('.')) {
        ("tile", _) => format!("tile/{}/", name.split('/').next().unwrap_or_default()),
        (folder, Some((_, ending))) => format!("{folder}/*.{ending}"),
        (folder, None) => folder.to_owned(),
    }
}

/// One line of the matrix.
fn print(what: &str, found: &str, ours: &str) {
    say(&format!("| {what} | {found} | {ours} |"));
}

#[test]
fn whatever_is_damaged_a_tool_of_others_finds_it_and_ours_says_where() {
    if !is_asked_for() {
        return;
    }
    let mut judges = Judges::new();
    let whole = files(&judges.scene.bundle);
    judges.put(&whole);
    assert!(!judges.sums_find());
    assert_eq!(judges.who_finds(), [""; 0]);
    print("what is damaged", "found by", "signoff says");
    print("---", "---", "---");
    each_byte(&mut judges, &whole);
    entries(&mut judges, &whole);
    database(&mut judges);
}

/// One byte of each file, and then the list of digests made to fit it.
fn each_byte(judges: &mut Judges, whole: &Files) {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (path, bytes) in whole {
        let mut damaged = whole.clone();
        damaged.get_mut(path).unwrap()[bytes.len() / 2] ^= 1;
        judges.put(&damaged);
        assert!(judges.sums_find(), "{path}");
        let flaw = check(&damaged, &Pins::default()).unwrap_err();
        assert!(flaw.file == *path || path == SUMS, "{path}: {flaw}");
        let row = rows.entry(kind(path)).or_default();
        row.of += 1;
        if row.of == 1 {
            row.ours = flaw.to_string();
        }
        // Neither the guide nor a list that fits whatever is there proves anything.
        if path == SUMS || path == "VERIFY.md" {
            continue;
        }
        fit(&mut damaged);
        fs::write(judges.damaged.join(SUMS), &damaged[SUMS]).unwrap();
        let found = judges.who_finds();
        assert!(!found.is_empty(), "{path}: nobody finds it where the sums fit");
        let flaw = check(&damaged, &Pins::default()).unwrap_err();
        if row.of == 1 {
            row.ours = flaw.to_string();
        }
        for tool in found {
            *row.found.entry(tool).or_default() += 1;
        }
    }
    for (kind, row) in rows {
        let tools = row.found.iter().map(|(tool, n)| {
            if *n == row.of {
                tool.clone()
            } else {
                format!("{tool} {n} of {}", row.of)
            }
        });
        let fitting: Vec<String> = tools.collect();
        let fitting = if fitting.is_empty() {
            "where that fits, nobody: it proves nothing".to_owned()
        } else {
            format!("where that fits: {}", fitting.join(", "))
        };
        let what = format!("a byte of {kind}, {} of them", row.of);
        print(&what, &format!("sha256sum; {fitting}"), &row.ours);
    }
}

/// Entries dropped, swapped and cut off, with everything that is not signed made to fit.
fn entries(judges: &mut Judges, whole: &Files) {
    let dropped = with_entries(whole, |entries| drop(entries.remove(20)));
    let swapped = with_entries(whole, |entries| entries.swap(20, 21));
    let cut = with_entries(whole, |entries| entries.truncate(entries.len() - 3));
    for (what, damaged) in [
        ("an entry dropped, tiles and sums made to fit", dropped),
        ("two entries swapped, tiles and sums made to fit", swapped),
        ("the tail cut, tiles and sums made to fit", cut),
    ] {
        judges.put(&damaged);
        assert!(!judges.sums_find(), "{what}");
        let found = judges.who_finds();
        assert!(found.iter().any(|tool| tool == "Go"), "{what}: {found:?}");
        let flaw = check(&damaged, &Pins::default()).unwrap_err();
        print(what, &found.join(", "), &flaw.to_string());
    }
}

/// The same in the database, which whoever has the machine can do; and yesterday's put back.
fn database(judges: &mut Judges) {
    let copied = judges.scene.place.path("copied");
    let renew = |from: &Path| {
        if copied.exists() {
            fs::remove_dir_all(&copied).unwrap();
        }
        copy(from, &copied);
        copied.join("ledger.db")
    };
    let data = judges.scene.place.data();
    let anchor = judges.scene.anchor.clone();
    let (folder, anchor) = (copied.to_str().unwrap(), anchor.to_str().unwrap());
    let verify = |more: &[&str]| signoff(&[&["--data", folder, "ledger", "verify"], more].concat());
    done("leaves.sh", &leaves(&renew(&data), &judges.scene.bundle));
    done("verify", &verify(&["--anchor", anchor]));
    for (what, sql, says) in [
        (
            "a byte of an entry in the database",
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"v\":1', '\"v\":2') AS BLOB) WHERE seq = 20",
            "Entry 20 ",
        ),
        ("a row dropped", "DELETE FROM entry WHERE seq = 20", "Entry 20 "),
        (
            "two rows swapped",
            "UPDATE entry SET seq = -1 WHERE seq = 20; UPDATE entry SET seq = 20 WHERE seq = 21; \
             UPDATE entry SET seq = 21 WHERE seq = -1",
            "Entry 20 ",
        ),
        (
            "the tail cut",
            "DELETE FROM entry WHERE seq > (SELECT max(seq) FROM entry) - 3",
            "The head names ",
        ),
        (
            "a byte of the tree",
            "DROP TRIGGER node_is_final; UPDATE node SET hash = zeroblob(32) WHERE level = 0 AND idx = 20",
            "Entry 20 ",
        ),
    ] {
        let ledger = renew(&data);
        let sql = format!("DROP TRIGGER entry_is_final; DROP TRIGGER entry_is_kept; {sql}");
        let changed = Command::new("sqlite3").arg(&ledger).arg(sql).output().unwrap();
        done("sqlite3", &changed);
        assert!(!leaves(&ledger, &judges.scene.bundle).status.success(), "{what}");
        let said = verify(&[]);
        assert!(matches!(said.status.code(), Some(10 | 11)), "{what}: {said:?}");
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains(says), "{what}: {said}");
        print(what, "sqlite3 and sha256sum, beside an earlier export", said.trim());
    }

    // All of yesterday's is as it was signed: only what was kept elsewhere tells.
    let ledger = renew(&judges.scene.yesterday);
    done("verify", &verify(&[]));
    assert!(!leaves(&ledger, &judges.scene.bundle).status.success());
    fs::remove_dir_all(&judges.damaged).unwrap();
    let export = ["--data", folder, "ledger", "export", judges.damaged.to_str().unwrap()];
    done("export", &signoff(&export));
    assert_eq!(judges.who_finds(), ["Go"]);
    let said = verify(&["--anchor", anchor]);
    assert_eq!(said.status.code(), Some(11), "{said:?}");
    let started = signoff(&["--data", folder, "--anchor", anchor, "serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(started.status.code(), Some(11), "{started:?}");
    let said = String::from_utf8(said.stderr).unwrap();
    let found = "Go, by a checkpoint that was kept; sqlite3 and sha256sum, beside an earlier export; the anchor";
    print(
        "yesterday's database put back",
        found,
        said.lines().next().unwrap_or_default(),
    );
}
