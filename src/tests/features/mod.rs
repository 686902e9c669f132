//! The rooms of `features/`, on both databases.

mod accounts;
mod sessions;
