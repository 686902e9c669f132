//! What is missing of a thread: of the collections `context` (FEP-7888, FEP-f228) and `replies` of its first post, or, in a
//! community that is not public or tells it, of that community's list.
//!
//! What is listed is fetched where it is, so a list may lead anywhere: but to each other server a few times only, and to all
//! of them as often as the thread may cost (S67 to S69). A list on `replies` leads on to those of new answers.

use super::{
    Found, collection,
    community::{self, Order},
    rest_of, standing,
    taking::{self, Taken, What},
    wanting::{Door, door},
};
use crate::{
    base::{host, words::Audience},
    features::accounts,
    federation::{
        Federation,
        fetch::{self, Failure},
        objects::{
            Fields,
            fields::{id_of, same_origin},
        },
    },
    net::Budget,
    store::tables::{Account, Backfill, Post},
};
use serde_json::Value;
use std::{collections::HashMap, time::Duration};

/// Fetches for one page.
const FETCHES: u32 = 40;
/// Time for one page.
const TIME: Duration = Duration::from_secs(40);
/// Fetches of one page from a server that is not the thread's own.
const ELSEWHERE_MAX: u32 = 10;
/// Lists that wait to be read.
const LISTS_MAX: usize = 50;

/// Reads the next page.
pub async fn step(federation: &Federation, row: &Backfill) -> Result<Found, Failure> {
    let top = standing(&federation.app.store, &row.subject).await?;
    let Some(top) = top.filter(|top| top.removed_at.is_none()) else { return Ok(Found::default()) };
    match door(federation, &top).await? {
        Door::Ours => Ok(Found::default()),
        Door::Community(group) => through(federation, row, (*group, &top.uri)).await,
        Door::Origin if top.is_ours() || top.audience > Audience::Unlisted => Ok(Found::default()),
        Door::Origin => at_origin(federation, row, &top).await,
    }
}

/// Reads on in the list of the community in which the post `uri` is.
pub async fn through(federation: &Federation, row: &Backfill, (group, uri): (Account, &str)) -> Result<Found, Failure> {
    let budget = community::budget();
    let next = rest_of(row).first().and_then(|next| host::parse(next));
    let url = match next {
        Some(next) => next,
        None => {
            let uri = federation.app.origin.absolute(uri);
            community::thread_of(community::outbox(federation, &group, &budget).await?, &uri)
        }
    };
    community::read(federation, group, (url, Order::OldestFirst), &budget).await
}

async fn at_origin(federation: &Federation, row: &Backfill, top: &Post) -> Result<Found, Failure> {
    let budget = Budget::new(FETCHES, TIME);
    let mut rest = rest_of(row);
    if rest.is_empty() {
        rest = lists(federation, top, &budget).await?;
    }
    if rest.is_empty() {
        return Ok(Found::default());
    }
    let list = rest.remove(0);
    let mut found = match read(federation, (top, &list), &budget).await {
        Err(failure) if matches!(failure, Failure::Passing(_)) || rest.is_empty() => return Err(failure),
        Err(failure) => {
            tracing::debug!(%failure, list, "a list of answers is passed over");
            Found::default()
        }
        Ok(found) => found,
    };
    found.progress.rest.extend(rest);
    found.progress.rest.truncate(LISTS_MAX);
    Ok(found)
}

/// The lists that the thread's first post names now: its context, where that is its author's or its community's, and its replies.
async fn lists(federation: &Federation, top: &Post, budget: &Budget) -> Result<Vec<String>, Failure> {
    let url = fetch::address("the post's id", &top.uri)?;
    let document = fetch::document(federation, &url, budget).await?;
    let fields = Fields::expect(&document, "the post")?;
    let group = match top.community_id {
        Some(group) => accounts::queries::by_id(&federation.app.store, group).await?,
        None => None,
    };
    let owns = |list: &&str| same_origin(list, &top.uri) || group.as_ref().is_some_and(|group| same_origin(list, &group.uri));
    let context = fields.id("context").filter(owns);
    let replies = fields.id("replies").filter(|list| same_origin(list, &top.uri));
    Ok(context.into_iter().chain(replies).map(str::to_owned).collect())
}

async fn read(federation: &Federation, (top, list): (&Post, &str), budget: &Budget) -> Result<Found, Failure> {
    let url = host::parse(list).ok_or_else(|| Failure::Refused("a list is not at a web address".into()))?;
    let page = collection::read(federation, &url, budget).await?;
    let mut found = Found::default();
    let mut tried: HashMap<String, u32> = HashMap::new();
    for uri in page.items.iter().filter_map(listed) {
        if taking::known(federation, uri).await.is_ok_and(|known| known.is_some()) || federation.app.origin.is_ours(uri) {
            continue;
        }
        let host = host::parse(uri).as_ref().and_then(host::authority).unwrap_or_default();
        let count = tried.entry(host).or_default();
        *count += 1;
        if *count > ELSEWHERE_MAX && !same_origin(uri, &top.uri) {
            continue;
        }
        found.progress.posts += 1;
        match taking::at_origin(federation, uri, budget).await {
            Ok(what) => answer(what, &mut found),
            Err(Failure::Passing(sentence)) => found.again = Some(sentence),
            Err(failure) => tracing::debug!(%failure, uri, "a listed answer is not taken"),
        }
    }
    if budget.left() == 0 {
        found.again = Some("there was more on the page than one step may fetch".into());
    }
    found.progress.rest.extend(page.next);
    Ok(found)
}

/// A post of a list; of an activity in it the post that it is about.
fn listed(item: &Value) -> Option<&str> {
    match Fields::of(item) {
        Some(fields) if matches!(fields.kind(), "Create" | "Announce") => fields.id("object"),
        _ => id_of(item),
    }
}

/// Takes what answers something; where its own answers are listed is read later.
fn answer(what: What, found: &mut Found) {
    if let What::New { written, replies, .. } = &what {
        if written.in_reply_to.is_empty() {
            return tracing::debug!(uri = written.uri, "what is listed as an answer answers nothing");
        }
        found.progress.rest.extend(replies.clone());
    }
    found.posts.push(Taken { what, within: None });
}
