//! What came and went since it was last said.

use std::collections::BTreeMap;

/// New numbers, and how many were settled by whom.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct News {
    arrived: Vec<u32>,
    settled: BTreeMap<String, usize>,
}

impl News {
    pub fn arrive(&mut self, number: u32) {
        self.arrived.push(number);
    }

    /// What went before it was told came and went.
    pub fn settle(&mut self, number: Option<u32>, by: &str) {
        self.arrived.retain(|arrived| Some(*arrived) != number);
        *self.settled.entry(by.to_owned()).or_default() += 1;
    }

    /// Whether something came that was not told.
    pub fn has_arrivals(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// All of it as a sentence, once.
    pub fn take(&mut self) -> Option<String> {
        let News { arrived, settled } = std::mem::take(self);
        let mut parts = Vec::new();
        match arrived.as_slice() {
            [] => {}
            [one] => parts.push(format!("1 new: {one}")),
            [first, .., last] => parts.push(format!("{} new: {first} to {last}", arrived.len())),
        }
        let by: Vec<String> = settled.iter().map(|(by, count)| format!("{count} by {by}")).collect();
        if !by.is_empty() {
            parts.push(format!("settled: {}", by.join(", ")));
        }
        (!parts.is_empty()).then(|| format!("Meanwhile {}.", parts.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_told_once_and_what_came_and_went_is_not_called_new() {
        let mut news = News::default();
        for number in [7, 8, 9] {
            news.arrive(number);
        }
        news.settle(Some(8), "bo");
        news.settle(Some(2), "the gate");
        news.settle(Some(3), "bo");
        let told = "Meanwhile 2 new: 7 to 9; settled: 2 by bo, 1 by the gate.";
        assert_eq!(news.take().as_deref(), Some(told));
        assert_eq!(news.take(), None);
    }
}
