//! The rooms of `features/`, on both databases.

mod accounts;
mod asks_elsewhere;
mod ladder;
mod membership_walk;
mod memberships;
mod moderation;
mod notifications;
mod seats;
mod sessions;
mod stages;
