//! With whom this node federates now: an administrator's word, kept in the database, else the setting `federation.mode`.
//!
//! Read where it counts, at each use; a word of this process counts at once, one of another within a second.

use super::App;
use crate::{
    base::{
        config::{FederationMode, Widest},
        error::{Refusal, Result},
    },
    store::{
        Source,
        audit::Entry,
        facts::{drop_fact, fact, keep_fact},
    },
};
use moka::sync::Cache;
use serde_json::{Value, json};
use std::time::Duration;

/// The row of `facts` that holds the word.
const MODE: &str = "federation_mode";
/// How long it is believed.
const KEPT: Duration = Duration::from_secs(1);

/// Remembers the word of an administrator.
pub struct Modes(Cache<(), Option<FederationMode>>);

impl Default for Modes {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(KEPT).build())
    }
}

impl App {
    /// With whom this node federates now. `from` is asked where it is not remembered: the act that is under way, or the store.
    pub async fn federation_mode(&self, from: &impl Source) -> Result<FederationMode> {
        Ok(self.word(from).await?.unwrap_or(self.config.federation.mode))
    }

    async fn word(&self, from: &impl Source) -> Result<Option<FederationMode>> {
        if let Some(known) = self.modes.0.get(&()) {
            return Ok(known);
        }
        let word = fact(from, MODE).await?.as_deref().and_then(FederationMode::named);
        self.modes.0.insert((), word);
        Ok(word)
    }

    /// The widest audience of a post outside communities, now.
    pub async fn widest_outside_communities(&self, from: &impl Source) -> Result<Widest> {
        Ok(self.config.widest_outside_communities_in(self.federation_mode(from).await?))
    }

    /// The mode as it is shown: `mode` counts now, `setting` is what the settings say, `override` an administrator's word.
    pub async fn shown_mode(&self) -> Result<Value> {
        let word = self.word(&self.store).await?;
        let setting = self.config.federation.mode;
        Ok(json!({ "mode": word.unwrap_or(setting), "setting": setting, "override": word }))
    }

    /// An administrator's word: `open`, `partners` or `off` from now on, whatever the setting says; `default` takes the word
    /// back. One entry in the audit log where it changes anything. What waits for other nodes waits on, and goes when it may.
    pub async fn change_mode(&self, word: &str) -> Result<Value> {
        let wanted = FederationMode::named(word);
        if wanted.is_none() && word != "default" {
            return Err(Refusal::invalid("mode", "must be one of open, partners, off, default").into());
        }
        let tx = self.begin().await?;
        let before = fact(&tx, MODE).await?.as_deref().and_then(FederationMode::named);
        if before != wanted {
            match wanted {
                Some(mode) => keep_fact(&tx, MODE, mode.as_str()).await?,
                None => drop_fact(&tx, MODE).await?,
            }
            let word = |mode: Option<FederationMode>| mode.map_or("default", FederationMode::as_str);
            tx.audit(Entry::of("federation.mode", "/actor").with(json!({ "from": word(before), "to": word(wanted) })));
        }
        tx.commit().await?;
        self.modes.0.insert((), wanted);
        // the delivery loop looks at the mode when it is rung
        self.store.log_bell.notify_one();
        self.shown_mode().await
    }
}
