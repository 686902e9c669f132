//! The NodeInfo client: what another server runs, and so what it understands (federation.md P1). Believed, never trusted.

use super::step::{self, Got};
use crate::{
    base::{
        error::{Kind, Refusal, Result},
        host,
        sentence::said,
        text::limits,
        words::Level,
    },
    features::peers::{self, Software},
    federation::{Federation, discovery::resource, objects::Fields},
    net::Budget,
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Fetches for one host asked in the background, redirects included.
const FETCHES: u32 = 6;
/// Time for it: within the minute that announces to a new host wait (decisions.md 5).
const TIME: Duration = Duration::from_secs(30);
/// For how long a host is not asked again by whoever waits for the answer.
const FRESH: Duration = Duration::from_secs(60);
/// For how long an answer is not asked for again when something comes from there.
const KEPT: Duration = Duration::from_secs(3600);
/// Longest name or version that is kept, in bytes.
const TEXT_BYTES_MAX: usize = 64;
/// Schemas we read, the best first.
const SCHEMAS: [&str; 2] = ["http://nodeinfo.diaspora.software/ns/schema/2.1", "http://nodeinfo.diaspora.software/ns/schema/2.0"];

/// What `host` (an authority) says it runs: two fetches of `budget`, more when it redirects. Its well-known document may
/// lead elsewhere only where our own client may go, and never from https to http (S24). Refused with the step that failed.
pub async fn learn_software(federation: &Federation, host: &str, budget: &Budget) -> Result<Software> {
    let host = resource::authority(host, &federation.app.origin).ok_or_else(|| Refusal::invalid("host", "is not a host name"))?;
    let links = step::at_host(federation, "NodeInfo", &host, "/.well-known/nodeinfo", budget).await?;
    let link =
        link(&links).ok_or_else(|| step::refused(Kind::Forbidden, said!("NodeInfo at {host} has no link that can be followed", host)))?;
    let Got { document, .. } = step::at(federation, "NodeInfo", &link, budget).await?;
    let software = Fields::of(&document).and_then(|document| document.object("software"));
    let text = |name| software.and_then(|software| software.text(name)).map(tidy).unwrap_or_default();
    let name = text("name").to_lowercase();
    Ok(Software { level: level(&name), version: text("version"), name })
}

/// Learns and keeps what the host of `actor` runs, in the background and at most once an hour, restarts of ours included. That
/// asking failed is kept too; when too much is under way nobody is asked.
pub fn ask_in_background(federation: &Federation, actor: &str) {
    let Some(host) = host::parse(actor).and_then(|url| host::authority(&url)) else { return };
    if federation.asked.contains_key(&host) {
        return;
    }
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    federation.asked.insert(host.clone(), ());
    let federation = federation.clone();
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(error) = ask_unless_asked(&federation, &host, KEPT).await {
            tracing::warn!(%error, host, "what a server runs could not be kept");
        }
    });
}

/// Has what `host` runs learnt before it is decided what it may do: asks unless it is known to be one of our own kind or was
/// asked within a minute. That asking failed is kept, and leaves it a plain server.
pub async fn learn_before(federation: &Federation, host: &str) -> Result<()> {
    let peer = peers::find(&federation.app.store, host).await?;
    if peer.is_some_and(|peer| peer.level >= Level::Intermoot) {
        return Ok(());
    }
    ask_unless_asked(federation, host, FRESH).await
}

/// Asks unless there is an answer, or a failure, that is younger than `lately`.
async fn ask_unless_asked(federation: &Federation, host: &str, lately: Duration) -> Result<()> {
    let store = &federation.app.store;
    let asked_at = peers::find(store, host).await?.and_then(|peer| peer.nodeinfo_at);
    if asked_at.is_some_and(|at| at > store.now().minus(lately)) {
        return Ok(());
    }
    ask(federation, host).await
}

async fn ask(federation: &Federation, host: &str) -> Result<()> {
    let software = learn_software(federation, host, &Budget::new(FETCHES, TIME)).await;
    let software = software.inspect_err(|error| tracing::debug!(%error, host, "what a server runs was not learnt")).ok();
    let tx = federation.app.begin().await?;
    peers::note_software(&tx, host, software).await?;
    tx.commit().await
}

fn link(got: &Got) -> Option<Url> {
    let document = Fields::of(&got.document)?;
    let find = |schema: &str| {
        let mut links = document.list("links").filter_map(Fields::of).filter(|link| link.text("rel") == Some(schema));
        links.find_map(|link| host::parse(link.text("href")?)).filter(|url| url.scheme() == "https" || got.url.scheme() == "http")
    };
    SCHEMAS.iter().find_map(|schema| find(schema))
}

/// What software of this name understands.
fn level(name: &str) -> Level {
    match name {
        "lemmy" | "piefed" | "mbin" | "kbin" | "nodebb" | "discourse" => Level::Group,
        "intermoot" => Level::Intermoot,
        _ => Level::Plain,
    }
}

/// Without anything that is not plainly visible, and short.
fn tidy(text: &str) -> String {
    let visible: String = text.chars().filter(char::is_ascii_graphic).collect();
    limits::cut_bytes(&visible, TEXT_BYTES_MAX).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn got(from: &str, links: serde_json::Value) -> Got {
        Got { url: from.parse().unwrap(), document: json!({"links": links}) }
    }

    #[test]
    fn the_best_schema_is_taken() {
        let links = json!([{"rel": SCHEMAS[1], "href": "https://p.test/2.0"}, {"rel": "x", "href": "https://p.test/x"}, {"rel": SCHEMAS[0], "href": "https://p.test/2.1"}]);
        assert_eq!(link(&got("https://p.test/", links)).unwrap().as_str(), "https://p.test/2.1");
        let unusable = json!([{"rel": SCHEMAS[1], "href": "https://p.test/2.0"}, {"rel": SCHEMAS[0], "href": "javascript:x"}, 7, null]);
        assert_eq!(link(&got("https://p.test/", unusable)).unwrap().as_str(), "https://p.test/2.0");
    }

    #[test]
    fn s024_a_link_that_leaves_https_or_is_no_web_address_is_not_followed() {
        for href in ["http://p.test/2.0", "file:///etc/passwd", "//p.test/2.0", "/nodeinfo/2.0", "https://u:p@p.test/"] {
            assert_eq!(link(&got("https://p.test/", json!([{"rel": SCHEMAS[1], "href": href}]))), None, "{href}");
        }
    }

    #[test]
    fn software_is_known_by_its_name() {
        for (name, expected) in [
            ("lemmy", Level::Group),
            ("discourse", Level::Group),
            ("intermoot", Level::Intermoot),
            ("mastodon", Level::Plain),
            ("", Level::Plain),
        ] {
            assert_eq!(level(name), expected);
        }
        assert_eq!(tidy("4.5.0\u{202e}\n+glitch"), "4.5.0+glitch");
    }
}
