//! What is talked about, remembered for a while: it is asked for at each opening of an app and looks at thousands of rows.

use crate::{
    base::{error::Result, id::PostId},
    features::trends,
    store::{Searching, Store},
};
use moka::future::Cache;
use std::{sync::Arc, time::Duration};

/// How long an answer is believed.
const KEPT: Duration = Duration::from_secs(300);
/// How many tags, posts and pages are remembered.
pub const MOST: u32 = 100;

/// Remembers trends.
pub struct Trends {
    tags: Cache<(), Arc<Vec<String>>>,
    posts: Cache<(), Arc<Vec<PostId>>>,
    links: Cache<(), Arc<Vec<i64>>>,
}

impl Default for Trends {
    fn default() -> Self {
        Self {
            tags: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
            posts: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
            links: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
        }
    }
}

impl Trends {
    /// Tags in use, by key.
    pub async fn tags(&self, store: &Store) -> Result<Arc<Vec<String>>> {
        if let Some(known) = self.tags.get(&()).await {
            return Ok(known);
        }
        let found = Arc::new(Searching::settled(trends::tags(&store.searching(), MOST, false).await)?);
        self.tags.insert((), Arc::clone(&found)).await;
        Ok(found)
    }

    /// Posts in view.
    pub async fn posts(&self, store: &Store) -> Result<Arc<Vec<PostId>>> {
        if let Some(known) = self.posts.get(&()).await {
            return Ok(known);
        }
        let found = Arc::new(Searching::settled(trends::posts(&store.searching(), MOST, false).await)?);
        self.posts.insert((), Arc::clone(&found)).await;
        Ok(found)
    }

    /// Pages that posts lead to, by the ids of their cards.
    pub async fn links(&self, store: &Store) -> Result<Arc<Vec<i64>>> {
        if let Some(known) = self.links.get(&()).await {
            return Ok(known);
        }
        let found = Arc::new(Searching::settled(trends::links(&store.searching(), MOST).await)?);
        self.links.insert((), Arc::clone(&found)).await;
        Ok(found)
    }

    /// Forgets everything, so that the next look is fresh.
    pub fn forget(&self) {
        self.tags.invalidate_all();
        self.posts.invalidate_all();
        self.links.invalidate_all();
    }
}
