//! TOML files read key by key: every fault at once, each with its place and a way out.
//!
//! What keys a file has is its reader's own business: a policy's, or a console's settings.

mod fault;
mod section;

pub use fault::{Fault, Faults};
pub use section::{Place, Section, texts};

use toml::de::DeTable;

/// Reads a file that is called `name` in sentences, or says everything that is wrong with it.
///
/// `later` are keys that are known and not acted on yet: a file must not promise what is not done.
pub fn read<T>(
    name: &'static str,
    source: &str,
    later: &[&str],
    fill: impl for<'a> FnOnce(Section<'a>, &mut Reader<'_>) -> T,
) -> Result<T, Faults> {
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut faults = Reader {
        source,
        later,
        found: Vec::new(),
    };
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        faults.add(at, format!("This is not TOML: {}.", error.message()), None);
    }
    if !faults.found.is_empty() {
        return Err(faults.into_faults());
    }
    let filled = fill(Section::new(name, table.get_ref(), 0), &mut faults);
    if faults.found.is_empty() {
        Ok(filled)
    } else {
        Err(faults.into_faults())
    }
}

/// The faults found so far, and the text they are in.
#[derive(Debug)]
pub struct Reader<'a> {
    source: &'a str,
    later: &'a [&'a str],
    found: Vec<(usize, String, Option<String>)>,
}

impl Reader<'_> {
    /// Notes a fault at a byte of the source.
    pub fn add(&mut self, at: usize, message: String, hint: Option<&str>) {
        self.found.push((at, message, hint.map(str::to_owned)));
    }

    /// Notes a word that is none of those it can be, with the one that was probably meant.
    pub fn add_unknown(&mut self, at: usize, word: &str, place: &str, known: &[&str]) {
        if self.later.contains(&word) {
            return self.add(
                at,
                format!("`{word}` is not acted on by this version."),
                Some("Remove it: a policy must not promise what is not done."),
            );
        }
        let meant = known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(word, known), known))
            .filter(|(distance, known)| *distance <= known.len() / 3)
            .min_by_key(|(distance, _)| *distance);
        let hint = match meant {
            Some((_, meant)) => format!("Did you mean `{meant}`?"),
            None => format!("Known here: {}.", known.join(", ")),
        };
        self.add(at, format!("`{word}` is not known in {place}."), Some(&hint));
    }

    /// The line of a byte of the source, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.place(at).0
    }

    /// Line and column of a byte of the source, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = &self.source[..self.source.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    fn into_faults(mut self) -> Faults {
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|(at, _, _)| *at);
        let fault = |(at, message, hint)| {
            let (line, column) = self.place(at);
            Fault {
                line,
                column,
                message,
                hint,
            }
        };
        Faults(found.into_iter().map(fault).collect())
    }
}
