//! Finds in a text what leads somewhere: addresses, domains, hosts, accounts, files, amounts.
//!
//! It goes by form alone and reads too much rather than too little. It goes over a text once: what an agent
//! sends is as long as it likes.

// Addresses as text: `core` knows no network.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ValueKind;
use super::account::accounts;
use super::number::numbers;

/// Ends of domains that are taken for one in running text; all of two letters are as well. Behind `@` or
/// `://` any is.
const ENDS: &[&str] = &[
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "pro",
    "app",
    "dev",
    "xyz",
    "top",
    "site",
    "online",
    "store",
    "shop",
    "club",
    "cloud",
    "tech",
    "space",
    "live",
    "link",
    "click",
    "work",
    "world",
    "email",
    "bank",
    "finance",
    "pay",
    "money",
    "support",
    "help",
    "services",
    "agency",
    "digital",
    "network",
    "systems",
    "page",
    "web",
    "blog",
    "news",
    "icu",
    "fun",
    "vip",
    "win",
    "bid",
    "loan",
    "download",
    "host",
    "website",
    "mobi",
    "example",
    "test",
    "invalid",
    "local",
    "internal",
    "localhost",
    "corp",
    "lan",
    "home",
    "onion",
    "arpa",
];

/// Ends of file names; some are ends of domains too, and are marked in either case.
const FILES: &[&str] = &[
    "rs", "py", "sh", "md", "js", "ts", "go", "pl", "cs", "cc", "tf", "ps", "so", "rb", "mk", "hs", "ml", "txt", "pdf",
    "csv", "json", "toml", "yaml", "yml", "xml", "html", "css", "sql", "zip", "tar", "gz", "exe", "dll", "png", "jpg",
    "jpeg", "doc", "docx", "xls", "xlsx", "log", "conf", "cfg", "ini", "env", "pem", "key", "lock", "bak", "java",
    "cpp", "php", "ipynb", "db", "sqlite", "service",
];

const SIGNS: &[char] = &['$', '€', '£', '¥', '₹', '₽', '₩', '₿', '₺', '₴'];

const CODES: &[&str] = &[
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "TRY", "AED", "BTC", "ETH", "USDC", "USDT", "DOLLARS", "EUROS", "POUNDS",
];

/// Tells each value with its kind, as it is written.
pub(super) fn scan(text: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    for place in accounts(text) {
        tell(ValueKind::Account, &text[place]);
    }
    amounts(text, tell);
    for word in words(text) {
        // In each part but the first stands what is behind `://`.
        let mut parts = word.split("://");
        if let Some(first) = parts
            .next()
            .filter(|first| first.len() < word.len() || !first.is_empty())
        {
            let is_scheme = first.len() < word.len();
            if !is_scheme {
                pieces(first, tell);
            } else if let Some((before, _scheme)) = first.rsplit_once(['=', ':', '&']) {
                pieces(before, tell);
            }
        }
        for part in parts {
            link(part, tell);
        }
    }
}

/// The words of a text, without the signs around them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(parts).map(bare).filter(|word| !word.is_empty())
}

fn parts(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | '|'
        )
        || matches!(
            c,
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '…' | '、' | '，' | '；' | '：' | '「' | '」'
        )
}

fn bare(word: &str) -> &str {
    word.trim_start_matches(['*', '#', '!', '?', '=', ':', '&'])
        .trim_end_matches(['*', '!', '?', '.', ':', '=', '&'])
}

pub(super) fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠')
}

fn is_dot(c: char) -> bool {
    matches!(c, '.' | '。' | '．' | '｡')
}

/// `host:port/path` behind `://`: a name before `@` is no host.
fn link(text: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    let end = text.find(['/', '\\', '?', '#']).unwrap_or(text.len());
    let (authority, path) = text.split_at(end);
    let host = authority.rsplit(is_at).next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    if host.chars().any(char::is_alphanumeric) {
        tell(ValueKind::Host, bare(host));
    }
    if path.chars().any(char::is_alphanumeric) {
        tell(ValueKind::Path, path);
        // What is handed on in a query leads somewhere too.
        if let Some((_, query)) = path.split_once('?') {
            pieces(query, tell);
        }
    }
}

fn pieces(word: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    for piece in word.split(['=', '&', '?']).map(bare).filter(|piece| !piece.is_empty()) {
        if let Some((local, rest)) = piece.rsplit_once(is_at) {
            address(piece, local, rest, tell);
        } else if is_ip(piece) {
            tell(ValueKind::Host, piece);
        } else if is_drive(piece) {
            tell(ValueKind::Path, piece);
        } else {
            for leaf in piece.split(':').map(bare) {
                name(leaf, tell);
            }
        }
    }
}

/// `ana@b.example`, `mailto:ana@b.example`, `git@b.example:org/repo`, `root@10.0.0.1`.
fn address(piece: &str, local: &str, rest: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    let end = rest.find([':', '/', '\\']).unwrap_or(rest.len());
    let (domain, below) = rest.split_at(end);
    let domain = bare(domain);
    let start = local.rfind([':', '/']).map_or(0, |at| at + 1);
    let is_version =
        domain.starts_with(|c: char| c.is_ascii_digit()) || matches!(domain, "latest" | "sha256" | "sha512");
    if is_ip(domain) {
        tell(ValueKind::Host, domain);
    } else if start == local.len() || domain.is_empty() || (is_version && !is_domain(domain, true)) {
        // A handle such as `@ana`, a package with its version, `@/a/file` to be sent.
        name(piece.trim_start_matches(is_at), tell);
        return;
    } else if domain.contains(is_dot) {
        tell(
            ValueKind::Email,
            &piece[start..local.len() + (piece.len() - local.len() - rest.len()) + domain.len()],
        );
    } else {
        tell(ValueKind::Host, domain);
    }
    name(below.trim_start_matches(':'), tell);
}

/// What has neither `@` nor `:` in it.
fn name(text: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    let text = text.trim_end_matches(is_dot);
    let is_name = text.chars().any(char::is_alphanumeric);
    let (first, below) = text.split_at(text.find(['/', '\\']).unwrap_or(text.len()));
    if !is_name {
    } else if is_domain(first, false) {
        tell(ValueKind::Domain, first);
        if below.len() > 1 {
            tell(ValueKind::Path, below);
        }
    } else if text.starts_with("//") || text.starts_with("\\\\") {
        link(&text[2..], tell);
    } else if is_path(text, below) {
        tell(ValueKind::Path, text);
    } else if text
        .strip_prefix("0x")
        .is_some_and(|hex| hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        tell(ValueKind::Account, text);
    }
}

fn is_ip(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let v4 = host.split(':').next().unwrap_or_default();
    v4.parse::<Ipv4Addr>().is_ok()
        || (text.matches(':').count() > 1
            && host
                .parse::<Ipv6Addr>()
                .is_ok_and(|ip| !IpAddr::V6(ip).is_unspecified()))
}

fn is_drive(text: &str) -> bool {
    let mut signs = text.chars();
    let drive = signs.next().is_some_and(|c| c.is_ascii_alphabetic());
    drive && signs.next() == Some(':') && matches!(signs.next(), Some('\\' | '/'))
}

/// Whether a name is one of a domain; where it `can_only` be one, whatever its end.
fn is_domain(text: &str, can_only: bool) -> bool {
    let labels: Vec<&str> = text.split(is_dot).collect();
    let fine = |label: &&str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let Some((end, before)) = labels.split_last().filter(|(_, before)| !before.is_empty()) else {
        return false;
    };
    if !labels.iter().all(fine) || end.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    let lower = end.to_lowercase();
    let is_same_case = *end == lower || *end == end.to_uppercase();
    // `t.id` is a column, `e.g` is not even that.
    let is_country = end.len() == 2
        && end.bytes().all(|b| b.is_ascii_alphabetic())
        && before.iter().all(|label| label.chars().count() > 1);
    let is_known = is_country || ENDS.contains(&lower.as_str()) || lower.starts_with("xn--") || !end.is_ascii();
    can_only || (is_same_case && is_known && !FILES.contains(&lower.as_str())) || before.first() == Some(&"www")
}

fn is_path(text: &str, below: &str) -> bool {
    let has_letter = text.chars().any(char::is_alphabetic);
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty() || below.is_empty());
    let is_file = stem.is_some_and(|(_, end)| FILES.contains(&end.to_ascii_lowercase().as_str()));
    let rooted = text.starts_with('/')
        || ["~/", "./", "../", ".\\", "..\\"]
            .iter()
            .any(|root| text.starts_with(root));
    let dotted = text.len() > 2
        && text.starts_with('.')
        && !text.starts_with("..")
        && text[1..].chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let deep = text.matches(['/', '\\']).count() > 1 && has_letter;
    rooted || is_file || dotted || deep
}

/// Numbers beside the sign or code of a currency.
fn amounts(text: &str, tell: &mut dyn FnMut(ValueKind, &str)) {
    for number in numbers(text, false).into_iter().chain(numbers(text, true)) {
        let before = text[..number.from].trim_end_matches(['-', '−']);
        let before = before.strip_suffix([' ', '\u{a0}']).unwrap_or(before);
        let after = &text[number.to..];
        let after = after.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(after);
        let letters = |c: char| c.is_ascii_alphabetic();
        let code_before = &before[before.trim_end_matches(letters).len()..];
        let code_after = &after[..after.len() - after.trim_start_matches(letters).len()];
        let is_code = |code: &str| CODES.contains(&code.to_ascii_uppercase().as_str());
        let (from, to) = if before.ends_with(SIGNS) {
            let sign = before.chars().next_back().map_or(0, char::len_utf8);
            (before.len() - sign, number.to)
        } else if is_code(code_before) {
            (before.len() - code_before.len(), number.to)
        } else if let Some(sign) = after.chars().next().filter(|sign| SIGNS.contains(sign)) {
            (number.from, text.len() - after.len() + sign.len_utf8())
        } else if is_code(code_after) {
            (number.from, text.len() - after.len() + code_after.len())
        } else {
            continue;
        };
        tell(ValueKind::Amount, &text[from..to]);
    }
}
