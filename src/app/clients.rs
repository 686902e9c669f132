//! Client applications by id, remembered: a row of `apps` never changes and never goes, so what is remembered stays true.
//!
//! For the pages of posts, which name the application that each was written with.

use crate::{
    base::{error::Result, id::AppId},
    features::sessions,
    store::{Store, tables},
};
use moka::sync::Cache;
use std::{collections::HashMap, sync::Arc};

/// How many are remembered.
const MOST: u64 = 10_000;

/// Remembers applications.
pub struct Clients(Cache<AppId, Arc<tables::App>>);

impl Default for Clients {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Clients {
    /// The applications with these ids, as far as there are any: at most one statement, for those not seen before.
    pub async fn find(&self, store: &Store, ids: &[AppId]) -> Result<HashMap<AppId, Arc<tables::App>>> {
        let mut found: HashMap<_, _> = ids.iter().filter_map(|id| Some((*id, self.0.get(id)?))).collect();
        let unknown: Vec<AppId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        for app in sessions::apps_by_ids(store, &unknown).await? {
            let app = Arc::new(app);
            self.0.insert(app.id, Arc::clone(&app));
            found.insert(app.id, app);
        }
        Ok(found)
    }
}
