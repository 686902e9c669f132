//! Our posts as `Note`, addressed as decisions.md 5 says.
//!
//! Into a public community: `to` everyone and the group, `cc` the group's followers and whoever is answered or named;
//! `audience` is the group and a `Mention` of it lets a Mastodon reply reach it. Into another: `to` the group and its
//! followers, nobody else. Text goes out as safe HTML with its `source`; titled notes carry `name`. What begins a thread in a
//! community under a title is a `Page` for those who know groups (Lemmy reads no `Note` out of an Announce, Mbin takes it for
//! small talk), and a `Note` for everyone else (Mastodon shows no more of a `Page` than its title and a link). One with a poll
//! is a `Question`, for everyone.

use super::{medium::medium, tagged};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::PostId,
        origin::Origin,
        words::{Audience, Quotable, Stage},
    },
    features::{accounts, communities, polls, posts, quotes},
    federation::{
        Federation,
        objects::{question::Asked, quoting::Quoting},
        vocabulary,
    },
    policy::quoting::may_be_quoted,
    store::tables::{Account, Attachment, Mention, Poll, Post},
};
use activitypub_federation::protocol::{context::WithContext, values::MediaTypeHtml};
use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};

/// What a note's document needs to know beside the post itself.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Who wrote it.
    pub author: Account,
    /// The community it belongs to, and how wide that is open.
    pub community: Option<(Account, Stage)>,
    /// Who wrote what it answers.
    pub answered: Option<Account>,
    /// Who is named in it, in order.
    pub named: Vec<Account>,
    /// The thread's first post, when we have it.
    pub root: Option<Post>,
    /// What it asks.
    pub poll: Option<Poll>,
    /// The stamp by which it quotes, as stored.
    pub stamp: Option<String>,
}

/// To whom a note goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Primary recipients.
    pub to: Vec<String>,
    /// The others.
    pub cc: Vec<String>,
    /// The community.
    pub audience: Option<String>,
}

/// A post of ours on the wire.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributed_to: String,
    to: Vec<String>,
    cc: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    sensitive: bool,
    content: String,
    media_type: MediaTypeHtml,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_map: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    replies: Value,
    tag: Vec<Value>,
    attachment: Vec<Value>,
    interaction_policy: Value,
    published: Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Stamp>,
    #[serde(flatten)]
    question: Option<Asked>,
    #[serde(flatten)]
    quoting: Option<Quoting>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    content: String,
    media_type: &'static str,
}

impl Note {
    /// How those read it who know groups: a `Page`, if it begins a thread in a community under a title.
    pub fn for_groups(self) -> Self {
        if self.question.is_some() || self.name.is_none() || self.audience.is_none() || self.in_reply_to.is_some() {
            return self;
        }
        // the summary of a page is a warning only where it says so
        Self { kind: "Page", sensitive: self.sensitive || self.summary.is_some(), ..self }
    }

    /// Whether those who know groups read it otherwise than everyone else.
    pub fn is_page(&self) -> bool {
        self.kind == "Page"
    }
}

impl Facts {
    /// Gathers what `post`'s document needs.
    pub async fn gather(federation: &Federation, post: &Post) -> Result<Self> {
        let store = &federation.app.store;
        let mentions: Vec<Mention> = serde_json::from_str(&post.mentions).unwrap_or_default();
        let mut ids: Vec<_> = mentions.iter().map(|mention| mention.id).collect();
        ids.extend([post.author_id].into_iter().chain(post.community_id).chain(post.in_reply_to_account_id));
        let accounts = accounts::queries::by_ids(store, &ids).await?;
        let find = |id| accounts.iter().find(|account| account.id == id).cloned();
        let stage = match post.community_id {
            Some(id) => communities::queries::by_id(store, id).await?.map(|community| community.stage),
            None => None,
        };
        let root = match post.root_id {
            Some(id) if id != post.id => posts::queries::by_id(store, id).await?,
            Some(_) => Some(post.clone()),
            None => None,
        };
        let poll = if post.details().is_poll { polls::by_post(store, post.id).await? } else { None };
        let claimed = if post.quote_uri.is_empty() { None } else { quotes::claimed(store, post.id).await? };
        Ok(Self {
            poll,
            stamp: claimed.filter(|claimed| claimed.holds && claimed.target_uri == post.quote_uri).map(|claimed| claimed.uri),
            author: find(post.author_id).context("a post has an author")?,
            community: post.community_id.and_then(find).zip(stage),
            answered: post.in_reply_to_account_id.and_then(find),
            named: mentions.iter().filter_map(|mention| find(mention.id)).collect(),
            root,
        })
    }
}

/// To whom `post` goes.
pub fn address(origin: &Origin, post: &Post, facts: &Facts) -> Address {
    let uri = |account: &Account| origin.absolute(&account.uri);
    let group = facts.community.as_ref().filter(|_| post.audience != Audience::Direct);
    let mut people: Vec<String> = facts.answered.iter().chain(&facts.named).filter(|named| named.id != facts.author.id).map(uri).collect();
    people.retain(|person| group.is_none_or(|(group, _)| uri(group) != *person));
    let followers = followers_of(origin, &facts.author);
    let everyone = vocabulary::PUBLIC.to_owned();
    let mut address = match (group, post.audience) {
        (Some((group, Stage::Public)), Audience::Public | Audience::Unlisted) => {
            let own = (post.audience == Audience::Public).then_some(followers);
            let cc = [followers_of(origin, group)].into_iter().chain(people).chain(own).collect();
            Address { to: vec![everyone, uri(group)], cc, audience: None }
        }
        (Some((group, _)), _) => Address { to: vec![uri(group), followers_of(origin, group)], ..Address::default() },
        (None, Audience::Public) => Address { to: vec![everyone], cc: [followers].into_iter().chain(people).collect(), audience: None },
        (None, Audience::Unlisted) => Address { to: vec![followers], cc: [everyone].into_iter().chain(people).collect(), audience: None },
        (None, Audience::Followers) => Address { to: vec![followers], cc: people, audience: None },
        (None, Audience::Direct | Audience::Members) => {
            Address { to: facts.named.iter().filter(|named| named.id != facts.author.id).map(uri).collect(), ..Address::default() }
        }
    };
    let mut seen = std::collections::HashSet::new();
    address.to.retain(|recipient| seen.insert(recipient.clone()));
    address.cc.retain(|recipient| seen.insert(recipient.clone()));
    Address { audience: group.map(|(group, _)| uri(group)), ..address }
}

/// The followers collection of an account, ours or another's.
pub fn followers_of(origin: &Origin, account: &Account) -> String {
    let known = Some(&account.followers_uri).filter(|uri| !account.is_local() && !uri.is_empty());
    known.cloned().unwrap_or_else(|| format!("{}/followers", origin.absolute(&account.uri)))
}

/// The id, as stored, of the `Create` of one of our posts: made from the post's own, so that it is the same wherever it is told.
pub fn create_uri(post: PostId) -> String {
    format!("/activities/{}", post.0)
}

/// The document of `post`, without context and proof.
pub fn into_json(origin: &Origin, post: &Post, facts: &Facts) -> Note {
    let Address { to, cc, audience } = address(origin, post, facts);
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let attachments: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let quoting = Quoting::of(origin, post, facts.stamp.as_deref());
    let content = quoting.as_ref().map_or_else(|| post.content.clone(), |quoting| quoting.above(&post.content));
    let id = origin.absolute(&post.uri);
    let context = facts.root.as_ref().and_then(|root| context(origin, root));
    Note {
        kind: if facts.poll.is_some() { "Question" } else { "Note" },
        quoting,
        question: facts.poll.as_ref().map(Asked::of),
        attributed_to: origin.absolute(&facts.author.uri),
        to,
        cc,
        audience,
        name: text(&post.title),
        summary: text(&post.spoiler),
        sensitive: post.sensitive || facts.author.sensitized_at.is_some(),
        content: content.clone(),
        media_type: MediaTypeHtml::Html,
        content_map: text(&post.language).map(|language| json!({language: content})),
        source: text(&post.source).map(|content| Source { content, media_type: source_type(post) }),
        url: origin.absolute(&post.url),
        in_reply_to: text(&post.in_reply_to_uri).map(|uri| origin.absolute(&uri)),
        context,
        replies: replies(&id),
        tag: tags(origin, post, facts),
        attachment: attachments.iter().map(|attachment| medium(origin, attachment)).collect(),
        interaction_policy: policy(origin, post, facts),
        published: post.created_at,
        updated: post.edited_at,
        id,
    }
}

/// How the words of `post` were typed.
fn source_type(post: &Post) -> &'static str {
    if post.details().is_markdown { "text/markdown" } else { "text/plain" }
}

/// Where the thread that begins with `root` is listed: by us if we have its first post, else as that says itself (FEP-7888).
fn context(origin: &Origin, root: &Post) -> Option<String> {
    let own = root.is_ours().then(|| format!("{}/context", origin.absolute(&root.uri)));
    own.or_else(|| Some(root.context_uri.clone()).filter(|context| !context.is_empty()))
}

/// Where the replies to the note with this id are listed. Its first page is embedded and empty, for GoToSocial and Mastodon
/// walk a thread from there.
fn replies(id: &str) -> Value {
    let all = format!("{id}/replies");
    let first = json!({"type": "CollectionPage", "partOf": all, "next": format!("{all}?page=1"), "items": []});
    json!({"type": "Collection", "id": all, "first": first})
}

/// Mentions (of the community first), hashtags and custom emoji.
fn tags(origin: &Origin, post: &Post, facts: &Facts) -> Vec<Value> {
    let group = facts.community.iter().map(|(group, _)| group).filter(|_| post.audience != Audience::Direct);
    let mut seen = std::collections::HashSet::new();
    let named = group.chain(&facts.named).filter(|account| seen.insert(account.id));
    let host = |account: &Account| if account.is_local() { origin.authority().to_owned() } else { account.host.clone() };
    let mention = |account: &Account| json!({"type": "Mention", "href": origin.absolute(&account.uri), "name": format!("@{}@{}", account.username, host(account))});
    let names: Vec<String> = serde_json::from_str(&post.tags).unwrap_or_default();
    let hashtag = |name: &String| json!({"type": "Hashtag", "href": origin.absolute(&format!("/tags/{name}")), "name": format!("#{name}")});
    let emojis = post.details().emojis;
    named.map(mention).chain(names.iter().map(hashtag)).chain(emojis.iter().map(|emoji| tagged::told(origin, emoji))).collect()
}

/// Who may quote it (FEP-044f): everybody, its author's followers, or, as an empty list would say nothing, its author alone.
fn policy(origin: &Origin, post: &Post, facts: &Facts) -> Value {
    let is_open = may_be_quoted(post.audience, facts.community.as_ref().map(|(_, stage)| *stage));
    let approved = match post.details().quotable.unwrap_or_default() {
        Quotable::Everyone if is_open => vocabulary::PUBLIC.to_owned(),
        Quotable::Followers if is_open => followers_of(origin, &facts.author),
        _ => origin.absolute(&facts.author.uri),
    };
    json!({"canQuote": {"automaticApproval": [approved]}})
}

/// The document of one of our posts as it is served: with its context and its author's proof (FEP-8b32).
pub async fn document(federation: &Federation, post: &Post) -> Result<Value> {
    let origin = &federation.app.origin;
    let facts = Facts::gather(federation, post).await?;
    let note = WithContext::new(into_json(origin, post, &facts), vocabulary::context(origin));
    let mut note = serde_json::to_value(note).map_err(anyhow::Error::from)?;
    federation.prove(&mut note, post.author_id).await?;
    Ok(note)
}

#[cfg(test)]
mod tests;
