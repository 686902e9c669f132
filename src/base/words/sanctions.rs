//! What administrators do about accounts and networks, in the words of Mastodon's API.

words! {
    /// What an administrator does about an account.
    Sanction {
        /// Nothing but telling the person something.
        Warn = 0 "none",
        /// Its files stand behind a warning.
        Sensitive = 1 "sensitive",
        /// It cannot log in.
        Disable = 2 "disable",
        /// Only those who follow it hear it.
        Silence = 3 "silence",
        /// It takes no part any more.
        Suspend = 4 "suspend",
    }

    /// What people who come from a network may not do.
    NetworkSeverity {
        /// Sign up without an administrator's yes.
        Approval = 0 "sign_up_requires_approval",
        /// Sign up.
        NoSignUp = 1 "sign_up_block",
        /// Anything.
        NoAccess = 2 "no_access",
    }
}
