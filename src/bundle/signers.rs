//! Whose signatures count: lines as in OpenSSH's `allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::PrincipalId;
use crate::ledger::KnownKey;
use crate::signature::ssh::{DECISION, PEOPLE, SshPublicKey};

/// One line: a person and a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The names, as the line has them: one line's names are one person.
    pub names: String,
    pub key: SshPublicKey,
    /// What it may sign; anything where nothing is said.
    namespaces: Option<Vec<String>>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

/// Why a file of signers is not one that can be relied on. A sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Line {line} {why}.")]
pub struct SignersError {
    /// Counted from 1.
    pub line: usize,
    pub why: String,
}

impl Signer {
    /// Reads a file. Empty lines and those that begin with `#` are passed over; what is not understood is an
    /// error, since it may be what takes a key's worth away.
    pub fn parse(text: &str) -> Result<Vec<Self>, SignersError> {
        let mut all = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let read = Self::line(line);
            all.push(read.map_err(|why| SignersError { line: at + 1, why })?);
        }
        Ok(all)
    }

    /// The error is a sentence fragment.
    fn line(line: &str) -> Result<Self, String> {
        let (names, rest) = word(line).ok_or("holds no key")?;
        if names.contains(['*', '?', '!', '"']) {
            return Err("names its person by a pattern: write each name out".to_owned());
        }
        let (first, after_first) = word(rest).ok_or("holds no key")?;
        let (options, key) = match SshPublicKey::parse(rest) {
            Ok(key) => ("", key),
            Err(_) => (
                first,
                SshPublicKey::parse(after_first).map_err(|error| format!("holds no key: {error}"))?,
            ),
        };
        let mut signer = Self {
            names: names.to_owned(),
            key,
            namespaces: None,
            after: None,
            before: None,
        };
        for option in split(options).ok_or("has an option that does not end")? {
            signer.option(option)?;
        }
        Ok(signer)
    }

    fn option(&mut self, option: &str) -> Result<(), String> {
        let value = option
            .split_once('=')
            .map(|(name, value)| (name, value.trim_matches('"')));
        match value {
            Some(("namespaces", list)) => self.namespaces = Some(list.split(',').map(str::to_owned).collect()),
            Some(("valid-after", at)) => self.after = Some(parse_time(at)?),
            Some(("valid-before", at)) => self.before = Some(parse_time(at)?),
            Some(_) | None => return Err(format!("has the option `{option}`, which is not known here")),
        }
        Ok(())
    }

    /// Whether its signature under a decision of that time counts.
    pub fn decides(&self, at: Timestamp) -> bool {
        self.counts(DECISION, at)
    }

    /// Whether its signature under a voucher of that time counts.
    pub fn vouches(&self, at: Timestamp) -> bool {
        self.counts(PEOPLE, at)
    }

    fn counts(&self, namespace: &str, at: Timestamp) -> bool {
        let named = self.namespaces.as_ref();
        named.is_none_or(|list| list.iter().any(|one| one == namespace))
            && self.after.is_none_or(|after| at >= after)
            && self.before.is_none_or(|before| at < before)
    }
}

/// The first word of a line, in which what is quoted is one; and what follows.
fn word(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = line.find(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })?;
    (end > 0).then(|| (&line[..end], line[end..].trim_start()))
}

/// Options, between commas that are not quoted; `None` where a quote does not end.
fn split(options: &str) -> Option<Vec<&str>> {
    let mut quoted = false;
    let parts = options.split(|c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let closed = parts.iter().all(|part| part.matches('"').count() % 2 == 0);
    closed.then_some(parts)
}

/// `YYYYMMDDZ` or `YYYYMMDDHHMM[SS]Z`. Without the `Z` it would be in the time of whoever reads it.
fn parse_time(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("names the time `{text}`: write YYYYMMDDHHMMSSZ, with the Z");
    let digits = text.strip_suffix('Z').ok_or_else(wrong)?;
    let whole = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        _ => digits.to_owned(),
    };
    if whole.len() != 14 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let read = DateTime::strptime("%Y%m%d%H%M%S", &whole).map_err(|_| wrong())?;
    let zoned = read.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(zoned.timestamp())
}

/// A time as OpenSSH reads it, in UTC and whole seconds.
pub(super) fn ssh_time(at: Timestamp) -> String {
    at.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// The file of everybody whose key ever counted, from when to when; an admin's for vouchers, everybody else's for
/// decisions. A person is called by name and id; by the
/// id alone where the name is erased or was another's too.
pub fn signer_lines(
    mut keys: Vec<KnownKey>,
    names: &BTreeMap<PrincipalId, String>,
    admins: &BTreeSet<PrincipalId>,
) -> String {
    keys.sort_by_key(|known| (known.added_at, known.key));
    let mut text = String::new();
    for known in keys {
        let id = known.principal;
        let own = names
            .get(&id)
            .filter(|name| names.values().filter(|other| other == name).count() == 1);
        let called = own.map_or_else(|| id.to_string(), |name| format!("{name},{id}"));
        let before = known.revoked_at.map(|at| {
            // A second that has begun counts as a whole.
            let whole = at.checked_add(SignedDuration::from_nanos(999_999_999)).unwrap_or(at);
            format!(",valid-before=\"{}\"", ssh_time(whole))
        });
        let after = ssh_time(known.added_at);
        let before = before.unwrap_or_default();
        let key = known.public;
        let namespace = if admins.contains(&id) { PEOPLE } else { DECISION };
        let _ = writeln!(
            text,
            "{called} namespaces=\"{namespace}\",valid-after=\"{after}\"{before} {key}"
        );
    }
    text
}

#[cfg(test)]
mod tests;
