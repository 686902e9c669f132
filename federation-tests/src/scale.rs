//! How large the tests of reliability are: small enough for every run, or as the design states them.

/// Whether `INTERMOOT_RELIABILITY=full` asks for the full figures (`scripts/reliability`).
pub fn is_full() -> bool {
    std::env::var("INTERMOOT_RELIABILITY").is_ok_and(|text| text == "full")
}

/// The size of something: `usual`, or `full` where that is asked for.
pub fn sized(usual: usize, full: usize) -> usize {
    if is_full() { full } else { usual }
}
