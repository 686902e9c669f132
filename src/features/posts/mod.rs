//! Posts: written here, received from elsewhere, edited, deleted, removed.

pub(in crate::features) mod boosts;
mod community;
mod ground;
mod media;
pub mod once;
pub mod originals;
pub mod pins;
pub mod publish;
pub mod queries;
pub mod receive;
pub(in crate::features) mod row;
pub(in crate::features) mod shelves;
pub(in crate::features) mod sight;
pub mod thread;
pub mod usage;
pub(in crate::features) mod words;

pub use super::tombstones::bury;
pub use community::{announced, announced_before, let_in_queued, lock, put_back, remove, removed_elsewhere};
pub use words::catch_up;

use super::{media::About, polls::asking, quotes};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, MediumId},
        words::Quotable,
    },
    sql,
    store::{
        Source, Tx,
        event::Event,
        findable::{self, Indexed},
        tables::{Account, BESIDE_POSTS, Details, Post},
    },
};
use row::Count;

/// Changes of a post's words; the earlier wording is kept as a version.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Title.
    pub title: String,
    /// Words as typed.
    pub source: String,
    /// Words, safe HTML.
    pub content: String,
    /// Content warning.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language.
    pub language: String,
    /// People named, by id, in order.
    pub mentions: Vec<AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
    /// Files, in order; those that it had and that are not named here leave it.
    pub media: Vec<MediumId>,
    /// New words about some of them.
    pub said: Vec<(MediumId, About)>,
    /// What it has beside its words from now on.
    pub beside: publish::Beside,
}

/// Its author edits a post of ours; its audience and community stay. An edit that changes nothing
/// leaves no version. Other answers of its poll make that another poll, and one that is left out is gone with its votes
/// (Mastodon). Records `PostEdited`. Not found for anybody else's post.
pub async fn edit(tx: &Tx, by: &Account, post: &Post, edit: Edit) -> Result<Post> {
    if post.author_id != by.id || post.boost_of_id.is_some() || post.deleted_at.is_some() {
        return Err(Refusal::not_found().into());
    }
    let attachments = super::media::attach(tx, by.id, post.id, &edit.media, &edit.said).await?;
    let mut edited = Post {
        attachments: row::json(&attachments)?,
        title: edit.title,
        source: edit.source,
        content: edit.content,
        spoiler: edit.spoiler,
        sensitive: edit.sensitive,
        language: edit.language,
        mentions: row::mentions_json(&edit.mentions)?,
        tags: row::json(&row::once(&edit.tags).collect::<Vec<_>>())?,
        details: row::details_json(&Details {
            emojis: edit.beside.emojis,
            is_poll: edit.beside.poll.is_some(),
            is_markdown: edit.beside.is_markdown,
            quotable: edit.beside.quotable.or(post.details().quotable),
            ..post.details()
        })?,
        ..post.clone()
    };
    let is_other_poll = asking::ask(tx, post.id, edit.beside.poll.as_ref()).await?;
    if edited == *post && !is_other_poll {
        return Ok(edited);
    }
    // Two edits within one millisecond are still two.
    let at = Stamp(tx.now.0.max(post.edited_at.unwrap_or(post.created_at).0 + 1));
    edited.edited_at = Some(at);
    if !reword(tx, &edited, at).await? {
        return Err(Refusal::not_found().into());
    }
    row::unindex(tx, post.id).await?;
    row::index(tx, post.id, &edit.mentions, &edit.tags).await?;
    words::keep(tx, &edited, edit.beside.poll.as_ref().map_or(&[], |poll| &poll.options)).await?;
    tx.record(Event::PostEdited { post: post.id });
    Ok(edited)
}

/// Its author says who may quote a post of theirs from now on; what was granted before stays. Records `PostRestated`.
pub async fn set_quotable(tx: &Tx, post: &Post, quotable: Quotable) -> Result<()> {
    let details = row::details_json(&Details { quotable: Some(quotable), ..post.details() })?;
    if sql!("UPDATE posts SET details = {} WHERE id = {} AND deleted_at IS NULL", details, post.id).run(tx).await? > 0 {
        tx.record(Event::PostRestated { post: post.id });
    }
    Ok(())
}

/// Gives a post the words (and audience) of `new` as of `at`, keeping the earlier wording; false,
/// and no change, when it is deleted or its words are as new as `at`.
pub(in crate::features) async fn reword(tx: &Tx, new: &Post, at: Stamp) -> Result<bool> {
    let kept = sql!(
        "INSERT INTO versions (post_id, at, title, content, source, spoiler, sensitive, attachments) \
         SELECT id, COALESCE(edited_at, created_at), title, content, source, spoiler, sensitive, attachments FROM posts \
         WHERE id = {} AND deleted_at IS NULL AND COALESCE(edited_at, created_at) < {} ON CONFLICT DO NOTHING",
        new.id,
        at
    )
    .run(tx)
    .await?;
    if kept == 0 {
        return Ok(false);
    }
    sql!(
        "UPDATE posts SET title = {}, content = {}, source = {}, spoiler = {}, sensitive = {}, language = {}, attachments = {}, \
            mentions = {}, tags = {}, details = {}, quote_uri = {}, audience = {}, edited_at = {} WHERE id = {}",
        new.title.clone(),
        new.content.clone(),
        new.source.clone(),
        new.spoiler.clone(),
        new.sensitive,
        new.language.clone(),
        new.attachments.clone(),
        new.mentions.clone(),
        new.tags.clone(),
        new.details.clone(),
        new.quote_uri.clone(),
        new.audience,
        at,
        new.id
    )
    .run(tx)
    .await?;
    Ok(true)
}

/// Its author deletes a post (or un-boosts): it becomes a tombstone, its uri is kept against
/// resurrection, favourites, bookmarks, home entries and boosts of it go (boosts stay as
/// tombstones). Deleting twice is deleting once. Records `PostDeleted`.
pub async fn delete(tx: &Tx, post: &Post) -> Result<()> {
    if post.boost_of_id.is_some() {
        return boosts::end(tx, post).await;
    }
    let changed = sql!(
        "UPDATE posts SET deleted_at = {}, title = '', content = '', source = '', spoiler = '', language = '', removed_reason = '', \
            attachments = '[]', mentions = '[]', tags = '[]', details = '', quote_uri = '', replies_count = 0, boosts_count = 0, favourites_count = 0, reactions_count = 0, \
            pending = FALSE \
         WHERE id = {} AND deleted_at IS NULL",
        tx.now,
        post.id
    )
    .run(tx)
    .await?;
    if changed == 0 {
        return Ok(());
    }
    bury(tx, &post.uri, post.author_id).await?;
    row::unindex(tx, post.id).await?;
    boosts::end_all(tx, post.id).await?;
    quotes::revoke_of(tx, post).await?;
    if post.is_ours() {
        super::media::detach(tx, post.id).await?;
    }
    quotes::asking::forget_quoting(tx, post).await?;
    for table in BESIDE_POSTS {
        sql!(format!("DELETE FROM {table} WHERE post_id = {{}}"), post.id).run(tx).await?;
    }
    findable::forget(tx, Indexed::Posts, sql!("= {}", post.id)).await?;
    shelves::clear(tx, sql!("entry_id = {}", post.id)).await?;
    shelves::tell_named(tx, post);
    row::discount_post(tx, post.author_id).await?;
    if let Some(parent) = post.in_reply_to_id.filter(|_| post.removed_at.is_none()) {
        row::count(tx, parent, Count::Replies, -1).await?;
    }
    tx.record(Event::PostDeleted { post: post.id });
    Ok(())
}

/// Whether `uri` (as stored), a thing of the account `by`, was deleted or undone before: it must not come back.
pub async fn is_buried(from: &impl Source, uri: &str, by: AccountId) -> Result<bool> {
    let found: Option<i64> = sql!(
        "SELECT created_at FROM tombstones WHERE uri = {} AND account_id = {} \
         UNION ALL SELECT deleted_at FROM posts WHERE uri = {} AND author_id = {} AND deleted_at IS NOT NULL",
        uri,
        by,
        uri,
        by
    )
    .value(from)
    .await?;
    Ok(found.is_some())
}

#[cfg(test)]
pub(crate) mod tests;
