//! When so many leave at once that somebody else must look (security.md S142).
//!
//! Pure. Source: membership.md 5.

/// Most people who may leave within an hour without a second look.
const PEOPLE_MAX: i64 = 20;
/// From so many on the share counts.
const SHARE_FROM: i64 = 5;

/// Whether `leavers` within an hour (the present one included) of `staff` people (these included) are too many to be
/// believed at once: more than 20, or at least 5 and more than a tenth.
pub fn is_mass(leavers: i64, staff: i64) -> bool {
    leavers > PEOPLE_MAX || (leavers >= SHARE_FROM && leavers.saturating_mul(10) > staff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s142_the_bounds_are_those_that_were_agreed() {
        assert!(!is_mass(20, 100_000) && is_mass(21, 100_000));
        assert!(!is_mass(4, 4) && is_mass(5, 49) && !is_mass(5, 50) && is_mass(6, 50));
    }

    proptest! {
        #[test]
        fn s142_one_more_leaver_never_makes_it_less_suspicious(leavers in 0..200_i64, staff in 0..5000_i64) {
            prop_assert!(!is_mass(leavers, staff) || is_mass(leavers + 1, staff));
        }
    }
}
