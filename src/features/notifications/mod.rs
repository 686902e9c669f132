//! Notifications: told, read, cleared. And markers: how far somebody has read.
//!
//! Invariant: the same thing by the same account about the same post is told once.

pub mod groups;
pub mod markers;
pub mod policy;
mod quiet;
pub mod requests;

pub use markers::{mark, markers, unread};
pub use quiet::{quiet, unquiet};

use crate::{
    base::{
        error::Result,
        id::{AccountId, AgreementId, NotificationId, PostId},
        page::Page,
        words::{FollowState, Handling, NodeRole, NotificationKind},
    },
    features::{
        peers::unsilenced,
        posts::queries::{self as posts, Viewer},
        push, quotes,
    },
    sql,
    store::{
        Bind, Source, Sql, Tx, list,
        news::News,
        tables::{Notification, Post},
    },
};
use sea_orm::FromQueryResult;
use std::collections::BTreeSet;

/// Most administrators who are told something.
const ADMINISTRATORS_MAX: i64 = 200;

/// Tells `account` (one of ours who logs in) something, once; not about themselves, nor by somebody
/// whom they block, by person or host, or mute with notifications, nor of a thread that they made quiet.
pub async fn tell(tx: &Tx, account: AccountId, kind: NotificationKind, by: AccountId, post: Option<PostId>) -> Result<()> {
    if account == by { Ok(()) } else { keep(tx, account, kind, by, post).await }
}

/// Tells `account` (one of ours who logs in) of something of their own, once: of the end of a poll that they asked.
pub async fn tell_oneself(tx: &Tx, account: AccountId, kind: NotificationKind, post: PostId) -> Result<()> {
    keep(tx, account, kind, account, Some(post)).await
}

async fn keep(tx: &Tx, account: AccountId, kind: NotificationKind, by: AccountId, post: Option<PostId>) -> Result<()> {
    let handling = policy::judge(tx, account, (kind, by), post).await?;
    if handling == Handling::Drop {
        return Ok(());
    }
    let id = NotificationId(tx.id());
    // PostgreSQL needs the types of values that stand alone in a SELECT.
    let told = sql!(
        "INSERT INTO notifications (id, account_id, kind, from_id, post_id, created_at, group_key, filtered) \
         SELECT CAST({} AS BIGINT), u.account_id, CAST({} AS SMALLINT), CAST({} AS BIGINT), CAST({} AS BIGINT), CAST({} AS BIGINT), \
            CAST({} AS TEXT), CAST({} AS BOOLEAN) \
         FROM users u WHERE u.account_id = {} \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = u.account_id AND b.target_id = {}) \
         AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = u.account_id AND m.target_id = {} AND m.notifications \
             AND (m.expires_at IS NULL OR m.expires_at > {})) \
         AND NOT EXISTS (SELECT 1 FROM host_blocks h JOIN accounts ha ON ha.host = h.host WHERE h.account_id = u.account_id AND ha.id = {}) \
         AND NOT EXISTS (SELECT 1 FROM posts p JOIN quiet_threads q ON q.root_id = COALESCE(p.root_id, p.id) \
             WHERE p.id = {} AND q.account_id = u.account_id) \
         ON CONFLICT (account_id, kind, from_id, post_id) DO NOTHING",
        id,
        kind,
        by,
        post.unwrap_or(PostId(0)),
        tx.now,
        groups::key(kind, post, tx.now),
        handling == Handling::Filter,
        account,
        by,
        by,
        tx.now,
        by,
        post.unwrap_or(PostId(0))
    );
    match (told.run(tx).await?, handling) {
        (0, _) => Ok(()),
        (_, Handling::Filter) => requests::note(tx, account, by, post).await,
        _ => {
            tx.tell(News::Told(id));
            push::queue(tx, account, (kind, by), id).await
        }
    }
}

/// Tells every administrator of this node something about a partner, in its organisation's name. What was told before about the
/// same thing comes anew, so that it stands where it is read.
pub async fn tell_administrators(tx: &Tx, kind: NotificationKind, by: AccountId, about: AgreementId) -> Result<()> {
    let administrators: Vec<AccountId> = sql!(
        "SELECT u.account_id FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.role >= {} AND u.off_boarded_at IS NULL \
         AND a.suspended_at IS NULL AND a.gone_at IS NULL ORDER BY u.account_id LIMIT {}",
        NodeRole::Admin,
        ADMINISTRATORS_MAX
    )
    .column(tx)
    .await?;
    for administrator in administrators {
        let before = "DELETE FROM notifications WHERE account_id = {} AND kind = {} AND from_id = {} AND post_id = {}";
        sql!(before, administrator, kind, by, about).run(tx).await?;
        tell(tx, administrator, kind, by, Some(PostId(about.0))).await?;
    }
    Ok(())
}

/// Tells everyone whom a new post concerns: those mentioned, the one answered, those who asked to
/// be told of each post of its author or community. Only people who may see it.
pub async fn tell_of_post(tx: &Tx, post: PostId) -> Result<()> {
    match posts::by_id(tx, post).await? {
        Some(post) => tell_of_posts(tx, &[post]).await,
        None => Ok(()),
    }
}

/// [`tell_of_post`] for several that were just read: one statement for all that mention, answer and interest nobody here.
pub async fn tell_of_posts(tx: &Tx, posts: &[Post]) -> Result<()> {
    let posts: Vec<&Post> = posts.iter().filter(|post| post.boost_of_id.is_none() && post.deleted_at.is_none()).collect();
    let watchers = watchers(tx, &posts).await?;
    for post in posts {
        let mut told = mentioned(tx, post).await?;
        told.extend(post.in_reply_to_account_id.filter(|answered| !told.contains(answered)));
        for account in &told {
            tell_if_seen(tx, *account, NotificationKind::Mention, post).await?;
        }
        tell_of_quote(tx, post).await?;
        let sources = news_of(post);
        let watching: BTreeSet<AccountId> =
            watchers.iter().filter(|watcher| sources.contains(&watcher.target_id)).map(|watcher| watcher.follower_id).collect();
        for account in watching.into_iter().filter(|account| !told.contains(account)) {
            tell_if_seen(tx, account, NotificationKind::Status, post).await?;
        }
    }
    Ok(())
}

/// Tells whoever of this node wrote what `quoting` shows with their consent.
pub async fn tell_of_quote(tx: &Tx, quoting: &Post) -> Result<()> {
    match quotes::asking::consented(tx, quoting).await? {
        Some(author) => tell_if_seen(tx, author, NotificationKind::Quote, quoting).await,
        None => Ok(()),
    }
}

/// Those of this node whom a post mentions.
async fn mentioned(tx: &Tx, post: &Post) -> Result<Vec<AccountId>> {
    if post.mentions == "[]" {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT m.account_id FROM mentions m JOIN users u ON u.account_id = m.account_id WHERE m.post_id = {} ORDER BY m.account_id",
        post.id
    )
    .column(tx)
    .await
}

/// A post of its own, or one that carries on its author's own thread.
fn is_news(post: &Post) -> bool {
    post.in_reply_to_uri.is_empty() || post.in_reply_to_account_id == Some(post.author_id)
}

/// Whose news a post is: its author's, and its community's when it begins a thread there.
fn news_of(post: &Post) -> Vec<AccountId> {
    if !is_news(post) {
        return Vec::new();
    }
    let community = post.community_id.filter(|_| !post.pending && post.in_reply_to_uri.is_empty());
    [post.author_id].into_iter().chain(community).collect()
}

/// Somebody here who asked to be told of each post of an account.
#[derive(FromQueryResult)]
struct Watcher {
    follower_id: AccountId,
    target_id: AccountId,
}

/// Those who asked to be told of what `posts` are news of.
async fn watchers(tx: &Tx, posts: &[&Post]) -> Result<Vec<Watcher>> {
    let sources: BTreeSet<AccountId> = posts.iter().flat_map(|post| news_of(post)).collect();
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT f.follower_id, f.target_id FROM follows f JOIN users u ON u.account_id = f.follower_id \
         WHERE f.target_id IN {} AND f.state = {} AND f.notify",
        list(&sources.into_iter().collect::<Vec<_>>()),
        FollowState::Accepted
    )
    .all(tx)
    .await
}

async fn tell_if_seen(tx: &Tx, account: AccountId, kind: NotificationKind, post: &Post) -> Result<()> {
    if account == post.author_id || posts::seen(tx, &Viewer::Account(account), post.id).await?.is_none() {
        return Ok(());
    }
    tell(tx, account, kind, post.author_id, Some(post.id)).await
}

/// Appends: the notification `n` is by somebody who reaches `account` (silenced hosts: only those whom it follows), or about
/// what happens in a community, where moderators decide, or business, for which silences do not count; or their reader wants to
/// hear them nevertheless. What waits as a request is judged already.
fn heard(sql: Sql, account: impl Into<Bind>) -> Sql {
    let business: Vec<NotificationKind> = NotificationKind::ALL.iter().copied().filter(|kind| kind.is_business()).collect();
    let sql = sql.then(
        " AND (n.filtered OR n.kind IN {} OR EXISTS (SELECT 1 FROM posts np WHERE np.id = n.post_id AND np.community_id IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM notification_permissions ny WHERE ny.account_id = n.account_id AND ny.from_id = n.from_id) \
         OR EXISTS (SELECT 1 FROM notification_policies nz WHERE nz.account_id = n.account_id AND nz.limited_accounts = 0) OR ",
    );
    unsilenced(sql.bind(list(&business)), "n.from_id", Some(account)).then(")")
}

/// Appends: what `n` tells is by somebody (`a`) who is still there and whom its reader has not blocked.
fn visible(sql: Sql) -> Sql {
    sql.then(
        " AND a.gone_at IS NULL AND a.suspended_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = n.account_id AND b.target_id = n.from_id)",
    )
}

/// Which notifications are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of which kinds; empty for all.
    pub kinds: Vec<NotificationKind>,
    /// By whom; none for anybody.
    pub by: Option<AccountId>,
    /// Those that wait as requests too.
    pub with_filtered: bool,
}

impl Wanted {
    /// Appends what is wanted of `n`.
    fn narrow(&self, sql: Sql) -> Sql {
        let kinds = if self.kinds.is_empty() { NotificationKind::ALL } else { &self.kinds };
        let mut sql = sql.then(" AND n.kind IN {}").bind(list(kinds));
        if let Some(by) = self.by {
            sql = sql.then(" AND n.from_id = {}").bind(by);
        }
        if self.with_filtered { sql } else { sql.then(" AND NOT n.filtered") }
    }
}

/// Those of these notifications that stand on the pages of `accounts`, whom they tell, oldest first: for streams. Kinds that only
/// apps which ask for them know are left out, and what waits as a request.
pub async fn fresh(from: &impl Source, ids: &[NotificationId], accounts: &[AccountId]) -> Result<Vec<Notification>> {
    if ids.is_empty() || accounts.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: Vec<NotificationKind> = NotificationKind::ALL.iter().copied().filter(|kind| !kind.is_ours()).collect();
    let select = sql!("SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.id IN {} AND n.account_id IN {}")
        .bind(list(ids))
        .bind(list(accounts));
    let wanted = Wanted { kinds, ..Wanted::default() };
    heard(wanted.narrow(visible(select)), Bind::Column("n.account_id")).then(" ORDER BY n.id").all(from).await
}

/// A page of `account`'s notifications, of these kinds (empty: all), newest first. Those by
/// accounts blocked since, or gone, are left out.
pub async fn page(from: &impl Source, account: AccountId, kinds: &[NotificationKind], page: Page) -> Result<Vec<Notification>> {
    page_of(from, account, &Wanted { kinds: kinds.to_vec(), ..Wanted::default() }, page).await
}

/// Likewise, only what is wanted.
pub async fn page_of(from: &impl Source, account: AccountId, wanted: &Wanted, page: Page) -> Result<Vec<Notification>> {
    let select = sql!("SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = {}", account);
    let rows = heard(wanted.narrow(visible(select)), account).page("n.id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// One notification of `account`.
pub async fn find(from: &impl Source, account: AccountId, id: NotificationId) -> Result<Option<Notification>> {
    heard(sql!("SELECT n.* FROM notifications n WHERE n.account_id = {} AND n.id = {}", account, id), account).one(from).await
}

/// Forgets all of `account`'s notifications, those that wait too.
pub async fn clear(tx: &Tx, account: AccountId) -> Result<()> {
    sql!("DELETE FROM notifications WHERE account_id = {}", account).run(tx).await?;
    sql!("DELETE FROM notification_requests WHERE account_id = {}", account).run(tx).await?;
    Ok(())
}

/// Forgets one.
pub async fn dismiss(tx: &Tx, account: AccountId, id: NotificationId) -> Result<()> {
    sql!("DELETE FROM notifications WHERE account_id = {} AND id = {}", account, id).run(tx).await?;
    Ok(())
}

/// Forgets everything about a post (deleted).
pub async fn forget_post(tx: &Tx, post: PostId) -> Result<()> {
    sql!("DELETE FROM notifications WHERE post_id = {}", post).run(tx).await?;
    Ok(())
}
