//! Votes of our people in polls elsewhere, as Mastodon tells them: for each answer a `Create` of a `Note` that has its name and
//! no words, to the author of the poll alone. In a community that is not public its node is the door for votes as for posts: it
//! judges the seat of whoever votes, and hands the vote to the author's node inside its Announce.

use super::{
    House,
    announce::pass_on,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        words::{Audience, Shape},
    },
    features::{polls, posts},
    federation::Federation,
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use serde_json::json;

pub async fn voted(house: House<'_>, by: AccountId, post: PostId) -> Result<()> {
    let Some(by) = targets::account(house, by).await?.filter(|by| by.is_local()) else { return Ok(()) };
    let Some(post) = posts::queries::by_id(house.tx, post).await?.filter(|post| post.deleted_at.is_none()) else { return Ok(()) };
    let Some(author) = targets::account(house, post.author_id).await? else { return Ok(()) };
    let (Some(inbox), Some(poll)) = (author.delivery_inbox, polls::by_post(house.tx, post.id).await?) else { return Ok(()) };
    let group = match post.community_id.filter(|_| post.audience == Audience::Members) {
        Some(community) => targets::account(house, community).await?,
        None => None,
    };
    let (actor, to, options) = (house.absolute(&by.uri), house.absolute(&author.uri), poll.options());
    let audience = group.as_ref().map(|group| house.absolute(&group.uri));
    for vote in polls::mine(house.tx, by.id, &[post.id]).await? {
        let Some(option) = usize::try_from(vote.choice).ok().and_then(|choice| options.get(choice)) else { continue };
        let note = json!({
            "type": "Note", "id": format!("{actor}#votes/{}", vote.id), "attributedTo": actor, "to": [to], "cc": [],
            "name": option.title, "inReplyTo": house.absolute(&post.uri), "published": house.tx.now,
        });
        let addressed = [to.clone()].into_iter().chain(audience.clone()).collect();
        let vote = Letter::new(&by, "Create", note).to(addressed, Vec::new()).within(audience.clone()).write(house).await?;
        match &group {
            Some(group) if group.is_local() => pass_on(house, group, &vote.body, (post.id.0, vec![inbox])).await?,
            Some(group) => {
                let targets = group.delivery_inbox.into_iter().collect();
                vote.send_within(house, &by, Some(group.id), Route { key: post.id.0, shape: Shape::Any, targets }).await?;
            }
            None => vote.send(house, &by, Route { key: post.id.0, shape: Shape::Any, targets: vec![inbox] }).await?,
        }
    }
    Ok(())
}

/// A vote from elsewhere in the poll of `post`, which stands in `community`, one of ours that is not public, and is not ours: it
/// goes to the author of the poll, byte for byte. Call it in the transaction in which the voter's seat was judged.
pub async fn hand_on_vote(federation: &Federation, tx: &Tx, (community, post): (&Account, &Post), raw: &str) -> Result<()> {
    let house = House { federation, tx };
    let author = targets::account(house, post.author_id).await?;
    let inbox = author.and_then(|author| author.delivery_inbox);
    pass_on(house, community, raw, (post.id.0, inbox.into_iter().collect())).await
}
