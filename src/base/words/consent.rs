//! Who may quote whom, and whose notifications come.

words! {
    /// Who may quote a post, as its author says.
    Quotable {
        /// Everybody.
        Everyone = 0 "public",
        /// Whoever follows its author.
        Followers = 1 "followers",
        /// Its author alone.
        Nobody = 2 "nobody",
        /// Whom its author, on another server, lets.
        Asked = 3 "manual",
    }

    /// What happens to notifications by people whom somebody does not know.
    Handling {
        /// They come.
        Accept = 0 "accept",
        /// They wait as a request.
        Filter = 1 "filter",
        /// They go.
        Drop = 2 "drop",
    }

    /// What came of asking to quote somebody's post.
    QuoteAnswer {
        /// Nothing yet.
        None = 0 "pending",
        /// They said no.
        Refused = 1 "rejected",
        /// They said yes, and took it back.
        TakenBack = 2 "revoked",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro makes the enum and knows of no default")]
impl Default for Quotable {
    fn default() -> Self {
        Self::Everyone
    }
}
