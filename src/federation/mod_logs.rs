//! The log of a community elsewhere, read at its own node into our copy when somebody here looks at it (FEDERATION.md "Moderation").
//!
//! Signed by our node, at most once in ten minutes and a few pages deep; nobody named in it is fetched. What is read only stands
//! in the log: an act has its effect here when the community announces it.

use super::{
    Federation,
    fetch::{self, Failure},
    keep::Known,
    network,
    objects::Fields,
};
use crate::{
    base::{error::Result, host, words::Level},
    features::{
        moderation::{self, Listed},
        peers, posts,
    },
    net::Budget,
    store::tables::Account,
};
use std::{str::FromStr, time::Duration};

/// Pages of one reading.
const PAGES_MAX: usize = 4;
/// Time for one reading.
const TIME: Duration = Duration::from_secs(10);

/// Reads the newest entries of a community's log, until one page brings nothing new. Nothing happens where its node is none of
/// ours, or was asked within the last ten minutes.
///
/// # Errors
/// The community's node does not answer, or refuses.
pub async fn look(federation: &Federation, community: &Account) -> Result<(), Failure> {
    let authority = host::parse(&community.uri).as_ref().and_then(host::authority).unwrap_or_default();
    let level = peers::find(&federation.app.store, &authority).await?.map(|peer| peer.level);
    if level != Some(Level::Intermoot) || federation.logs_read.contains_key(&community.uri) {
        return Ok(());
    }
    federation.logs_read.insert(community.uri.clone(), ());
    let budget = Budget::new(u32::try_from(2 * PAGES_MAX).unwrap_or(u32::MAX), TIME);
    let mut next = host::parse(&format!("{}/log?page=true", community.uri));
    for _ in 0..PAGES_MAX {
        let Some(url) = next.take() else { break };
        let page = fetch::document(federation, &url, &budget).await?;
        let fields = Fields::expect(&page, "the log of a community")?;
        let items: Vec<Fields<'_>> = fields.list("orderedItems").filter_map(Fields::of).collect();
        if adopt(federation, community, &items).await? == 0 {
            break;
        }
        next = fields.further("next", &url);
    }
    Ok(())
}

/// Takes the entries of a page into our copy; how many were new.
async fn adopt(federation: &Federation, community: &Account, items: &[Fields<'_>]) -> Result<usize> {
    let names: Vec<String> = items.iter().flat_map(|item| [item.id("actor"), item.id("target")]).flatten().map(str::to_owned).collect();
    let known = Known::load(federation, &names).await?;
    let mut listed = Vec::with_capacity(items.len());
    for item in items {
        let Some(mut entry) = read(federation, &known, *item) else { continue };
        if let Some(post) = item.id("object") {
            let post = posts::queries::by_uri(&federation.app.store, federation.app.origin.stored(post)).await?;
            entry.post = post.filter(|post| post.community_id == Some(community.id)).map(|post| post.id);
        }
        listed.push(entry);
    }
    let tx = federation.app.begin().await?;
    let new = moderation::adopt(&tx, community, &listed).await?;
    tx.commit().await?;
    Ok(new)
}

/// One entry; what is not wholly one, or an act that we do not know, is passed over.
fn read(federation: &Federation, known: &Known, item: Fields<'_>) -> Option<Listed> {
    if item.kind() != "ModerationAct" {
        return None;
    }
    let of = |name: &str| item.id(name).and_then(|uri| known.account(federation, uri)).map(|account| account.id);
    let (id, _) = item.own_id().ok()?;
    Some(Listed {
        uri: federation.stored(id),
        act: word(item, "act")?,
        moderator: of("actor"),
        account: of("target"),
        post: None,
        reason: item.text("summary").unwrap_or_default().to_owned(),
        until: item.time("endTime"),
        role: word(item, "role"),
        host: item.text("host").filter(|host| host.len() <= network::HOST_BYTES_MAX).unwrap_or_default().to_lowercase(),
        stage: word(item, "stage"),
        at: item.time("published")?,
    })
}

fn word<T: FromStr>(item: Fields<'_>, name: &str) -> Option<T> {
    item.text(name).and_then(|word| word.parse().ok())
}
