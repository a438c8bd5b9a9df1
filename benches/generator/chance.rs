//! Pseudo-random numbers (SplitMix64), a stream of its own for each row.

/// Odd constants that keep the streams of neighbouring tables and rows apart.
const STREAM_STEP: u64 = 0x9E37_79B9_7F4A_7C15;
const ROW_STEP: u64 = 0xD1B5_4A32_D192_ED03;

/// The numbers of one row.
pub(super) struct Chance(u64);

impl Chance {
    /// The numbers of row `row` in the stream `stream` of `seed`.
    pub(super) fn new(seed: u64, stream: u64, row: u64) -> Chance {
        let mut chance = Chance(seed ^ stream.wrapping_mul(STREAM_STEP) ^ row.wrapping_mul(ROW_STEP));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STREAM_STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, each as likely as the others.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A number below `limit`, small ones far more often, as with words of a language.
    pub(super) fn skewed_below(&mut self, limit: u64) -> u64 {
        let (first, second, third) = (self.below(limit), self.below(limit), self.below(limit));
        first.min(second).min(third)
    }

    /// One of `choices`, the first ones more often.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.skewed_below(choices.len() as u64) as usize]
    }
}
