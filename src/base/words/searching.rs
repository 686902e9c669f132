//! Whose searches find a post.

words! {
    /// Who may find a post by a search, in the words of its author (FEP-268d; FEP-5feb).
    Searchable {
        /// The author says nothing.
        Unsaid = 0 "unsaid",
        /// Everybody who may see it.
        Everyone = 1 "everyone",
        /// The author's followers.
        Followers = 2 "followers",
        /// Nobody else.
        Nobody = 3 "nobody",
    }
}
