//! The rooms of `features/`, on both databases.

mod accounts;
mod asks_elsewhere;
mod audit;
mod ladder;
mod membership_walk;
mod memberships;
mod moderation;
mod notifications;
mod partnership;
mod policies;
mod recovery;
mod seats;
mod sessions;
mod stages;
