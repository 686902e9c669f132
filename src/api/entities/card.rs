//! PreviewCard: what a page to which a post leads says of itself, as text (S83); its picture comes through this node (S91, S136).
//!
//! An account stands beside the author's name only where the page and the account are of one host, or the account names the host
//! of the page: what a page says of people elsewhere is only its word. Source: docs.joinmastodon.org/entities/PreviewCard, /entities/Trends_Link.

use super::{
    account::{self, Shown as Person},
    tag::Used,
};
use crate::{
    app::{App, links::Sight},
    base::{clock::Stamp, error::Result, host},
    features::{
        accounts,
        previews::{Card, queries},
    },
    store::{Searching, tables::Account},
};
use serde::Serialize;
use std::collections::HashMap;

/// The Mastodon API's PreviewCard.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/PreviewCard")]
pub struct Shown {
    pub url: String,
    pub title: String,
    pub description: String,
    pub language: Option<String>,
    pub r#type: &'static str,
    pub author_name: String,
    pub author_url: String,
    pub authors: Vec<Author>,
    pub provider_name: String,
    pub provider_url: String,
    pub html: &'static str,
    pub width: i32,
    pub height: i32,
    pub image: Option<String>,
    pub image_description: String,
    pub embed_url: &'static str,
    pub blurhash: Option<String>,
    pub published_at: Option<Stamp>,
}

/// Who wrote a page.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/PreviewCardAuthor")]
pub struct Author {
    pub name: String,
    pub url: String,
    pub account: Option<Person>,
}

/// A card with how often its page was led to: the Mastodon API's Trends::Link.
#[derive(Clone, Debug, Serialize)]
pub struct Trending {
    #[serde(flatten)]
    card: Shown,
    history: Vec<Used>,
}

/// Cards as they are shown: one statement for the accounts of authors, if any is named.
pub async fn cards(app: &App, cards: &[&Card]) -> Result<Vec<Shown>> {
    let named: Vec<(String, String)> = cards.iter().filter_map(|card| named_author(app, card)).collect();
    let found = accounts::queries::by_handles(&app.store, &named).await?;
    let one = |card: &&Card| {
        let author = named_author(app, card);
        let is_it = |account: &&Account| {
            author.as_ref().is_some_and(|(name, host)| account.username.to_lowercase() == *name && account.host == *host)
        };
        shown(app, card, found.iter().find(is_it).filter(|account| stands_behind(app, account, card)))
    };
    Ok(cards.iter().map(one).collect())
}

/// The cards with these ids in their order, each with its last days.
pub async fn trending(app: &App, ids: &[i64]) -> Result<Vec<Trending>> {
    let found = queries::by_ids(&app.store, ids).await?;
    let mut history = Searching::settled(queries::history(&app.store.searching(), ids).await)?;
    let ordered: Vec<&Card> = ids.iter().filter_map(|id| found.iter().find(|card| card.id == *id)).collect();
    let shown = cards(app, &ordered).await?;
    let mut days = |card: &Card| history.remove(&card.id).unwrap_or_default().into_iter().map(Used::from).collect();
    Ok(ordered.iter().zip(shown).map(|(card, shown)| Trending { card: shown, history: days(card) }).collect())
}

/// Name and host of the account that a page names as its author's, as it is kept: the host is empty for our own.
fn named_author(app: &App, card: &Card) -> Option<(String, String)> {
    let (name, at) = card.creator.split_once('@')?;
    let at = if at == app.origin.authority() { "" } else { at };
    Some((name.to_owned(), at.to_owned()))
}

/// Whether an account is known to stand behind what pages at the host of this card say: they are of one host, or it says so.
fn stands_behind(app: &App, account: &Account, card: &Card) -> bool {
    let Some(authority) = host::parse(&card.url).and_then(|url| host::authority(&url)) else { return false };
    let own = if account.is_local() { app.origin.authority() } else { &account.host };
    let is_below = |host: &String| authority == *host || authority.ends_with(&format!(".{host}"));
    account.is_active() && (own == authority || account.showing().attribution_hosts.iter().any(is_below))
}

fn shown(app: &App, card: &Card, author: Option<&Account>) -> Shown {
    let origin = host::parse(&card.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let is_shown = app.config.media.proxy && !card.image_url.is_empty();
    let name = match author {
        Some(author) if card.author_name.is_empty() => author.display_name.clone(),
        _ => card.author_name.clone(),
    };
    let is_named = !name.is_empty() || author.is_some();
    Shown {
        url: card.url.clone(),
        title: card.title.clone(),
        description: card.description.clone(),
        language: Some(card.language.clone()).filter(|language| !language.is_empty()),
        r#type: "link",
        authors: is_named
            .then(|| Author {
                name: name.clone(),
                url: card.author_url.clone(),
                account: author.map(|author| account::account(app, author, None)),
            })
            .into_iter()
            .collect(),
        author_name: name,
        author_url: card.author_url.clone(),
        provider_name: card.provider_name.clone(),
        provider_url: if card.provider_name.is_empty() { String::new() } else { origin },
        html: "",
        width: card.image_width,
        height: card.image_height,
        image: is_shown.then(|| app.shown_url(&card.image_url, Sight::Everybody)),
        image_description: card.image_description.clone(),
        embed_url: "",
        blurhash: None,
        published_at: card.published_at,
    }
}

/// Cards by what they belong to: those of a page of posts.
pub async fn by_key<K: Copy + Eq + std::hash::Hash>(app: &App, found: HashMap<K, Card>) -> Result<HashMap<K, Shown>> {
    let pairs: Vec<(K, Card)> = found.into_iter().collect();
    let shown = cards(app, &pairs.iter().map(|(_, card)| card).collect::<Vec<_>>()).await?;
    Ok(pairs.iter().map(|(key, _)| *key).zip(shown).collect())
}
