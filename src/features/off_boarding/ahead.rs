//! What an off-boarding will do, counted before it is done.

use super::{affiliations, is_one_of_many};
use crate::{
    base::{error::Result, id::AccountId, words::SeatStatus},
    sql,
    store::{Source, list},
};
use sea_orm::FromQueryResult;

/// What will end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Browsers and apps that are logged in.
    pub sessions: i64,
    /// Posts to come.
    pub scheduled: i64,
    /// Invitations by address that nobody accepted yet.
    pub invitations: i64,
    /// Guests whom they answer for.
    pub guests: i64,
    /// Seats in communities here that are held through the organisation.
    pub seats_here: i64,
    /// The same elsewhere.
    pub seats_elsewhere: i64,
    /// The hosts of those: who is told, and confirms.
    pub hosts: Vec<String>,
    /// Whether so many left within an hour that another administrator has to confirm it.
    pub is_held: bool,
}

#[derive(FromQueryResult)]
struct Counts {
    sessions: i64,
    tokens: i64,
    scheduled: i64,
    invitations: i64,
    guests: i64,
}

#[derive(FromQueryResult)]
struct Held {
    host: String,
    seats: i64,
}

/// What off-boarding `account` will do, as things are now.
pub async fn ahead(from: &impl Source, account: AccountId) -> Result<Ahead> {
    let counts: Option<Counts> = sql!(
        "SELECT (SELECT COUNT(*) FROM sessions WHERE account_id = {}) AS sessions, (SELECT COUNT(*) FROM tokens WHERE account_id = {}) AS tokens, \
         (SELECT COUNT(*) FROM scheduled_posts WHERE account_id = {} AND refused_at IS NULL) AS scheduled, \
         (SELECT COUNT(*) FROM invitations WHERE inviter_id = {} AND accepted_at IS NULL AND ended_at IS NULL) AS invitations, \
         (SELECT COUNT(*) FROM users WHERE sponsor_id = {} AND is_guest) AS guests",
        account,
        account,
        account,
        account,
        account
    )
    .one(from)
    .await?;
    let seats: Vec<Held> = sql!(
        "SELECT c.host, COUNT(*) AS seats FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.account_id = {} \
         AND s.organisation = {} AND s.status IN {} GROUP BY c.host ORDER BY c.host",
        account,
        affiliations::OURS,
        list(&[SeatStatus::Invited, SeatStatus::Requested, SeatStatus::Active])
    )
    .all(from)
    .await?;
    let is_held = is_one_of_many(from).await?;
    let (here, elsewhere): (Vec<&Held>, Vec<&Held>) = seats.iter().partition(|held| held.host.is_empty());
    let sum = |held: &[&Held]| held.iter().map(|held| held.seats).sum();
    Ok(Ahead {
        sessions: counts.as_ref().map_or(0, |counts| counts.sessions + counts.tokens),
        scheduled: counts.as_ref().map_or(0, |counts| counts.scheduled),
        invitations: counts.as_ref().map_or(0, |counts| counts.invitations),
        guests: counts.as_ref().map_or(0, |counts| counts.guests),
        seats_here: sum(&here),
        seats_elsewhere: sum(&elsewhere),
        hosts: elsewhere.iter().map(|held| held.host.clone()).collect(),
        is_held,
    })
}
