//! How the node presents itself, remembered: every page knows it without a statement. A word of this process counts at once, one of
//! another within a second.

use super::App;
use crate::{
    base::error::Result,
    features::appearance::{self, Appearance, Wanted},
};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};

/// How long it is believed.
const KEPT: Duration = Duration::from_secs(1);

/// Remembers it.
pub struct Remembered(Cache<(), Arc<Appearance>>);

impl Default for Remembered {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(KEPT).build())
    }
}

impl App {
    /// How the node presents itself, as far as administrators set it.
    pub async fn appearance(&self) -> Result<Arc<Appearance>> {
        if let Some(known) = self.appearances.0.get(&()) {
            return Ok(known);
        }
        let found = Arc::new(appearance::current(&self.store).await?);
        self.appearances.0.insert((), Arc::clone(&found));
        Ok(found)
    }

    /// The node's name, wherever it is named: an administrator's word, else the settings', else its host. Its address is
    /// `origin.authority()`, and whom people work for is `config.organisation_name()`.
    pub async fn name(&self) -> Result<String> {
        let set = self.appearance().await?;
        Ok(if set.name.is_empty() { self.config.organisation_name().to_owned() } else { set.name.clone() })
    }

    /// Changes how the node presents itself. One entry in the audit log.
    pub async fn present(&self, wanted: Wanted) -> Result<()> {
        let tx = self.begin().await?;
        let changed = appearance::change(&tx, wanted).await?;
        tx.commit().await?;
        self.appearances.0.insert((), Arc::new(changed));
        Ok(())
    }
}
