//! Numbers of accounts that prove themselves: an IBAN and a card carry a check of their digits.

use std::ops::{Range, RangeInclusive};

const IBAN: RangeInclusive<usize> = 15..=34;
const CARD: RangeInclusive<usize> = 13..=19;

/// Where the accounts of a text stand, grouped or not.
pub(super) fn accounts(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_alphanumeric() && !text[..at].ends_with(char::is_alphanumeric);
        match starts.then(|| account(bytes, at)).flatten() {
            Some(to) if !text[to..].starts_with(char::is_alphanumeric) => {
                found.push(at..to);
                at = to;
            }
            Some(_) | None => {
                at += 1;
                while !text.is_char_boundary(at) {
                    at += 1;
                }
            }
        }
    }
    found
}

/// Where the longest account that begins here ends.
fn account(bytes: &[u8], from: usize) -> Option<usize> {
    let mut compact: Vec<u8> = Vec::new();
    let mut longest = None;
    let mut at = from;
    // How long the groups before this one are, at least and at most, and where it begins.
    let (mut least, mut most, mut group) = (usize::MAX, 0, 0);
    while let Some(byte) = bytes.get(at).filter(|_| compact.len() < *IBAN.end()) {
        if byte.is_ascii_alphanumeric() {
            compact.push(byte.to_ascii_uppercase());
        } else if !matches!(byte, b' ' | b'-') || !bytes[at - 1].is_ascii_alphanumeric() {
            break;
        } else {
            let long = compact.len() - group;
            (least, most, group) = (least.min(long), most.max(long), compact.len());
        }
        at += 1;
        let ends = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let is_whole = most == 0;
        // The words behind a number are none of its groups.
        let by_four = is_whole || (least == 4 && most == 4 && compact.len() - group <= 4);
        let like_a_card = is_whole || (least >= 3 && most <= 6);
        let is_account = (by_four && is_iban(&compact)) || (like_a_card && is_card(&compact));
        if byte.is_ascii_alphanumeric() && ends && is_account {
            longest = Some(at);
        }
    }
    longest
}

/// ISO 13616: moved by four, with letters as numbers, the rest by 97 is one.
fn is_iban(compact: &[u8]) -> bool {
    let [a, b, c, d, ..] = compact else {
        return false;
    };
    let framed = a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit();
    let moved = compact[4..].iter().chain(&compact[..4]);
    let rest = moved.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.saturating_sub(b'A')) + 10) % 97,
    });
    IBAN.contains(&compact.len()) && framed && rest == 1
}

/// Luhn, and a first digit that cards have.
fn is_card(compact: &[u8]) -> bool {
    let framed = CARD.contains(&compact.len()) && compact.iter().all(u8::is_ascii_digit);
    if !framed || !matches!(compact.first(), Some(b'2'..=b'6')) {
        return false;
    }
    let digits = compact.iter().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = digits
        .map(|(n, digit)| {
            if n % 2 == 0 {
                digit
            } else {
                digit * 2 - if digit > 4 { 9 } else { 0 }
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
