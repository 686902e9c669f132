//! Tags as clients get them: how they were used of late, and whether the reader chose them. A list costs two statements.
//!
//! Source: docs.joinmastodon.org/entities/Tag, /entities/FeaturedTag.

use super::status::tag_url;
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, time_of},
        text::scan::tag_key,
    },
    features::{
        posts::usage::Day,
        tags::queries::{self, Use},
    },
    store::{Searching, tables::ChosenTag},
};
use serde::Serialize;
use serde_json::{Value, json};

/// The Mastodon API's Tag.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Tag")]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub url: String,
    pub history: Vec<Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub following: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub featuring: Option<bool>,
}

/// One day of it; numbers are text there.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Tag#history")]
pub struct Used {
    pub day: String,
    pub uses: String,
    pub accounts: String,
}

impl From<Day> for Used {
    fn from(day: Day) -> Self {
        Self { day: (day.begins.0 / 1000).to_string(), uses: day.uses.to_string(), accounts: day.accounts.to_string() }
    }
}

/// Tags, by name, as `reader` gets them (none: a stranger), in their order.
pub async fn tags(app: &App, reader: Option<AccountId>, names: &[String]) -> Result<Vec<Shown>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = names.iter().map(|name| tag_key(name)).collect();
    // whoever asks chooses the tag, and with it the cost
    let mut history = Searching::settled(queries::history(&app.store.searching(), &keys).await)?;
    let chosen = match reader {
        Some(reader) => Some(queries::chosen(&app.store, reader, &keys).await?),
        None => None,
    };
    let one = |(name, key): (&String, &String)| {
        let mine = chosen.as_ref().map(|chosen| chosen.get(key).copied().unwrap_or_default());
        Shown {
            id: key.clone(),
            name: name.clone(),
            url: tag_url(app, key),
            history: history.remove(key).unwrap_or_default().into_iter().map(Used::from).collect(),
            following: mine.map(|(following, _)| following),
            featuring: mine.map(|(_, featuring)| featuring),
        }
    };
    Ok(names.iter().zip(&keys).map(one).collect())
}

/// One tag, by name.
pub async fn tag(app: &App, reader: Option<AccountId>, name: &str) -> Result<Value> {
    let shown = tags(app, reader, &[name.to_owned()]).await?;
    Ok(json!(shown.first()))
}

/// The Mastodon API's FeaturedTag; `uses` are how their owner uses such tags.
pub fn featured(app: &App, chosen: &[ChosenTag], uses: &[Use]) -> Vec<Value> {
    let one = |tag: &ChosenTag| {
        let used = uses.iter().find(|used| used.tag == tag.tag);
        let day = |at: Stamp| at.utc().format("%Y-%m-%d").to_string();
        json!({
            "id": tag.id.to_string(),
            "name": tag.name,
            "url": tag_url(app, &tag.tag),
            "statuses_count": used.map_or(0, |used| used.posts).to_string(),
            "last_status_at": used.map(|used| day(time_of(used.latest))),
        })
    };
    chosen.iter().map(one).collect()
}
