//! Notifications, one by one and in groups. Source: docs.joinmastodon.org/entities/Notification.

mod administrators;
mod partners;

use super::{
    account::{self, Shown},
    report,
    status::{Status, statuses, without_hidden},
};
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, NotificationId, PostId, ReportId},
        words::{ModAct, NotificationKind, Role, reading::FilterContext},
    },
    features::{
        communities::seats,
        moderation::{log, reports::queries},
        notifications::groups::{self, Group},
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
    let context = Context::of(app, me, (notifications, &[])).await?;
    Ok(notifications.iter().filter_map(|notification| context.show(notification)).collect())
}

/// Groups as the Mastodon API's GroupedNotificationsResults; `partly` names all but the first of each only by their pictures.
pub async fn grouped(app: &App, me: AccountId, groups: &[Group], partly: bool) -> Result<Value> {
    let heads: Vec<Notification> = groups.iter().map(|group| group.head.clone()).collect();
    let others: Vec<AccountId> = groups.iter().flat_map(|group| group.sample.iter().copied()).collect();
    let context = Context::of(app, me, (&heads, &others)).await?;
    let shown: Vec<&Group> = groups.iter().filter(|group| context.holds(&group.head)).collect();
    let first = || shown.iter().flat_map(|group| group.sample.iter().take(if partly { 1 } else { usize::MAX })).copied();
    let whole: HashSet<AccountId> = first().collect();
    let rest = shown.iter().flat_map(|group| group.sample.iter()).copied().filter(|id| !whole.contains(id));
    let partial: Vec<Value> = in_order(rest, &context.accounts).into_iter().map(partial).collect();
    Ok(json!({
        "accounts": in_order(first(), &context.accounts),
        "partial_accounts": partial,
        "statuses": in_order(shown.iter().map(|group| group.head.post_id), &context.statuses),
        "notification_groups": shown.iter().map(|group| context.group(group)).collect::<Vec<_>>(),
    }))
}

/// The Mastodon API's PartialAccountWithAvatar.
fn partial(account: &Shown) -> Value {
    let whole = serde_json::to_value(account).unwrap_or_default();
    let names = ["id", "acct", "url", "avatar", "avatar_static", "locked", "bot"];
    Value::Object(names.into_iter().filter_map(|name| Some((name.to_owned(), whole.get(name)?.clone()))).collect())
}

fn group(group: &Group) -> Value {
    let head = &group.head;
    let mut shown = json!({
        "group_key": group.key,
        "notifications_count": group.count,
        "type": head.kind,
        // A number, as Mastodon has it.
        "most_recent_notification_id": head.id.0,
        "page_min_id": group.least,
        "page_max_id": head.id,
        "latest_page_notification_at": head.created_at,
        "sample_account_ids": group.sample,
    });
    if let (Some(post), Some(shown)) = (about(head), shown.as_object_mut()) {
        shown.insert("status_id".to_owned(), json!(post));
    }
    shown
}

/// The post it is about, if it is about one.
fn about(notification: &Notification) -> Option<PostId> {
    let is_other =
        matches!(notification.kind, NotificationKind::Follow | NotificationKind::FollowRequest) || notification.kind.is_business();
    (!is_other && notification.post_id != PostId(0)).then_some(notification.post_id)
}

/// What a notification of moderators' business is about, under its name in the entity.
async fn business(app: &App, notification: &Notification) -> Result<Option<(&'static str, Value)>> {
    if notification.kind == NotificationKind::AdminSignUp {
        return administrators::sign_up(app, notification).await;
    }
    if notification.kind == NotificationKind::ModerationWarning {
        if let Some(warning) = administrators::warning(app, notification).await? {
            return Ok(Some(warning));
        }
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
    fn group(&self, of: &Group) -> Value {
        let mut group = group(of);
        if let (Some((name, about)), Some(group)) = (self.business.get(&of.head.id), group.as_object_mut()) {
            group.insert((*name).to_owned(), about.clone());
        }
        group
    }

    async fn of(app: &App, me: AccountId, (notifications, others): (&[Notification], &[AccountId])) -> Result<Self> {
        let mut from: Vec<AccountId> =
            notifications.iter().map(|notification| notification.from_id).chain(others.iter().copied()).collect();
        from.sort_unstable();
        from.dedup();
        let accounts = account::by_ids(app, &app.store, &from).await?;
        let ids: Vec<PostId> = notifications.iter().filter_map(about).collect();
        let viewer = Viewer::Account(me);
        let posts = seen_many(&app.store, &viewer, &ids).await?;
        let shown = without_hidden(statuses(app, &viewer, &posts).await?, FilterContext::Notifications);
        let statuses = shown.into_iter().map(|status| (status.id, status)).collect();
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
            "group_key": groups::name(notification, &groups::GROUPED),
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
