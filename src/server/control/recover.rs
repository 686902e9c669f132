//! What the command line does after a restore: says where the node stands, and gives an administrator's word.

use super::Answer;
use crate::{app::App, features::recovery, server::incarnation};
use anyhow::Result;
use serde_json::json;

/// Where the node stands.
pub(super) async fn status(app: &App) -> Result<Answer> {
    let recovering = recovery::reason(&app.store).await?;
    let is_missing = recovery::fact(&app.store, recovery::FILE_MISSING).await?.is_some();
    let held: Vec<String> = recovery::held(&app.store).await?.into_iter().map(|agreement| agreement.host).collect();
    let mut text = match &recovering {
        Some(why) => {
            format!("recovering: {why}; nothing private is read or delivered. Check the people, then say `intermoot recover confirm`")
        }
        None if is_missing => {
            "the file incarnation is missing in data.dir; say `intermoot recover confirm` if the database was not exchanged".to_owned()
        }
        None => "not recovering".to_owned(),
    };
    for host in &held {
        text.push_str(&format!("\nthe agreement with {host} is held: say `intermoot recover agreement {host}` if it still holds"));
    }
    Ok(Answer::text(text, json!({ "recovering": recovering, "asks_for_confirmation": is_missing, "held": held })))
}

/// The people are as they should be.
pub(super) async fn confirm(app: &App) -> Result<Answer> {
    incarnation::confirm(app).await?;
    let held = recovery::held(&app.store).await?.len();
    let text = match held {
        0 => "confirmed: this node goes on".to_owned(),
        held => format!("confirmed: this node goes on; {held} agreements are held until each is confirmed (`intermoot recover status`)"),
    };
    Ok(Answer::text(text, json!({ "ok": true, "held": held })))
}

/// The agreement with `host` still holds.
pub(super) async fn agreement(app: &App, host: &str) -> Result<Answer> {
    let tx = app.begin().await?;
    recovery::release(&tx, host).await?;
    tx.commit().await?;
    Ok(Answer::text(format!("the agreement with {host} is used again"), json!({ "ok": true, "host": host })))
}
