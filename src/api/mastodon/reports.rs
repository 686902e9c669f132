//! Reporting a post or a person. Source: docs.joinmastodon.org/methods/reports.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::report,
        error::{Failure, Result},
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, PostId},
        text::limits::REASON_CHARS_MAX,
    },
    features::{
        accounts,
        moderation::reports::{self, New},
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::Value;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().post("/api/v1/reports", Access::User(Scope::WriteReports), "Reports a person or posts to moderators", make)
}

#[derive(Deserialize)]
struct Wanted {
    account_id: AccountId,
    #[serde(default)]
    status_ids: Vec<PostId>,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    forward: bool,
    category: Option<String>,
    /// This node has no numbered rules: taken, as apps send them, and of no effect.
    #[serde(default)]
    rule_ids: Vec<String>,
    #[serde(default)]
    intermoot: Place,
}

#[derive(Default, Deserialize)]
struct Place {
    community_id: Option<AccountId>,
}

async fn make(State(app): State<App>, caller: Caller, Input(new): Input<Wanted>) -> Result<Json<Value>> {
    if new.comment.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("comment", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    let target = accounts::queries::nameable(&app.store, new.account_id).await?.filter(|target| target.gone_at.is_none());
    let target = target.ok_or_else(Refusal::not_found)?;
    let broken_rules = if new.rule_ids.is_empty() { "other" } else { "violation" };
    let wanted = New {
        posts: new.status_ids,
        community: new.intermoot.community_id,
        comment: new.comment,
        category: new.category.filter(|word| !word.is_empty()).unwrap_or_else(|| broken_rules.to_owned()),
        forward: new.forward,
    };
    let tx = app.begin().await?;
    let made = reports::make(&tx, caller.account(), &target, wanted).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(report::reports(&app, &[made], false).await?.pop().unwrap_or_default()))
}
