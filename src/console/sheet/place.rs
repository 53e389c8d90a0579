//! Which field each line of a payload begins, where it is laid out plainly.

/// Goes over JSON in lines, as [`crate::diff::pretty`] lays it out, and tells the field that each begins.
pub(super) fn each_field(lines: &[String], mut tell: impl FnMut(usize, &str)) {
    let mut pointer = String::new();
    // For each object or list around: how long its pointer is, and how many items it had, where it is a list.
    let mut around: Vec<(usize, Option<usize>)> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let mut rest = line.trim_start().trim_end_matches(',');
        if rest.starts_with(['}', ']']) {
            around.pop();
            continue;
        }
        if let Some((length, items)) = around.last_mut() {
            pointer.truncate(*length);
            let step = if let Some(items) = items {
                *items += 1;
                (*items - 1).to_string()
            } else {
                let mut read = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let Some(Ok(name)) = read.next() else {
                    return;
                };
                rest = rest[read.byte_offset()..].trim_start_matches(':').trim_start();
                name.replace('~', "~0").replace('/', "~1")
            };
            pointer.push('/');
            pointer.push_str(&step);
        }
        tell(n, &pointer);
        if matches!(rest, "{" | "[") {
            around.push((pointer.len(), (rest == "[").then_some(0)));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde_json::Value;

    use super::each_field;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(Value::Null),
            "[{},:\\[\\]\"/~ ]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("[{},:\\[\\]\"/~a-c]{0,4}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// All pointers, each before those below it.
    fn pointers(at: &str, value: &Value, all: &mut Vec<String>) {
        all.push(at.to_owned());
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    pointers(&format!("{at}/{name}"), member, all);
                }
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    pointers(&format!("{at}/{n}"), item, all);
                }
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    proptest! {
        #[test]
        fn each_line_is_taken_for_the_field_that_it_begins(value in value()) {
            let (mut all, mut told) = (Vec::new(), Vec::new());
            pointers("", &value, &mut all);
            each_field(&crate::diff::pretty(&value.to_string()), |_, pointer| told.push(pointer.to_owned()));
            prop_assert_eq!(told, all);
        }
    }
}
