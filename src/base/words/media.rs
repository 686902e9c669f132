//! What media are, and how far they have come.

words! {
    /// What a medium is (the Mastodon API's words).
    MediumKind {
        /// Not known yet.
        Unknown = 0 "unknown",
        /// A picture.
        Image = 1 "image",
        /// A video without sound that plays in a circle.
        Gifv = 2 "gifv",
        /// A video.
        Video = 3 "video",
        /// A sound.
        Audio = 4 "audio",
    }

    /// How far a medium has come.
    MediumState {
        /// Waits to be worked on, or is being worked on.
        Waiting = 0 "waiting",
        /// May be shown.
        Ready = 1 "ready",
        /// Nothing could be made of it.
        Failed = 2 "failed",
    }

    /// What a medium is for.
    MediumPlace {
        /// A post.
        Attachment = 0 "attachment",
        /// An account's avatar.
        Avatar = 1 "avatar",
        /// An account's header.
        Header = 2 "header",
    }
}
