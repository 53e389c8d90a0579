//! JSON laid out in lines, every string and number as it was sent.

/// Breaks JSON text into indented lines. Tokens are copied, never re-written: `1.50` stays `1.50`.
///
/// The text has passed the gate's scan; text that is no JSON comes back as it is, line by line.
pub fn pretty(raw: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut depth = 0_usize;
    let mut rest = raw.trim();
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            _ => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                line.push(c);
                let inner = rest.trim_start();
                if let Some(closed) = inner.strip_prefix(if c == '{' { '}' } else { ']' }) {
                    line.push(if c == '{' { '}' } else { ']' });
                    rest = closed;
                } else {
                    depth += 1;
                    next(&mut lines, &mut line, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                next(&mut lines, &mut line, depth);
                line.push(c);
            }
            ',' => {
                line.push(c);
                next(&mut lines, &mut line, depth);
            }
            ':' => line.push_str(": "),
            _ => line.push_str(token),
        }
    }
    lines.push(line);
    lines
}

fn next(lines: &mut Vec<String>, line: &mut String, depth: usize) {
    lines.push(std::mem::replace(line, "  ".repeat(depth)));
}

/// Bytes from the opening quote to the closing one, both included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_stay_as_they_were_sent() {
        let lines = pretty(r#"{"a":1.50,"b":["x\"y",{}],"c":"é\u202e"}"#);
        assert_eq!(
            lines,
            [
                "{",
                r#"  "a": 1.50,"#,
                r#"  "b": ["#,
                r#"    "x\"y","#,
                "    {}",
                "  ],",
                r#"  "c": "é\u202e""#,
                "}"
            ]
        );
    }

    proptest! {
        #[test]
        fn only_spaces_and_breaks_are_added(raw in any::<String>()) {
            let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeeze(&pretty(&raw).join("\n")), squeeze(&raw));
        }
    }
}
