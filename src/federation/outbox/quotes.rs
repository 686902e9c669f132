//! Quotes with consent (FEP-044f): asking for those that our people write, and answers to those who asked to quote posts of ours: `Accept` with the stamp, `Reject`, and `Delete` of a stamp that is taken back
//! again.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::{Audience, Shape, Stage},
    },
    features::{posts, quotes},
    federation::{
        objects::note::{self, Facts},
        vocabulary::PUBLIC,
    },
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

/// Somebody of ours quoted a post from elsewhere: its author is asked, as FEP-044f has it, by naming both posts; what everybody may
/// read is sent along.
pub async fn wanted(house: House<'_>, post: PostId) -> Result<()> {
    let Some(post) = posts::queries::by_id(house.tx, post).await?.filter(|post| post.is_ours() && post.deleted_at.is_none()) else {
        return Ok(());
    };
    let quoted = posts::queries::by_uri(house.tx, &post.quote_uri).await?.filter(|quoted| !quoted.is_ours());
    let Some(quoted) = quoted else { return Ok(()) };
    let accounts = (targets::account(house, post.author_id).await?, targets::account(house, quoted.author_id).await?);
    let (Some(by), Some(author)) = accounts else { return Ok(()) };
    let who = house.absolute(&author.uri);
    let facts = Facts::gather(house.federation, &post).await?;
    let is_open = post.audience <= Audience::Unlisted && facts.community.as_ref().is_none_or(|(_, stage)| *stage == Stage::Public);
    let instrument = if is_open {
        serde_json::to_value(note::into_json(&house.federation.app.origin, &post, &facts)).map_err(anyhow::Error::from)?
    } else {
        json!(house.absolute(&post.uri))
    };
    let mut letter = Letter::new(&by, "QuoteRequest", json!(house.absolute(&quoted.uri))).to(vec![who], Vec::new());
    letter.extra.insert("instrument".into(), instrument);
    let targets = author.delivery_inbox.into_iter().collect();
    letter.write(house).await?.send(house, &by, Route { key: post.id.0, shape: Shape::Any, targets }).await
}
