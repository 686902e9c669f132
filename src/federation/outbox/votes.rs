//! Votes of our people in polls elsewhere, as Mastodon tells them: for each answer a `Create` of a `Note` that has its name and
//! no words, to the author of the poll alone.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::Shape,
    },
    features::{polls, posts},
};
use serde_json::json;

pub async fn voted(house: House<'_>, by: AccountId, post: PostId) -> Result<()> {
    let Some(by) = targets::account(house, by).await?.filter(|by| by.is_local()) else { return Ok(()) };
    let Some(post) = posts::queries::by_id(house.tx, post).await?.filter(|post| post.deleted_at.is_none()) else { return Ok(()) };
    let Some(author) = targets::account(house, post.author_id).await? else { return Ok(()) };
    let (Some(inbox), Some(poll)) = (author.delivery_inbox, polls::by_post(house.tx, post.id).await?) else { return Ok(()) };
    let (actor, to, options) = (house.absolute(&by.uri), house.absolute(&author.uri), poll.options());
    for vote in polls::mine(house.tx, by.id, &[post.id]).await? {
        let Some(option) = usize::try_from(vote.choice).ok().and_then(|choice| options.get(choice)) else { continue };
        let note = json!({
            "type": "Note", "id": format!("{actor}#votes/{}", vote.id), "attributedTo": actor, "to": [to], "cc": [],
            "name": option.title, "inReplyTo": house.absolute(&post.uri), "published": house.tx.now,
        });
        let letter = Letter::new(&by, "Create", note).to(vec![to.clone()], Vec::new());
        letter.write(house).await?.send(house, &by, Route { key: post.id.0, shape: Shape::Any, targets: vec![inbox] }).await?;
    }
    Ok(())
}
