//! Files of others, kept as long as there is room: what was asked for longest ago goes first.
//!
//! In `cache` of `data.dir`, each under the digest of its address, with the ending of what it turned out to be. Several who ask
//! at once cause one fetch; what cannot be had is not asked for again for a minute. What is fetched with our signature is kept
//! apart from what everybody may have. Bounded in bytes, time and number at a time (S91).

use super::{App, Wanted};
use crate::{
    base::{
        config::Config,
        error::{Error, Refusal, Result},
        host, secret,
    },
    features::peers::terms,
    media::sniff,
    store::files::{self, Files},
};
use anyhow::Context;
use moka::{future, notification::RemovalCause, policy::EvictionPolicy, sync};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::{OnceCell, Semaphore};

/// Files that are fetched at a time.
const FETCHES: usize = 16;
/// How long what could not be had is not asked for again.
const MISSING_LASTS: Duration = Duration::from_secs(60);
/// How many of those are remembered.
const MISSING_MAX: u64 = 10_000;

/// The files.
pub struct Cache {
    root: PathBuf,
    drafts: Files,
    bytes: u64,
    kept: OnceCell<future::Cache<String, Kept>>,
    missing: sync::Cache<String, Refusal>,
    places: Semaphore,
}

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Name of its file: the digest of its address and an ending.
    pub name: String,
    /// Its MIME type, sniffed.
    pub media_type: &'static str,
    bytes: u64,
}

impl Cache {
    pub(super) fn new(config: &Config) -> Self {
        let root = config.data.dir.join("cache");
        Self {
            drafts: Files::below(root.clone()),
            root,
            bytes: config.media.cache_bytes.into(),
            kept: OnceCell::new(),
            missing: sync::Cache::builder().max_capacity(MISSING_MAX).time_to_live(MISSING_LASTS).build(),
            places: Semaphore::new(FETCHES),
        }
    }

    /// Where a file is.
    pub fn path(&self, kept: &Kept) -> PathBuf {
        place(&self.root, &kept.name)
    }

    /// The file at `url`, fetched if it is not here; with our signature where `is_signed`. Refused when it cannot be had, is too
    /// large or nothing that is shown.
    pub async fn get(&self, app: &App, url: &str, is_signed: bool) -> Result<Kept> {
        self.refuse_unwanted(app, url).await?;
        let key = secret::hash_hex(&format!("{is_signed}\n{url}"));
        if let Some(refusal) = self.missing.get(&key) {
            return Err(refusal.into());
        }
        let kept = self.kept().await;
        let fetched = kept.try_get_with(key.clone(), self.fetch(app, &key, (url, is_signed))).await;
        fetched.map_err(|error| match error.refusal() {
            Some(refusal) => {
                self.missing.insert(key, refusal.clone());
                refusal.clone().into()
            }
            None => Error::from(anyhow::anyhow!("{error:#}")),
        })
    }

    /// Refuses a file of a host whose files an administrator does not want here, also one that is here already.
    async fn refuse_unwanted(&self, app: &App, url: &str) -> Result<()> {
        let host = host::parse(url).and_then(|url| host::authority(&url)).unwrap_or_default();
        if terms::rejects_media(&app.store, &host).await? { Err(Refusal::not_found().into()) } else { Ok(()) }
    }

    /// Removes what was being fetched when the node ended. At the start.
    pub async fn forget_drafts(&self) -> Result<()> {
        self.drafts.forget_drafts().await
    }

    /// Bytes of all that is here.
    #[cfg(test)]
    pub async fn size(&self) -> u64 {
        let kept = self.kept().await;
        kept.run_pending_tasks().await;
        kept.iter().map(|(_, kept)| kept.bytes).sum()
    }

    async fn fetch(&self, app: &App, key: &str, (url, is_signed): (&str, bool)) -> Result<Kept> {
        let _place = self.places.acquire().await.context("the places are never closed")?;
        let url = host::parse(url).ok_or_else(Refusal::not_found)?;
        let mut draft = self.drafts.draft().await?;
        draft.close().await?;
        let wanted = Wanted { url: &url, bytes: app.config.media.proxy_bytes.into(), is_signed };
        let bytes = app.network()?.download(wanted, draft.path()).await?;
        let sniffed = {
            let path = draft.path().to_owned();
            tokio::task::spawn_blocking(move || sniff::shown(&path)).await.context("the thread of a look ended")??
        };
        let name = format!("{key}.{}", sniffed.ending);
        let to = place(&self.root, &name);
        files::make(to.parent().unwrap_or(&self.root)).await?;
        tokio::fs::rename(draft.path(), &to).await.context("a file cannot be put in its place")?;
        metrics::counter!("intermoot_proxied_bytes_total").increment(bytes);
        Ok(Kept { name, media_type: sniffed.media_type, bytes })
    }

    /// What is here; at first what was here when the node ended, the oldest first to go.
    async fn kept(&self) -> &future::Cache<String, Kept> {
        let open = async || {
            let root = self.root.clone();
            let kept = future::Cache::builder()
                .max_capacity((self.bytes / 1024).max(1))
                .weigher(|_: &String, kept: &Kept| u32::try_from(kept.bytes / 1024 + 1).unwrap_or(u32::MAX))
                .eviction_policy(EvictionPolicy::lru())
                .eviction_listener(move |_: Arc<String>, kept: Kept, cause| {
                    if cause != RemovalCause::Replaced {
                        let _ = fs::remove_file(place(&root, &kept.name));
                    }
                })
                .build();
            let root = self.root.clone();
            let found = tokio::task::spawn_blocking(move || found(&root)).await.unwrap_or_default();
            for (_, key, one) in found {
                kept.insert(key, one).await;
            }
            kept
        };
        self.kept.get_or_init(open).await
    }
}

fn place(root: &Path, name: &str) -> PathBuf {
    root.join(name.get(..2).unwrap_or_default()).join(name)
}

/// Every file in the folder with its key, oldest first. What is no file of ours is left alone.
fn found(root: &Path) -> Vec<(SystemTime, String, Kept)> {
    let below = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(SystemTime, String, Kept)> = below(root)
        .flat_map(|folder| below(&folder.path()).collect::<Vec<_>>())
        .filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            let (key, ending) = name.rsplit_once('.')?;
            let (key, format) = (key.to_owned(), sniff::by_ending(ending)?);
            let about = file.metadata().ok()?;
            let kept = Kept { name, media_type: format.media_type, bytes: about.len() };
            Some((about.modified().ok()?, key, kept))
        })
        .collect();
    found.sort_by_key(|(modified, ..)| *modified);
    found
}
