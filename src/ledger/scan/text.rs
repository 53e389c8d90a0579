//! Strings: escapes are decoded, because two spellings of one key are the same key.

use super::{Refusal, RefusalCode, Scan};

impl Scan<'_> {
    /// Reads a string and returns it decoded.
    pub(super) fn string(&mut self) -> Result<String, Refusal> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.bytes[self.at..];
            let plain = rest
                .iter()
                .take_while(|&&b| b != b'"' && b != b'\\' && b >= 0x20)
                .count();
            out.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) | None => return Err(self.not_json("the end of a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Refusal> {
        let Some(byte) = self.peek() else {
            return Err(self.not_json("an escape"));
        };
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(),
            _ => {
                self.at -= 1;
                Err(self.not_json("an escape"))
            }
        }
    }

    fn unicode(&mut self) -> Result<char, Refusal> {
        let first = self.four_hex()?;
        let code = match first {
            0xD800..=0xDBFF if self.bytes[self.at..].starts_with(b"\\u") => {
                self.at += 2;
                let second = self.four_hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.lone());
                }
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| self.lone())
    }

    fn lone(&self) -> Refusal {
        let message = "A string holds half of a surrogate pair.".to_owned();
        self.refuse(RefusalCode::LoneSurrogate, message)
    }

    fn four_hex(&mut self) -> Result<u32, Refusal> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let code = code.ok_or_else(|| self.not_json("four hex digits"))?;
        self.at += 4;
        Ok(code)
    }
}
