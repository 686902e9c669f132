//! How much one host may send: a rate for each verified host (S75), so that a forged sender costs nobody else.

use crate::base::config::{Limits, Rate};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// Hosts that are counted at a time; the least used are forgotten first.
const HOSTS_MAX: u64 = 10_000;

/// Offers of agreements, and answers, that a host without one may send …
const OFFERS: u32 = 20;
/// … in this many seconds.
const OFFERS_SECONDS: u32 = 3600;

/// Counts activities by host.
pub struct Rates {
    quota: Option<Quota>,
    hosts: moka::sync::Cache<String, Arc<DefaultDirectRateLimiter>>,
}

impl Rates {
    /// The rate of `limits`, or none where they are off.
    pub fn new(limits: &Limits) -> Self {
        Self::of(limits.inbox_activities, limits)
    }

    /// The rate for messages about agreements from hosts that have none with us.
    pub fn of_offers(limits: &Limits) -> Self {
        Self::of(Rate::new(OFFERS, OFFERS_SECONDS), limits)
    }

    fn of(rate: Rate, limits: &Limits) -> Self {
        let quota = Quota::with_period(rate.window() / rate.count()).zip(NonZeroU32::new(rate.count()));
        let quota = quota.filter(|_| limits.enabled).map(|(quota, burst)| quota.allow_burst(burst));
        Self { quota, hosts: moka::sync::Cache::builder().max_capacity(HOSTS_MAX).time_to_idle(rate.window()).build() }
    }

    /// How many hosts are counted.
    #[cfg(test)]
    pub fn remembered(&self) -> u64 {
        self.hosts.run_pending_tasks();
        self.hosts.entry_count()
    }

    /// Counts one activity of `host`; the time to wait when it was too many.
    pub fn count(&self, host: &str) -> Result<(), Duration> {
        let Some(quota) = self.quota else { return Ok(()) };
        let limiter = match self.hosts.get(host) {
            Some(limiter) => limiter,
            None => self.hosts.get_with(host.to_owned(), || Arc::new(RateLimiter::direct(quota))),
        };
        limiter.check().map_err(|not_until| not_until.wait_time_from(limiter.clock().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_sends_too_much_waits_and_another_does_not() {
        let limits = Limits { inbox_activities: "2/1h".parse().unwrap(), ..Limits::default() };
        let rates = Rates::new(&limits);
        assert!(rates.count("e.test").is_ok() && rates.count("e.test").is_ok());
        assert!(rates.count("e.test").unwrap_err() > Duration::from_secs(60));
        assert!(rates.count("p.test").is_ok());
        let off = Rates::new(&Limits { enabled: false, ..limits });
        assert!((0..9).all(|_| off.count("e.test").is_ok()));
    }
}
