//! What a post answers, and what that answers, up to the first of the thread: at most fifty (S68).

use super::{Found, community, standing, thread};
use crate::{
    base::words::Audience,
    features::{accounts, posts},
    federation::{
        Federation,
        fetch::{self, Failure},
    },
    net::Budget,
    store::tables::Backfill,
};
use std::time::Duration;

/// Fetches for all of them and whoever wrote them.
const FETCHES: u32 = 60;
/// Time for all of them.
const TIME: Duration = Duration::from_secs(60);

/// Goes on from where it got: what is known already is passed.
pub async fn step(federation: &Federation, row: &Backfill) -> Result<Found, Failure> {
    let store = &federation.app.store;
    // in a private community nobody but its node is asked
    if let Some(answer) = posts::queries::waiting_for(store, &row.subject).await? {
        let group = match answer.community_id {
            Some(group) => accounts::queries::by_id(store, group).await?,
            None => None,
        };
        if let Some(group) = group.filter(|group| !group.is_local()) {
            let is_public = answer.audience <= Audience::Unlisted;
            if community::tells_threads(store, &group).await? || !is_public {
                return thread::through(federation, row, (group, &answer.uri)).await;
            }
        }
    }
    let budget = Budget::new(FETCHES, TIME);
    let mut uri = row.subject.clone();
    for _ in 0..fetch::PARENTS_MAX {
        if uri.is_empty() || federation.app.origin.stored(&uri).starts_with('/') {
            break;
        }
        uri = match standing(store, &uri).await? {
            Some(known) if known.in_reply_to_id.is_some() => break,
            Some(known) => known.in_reply_to_uri,
            None => fetch::old_post(federation, &uri, &budget).await?.1,
        };
    }
    Ok(Found::default())
}
