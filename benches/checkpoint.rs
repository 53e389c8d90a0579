//! What a signed checkpoint costs a commit: the signature's share of appending 1, 16 and 256 entries at once.
//!
//! Each commit is durable before the next begins, on the disk of the target folder.
#![expect(clippy::print_stdout, reason = "figures are printed")]
#![expect(dead_code, reason = "another benchmark needs the rest of the place")]

mod place;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use signoff::domain::{Actor, Digest, EnvelopeId};
use signoff::ledger::{Checkpoint, Entry, Fact, log_key, origin};
use signoff::signature::SecretKey;
use signoff::store::{Seal, Store, StoreError};
use tokio::runtime::Runtime;
use uuid::Uuid;

const TIME: Duration = Duration::from_secs(4);

fn main() {
    place::machine();
    let runtime = Runtime::new().expect("runtime");
    for entries in [1, 16, 256] {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("folder");
        runtime.block_on(run(folder.path(), entries));
    }
}

async fn run(folder: &Path, entries: u64) {
    let store = Store::open(&folder.join("ledger.db")).expect("a ledger");
    let ledger = Uuid::from_bytes([7; 16]);
    let (origin, secret) = (origin(ledger, 0), SecretKey::from_seed(&[1; 32]));
    let key = log_key(&origin, secret.public()).expect("a key");
    let signing = Arc::new(AtomicU64::new(0));
    let spent = Arc::clone(&signing);
    let seal = Seal::new(move |size, root: Digest| {
        let start = Instant::now();
        let origin = key.name().to_owned();
        let note = Checkpoint { origin, size, root }.sign(&key, &secret).into_bytes();
        spent.fetch_add(
            u64::try_from(start.elapsed().as_nanos()).unwrap_or(0),
            Ordering::Relaxed,
        );
        note
    });
    let sealed = store.write(move |tx| {
        tx.sign_heads(seal);
        Ok::<_, StoreError>(())
    });
    sealed.await.expect("written");
    let (start, mut commits) = (Instant::now(), 0_u32);
    while start.elapsed() < TIME {
        let from = u64::from(commits) * entries;
        let written = store.write(move |tx| {
            for n in from..from + entries {
                tx.append(&entry(ledger, n))?;
            }
            Ok::<_, StoreError>(())
        });
        written.await.expect("durable");
        commits += 1;
    }
    let (all, signing) = (start.elapsed(), Duration::from_nanos(signing.load(Ordering::Relaxed)));
    println!(
        "{entries} entries a commit: {commits} commits of {} us, the signature {:.1} us of it, {:.2}% of the append",
        (all / commits).as_micros(),
        (signing / commits).as_secs_f64() * 1e6,
        100.0 * signing.as_secs_f64() / all.as_secs_f64()
    );
}

/// The first opens the ledger, the others are as short as entries are.
fn entry(ledger: Uuid, n: u64) -> Entry {
    let about = |n: u64| EnvelopeId(Uuid::from_u128(n.into()));
    Entry {
        v: 1,
        at: Timestamp::UNIX_EPOCH,
        actor: Actor::GATE,
        envelope: (n > 0).then(|| about(n)),
        rev: (n > 0).then_some(1),
        batch: None,
        fact: if n == 0 {
            Fact::Opened { ledger }
        } else {
            Fact::Expired {}
        },
    }
}
