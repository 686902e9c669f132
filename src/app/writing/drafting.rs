//! What was asked for as the verbs of `features::posts` take it.

use super::{
    asked::{Asked, said_of},
    written::{self, Unknown, Written},
};
use crate::{
    app::App,
    base::{
        error::{Refusal, Result},
        id::AppId,
        text::compose::Format,
        words::Audience,
    },
    features::{
        accounts,
        posts::{
            Edit,
            publish::{Beside, Draft},
        },
    },
    store::tables::{Account, Post, User},
};

/// Who writes, and with what.
#[derive(Clone, Debug)]
pub struct Writer {
    /// Their account.
    pub account: Account,
    /// Their preferences.
    pub user: Option<User>,
    /// The app; none for the pages of this node.
    pub app_id: Option<AppId>,
}

/// The post that was asked for, its words composed and whom it names looked up. Refused for what can be no post.
pub async fn draft(app: &App, writer: &Writer, asked: &Asked) -> Result<Draft> {
    let user = writer.user.as_ref();
    let words = asked.words(app, user.map_or("", |user| &user.posting_language))?;
    let audience = asked.audience(user.map_or(Audience::Public, |user| user.posting_audience))?;
    let written = written::write(app, &writer.account, (&words.source, asked.format().unwrap_or_default()), Unknown::LookedUp).await?;
    let ours = asked.intermoot.as_ref();
    let named = ours.and_then(|ours| ours.community_id);
    let community = match named {
        Some(_) => named,
        None if asked.in_reply_to_id.is_some() || audience == Audience::Direct || ours.is_some_and(|ours| ours.is_outside) => None,
        None => written::addressed(app, &words.source, &written).await?,
    };
    let title = ours.and_then(|ours| ours.title.as_deref()).map(written::title).unwrap_or_default();
    let beside = asked.beside(app, (&words, &title)).await?;
    Ok(Draft {
        title,
        source: words.source,
        spoiler: words.spoiler,
        sensitive: asked.sensitive.unwrap_or_else(|| user.is_some_and(|user| user.posting_sensitive)),
        language: words.language,
        audience,
        in_reply_to: asked.in_reply_to_id,
        community,
        app_id: writer.app_id,
        widest: app.widest_outside_communities(&app.store).await?,
        content: written.html,
        mentions: written.mentions.iter().map(|account| account.id).collect(),
        tags: written.tags,
        media: asked.media_ids.clone(),
        beside,
    })
}

/// The edit of `post` that was asked for. Words are marked up as they were, unless it says otherwise. Refused like [`draft`].
pub async fn edit(app: &App, post: &Post, asked: Asked) -> Result<Edit> {
    let words = asked.words(app, &post.language)?;
    let before = if post.details().is_markdown { Format::Markdown } else { Format::Plain };
    let format = asked.format().unwrap_or(before);
    let author = accounts::queries::by_id(&app.store, post.author_id).await?.ok_or_else(Refusal::not_found)?;
    let Written { html, mentions, tags } = written::write(app, &author, (&words.source, format), Unknown::LookedUp).await?;
    let title = asked.intermoot.as_ref().and_then(|ours| ours.title.as_deref());
    let title = title.map_or_else(|| post.title.clone(), written::title);
    let beside = asked.beside(app, (&words, &title)).await?;
    Ok(Edit {
        title,
        source: words.source,
        content: html,
        spoiler: words.spoiler,
        sensitive: asked.sensitive.unwrap_or(post.sensitive),
        language: words.language,
        mentions: mentions.iter().map(|account| account.id).collect(),
        tags,
        said: said_of(&asked.media_attributes)?,
        beside: Beside { is_markdown: format == Format::Markdown, ..beside },
        media: asked.media_ids,
    })
}
