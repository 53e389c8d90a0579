//! Where in a policy's text its classes, rules and floors stand, for people who read what judged.

use toml::de::DeTable;

/// A class, a rule of one, or a floor, and the lines of the text that it has, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Absent for a floor.
    pub class: Option<String>,
    /// Of the rule or floor; absent for the class itself.
    pub rule: Option<String>,
    pub from: usize,
    pub to: usize,
}

/// All of them in the order of the text; nothing where it is no TOML.
///
/// Each has the lines from its head to the next head, without the blank lines and comments that lead to that one.
pub fn places(source: &str) -> Vec<Spot> {
    let Ok(table) = DeTable::parse(source) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (floor, at) in tables(table.get_ref(), "floor") {
        found.push((at, None, id(floor)));
    }
    for (class, at) in tables(table.get_ref(), "class") {
        let name = id(class);
        found.push((at, name.clone(), None));
        for (rule, at) in tables(class, "rule") {
            found.push((at, name.clone(), id(rule)));
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    let ends: Vec<usize> = found.iter().skip(1).map(|(at, ..)| *at).chain([source.len()]).collect();
    let spots = found.into_iter().zip(ends).map(|((at, class, rule), end)| {
        let from = line(source, at);
        Spot {
            class,
            rule,
            from,
            to: last(source, from, end),
        }
    });
    spots.collect()
}

fn tables<'a>(table: &'a DeTable<'a>, key: &str) -> Vec<(&'a DeTable<'a>, usize)> {
    let array = table.get(key).and_then(|value| value.get_ref().as_array());
    let items = array.into_iter().flat_map(|array| array.iter());
    let tables = items.filter_map(|item| Some((item.get_ref().as_table()?, item.span().start)));
    tables.collect()
}

fn id(table: &DeTable<'_>) -> Option<String> {
    table.get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned)
}

/// The line of a byte, counted from 1.
fn line(source: &str, at: usize) -> usize {
    source.get(..at).unwrap_or(source).matches('\n').count() + 1
}

/// The last line before a byte that says something.
fn last(source: &str, from: usize, end: usize) -> usize {
    let text = source.get(..end).unwrap_or(source);
    let says = |text: &&str| !text.trim().is_empty() && !text.trim_start().starts_with('#');
    let said = text.lines().skip(from.saturating_sub(1)).collect::<Vec<_>>();
    from + said.iter().rposition(says).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "schema = 1\n\n[[floor]]\nid = \"prod\"\nthen = \"hold\"\n\n# refunds\n[[class]]\nid = \"pay\"\n\
                        why = '''\n[[class]]\nid = \"no\"\n'''\n\n[[class.rule]]\nid = \"small\"\nthen = \"allow\"\n\n\
                        # the rest\n[[class.rule]]\nid = \"large\"\n  [class.rule.when]\n  amount = \">5\"\n\n[[class]]\nid = \"x\"\n";

    fn of(class: Option<&str>, rule: Option<&str>) -> String {
        let spot = places(TEXT)
            .into_iter()
            .find(|spot| spot.class.as_deref() == class && spot.rule.as_deref() == rule)
            .expect("a spot");
        let lines: Vec<&str> = TEXT.lines().collect();
        lines[spot.from - 1..spot.to].join("\n")
    }

    #[test]
    fn each_part_of_a_policy_is_found_by_what_the_parser_reads_and_not_by_what_looks_like_it() {
        assert_eq!(places(TEXT).len(), 5);
        assert_eq!(of(None, Some("prod")), "[[floor]]\nid = \"prod\"\nthen = \"hold\"");
        assert_eq!(
            of(Some("pay"), Some("small")),
            "[[class.rule]]\nid = \"small\"\nthen = \"allow\""
        );
        let large = of(Some("pay"), Some("large"));
        assert!(
            large.starts_with("[[class.rule]]") && large.ends_with("amount = \">5\""),
            "{large}"
        );
        assert!(of(Some("pay"), None).starts_with("[[class]]\nid = \"pay\"\nwhy"));
        assert_eq!(of(Some("x"), None), "[[class]]\nid = \"x\"");
        assert_eq!(places("schema = "), []);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_every_line_it_names_is_there(text in "(\\[\\[class\\]\\]|\\[\\[class.rule\\]\\]|\\[\\[floor\\]\\]|id = \"[a-c]\"|#|\n|é|'''){0,24}") {
            for spot in places(&text) {
                prop_assert!(1 <= spot.from && spot.from <= spot.to);
                prop_assert!(spot.to <= text.lines().count().max(1));
            }
        }
    }
}
