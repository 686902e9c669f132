//! Answers to those who asked to quote posts of ours: `Accept` with the stamp, `Reject`, and `Delete` of a stamp that is taken back
//! (FEP-044f).

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::{Audience, Shape},
    },
    features::{posts, quotes},
    federation::vocabulary::PUBLIC,
    store::tables::Account,
};
use serde_json::json;

/// Somebody asked and was answered.
pub async fn asked(house: House<'_>, request: i64) -> Result<()> {
    let Some(request) = quotes::request(house.tx, request).await? else { return Ok(()) };
    let Some(post) = posts::queries::by_id(house.tx, request.post_id).await?.filter(|post| post.is_ours()) else { return Ok(()) };
    let accounts = (targets::account(house, post.author_id).await?, targets::account(house, request.account_id).await?);
    let (Some(author), Some(asker)) = accounts else { return Ok(()) };
    let who = house.absolute(&asker.uri);
    let asked = json!({
        "type": "QuoteRequest", "id": request.request_uri, "actor": who,
        "object": house.absolute(&post.uri), "instrument": request.quoting_uri,
    });
    let mut letter = Letter::new(&author, if request.granted { "Accept" } else { "Reject" }, asked).to(vec![who], Vec::new());
    if request.granted {
        letter.extra.insert("result".into(), json!(house.absolute(&quotes::stamp_uri(post.id, request.id))));
    }
    let targets = asker.delivery_inbox.into_iter().collect();
    letter.write(house).await?.send(house, &author, Route { key: post.id.0, shape: Shape::Any, targets }).await
}

/// A stamp was taken back: told to whoever quoted, and, as they may show it, to those who follow its author.
pub async fn revoked(house: House<'_>, (post, stamp): (PostId, i64), (by, quoter): (AccountId, AccountId)) -> Result<()> {
    let accounts = (targets::account(house, by).await?.filter(Account::is_local), targets::account(house, quoter).await?);
    let (Some(author), Some(quoter)) = accounts else { return Ok(()) };
    let actor = house.absolute(&author.uri);
    let object = json!({"type": "QuoteAuthorization", "id": house.absolute(&quotes::stamp_uri(post, stamp)), "attributedTo": actor});
    let is_wide = posts::queries::by_id(house.tx, post).await?.is_some_and(|post| post.audience <= Audience::Unlisted);
    let to = if is_wide { vec![PUBLIC.to_owned()] } else { Vec::new() };
    let mut targets = if is_wide { targets::followers(house, author.id).await? } else { Vec::new() };
    targets.extend(quoter.delivery_inbox);
    let letter = Letter::new(&author, "Delete", object).to(to, vec![house.absolute(&quoter.uri), format!("{actor}/followers")]);
    letter.write(house).await?.send(house, &author, Route { key: post.0, shape: Shape::Any, targets }).await
}
