//! Which item of one array is which of another: by its own name where it has one, else by content.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;
use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::Until;

/// Members that name an item, the first that all have and no two share.
const NAMES: [&str; 8] = ["id", "uuid", "guid", "key", "sku", "name", "code", "email"];

/// One step through both arrays; numbers are places in the old and the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The same item, though it may say something else now. Moved: others that stayed in order are now on
    /// its other side.
    Kept {
        old: usize,
        new: usize,
        moved: bool,
    },
    Removed(usize),
    Added(usize),
}

/// Two arrays aligned.
#[derive(Debug)]
pub(super) struct Aligned {
    /// Every item of both is in exactly one of them.
    pub steps: Vec<Step>,
    /// The member that names the items.
    pub key: Option<String>,
    /// Time ran out.
    pub partial: bool,
}

pub(super) fn align(before: &[Value], after: &[Value], until: Until) -> Aligned {
    by_name(before, after).unwrap_or_else(|| by_content(before, after, until))
}

fn by_name(before: &[Value], after: &[Value]) -> Option<Aligned> {
    let first = after.first()?.as_object()?;
    let like = first
        .keys()
        .map(String::as_str)
        .filter(|key| key.ends_with("_id") || key.ends_with("Id"));
    let (key, old, new) = NAMES
        .into_iter()
        .chain(like)
        .find_map(|key| Some((key, named(before, key)?, named(after, key)?)))?;
    let places: HashMap<&str, usize> = old.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let olds: Vec<Option<usize>> = new.iter().map(|name| places.get(name.as_str()).copied()).collect();
    // Where no name is on both sides, names tell nothing: it may be the name that changed.
    olds.iter().find(|old| old.is_some())?;
    let kept: HashSet<usize> = olds.iter().flatten().copied().collect();
    let in_order = in_order(&olds.iter().flatten().copied().collect::<Vec<_>>());
    let steps = olds.into_iter().enumerate().map(|(new, old)| match old {
        Some(old) => Step::Kept {
            old,
            new,
            moved: !in_order.contains(&old),
        },
        None => Step::Added(new),
    });
    let removed = (0..before.len()).filter(|old| !kept.contains(old));
    Some(Aligned {
        steps: steps.chain(removed.map(Step::Removed)).collect(),
        key: Some(key.to_owned()),
        partial: false,
    })
}

/// Each item's name, where each has one of its own. Texts and numbers are different names.
fn named(items: &[Value], key: &str) -> Option<Vec<String>> {
    let mut taken = HashSet::new();
    let name = |item: &Value| match item.get(key)? {
        name @ (Value::String(_) | Value::Number(_)) => {
            Some(name.to_string()).filter(|name| taken.insert(name.clone()))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    items.iter().map(name).collect()
}

/// The most of some different numbers that rise from one to the next: the others are out of their order.
fn in_order(numbers: &[usize]) -> HashSet<usize> {
    // The last number of the best row of each length, and what came before each number in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: HashMap<usize, usize> = HashMap::new();
    for &number in numbers {
        let length = ends.partition_point(|end| *end < number);
        if let Some(last) = length.checked_sub(1).and_then(|at| ends.get(at)) {
            before.insert(number, *last);
        }
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let row = std::iter::successors(ends.last().copied(), |number| before.get(number).copied());
    row.collect()
}

/// What is equal is matched first, in order and then out of it; what is left between two matches is paired as it
/// comes. So one insertion does not look like a change of all that follow.
fn by_content(before: &[Value], after: &[Value], until: Until) -> Aligned {
    let texts = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    let (old, new) = (texts(before), texts(after));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, until.instant());
    let partial = until.is_over();
    let mut left: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        for at in op.old_range() {
            left.entry(&old[at]).or_default().push_back(at);
        }
    }
    let mut moved: HashMap<usize, usize> = HashMap::new();
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        for at in op.new_range() {
            let from = left.get_mut(new[at].as_str()).and_then(VecDeque::pop_front);
            moved.extend(from.map(|from| (at, from)));
        }
    }
    let gone: HashSet<usize> = moved.values().copied().collect();
    let mut steps = Vec::new();
    for op in ops {
        if op.tag() == DiffTag::Equal {
            let pairs = op.old_range().zip(op.new_range());
            steps.extend(pairs.map(|(old, new)| Step::Kept { old, new, moved: false }));
            continue;
        }
        let mut rest = op.old_range().filter(|old| !gone.contains(old));
        for new in op.new_range() {
            steps.push(match (moved.get(&new), &mut rest) {
                (Some(old), _) => Step::Kept {
                    old: *old,
                    new,
                    moved: true,
                },
                (None, rest) => match rest.next() {
                    Some(old) => Step::Kept { old, new, moved: false },
                    None => Step::Added(new),
                },
            });
        }
        steps.extend(rest.map(Step::Removed));
    }
    Aligned {
        steps,
        key: None,
        partial,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> String {
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let Aligned { steps, partial, .. } =
            align(&items(before), &items(after), Until::within(Duration::from_mins(1)));
        assert!(!partial);
        let step = |step: &Step| match step {
            Step::Kept { old, new, moved: false } => format!("{old}={new}"),
            Step::Kept { old, new, moved: true } => format!("{old}>{new}"),
            Step::Removed(old) => format!("-{old}"),
            Step::Added(new) => format!("+{new}"),
        };
        steps.iter().map(step).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn items_are_matched_by_content_in_order_and_then_out_of_it() {
        for (before, after, is) in [
            (json!(["a", "b", "c"]), json!(["x", "a", "b", "c"]), "+0 0=1 1=2 2=3"),
            (json!(["a", "b", "c"]), json!(["c", "a", "b"]), "2>0 0=1 1=2"),
            (json!(["a", "b"]), json!(["a", "c"]), "0=0 1=1"),
            (json!(["a", "b", "c"]), json!(["a"]), "0=0 -1 -2"),
            (json!(["a", "a"]), json!(["a", "b", "a", "a"]), "0=0 +1 +2 1=3"),
            (json!([]), json!([1]), "+0"),
        ] {
            assert_eq!(told(&before, &after), is, "{before} {after}");
        }
    }

    #[test]
    fn items_with_a_name_of_their_own_are_matched_by_it() {
        for (before, after, is) in [
            (
                json!([{"id": 1, "n": 1}, {"id": 2, "n": 1}, {"id": 3, "n": 1}]),
                json!([{"id": 3, "n": 2}, {"id": 1, "n": 2}, {"id": 4, "n": 2}]),
                "2>0 0=1 +2 -1",
            ),
            (
                json!([{"sku": "a", "n": 1}]),
                json!([{"sku": "b", "n": 1}, {"sku": "a", "n": 2}]),
                "+0 0=1",
            ),
            (
                json!([{"line_id": "a", "n": 1}]),
                json!([{"n": 2, "line_id": "a"}]),
                "0=0",
            ),
        ] {
            assert_eq!(told(&before, &after), is, "{before} {after}");
        }
    }

    #[test]
    fn a_name_that_two_share_or_that_is_on_one_side_alone_is_none() {
        for (before, after, is) in [
            (
                json!([{"id": 1, "n": 1}, {"id": 1, "n": 2}]),
                json!([{"id": 1, "n": 3}]),
                "0=0 -1",
            ),
            (json!([{"name": "a", "n": 1}]), json!([{"name": "b", "n": 1}]), "0=0"),
            (json!([{"id": 1}]), json!([{"id": "1"}]), "0=0"),
            (json!([{"id": 1}, 7]), json!([7, {"id": 1}]), "1>0 0=1"),
        ] {
            assert_eq!(told(&before, &after), is, "{before} {after}");
        }
    }

    proptest! {
        #[test]
        fn every_item_of_both_is_in_one_step(before in "[a-e]{0,8}", after in "[a-e]{0,8}", named in any::<bool>(), hurried in any::<bool>()) {
            let items = |text: &str| -> Vec<Value> {
                let item = |c: char| if named { json!({"id": c.to_string()}) } else { json!(c.to_string()) };
                text.chars().map(item).collect()
            };
            let patience = if hurried { Duration::ZERO } else { Duration::from_mins(1) };
            let Aligned { steps, .. } = align(&items(&before), &items(&after), Until::within(patience));
            let mut old: Vec<usize> = Vec::new();
            let mut new: Vec<usize> = Vec::new();
            for step in &steps {
                match step {
                    Step::Kept { old: o, new: n, .. } => {
                        old.push(*o);
                        new.push(*n);
                    }
                    Step::Removed(o) => old.push(*o),
                    Step::Added(n) => new.push(*n),
                }
            }
            old.sort_unstable();
            new.sort_unstable();
            prop_assert_eq!(old, (0..before.len()).collect::<Vec<_>>());
            prop_assert_eq!(new, (0..after.len()).collect::<Vec<_>>());
        }

        #[test]
        fn what_did_not_move_kept_its_order(numbers in Just((0_usize..9).collect::<Vec<_>>()).prop_shuffle()) {
            let kept = in_order(&numbers);
            let row: Vec<usize> = numbers.iter().copied().filter(|number| kept.contains(number)).collect();
            prop_assert!(row.is_sorted());
            let rising = (1..=9).rev().find(|length| subsequences(&numbers, *length));
            prop_assert_eq!(Some(row.len()), rising);
        }
    }

    /// Whether some numbers of so many rise: tried one by one.
    fn subsequences(numbers: &[usize], length: usize) -> bool {
        (0_u32..1 << numbers.len())
            .filter(|mask| mask.count_ones() as usize == length)
            .any(|mask| {
                let chosen = numbers.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
                chosen.map(|(_, number)| number).is_sorted()
            })
    }
}
