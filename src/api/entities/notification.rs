//! Notifications, one by one and as groups of one. Source: docs.joinmastodon.org/entities/Notification.

mod partners;

use super::{
    account::{self, Shown},
    report,
    status::{Status, statuses},
};
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, NotificationId, PostId, ReportId},
        words::{ModAct, NotificationKind, Role},
    },
    features::{
        communities::seats,
        moderation::{log, reports::queries},
        posts::queries::{Viewer, seen_many},
        scheduled,
    },
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
    business: HashMap<NotificationId, (&'static str, Value)>,
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
    let groups: Vec<Value> = shown.iter().map(|notification| context.group(notification)).collect();
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
    let is_other =
        matches!(notification.kind, NotificationKind::Follow | NotificationKind::FollowRequest) || notification.kind.is_business();
    (!is_other && notification.post_id != PostId(0)).then_some(notification.post_id)
}

/// What a notification of moderators' business is about, under its name in the entity.
async fn business(app: &App, notification: &Notification) -> Result<Option<(&'static str, Value)>> {
    if notification.kind == NotificationKind::ModerationWarning {
        let row = log::find(&app.store, notification.post_id.0).await?.filter(|row| row.account_id == Some(notification.account_id));
        return Ok(row.map(|row| {
            // the word that apps know for it, and ours
            let action = if row.act == ModAct::Remove { "delete_statuses" } else { "none" };
            let warning = json!({ "id": row.id.to_string(), "action": action, "text": row.reason, "status_ids": row.post_id.map(|post| vec![post]),
                "appeal": null, "created_at": row.created_at, "intermoot": { "act": row.act, "community_id": row.community_id, "expires_at": row.expires_at } });
            ("moderation_warning", warning)
        }));
    }
    if notification.kind == NotificationKind::SeatRequested {
        let community = AccountId(notification.post_id.0);
        let may = seats::role(&app.store, community, notification.account_id).await? >= Some(Role::Moderator);
        return Ok(may.then(|| ("intermoot", json!({ "community_id": community }))));
    }
    if notification.kind == NotificationKind::ScheduledRefused {
        let row = scheduled::find(&app.store, notification.account_id, notification.post_id.0).await?;
        return Ok(row.map(|row| ("intermoot", json!({ "scheduled_status_id": row.id.to_string(), "reason": row.refusal }))));
    }
    if notification.kind.is_of_partners() {
        return Ok(partners::agreement(app, notification).await?.map(|about| ("intermoot", about)));
    }
    if notification.kind == NotificationKind::OrganisationAnnounced {
        return Ok(partners::newcomer(app, notification).await?.map(|about| ("intermoot", about)));
    }
    let is_for_moderators = notification.kind == NotificationKind::AdminReport;
    let Some(found) = queries::find(&app.store, ReportId(notification.post_id.0)).await? else { return Ok(None) };
    // who lost the rank since is not shown it any more (S48)
    let may = if is_for_moderators {
        queries::judges(&app.store, &found, notification.account_id).await?
    } else {
        found.reporter_id == notification.account_id
    };
    Ok(if may { report::reports(app, &[found], is_for_moderators).await?.pop().map(|shown| ("report", shown)) } else { None })
}

/// Each of `ids` that is in `things`, once, in order.
fn in_order<K: Hash + Eq + Copy, T>(ids: impl Iterator<Item = K>, things: &HashMap<K, T>) -> Vec<&T> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).filter_map(|id| things.get(&id)).collect()
}

impl Context {
    fn group(&self, notification: &Notification) -> Value {
        let mut group = group(notification);
        if let (Some((name, about)), Some(group)) = (self.business.get(&notification.id), group.as_object_mut()) {
            group.insert((*name).to_owned(), about.clone());
        }
        group
    }

    async fn of(app: &App, me: AccountId, notifications: &[Notification]) -> Result<Self> {
        let from: Vec<AccountId> = notifications.iter().map(|notification| notification.from_id).collect();
        let accounts = account::by_ids(app, &app.store, &from).await?;
        let ids: Vec<PostId> = notifications.iter().filter_map(about).collect();
        let viewer = Viewer::Account(me);
        let posts = seen_many(&app.store, &viewer, &ids).await?;
        let statuses = statuses(app, &viewer, &posts).await?.into_iter().map(|status| (status.id, status)).collect();
        let mut found = HashMap::new();
        for notification in notifications.iter().filter(|notification| notification.kind.is_business()) {
            if let Some(about) = business(app, notification).await? {
                found.insert(notification.id, about);
            }
        }
        Ok(Self { accounts, statuses, business: found })
    }

    fn holds(&self, notification: &Notification) -> bool {
        let is_known = !notification.kind.is_business() || self.business.contains_key(&notification.id);
        is_known
            && self.accounts.contains_key(&notification.from_id)
            && about(notification).is_none_or(|post| self.statuses.contains_key(&post))
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
        if notification.kind.is_business() {
            let (name, about) = self.business.get(&notification.id)?;
            shown.as_object_mut()?.insert((*name).to_owned(), about.clone());
        }
        Some(shown)
    }
}
