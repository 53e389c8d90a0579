//! Numbers as people write them: `6000`, `6,000.00`, `6.000,00`, `6 000`, `$6'000`.

/// A number in a text: where it stands, and what it may be read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    pub from: usize,
    pub to: usize,
    pub readings: Vec<String>,
}

/// Finds the numbers of a text that are no part of a word, a date or a code. With `blanks`, a blank groups
/// thousands as well.
pub(super) fn numbers(text: &str, blanks: bool) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let from = at + offset;
        let to = end(text, from, blanks);
        at = to;
        let before = text[..from].chars().next_back();
        let after = text[to..].chars().next();
        let second = text[..from].chars().rev().nth(1);
        let is_minus = matches!(before, Some('-' | '−')) && !second.is_some_and(char::is_alphanumeric);
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '_' | '#' | '-' | '−' | '/');
        if (before.is_some_and(inside) && !is_minus) || after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let sign = if is_minus { "-" } else { "" };
        let readings = readings(&text[from..to]);
        let readings = readings.into_iter().map(|reading| format!("{sign}{reading}"));
        found.push(Number {
            from,
            to,
            readings: readings.collect(),
        });
    }
    found
}

/// Where digits, and what groups them, end.
fn end(text: &str, from: usize, blanks: bool) -> usize {
    let digits = |at: usize| text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let mut to = from + digits(from);
    while let Some(sign) = text[to..].chars().next() {
        let next = to + sign.len_utf8();
        let more = digits(next);
        let goes_on = match sign {
            '.' | ',' | '\'' | '’' | '_' => more > 0,
            '\u{a0}' | '\u{202f}' => more == 3,
            ' ' => blanks && more == 3,
            _other => false,
        };
        if !goes_on {
            break;
        }
        to = next + more;
    }
    to
}

/// What the digits can mean, in one spelling each: point and comma part thousands or a fraction.
fn readings(text: &str) -> Vec<String> {
    let text: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let points = text.matches('.').count();
    let commas = text.matches(',').count();
    let whole = |text: &str| plain(&text.replace(['.', ','], ""), "");
    let parted = |at: usize| plain(&text[..at].replace(['.', ','], ""), &text[at + 1..]);
    let last = text.rfind(['.', ',']);
    match (points, commas, last) {
        (_, _, None) => vec![plain(&text, "")],
        (1, 0, Some(at)) if text.len() - at == 4 && at <= 3 => vec![parted(at), whole(&text)],
        (0, 1, Some(at)) if text.len() - at == 4 && at <= 3 => vec![whole(&text)],
        (1, 0, Some(at)) | (0, 1, Some(at)) => vec![parted(at)],
        (_, 0, Some(_)) | (0, _, Some(_)) => vec![whole(&text)],
        (_, _, Some(at)) => vec![parted(at)],
    }
}

fn plain(whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction}")
}
