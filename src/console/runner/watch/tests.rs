use std::sync::Arc;

use super::*;
use crate::api::AddPrincipal;
use crate::demo::Still;
use crate::domain::{PrincipalKind, Role};
use crate::gate::{Embedded, Folder, World};

/// A gate on a folder, and what a reviewer's console would hold it against.
struct Home {
    kept: tempfile::TempDir,
    world: Arc<Still>,
}

impl Home {
    fn new() -> Self {
        Self {
            kept: tempfile::tempdir().expect("a folder"),
            world: Arc::default(),
        }
    }

    fn pins(&self) -> PinFile {
        PinFile::new(self.kept.path().join("state/pins.toml"), "the gate".to_owned())
    }

    fn watch(&self) -> Watch {
        let file = self.pins();
        let pin = file.read().expect("readable");
        Watch::new(Some((file, pin)))
    }

    fn ledger(&self) -> PathBuf {
        self.kept.path().join("data/ledger.db")
    }

    async fn open(&self) -> Embedded {
        let folder = Folder::take(&self.kept.path().join("data")).expect("taken");
        let world = Arc::clone(&self.world) as Arc<dyn World>;
        let gate = Embedded::open(folder, "schema = 1".to_owned(), world, Vec::new(), &[0]);
        gate.await.expect("a gate")
    }

    async fn add(&self, gate: &Embedded, name: &str) -> Client {
        let person = AddPrincipal {
            name: name.to_owned(),
            role: Some(Role::Reviewer),
            ..AddPrincipal::default()
        };
        let added = gate
            .service
            .add_by_gate(PrincipalKind::Human, person)
            .await
            .expect("added");
        Client::new(&gate.url, Some(added.token)).expect("a client")
    }
}

fn unproved(answer: Result<(), ClientError>) -> String {
    let Err(ClientError::Unproved(why)) = answer else {
        unreachable!("it is believed: {answer:?}");
    };
    why
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[tokio::test]
async fn what_was_seen_is_kept_and_moves_on_as_the_ledger_grows() {
    let home = Home::new();
    let gate = home.open().await;
    let client = home.add(&gate, "ana").await;
    let watch = home.watch();
    watch.prove(&client, NOW).await.expect("seen for the first time");
    let first = home.pins().read().expect("readable").expect("kept");
    home.add(&gate, "ben").await;
    watch.prove(&client, NOW).await.expect("proved a moment ago");
    assert_eq!(home.pins().read().expect("readable"), Some(first.clone()));
    let later = NOW + PROVED_FOR;
    watch.prove(&client, later).await.expect("grown");
    let second = home.pins().read().expect("readable").expect("kept");
    assert_eq!((second.size, &second.key), (first.size + 2, &first.key));
    // Another console that saw less meanwhile takes nothing back.
    home.pins().keep(&first).expect("kept");
    assert_eq!(home.pins().read().expect("readable"), Some(second));
}

#[tokio::test]
async fn an_older_ledger_that_was_put_back_is_an_alarm_that_stays_until_it_is_forgotten() {
    let home = Home::new();
    let gate = home.open().await;
    home.add(&gate, "ana").await;
    gate.close().await.expect("closed");
    let older = fs::read(home.ledger()).expect("there");
    let gate = home.open().await;
    let client = home.add(&gate, "ben").await;
    home.watch().prove(&client, NOW).await.expect("seen");
    gate.close().await.expect("closed");
    fs::write(home.ledger(), older).expect("put back");
    let gate = home.open().await;
    let client = home.add(&gate, "eve").await;
    let watch = home.watch();
    let why = unproved(watch.prove(&client, NOW).await);
    assert!(why.contains("are not those that were there before"), "{why}");
    assert_eq!(unproved(watch.prove(&client, NOW + PROVED_FOR).await), why);
    home.pins().forget().expect("forgotten");
    home.watch().prove(&client, NOW).await.expect("taken as it is");
}

#[tokio::test]
async fn a_shorter_ledger_and_one_with_another_key_are_alarms_too() {
    let home = Home::new();
    let gate = home.open().await;
    let client = home.add(&gate, "ana").await;
    home.watch().prove(&client, NOW).await.expect("seen");
    let pin = home.pins().read().expect("readable").expect("kept");
    let seen = |pin: Pin| Watch::new(Some((home.pins(), Some(pin))));
    let longer = Pin {
        size: pin.size + 3,
        ..pin.clone()
    };
    let why = unproved(seen(longer).prove(&client, NOW).await);
    assert_eq!(why, format!("it had {} entries and has {}", pin.size + 3, pin.size));
    let (before, _) = pin.key.split_once('+').expect("a key");
    let other = crate::signature::SecretKey::from_seed(&[9; 32]).public();
    let key = crate::ledger::log_key(before, other).expect("a name").to_string();
    let why = unproved(seen(Pin { key, ..pin }).prove(&client, NOW).await);
    assert!(why.contains("did not hand over to"), "{why}");
}

#[tokio::test]
async fn a_gate_that_did_not_answer_proves_itself_again_and_silence_is_no_alarm() {
    let home = Home::new();
    let gate = home.open().await;
    let client = home.add(&gate, "ana").await;
    let watch = home.watch();
    watch.prove(&client, NOW).await.expect("seen");
    gate.close().await.expect("closed");
    // What was proved a moment ago counts until an answer is missing.
    watch.prove(&client, NOW).await.expect("proved a moment ago");
    let silent = client.health().await;
    assert!(matches!(silent, Err(ClientError::Unreachable(_))));
    watch.doubt(&silent).await;
    let answer = watch.prove(&client, NOW).await;
    assert!(matches!(answer, Err(ClientError::Unreachable(_))), "{answer:?}");
}

#[test]
fn a_damaged_file_is_said_and_not_begun_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = PinFile::new(folder.path().join("pins.toml"), "a".to_owned());
    for damage in ["[[gate]]\n", "what = 1\n"] {
        fs::write(&file.path, damage).expect("written");
        assert!(matches!(file.read(), Err(PinError::Damaged(_))));
        assert!(matches!(file.forget(), Err(PinError::Damaged(_))));
        assert_eq!(fs::read_to_string(&file.path).expect("there"), damage);
    }
}
