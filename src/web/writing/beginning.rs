//! How a form begins: with what its writer prefers, and for an answer with whom it is for.

use super::{
    super::{
        entries::{self, Entry},
        pages::Result,
        session::Visit,
    },
    form::Typed,
};
use crate::{
    app::App,
    base::id::PostId,
    features::{accounts, posts::queries},
    store::tables::{Account, Mention, Post},
};

/// `typed`, which nobody has typed in yet, with what its writer prefers.
pub(super) fn begun(visit: &Visit, typed: Typed) -> Typed {
    let user = visit.user.as_ref();
    let language = user.map(|user| user.posting_language.as_str()).filter(|language| !language.is_empty());
    Typed {
        language: language.unwrap_or_else(|| visit.language().code()).to_owned(),
        sensitive: user.is_some_and(|user| user.posting_sensitive),
        lasts: "86400".to_owned(),
        ..typed
    }
}

/// The same for an answer to `parent`: it names whom it is for.
pub(super) async fn answering(app: &App, visit: &Visit, parent: &Post) -> Result<Typed> {
    let typed = Typed {
        answer: parent.id.to_string(),
        text: named(app, visit.member()?, parent).await?,
        spoiler: parent.spoiler.clone(),
        goes: if parent.community_id.is_some() { "thread".to_owned() } else { String::new() },
        ..Typed::default()
    };
    Ok(begun(visit, typed))
}

/// The post that the visitor answers, if they may see it; itself, where a boost of it is named.
pub(super) async fn answered(app: &App, visit: &Visit, id: PostId) -> Result<Option<(Post, Entry)>> {
    let viewer = visit.viewer();
    let mut found = queries::seen(&app.store, &viewer, id).await?;
    if let Some(shown) = found.as_ref().and_then(|post| post.boost_of_id) {
        found = queries::seen(&app.store, &viewer, shown).await?;
    }
    let shown = entries::entries(app, &viewer, found.as_slice()).await?.pop();
    Ok(found.zip(shown))
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
