//! What readers arrange for themselves.

words! {
    /// What happens to a post that a filter finds.
    FilterAction {
        /// It is folded up, with a word why.
        Warn = 0 "warn",
        /// It is left out.
        Hide = 1 "hide",
        /// Its media are hidden at first.
        Blur = 2 "blur",
    }

    /// Where a filter looks. The number is that of its bit in the database.
    FilterContext {
        /// Home and lists.
        Home = 0 "home",
        /// Notifications.
        Notifications = 1 "notifications",
        /// Public and tag timelines.
        Public = 2 "public",
        /// Threads.
        Thread = 3 "thread",
        /// Profiles.
        Account = 4 "account",
    }

    /// Which answers stand in a list.
    RepliesPolicy {
        /// Those to people in it.
        List = 0 "list",
        /// Those to anybody one follows.
        Followed = 1 "followed",
        /// None.
        None = 2 "none",
    }
}

impl FilterContext {
    /// Its bit.
    pub fn bit(self) -> i16 {
        1 << self as i16
    }

    /// Those in a column of bits, in order.
    pub fn of_bits(bits: i16) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|context| bits & context.bit() != 0).collect()
    }

    /// The column of bits for `contexts`.
    pub fn bits(contexts: &[Self]) -> i16 {
        contexts.iter().fold(0, |bits, context| bits | context.bit())
    }
}
