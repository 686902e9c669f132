//! Communities and seats as our own API shows them (`contract.md`).

use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        words::{History, JoinRule, Level, Role, SeatStatus, Stage, Stakeholder},
    },
    features::{communities::moves, memberships},
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
    history: History,
    policy_required: bool,
    stakeholders_shown: bool,
    log_public: bool,
    newcomer_posts: i64,
    succeeded_by: Option<AccountId>,
    /// The id of the community as which it goes on on another node.
    moved_to: Option<String>,
    also_known_as: Vec<String>,
    url: String,
    uri: String,
    /// Counts are none where only members may know them.
    members_count: Option<i64>,
    followers_count: Option<i64>,
    posts_count: Option<i64>,
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
    stakeholder: Stakeholder,
    /// Whether it is held through an organisation.
    through_organisation: bool,
    asked_at: Stamp,
    /// Since when it is as it is.
    since: Stamp,
    expires_at: Option<Stamp>,
    /// Whether it gives anything now.
    usable: bool,
    /// Why it gives nothing: why it ended, waits, or cannot be used at present.
    reason: Option<String>,
}

impl Membership {
    /// `not_usable` says why an active seat cannot be used now.
    fn of(seat: &Seat, not_usable: Option<String>) -> Self {
        let is_active = seat.status == SeatStatus::Active;
        let said = (!is_active && !seat.reason.is_empty()).then(|| seat.reason.clone());
        Self {
            status: seat.status,
            role: is_active.then_some(seat.role),
            stakeholder: seat.stakeholder,
            through_organisation: !seat.organisation.is_empty(),
            asked_at: seat.asked_at,
            since: seat.updated_at,
            expires_at: seat.expires_at,
            usable: is_active && not_usable.is_none(),
            reason: not_usable.or(said),
        }
    }
}

/// `communities` as `viewer` sees them, in their order: two statements more for any number, and one for each seat of the viewer
/// that cannot be used now.
pub async fn communities(app: &App, viewer: Option<AccountId>, communities: Vec<(Account, Community)>) -> Result<Vec<Shown>> {
    let ids: Vec<AccountId> = communities.iter().map(|(account, _)| account.id).collect();
    let mut seats: HashMap<AccountId, (Seat, Option<String>)> = HashMap::new();
    if let Some(viewer) = viewer {
        let found = memberships::queries::seats_of(&app.store, viewer, &ids).await?;
        let unusable = memberships::queries::unusable(&app.store, viewer, &ids).await?;
        for seat in found {
            let is_out = unusable.contains(&seat.community_id);
            let why = if is_out { memberships::queries::why_not_usable(&app.store, &seat).await? } else { None };
            seats.insert(seat.community_id, (seat, why.map(|why| why.to_string())));
        }
    }
    Ok(communities.into_iter().map(|(account, facts)| show(app, &account, facts, seats.get(&account.id))).collect())
}

fn show(app: &App, account: &Account, facts: Community, seat: Option<&(Seat, Option<String>)>) -> Shown {
    let host = if account.is_local() { app.origin.authority().to_owned() } else { account.host.clone() };
    let is_counted = facts.stage == Stage::Public || seat.is_some_and(|(seat, _)| seat.status == SeatStatus::Active);
    let also_known_as = moves::aliases(&facts);
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
        history: facts.history,
        policy_required: facts.policy_required,
        stakeholders_shown: facts.stakeholders_shown,
        log_public: facts.log_public,
        newcomer_posts: facts.newcomer_posts,
        succeeded_by: facts.succeeded_by,
        also_known_as,
        moved_to: Some(app.origin.absolute(&facts.moved_to)).filter(|_| !facts.moved_to.is_empty()),
        url: app.origin.absolute(&account.url),
        uri: app.origin.absolute(&account.uri),
        members_count: is_counted.then_some(facts.members_count),
        followers_count: is_counted.then_some(account.followers_count),
        posts_count: is_counted.then_some(account.posts_count),
        created_at: facts.created_at,
        closed_at: facts.closed_at,
        membership: seat.map(|(seat, why)| Membership::of(seat, why.clone())),
    }
}

/// The title shown for a community: its name where it has none.
pub fn title(account: &Account) -> String {
    account.name().to_owned()
}
