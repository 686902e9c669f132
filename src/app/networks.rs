//! Networks whose people may do nothing here: asked at each request, and so remembered for a moment.

use super::App;
use crate::{
    base::{error::Result, words::NetworkSeverity},
    features::administering::blocks,
};
use ipnet::IpNet;
use moka::future::Cache;
use std::{net::IpAddr, sync::Arc, time::Duration};

/// How long an answer is believed: what another process (a second node on the same database) decides counts that much later.
const KEPT: Duration = Duration::from_secs(5);
/// Most networks that count.
const NETWORKS_MAX: i64 = 10_000;

/// Remembers them.
pub struct Networks(Cache<(), Arc<Vec<IpNet>>>);

impl Default for Networks {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(KEPT).build())
    }
}

impl Networks {
    /// Forgets them, so that the next look is fresh.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}

impl App {
    /// Whether whoever comes from `address` may do nothing here.
    pub async fn is_shut_out(&self, address: IpAddr) -> Result<bool> {
        let networks = match self.networks.0.get(&()).await {
            Some(known) => known,
            None => {
                let listed = blocks::networks_now(&self.store, NETWORKS_MAX).await?;
                let listed = listed.into_iter().filter(|(_, severity)| *severity == NetworkSeverity::NoAccess).map(|(network, _)| network);
                let found: Arc<Vec<IpNet>> = Arc::new(listed.collect());
                self.networks.0.insert((), Arc::clone(&found)).await;
                found
            }
        };
        let address = address.to_canonical();
        Ok(networks.iter().any(|network| network.contains(&address)))
    }
}
