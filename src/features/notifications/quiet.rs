//! Threads of which somebody wants to hear nothing more: no notifications about posts in them.

use crate::{
    base::{error::Result, id::AccountId},
    sql,
    store::{Insert, Tx, tables::Post},
};

/// Makes the thread of a post quiet for an account. The caller has made sure that it may see the post.
pub async fn quiet(tx: &Tx, account: AccountId, post: &Post) -> Result<()> {
    let row =
        Insert::into("quiet_threads").set("account_id", account).set("root_id", post.root_id.unwrap_or(post.id)).set("created_at", tx.now);
    row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    Ok(())
}

/// Lets the thread of a post be heard again.
pub async fn unquiet(tx: &Tx, account: AccountId, post: &Post) -> Result<()> {
    sql!("DELETE FROM quiet_threads WHERE account_id = {} AND root_id = {}", account, post.root_id.unwrap_or(post.id)).run(tx).await?;
    Ok(())
}
