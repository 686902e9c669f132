//! Words about mails to the people of this node.

words! {
    /// What a mail to somebody of this node, or who wants to be, is for.
    LetterKind {
        /// A link that confirms the address of who signed up.
        Confirm = 0 "confirm",
        /// Tells the holder of an address that somebody signed up with it, though it has an account.
        Known = 1 "known",
        /// A link that confirms a new address of an account.
        Change = 2 "change",
        /// Tells the address before it that an account has another one now.
        Changed = 3 "changed",
        /// A link that sets a new password.
        Reset = 4 "reset",
        /// Tells that the password was changed.
        Password = 5 "password",
        /// An administrator has approved the account.
        Approved = 6 "approved",
        /// An administrator has not.
        Rejected = 7 "rejected",
        /// The second step of logging in was switched on or off.
        SecondFactor = 8 "second_factor",
    }
}
