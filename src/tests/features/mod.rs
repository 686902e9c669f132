//! The rooms of `features/`, on both databases.

mod accounts;
mod asks_elsewhere;
mod audit;
mod backfills;
mod expiry;
mod ladder;
mod leaving;
mod membership_walk;
mod memberships;
mod moderation;
mod modlog;
mod moves;
mod notifications;
mod orders;
mod partnership;
mod peers;
mod policies;
mod quotes;
mod recovery;
mod retractions;
mod rosters;
mod seats;
mod sessions;
mod stages;
mod watch;
