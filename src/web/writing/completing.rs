//! `/write/complete`: people, tags and custom emoji that begin as what is being typed.

use super::super::{pages::Result, session::Visit};
use crate::{
    app::{App, finding},
    base::id::AccountId,
    features::{
        accounts::names::{self, Seeker},
        emojis, memberships,
        posts::queries::Viewer,
        search,
    },
    store::{Searching, tables::Account},
};
use axum::{
    Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// Most that are offered.
const OFFERED_MAX: usize = 8;
/// People that are looked through for those of a community.
const LOOKED_THROUGH: u32 = 40;
/// Longest beginning, in characters.
const TYPED_CHARS_MAX: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// What is being typed: `@…`, `#…` or `:…`.
    q: String,
    /// The community that it is written for: its people come before others.
    community: String,
}

/// One that may be meant.
#[derive(Debug, Serialize)]
struct Offer {
    /// What stands in the words for it.
    insert: String,
    /// What it is called; plain text.
    name: String,
}

pub(super) async fn complete(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let me = visit.member()?;
    let mut offers = Vec::new();
    if asked.q.chars().count() <= TYPED_CHARS_MAX {
        offers = match asked.q.split_at_checked(1) {
            Some(("@", begins)) if !begins.is_empty() => people(&app, me, begins, asked.community.parse().ok().map(AccountId)).await?,
            Some(("#", begins)) if !begins.is_empty() => tags(&app, me, begins).await?,
            Some((":", begins)) if !begins.is_empty() => pictures(&app, begins).await?,
            _ => Vec::new(),
        };
    }
    offers.truncate(OFFERED_MAX);
    Ok(Json(offers).into_response())
}

/// People whom `me` follows first, then those of the community, then others.
async fn people(app: &App, me: &Account, begins: &str, community: Option<AccountId>) -> Result<Vec<Offer>> {
    let store = app.store.searching();
    let seeker = |followed| Seeker { reader: Some(me.id), followed };
    let followed = Searching::settled(names::search(&store, seeker(true), begins, (OFFERED_MAX as u32, 0)).await)?;
    let mut others = Searching::settled(names::search(&store, seeker(false), begins, (LOOKED_THROUGH, 0)).await)?;
    others.retain(|other| followed.iter().all(|known| known.id != other.id));
    let ids: Vec<AccountId> = others.iter().map(|other| other.id).collect();
    if let Some(community) = community {
        let near = memberships::queries::among(&app.store, (community, me.id), &ids).await?;
        others.sort_by_key(|other| !near.contains(&other.id));
    }
    let found: Vec<Account> = followed.into_iter().chain(others).collect();
    let found = finding::around(app, Some(me), finding::without_internal(app, Some(me), found).await?).await?;
    Ok(found.iter().map(offer).collect())
}

fn offer(account: &Account) -> Offer {
    let name = if account.display_name.trim().is_empty() { &account.username } else { &account.display_name };
    Offer { insert: format!("@{}", account.acct()), name: name.clone() }
}

async fn tags(app: &App, me: &Account, begins: &str) -> Result<Vec<Offer>> {
    let found = search::tags(&app.store.searching(), &Viewer::Account(me.id), begins, (OFFERED_MAX as u32, 0)).await;
    Ok(Searching::settled(found)?.into_iter().map(|(tag, _)| Offer { insert: format!("#{tag}"), name: String::new() }).collect())
}

async fn pictures(app: &App, begins: &str) -> Result<Vec<Offer>> {
    let begins = begins.to_lowercase();
    let all = emojis::all(&app.store).await?.into_iter().filter(|emoji| emoji.shortcode.to_lowercase().starts_with(&begins));
    Ok(all.take(OFFERED_MAX).map(|emoji| Offer { insert: format!(":{}:", emoji.shortcode), name: String::new() }).collect())
}
