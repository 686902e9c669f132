//! Taking entries off home timelines, and telling the streams of those on whose they stood.

use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
    },
    store::{Sql, Tx, news::News, tables::Mention, tables::Post},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// An entry that stood on somebody's shelf.
#[derive(FromQueryResult)]
struct Stood {
    account_id: AccountId,
    entry_id: PostId,
}

/// Takes the entries for which `which` (a condition on `home`) holds off home timelines.
pub(in crate::features) async fn clear(tx: &Tx, which: Sql) -> Result<()> {
    let sql = which.before("DELETE FROM home WHERE ");
    let mut readers: BTreeMap<PostId, Vec<AccountId>> = BTreeMap::new();
    for stood in sql.then(" RETURNING account_id, entry_id").all::<Stood>(tx).await? {
        readers.entry(stood.entry_id).or_default().push(stood.account_id);
    }
    for (entry, readers) in readers {
        tx.tell(News::Unshelved(entry, readers));
    }
    Ok(())
}

/// Tells the streams of those whom a post names that it is no more: they were told of it wherever it stood.
pub(super) fn tell_named(tx: &Tx, post: &Post) {
    if post.mentions != "[]" {
        let named: Vec<Mention> = serde_json::from_str(&post.mentions).unwrap_or_default();
        tx.tell(News::Unshelved(post.id, named.into_iter().map(|mention| mention.id).collect()));
    }
}
