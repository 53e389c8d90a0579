//! The digests of all files, as `sha256sum --check` reads them.

use std::collections::BTreeMap;

use crate::domain::Digest;
use crate::ledger::sha256;

/// One line: the digest, two spaces, the path.
pub fn sums_line(path: &str, bytes: &[u8]) -> String {
    format!("{}  {path}\n", sha256(bytes))
}

/// Digests by path; `None` where a line is none, or a path stands twice.
pub fn parse_sums(text: &str) -> Option<BTreeMap<String, Digest>> {
    let mut sums = BTreeMap::new();
    for line in text.strip_suffix('\n')?.split('\n') {
        let (digest, path) = line.split_once("  ")?;
        let digest: Digest = digest.parse().ok().filter(|read: &Digest| read.to_string() == digest)?;
        if path.is_empty() || sums.insert(path.to_owned(), digest).is_some() {
            return None;
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_read_once_and_in_one_spelling() {
        let line = sums_line("a/b", b"abc");
        assert_eq!(parse_sums(&line).map(|sums| sums.len()), Some(1));
        for bad in [
            line.trim_end().to_owned(),
            line.repeat(2),
            line.replace("  ", " "),
            line.to_uppercase(),
            format!("{line}\n"),
            line[1..].to_owned(),
        ] {
            assert_eq!(parse_sums(&bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in "([0-9a-f]{64}  [a-z/]{1,5}\n){0,3}") {
            if let Some(sums) = parse_sums(&text) {
                let lines: usize = sums.len();
                prop_assert_eq!(lines, text.lines().count());
                for (path, digest) in sums {
                    let line = format!("{digest}  {path}\n");
                    prop_assert!(text.contains(&line));
                }
            }
        }
    }
}
