//! Custom emoji from the command line.

use super::acts::{Answer, missing};
use crate::{app::App, base::error::Refusal, features::emojis};
use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

/// Every emoji.
pub(super) async fn list(app: &App) -> Result<Answer> {
    let all = emojis::all(&app.store).await?;
    let json =
        all.iter().map(|one| json!({ "shortcode": one.shortcode, "category": one.category, "media_type": one.media_type })).collect();
    let rows = all.into_iter().map(|one| vec![one.shortcode, one.category, one.media_type]).collect();
    Ok(Answer::table(&["shortcode", "category", "type"], rows, json))
}

/// Keeps one; `image` is its picture in base64.
pub(super) async fn add(app: &App, (shortcode, category): (&str, &str), image: &str) -> Result<Answer> {
    let bytes = STANDARD.decode(image).map_err(|_| Refusal::invalid("image", "is not base64"))?;
    let tx = app.begin().await?;
    let kept = emojis::put(&tx, shortcode, category, bytes).await?;
    tx.commit().await?;
    let url = app.origin.absolute(&format!("/assets/emoji/{}", kept.shortcode));
    Ok(Answer::text(format!(":{}: is at {url}", kept.shortcode), json!({ "shortcode": kept.shortcode, "url": url })))
}

/// Takes one away.
pub(super) async fn remove(app: &App, shortcode: &str) -> Result<Answer> {
    let tx = app.begin().await?;
    let is_known = !emojis::known(&tx, &[shortcode.to_owned()]).await?.is_empty();
    if !is_known {
        return Err(missing("emoji", shortcode).into());
    }
    emojis::remove(&tx, shortcode).await?;
    tx.commit().await?;
    Ok(Answer::text(format!(":{shortcode}: is gone"), json!({ "shortcode": shortcode })))
}
