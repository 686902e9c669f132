//! How accounts end: deleted here, or gone at their origin.

use super::names;
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
    },
    sql,
    store::{
        Tx,
        audit::Entry,
        event::Event,
        findable::{self, Indexed},
        tables::{Account, BESIDE_POSTS},
    },
};

/// Marks an account elsewhere as gone (410 at its origin, or its own Delete): follows end, posts are tombstones.
pub async fn mark_gone(tx: &Tx, account: AccountId) -> Result<()> {
    let gone = "UPDATE accounts SET gone_at = {}, display_name = '', note = '', fields = '[]', avatar_url = '', header_url = '' WHERE id = {} AND host <> ''";
    if sql!(gone, tx.now, account).run(tx).await? == 0 {
        return Ok(());
    }
    end_posts(tx, account).await?;
    end_follows(tx, account, "").await?;
    forget_relations(tx, account).await
}

/// Deletes an account of ours; records `AccountDeleted`. Its name is never given again.
///
/// Its keys and its followers elsewhere stay: the Delete that they are to receive needs both.
/// Refused for the node's only owner. Sessions and tokens: `sessions::end_all`.
pub async fn delete(tx: &Tx, account: &Account) -> Result<()> {
    super::refuse_last_owner(tx, account.id).await?;
    let wiped = sql!(
        "UPDATE accounts SET gone_at = {}, display_name = '', note = '', note_source = '', fields = '[]', avatar_url = '', header_url = '', \
         emojis = '[]', showing = '', discoverable = FALSE WHERE id = {} AND host = '' AND gone_at IS NULL",
        tx.now,
        account.id,
    );
    if wiped.run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    end_posts(tx, account.id).await?;
    sql!("UPDATE media SET post_id = NULL, expires_at = {} WHERE owner_id = {}", tx.now, account.id).run(tx).await?;
    end_follows(tx, account.id, " AND follower_id IN (SELECT id FROM accounts WHERE host = '')").await?;
    forget_relations(tx, account.id).await?;
    for (table, column) in OF_USERS {
        sql!(format!("DELETE FROM {table} WHERE {column} = {{}}"), account.id).run(tx).await?;
    }
    tx.record(Event::AccountDeleted { account: account.id });
    tx.audit(Entry::of("account.delete", account.acct()));
    Ok(())
}

/// What people have because they log in.
const OF_USERS: [(&str, &str); 6] = [
    ("users", "account_id"),
    ("letters", "account_id"),
    ("second_factors", "account_id"),
    ("recovery_codes", "account_id"),
    ("half_log_ins", "account_id"),
    ("invites", "inviter_id"),
];

/// Takes an account away that was never used, as if it had never been: its name is free again, and nobody is told.
pub(super) async fn erase(tx: &Tx, account: AccountId) -> Result<()> {
    end_follows(tx, account, "").await?;
    forget_relations(tx, account).await?;
    names::forget(tx, account).await?;
    let ways_in = ["tokens", "codes", "sessions", "login_links", "keys"].map(|table| (table, "account_id"));
    for (table, column) in OF_USERS.into_iter().chain(ways_in).chain([("accounts", "id")]) {
        sql!(format!("DELETE FROM {table} WHERE {column} = {{}}"), account).run(tx).await?;
    }
    Ok(())
}

/// Posts keep their rows as tombstones without words; boosts of them and by them go. Neither they nor the account are found.
async fn end_posts(tx: &Tx, account: AccountId) -> Result<()> {
    let statements = [
        "INSERT INTO tombstones (uri, account_id, created_at) SELECT uri, author_id, {} FROM posts WHERE author_id = {} ON CONFLICT DO NOTHING",
        "UPDATE posts SET deleted_at = {} WHERE boost_of_id IN (SELECT id FROM posts WHERE author_id = {}) AND deleted_at IS NULL",
        "UPDATE posts SET deleted_at = COALESCE(deleted_at, {}), title = '', content = '', source = '', spoiler = '', attachments = '[]', \
         mentions = '[]', tags = '[]', details = '', quote_uri = '' WHERE author_id = {}",
    ];
    for statement in statements {
        sql!(statement, tx.now, account).run(tx).await?;
    }
    for table in BESIDE_POSTS.iter().chain(&["mentions", "post_tags"]) {
        sql!(format!("DELETE FROM {table} WHERE post_id IN (SELECT id FROM posts WHERE author_id = {{}})"), account).run(tx).await?;
    }
    findable::forget(tx, Indexed::Posts, sql!("IN (SELECT id FROM posts WHERE author_id = {})", account)).await?;
    names::forget(tx, account).await?;
    for table in ["home", "list_entries"] {
        sql!(format!("DELETE FROM {table} WHERE entry_id IN (SELECT id FROM posts WHERE author_id = {{}})"), account).run(tx).await?;
    }
    Ok(())
}

/// Ends what the account follows, and who follows it as far as `of_them` says; counts follow.
async fn end_follows(tx: &Tx, account: AccountId, of_them: &str) -> Result<()> {
    let less = |column: &str, chosen: &str| {
        format!("UPDATE accounts SET {column} = {column} - 1 WHERE {column} > 0 AND id IN (SELECT {chosen} = {{}} AND state = 1)")
    };
    sql!(less("followers_count", "target_id FROM follows WHERE follower_id"), account).run(tx).await?;
    sql!(less("following_count", "follower_id FROM follows WHERE target_id"), account).run(tx).await?;
    sql!("DELETE FROM follows WHERE follower_id = {}", account).run(tx).await?;
    sql!(format!("DELETE FROM follows WHERE target_id = {{}}{of_them}"), account).run(tx).await?;
    Ok(())
}

/// Favourites, bookmarks, shelves and notifications of and about the account, and what it arranged for itself.
async fn forget_relations(tx: &Tx, account: AccountId) -> Result<()> {
    for (table, column, of) in [
        ("filter_keywords", "filter_id", "filters"),
        ("filter_posts", "filter_id", "filters"),
        ("list_entries", "list_id", "lists"),
        ("conversation_posts", "conversation_id", "conversations"),
        ("collection_items", "collection_id", "collections"),
    ] {
        let inner = format!("DELETE FROM {table} WHERE {column} IN (SELECT id FROM {of} WHERE account_id = {{}})");
        sql!(inner, account).run(tx).await?;
    }
    for (table, column) in [
        ("favourites", "account_id"),
        ("bookmarks", "account_id"),
        ("emoji_reactions", "account_id"),
        ("poll_votes", "account_id"),
        ("pins", "account_id"),
        ("home", "account_id"),
        ("notifications", "account_id"),
        ("notifications", "from_id"),
        ("mutes", "account_id"),
        ("markers", "account_id"),
        ("filters", "account_id"),
        ("lists", "account_id"),
        ("list_members", "owner_id"),
        ("list_members", "account_id"),
        ("followed_tags", "account_id"),
        ("featured_tags", "account_id"),
        ("host_blocks", "account_id"),
        ("account_notes", "account_id"),
        ("account_notes", "target_id"),
        ("endorsements", "account_id"),
        ("endorsements", "target_id"),
        ("quiet_threads", "account_id"),
        ("conversations", "account_id"),
        ("passed_suggestions", "account_id"),
        ("passed_suggestions", "target_id"),
        ("announcement_reads", "account_id"),
        ("announcement_reactions", "account_id"),
        ("scheduled_posts", "account_id"),
        ("drafts", "account_id"),
        ("collections", "account_id"),
        ("collection_items", "account_id"),
        ("notification_policies", "account_id"),
        ("notification_requests", "account_id"),
        ("notification_requests", "from_id"),
        ("notification_permissions", "account_id"),
        ("notification_permissions", "from_id"),
    ] {
        sql!(format!("DELETE FROM {table} WHERE {column} = {{}}"), account).run(tx).await?;
    }
    Ok(())
}
