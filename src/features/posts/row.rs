//! The row of a post: how it comes into the table, and the counts that hang on it.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        text::scan::tag_key,
        words::Audience,
    },
    sql,
    store::{
        Sql, Tx,
        tables::{Details, Mention, Post},
    },
};
use serde::Serialize;

/// A post of `author` without words, to be filled in.
pub(in crate::features) fn blank(id: i64, uri: String, author: AccountId, created_at: Stamp) -> Post {
    Post {
        id: PostId(id),
        url: uri.clone(),
        uri,
        author_id: author,
        community_id: None,
        in_reply_to_id: None,
        in_reply_to_uri: String::new(),
        in_reply_to_account_id: None,
        root_id: None,
        boost_of_id: None,
        audience: Audience::Public,
        title: String::new(),
        content: String::new(),
        source: String::new(),
        spoiler: String::new(),
        sensitive: false,
        language: String::new(),
        attachments: "[]".to_owned(),
        mentions: "[]".to_owned(),
        tags: "[]".to_owned(),
        app_id: None,
        pending: false,
        created_at,
        edited_at: None,
        deleted_at: None,
        removed_at: None,
        removed_reason: String::new(),
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
        shared_at: None,
        locked_at: None,
        queued_at: None,
        context_uri: String::new(),
        details: String::new(),
        quote_uri: String::new(),
        reactions_count: 0,
        quotes_count: 0,
    }
}

/// The row by which `author` boosts `post`. With no `uri` it is one of ours.
pub(in crate::features) fn boost_of(post: &Post, id: i64, uri: Option<&str>, author: AccountId, at: Stamp) -> Post {
    let uri = uri.map_or_else(|| format!("/activities/{id}"), str::to_owned);
    Post { boost_of_id: Some(post.id), community_id: post.community_id, audience: post.audience, ..blank(id, uri, author, at) }
}

/// Inserts a post, its counts at zero; false when its uri is known or buried, or its id is taken.
pub(in crate::features) async fn insert(tx: &Tx, post: &Post) -> Result<bool> {
    let statement = sql!(
        "INSERT INTO posts (id, uri, url, author_id, community_id, in_reply_to_id, in_reply_to_uri, in_reply_to_account_id, root_id, \
            boost_of_id, audience, title, content, source, spoiler, sensitive, language, attachments, mentions, tags, app_id, pending, \
            created_at, edited_at, context_uri, details, quote_uri) \
         SELECT {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {} \
         WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE uri = {} AND account_id = {}) ON CONFLICT DO NOTHING",
        post.id,
        post.uri.clone(),
        post.url.clone(),
        post.author_id,
        post.community_id,
        post.in_reply_to_id,
        post.in_reply_to_uri.clone(),
        post.in_reply_to_account_id,
        post.root_id,
        post.boost_of_id,
        post.audience,
        post.title.clone(),
        post.content.clone(),
        post.source.clone(),
        post.spoiler.clone(),
        post.sensitive,
        post.language.clone(),
        post.attachments.clone(),
        post.mentions.clone(),
        post.tags.clone(),
        post.app_id,
        post.pending,
        post.created_at,
        post.edited_at,
        post.context_uri.clone(),
        post.details.clone(),
        post.quote_uri.clone(),
        post.uri.clone(),
        post.author_id,
    );
    Ok(statement.run(tx).await? > 0)
}

/// A list as the JSON that a column keeps.
pub(in crate::features) fn json(list: &[impl Serialize]) -> Result<String> {
    if list.is_empty() {
        return Ok("[]".to_owned());
    }
    Ok(serde_json::to_string(list).map_err(anyhow::Error::from)?)
}

/// What a post has beside its words, as the column `details` keeps it: empty for nothing.
pub(in crate::features) fn details_json(details: &Details) -> Result<String> {
    if *details == Details::default() {
        return Ok(String::new());
    }
    Ok(serde_json::to_string(details).map_err(anyhow::Error::from)?)
}

/// Account ids as the column `mentions` keeps them: each once, in order.
pub(in crate::features) fn mentions_json(accounts: &[AccountId]) -> Result<String> {
    json(&once(accounts).map(|id| Mention { id }).collect::<Vec<_>>())
}

/// Names, and keys for finding, of the tags of a post: each once, in order.
pub(in crate::features) fn once<T: PartialEq + Clone>(items: &[T]) -> impl Iterator<Item = T> {
    let mut seen: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        if !seen.contains(item) {
            seen.push(item.clone());
        }
    }
    seen.into_iter()
}

/// Notes who is mentioned and which tags a new post carries: one statement for each that there is.
pub(in crate::features) async fn index(tx: &Tx, post: PostId, mentions: &[AccountId], tags: &[String]) -> Result<()> {
    if !mentions.is_empty() {
        pairs("INSERT INTO mentions (account_id, post_id) VALUES ", mentions.iter().copied(), post).run(tx).await?;
    }
    if !tags.is_empty() {
        pairs("INSERT INTO post_tags (tag, post_id) VALUES ", tags.iter().map(|tag| tag_key(tag)), post).run(tx).await?;
    }
    Ok(())
}

/// Forgets who is mentioned and which tags a post carries.
pub(in crate::features) async fn unindex(tx: &Tx, post: PostId) -> Result<()> {
    sql!("DELETE FROM mentions WHERE post_id = {}", post).run(tx).await?;
    sql!("DELETE FROM post_tags WHERE post_id = {}", post).run(tx).await?;
    Ok(())
}

fn pairs<T: Into<sea_orm::Value>>(head: &'static str, firsts: impl Iterator<Item = T>, post: PostId) -> Sql {
    let mut sql = Sql::new(head);
    for (nth, first) in firsts.enumerate() {
        sql = sql.then(if nth == 0 { "({}, {})" } else { ", ({}, {})" }).bind(first.into()).bind(post);
    }
    sql.then(" ON CONFLICT DO NOTHING")
}

/// One more post (or boost) of `author`, made at `at`.
pub(in crate::features) async fn count_post(tx: &Tx, author: AccountId, at: Stamp) -> Result<()> {
    sql!(
        "UPDATE accounts SET posts_count = posts_count + 1, \
            last_post_at = CASE WHEN last_post_at IS NULL OR last_post_at < {} THEN {} ELSE last_post_at END WHERE id = {}",
        at,
        at,
        author
    )
    .run(tx)
    .await?;
    Ok(())
}

/// One post (or boost) of `author` less.
pub(in crate::features) async fn discount_post(tx: &Tx, author: AccountId) -> Result<()> {
    sql!("UPDATE accounts SET posts_count = posts_count - 1 WHERE id = {} AND posts_count > 0", author).run(tx).await?;
    Ok(())
}

/// A count that hangs on a post.
#[derive(Clone, Copy, Debug)]
pub(in crate::features) enum Count {
    /// Answers.
    Replies,
    /// Boosts by people.
    Boosts,
    /// Favourites.
    Favourites,
    /// Reactions by emoji.
    Reactions,
}

impl Count {
    fn column(self) -> &'static str {
        match self {
            Self::Replies => "replies_count",
            Self::Boosts => "boosts_count",
            Self::Favourites => "favourites_count",
            Self::Reactions => "reactions_count",
        }
    }
}

/// Adds `by` to a count of a post; it never falls below zero.
pub(in crate::features) async fn count(tx: &Tx, post: PostId, what: Count, by: i64) -> Result<()> {
    let column = what.column();
    sql!(
        format!("UPDATE posts SET {column} = CASE WHEN {column} + {{}} < 0 THEN 0 ELSE {column} + {{}} END WHERE id = {{}}"),
        by,
        by,
        post
    )
    .run(tx)
    .await?;
    Ok(())
}
