//! Likes and boosts by people of ours.

use super::{
    House,
    announce::pass_on,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId, PostId},
        words::{Audience, Shape},
    },
    features::{deliveries, posts},
    federation::vocabulary::PUBLIC,
    store::tables::{Account, Post},
};
use serde_json::json;

/// Somebody of ours; none for others and for communities, whose boosts are announcements.
async fn person(house: House<'_>, id: AccountId) -> Result<Option<Account>> {
    Ok(targets::account(house, id).await?.filter(|account| account.is_local() && !account.is_community()))
}

pub async fn boosted(house: House<'_>, boost: PostId) -> Result<()> {
    let Some(boost) = posts::queries::by_id(house.tx, boost).await?.filter(|boost| boost.deleted_at.is_none()) else { return Ok(()) };
    let Some(by) = person(house, boost.author_id).await? else { return Ok(()) };
    let Some(of) = original(house, boost.boost_of_id).await? else { return Ok(()) };
    let author = targets::account(house, of.author_id).await?;
    let mut to = targets::followers(house, by.id).await?;
    to.extend(author.as_ref().and_then(|author| author.delivery_inbox));
    if to.is_empty() {
        return Ok(());
    }
    let followers = format!("{}/followers", house.absolute(&by.uri));
    let author = author.map(|author| house.absolute(&author.uri));
    let (primary, mut others) = match boost.audience {
        Audience::Public => (vec![PUBLIC.to_owned()], vec![followers]),
        Audience::Unlisted => (vec![followers], vec![PUBLIC.to_owned()]),
        _ => (vec![followers], Vec::new()),
    };
    others.extend(author);
    let mut letter = Letter::new(&by, "Announce", json!(house.absolute(&of.uri))).under(boost.uri.as_str()).to(primary, others);
    letter.extra.insert("published".into(), json!(boost.created_at));
    letter.write(house).await?.send(house, &by, Route { key: boost.id.0, shape: Shape::Any, targets: to }).await
}

pub async fn unboosted(house: House<'_>, boost: PostId, (by, of): (AccountId, PostId)) -> Result<()> {
    let Some(by) = person(house, by).await? else { return Ok(()) };
    let mut to = deliveries::queries::went_to(house.tx, boost.0).await?;
    to.extend(targets::followers(house, by.id).await?);
    let (Some(boost), Some(of)) = (posts::queries::by_id(house.tx, boost).await?, original(house, Some(of)).await?) else { return Ok(()) };
    if to.is_empty() {
        return Ok(());
    }
    let actor = house.absolute(&by.uri);
    let (everyone, followers) = (vec![PUBLIC.to_owned()], vec![format!("{actor}/followers")]);
    let announce = json!({
        "type": "Announce",
        "id": house.absolute(&boost.uri),
        "actor": actor,
        "published": boost.created_at,
        "to": everyone,
        "cc": followers,
        "object": house.absolute(&of.uri),
    });
    let undo = Letter::new(&by, "Undo", announce).to(everyone, followers);
    undo.write(house).await?.send(house, &by, Route { key: boost.id.0, shape: Shape::Any, targets: to }).await
}

async fn original(house: House<'_>, of: Option<PostId>) -> Result<Option<Post>> {
    match of {
        Some(of) => posts::queries::by_id(house.tx, of).await,
        None => Ok(None),
    }
}

pub async fn liked(house: House<'_>, by: AccountId, post: PostId) -> Result<()> {
    let Some(uri) = deliveries::queries::like_uri(house.tx, by, post).await? else { return Ok(()) };
    tell(house, (by, post), Told::Like, &uri).await
}

pub async fn unliked(house: House<'_>, (by, post): (AccountId, PostId), uri: &str) -> Result<()> {
    tell(house, (by, post), Told::Undo, uri).await
}

/// What is told of a like.
enum Told {
    Like,
    Undo,
}

/// Tells the author and the community of a post that somebody of ours likes it, or no longer.
async fn tell(house: House<'_>, (by, post): (AccountId, PostId), told: Told, uri: &str) -> Result<()> {
    let Some(by) = person(house, by).await? else { return Ok(()) };
    let Some(post) = posts::queries::by_id(house.tx, post).await? else { return Ok(()) };
    let author = targets::account(house, post.author_id).await?;
    let group = match post.community_id {
        Some(community) => targets::account(house, community).await?,
        None => None,
    };
    // In a community that is not public its node is the only door.
    let private = group.as_ref().map(|group| group.id).filter(|_| post.audience == Audience::Members);
    let inboxes = [author.as_ref().filter(|_| private.is_none()), group.as_ref()].into_iter().flatten();
    let direct: Vec<InboxId> = inboxes.filter_map(|account| account.delivery_inbox).collect();
    let local = group.as_ref().filter(|group| group.is_local());
    let members = match local {
        Some(group) => targets::readers(house, group.id).await?,
        None => Vec::new(),
    };
    if direct.is_empty() && members.is_empty() {
        return Ok(());
    }
    let audience = group.as_ref().map(|group| house.absolute(&group.uri));
    let to: Vec<String> = author.iter().map(|author| house.absolute(&author.uri)).collect();
    let object = json!(house.absolute(&post.uri));
    let letter = match told {
        Told::Like => Letter::new(&by, "Like", object).under(uri),
        Told::Undo => {
            let actor = house.absolute(&by.uri);
            let mut like = json!({"type": "Like", "id": house.absolute(uri), "actor": actor, "object": object});
            if let Some(audience) = &audience {
                like["audience"] = json!(audience);
            }
            Letter::new(&by, "Undo", like)
        }
    };
    let written = letter.to(to, audience.iter().cloned().collect()).within(audience).write(house).await?;
    written.send_within(house, &by, private, Route { key: post.id.0, shape: Shape::Any, targets: direct }).await?;
    match local {
        Some(group) => pass_on(house, group, &written.body, (post.id.0, members)).await,
        None => Ok(()),
    }
}
