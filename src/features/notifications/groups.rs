//! Notifications in groups: favourites and boosts of one post, and new followers, of half a day each.
//!
//! A group stands where its newest notification does. Invariant: whatever is not in a group is one by itself.

use super::{Wanted, heard, visible};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, NotificationId, PostId},
        page::Page,
        words::NotificationKind,
    },
    sql,
    store::{Source, Tx, list, tables::Notification},
};
use sea_orm::FromQueryResult;
use std::{collections::HashMap, time::Duration};

/// Kinds that come in groups.
pub const GROUPED: [NotificationKind; 3] = [NotificationKind::Favourite, NotificationKind::Reblog, NotificationKind::Follow];
/// How long a group grows.
const SPAN: Duration = Duration::from_secs(12 * 3600);
/// People of a group who are named with it.
const SAMPLE_MAX: i64 = 8;

/// Appended to a choice of notifications: of a group of the kinds that follow the newest alone.
const NEWEST: &str = " AND (n.group_key = '' OR n.kind NOT IN {} OR NOT EXISTS (SELECT 1 FROM notifications m \
    WHERE m.account_id = n.account_id AND m.group_key = n.group_key AND m.group_key <> '' AND m.id > n.id AND m.filtered = n.filtered \
    AND NOT EXISTS (SELECT 1 FROM blocks c WHERE c.account_id = m.account_id AND c.target_id = m.from_id)))";

/// The name of what is in no group.
const ALONE: &str = "ungrouped-";

/// The group in which a notification falls; empty for none.
pub(super) fn key(kind: NotificationKind, post: Option<PostId>, now: Stamp) -> String {
    if !GROUPED.contains(&kind) {
        return String::new();
    }
    let span = i64::try_from(SPAN.as_millis()).unwrap_or(i64::MAX);
    match post {
        Some(post) => format!("{kind}-{post}-{}", now.0 / span),
        None => format!("{kind}-{}", now.0 / span),
    }
}

/// The group that one notification is in or, where its kind is not `grouped`, by itself.
pub fn name(notification: &Notification, grouped: &[NotificationKind]) -> String {
    if notification.group_key.is_empty() || !grouped.contains(&notification.kind) {
        return format!("{ALONE}{}", notification.id);
    }
    notification.group_key.clone()
}

/// A group as far as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub key: String,
    /// The newest in it.
    pub head: Notification,
    /// How many are in it.
    pub count: i64,
    /// The oldest.
    pub least: NotificationId,
    /// Who caused the newest, newest first.
    pub sample: Vec<AccountId>,
}

/// A page of groups, newest first. What is not of a kind among `grouped` is one by itself.
pub async fn page(
    from: &impl Source,
    account: AccountId,
    (wanted, grouped): (&Wanted, &[NotificationKind]),
    page: Page,
) -> Result<Vec<Group>> {
    let select = sql!("SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = {}", account);
    let select = if grouped.is_empty() { select } else { select.then(NEWEST).bind(list(grouped)) };
    let rows = heard(wanted.narrow(visible(select)), account).page("n.id", page).all(from).await?;
    gather(from, account, (page.newest_first(rows), grouped)).await
}

/// The groups of which these are the newest.
async fn gather(from: &impl Source, account: AccountId, (heads, grouped): (Vec<Notification>, &[NotificationKind])) -> Result<Vec<Group>> {
    let keys: Vec<String> = heads.iter().map(|head| name(head, grouped)).filter(|key| !key.starts_with(ALONE)).collect();
    let mut members: HashMap<String, (Vec<AccountId>, i64, NotificationId)> = HashMap::new();
    for row in sampled(from, account, &keys).await? {
        members.entry(row.group_key).or_insert((Vec::new(), row.total, row.least)).0.push(row.from_id);
    }
    let group = |head: Notification| {
        let key = name(&head, grouped);
        let (sample, count, least) = members.get(&key).cloned().unwrap_or((vec![head.from_id], 1, head.id));
        Group { key, count, least, sample, head }
    };
    Ok(heads.into_iter().map(group).collect())
}

#[derive(FromQueryResult)]
struct Member {
    group_key: String,
    from_id: AccountId,
    total: i64,
    least: NotificationId,
}

/// The newest of each group, with how many there are.
async fn sampled(from: &impl Source, account: AccountId, keys: &[String]) -> Result<Vec<Member>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let select = sql!(
        "SELECT t.group_key, t.from_id, t.total, t.least FROM (SELECT n.group_key, n.from_id, n.id, COUNT(*) OVER (PARTITION BY n.group_key) AS total, \
         MIN(n.id) OVER (PARTITION BY n.group_key) AS least, ROW_NUMBER() OVER (PARTITION BY n.group_key ORDER BY n.id DESC) AS nth \
         FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = {} AND n.group_key IN {} AND NOT n.filtered",
        account,
        list(keys)
    );
    heard(visible(select), account).then(") t WHERE t.nth <= {} ORDER BY t.group_key, t.id DESC").bind(SAMPLE_MAX).all(from).await
}

/// One group by its name, if there is something in it that `account` may still be shown.
pub async fn find(from: &impl Source, account: AccountId, key: &str) -> Result<Option<Group>> {
    let head = newest(from, account, key, Page::first(1)).await?.pop();
    let Some(head) = head else { return Ok(None) };
    let grouped: &[NotificationKind] = if key.starts_with(ALONE) { &[] } else { &GROUPED };
    Ok(gather(from, account, (vec![head], grouped)).await?.pop())
}

/// What is in a group, newest first.
pub async fn newest(from: &impl Source, account: AccountId, key: &str, page: Page) -> Result<Vec<Notification>> {
    let select = "SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = {} AND ";
    let select = match alone(key) {
        Some(id) => sql!(select, account).then("n.id = {}").bind(id),
        None => sql!(select, account).then("n.group_key = {} AND n.group_key <> '' AND NOT n.filtered").bind(key),
    };
    let rows = heard(visible(select), account).page("n.id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// Forgets a group of `account`.
pub async fn dismiss(tx: &Tx, account: AccountId, key: &str) -> Result<()> {
    let Some(id) = alone(key) else {
        sql!("DELETE FROM notifications WHERE account_id = {} AND group_key = {} AND group_key <> ''", account, key).run(tx).await?;
        return Ok(());
    };
    super::dismiss(tx, account, id).await
}

fn alone(key: &str) -> Option<NotificationId> {
    key.strip_prefix(ALONE)?.parse().ok()
}
