//! What the command line does about whom the organisation employs: affiliation, off-boarding, receipts.

use super::{
    Answer,
    people::{COMMAND_LINE_ACTOR, find},
};
use crate::{
    app::App,
    features::{
        affiliations,
        off_boarding::{self, Leaving, Receipt},
    },
};
use anyhow::Result;
use serde_json::{Value, json};

/// How many acts are listed.
const LISTED_MAX: u32 = 200;

/// Off-boards somebody and shows what was done.
pub(super) async fn off_board(app: &App, name: &str, reason: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    let act = off_boarding::off_board(&tx, &account, Leaving { by: None, reason }).await?;
    let waiting = off_boarding::admitted(&tx, account.id, LISTED_MAX).await?.len();
    let receipt = off_boarding::receipt(&tx, act).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    let mut text = format!("@{} is off-boarded; every session has ended; {}", account.username, receipt.sentence());
    if waiting > 0 {
        text = format!("{text}; {waiting} whom they admitted lately wait for a review");
    }
    Ok(Answer::text(text, described(app, &receipt)))
}

/// Says for whom somebody works.
pub(super) async fn affiliate(app: &App, name: &str, granted: Option<(String, String)>) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    let said = match granted {
        Some((title, unit)) => Some(affiliations::grant(&tx, &account, (&title, &unit), COMMAND_LINE_ACTOR).await?),
        None => affiliations::withdraw(&tx, &account, None).await.map(|()| None)?,
    };
    tx.commit().await?;
    let text = match &said {
        Some(said) => format!("@{} works for {}", account.username, said.name),
        None => format!("@{} does not work for this organisation", account.username),
    };
    Ok(Answer::text(text, json!({"name": account.username, "affiliation": said})))
}

/// The receipts of those who left, newest first.
pub(super) async fn list(app: &App) -> Result<Answer> {
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    let tx = app.begin().await?;
    off_boarding::settle(&tx).await?;
    tx.commit().await?;
    let acts = off_boarding::list(&app.store, None, LISTED_MAX).await?;
    for receipt in off_boarding::receipts_of(&app.store, acts).await? {
        let name = receipt.account.as_ref().map(|account| account.username.clone()).unwrap_or_default();
        rows.push(vec![receipt.act.id.to_string(), name, receipt.act.created_at.to_string(), receipt.sentence()]);
        all.push(described(app, &receipt));
    }
    Ok(Answer::table(&["id", "name", "left", "receipts"], rows, Value::Array(all)))
}

fn described(app: &App, receipt: &Receipt) -> Value {
    let seats: Vec<Value> = receipt
        .seats
        .iter()
        .map(|(seat, community)| {
            let community = community.as_ref().map(|community| app.origin.absolute(&community.uri));
            json!({"host": seat.host, "community": community, "attempts": seat.attempts, "confirmed_at": seat.confirmed_at})
        })
        .collect();
    json!({
        "id": receipt.act.id,
        "name": receipt.account.as_ref().map(|account| &account.username),
        "reason": receipt.act.reason,
        "created_at": receipt.act.created_at,
        "held_at": receipt.act.held_at,
        "confirmed_at": receipt.act.confirmed_at,
        "receipts": receipt.sentence(),
        "confirmed": receipt.confirmed(),
        "seats": seats,
    })
}
