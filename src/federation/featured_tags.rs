//! Tags that people elsewhere put on their profiles (Mastodon's `featuredTags`), read when somebody here looks at the profile.
//!
//! Signed by our node, at most once an hour and person, the document of the person first, since only that says where they are.
//! What is read takes the place of what was read before.

use super::{
    Federation,
    fetch::{self, Failure},
    objects::Fields,
};
use crate::{
    base::host,
    features::tags::{self, FEATURED_MAX},
    net::Budget,
    store::tables::Account,
};
use serde_json::Value;
use std::time::Duration;

/// Requests of one reading: the person, the collection and its first page, each perhaps led on.
const FETCHES: u32 = 6;
/// Time for one reading: somebody waits for it.
const TIME: Duration = Duration::from_secs(4);

/// Reads them. Nothing happens where the person has none, or was looked at within the last hour.
///
/// # Errors
/// The person's node does not answer, or refuses.
pub async fn look(federation: &Federation, of: &Account) -> Result<(), Failure> {
    let asked = format!("tags of {}", of.uri);
    if federation.asked.contains_key(&asked) {
        return Ok(());
    }
    federation.asked.insert(asked, ());
    let budget = Budget::new(FETCHES, TIME);
    let url = fetch::address("the account", &of.uri)?;
    let document = fetch::document(federation, &url, &budget).await?;
    // their own server's alone
    let at = Fields::of(&document).and_then(|fields| fields.further("featuredTags", &url));
    let names = match at.filter(|at| host::same_origin(at, &url)) {
        Some(at) => listed(federation, &at, &budget).await?,
        None => Vec::new(),
    };
    let tx = federation.app.begin().await?;
    tags::told(&tx, of.id, &names).await?;
    tx.commit().await?;
    Ok(())
}

/// The names of the tags in a collection, or on its first page.
async fn listed(federation: &Federation, at: &url::Url, budget: &Budget) -> Result<Vec<String>, Failure> {
    let collection = fetch::document(federation, at, budget).await?;
    let fields = Fields::expect(&collection, "the list of tags")?;
    let found = names(fields);
    let embedded = fields.object("first").map(names).unwrap_or_default();
    if !found.is_empty() || !embedded.is_empty() {
        return Ok(if found.is_empty() { embedded } else { found });
    }
    let Some(first) = fields.further("first", at) else { return Ok(Vec::new()) };
    let page = fetch::document(federation, &first, budget).await?;
    Ok(names(Fields::expect(&page, "the list of tags")?))
}

fn names(fields: Fields<'_>) -> Vec<String> {
    let name = |item: &Value| Fields::of(item).filter(|tag| tag.kind() == "Hashtag").and_then(|tag| tag.text("name").map(str::to_owned));
    let most = usize::try_from(FEATURED_MAX).unwrap_or(usize::MAX);
    fields.list("items").chain(fields.list("orderedItems")).filter_map(name).take(most).collect()
}
