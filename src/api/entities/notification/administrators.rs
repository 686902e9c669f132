//! What notifications say of acts of this node's administrators, and to them. Source: docs.joinmastodon.org/entities/AccountWarning.

use crate::{
    api::entities::account,
    app::App,
    base::{error::Result, words::NodeRole},
    features::{accounts, administering},
    store::tables::Notification,
};
use serde_json::{Value, json};

/// What an administrator did about the account of whoever is told.
pub(super) async fn warning(app: &App, notification: &Notification) -> Result<Option<(&'static str, Value)>> {
    let found = administering::warning(&app.store, notification.post_id.0).await?;
    let Some(warning) = found.filter(|warning| warning.account_id == notification.account_id) else { return Ok(None) };
    let target = account::by_ids(app, &app.store, &[warning.account_id]).await?;
    Ok(target.get(&warning.account_id).map(|target| {
        let shown = json!({
            "id": warning.id.to_string(),
            "target_account": target,
            "action": warning.act,
            "text": warning.reason,
            "status_ids": null,
            "appeal": null,
            "created_at": warning.created_at,
        });
        ("moderation_warning", shown)
    }))
}

/// Whether somebody who signed up waits; for whoever handles this node's reports still.
pub(super) async fn sign_up(app: &App, notification: &Notification) -> Result<Option<(&'static str, Value)>> {
    let reader = accounts::queries::user(&app.store, notification.account_id).await?;
    if reader.is_none_or(|user| user.role < NodeRole::Moderator) {
        return Ok(None);
    }
    let newcomer = accounts::queries::user(&app.store, notification.from_id).await?;
    Ok(newcomer.map(|user| ("intermoot", json!({ "pending": !user.approved }))))
}
