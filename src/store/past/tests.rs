use jiff::SignedDuration;
use proptest::prelude::*;
use rusqlite::Connection;

use super::lead::Lead;
use super::*;
use crate::store::said;

/// So many envelopes, a second apart, of whatever there can be.
const ALL: i64 = 300;

const START: i64 = 1_795_233_600_000;

const TOOLS: [&str; 5] = [
    "issue_refund",
    "Issue_Note",
    "run_migration",
    "[odd]?",
    "issue\u{10FFFF}",
];

/// What can be said so that a careless index misses it.
const NOTES: [&[u8]; 11] = [
    br#"{"note":"The customer was charged twice."}"#,
    r#"{"note":"MÜLLER, DE89 3704"}"#.as_bytes(),
    br#"{"note":"\u0044\u0045\u0038\u0039 3704"}"#,
    br#"{"note":"\u0000\u0044E89 behind a NUL"}"#,
    b"behind \0 a raw NUL: DE89",
    b"not UTF-8: \xff\xfe DE89",
    br#"[{"\u0064e89":1}, {"path":"evil\/x"}]"#,
    br"broken \u0044E89 {",
    "ΟΔΟΣ, straße, ﬁne, İstanbul".as_bytes(),
    br#"{"quote":"say \"AND\" OR (NOT x*)"}"#,
    b"de",
];

/// What is looked for in them, and in names and ids.
const WORDS: [&str; 27] = [
    "customer",
    "müller",
    "de89",
    "de89\" ",
    "ord-0001",
    "ord-00",
    "refund",
    "order/7",
    "nul",
    "behind \0",
    "οδος",
    "οδοσ",
    "evil/x",
    "\\u0044e89",
    "\"and\"",
    "(not x*)",
    "de",
    "e",
    "\u{fffd}",
    "i\u{307}stan",
    "twice.\"",
    "nowhere",
    "01a1f",
    "01a1fc",
    "01a1fc42-d3",
    "------",
    "charged\ntwice",
];

fn person(n: u8) -> PrincipalId {
    PrincipalId(Uuid::from_bytes([n; 16]))
}

fn id(n: i64) -> [u8; 16] {
    let begin = u128::try_from(START + n * 1_000).expect("a time") << 80;
    (begin | u128::try_from(n % 7).expect("small")).to_be_bytes()
}

fn ledger() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = super::super::connection::open_writer(&folder.path().join("ledger.db")).expect("a ledger");
    for n in 0..ALL {
        let pick = |from: &[&'static str], step: i64| from[usize::try_from(n / step).expect("small") % from.len()];
        let class = Some(pick(&["payment.refund", "payment", "mail", "-"], 3)).filter(|class| *class != "-");
        let target = (n % 3 > 0).then(|| format!("billing:Order/{n}"));
        let run = (n % 4 > 1).then(|| format!("Run-{}", n / 20));
        let amount = (n % 5 > 2).then(|| format!("{}.50 USD", n % 90));
        connection
            .execute(
                "INSERT INTO envelope (id, stage, revision, changed, open, class, verdict, mode, effective, severity, \
                 tool, agent, target, amount, quorum, votes, role, reason_required, on_timeout, escalate_to, timeout_s, \
                 valid_for_s, sla_at, deadline_at, payload_sha256, policy, created_at, run) \
                 VALUES (?1, ?2, 1, ?3, 0, ?4, 'hold', 'enforce', 'hold', ?5, ?6, ?7, ?8, ?9, 1, 0, ?10, 0, 'deny', \
                 'senior', 60, 60, ?11, ?11, zeroblob(32), zeroblob(32), ?12, ?13)",
                params![
                    id(n),
                    pick(&["done", "waiting", "rejected", "done"], 1),
                    n + 1,
                    class,
                    pick(&["low", "low", "severe", "high"], 2),
                    pick(&TOOLS, 11),
                    person(u8::try_from(n / 50).expect("few")).0.as_bytes(),
                    target,
                    amount,
                    pick(&["reviewer", "senior"], 13),
                    START + n * 1_000 + 60_000,
                    START + n * 1_000,
                    run,
                ],
            )
            .expect("a row");
        let note = NOTES[usize::try_from(n).expect("small") % NOTES.len()];
        connection
            .execute(
                "INSERT INTO payload (envelope, revision, commitment, arguments) VALUES (?1, 1, zeroblob(32), ?2)",
                params![id(n), format!(r#"{{"order":"ORD-{n:05}"}}"#)],
            )
            .expect("a payload");
        connection
            .execute(
                "INSERT INTO blob (subject, kind, part, commitment, bytes) VALUES (?1, 'claims', 0, zeroblob(32), ?2)",
                params![id(n), note],
            )
            .expect("a text");
        let sql = "INSERT INTO decision (envelope, n, person, decision, at) VALUES (?1, ?2, ?3, 'approve', 0)";
        for vote in 0..n % 3 {
            let by = person(u8::try_from(n % 7).expect("few"));
            connection
                .execute(sql, params![id(n), vote, by.0.as_bytes()])
                .expect("a decision");
        }
    }
    (folder, connection)
}

fn sights() -> impl Strategy<Value = Sight> {
    let glob = |of: &'static [&'static str]| prop::sample::select(of).prop_map(Glob::new);
    let relation = prop::sample::select(vec![
        Relation::Above,
        Relation::AtLeast,
        Relation::Below,
        Relation::AtMost,
    ]);
    let time = (0..ALL).prop_map(|n| Timestamp::from_millisecond(START + n * 1_000).expect("a time"));
    let stage = prop::sample::select(vec![Stage::Done, Stage::Waiting, Stage::Expired]);
    let severity = prop::sample::select(vec![Severity::Low, Severity::Severe]);
    let role = prop::sample::select(vec![Role::Senior, Role::Reviewer, Role::Admin]);
    let people = prop::collection::vec((0_u8..9).prop_map(person), 1..3);
    let word = prop::sample::select(&WORDS[..]);
    let number = (0_i64..9_000).prop_map(|n| Decimal::new(n, 2));
    prop_oneof![
        glob(&["payment", "pay*", "mail", "*", "nowhere", "payment.refund"]).prop_map(Sight::Class),
        glob(&["issue_*", "issue_refund", "*_note", "[odd]?", "issue*", "ISSUE_note"]).prop_map(Sight::Tool),
        glob(&["billing:order/7", "billing:order/1*", "*9", "*"]).prop_map(Sight::Target),
        glob(&["run-3", "run-1*", "*1", "nowhere"]).prop_map(Sight::Run),
        prop::sample::select(vec!["Run-3", "run-3"]).prop_map(|run| Sight::SameRun(run.to_owned())),
        people.clone().prop_map(Sight::Agents),
        people.prop_map(Sight::People),
        stage.prop_map(Sight::Stage),
        severity.prop_map(Sight::Severity),
        role.prop_map(Sight::Role),
        (relation.clone(), number.clone()).prop_map(|(relation, than)| Sight::Amount(relation, than)),
        (number.clone(), number).prop_map(|(low, high)| Sight::AmountIn(low, high)),
        (relation.clone(), time.clone()).prop_map(|(relation, at)| Sight::Created(relation, at)),
        (relation, time).prop_map(|(relation, at)| Sight::Deadline(relation, at)),
        word.prop_map(|word| Sight::Word(word.to_owned())),
    ]
}

/// How a search is answered where nothing but the rows themselves is asked, and no time is an end.
fn by_rows(connection: &Connection, conditions: &[Condition]) -> Vec<EnvelopeId> {
    let filter = Filter::of(conditions);
    let mut query = connection.prepare(&filter.sql(1_000)).expect("a query");
    for (place, value) in (3..).zip(filter.values()) {
        query.raw_bind_parameter(place, value).expect("bound");
    }
    let all = Span {
        low: [0; 16],
        high: [u8::MAX; 16],
    };
    let mut found = Vec::new();
    walk(&mut query, all, &mut found).expect("rows");
    found.iter().map(|envelope| envelope.id).collect()
}

#[test]
fn an_index_finds_what_a_walk_finds_and_page_by_page_too() {
    let (_folder, connection) = ledger();
    let db = Db(&connection);
    let condition = (sights(), any::<bool>()).prop_map(|(wanted, not)| Condition { wanted, not });
    let searches = prop::collection::vec(condition, 0..4);
    // Words are found whether all, some or none of the texts are in their index.
    holds_for_any(&db, &searches);
    assert!(said::take_in(&connection).expect("a portion"), "there is more");
    holds_for_any(&db, &searches);
    while said::take_in(&connection).expect("a portion") {}
    holds_for_any(&db, &searches);
}

fn holds_for_any(db: &Db<'_>, searches: &impl Strategy<Value = Vec<Condition>>) {
    let connection = db.0;
    for word in WORDS {
        let wanted = Sight::Word(word.to_owned());
        let conditions = vec![Condition { wanted, not: false }];
        let by_rows = by_rows(connection, &conditions);
        let sought = Sought {
            conditions,
            before: None,
        };
        let found = db.past_within(&sought, 1_000, 0, 1_000).expect("rows");
        let found: Vec<EnvelopeId> = found.iter().map(|envelope| envelope.id).collect();
        assert_eq!(found, by_rows, "{word}");
    }
    proptest!(ProptestConfig::with_cases(128), |(conditions in searches, near in 0_u32..40, most in prop::sample::select(vec![2, 20, 1_000]))| {
        let wanted = by_rows(connection, &conditions);
        let mut sought = Sought { conditions, before: None };
        let all = db.past_within(&sought, 1_000, near, most).expect("rows");
        let all: Vec<EnvelopeId> = all.iter().map(|envelope| envelope.id).collect();
        prop_assert_eq!(&all, &wanted);
        let mut paged = Vec::new();
        loop {
            let page = db.past_within(&sought, 17, near, most).expect("a page");
            sought.before = page.last().map(|envelope| envelope.id);
            paged.extend(page.iter().map(|envelope| envelope.id));
            if page.len() < 17 {
                break;
            }
        }
        prop_assert_eq!(paged, wanted);
    });
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut plan = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("a plan");
    // What stands in its places does not matter to a plan.
    plan.raw_query()
        .mapped(|row| row.get(3))
        .collect::<Result<_, _>>()
        .expect("steps")
}

#[test]
fn entries_of_an_envelope_or_of_none_are_found_by_their_index() {
    let (_folder, connection) = ledger();
    for which in ["= 'x'", "IS NULL"] {
        let steps = plan(&connection, &about(which));
        let by_index = |step: &String| step.starts_with("SEARCH entry USING INDEX entry_envelope");
        assert!(steps.len() == 1 && steps.iter().all(by_index), "{steps:?}");
    }
}

#[test]
fn what_few_fit_is_looked_up_in_an_index_that_has_all_it_takes() {
    let (_folder, connection) = ledger();
    let db = Db(&connection);
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    for (wanted, index, sought) in [
        (Sight::Class(Glob::new("payment")), "envelope_kind", "class=?"),
        (Sight::Stage(Stage::Done), "envelope_kind", "class=? AND stage=?"),
        (
            Sight::Severity(Severity::Low),
            "envelope_kind",
            "class=? AND stage=? AND severity=?",
        ),
        (
            Sight::Role(Role::Senior),
            "envelope_kind",
            "class=? AND stage=? AND severity=? AND role=?",
        ),
        (Sight::Tool(Glob::new("refund")), "envelope_tool", "<expr>=?"),
        (Sight::Tool(Glob::new("re*d")), "envelope_tool", "<expr>>? AND <expr><?"),
        (Sight::Target(Glob::new("a:b")), "envelope_target", "<expr>=?"),
        (Sight::Run(Glob::new("run-*")), "envelope_run", "<expr>>? AND <expr><?"),
        (Sight::SameRun("Run".to_owned()), "envelope_run", "<expr>=?"),
        (Sight::Agents(vec![person(1), person(2)]), "envelope_history", "agent=?"),
        (Sight::People(vec![person(1), person(2)]), "decision_person", "person=?"),
        (
            Sight::Amount(Relation::Above, Decimal::ONE),
            "envelope_amount",
            "<expr>>?",
        ),
        (
            Sight::AmountIn(Decimal::ONE, Decimal::TEN),
            "envelope_amount",
            "<expr>>? AND <expr><?",
        ),
    ] {
        let condition = Condition { wanted, not: false };
        let leads: Vec<Lead> = db.leads(&[condition]).expect("leads").into_iter().flatten().collect();
        assert!(!leads.is_empty(), "{index}");
        for lead in leads {
            let steps = plan(&connection, &lead.sql);
            let by_index = |step: &String| step.contains(&format!("USING COVERING INDEX {index} ({sought}"));
            assert!(steps.iter().any(by_index), "{steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        }
    }
    let word = Condition {
        wanted: Sight::Word("01a1fc".to_owned()),
        not: false,
    };
    let plans: Vec<String> = super::lead::words_of(&word)
        .expect("leads")
        .iter()
        .flat_map(|lead| plan(&connection, &lead.sql))
        .collect();
    assert_eq!(
        plans,
        [
            "SCAN said VIRTUAL TABLE INDEX 0:M1",
            "SEARCH by USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH envelope USING COVERING INDEX envelope_changed (changed>?)",
            "SCALAR SUBQUERY 1",
            "SCAN said_to",
            "SEARCH envelope USING PRIMARY KEY (id>? AND id<?)",
        ]
    );
    let walked = Filter::of(&[Condition {
        wanted: Sight::Deadline(Relation::Below, at),
        not: false,
    }]);
    assert_eq!(
        plan(&connection, &walked.sql(200)),
        ["SEARCH envelope USING PRIMARY KEY (id>? AND id<?)"]
    );
    // Read whole, and still without a look at the rows.
    let starred = db.leads(&[Condition {
        wanted: Sight::Tool(Glob::new("*_note")),
        not: false,
    }]);
    let steps = plan(&connection, &starred.expect("leads")[0][0].sql);
    assert!(steps[0].contains("USING COVERING INDEX envelope_tool"), "{steps:?}");
}

#[test]
fn a_time_is_an_end_of_the_ids_that_are_looked_at() {
    let at = |n: i64| Timestamp::from_millisecond(START + n).expect("a time");
    let span = |relation, not| {
        let wanted = Sight::Created(relation, at(5));
        Span::of(&Sought {
            conditions: vec![Condition { wanted, not }],
            before: None,
        })
        .expect("some")
    };
    let first = |n: i64| (u128::try_from(START + n).expect("a time") << 80).to_be_bytes();
    let last = |n: i64| (u128::from_be_bytes(first(n + 1)) - 1).to_be_bytes();
    assert_eq!(span(Relation::AtLeast, false).low, first(5));
    assert_eq!(span(Relation::Above, false).low, first(6));
    assert_eq!(span(Relation::Below, false).high, last(4));
    assert_eq!(span(Relation::AtMost, false).high, last(5));
    assert_eq!(span(Relation::AtLeast, true).high, last(4));
    assert_eq!(span(Relation::Below, true).low, first(5));
    let conditions = [Relation::Above, Relation::Below].map(|relation| Condition {
        wanted: Sight::Created(relation, at(5)),
        not: false,
    });
    let nothing = Sought {
        conditions: conditions.to_vec(),
        before: None,
    };
    assert_eq!(Span::of(&nothing), None);
}
