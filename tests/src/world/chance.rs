//! Chance that follows from a seed: the same world again, as often as wanted.

use std::sync::{Mutex, PoisonError};

/// Draws numbers that follow from a seed (SplitMix64).
#[derive(Debug)]
pub struct Chance(Mutex<u64>);

impl Chance {
    /// Starts the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// Draws any number.
    pub fn draw(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below a bound; 0 for a bound of 0.
    pub fn below(&self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.draw() % bound as u64) as usize }
    }

    /// Says yes so many times in a thousand.
    pub fn one_in_a_thousand(&self, times: u32) -> bool {
        self.below(1000) < times as usize
    }

    /// Picks one of several.
    ///
    /// # Panics
    /// If there is nothing to pick from.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        from.get(self.below(from.len())).expect("something to pick from")
    }
}
