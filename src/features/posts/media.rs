//! Media in communities that are not public, where it was agreed that none travel (`membership.md` 4).
//!
//! What an author wrote is forwarded byte for byte with their proof, so that nothing can be left out on the way: whoever keeps
//! it leaves the media out. Of a community elsewhere its node is asked about, in one of ours the author's.

use super::receive::Incoming;
use crate::{
    base::{error::Result, words::Stage},
    features::agreements,
    sql,
    store::{Tx, tables::Post},
};
use sea_orm::FromQueryResult;

/// `incoming`, which is for a community that is not public, with the media that may be kept.
pub(super) async fn kept(tx: &Tx, (author_host, community_host): (&str, &str), incoming: Incoming) -> Result<Incoming> {
    let partner = if community_host.is_empty() { author_host } else { community_host };
    if incoming.attachments.is_empty() || !agreements::bars_media(tx, partner).await? {
        return Ok(incoming);
    }
    Ok(Incoming { attachments: Vec::new(), ..incoming })
}

/// The same for an edit of `post`.
pub(super) async fn kept_of_edit(tx: &Tx, post: &Post, incoming: Incoming) -> Result<Incoming> {
    #[derive(FromQueryResult)]
    struct Between {
        community_host: String,
        author_host: String,
    }
    let Some(community) = post.community_id.filter(|_| !incoming.attachments.is_empty()) else { return Ok(incoming) };
    let between: Option<Between> = sql!(
        "SELECT c.host AS community_host, w.host AS author_host FROM communities k JOIN accounts c ON c.id = k.account_id \
         JOIN accounts w ON w.id = {} WHERE k.account_id = {} AND k.stage <> {}",
        post.author_id,
        community,
        Stage::Public
    )
    .one(tx)
    .await?;
    match between {
        Some(between) => kept(tx, (&between.author_host, &between.community_host), incoming).await,
        None => Ok(incoming),
    }
}
