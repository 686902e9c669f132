//! Reports and entries of a community's log, as clients get them. Source: docs.joinmastodon.org/entities/Report.

use super::account;
use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, PostId},
    },
    features::moderation::reports::queries::posts,
    store::tables::{ModLogRow, Report},
};
use serde_json::{Value, json};

/// Reports in their order. With `reporters` for moderators, who see who reports; the reporter sees the rest.
pub async fn reports(app: &App, reports: &[Report], reporters: bool) -> Result<Vec<Value>> {
    let ids: Vec<AccountId> = reports.iter().flat_map(|report| [report.target_id, report.reporter_id]).collect();
    let people = account::by_ids(app, &app.store, &ids).await?;
    let shown = reports.iter().map(|report| {
        let statuses: Vec<PostId> = posts(report);
        let mut shown = json!({
            "id": report.id,
            "action_taken": report.resolved_at.is_some(),
            "action_taken_at": report.resolved_at,
            "category": report.category,
            "comment": report.comment,
            "forwarded": report.forwarded,
            "created_at": report.created_at,
            "status_ids": statuses,
            "rule_ids": [],
            "target_account": people.get(&report.target_id),
            "intermoot": { "community_id": report.community_id, "outcome": report.resolved_at.map(|_| &report.outcome) },
        });
        if let (true, Some(fields)) = (reporters, shown.as_object_mut()) {
            fields.insert("account".to_owned(), json!(people.get(&report.reporter_id)));
        }
        shown
    });
    Ok(shown.collect())
}

/// Entries of a log in their order.
pub async fn entries(app: &App, rows: &[ModLogRow]) -> Result<Vec<Value>> {
    let ids: Vec<AccountId> = rows.iter().flat_map(|row| [Some(row.moderator_id), row.account_id]).flatten().collect();
    let people = account::by_ids(app, &app.store, &ids).await?;
    let shown = rows.iter().map(|row| {
        json!({
            "id": row.id.to_string(),
            "act": row.act,
            "moderator": people.get(&row.moderator_id),
            "account": row.account_id.and_then(|id| people.get(&id)),
            "status_id": row.post_id,
            "role": row.role,
            "host": Some(&row.host).filter(|host| !host.is_empty()),
            "stage": row.stage,
            "reason": row.reason,
            "expires_at": row.expires_at,
            "asked": row.asked,
            "created_at": row.created_at,
        })
    });
    Ok(shown.collect())
}
