//! How a form begins: with what its writer prefers, and for an answer with whom it is for.

use super::{
    super::{
        faces::Face,
        pages::{Failure, Result},
        session::Visit,
    },
    compose::Answered,
    form::Typed,
};
use crate::{
    app::App,
    base::{error::Refusal, id::PostId},
    features::{
        accounts,
        posts::queries::{self, Viewer},
    },
    store::tables::{Account, Mention, Post, User},
};

/// `typed`, which nobody has typed in yet, with what its writer prefers, and for an answer whom it is for.
pub(super) async fn begun(app: &App, visit: &Visit, mut typed: Typed) -> Result<Typed> {
    let me = visit.member()?;
    let user: Option<User> = accounts::queries::user(&app.store, me.id).await?;
    let language = user.as_ref().map(|user| user.posting_language.as_str()).filter(|language| !language.is_empty());
    typed.language = language.unwrap_or_else(|| visit.language().code()).to_owned();
    typed.sensitive = user.as_ref().is_some_and(|user| user.posting_sensitive);
    typed.lasts = "86400".to_owned();
    if let Some(id) = typed.answers() {
        let parent = answered(app, me, id).await?.ok_or_else(|| Failure::shown(Refusal::not_found(), visit))?;
        typed.text = named(app, me, &parent).await?;
        typed.spoiler.clone_from(&parent.spoiler);
        if parent.community_id.is_some() {
            typed.goes = "thread".to_owned();
        }
    }
    Ok(typed)
}

/// The post that `me` answers, if they may see it; itself, where a boost of it is named.
pub(super) async fn answered(app: &App, me: &Account, id: PostId) -> Result<Option<Post>> {
    let viewer = Viewer::Account(me.id);
    let found = queries::seen(&app.store, &viewer, id).await?;
    match found.as_ref().and_then(|post| post.boost_of_id) {
        Some(shown) => Ok(queries::seen(&app.store, &viewer, shown).await?),
        None => Ok(found),
    }
}

/// What is answered, as the form shows it.
pub(super) async fn shown(app: &App, parent: &Post) -> Result<Answered> {
    let author =
        accounts::queries::by_id(&app.store, parent.author_id).await?.ok_or_else(|| Failure::plain(Refusal::not_found().into()))?;
    let face = Face::of(app, &author);
    Ok(Answered { face, content: parent.content.clone(), spoiler: parent.spoiler.clone(), href: format!("/p/{}", parent.id) })
}

/// Whom an answer to `parent` names: its author and whomever it names, but for the writer and for communities.
async fn named(app: &App, me: &Account, parent: &Post) -> Result<String> {
    let mentions: Vec<Mention> = serde_json::from_str(&parent.mentions).unwrap_or_default();
    let ids: Vec<_> = [parent.author_id].into_iter().chain(mentions.iter().map(|mention| mention.id)).filter(|id| *id != me.id).collect();
    let found = accounts::queries::by_ids(&app.store, &ids).await?;
    let mut text = String::new();
    let mut told = Vec::new();
    for id in ids {
        let account = found.iter().find(|account| account.id == id && account.is_active() && !account.is_community());
        if let Some(account) = account.filter(|_| !told.contains(&id)) {
            told.push(id);
            text.push_str(&format!("@{} ", account.acct()));
        }
    }
    Ok(text)
}
