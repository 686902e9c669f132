//! Looks at pages that public posts lead to, through the guarded client: without a name, a signature or a cookie of anybody.
//!
//! At most [`PAGE_BYTES_MAX`] of HTML in [`TIME`], redirects as the client follows them, each hop checked (S20 to S24). What is
//! kept is text (`base/text/page.rs`, S83).

use crate::{
    app::App,
    base::{
        error::Result,
        host,
        text::page::{self, Facts},
    },
    features::{peers, previews},
    net::{Budget, Client, Get},
};
use futures::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it looks.
const LOOK: Duration = Duration::from_secs(1);
/// How often cards are forgotten to which nobody leads, and how many are looked at then.
const SWEEP: Duration = Duration::from_secs(60);
const SWEPT: u32 = 1000;
/// Pages of one look, fetched at once.
const AT_ONCE: u32 = 16;
/// Bytes of a page that are taken at most; of a longer one the start.
const PAGE_BYTES_MAX: usize = 1024 * 1024;
/// How long a page may take.
const TIME: Duration = Duration::from_secs(10);
/// Requests for one page: itself and where it leads on to.
const HOPS: u32 = 4;
/// What is read.
const TYPES: [&str; 2] = ["text/html", "application/xhtml+xml"];
const ACCEPT: &str = "text/html, application/xhtml+xml";

/// Looks until `shutdown`; what waits then is looked at after the next start.
pub async fn run(app: App, client: Client, shutdown: CancellationToken) {
    if !app.config.previews.enabled {
        return;
    }
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut swept, mut after) = (Instant::now(), 0);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(error) = round(&app, &client).await {
            tracing::error!(%error, "pages could not be looked at; it is tried again");
        }
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            match sweep(&app, after).await {
                Ok(last) => after = last.unwrap_or_default(),
                Err(error) => tracing::error!(%error, "cards that nobody uses could not be forgotten; it is tried again"),
            }
        }
    }
}

async fn sweep(app: &App, after: i64) -> Result<Option<i64>> {
    let tx = app.begin().await?;
    let last = previews::forget_unused(&tx, after, SWEPT).await?;
    tx.commit().await?;
    Ok(last)
}

/// Looks at the pages that are due.
pub async fn round(app: &App, client: &Client) -> Result<()> {
    let due = previews::due(&app.store, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let found = join_all(due.iter().map(|page| async {
        match page.is_used {
            true => look(app, client, &page.url).await,
            false => Ok(None),
        }
    }))
    .await;
    let tx = app.begin().await?;
    for (page, found) in due.iter().zip(found) {
        let facts = found?;
        let outcome = if facts.is_some() { "shown" } else { "nothing" };
        metrics::counter!("intermoot_previews_total", "outcome" => outcome).increment(1);
        previews::settle(&tx, page.id, facts).await?;
    }
    tx.commit().await
}

/// What the page at `url` says of itself; none where it cannot be had, or is at a host that is blocked here.
async fn look(app: &App, client: &Client, url: &str) -> Result<Option<Facts>> {
    let Some(url) = host::parse(url) else { return Ok(None) };
    let authority = host::authority(&url).unwrap_or_default();
    if peers::is_blocked(&app.store, &authority).await? {
        return Ok(None);
    }
    let get = Get { time: Some(TIME), ..Get::new(&url, ACCEPT).start_of(&TYPES).at_most(PAGE_BYTES_MAX) };
    let fetched = match client.get(get, &Budget::new(HOPS, TIME)).await {
        Ok(fetched) if fetched.status.is_success() && !fetched.body.is_empty() => fetched,
        Ok(_) => return Ok(None),
        Err(error) => {
            tracing::debug!(%error, "a page could not be had");
            return Ok(None);
        }
    };
    let read = move || page::read(&fetched.body, fetched.content_type.as_deref().unwrap_or_default(), &fetched.url);
    // a page that breaks its reader has no preview
    Ok(tokio::task::spawn_blocking(read).await.unwrap_or_default())
}
