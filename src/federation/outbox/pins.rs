//! What people of ours put at the head of their profile: `Add` and `Remove` with `target` their featured collection. What a
//! community of ours features is told by the curator's own activity, inside its Announce.

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
    features::posts,
    federation::vocabulary::PUBLIC,
};
use serde_json::json;

pub async fn pinned(house: House<'_>, account: AccountId, (post, is_pinned): (PostId, bool)) -> Result<()> {
    let by = targets::account(house, account).await?.filter(|by| by.is_local() && !by.is_community());
    let (Some(by), Some(post)) = (by, posts::queries::by_id(house.tx, post).await?) else { return Ok(()) };
    let followers = targets::followers(house, by.id).await?;
    if followers.is_empty() {
        return Ok(());
    }
    let actor = house.absolute(&by.uri);
    let kind = if is_pinned { "Add" } else { "Remove" };
    let mut letter = Letter::new(&by, kind, json!(house.absolute(&post.uri)));
    letter.extra.insert("target".into(), json!(format!("{actor}/featured")));
    let letter = letter.to(vec![PUBLIC.to_owned()], vec![format!("{actor}/followers")]);
    letter.write(house).await?.send(house, &by, Route { key: post.id.0, shape: Shape::Any, targets: followers }).await
}
