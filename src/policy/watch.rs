//! What is unusual for a partner: far more acts in an hour than it is known for (S113). Pure.

/// Hours that count as known at least: whoever is a partner since yesterday has no usual rate yet.
const HOURS_LEAST: i64 = 24;

/// Where unusual begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So many acts in an hour are never unusual.
    pub least: i64,
    /// So many times the mean hour is; 0: nothing is.
    pub times: i64,
}

/// What a partner did in one of the hours before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Its acts.
    pub acts: i64,
    /// Above which number it was unusual, if it was.
    pub alarmed_above: Option<i64>,
}

/// How many acts in this hour are still usual, given what was done in `past`, which lies within the last `hours` hours; none
/// where nothing is ever unusual. An hour that was unusual counts with what would still have been usual then: whoever floods
/// does not make floods usual at once, and a partner that grows is known for it after some days.
pub fn most(bounds: Bounds, past: &[Hour], hours: i64) -> Option<i64> {
    if bounds.times <= 0 {
        return None;
    }
    let counted = |hour: &Hour| hour.alarmed_above.map_or(hour.acts, |most| most.min(hour.acts)).max(0);
    let total = past.iter().map(counted).fold(0, i64::saturating_add);
    let usual = total.saturating_mul(bounds.times) / hours.max(HOURS_LEAST);
    Some(usual.max(bounds.least))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds { least: 100, times: 10 };

    fn hour(acts: i64) -> Hour {
        Hour { acts, alarmed_above: None }
    }

    #[test]
    fn s113_what_is_usual_follows_the_mean_and_never_falls_below_the_least() {
        assert_eq!(most(BOUNDS, &[], 0), Some(100), "a new partner");
        assert_eq!(most(BOUNDS, &[hour(240)], 1), Some(100), "one busy hour of a new partner is no habit");
        assert_eq!(most(BOUNDS, &[hour(240); 24], 24), Some(2400));
        assert_eq!(most(BOUNDS, &[hour(240); 24], 168), Some(342), "quiet hours have no rows and count");
        assert_eq!(most(Bounds { times: 0, ..BOUNDS }, &[hour(9)], 24), None);
    }

    #[test]
    fn s113_a_flood_does_not_make_floods_usual() {
        let calm = [hour(10); 100];
        let flood = Hour { acts: 1_000_000, alarmed_above: Some(100) };
        let after: Vec<Hour> = calm.into_iter().chain([flood]).collect();
        assert!(most(BOUNDS, &after, 168) < Some(200), "{:?}", most(BOUNDS, &after, 168));
    }

    fn hours() -> impl Strategy<Value = Vec<Hour>> {
        let one = (0..1_000_000_i64, proptest::option::of(0..10_000_i64));
        proptest::collection::vec(one.prop_map(|(acts, alarmed_above)| Hour { acts, alarmed_above }), 0..168)
    }

    proptest! {
        #[test]
        fn s113_nothing_lowers_the_least_and_an_alarm_never_raises_the_bound(past in hours(), span in 0..200_i64) {
            let bound = most(BOUNDS, &past, span).unwrap();
            prop_assert!(bound >= BOUNDS.least);
            let quiet: Vec<Hour> = past.iter().map(|hour| Hour { alarmed_above: None, ..*hour }).collect();
            prop_assert!(bound <= most(BOUNDS, &quiet, span).unwrap());
        }
    }
}
