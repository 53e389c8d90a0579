//! Pseudo-random choices that a seed repeats.

/// What every run takes unless it is told otherwise, so that a failure in CI is one everywhere.
const SEED: u64 = 20_261_121;

/// The seed of this run; said when the test fails.
pub struct Seed(pub u64);

impl Seed {
    pub fn of_this_run() -> Self {
        let given = std::env::var("SIGNOFF_SEED").ok();
        Self(given.map_or(SEED, |seed| seed.parse().unwrap()))
    }
}

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "a failure is repeated with it")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("SIGNOFF_SEED={}", self.0);
        }
    }
}

/// `SplitMix64`: small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A stream of its own for each `part` of a run.
    pub fn of(seed: &Seed, part: u64) -> Self {
        let mut chance = Self(seed.0 ^ part.wrapping_mul(0xA076_1D64_78BD_642F));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap();
            all.swap(last, other);
        }
    }
}
