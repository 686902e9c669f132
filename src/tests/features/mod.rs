//! The rooms of `features/`, on both databases.

mod accounts;
mod leaving;
mod membership_walk;
mod memberships;
mod moderation;
mod notifications;
mod rosters;
mod seats;
mod sessions;
