//! Communities and seats as our own API shows them (`contract.md`).

use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        words::{JoinRule, Level, Role, SeatStatus, Stage},
    },
    features::memberships,
    store::tables::{Account, Community, Seat},
};
use serde::Serialize;
use std::collections::HashMap;

/// A community, here or elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its id; the account of the same id is what the Mastodon API shows.
    pub id: AccountId,
    name: String,
    acct: String,
    host: String,
    title: String,
    purpose: String,
    stage: Stage,
    join: JoinRule,
    question: String,
    least_level: Level,
    announce_replies: bool,
    newcomer_posts: i64,
    log_public: bool,
    url: String,
    uri: String,
    members_count: i64,
    followers_count: i64,
    posts_count: i64,
    created_at: Stamp,
    closed_at: Option<Stamp>,
    membership: Option<Membership>,
}

/// The caller's own seat.
#[derive(Clone, Debug, Serialize)]
pub struct Membership {
    status: SeatStatus,
    /// None unless the seat is active.
    role: Option<Role>,
    asked_at: Stamp,
    /// Why it ended.
    reason: Option<String>,
}

impl From<&Seat> for Membership {
    fn from(seat: &Seat) -> Self {
        let role = (seat.status == SeatStatus::Active).then_some(seat.role);
        let reason = (seat.status == SeatStatus::Ended && !seat.reason.is_empty()).then(|| seat.reason.clone());
        Self { status: seat.status, role, asked_at: seat.asked_at, reason }
    }
}

/// `communities` as `viewer` sees them, in their order: one statement more for any number.
pub async fn communities(app: &App, viewer: Option<AccountId>, communities: Vec<(Account, Community)>) -> Result<Vec<Shown>> {
    let ids: Vec<AccountId> = communities.iter().map(|(account, _)| account.id).collect();
    let mut seats: HashMap<AccountId, Seat> = HashMap::new();
    if let Some(viewer) = viewer {
        let found = memberships::queries::seats_of(&app.store, viewer, &ids).await?;
        seats.extend(found.into_iter().map(|seat| (seat.community_id, seat)));
    }
    Ok(communities.into_iter().map(|(account, facts)| show(app, &account, facts, seats.get(&account.id))).collect())
}

fn show(app: &App, account: &Account, facts: Community, seat: Option<&Seat>) -> Shown {
    let host = if account.is_local() { app.origin.authority().to_owned() } else { account.host.clone() };
    Shown {
        id: account.id,
        name: account.username.clone(),
        acct: account.acct(),
        host,
        title: title(account),
        purpose: facts.purpose,
        stage: facts.stage,
        join: facts.join_rule,
        question: facts.question,
        least_level: facts.least_level,
        announce_replies: facts.announce_replies,
        newcomer_posts: facts.newcomer_posts,
        log_public: facts.log_public,
        url: app.origin.absolute(&account.url),
        uri: app.origin.absolute(&account.uri),
        members_count: facts.members_count,
        followers_count: account.followers_count,
        posts_count: account.posts_count,
        created_at: facts.created_at,
        closed_at: facts.closed_at,
        membership: seat.map(Membership::from),
    }
}

/// The title shown for a community: its name where it has none.
pub fn title(account: &Account) -> String {
    if account.display_name.is_empty() { account.username.clone() } else { account.display_name.clone() }
}
