//! To which inboxes things go.

use super::House;
use crate::{
    base::{
        config::Widest,
        error::Result,
        id::{AccountId, InboxId},
        words::{Audience, Stage},
    },
    features::{
        accounts,
        communities::{self, seats},
        relationships,
    },
    federation::objects::note::Facts,
    store::tables::{Account, Post},
};

/// How far a post outside communities reaches at most, now.
async fn widest(house: House<'_>) -> Result<Widest> {
    house.federation.app.widest_outside_communities(house.tx).await
}

/// Where a post of ours itself goes, beside what a community of ours passes on.
pub async fn of_post(house: House<'_>, post: &Post, facts: &Facts) -> Result<Vec<InboxId>> {
    let community = facts.community.as_ref().filter(|_| post.audience != Audience::Direct);
    let mut targets = Vec::new();
    match community {
        Some((_, Stage::Local)) => return Ok(targets),
        // In a community that is not public its node is the only door (decisions.md 5).
        Some((group, stage)) if *stage != Stage::Public => return Ok(group.delivery_inbox.into_iter().collect()),
        Some((group, _)) => targets.extend(group.delivery_inbox),
        // For this node's people alone.
        None if post.audience == Audience::Members => return Ok(targets),
        None if post.audience == Audience::Followers && widest(house).await? == Widest::Local => return Ok(targets),
        None => {}
    }
    targets.extend(facts.named.iter().filter_map(|named| named.delivery_inbox));
    if post.audience != Audience::Direct {
        targets.extend(facts.answered.iter().filter_map(|answered| answered.delivery_inbox));
    }
    let is_for_followers = match post.audience {
        Audience::Public => true,
        Audience::Unlisted | Audience::Followers => community.is_none(),
        Audience::Members | Audience::Direct => false,
    };
    if is_for_followers {
        targets.extend(relationships::queries::follower_inboxes(house.tx, post.author_id).await?);
    }
    Ok(targets)
}

/// Where a community of ours passes things on: to its followers and the hosts of its members where it is public, else to
/// those hosts alone, one inbox each (membership.md 6); nowhere from a local one.
pub async fn readers(house: House<'_>, community: AccountId) -> Result<Vec<InboxId>> {
    match communities::queries::by_id(house.tx, community).await?.map(|about| about.stage) {
        None | Some(Stage::Local) => Ok(Vec::new()),
        Some(Stage::Public) => {
            let mut to = followers(house, community).await?;
            to.extend(seats::inboxes(house.tx, community).await?);
            Ok(to)
        }
        Some(Stage::Partners | Stage::Federated) => seats::inboxes(house.tx, community).await,
    }
}

/// The inboxes of an account's followers elsewhere.
pub async fn followers(house: House<'_>, of: AccountId) -> Result<Vec<InboxId>> {
    relationships::queries::follower_inboxes(house.tx, of).await
}

/// An account, be it gone or not: its end is told too.
pub async fn account(house: House<'_>, id: AccountId) -> Result<Option<Account>> {
    accounts::queries::by_id(house.tx, id).await
}

/// Those of `some` that are not among `others`.
pub fn without(some: Vec<InboxId>, others: &[InboxId]) -> Vec<InboxId> {
    some.into_iter().filter(|inbox| !others.contains(inbox)).collect()
}
