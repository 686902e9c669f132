//! What administrators see: accounts with what is kept of their owners, reports, and decisions about hosts.
//!
//! Lists in, lists out. Posts in reports are those that the reader may see anyhow: to administer a node is no right to read.
//! Source: docs.joinmastodon.org/entities/Admin_Account, Admin_Report, Admin_DomainBlock.

use super::{account, credential::role, status::statuses};
use crate::{
    app::App,
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        secret,
        words::NodeRole,
    },
    features::{
        accounts,
        administering::listing,
        moderation::reports::queries::posts,
        peers::terms::Decision,
        posts::queries::{Viewer, seen_many},
    },
    store::tables::{Account, Report, User},
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Accounts in their order: three statements for any number.
pub async fn accounts(app: &App, accounts: Vec<Account>) -> Result<Vec<Value>> {
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let users = listing::users(&app.store, &ids).await?;
    let users: HashMap<AccountId, User> = users.into_iter().map(|user| (user.account_id, user)).collect();
    let shown = account::accounts(app, &app.store, accounts.clone()).await?;
    Ok(accounts.iter().zip(shown).map(|(account, shown)| described(account, users.get(&account.id), json!(shown))).collect())
}

/// One account, read afresh.
pub async fn one(app: &App, id: AccountId) -> Result<Value> {
    let found = accounts::queries::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    Ok(accounts(app, vec![found]).await?.pop().unwrap_or_default())
}

/// No address is kept from which somebody came, so there is none to show.
fn described(account: &Account, user: Option<&User>, shown: Value) -> Value {
    json!({
        "id": account.id,
        "username": account.username,
        "domain": Some(&account.host).filter(|host| !host.is_empty()),
        "created_at": account.created_at,
        "email": user.map_or("", |user| user.email.as_str()),
        "ip": null,
        "ips": [],
        "locale": user.map_or("", |user| user.posting_language.as_str()),
        "invite_request": user.map(|user| user.sign_up_reason.as_str()).filter(|reason| !reason.is_empty()),
        "role": role(user.map_or(NodeRole::Member, |user| user.role)),
        "confirmed": user.is_none_or(|user| !user.unconfirmed),
        "approved": user.is_none_or(|user| user.approved),
        "disabled": user.is_some_and(|user| user.disabled_at.is_some() || user.off_boarded_at.is_some()),
        "silenced": account.silenced_at.is_some(),
        "suspended": account.suspended_at.is_some(),
        "sensitized": account.sensitized_at.is_some(),
        "account": shown,
        "created_by_application_id": null,
        "invited_by_account_id": user.and_then(|user| user.invited_by.or(user.sponsor_id)),
    })
}

/// Reports in their order, as `reader` gets them: a fixed number of statements.
pub async fn reports(app: &App, reader: AccountId, reports: &[Report]) -> Result<Vec<Value>> {
    let mut ids: Vec<AccountId> =
        reports.iter().flat_map(|one| [Some(one.reporter_id), Some(one.target_id), one.assigned_to, one.resolved_by]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let found = accounts::queries::by_ids(&app.store, &ids).await?;
    let order: Vec<AccountId> = found.iter().map(|account| account.id).collect();
    let people: HashMap<AccountId, Value> = order.into_iter().zip(accounts(app, found).await?).collect();
    let named: Vec<PostId> = reports.iter().flat_map(posts).collect();
    let viewer = Viewer::Account(reader);
    let seen = seen_many(&app.store, &viewer, &named).await?;
    let seen: HashMap<PostId, Value> = statuses(app, &viewer, &seen).await?.into_iter().map(|shown| (shown.id, json!(shown))).collect();
    Ok(reports.iter().map(|one| report(one, &people, &seen)).collect())
}

fn report(one: &Report, people: &HashMap<AccountId, Value>, seen: &HashMap<PostId, Value>) -> Value {
    let person = |id: Option<AccountId>| id.and_then(|id| people.get(&id));
    let named = posts(one);
    json!({
        "id": one.id,
        "action_taken": one.resolved_at.is_some(),
        "action_taken_at": one.resolved_at,
        "category": one.category,
        "comment": one.comment,
        "forwarded": one.forwarded,
        "created_at": one.created_at,
        "updated_at": one.updated_at.unwrap_or(one.created_at),
        "account": person(Some(one.reporter_id)),
        "target_account": person(Some(one.target_id)),
        "assigned_account": person(one.assigned_to),
        "action_taken_by_account": person(one.resolved_by),
        "statuses": named.iter().filter_map(|id| seen.get(id)).collect::<Vec<_>>(),
        "rules": [],
        "intermoot": {
            "community_id": one.community_id,
            "outcome": one.resolved_at.map(|_| &one.outcome),
            // how many posts are named, also where they are not shown
            "statuses_count": named.len(),
        },
    })
}

/// A decision about a host.
pub fn decision(one: &Decision) -> Value {
    json!({
        "id": one.id.to_string(),
        "domain": one.host,
        "digest": secret::hash_hex(&one.host),
        "created_at": one.since,
        "severity": one.severity,
        "reject_media": one.terms.reject_media,
        "reject_reports": one.terms.reject_reports,
        "private_comment": one.terms.private_comment,
        "public_comment": one.terms.public_comment,
        "obfuscate": one.terms.obfuscate,
    })
}
