use rusqlite::params;
use uuid::Uuid;

use super::*;

fn ledger() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = super::super::connection::open_writer(&folder.path().join("ledger.db")).expect("a ledger");
    (folder, connection)
}

fn id(n: u8) -> EnvelopeId {
    EnvelopeId(Uuid::from_bytes([n; 16]))
}

/// An envelope that changed then, and a text of it.
fn say(connection: &Connection, n: u8, changed: i64, text: &str) {
    connection
        .execute(
            "INSERT INTO envelope (id, stage, revision, changed, open, verdict, mode, effective, severity, tool, agent, \
             quorum, votes, role, reason_required, on_timeout, escalate_to, timeout_s, valid_for_s, sla_at, deadline_at, \
             payload_sha256, policy, created_at) VALUES (?1, 'done', 1, ?2, 0, 'hold', 'enforce', 'hold', 'low', 'tool', \
             x'', 1, 0, 'reviewer', 0, 'deny', 'senior', 60, 60, 0, 0, zeroblob(32), zeroblob(32), 0) \
             ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
            params![id(n).0.as_bytes(), changed],
        )
        .expect("a row");
    let part = connection.query_row(
        "SELECT count(*) FROM blob WHERE subject = ?1",
        [id(n).0.as_bytes()],
        |row| row.get::<_, i64>(0),
    );
    connection
        .execute(
            "INSERT INTO blob (subject, kind, part, commitment, bytes) VALUES (?1, 'note', ?2, zeroblob(32), ?3)",
            params![id(n).0.as_bytes(), part.expect("a count"), text.as_bytes()],
        )
        .expect("a text");
}

/// Who the index alone names.
fn named(connection: &Connection, word: &str) -> Vec<u8> {
    let lead = leads(word).expect("long enough").remove(0);
    let mut query = connection.prepare(&lead.sql).expect("a query");
    let ends = [Value::Blob(vec![0; 16]), Value::Blob(vec![u8::MAX; 16])];
    let values = ends.into_iter().chain(lead.values);
    let rows = query.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, [u8; 16]>(0));
    let mut named: Vec<u8> = rows.expect("rows").map(|id| id.expect("an id")[0]).collect();
    named.sort_unstable();
    named
}

/// Whether these letters are anywhere in the index, also of what is marked as gone. No other text has any that begin
/// like them: what begins as the one before is not written out.
fn has_letters(connection: &Connection, letters: &str) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM said_data WHERE instr(block, ?1) > 0)";
    let found = connection.query_row(sql, [letters.as_bytes()], |row| row.get(0));
    found.expect("a row")
}

#[test]
fn what_changed_since_is_taken_in_again_where_it_says_more() {
    let (_folder, connection) = ledger();
    say(&connection, 1, 1, "an apple");
    say(&connection, 2, 2, "a pear");
    assert!(!take_in(&connection).expect("taken in"));
    assert_eq!(named(&connection, "apple"), [1]);
    say(&connection, 1, 3, "a pear too");
    assert_eq!(named(&connection, "pear"), [2], "not yet");
    assert!(!take_in(&connection).expect("taken in"));
    assert_eq!(
        (named(&connection, "pear"), named(&connection, "apple")),
        (vec![1, 2], vec![1])
    );
    assert!(!take_in(&connection).expect("nothing is left"));
    let count = |sql| {
        connection
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .expect("a count")
    };
    let written = || count("SELECT sum(length(block)) FROM said_data");
    let before = written();
    connection
        .execute_batch("UPDATE envelope SET changed = 4 WHERE changed = 3")
        .expect("changed");
    take_in(&connection).expect("taken in");
    assert_eq!(written(), before, "what says nothing new is not written again");
    assert_eq!(count("SELECT changed FROM said_to"), 4);
}

#[test]
fn no_sign_in_a_word_or_text_is_more_than_a_letter_to_the_index() {
    let (_folder, connection) = ledger();
    say(&connection, 1, 1, "it says \0 and \"AND\" OR (NOT x*)");
    take_in(&connection).expect("taken in");
    for word in ["s \0 a", "\"and\"", "(not x*)", "ys \0 and \""] {
        assert_eq!(named(&connection, word), [1], "{word:?}");
    }
    assert_eq!(leads("it").map(|leads| leads.len()), None, "too short");
}

#[test]
fn what_changed_in_one_moment_is_taken_in_whole_however_much_it_is() {
    let (_folder, connection) = ledger();
    for n in 0..200 {
        say(&connection, n, 7, "an apple");
    }
    say(&connection, 200, 8, "an apple");
    while take_in(&connection).expect("taken in") {}
    assert_eq!(named(&connection, "apple").len(), 201);
    let long = "pear ".repeat(40_000);
    for n in 201..204 {
        say(&connection, n, i64::from(n), &long);
    }
    assert!(
        take_in(&connection).expect("taken in"),
        "one long text is enough at once"
    );
    assert_eq!(named(&connection, "pear").len(), 1);
}

#[test]
fn what_was_taken_out_leaves_no_letters_behind_once_it_is_purged() {
    let (_folder, connection) = ledger();
    say(&connection, 1, 1, "Zacharias ʘʘ");
    take_in(&connection).expect("taken in");
    say(&connection, 1, 2, "and Zacharias again");
    for n in 2..40 {
        say(&connection, n, i64::from(n) + 1, "an apple");
        take_in(&connection).expect("taken in");
    }
    take_out(&connection, id(1)).expect("taken out");
    assert_eq!(named(&connection, "zacharias"), [0_u8; 0]);
    assert!(has_letters(&connection, "ʘʘ"), "they are only marked as gone");
    purge(&connection).expect("purged");
    assert!(!has_letters(&connection, "ʘʘ"));
    assert_eq!(named(&connection, "apple").len(), 38);
}

#[test]
fn an_index_that_is_not_whole_is_noticed_and_made_anew() {
    let (_folder, connection) = ledger();
    for (n, lost) in [
        (1, "DELETE FROM said_by WHERE n = 1"),
        (2, "DELETE FROM said WHERE rowid = 1"),
        (
            3,
            "UPDATE said_to SET changed = 9; DELETE FROM said_by; DELETE FROM said",
        ),
    ] {
        say(&connection, n, i64::from(n), "an apple");
        while take_in(&connection).expect("taken in") {}
        check(&connection).expect("whole");
        assert_eq!(named(&connection, "apple").len(), usize::from(n));
        connection.execute_batch(lost).expect("lost");
        check(&connection).expect("made anew");
        while take_in(&connection).expect("taken in") {}
        assert_eq!(named(&connection, "apple").len(), usize::from(n), "{lost}");
    }
}

#[test]
fn a_full_disk_leaves_the_writer_no_open_transaction_and_is_got_over() {
    let (_folder, connection) = ledger();
    for n in 0..60 {
        let numbers = (1_u32..200).map(|k| format!("{:x} ", k * (u32::from(n) + 77_777)));
        say(
            &connection,
            n,
            i64::from(n) + 1,
            &format!("{}apple", numbers.collect::<String>()),
        );
    }
    let pages = |most: &str| {
        let sql = format!("PRAGMA max_page_count = {most}");
        connection
            .query_row(&sql, [], |row| row.get::<_, i64>(0))
            .expect("pages")
    };
    let most = pages("1");
    let refused = take_in(&connection).expect_err("there is no room");
    assert!(refused.is_full(), "{refused:?}");
    assert!(connection.is_autocommit());
    assert_eq!(named(&connection, "apple"), [0_u8; 0], "all or nothing");
    pages(&(most + 1_000).to_string());
    while take_in(&connection).expect("there is room") {}
    assert_eq!(named(&connection, "apple").len(), 60);
}
