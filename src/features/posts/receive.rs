//! Posts that were written elsewhere.
//!
//! The hottest write of the node: a post that answers nobody, names nobody and stands in no
//! community costs one insert, one into the index of words, one count and one look for those who waited
//! for it. Everything arrives in any order and more than once; the state at the end is the same.

use super::{
    community,
    ground::Ground,
    media, queries, reword,
    row::{self, Count},
    thread, words,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Error, Refusal, Result},
        id::{self, AccountId, PostId},
        secret::sha256,
        words::{Audience, Stage},
    },
    features::{accounts, communities::seats, policies, polls},
    policy::visibility::narrower,
    store::{
        Tx,
        event::Event,
        tables::{Account, Attachment, Details, Post},
    },
};

/// How often another id is tried when one is taken.
const ID_ATTEMPTS: u32 = 16;

/// A post from elsewhere, verified, sanitised, with everything it refers to already resolved.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// The community it says it belongs to (`audience`, or the Group among its addressees).
    pub community: Option<AccountId>,
    /// The community whose own node told us of it, if one did: the only way in for what is not public (membership.md 6).
    pub through: Option<AccountId>,
    /// What it answers, by uri as stored (empty for none).
    pub in_reply_to_uri: String,
    /// To whom.
    pub audience: Audience,
    /// Title.
    pub title: String,
    /// Safe HTML.
    pub content: String,
    /// Content warning, plain.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language.
    pub language: String,
    /// Media at their origin.
    pub attachments: Vec<Attachment>,
    /// People named whom we know.
    pub mentions: Vec<AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// Custom emoji and the like.
    pub details: Details,
    /// The post that it quotes, by uri as stored (empty for none).
    pub quote_uri: String,
    /// The stamp by which it says that it may, by uri as stored (empty for none).
    pub quote_stamp: String,
    /// What it asks.
    pub poll: Option<polls::Told>,
    /// Published.
    pub published: Stamp,
    /// Last edited.
    pub updated: Option<Stamp>,
    /// The thread to which it says that it belongs (FEP-7888); empty for none.
    pub context_uri: String,
}

/// Keeps a post from elsewhere, once: a known uri changes nothing, a buried one stays buried.
/// A post without Public never enters a public community; one in a community that is not public is for its members,
/// however wide it was addressed, and comes from that community's node alone. Where the community is ours, the author
/// may post there or it stays outside it; if they may, it is admitted. In a community elsewhere it
/// is `pending` until that announces it. Records `PostPublished`.
/// Returns the post, new or known; `None` when it is buried. Refused when the author or the uri is
/// ours, or the uri already names something of somebody else's or of another type.
pub async fn receive(tx: &Tx, author: &Account, incoming: Incoming) -> Result<Option<Post>> {
    keep(tx, author, incoming, true).await
}

/// [`receive`] for what is no news, as it was fetched later: it records no `PostPublished`, so that nobody is notified and it
/// goes on no home timeline.
pub async fn take_in(tx: &Tx, author: &Account, incoming: Incoming) -> Result<Option<Post>> {
    keep(tx, author, incoming, false).await
}

async fn keep(tx: &Tx, author: &Account, incoming: Incoming, is_news: bool) -> Result<Option<Post>> {
    if author.is_local() || incoming.uri.starts_with('/') {
        return Err(Refusal::forbidden("ours", "Nobody else speaks for what is written on this node.").into());
    }
    let parent = match incoming.in_reply_to_uri.as_str() {
        "" => None,
        uri => queries::by_uri(tx, uri).await?.filter(|parent| parent.boost_of_id.is_none()),
    };
    let claimed = parent.as_ref().map_or(incoming.community, |parent| parent.community_id);
    let claimed = claimed.filter(|_| incoming.audience != Audience::Direct);
    let ground = match claimed {
        Some(community) => Ground::find(tx, community, author.id).await?,
        None => None,
    };
    // Who has not accepted what a community of ours wants accepted first posts outside of a public one, and not at all for members.
    let ground = match (ground, claimed) {
        (Some(ground), Some(community)) if ground.is_ours() => match policies::refuse_unaccepted(tx, author.id, community).await {
            Ok(()) => Some(ground),
            Err(Error::Refused(_)) if ground.stage == Stage::Public => None,
            Err(error) => return Err(error),
        },
        (ground, _) => ground,
    };
    let incoming = match (&ground, claimed) {
        (Some(ground), Some(community)) if ground.stage != Stage::Public => {
            if let Some(known) = known(tx, author, &incoming.uri).await? {
                return Ok(Some(known));
            }
            let incoming = among_members(tx, (ground, community), incoming).await?;
            media::kept(tx, (&author.host, &ground.host), incoming).await?
        }
        _ => incoming,
    };
    let ground = ground.filter(|ground| enters(ground, &incoming));
    if let Some(parent) = parent.as_ref().filter(|_| ground.as_ref().is_some_and(Ground::is_ours)) {
        // a post that is known already was there before
        if queries::by_uri(tx, &incoming.uri).await?.is_none() {
            community::check_lock(tx, parent).await?;
        }
    }
    let post = describe(tx, author, &incoming, parent.as_ref(), claimed.filter(|_| ground.is_some()))?;
    let Some(post) = insert(tx, post).await? else { return known(tx, author, &incoming.uri).await };

    row::index(tx, post.id, &incoming.mentions, &incoming.tags).await?;
    words::keep(tx, &post, &answers(incoming.poll.as_ref())).await?;
    row::count_post(tx, author.id, post.created_at).await?;
    if let Some(parent) = &parent {
        row::count(tx, parent.id, Count::Replies, 1).await?;
    }
    thread::adopt_replies(tx, &post.uri, post.id).await?;
    if is_news {
        tx.record(Event::PostPublished { post: post.id });
    }
    let ours = post.community_id.filter(|_| ground.is_some_and(|ground| ground.is_ours()));
    let Some(home) = ours else { return Ok(Some(post)) };
    let home = accounts::queries::by_id(tx, home).await?.ok_or_else(Refusal::not_found)?;
    community::admit_or_queue(tx, post, &home).await.map(Some)
}

/// What may be answered to what a post asks.
fn answers(poll: Option<&polls::Told>) -> Vec<String> {
    poll.map(|poll| poll.options.iter().map(|option| option.title.clone()).collect()).unwrap_or_default()
}

/// Whether a post may stand in the community it names, as far as we can say.
fn enters(ground: &Ground, incoming: &Incoming) -> bool {
    if ground.stage != Stage::Public {
        return true;
    }
    let is_reply = !incoming.in_reply_to_uri.is_empty();
    incoming.audience <= Audience::Unlisted && (!ground.is_ours() || ground.may_post(is_reply).is_ok())
}

/// A post for a community that is not public, narrowed to its members however wide it was addressed (S52, S58). Refused
/// when its author may not post in one of ours, and, for one elsewhere, when anybody but that community's node tells of it
/// or nobody here is in it: nothing of it is kept then.
async fn among_members(tx: &Tx, (ground, community): (&Ground, AccountId), incoming: Incoming) -> Result<Incoming> {
    if ground.is_ours() {
        ground.may_post(!incoming.in_reply_to_uri.is_empty())?;
    } else if incoming.through != Some(community) {
        return Err(Refusal::forbidden("not_through_community", "What is in a private community comes from its own node alone.").into());
    } else if !seats::is_held_here(tx, community).await? {
        return Err(Refusal::forbidden("nobody_here", "Nobody on this node is in that community.").into());
    }
    Ok(Incoming { audience: narrower(incoming.audience, Audience::Members), ..incoming })
}

/// The row of an incoming post; its id is chosen by [`insert`].
fn describe(tx: &Tx, author: &Account, incoming: &Incoming, parent: Option<&Post>, community: Option<AccountId>) -> Result<Post> {
    Ok(Post {
        url: if incoming.url.is_empty() { incoming.uri.clone() } else { incoming.url.clone() },
        community_id: community,
        pending: community.is_some(),
        in_reply_to_id: parent.map(|parent| parent.id),
        in_reply_to_uri: incoming.in_reply_to_uri.clone(),
        in_reply_to_account_id: parent.map(|parent| parent.author_id),
        root_id: parent.and_then(|parent| parent.root_id),
        audience: incoming.audience,
        title: incoming.title.clone(),
        content: incoming.content.clone(),
        spoiler: incoming.spoiler.clone(),
        sensitive: incoming.sensitive,
        language: incoming.language.clone(),
        attachments: row::json(&incoming.attachments)?,
        mentions: row::mentions_json(&incoming.mentions)?,
        tags: row::json(&row::once(&incoming.tags).collect::<Vec<_>>())?,
        context_uri: incoming.context_uri.clone(),
        details: row::details_json(&incoming.details)?,
        quote_uri: incoming.quote_uri.clone(),
        edited_at: incoming.updated.filter(|updated| *updated > incoming.published).map(|updated| updated.min(tx.now)),
        ..row::blank(0, incoming.uri.clone(), author.id, Stamp(incoming.published.0.clamp(0, tx.now.0)))
    })
}

/// Inserts the row under an id of its time; none when its uri is known or buried.
async fn insert(tx: &Tx, mut post: Post) -> Result<Option<Post>> {
    let digest = sha256(post.uri.as_bytes());
    let hash = digest.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
    let is_first = post.in_reply_to_uri.is_empty();
    for attempt in 0..ID_ATTEMPTS {
        let salted = hash ^ u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        post.id = PostId(id::remote(post.created_at, tx.now, salted));
        if is_first {
            post.root_id = Some(post.id);
        }
        if row::insert(tx, &post).await? {
            return Ok(Some(post));
        }
        if super::is_buried(tx, &post.uri, post.author_id).await? || queries::by_uri(tx, &post.uri).await?.is_some() {
            return Ok(None);
        }
    }
    Err(anyhow::anyhow!("no free id for {}", post.uri).into())
}

/// What the uri names already, if it may be what the author speaks of.
async fn known(tx: &Tx, author: &Account, uri: &str) -> Result<Option<Post>> {
    let Some(post) = queries::by_uri(tx, uri).await? else { return Ok(None) };
    if post.author_id != author.id || post.boost_of_id.is_some() {
        return Err(Refusal::conflict("another_thing", "That id already names something else.").into());
    }
    Ok(Some(post).filter(|post| post.deleted_at.is_none()))
}

/// Applies an edit from elsewhere if it is newer than what we have (`updated`; same time: no effect).
/// Its audience only narrows. Records `PostEdited`. Refused for what is ours, and when `incoming`
/// is another thing than `post`; the caller has made sure that the author speaks.
pub async fn update(tx: &Tx, post: &Post, incoming: Incoming) -> Result<()> {
    if post.uri.starts_with('/') || post.uri != incoming.uri || post.boost_of_id.is_some() {
        return Err(Refusal::forbidden("not_theirs", "That is not the sender's to edit.").into());
    }
    let Some(updated) = incoming.updated.map(|updated| updated.min(tx.now)) else { return Ok(()) };
    let incoming = media::kept_of_edit(tx, post, incoming).await?;
    let edited = Post {
        title: incoming.title,
        content: incoming.content,
        source: String::new(),
        spoiler: incoming.spoiler,
        sensitive: incoming.sensitive,
        language: incoming.language,
        attachments: row::json(&incoming.attachments)?,
        mentions: row::mentions_json(&incoming.mentions)?,
        tags: row::json(&row::once(&incoming.tags).collect::<Vec<_>>())?,
        details: row::details_json(&incoming.details)?,
        quote_uri: incoming.quote_uri,
        audience: narrower(post.audience, incoming.audience),
        ..post.clone()
    };
    if !reword(tx, &edited, updated).await? {
        return Ok(());
    }
    if edited.mentions != post.mentions || edited.tags != post.tags {
        row::unindex(tx, post.id).await?;
        row::index(tx, post.id, &incoming.mentions, &incoming.tags).await?;
    }
    words::keep(tx, &edited, &answers(incoming.poll.as_ref())).await?;
    tx.record(Event::PostEdited { post: post.id });
    Ok(())
}
