//! The outbox of a community elsewhere in which somebody of ours is: what was in it before, newest first.
//!
//! Asked for by the node, as everything; what we may see of it the community's node decides, by the seats that our people
//! hold (`membership.md` 6).

use super::{
    Found, collection, rest_of,
    taking::{Place, What},
};
use crate::{
    base::{error::Result, words::Level},
    features::{accounts, backfills::Progress, peers},
    federation::{
        Federation,
        activities::announce::{is_of_interest, is_private},
        fetch::{self, Failure},
        objects::Fields,
    },
    net::Budget,
    store::{
        Source,
        tables::{Account, Backfill},
    },
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Fetches for one page: most of a list whose items must be looked at where they are.
const FETCHES: u32 = 60;
/// Time for one page.
const TIME: Duration = Duration::from_secs(60);

/// In which order a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// An outbox.
    NewestFirst,
    /// A thread.
    OldestFirst,
}

/// Whether a community's node tells what is in a thread of it: one of ours does.
pub async fn tells_threads(from: &impl Source, group: &Account) -> Result<bool> {
    Ok(peers::find(from, &group.host).await?.is_some_and(|peer| peer.level == Level::Intermoot))
}

/// What one page of a community elsewhere costs at most.
pub fn budget() -> Budget {
    Budget::new(FETCHES, TIME)
}

/// Reads the next page.
pub async fn step(federation: &Federation, row: &Backfill) -> Result<Found, Failure> {
    let store = &federation.app.store;
    let group = accounts::queries::by_uri(store, &row.subject).await?;
    let Some(group) = group.filter(|group| group.is_community() && !group.is_local() && group.is_active()) else {
        return Ok(Found::default());
    };
    if !is_of_interest(store, &group).await? {
        return Ok(Found::default());
    }
    let budget = budget();
    let url = match rest_of(row).first() {
        Some(next) => fetch::address("the id of a community", next)?,
        None => outbox(federation, &group, &budget).await.map_err(hidden)?,
    };
    read(federation, group, (url, Order::NewestFirst), &budget).await.map_err(hidden)
}

/// What is not there may be hidden from us for now: a seat of ours may just have become usable.
fn hidden(failure: Failure) -> Failure {
    match failure {
        Failure::Gone(sentence, false) => Failure::Passing(sentence),
        failure => failure,
    }
}

/// The page of a community's list at `url`.
pub async fn read(federation: &Federation, group: Account, (url, order): (Url, Order), budget: &Budget) -> Result<Found, Failure> {
    let is_private = is_private(&federation.app.store, &group).await?;
    let mut page = collection::read(federation, &url, budget).await?;
    if order == Order::NewestFirst {
        page.items.reverse();
    }
    let place = Place { federation, group: Arc::new(group), is_private };
    let mut found = Found::default();
    for item in &page.items {
        match place.announced(item, budget).await {
            Ok(taken) => found.posts.extend(taken),
            Err(Failure::Passing(sentence)) => found.again = Some(sentence),
            Err(failure) => tracing::debug!(%failure, group = place.group.uri, "an item of a community's list is not taken"),
        }
    }
    if budget.left() == 0 {
        found.again = Some("there was more on the page than one step may fetch".into());
    }
    let new = found.posts.iter().filter(|taken| matches!(taken.what, What::New { .. })).count();
    found.progress = Progress { rest: page.next.into_iter().collect(), posts: i64::try_from(new).unwrap_or(i64::MAX) };
    Ok(found)
}

/// Where a community's outbox is, as its document says now; on its own server.
pub async fn outbox(federation: &Federation, group: &Account, budget: &Budget) -> Result<Url, Failure> {
    let at = fetch::address("the id of a community", &group.uri)?;
    let document = fetch::document(federation, &at, budget).await?;
    let outbox = Fields::of(&document).and_then(|fields| fields.further("outbox", &at));
    outbox.ok_or_else(|| Failure::Refused("this community has no outbox".into()))
}

/// Where the acts in the thread of the post `uri` are listed (FEDERATION.md, "Addresses").
pub fn thread_of(mut outbox: Url, uri: &str) -> Url {
    outbox.query_pairs_mut().clear().append_pair("page", "true").append_pair("thread", uri);
    outbox
}
