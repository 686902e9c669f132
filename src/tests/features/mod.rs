//! The rooms of `features/`, on both databases.

mod accounts;
mod membership_walk;
mod memberships;
mod moderation;
mod notifications;
mod partnership;
mod seats;
mod sessions;
