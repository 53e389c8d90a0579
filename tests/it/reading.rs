//! A ledger that is read as it stood at one moment, with or without a lock.

use std::fs;

use signoff::domain::Actor;
use signoff::ledger::{Entry, Fact};
use signoff::store::{Reading, Store, StoreError};

async fn append(store: &Store) {
    let entry = Entry {
        v: 1,
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: Actor::GATE,
        envelope: None,
        rev: None,
        batch: None,
        fact: Fact::Opened {
            ledger: uuid::Uuid::nil(),
        },
    };
    store.write(move |tx| tx.append(&entry)).await.unwrap();
}

fn count(reading: &Reading) -> u64 {
    let mut count = 0;
    reading.entries(|_| count += 1).unwrap();
    count
}

#[tokio::test]
async fn what_is_written_meanwhile_is_not_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let store = Store::open(&file).unwrap();
    append(&store).await;
    let before = Reading::open(&file).unwrap();
    append(&store).await;
    assert_eq!((count(&before), count(&Reading::open(&file).unwrap())), (1, 2));
    assert!(before.newest().unwrap().is_some() && before.is_whole().is_ok());
}

#[tokio::test]
async fn a_file_that_was_written_to_while_it_was_read_without_a_lock_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let store = Store::open(&file).unwrap();
    append(&store).await;
    drop(store);
    // Without the index that others may leave beside it, nobody has it open.
    let archive = folder.path().join("archive.db");
    fs::copy(&file, &archive).unwrap();
    let reading = Reading::open(&archive).unwrap();
    assert!(reading.is_whole().is_ok());
    let store = Store::open(&archive).unwrap();
    append(&store).await;
    assert!(reading.is_whole().is_ok(), "the log is not in the file yet");
    drop(store);
    assert!(matches!(reading.is_whole(), Err(StoreError::Moved(_))));
}
