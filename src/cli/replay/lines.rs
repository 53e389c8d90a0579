//! The lines of a file of calls, gzipped or not, however large it is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::thread;

use flate2::bufread::MultiGzDecoder;
use tokio::sync::mpsc;

use super::call;
use crate::cli::error::CliError;

/// The longest line that is read. A gate takes less; what a line has beside the call may be long.
const LONGEST: usize = 4 * 1024 * 1024;

/// How many lines are read ahead.
const AHEAD: usize = 4;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// One line, with its number from 1.
#[derive(Debug)]
pub(super) struct Line {
    pub number: u64,
    /// The proposal's body, or why the line is no call.
    pub call: Result<Vec<u8>, String>,
}

/// Lines as they are read. Nothing follows an error.
pub(super) type Lines = mpsc::Receiver<Result<Line, CliError>>;

/// Opens the file and reads ahead on a thread of its own: a pipe may be silent for long, and the end of
/// the program does not wait for it.
pub(super) fn open(path: &Path, limit: Option<u64>) -> Result<Lines, CliError> {
    let (name, source): (String, Box<dyn Read + Send>) = if path.as_os_str() == "-" {
        ("standard input".to_owned(), Box::new(io::stdin()))
    } else {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| CliError::File(name.clone(), error))?;
        (name, Box::new(file))
    };
    let gzip = path.extension().is_some_and(|extension| extension == "gz");
    let (send, lines) = mpsc::channel(AHEAD);
    thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || {
            // An error of sending means that nobody wants more.
            if let Err(error) = read(source, gzip, limit.unwrap_or(u64::MAX), |line| {
                send.blocking_send(Ok(line)).is_ok()
            }) {
                let _ = send.blocking_send(Err(CliError::File(name, error)));
            }
        })
        .map_err(CliError::Io)?;
    Ok(lines)
}

/// Hands each line that is not blank to `take`, until that says no. Unpacks what is called or looks gzipped.
fn read(source: impl Read, gzip: bool, limit: u64, mut take: impl FnMut(Line) -> bool) -> io::Result<()> {
    let mut source = BufReader::new(source);
    let mut head = Vec::with_capacity(GZIP.len());
    source.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let gzip = gzip || head == GZIP;
    let source = Cursor::new(head).chain(source);
    let mut lines: Box<dyn BufRead> = if gzip {
        Box::new(BufReader::new(MultiGzDecoder::new(source)))
    } else {
        Box::new(source)
    };
    let mut line = Vec::new();
    for number in 1..=limit {
        line.clear();
        // One byte more than fits tells a line that is too long.
        let most = LONGEST as u64 + 1;
        if lines.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let call = if line.len() > LONGEST && line.last() != Some(&b'\n') {
            skip_line(&mut lines)?;
            Err(format!("It is longer than {LONGEST} bytes."))
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            call::body(&line)
        };
        if !take(Line { number, call }) {
            break;
        }
    }
    Ok(())
}

/// Reads to the end of the line and keeps nothing.
fn skip_line(lines: &mut impl BufRead) -> io::Result<()> {
    loop {
        let read = lines.fill_buf()?;
        let end = read.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(read.len(), |at| at + 1);
        lines.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const TWO: &str = "{\"tool\":\"t\",\"arguments\":{}}\r\n\n{\"tool\":\"u\",\"arguments\":{}}";

    fn numbers(bytes: &[u8], gzip: bool, limit: u64) -> io::Result<Vec<(u64, bool)>> {
        let mut seen = Vec::new();
        read(bytes, gzip, limit, |line| {
            seen.push((line.number, line.call.is_ok()));
            true
        })?;
        Ok(seen)
    }

    fn zipped(text: &str) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text.as_bytes()).expect("memory");
        gzip.finish().expect("memory")
    }

    #[test]
    fn blank_lines_are_counted_and_passed_over() {
        let seen = numbers(TWO.as_bytes(), false, 9).expect("read");
        assert_eq!(seen, [(1, true), (3, true)]);
        assert_eq!(numbers(TWO.as_bytes(), false, 2).expect("read"), [(1, true)]);
        assert_eq!(numbers(b"", false, 9).expect("read"), []);
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes_and_may_have_several_parts() {
        let mut parts = zipped(&format!("{TWO}\n"));
        parts.extend(zipped(TWO));
        let seen = numbers(&parts, false, 9).expect("read");
        assert_eq!(seen, [(1, true), (3, true), (4, true), (6, true)]);
    }

    #[test]
    fn gzip_that_is_cut_short_or_is_none_is_an_error() {
        let whole = zipped(TWO);
        assert!(numbers(&whole[..whole.len() - 9], false, 9).is_err());
        assert!(numbers(TWO.as_bytes(), true, 9).is_err());
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_one_read() {
        let mut text = vec![b'x'; 3 * LONGEST];
        text.extend(b"\n");
        text.extend(TWO.as_bytes());
        let seen = numbers(&text, false, 9).expect("read");
        assert_eq!(seen, [(1, false), (2, true), (4, true)]);
        let mut fits = vec![b' '; LONGEST - 1];
        fits.extend(b"x\n");
        assert_eq!(numbers(&fits, false, 9).expect("read"), [(1, false)]);
    }
}
