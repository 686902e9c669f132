//! Translations: by a service that the administrator chose, remembered for a while.
//!
//! The service is reached by `outreach/translation.rs`; the API door asks here. What is remembered is bounded in bytes and time, by
//! the words themselves: of a post that was edited nothing stale is shown, and who may see it is asked before.

use crate::base::{
    error::{Error, Refusal, Result},
    secret,
};
use moka::future::Cache;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Semaphore;

/// How long a translation is remembered, and most bytes of all.
const KEPT: Duration = Duration::from_secs(24 * 3600);
const BYTES_MAX: u64 = 16 << 20;
/// How long what the service can is remembered.
const LANGUAGES_KEPT: Duration = Duration::from_secs(3600);
/// Requests to the service at a time, and how long one waits for its turn.
const AT_ONCE: usize = 8;
const TURN: Duration = Duration::from_secs(5);

/// Into which languages each language can be translated; `und` for one that has to be found out.
pub type Languages = BTreeMap<String, Vec<String>>;

/// What is to be translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Pieces of HTML.
    pub texts: Vec<String>,
    /// Their language; empty when unknown.
    pub from: String,
    /// Into which.
    pub to: String,
}

/// A translation, as the service gave it: nothing of it is safe to show yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// As many pieces of HTML as there were, in their order.
    pub texts: Vec<String>,
    /// The language that they were in.
    pub from: String,
}

/// A service that translates. Implemented by `outreach/`; every call is bounded in bytes and time and refused with a sentence.
#[async_trait::async_trait]
pub trait Translate: Send + Sync {
    /// Translates.
    async fn translate(&self, wanted: &Wanted) -> Result<Translated>;
    /// What it can.
    async fn languages(&self) -> Result<Languages>;
}

/// Translations, and what makes them.
pub struct Translations {
    service: OnceLock<Arc<dyn Translate>>,
    kept: Cache<String, Arc<Translated>>,
    languages: Cache<(), Arc<Languages>>,
    turns: Semaphore,
}

impl Default for Translations {
    fn default() -> Self {
        let bytes = |key: &String, kept: &Arc<Translated>| {
            u32::try_from(key.len() + kept.texts.iter().map(|text| text.len() + 64).sum::<usize>()).unwrap_or(u32::MAX)
        };
        Self {
            service: OnceLock::new(),
            kept: Cache::builder().max_capacity(BYTES_MAX).weigher(bytes).time_to_live(KEPT).build(),
            languages: Cache::builder().max_capacity(1).time_to_live(LANGUAGES_KEPT).build(),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

impl Translations {
    /// Gives the node its service, once.
    pub fn connect(&self, service: Arc<dyn Translate>) {
        // A second call changes nothing: there is one service.
        let _ = self.service.set(service);
    }

    /// Whether there is a service.
    pub fn is_there(&self) -> bool {
        self.service.get().is_some()
    }

    /// What can be translated into what; nothing where there is no service.
    pub async fn languages(&self) -> Result<Arc<Languages>> {
        let Some(service) = self.service.get() else { return Ok(Arc::default()) };
        let asked = self.languages.try_get_with((), async {
            let _turn = self.turn().await?;
            service.languages().await.map(Arc::new)
        });
        asked.await.map_err(again)
    }

    /// Translates what is wanted, or remembers it. Not found where there is no service.
    pub async fn translate(&self, wanted: Wanted) -> Result<Arc<Translated>> {
        let service = self.service.get().ok_or_else(Refusal::not_found)?;
        let key = secret::hash_hex(&format!("{}\n{}\n{}", wanted.from, wanted.to, wanted.texts.join("\0")));
        let asked = self.kept.try_get_with(key, async {
            let _turn = self.turn().await?;
            let translated = service.translate(&wanted).await?;
            if translated.texts.len() != wanted.texts.len() {
                return Err(failed().into());
            }
            Ok(Arc::new(translated))
        });
        asked.await.map_err(again)
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        let turn = tokio::time::timeout(TURN, self.turns.acquire()).await;
        let busy = || Refusal::unavailable("translation_busy", "The translation service has too much to do; try again in a moment.");
        turn.ok().and_then(std::result::Result::ok).ok_or_else(|| busy().into())
    }
}

/// The refusal of a service that does not do what it should.
pub fn failed() -> Refusal {
    Refusal::unavailable("translation_failed", "The translation service does not answer as it should; try again later.")
}

/// What failed for several at once, for each of them.
fn again(error: Arc<Error>) -> Error {
    match error.refusal() {
        Some(refusal) => refusal.clone().into(),
        None => anyhow::anyhow!("{error:#}").into(),
    }
}
