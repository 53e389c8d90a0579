//! Where somebody is in the tour.

/// How many steps it has.
pub const TOUR_STEPS: usize = 6;

/// One of its steps, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tour(usize);

impl Tour {
    /// The one after it, if there is one.
    pub fn next(self) -> Option<Self> {
        (self.0 + 1 < TOUR_STEPS).then_some(Self(self.0 + 1))
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Which it is, from 1.
    pub fn number(self) -> usize {
        self.0 + 1
    }

    pub fn is_about_the_queue(self) -> bool {
        self.0 == 0 || self.0 + 1 == TOUR_STEPS
    }
}
