//! Writing a post here.

use super::{
    community,
    ground::{Ground, Wish},
    queries::{self, Viewer},
    row::{self, Count},
    words,
};
use crate::{
    base::{
        config::Widest,
        error::{Kind, Refusal, Result},
        id::{AccountId, AppId, MediumId, PostId},
        words::{Audience, Quotable},
    },
    features::{
        accounts, media, policies,
        polls::asking::{self, Question},
        quotes,
    },
    policy::visibility::{narrower, outside},
    store::{
        Tx,
        event::Event,
        tables::{Account, Details, Emoji, Post},
    },
};

pub use super::community::admit;

/// A post to be written. Its words are composed outside (`base/text`), mentions resolved before.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Title; empty for none.
    pub title: String,
    /// Words as typed.
    pub source: String,
    /// Words, safe HTML.
    pub content: String,
    /// Content warning; empty for none.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language (BCP 47; empty when unknown).
    pub language: String,
    /// What the writer chose.
    pub audience: Audience,
    /// The post it answers.
    pub in_reply_to: Option<PostId>,
    /// The community the writer named (`community_id`, or a mention at the edge, decisions.md 5).
    pub community: Option<AccountId>,
    /// Everyone mentioned, people and communities, in order. A community that is only mentioned
    /// never causes a refusal.
    pub mentions: Vec<AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// The app it is written with.
    pub app_id: Option<AppId>,
    /// How far it may reach at most where it is in no community (`posting.widest_outside_communities`).
    pub widest: Widest,
    /// Files of the writer's, in order.
    pub media: Vec<MediumId>,
    /// What it has beside its words.
    pub beside: Beside,
}

/// What a post that is written or edited here has beside its words.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// What it asks.
    pub poll: Option<Question>,
    /// What it quotes (an edit leaves that as it is).
    pub quote: Option<PostId>,
    /// Who may quote it, if it is said.
    pub quotable: Option<Quotable>,
    /// Custom emoji of this node that its words use.
    pub emojis: Vec<Emoji>,
    /// Its words were typed as Markdown.
    pub is_markdown: bool,
}

/// Where a draft falls.
struct Place {
    community: Option<AccountId>,
    audience: Audience,
    /// It must be let in: by us at once, or by the community's node.
    waits: bool,
    /// The community is ours.
    is_ours: bool,
}

/// Publishes a post: settles its community (a reply inherits its root's), its effective audience
/// (never wider than chosen, `policy::visibility::narrower`), checks the right to post there, and
/// keeps it. Into a community elsewhere it is `pending` until announced; into one of ours it is
/// admitted in the same act (`admit`). Records `PostPublished` (and `PostAdmitted`).
///
/// Refused (422) when the writer may not post in the community they meant, when a public
/// community is given a post for followers, when a reply names another community than its
/// thread's, when a file is not ready, when what it quotes may not be shown there; not found when the writer may not see what
/// they answer, or a file is not theirs.
pub async fn publish(tx: &Tx, author: &Account, draft: Draft) -> Result<Post> {
    let parent = match draft.in_reply_to {
        None => None,
        Some(id) => Some(answered(tx, author, id).await?),
    };
    let place = settle(tx, author, &draft, parent.as_ref()).await?;

    let quoted = match draft.beside.quote {
        None => None,
        Some(id) => Some(quoted(tx, author, (id, &place)).await?),
    };

    let id = tx.id();
    let attachments = media::attach(tx, author.id, PostId(id), &draft.media, &[]).await?;
    let post = Post {
        attachments: row::json(&attachments)?,
        community_id: place.community,
        in_reply_to_id: parent.as_ref().map(|parent| parent.id),
        in_reply_to_uri: parent.as_ref().map(|parent| parent.uri.clone()).unwrap_or_default(),
        in_reply_to_account_id: parent.as_ref().map(|parent| parent.author_id),
        root_id: parent.as_ref().map_or(Some(PostId(id)), |parent| parent.root_id),
        audience: place.audience,
        pending: place.waits,
        title: draft.title,
        content: draft.content,
        source: draft.source,
        spoiler: draft.spoiler,
        sensitive: draft.sensitive,
        language: draft.language,
        mentions: row::mentions_json(&draft.mentions)?,
        tags: row::json(&row::once(&draft.tags).collect::<Vec<_>>())?,
        app_id: draft.app_id,
        details: row::details_json(&Details {
            emojis: draft.beside.emojis,
            is_poll: draft.beside.poll.is_some(),
            quotable: draft.beside.quotable,
            is_markdown: draft.beside.is_markdown,
            ..Details::default()
        })?,
        quote_uri: quoted.as_ref().map(|quoted| quoted.uri.clone()).unwrap_or_default(),
        ..row::blank(id, format!("/p/{id}"), author.id, tx.now)
    };
    if !row::insert(tx, &post).await? {
        return Err(anyhow::anyhow!("the fresh post id {id} is taken").into());
    }
    row::index(tx, post.id, &draft.mentions, &draft.tags).await?;
    row::count_post(tx, author.id, tx.now).await?;
    if let Some(question) = &draft.beside.poll {
        asking::ask(tx, post.id, Some(question)).await?;
    }
    words::keep(tx, &post, draft.beside.poll.as_ref().map_or(&[], |poll| &poll.options)).await?;
    if let Some(quoted) = &quoted {
        quotes::asking::begin(tx, author, (&post, quoted)).await?;
    }
    if let Some(parent) = &parent {
        row::count(tx, parent.id, Count::Replies, 1).await?;
    }
    tx.record(Event::PostPublished { post: post.id });
    let Some(home) = place.community.filter(|_| place.is_ours) else { return Ok(post) };
    let home = accounts::queries::by_id(tx, home).await?.ok_or_else(Refusal::not_found)?;
    community::admit_or_queue(tx, post, &home).await
}

/// The post that is answered: itself, never its boost, and only if the writer may see it.
async fn answered(tx: &Tx, author: &Account, id: PostId) -> Result<Post> {
    let viewer = Viewer::Account(author.id);
    let found = queries::seen(tx, &viewer, id).await?.ok_or_else(Refusal::not_found)?;
    match found.boost_of_id {
        None => Ok(found),
        Some(shown) => Ok(queries::seen(tx, &viewer, shown).await?.ok_or_else(Refusal::not_found)?),
    }
}

/// The post that is quoted, if it may be shown in one that falls there.
async fn quoted(tx: &Tx, author: &Account, (id, place): (PostId, &Place)) -> Result<Post> {
    let quoted = answered(tx, author, id).await.map_err(|error| match error.refusal() {
        Some(_) => Refusal::invalid("quoted_status_id", "is no post that you may see").into(),
        None => error,
    })?;
    quotes::asking::check(tx, author, &quoted, (place.audience, place.community)).await?;
    Ok(quoted)
}

async fn settle(tx: &Tx, author: &Account, draft: &Draft, parent: Option<&Post>) -> Result<Place> {
    // An answer to what was for few is not for more, be its community gone or none (S58).
    let bound = parent.filter(|parent| parent.audience == Audience::Members).map_or(Audience::Public, |parent| parent.audience);
    let audience = narrower(outside(draft.audience, draft.widest), bound);
    let outside = Place { community: None, audience, waits: false, is_ours: false };
    if draft.audience == Audience::Direct {
        return Ok(outside);
    }
    if let Some(parent) = parent {
        community::check_lock(tx, parent).await?;
        // Out of its community it was for nobody else: an answer beside it would be for this node's people, not its members.
        if parent.removed_at.is_some() && parent.audience == Audience::Members {
            let sentence = "This post was removed from its community: it takes no answers.";
            return Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("removed", sentence) }.into());
        }
    }
    let inherited = parent.and_then(|parent| parent.community_id.filter(|_| parent.removed_at.is_none()));
    if let (Some(_), Some(named)) = (parent, draft.community)
        && inherited != Some(named)
    {
        let sentence = "A reply belongs where its thread is; leave the community out.";
        return Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("reply_elsewhere", sentence) }.into());
    }
    let Some(community) = inherited.or(draft.community) else { return Ok(outside) };
    let Some(ground) = Ground::find(tx, community, author.id).await? else {
        return Err(Refusal::invalid("community_id", "is not a community known here").into());
    };
    let audience = narrower(ground.settle(Wish { audience: draft.audience, is_reply: parent.is_some() })?, bound);
    policies::refuse_unaccepted(tx, author.id, community).await?;
    Ok(Place { community: Some(community), audience, waits: true, is_ours: ground.is_ours() })
}
