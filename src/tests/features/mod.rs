//! The rooms of `features/`, on both databases.

mod accounts;
mod membership_walk;
mod memberships;
mod notifications;
mod sessions;
