//! Work on files that people sent: one picture at a time, beside everything else.
//!
//! The doors hand in what they received; a loop of `server` works on what waits. Decoding is done on threads of its own behind
//! a few places, so that memory stays bounded and federation does not wait for it (R33). Doing it twice is harmless.

mod pictures;

use super::App;
use crate::{
    base::{
        config::Config,
        error::{Error, Refusal, Result},
        id::{AccountId, MediumId},
        sentence::said,
        words::media::{MediumKind, MediumState},
    },
    features::media::{self, About, New, jobs, queries},
    media::{
        Bounds, Made, RAW, Shape, animation,
        ffmpeg::Tools,
        picture,
        sniff::{self, Family, Format},
    },
    store::{
        files::{Draft, Files, is_trouble},
        tables::{Account, Medium},
    },
};
use anyhow::Context;
use futures::{StreamExt, TryStreamExt};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, OnceCell, Semaphore},
    time::{Instant, timeout_at},
};

/// Pictures that are decoded at a time: each may take some 400 MB for a moment.
const PLACES: usize = 1;
/// Headers of pictures that are read at a time.
const LOOKS: usize = 8;
/// After how long work is tried again that failed on our side.
const PAUSE: Duration = Duration::from_secs(60);
/// Expired media that go in one round, and of those at a time.
const GONE_MAX: u32 = 200;
const GONE_AT_ONCE: usize = 8;

/// How long the word of a community's node on whose people are in it counts, and of how many communities it is remembered.
const COMPANIES_LAST: Duration = Duration::from_secs(30);
const COMPANIES_MAX: u64 = 1000;

/// The files, and the work on them.
pub struct Workshop {
    /// The files.
    pub files: Files,
    /// Rung when something waits.
    pub wanted: Notify,
    done: Notify,
    places: Semaphore,
    looks: Semaphore,
    tools: OnceCell<Option<Tools>>,
    /// What was made could not be kept just now: the place of files is tried before anything more is made.
    is_away: AtomicBool,
    /// Hosts whose people are in a community elsewhere, as its node said a moment ago.
    companies: moka::sync::Cache<AccountId, Arc<Vec<String>>>,
}

impl Workshop {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            files: Files::of(config),
            wanted: Notify::new(),
            done: Notify::new(),
            places: Semaphore::new(PLACES),
            looks: Semaphore::new(LOOKS),
            tools: OnceCell::new(),
            is_away: AtomicBool::new(false),
            companies: moka::sync::Cache::builder().max_capacity(COMPANIES_MAX).time_to_live(COMPANIES_LAST).build(),
        }
    }
}

impl App {
    /// ffmpeg, where it is installed and the settings name it.
    pub async fn tools(&self) -> Option<&Tools> {
        let find = async || match self.config.media.ffmpeg.as_str() {
            "" => None,
            name => Tools::find(name.as_ref()).await,
        };
        self.workshop.tools.get_or_init(find).await.as_ref()
    }

    /// MIME types that are taken here.
    pub async fn media_types(&self) -> Vec<&'static str> {
        let has_tools = self.tools().await.is_some();
        sniff::FORMATS.iter().filter(|format| has_tools || format.family == Family::Image).map(|format| format.media_type).collect()
    }

    fn bounds(&self) -> Bounds {
        let media = &self.config.media;
        Bounds { pixels: media.image_pixels.into(), seconds: media.video_seconds.into(), bytes: media.video_bytes.into() }
    }

    /// The format of what was received. Refused when it is none that is taken, too large in bytes or pixels, or more than one.
    pub async fn inspect(&self, draft: &Draft) -> Result<&'static Format> {
        let (path, bounds, bytes) = (draft.path().to_owned(), self.bounds(), draft.bytes);
        let most = u64::from(self.config.media.image_bytes);
        let has_tools = self.tools().await.is_some();
        let _look = self.workshop.looks.acquire().await.context("the looks are never closed")?;
        let work = tokio::task::spawn_blocking(move || {
            let format = sniff::file(&path)?;
            match format.family {
                Family::Image if bytes > most => {
                    return Err(Refusal::invalid("file", said!("is larger than {max} bytes", max = most)).into());
                }
                Family::Image => drop(picture::measure(&path, format, bounds)?),
                Family::Video | Family::Audio if has_tools => {}
                Family::Video | Family::Audio => {
                    let problem = "is a video or sound, and this server takes pictures alone: ffmpeg is not installed on it";
                    return Err(Refusal::invalid("file", problem).into());
                }
            }
            Ok(format)
        });
        work.await.map_err(|_| Error::from(Refusal::invalid("file", "cannot be read")))?
    }

    /// Keeps what was received as a medium that waits, with a picture of its owner's to stand for it, if there is one. Refused as
    /// [`App::inspect`] says.
    pub async fn receive(&self, owner: &Account, mut draft: Draft, thumbnail: Option<Draft>, about: About) -> Result<Medium> {
        draft.close().await?;
        let format = self.inspect(&draft).await?;
        let kind = match format.family {
            Family::Image => MediumKind::Image,
            Family::Video => MediumKind::Video,
            Family::Audio => MediumKind::Audio,
        };
        let folder = self.workshop.files.keep(draft, RAW).await?;
        let kept = async {
            let preview = match thumbnail {
                Some(thumbnail) => Some(self.thumbnail(thumbnail, &folder).await?),
                None => None,
            };
            let tx = self.begin().await?;
            let new = New { owner: owner.id, folder: folder.clone(), media_type: format.media_type.to_owned(), kind, preview, about };
            let medium = media::keep(&tx, new).await?;
            tx.commit().await?;
            Ok(medium)
        };
        match kept.await {
            Ok(medium) => {
                self.workshop.wanted.notify_one();
                Ok(medium)
            }
            Err(error) => {
                self.workshop.files.remove(&folder).await?;
                Err(error)
            }
        }
    }

    /// The medium as it is when it no longer waits, or after `time`.
    pub async fn worked_on(&self, id: MediumId, time: Duration) -> Result<Medium> {
        let until = Instant::now() + time;
        loop {
            let done = self.workshop.done.notified();
            tokio::pin!(done);
            done.as_mut().enable();
            let medium = queries::by_id(&self.store, id).await?.ok_or_else(Refusal::not_found)?;
            if medium.state != MediumState::Waiting || timeout_at(until, done).await.is_err() {
                return Ok(medium);
            }
        }
    }

    /// Works on the next medium that is due; whether there was one.
    pub async fn work_on_next(&self) -> Result<bool> {
        if !jobs::is_due(&self.store).await? {
            return Ok(false);
        }
        let tx = self.begin().await?;
        let next = jobs::take(&tx).await?;
        tx.commit().await?;
        let Some(medium) = next else { return Ok(false) };
        let outcome = self.make(&medium).await;
        let tx = self.begin().await?;
        match &outcome {
            Ok(made) => jobs::finish(&tx, medium.id, made).await?,
            Err(Error::Refused(refusal)) => jobs::fail(&tx, medium.id, &refusal.to_string()).await?,
            Err(error @ Error::Fault(fault)) => {
                tracing::error!(error = format!("{fault:#}"), medium = medium.id.0, "a file could not be worked on; it is tried again");
                let is_away = is_trouble(error);
                self.workshop.is_away.store(is_away, Ordering::Relaxed);
                jobs::put_off(&tx, medium.id, PAUSE, is_away).await?;
            }
        }
        tx.commit().await?;
        if !matches!(outcome, Err(Error::Fault(_))) {
            self.workshop.files.clear(&medium.folder).await?;
        }
        self.workshop.done.notify_waiters();
        Ok(true)
    }

    async fn make(&self, medium: &Medium) -> Result<Made> {
        let folder = self.workshop.files.folder(&medium.folder).context("the folder of a medium has a name of ours")?;
        let format = sniff::by_media_type(&medium.media_type).context("a medium that waits has a type that is taken")?;
        if self.workshop.is_away.load(Ordering::Relaxed) {
            self.workshop.files.place().try_out().await?;
            self.workshop.is_away.store(false, Ordering::Relaxed);
        }
        let made = self.made(folder, format, Shape::Attachment).await?;
        self.workshop.files.publish(&medium.folder).await?;
        Ok(made)
    }

    /// Makes what is kept of the upload in `folder`.
    async fn made(&self, folder: PathBuf, format: &'static Format, shape: Shape) -> Result<Made> {
        let (raw, bounds) = (folder.join(RAW), self.bounds());
        let moves = {
            let raw = raw.clone();
            shape == Shape::Attachment && apart(move || animation::moves(&raw, format, bounds)).await?
        };
        // ffmpeg has memory of its own, and takes minutes: no picture waits for it
        let is_decoded_here = format.family == Family::Image && !(moves && self.tools().await.is_some());
        let _place = match is_decoded_here {
            true => Some(self.workshop.places.acquire().await.context("the places are never closed")?),
            false => None,
        };
        match (format.family, self.tools().await) {
            (Family::Image, Some(tools)) if moves => tools.make(&raw, &folder, format, bounds).await,
            (Family::Image, None) if moves => apart(move || animation::make(&raw, &folder, format, bounds)).await,
            (Family::Image, _) => apart(move || picture::make(&raw, &folder, (format, shape), bounds)).await,
            (Family::Video | Family::Audio, Some(tools)) => tools.make(&raw, &folder, format, bounds).await,
            (Family::Video | Family::Audio, None) => {
                Err(Refusal::invalid("file", "cannot be worked on: ffmpeg is not installed here").into())
            }
        }
    }

    /// Hosts whose people have seats in a community elsewhere, by its own node's word; none when it gives none.
    pub async fn hosts_in(&self, community: AccountId) -> Arc<Vec<String>> {
        if let Some(known) = self.workshop.companies.get(&community) {
            return known;
        }
        let Ok(network) = self.network() else { return Arc::default() };
        let listed = match network.organisations(community).await {
            Ok(listed) => listed,
            Err(error) => {
                tracing::debug!(%error, "whose people are in a community elsewhere is not known");
                Vec::new()
            }
        };
        let hosts: Arc<Vec<String>> = Arc::new(listed.into_iter().filter(|one| one.seats > 0).map(|one| one.host).collect());
        self.workshop.companies.insert(community, Arc::clone(&hosts));
        hosts
    }

    /// Removes media whose time is over, files first: whoever ends in between begins again. How many went. None go while all
    /// files are being copied.
    pub async fn forget_media(&self) -> Result<usize> {
        let Some(_leave) = self.workshop.files.may_remove() else { return Ok(0) };
        let gone = queries::expired(&self.store, self.store.now(), GONE_MAX).await?;
        let removals = gone.clone().into_iter().map(|medium| {
            let files = self.workshop.files.clone();
            async move { files.remove(&medium.folder).await }
        });
        futures::stream::iter(removals).buffer_unordered(GONE_AT_ONCE).try_collect::<()>().await?;
        if !gone.is_empty() {
            let tx = self.begin().await?;
            media::forget(&tx, &gone.iter().map(|medium| medium.id).collect::<Vec<_>>()).await?;
            tx.commit().await?;
        }
        Ok(gone.len())
    }
}

/// Runs what blocks on a thread of its own; a decoder that panics refuses its file and no more.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Refusal::invalid("file", "cannot be read: it is damaged, or not what it says it is").into()),
    }
}
