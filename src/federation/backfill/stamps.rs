//! Stamps of quotes are looked at where they are (FEP-044f): by whom, for which post, of which.

use super::{Found, standing};
use crate::{
    base::host,
    features::{accounts, quotes},
    federation::{
        Federation,
        fetch::{self, Failure},
        objects::stamp::Stamp,
    },
    net::Budget,
    store::tables::{Account, Backfill, Post, QuoteStamp},
};
use std::time::Duration;

/// Fetches for the stamp, what is quoted, and whoever wrote that.
const FETCHES: u32 = 10;
/// Time for them.
const TIME: Duration = Duration::from_secs(30);

/// Looks at the stamp that a post claims. What is quoted is fetched first where it is not known, for only its author gives stamps.
pub async fn step(federation: &Federation, row: &Backfill) -> Result<Found, Failure> {
    let store = &federation.app.store;
    let Some(post) = standing(store, &row.subject).await? else { return Ok(Found::default()) };
    let claimed = quotes::claimed(store, post.id).await?.filter(|claimed| !claimed.holds && claimed.target_uri == post.quote_uri);
    let Some(claimed) = claimed else { return Ok(Found::default()) };
    let budget = Budget::new(FETCHES, TIME);
    let quoted = match standing(store, &claimed.target_uri).await? {
        Some(quoted) => quoted,
        None => fetch::old_post(federation, &claimed.target_uri, &budget).await?.0,
    };
    let Some(author) = accounts::queries::by_id(store, quoted.author_id).await? else { return Ok(Found::default()) };
    if holds(federation, &claimed, (&post, &quoted, &author), &budget).await? {
        let tx = store.begin().await?;
        quotes::found(&tx, &claimed).await?;
        tx.commit().await?;
    }
    Ok(Found::default())
}

/// Whether the stamp is there and lets `post` show `quoted`, which `author` wrote.
async fn holds(
    federation: &Federation,
    claimed: &QuoteStamp,
    (post, quoted, author): (&Post, &Post, &Account),
    budget: &Budget,
) -> Result<bool, Failure> {
    if quoted.is_ours() {
        let id = claimed.uri.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or_default();
        let stamp = quotes::stamp(&federation.app.store, quoted.id, id).await?;
        return Ok(stamp.is_some_and(|stamp| claimed.uri == quotes::stamp_uri(quoted.id, id) && stamp.quoting_uri == post.uri));
    }
    let Some(url) = host::parse(&claimed.uri) else { return Ok(false) };
    let stamp = Stamp::read(&fetch::document(federation, &url, budget).await?)?;
    Ok(stamp.by == author.uri && stamp.quoting == post.uri && stamp.quoted == quoted.uri)
}
