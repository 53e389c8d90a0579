//! A gate that was stolen whole: its database, the log's key and the token's key are the thief's. Whatever is done
//! with them makes a bundle whose tree, head and manifest are right; who knows an admin's key is not taken in.

use serde_json::{Value, json};
use signoff::api::{AddPrincipal, EnvelopeView};
use signoff::bundle::{Files, Flaw, FlawKind, MANIFEST, People, Pins, Signer, Strict, check, cleared};
use signoff::domain::{
    Actor, ActorKind, DecisionKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, PrincipalKind, Role, Severity,
    Verdict,
};
use signoff::gate::World;
use signoff::ledger::{
    Checkpoint, DOCUMENT, Decided, Document, Entry, Fact, Judged, Payload, PayloadParts, SIGNATURE_SSH, Salt, Seen,
    Signed, commit, log_key, origin, sha256,
};
use signoff::signature::ssh::DECISION;
use signoff::store::{Seal, Store, StoreError, Tx};

use super::damage::fit;
use super::{export, files, secret, sign, signoff};
use crate::it::gate::signed::{pen, register};
use crate::it::gate::vouch::vouch;
use crate::it::world::{Gate, gate, keys, open, path};

pub const POLICY: &str = include_str!("../../fixtures/policy/gate.toml");

/// The admin's key is 8; it vouched for ana's 1, sam's 2 and sue's 3. Each approved something, and what is low ran.
pub async fn honest() -> Gate {
    let gate = gate().await;
    let admin = pen(&gate, 8);
    assert!(register(&gate, "admin", &admin).await.status.is_success());
    for (n, name) in [(1, "ana"), (2, "sam"), (3, "sue")] {
        assert!(register(&gate, name, &pen(&gate, n)).await.status.is_success());
        vouch(&gate, "admin", &admin, name).await;
    }
    let small = gate.propose("issue_refund", json!({"amount": 60})).await;
    sign(&gate, "ana", &pen(&gate, 1), &small, DecisionKind::Approve).await;
    redeem(&gate, &small).await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    sign(&gate, "sam", &pen(&gate, 2), &large, DecisionKind::Approve).await;
    sign(&gate, "sue", &pen(&gate, 3), &large, DecisionKind::Approve).await;
    redeem(&gate, &large).await;
    let low = gate.propose("add_note", json!({"text": "a"})).await;
    redeem(&gate, &low).await;
    gate
}

pub async fn redeem(gate: &Gate, envelope: &Value) {
    let token = gate.read("support-3", envelope).await["token"].clone();
    let answer = gate
        .post("support-3", &path(envelope, "/redeem"), json!({ "token": token }))
        .await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

/// Somebody of the thief's, with a key.
pub async fn add(gate: &mut Gate, name: &str, role: Role, n: u8) {
    let request = AddPrincipal {
        name: name.to_owned(),
        role: Some(role),
        ..AddPrincipal::default()
    };
    let added = gate.service.add_by_gate(PrincipalKind::Human, request).await.unwrap();
    gate.keep(name, added.token);
    assert!(register(gate, name, &pen(gate, n)).await.status.is_success());
}

pub fn pins(policies: &[&str]) -> Pins {
    let admins = format!("root {}", secret(8).public().line());
    Pins {
        people: Some(People::Admins(Signer::parse(&admins).unwrap())),
        policies: policies.iter().map(|policy| sha256(policy.as_bytes())).collect(),
        ..Pins::default()
    }
}

pub fn exported(gate: &Gate) -> Files {
    let folder = export(gate.folder.path(), &[]);
    let all = files(&folder);
    std::fs::remove_dir_all(folder).unwrap();
    all
}

fn strict(files: &Files) -> Strict {
    check(files, &pins(&[POLICY])).unwrap().strict.unwrap()
}

/// Holds for who asks nobody but the gate, and is refused for this.
fn refused(files: &Files, pins: &Pins) -> String {
    assert_eq!(check(files, &Pins::default()).map(|checked| checked.strict), Ok(None));
    let flaw: Flaw = check(files, pins).expect_err("the thief is believed");
    assert_eq!(flaw.kind, FlawKind::Unproved, "{flaw}");
    flaw.message
}

#[tokio::test]
async fn an_honest_gate_holds_by_the_admins_that_are_known() {
    let gate = honest().await;
    gate.verify();
    let found = strict(&exported(&gate));
    assert_eq!((found.approved, found.replayed), (2, 3));
    assert!(found.policies_named && found.roles_vouched);
    assert!(found.not_replayed.is_empty() && found.on_gates_word.is_empty());
}

#[tokio::test]
async fn a_reviewer_that_no_admin_knows_approves_nothing() {
    let mut gate = honest().await;
    add(&mut gate, "mallory", Role::Senior, 66).await;
    let stolen = gate.propose("issue_refund", json!({"amount": 70})).await;
    sign(&gate, "mallory", &pen(&gate, 66), &stolen, DecisionKind::Approve).await;
    redeem(&gate, &stolen).await;
    let why = refused(&exported(&gate), &pins(&[]));
    assert!(
        why.contains("of the 1 people that takes, 0 signed with a key that is trusted here"),
        "{why}"
    );
}

#[tokio::test]
async fn an_admin_of_the_thiefs_vouches_for_nobody() {
    let mut gate = honest().await;
    add(&mut gate, "root", Role::Admin, 67).await;
    add(&mut gate, "mallory", Role::Senior, 66).await;
    vouch(&gate, "root", &pen(&gate, 67), "mallory").await;
    let stolen = gate.propose("issue_refund", json!({"amount": 70})).await;
    sign(&gate, "mallory", &pen(&gate, 66), &stolen, DecisionKind::Approve).await;
    let all = exported(&gate);
    assert!(refused(&all, &pins(&[])).contains("0 signed with a key that is trusted here"));
    // It is that admin's key that nobody knows: who trusts it, trusts its people.
    let its = format!(
        "root {}\nroot {}",
        secret(8).public().line(),
        secret(67).public().line()
    );
    let both = Pins {
        people: Some(People::Admins(Signer::parse(&its).unwrap())),
        ..Pins::default()
    };
    assert!(check(&all, &both).is_ok());
}

#[tokio::test]
async fn another_key_in_a_persons_name_is_not_that_persons() {
    let gate = honest().await;
    let ana = gate.service.authenticate(gate.token("ana")).unwrap().person().unwrap();
    let own = pen(&gate, 68);
    let challenge = crate::it::gate::signed::challenge(&gate).await;
    let request = own.registration(&challenge, false).await.unwrap();
    gate.service.add_key(&ana, true, request).await.unwrap();
    let stolen = gate.propose("issue_refund", json!({"amount": 70})).await;
    sign(&gate, "ana", &own, &stolen, DecisionKind::Approve).await;
    assert!(refused(&exported(&gate), &pins(&[])).contains("0 signed with a key that is trusted here"));
}

#[tokio::test]
async fn a_key_that_was_vouched_for_counts_from_then_until_it_ends() {
    let gate = honest().await;
    let admin = pen(&gate, 8);
    // Ben's approval comes before the admin's word on his key.
    assert!(register(&gate, "ben", &pen(&gate, 4)).await.status.is_success());
    let early = gate.propose("issue_refund", json!({"amount": 70})).await;
    sign(&gate, "ben", &pen(&gate, 4), &early, DecisionKind::Approve).await;
    vouch(&gate, "admin", &admin, "ben").await;
    let why = refused(&exported(&gate), &pins(&[]));
    assert!(why.contains(early["id"].as_str().unwrap()), "{why}");
    // Sam cannot be a reviewer's second vote where seniors are asked for.
    let gate = honest().await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    sign(&gate, "sam", &pen(&gate, 2), &large, DecisionKind::Approve).await;
    let all = exported(&gate);
    let id: EnvelopeId = serde_json::from_value(large["id"].clone()).unwrap();
    let sha256: Digest = serde_json::from_value(large["payload_sha256"].clone()).unwrap();
    let flaw = cleared(&all, &pins(&[POLICY]), id, sha256).unwrap_err();
    assert!(
        flaw.message.contains("nobody who is trusted here lets it run"),
        "{flaw}"
    );
}

#[tokio::test]
async fn a_lax_policy_is_none_of_those_that_are_known() {
    let mut gate = honest().await;
    let lax = POLICY.replace(
        "impact = \"high\"\nreversibility = \"low\"\ntimeout = \"4h\"",
        "impact = \"low\"\nreversibility = \"high\"\ntimeout = \"4h\"",
    );
    assert_ne!(lax, POLICY);
    let lax = lax.replace("when = { amount = \"0..20\" }", "when = { amount = \"0..20000\" }");
    gate.service = open(gate.folder.path(), &gate.world, &lax).await;
    let stolen = gate.propose("issue_refund", json!({"amount": 9000})).await;
    redeem(&gate, &stolen).await;
    let all = exported(&gate);
    let why = refused(&all, &pins(&[POLICY]));
    assert!(why.contains("which is none of those that were named"), "{why}");
    // Who names no policy takes the gate's word for it, and is told so.
    let unnamed = check(&all, &pins(&[])).unwrap().strict.unwrap();
    assert!(!unnamed.policies_named);
}

#[tokio::test]
async fn what_matters_is_not_let_through_by_the_gate_alone() {
    let gate = honest().await;
    let small = gate.propose("issue_refund", json!({"amount": 10})).await;
    // The policy itself says allow: as long as it was not handed out, nothing came of it.
    assert_eq!(strict(&exported(&gate)).replayed, 4);
    redeem(&gate, &small).await;
    let why = refused(&exported(&gate), &pins(&[POLICY]));
    assert!(why.contains("was let through by the gate alone"), "{why}");
}

/// The thief at the database, with the log's key.
pub struct Thief {
    store: Store,
    ledger: uuid::Uuid,
    pub at: jiff::Timestamp,
}

fn human(id: PrincipalId) -> Actor {
    Actor {
        kind: ActorKind::Human,
        id: Some(id),
    }
}

impl Thief {
    pub async fn of(gate: &Gate) -> Self {
        let me = gate.get("admin", "/v1/me").await.body;
        Self {
            store: Store::open(&gate.folder.path().join("ledger.db")).unwrap(),
            ledger: serde_json::from_value(me["ledger"].clone()).unwrap(),
            at: gate.world.now(),
        }
    }

    /// Writes whatever it likes, under a head that is signed as it must be.
    pub async fn write(&self, job: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static) {
        let (key, secret) = (
            log_key(&origin(self.ledger, 0), keys().log.public()).unwrap(),
            keys().log,
        );
        let seal = Seal::new(move |size, root| {
            let head = Checkpoint {
                origin: key.name().to_owned(),
                size,
                root,
            };
            head.sign(&key, &secret).into_bytes()
        });
        let written = self.store.write(move |tx| {
            tx.sign_heads(seal);
            job(tx)
        });
        written.await.unwrap();
    }

    fn entry(&self, actor: Actor, about: (EnvelopeId, u32), fact: Fact) -> Entry {
        Entry {
            v: 1,
            at: self.at,
            actor,
            envelope: Some(about.0),
            rev: Some(about.1),
            batch: None,
            fact,
        }
    }

    /// A verdict of the thief's on a refund.
    fn judged(&self, verdict: Verdict, trace: Digest) -> Judged {
        Judged {
            policy: sha256(POLICY.as_bytes()),
            class: Some("payment.refund".to_owned()),
            rule: Some("usual".to_owned()),
            floors: Vec::new(),
            verdict,
            mode: Mode::Enforce,
            effective: verdict,
            severity: Severity::Severe,
            quorum: 1,
            role: Role::Reviewer,
            on_timeout: OnTimeout::Deny,
            sla_at: self.at,
            deadline_at: self.at + jiff::SignedDuration::from_hours(1),
            latest_at: None,
            alike: None,
            reject_quorum: false,
            pass: None,
            trace,
        }
    }

    /// A refund of this amount that no gate ever judged.
    async fn refund(&self, agent: PrincipalId, amount: u32, change: impl FnOnce(&mut Judged)) -> EnvelopeId {
        let id = EnvelopeId(uuid::Uuid::from_u128(u128::from(amount)));
        let parts = PayloadParts {
            environment: None,
            server: None,
            target: None,
            tool: "issue_refund".to_owned(),
        };
        let payload = Payload::from_raw(parts, json!({ "amount": amount }).to_string()).unwrap();
        let (salt, trace) = (Salt([5; 32]), b"{}");
        let mut judged = self.judged(Verdict::Allow, commit(&salt, trace));
        change(&mut judged);
        let by = Actor {
            kind: ActorKind::Agent,
            id: Some(agent),
        };
        let commitment = payload.commitment(&salt);
        let entries = [
            (
                by,
                Fact::Proposed {
                    payload: commitment,
                    blobs: std::collections::BTreeMap::new(),
                    outer_at: None,
                },
            ),
            (Actor::GATE, Fact::Judged(judged)),
            (by, Fact::Redeemed { payload: commitment }),
        ];
        let waits = matches!(&entries[1].1, Fact::Judged(judged) if judged.effective == Verdict::Hold);
        let entries = entries.map(|(actor, fact)| self.entry(actor, (id, 1), fact));
        let written = if waits { 2 } else { 3 };
        self.write(move |tx| {
            tx.put_payload(id, 1, salt, &payload)?;
            tx.put_blob(id.0, "judgement", 0, salt, trace)?;
            entries[..written]
                .iter()
                .try_for_each(|entry| tx.append(entry).map(drop))
        })
        .await;
        id
    }
}

/// What is exported, with the manifest made to fit.
fn fitted(gate: &Gate) -> Files {
    let mut all = exported(gate);
    let mut manifest: Value = serde_json::from_slice(&all[MANIFEST]).unwrap();
    let texts = all.keys().filter(|path| path.starts_with("blobs/0000"));
    manifest["envelopes"] = json!(manifest["envelopes"].as_u64().unwrap() + texts.count() as u64);
    all.insert(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest).unwrap());
    fit(&mut all);
    all
}

#[tokio::test]
async fn a_verdict_that_is_not_the_policys_is_found() {
    type Change = fn(&mut Judged);
    let changes: [(Change, &str); 4] = [
        (|_| {}, "it is recorded with allow, and the policy says hold"),
        (
            |judged| {
                judged.class = Some("note".to_owned());
                judged.rule = None;
                judged.severity = Severity::Low;
            },
            "it is recorded as note, and the policy says payment.refund",
        ),
        (
            |judged| (judged.verdict, judged.mode) = (Verdict::Hold, Mode::Shadow),
            "it is recorded with allow in effect, and the policy says hold in effect",
        ),
        (
            |judged| {
                (judged.verdict, judged.effective) = (Verdict::Hold, Verdict::Hold);
                judged.severity = Severity::Low;
            },
            "it is recorded with severity low, and the policy says severity severe",
        ),
    ];
    for (change, why) in changes {
        let gate = honest().await;
        let thief = Thief::of(&gate).await;
        let agent = view(&gate, "support-3").await;
        thief.refund(agent, 700, change).await;
        let said = refused(&fitted(&gate), &pins(&[POLICY]));
        assert!(said.contains(why), "{said}");
    }
}

pub async fn view(gate: &Gate, agent: &str) -> PrincipalId {
    let all = gate.get("admin", "/v1/agents").await.body;
    let named = all.as_array().unwrap().iter().find(|one| one["name"] == agent);
    serde_json::from_value(named.unwrap()["id"].clone()).unwrap()
}

/// What the thief had a person sign, and where it stands.
#[derive(Clone, Copy)]
struct Word {
    envelope: EnvelopeId,
    revision: u32,
    payload: Digest,
    at: jiff::Timestamp,
    ledger: uuid::Uuid,
    seen: Seen,
}

fn approval(word: Word, n: u8) -> Fact {
    let document = Document {
        v: DOCUMENT,
        ledger: word.ledger,
        envelope: word.envelope,
        revision: word.revision,
        payload: word.payload,
        decision: DecisionKind::Approve,
        policy: sha256(POLICY.as_bytes()),
        shown: None,
        masked: None,
        reason: None,
        edited: None,
        class: None,
        to: None,
        by: None,
        at: word.at,
        seen: word.seen,
        nonce: "ab".repeat(16),
    };
    let signature = secret(n).sign(DECISION, &document.bytes().unwrap()).unwrap();
    Fact::Decided(Decided {
        decision: DecisionKind::Approve,
        payload: Some(word.payload),
        reason: None,
        shown: None,
        signature: SIGNATURE_SSH.to_owned(),
        signed: Some(Box::new(Signed {
            document,
            together: None,
            key: secret(n).public().fingerprint(),
            signature: signature.text(),
        })),
        votes: 1,
        quorum: 1,
        rejections: None,
    })
}

#[tokio::test]
async fn a_quorum_that_was_lowered_is_the_policys_still() {
    let gate = honest().await;
    let large = gate.propose("issue_refund", json!({"amount": 7000})).await;
    let seen: EnvelopeView = serde_json::from_value(gate.read("sam", &large).await).unwrap();
    let sam = gate.service.authenticate(gate.token("sam")).unwrap().person().unwrap();
    let agent = view(&gate, "support-3").await;
    let thief = Thief::of(&gate).await;
    let (id, point) = (seen.summary.id, seen.ledger.unwrap());
    let payload = seen.payload.unwrap().commitment;
    let word = Word {
        envelope: id,
        revision: 2,
        payload,
        at: thief.at,
        ledger: thief.ledger,
        seen: Seen {
            size: point.size,
            root: point.root,
        },
    };
    // One senior really approves, and the thief has it that one is enough.
    let salt = Salt([5; 32]);
    let judged = thief.judged(Verdict::Hold, commit(&salt, b"{}"));
    let by = Actor {
        kind: ActorKind::Agent,
        id: Some(agent),
    };
    let entries = [
        thief.entry(Actor::GATE, (id, 2), Fact::Judged(judged)),
        thief.entry(human(sam.id), (id, 2), approval(word, 2)),
        thief.entry(by, (id, 2), Fact::Redeemed { payload }),
    ];
    thief
        .write(move |tx| {
            tx.put_blob(id.0, "judgement", 1, salt, b"{}")?;
            entries.iter().try_for_each(|entry| tx.append(entry).map(drop))
        })
        .await;
    let why = refused(&exported(&gate), &pins(&[POLICY]));
    assert!(
        why.contains("it is recorded with a quorum of 1, and the policy says a quorum of 2"),
        "{why}"
    );
}

#[tokio::test]
async fn a_signature_stands_under_no_other_envelope() {
    let gate = honest().await;
    let stolen = gate.propose("issue_refund", json!({"amount": 71})).await;
    let seen: EnvelopeView = serde_json::from_value(gate.read("ana", &stolen).await).unwrap();
    let id = seen.summary.id;
    let payload = seen.payload.unwrap().commitment;
    // Ana's approval of the small refund, as it stands in its entry.
    let taken = exported(&gate);
    let bundle = taken.keys().find(|path| path.starts_with("tile/entries/")).unwrap();
    let mut rest = &taken[bundle][..];
    let mut real = None;
    while let Some((length, more)) = rest.split_first_chunk::<2>() {
        let (bytes, more) = more.split_at(u16::from_be_bytes(*length).into());
        let entry: Entry = serde_json::from_slice(bytes).unwrap();
        if real.is_none() && matches!(entry.fact, Fact::Decided(_)) {
            real = Some(entry);
        }
        rest = more;
    }
    let real = real.unwrap();
    let Fact::Decided(mut decided) = real.fact else {
        return;
    };
    (decided.payload, decided.reason) = (Some(payload), None);
    let thief = Thief::of(&gate).await;
    let forged = thief.entry(real.actor, (id, 1), Fact::Decided(decided));
    thief.write(move |tx| tx.append(&forged).map(drop)).await;
    // Not even who asks nobody but the gate is taken in.
    let flaw = check(&exported(&gate), &Pins::default()).unwrap_err();
    assert!(flaw.message.contains("its person signed another envelope"), "{flaw}");
}

#[tokio::test]
async fn an_executor_runs_the_payload_that_people_it_knows_approved_and_no_other() {
    let gate = honest().await;
    let large = gate.propose("issue_refund", json!({"amount": 7000})).await;
    let low = gate.propose("add_note", json!({"text": "b"})).await;
    let small = gate.propose("issue_refund", json!({"amount": 11})).await;
    let waiting = gate.propose("issue_refund", json!({"amount": 61})).await;
    sign(&gate, "sam", &pen(&gate, 2), &large, DecisionKind::Approve).await;
    sign(&gate, "sue", &pen(&gate, 3), &large, DecisionKind::Approve).await;
    let all = exported(&gate);
    let ask = |envelope: &Value, digest: Option<Digest>| {
        let id = serde_json::from_value(envelope["id"].clone()).unwrap();
        let own = serde_json::from_value(envelope["payload_sha256"].clone()).unwrap();
        cleared(&all, &pins(&[POLICY]), id, digest.unwrap_or(own))
    };
    let clearance = ask(&large, None).unwrap();
    assert_eq!(clearance.by.into_iter().collect::<Vec<_>>(), ["sam", "sue"]);
    assert!(ask(&low, None).unwrap().by.is_empty());
    let why = |cleared: Result<_, Flaw>| cleared.map(drop).unwrap_err().message;
    assert!(why(ask(&large, Some(Digest([7; 32])))).contains("what was approved is another payload"));
    for alone in [&small, &waiting] {
        assert!(why(ask(alone, None)).contains("nobody who is trusted here lets it run"));
    }
    let id = serde_json::from_value(large["id"].clone()).unwrap();
    let nobody = cleared(&all, &Pins::default(), id, Digest([0; 32]));
    assert!(why(nobody).contains("nobody was named whose word counts"));
    let nowhere = cleared(&all, &pins(&[]), EnvelopeId(uuid::Uuid::nil()), Digest([0; 32]));
    assert!(why(nowhere).contains("no entry is about it"));
    // An approval that lapsed clears nothing.
    gate.world.pass(jiff::SignedDuration::from_mins(16));
    gate.service.settle_due().await.unwrap();
    let later = cleared(&exported(&gate), &pins(&[POLICY]), id, Digest([0; 32]));
    assert!(why(later).contains("nobody who is trusted here lets it run"));
}

#[tokio::test]
async fn the_program_is_as_strict_and_says_what_it_takes_the_gates_word_for() {
    let gate = honest().await;
    let folder = export(gate.folder.path(), &[]);
    let file = |name: &str, text: &str| {
        let path = gate.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let admins = file("admins", &format!("root {}\n", secret(8).public().line()));
    let (policy, other) = (file("policy.toml", POLICY), file("other.toml", "schema = 1\n"));
    let bundle = folder.to_string_lossy().into_owned();
    let run = |more: &[&str]| signoff(&[&["verify-bundle", &bundle], more].concat());
    let said = run(&["--admins", &admins, "--policy", &other, "--policy", &policy]);
    assert!(said.status.success(), "{said:?}");
    insta::assert_snapshot!(String::from_utf8_lossy(&said.stdout), @"
    The bundle holds: 43 entries, 3 envelopes, the texts of 3 of them (22 texts, 0 erased), 3 signed decisions.
    2 approvals rest on enough keys that you trust, and none that matters on fewer; nothing that matters was handed out without one.
    3 verdicts are the policy's, or heavier.
    ");
    let unnamed = run(&["--admins", &admins]);
    let text = String::from_utf8_lossy(&unnamed.stdout).into_owned();
    assert!(
        text.contains("Which policies are in force is the gate's word"),
        "{text}"
    );
    let wrong = run(&["--admins", &admins, "--policy", &other]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    let nobody = run(&["--policy", &policy]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let key = std::fs::read_to_string(folder.join("log.vkey")).unwrap();
    assert!(run(&["--log-key", key.trim()]).status.success());
    let vkey = folder.join("log.vkey").to_string_lossy().into_owned();
    assert!(run(&["--log-key", &vkey]).status.success());
    let name = key.split('+').next().unwrap();
    let another = log_key(name, signoff::signature::SecretKey::from_seed(&[9; 32]).public()).unwrap();
    let said = run(&["--log-key", &another.to_string()]);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    assert_eq!(run(&["--log-key", "nonsense"]).status.code(), Some(1));
}
