//! Notifications, one by one and as groups of one. Source: docs.joinmastodon.org/entities/Notification.

use super::{
    account::{self, Shown},
    status::{Status, statuses},
};
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, NotificationId, PostId},
        words::NotificationKind,
    },
    features::posts::queries::{Viewer, seen_many},
    store::tables::Notification,
};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

/// What some notifications refer to, each thing once.
struct Context {
    accounts: HashMap<AccountId, Shown>,
    statuses: HashMap<PostId, Status>,
}

/// `notifications` of `me`, in their order; those about a post that `me` may not see (any more)
/// and those by accounts that are gone are left out. A fixed number of statements.
pub async fn notifications(app: &App, me: AccountId, notifications: &[Notification]) -> Result<Vec<Value>> {
    let context = Context::of(app, me, notifications).await?;
    Ok(notifications.iter().filter_map(|notification| context.show(notification)).collect())
}

/// The same as the Mastodon API's GroupedNotificationsResults, in groups of one.
pub async fn grouped(app: &App, me: AccountId, notifications: &[Notification]) -> Result<Value> {
    let context = Context::of(app, me, notifications).await?;
    let shown: Vec<&Notification> = notifications.iter().filter(|notification| context.holds(notification)).collect();
    let groups: Vec<Value> = shown.iter().map(|notification| group(notification)).collect();
    Ok(json!({
        "accounts": in_order(shown.iter().map(|notification| notification.from_id), &context.accounts),
        "partial_accounts": [],
        "statuses": in_order(shown.iter().map(|notification| notification.post_id), &context.statuses),
        "notification_groups": groups,
    }))
}

/// The group that one notification is by itself.
pub fn group_key(id: NotificationId) -> String {
    format!("ungrouped-{id}")
}

fn group(notification: &Notification) -> Value {
    let mut group = json!({
        "group_key": group_key(notification.id),
        "notifications_count": 1,
        "type": notification.kind,
        // A number, as Mastodon has it.
        "most_recent_notification_id": notification.id.0,
        "page_min_id": notification.id,
        "page_max_id": notification.id,
        "latest_page_notification_at": notification.created_at,
        "sample_account_ids": [notification.from_id],
    });
    if let (Some(post), Some(group)) = (about(notification), group.as_object_mut()) {
        group.insert("status_id".to_owned(), json!(post));
    }
    group
}

/// The post it is about, if it is about one.
fn about(notification: &Notification) -> Option<PostId> {
    let follows = matches!(notification.kind, NotificationKind::Follow | NotificationKind::FollowRequest);
    (!follows && notification.post_id != PostId(0)).then_some(notification.post_id)
}

/// Each of `ids` that is in `things`, once, in order.
fn in_order<K: Hash + Eq + Copy, T>(ids: impl Iterator<Item = K>, things: &HashMap<K, T>) -> Vec<&T> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).filter_map(|id| things.get(&id)).collect()
}

impl Context {
    async fn of(app: &App, me: AccountId, notifications: &[Notification]) -> Result<Self> {
        let from: Vec<AccountId> = notifications.iter().map(|notification| notification.from_id).collect();
        let accounts = account::by_ids(app, &app.store, &from).await?;
        let ids: Vec<PostId> = notifications.iter().filter_map(about).collect();
        let viewer = Viewer::Account(me);
        let posts = seen_many(&app.store, &viewer, &ids).await?;
        let statuses = statuses(app, &viewer, &posts).await?.into_iter().map(|status| (status.id, status)).collect();
        Ok(Self { accounts, statuses })
    }

    fn holds(&self, notification: &Notification) -> bool {
        self.accounts.contains_key(&notification.from_id) && about(notification).is_none_or(|post| self.statuses.contains_key(&post))
    }

    fn show(&self, notification: &Notification) -> Option<Value> {
        let mut shown = json!({
            "id": notification.id,
            "type": notification.kind,
            "created_at": notification.created_at,
            "group_key": group_key(notification.id),
            "account": self.accounts.get(&notification.from_id)?,
        });
        if let (Some(post), Some(shown)) = (about(notification), shown.as_object_mut()) {
            shown.insert("status".to_owned(), json!(self.statuses.get(&post)?));
        }
        Some(shown)
    }
}
