//! The check of a whole ledger, beside `sha256sum` of the same bytes.
//!
//! Prints entries a second, and how that stands to what hashing alone takes: figures of one machine say little on
//! another, ratios do. The ledger is written once and kept in the target folder.
#![expect(clippy::print_stdout, reason = "figures are printed")]
#![expect(dead_code, reason = "another benchmark needs the rest of the place")]

mod bulk;
mod place;

use std::io::{BufWriter, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use signoff::store::{Reading, verify};

const ENTRIES: u64 = 200_000;
const RUNS: u32 = 3;

fn main() {
    let folder = bulk::folder(ENTRIES);
    let ledger = folder.join("ledger.db");
    place::machine();
    // What there is to hash: the entries as they are, one after the other.
    let bytes = folder.join("entries");
    let mut file = BufWriter::new(std::fs::File::create(&bytes).expect("a file"));
    let connection = rusqlite::Connection::open(&ledger).expect("a ledger");
    let mut query = connection
        .prepare("SELECT bytes FROM entry ORDER BY seq")
        .expect("entries");
    let mut rows = query.query([]).expect("entries");
    while let Some(row) = rows.next().expect("a row") {
        let entry = row.get_ref(0).expect("bytes").as_blob().expect("bytes");
        file.write_all(entry).expect("written");
    }
    file.flush().expect("written");
    let size = std::fs::metadata(&bytes).expect("a file").len();
    let least = |times: &mut dyn FnMut() -> Duration| (0..RUNS).map(|_| times()).min().unwrap_or_default();
    let hashed = least(&mut || {
        let start = Instant::now();
        let summed = Command::new("sha256sum").arg(&bytes).output().expect("sha256sum");
        assert!(summed.status.success());
        start.elapsed()
    });
    let mut entries = 0;
    let checked = least(&mut || {
        let start = Instant::now();
        let report = verify(&ledger).expect("a ledger").expect("it verifies");
        entries = report.entries;
        start.elapsed()
    });
    let read = least(&mut || {
        let start = Instant::now();
        let reading = Reading::open(&ledger).expect("a ledger");
        reading.entries(|_| {}).expect("entries");
        start.elapsed()
    });
    #[expect(clippy::cast_precision_loss, reason = "figures")]
    let rate = |time: Duration| entries as f64 / time.as_secs_f64();
    println!("{entries} entries of {} bytes on average", size / entries.max(1));
    println!(
        "ledger verify: {:.0} entries/s, {:.2} s, all tables with it",
        rate(checked),
        checked.as_secs_f64()
    );
    println!("entries read and parsed alone: {:.0} entries/s", rate(read));
    println!("sha256sum of the same bytes: {:.0} entries/s", rate(hashed));
    println!("verify / sha256sum: {:.3}", rate(checked) / rate(hashed));
}
