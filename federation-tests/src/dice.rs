//! Chance with a seed: the same seed gives the same run.
//!
//! The seed is printed by every test that rolls, and taken from `INTERMOOT_SEED` when that is set.
//! Generator: SplitMix64 (Steele, Lea, Flood 2014).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A seeded source of chance.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
    seed: u64,
}

impl Dice {
    /// Dice with the given seed.
    pub fn seeded(seed: u64) -> Self {
        Self { state: seed, seed }
    }

    /// Dice seeded by `INTERMOOT_SEED`, or by the clock; the seed is printed with `what`.
    pub fn for_run(what: &str) -> Self {
        let given = std::env::var("INTERMOOT_SEED").ok().and_then(|text| text.trim().parse().ok());
        let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_micros() as u64));
        eprintln!("{what}: seed {seed} (repeat with INTERMOOT_SEED={seed})");
        Self::seeded(seed)
    }

    /// The seed these dice started from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `below` − 1 (0 when `below` is 0).
    pub fn below(&mut self, below: u64) -> u64 {
        if below == 0 { 0 } else { self.roll() % below }
    }

    /// A time span between the two, in milliseconds, both included.
    pub fn milliseconds(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to.saturating_sub(from) + 1))
    }

    /// True once in `n` rolls on average.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Puts a list into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            list.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_rolls() {
        let roll = |seed| {
            let mut d = Dice::seeded(seed);
            (0..8).map(|_| d.roll()).collect::<Vec<_>>()
        };
        assert_eq!(roll(7), roll(7));
        assert_ne!(roll(7), roll(8));
    }

    #[test]
    fn shuffling_keeps_every_element() {
        let mut list: Vec<u32> = (0..50).collect();
        Dice::seeded(3).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_span_stays_between_its_ends() {
        let mut dice = Dice::seeded(11);
        for _ in 0..1000 {
            let span = dice.milliseconds(5, 9).as_millis();
            assert!((5..=9).contains(&span));
        }
    }
}
