//! The last look before content of a community that is not public leaves: may that host read it now?
//!
//! The hosts a thing is addressed to were chosen when it was written; rights are read when it is sent (decisions.md 2,
//! S111). The answer for a community and a host is kept for a second at most. Invariant: without a seat that is usable
//! at that moment nothing is sent; a question that cannot be answered counts as a no for now.

use super::{parcel::Parcel, verdict::Verdict};
use crate::{
    base::{error::Result, host, id::AccountId},
    features::{
        communities::seats::{self, Access},
        deliveries,
    },
    federation::Federation,
};
use std::time::Duration;

/// How long an answer counts.
const KEPT: Duration = Duration::from_secs(1);
/// Answers kept at a time.
const KEPT_MAX: u64 = 10_000;

/// Answers given a moment ago.
#[derive(Clone)]
pub(super) struct Allowed(moka::sync::Cache<(AccountId, String, AccountId), Access>);

impl Default for Allowed {
    fn default() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(KEPT_MAX).time_to_live(KEPT).build())
    }
}

impl Allowed {
    /// What keeps `parcel` from being sent now; none when it may go. What never may go any more is taken out of the log's
    /// addresses, so that its deletion is not told to a host that never had it.
    pub(super) async fn hinders(&self, federation: &Federation, parcel: &Parcel) -> Option<Verdict> {
        let community = parcel.activity.community?;
        let host = host::authority(&parcel.url).unwrap_or_default();
        match self.access(federation, (community, host, parcel.activity.actor)).await {
            Ok(Access::Usable) => None,
            Ok(Access::Paused) => Some(Verdict::Parked),
            Ok(Access::Over) => Some(self.withhold(federation, parcel).await),
            Err(error) => {
                tracing::error!(inbox = %parcel.url, %error, "whether a host may read a community could not be asked");
                Some(Verdict::Parked)
            }
        }
    }

    async fn access(&self, federation: &Federation, key: (AccountId, String, AccountId)) -> Result<Access> {
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let access = seats::access(&federation.app.store, key.0, &key.1, key.2).await?;
        self.0.insert(key, access);
        Ok(access)
    }

    async fn withhold(&self, federation: &Federation, parcel: &Parcel) -> Verdict {
        let kept = async {
            let tx = federation.app.store.begin().await?;
            deliveries::withhold(&tx, parcel.activity.position, parcel.inbox).await?;
            tx.commit().await
        };
        if let Err(error) = kept.await {
            tracing::error!(inbox = %parcel.url, %error, "what was withheld could not be noted");
            return Verdict::Parked;
        }
        Verdict::Withheld
    }
}
