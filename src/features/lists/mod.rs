//! Lists of people whom one follows. Beside them each joined community is a list too, which the API door adds.
//!
//! Invariants: only whom the owner follows is in a list, so a follow that ends takes its place with it (`relationships`); what
//! stands in a list stands at home as well, or would, were the list not exclusive. Source: docs.joinmastodon.org/methods/lists.

pub mod queries;

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        sentence::said,
        words::{FollowState, reading::RepliesPolicy},
    },
    sql,
    store::{Insert, Sql, Tx, list, tables::List},
};

/// Most lists of one person.
pub const LISTS_MAX: i64 = 100;
/// Most people in one list.
pub const MEMBERS_MAX: i64 = 2000;
/// Longest title, in characters (Mastodon's bound).
pub const TITLE_CHARS_MAX: usize = 256;
/// Entries that a newcomer brings into a list.
const BACKFILL: i64 = 40;
/// How far back a list is filled anew when its rule for answers changes, in entries of home.
const REFILL: i64 = 400;

/// What a list is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is called.
    pub title: String,
    /// Which answers stand in it.
    pub replies: RepliesPolicy,
    /// Whether what its people write leaves home.
    pub exclusive: bool,
}

/// Makes a list. Refused without a title, and where there are too many.
pub async fn create(tx: &Tx, by: AccountId, wanted: Wanted) -> Result<List> {
    check(&wanted)?;
    let there: i64 = sql!("SELECT COUNT(*) FROM lists WHERE account_id = {}", by).value(tx).await?.unwrap_or_default();
    if there >= LISTS_MAX {
        return Err(Refusal::invalid("title", said!("is one too many: {max} lists are kept, so delete one first", max = LISTS_MAX)).into());
    }
    let row =
        List { id: tx.id(), account_id: by, title: wanted.title, replies: wanted.replies, exclusive: wanted.exclusive, created_at: tx.now };
    Insert::into("lists")
        .set("id", row.id)
        .set("account_id", row.account_id)
        .set("title", row.title.as_str())
        .set("replies", row.replies)
        .set("exclusive", row.exclusive)
        .set("created_at", row.created_at)
        .run(tx)
        .await?;
    Ok(row)
}

/// Makes a list of this account another. With another rule for answers it is filled anew from what stands at home.
pub async fn change(tx: &Tx, by: AccountId, id: i64, wanted: Wanted) -> Result<List> {
    let before = queries::one(tx, by, id).await?;
    check(&wanted)?;
    sql!(
        "UPDATE lists SET title = {}, replies = {}, exclusive = {} WHERE id = {}",
        wanted.title.clone(),
        wanted.replies,
        wanted.exclusive,
        id
    )
    .run(tx)
    .await?;
    if before.exclusive != wanted.exclusive {
        sql!("UPDATE list_members SET exclusive = {} WHERE list_id = {}", wanted.exclusive, id).run(tx).await?;
    }
    if before.replies != wanted.replies {
        sql!("DELETE FROM list_entries WHERE list_id = {}", id).run(tx).await?;
        let latest = sql!(
            "(SELECT lp.* FROM home lh CROSS JOIN posts lp WHERE lh.account_id = {} AND lp.id = lh.entry_id ORDER BY lh.entry_id DESC LIMIT {})",
            by,
            REFILL
        );
        entering(latest).then(" AND l.id = {} ON CONFLICT DO NOTHING").bind(id).run(tx).await?;
    }
    Ok(List { title: wanted.title, replies: wanted.replies, exclusive: wanted.exclusive, ..before })
}

/// Deletes a list of this account.
pub async fn delete(tx: &Tx, by: AccountId, id: i64) -> Result<()> {
    queries::one(tx, by, id).await?;
    for statement in
        ["DELETE FROM list_entries WHERE list_id = {}", "DELETE FROM list_members WHERE list_id = {}", "DELETE FROM lists WHERE id = {}"]
    {
        sql!(statement, id).run(tx).await?;
    }
    Ok(())
}

/// Puts people into a list, with what they last wrote. Not found when one of them is not followed: then none is put in.
pub async fn add(tx: &Tx, by: AccountId, id: i64, accounts: &[AccountId]) -> Result<()> {
    let into = queries::one(tx, by, id).await?;
    let count: i64 = sql!("SELECT COUNT(*) FROM list_members WHERE list_id = {}", id).value(tx).await?.unwrap_or_default();
    if count + i64::try_from(accounts.len()).unwrap_or(i64::MAX) > MEMBERS_MAX {
        return Err(Refusal::invalid("account_ids", said!("are too many: a list holds {max} people", max = MEMBERS_MAX)).into());
    }
    let followed = "SELECT target_id FROM follows WHERE follower_id = {} AND state = {} AND target_id IN {}";
    let followed: Vec<AccountId> = sql!(followed, by, FollowState::Accepted, list(accounts)).column(tx).await?;
    if !accounts.iter().all(|account| followed.contains(account)) {
        return Err(Refusal::not_found().into());
    }
    for account in accounts {
        let row = Insert::into("list_members").set("id", tx.id()).set("list_id", id).set("owner_id", by).set("account_id", *account);
        let row = row.set("exclusive", into.exclusive);
        if row.on_conflict("ON CONFLICT (list_id, account_id) DO NOTHING").run(tx).await? == 0 {
            continue;
        }
        let latest =
            sql!("(SELECT * FROM posts WHERE author_id = {} AND deleted_at IS NULL ORDER BY id DESC LIMIT {})", *account, BACKFILL);
        entering(latest).then(" AND l.id = {} ON CONFLICT DO NOTHING").bind(id).run(tx).await?;
    }
    Ok(())
}

/// Takes people out of a list, with what they wrote.
pub async fn remove(tx: &Tx, by: AccountId, id: i64, accounts: &[AccountId]) -> Result<()> {
    queries::one(tx, by, id).await?;
    sql!("DELETE FROM list_members WHERE list_id = {} AND account_id IN {}", id, list(accounts)).run(tx).await?;
    let theirs = "DELETE FROM list_entries WHERE list_id = {} AND entry_id IN \
        (SELECT e.entry_id FROM list_entries e CROSS JOIN posts p WHERE e.list_id = {} AND p.id = e.entry_id AND p.author_id IN {})";
    sql!(theirs, id, id, list(accounts)).run(tx).await?;
    Ok(())
}

/// Puts entries that have just come onto home timelines into the lists in which their authors are.
pub(in crate::features) async fn shelve(tx: &Tx, entries: &[PostId]) -> Result<()> {
    shelving(entries).run(tx).await?;
    Ok(())
}

/// The statement of [`shelve`].
pub(in crate::features) fn shelving(entries: &[PostId]) -> Sql {
    entering(sql!("(SELECT * FROM posts WHERE id IN {})", list(entries))).then(" ON CONFLICT DO NOTHING")
}

/// Takes an entry, and boosts of it, out of all lists.
pub(in crate::features) async fn unshelve(tx: &Tx, entry: PostId) -> Result<()> {
    sql!("DELETE FROM list_entries WHERE entry_id = {}", entry).run(tx).await?;
    sql!("DELETE FROM list_entries WHERE entry_id IN (SELECT id FROM posts WHERE boost_of_id = {})", entry).run(tx).await?;
    Ok(())
}

/// Takes everything of `of` out of `reader`'s lists (unfollowed, blocked).
pub(in crate::features) async fn clear(tx: &Tx, reader: AccountId, of: AccountId) -> Result<()> {
    sql!(
        "DELETE FROM list_entries WHERE list_id IN (SELECT id FROM lists WHERE account_id = {}) AND entry_id IN \
            (SELECT e.entry_id FROM lists l CROSS JOIN list_entries e CROSS JOIN posts p \
             WHERE l.account_id = {} AND e.list_id = l.id AND p.id = e.entry_id AND p.author_id = {})",
        reader,
        reader,
        of
    )
    .run(tx)
    .await?;
    Ok(())
}

/// From the entries of `posts` (a subquery): those that stand at the home of whoever has their author in a list, answers as the
/// list wants them. The literals are words of `base/words/reading.rs`: replies 0 to people in the list, 1 to anybody followed.
/// `CROSS JOIN` makes SQLite go from the author to the lists.
fn entering(posts: Sql) -> Sql {
    posts.before("INSERT INTO list_entries (list_id, entry_id) SELECT m.list_id, p.id FROM ").then(
        " p CROSS JOIN list_members m CROSS JOIN lists l CROSS JOIN home h \
         WHERE m.account_id = p.author_id AND l.id = m.list_id AND h.account_id = m.owner_id AND h.entry_id = p.id \
         AND (p.in_reply_to_uri = '' OR p.in_reply_to_account_id IN (p.author_id, l.account_id) OR l.replies = 1 \
            OR (l.replies = 0 AND EXISTS (SELECT 1 FROM list_members o WHERE o.list_id = l.id AND o.account_id = p.in_reply_to_account_id)))",
    )
}

fn check(wanted: &Wanted) -> Result<(), Refusal> {
    if wanted.title.trim().is_empty() {
        return Err(Refusal::invalid("title", "can't be blank"));
    }
    if wanted.title.chars().count() > TITLE_CHARS_MAX {
        return Err(Refusal::invalid("title", said!("must not be longer than {max} characters", max = TITLE_CHARS_MAX)));
    }
    Ok(())
}
