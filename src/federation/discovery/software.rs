//! What software a peer runs, and what it therefore understands: NodeInfo, asked in the background, once a day.
//!
//! The level is a guess that decides which shape a peer is sent, never a right (federation.md 3, P1).

use crate::{
    base::{error::Result, host, json, words::Level},
    features::peers::{self, Software},
    federation::{
        Federation,
        fetch::{self, Failure},
        objects::Fields,
    },
    net::{Budget, Get},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use url::Url;

/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// Fetches for one peer: the links, the document, a redirect or two.
const FETCHES: u32 = 4;
/// Time for one peer.
const TIME: Duration = Duration::from_secs(15);
/// Largest document, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// Longest name or version that is kept.
const WORD_MAX: usize = 60;

/// What software of this name understands.
pub fn level(software: &str) -> Level {
    match software {
        super::SOFTWARE => Level::Intermoot,
        "lemmy" | "piefed" | "mbin" | "kbin" | "nodebb" | "discourse" => Level::Group,
        _ => Level::Plain,
    }
}

/// Asks the server of `uri` in the background, unless it was asked within a day. Costs nothing when it was.
pub fn ask_in_background(federation: &Federation, uri: &str) {
    let Some(url) = host::parse(uri) else { return };
    let Some(host) = host::authority(&url) else { return };
    if federation.asked.contains_key(&host) {
        return;
    }
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    federation.asked.insert(host, ());
    let federation = federation.clone();
    tokio::spawn(async move {
        if let Err(error) = ask(&federation, &url).await {
            tracing::warn!(%error, "what a peer runs could not be noted");
        }
        drop(permit);
    });
}

/// Asks the server of `url` what it runs and keeps the answer, unless that was done within a day. Only our own failures are errors.
pub async fn ask(federation: &Federation, url: &Url) -> Result<()> {
    let host = host::authority(url).unwrap_or_default();
    let store = &federation.app.store;
    let known = peers::find(store, &host).await?.and_then(|peer| peer.nodeinfo_at);
    if known.is_some_and(|at| at.plus(FRESH) > store.now()) || federation.app.origin.is_ours(url.as_str()) {
        return Ok(());
    }
    let software = match read(federation, url).await {
        Ok(software) => Some(software),
        Err(failure) => {
            tracing::debug!(%failure, host, "a peer does not say what it runs");
            None
        }
    };
    let tx = store.begin().await?;
    peers::known(&tx, &host).await?;
    peers::note_software(&tx, &host, software).await?;
    tx.commit().await
}

async fn read(federation: &Federation, url: &Url) -> Result<Software, Failure> {
    let budget = Budget::new(FETCHES, TIME);
    let links = url.join("/.well-known/nodeinfo").map_err(|_| Failure::Refused("no address for NodeInfo".into()))?;
    let links = get(federation, &links, &budget).await?;
    let fields = Fields::expect(&links, "the list of NodeInfo documents")?;
    let offered = fields.list("links").filter_map(Fields::of);
    let is_schema = |link: &Fields<'_>| link.text("rel").is_some_and(|rel| rel.starts_with("http://nodeinfo.diaspora.software/ns/schema/2."));
    // a link is an address like any other: the client checks it (S24); it must be the peer's own
    let document = offered.filter(is_schema).filter_map(|link| link.text("href").and_then(host::parse)).rfind(|href| host::same_origin(href, url));
    let document = document.ok_or_else(|| Failure::Refused("no NodeInfo 2 on the same server".into()))?;
    let document = get(federation, &document, &budget).await?;
    let software = Fields::expect(&document, "NodeInfo")?.object("software").ok_or_else(|| Failure::Refused("NodeInfo names no software".into()))?;
    let word = |name: &str| -> String { software.text(name).unwrap_or_default().chars().filter(|c| !c.is_control()).take(WORD_MAX).collect() };
    let name = word("name").to_lowercase();
    Ok(Software { level: level(&name), name, version: word("version") })
}

async fn get(federation: &Federation, url: &Url, budget: &Budget) -> Result<Value, Failure> {
    let host = host::authority(url).unwrap_or_default();
    let fetched = federation.client.get(Get::new(url, "application/json").at_most(BYTES_MAX), budget).await;
    let fetched = fetched.map_err(|error| fetch::unreached("NodeInfo", &host, &error))?;
    fetch::check_status("NodeInfo", &fetched)?;
    json::parse_strict(&fetched.body, json::Limits::default()).map_err(|error| Failure::Refused(format!("NodeInfo at {host}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_is_sorted_into_levels() {
        assert_eq!((level("intermoot"), level("lemmy"), level("mastodon"), level("")), (Level::Intermoot, Level::Group, Level::Plain, Level::Plain));
    }
}
