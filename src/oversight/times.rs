//! How long people took, as two quantiles of a set of times.

use serde::Serialize;

/// Quantiles of a number of times, in milliseconds; none of an empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    pub n: u64,
    pub median_ms: Option<i64>,
    pub p95_ms: Option<i64>,
}

impl Times {
    pub(super) fn of(mut times: Vec<i64>) -> Self {
        times.sort_unstable();
        Self {
            n: times.len() as u64,
            median_ms: nearest_rank(&times, 50),
            p95_ms: nearest_rank(&times, 95),
        }
    }
}

/// The smallest of the sorted values that at least `percent` in 100 of them do not exceed.
fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: impl IntoIterator<Item = i64>) -> (u64, Option<i64>, Option<i64>) {
        let times = Times::of(times.into_iter().collect());
        (times.n, times.median_ms, times.p95_ms)
    }

    #[test]
    fn a_quantile_is_one_of_the_values_by_nearest_rank() {
        assert_eq!(of([]), (0, None, None));
        assert_eq!(of([7]), (1, Some(7), Some(7)));
        assert_eq!(of([9, 1]), (2, Some(1), Some(9)));
        assert_eq!(of([3, 1, 2]), (3, Some(2), Some(3)));
        assert_eq!(of((1..=20).rev()), (20, Some(10), Some(19)));
        assert_eq!(of(1..=21), (21, Some(11), Some(20)));
        assert_eq!(of(1..=100), (100, Some(50), Some(95)));
    }
}
