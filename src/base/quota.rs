//! Quotas: so many in so long, for each key (an account, an address), refilled evenly.
//!
//! For the doors. Keys that are idle are forgotten, so memory is bounded by who is active.
//! Source: GCRA through the `governor` crate.

use super::config::Rate;
use governor::{
    Quota as Pace, RateLimiter, clock::Clock as _, clock::DefaultClock, middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// After how many checks idle keys are looked for.
const SWEEP_EVERY: u32 = 4096;

/// So many in so long, for each key.
pub struct Quota {
    rate: Rate,
    limiter: Option<RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>>,
    checks: AtomicU32,
}

/// What a key has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many in a window.
    pub limit: u32,
    /// How many more at once.
    pub remaining: u32,
    /// How long until one more (when refused), or until all are there again (at most the window).
    pub wait: Duration,
}

impl Quota {
    /// A quota of `rate`; with `enabled` false it counts nothing and refuses nothing.
    pub fn new(rate: Rate, enabled: bool) -> Self {
        let pace = || {
            let count = NonZeroU32::new(rate.count())?;
            Some(Pace::with_period(rate.window() / count.get())?.allow_burst(count))
        };
        let limiter = enabled.then(pace).flatten().map(|pace| RateLimiter::keyed(pace).with_middleware());
        Self { rate, limiter, checks: AtomicU32::new(0) }
    }

    /// Counts one act of `key`: what is left, or (`Err`) what there is while it must wait.
    pub fn take(&self, key: &str) -> Result<Left, Left> {
        let limit = self.rate.count();
        let Some(limiter) = &self.limiter else { return Ok(Left { limit, remaining: limit, wait: Duration::ZERO }) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        match limiter.check_key(&key.to_owned()) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let wait = self.rate.window().mul_f64(f64::from(limit.saturating_sub(remaining)) / f64::from(limit.max(1)));
                Ok(Left { limit, remaining, wait })
            }
            Err(not_yet) => Err(Left { limit, remaining: 0, wait: not_yet.wait_time_from(limiter.clock().now()) }),
        }
    }
}

/// The key under which an address is counted: itself, or for IPv6 its /64, which one person can own whole.
pub fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The address of the client: the peer of the connection, unless that is a trusted proxy; then the
/// last address of `forwarded` (`X-Forwarded-For`) that is not one. What a stranger writes there
/// counts for nothing (S92).
pub fn client_address(peer: IpAddr, forwarded: &[&str], trusted: &[ipnet::IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    let mut client = peer;
    for entry in forwarded.iter().flat_map(|line| line.split(',')).rev() {
        if !is_trusted(&client) {
            break;
        }
        match entry.trim().parse() {
            Ok(address) => client = address,
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_quota_and_then_must_wait() {
        let quota = Quota::new("2/1h".parse().unwrap(), true);
        assert_eq!(quota.take("a").unwrap().remaining, 1);
        assert_eq!(quota.take("a").unwrap().remaining, 0);
        assert!(quota.take("a").unwrap_err().wait > Duration::from_secs(60));
        assert!(quota.take("b").is_ok());
    }

    #[test]
    fn a_quota_that_is_off_refuses_nothing() {
        let quota = Quota::new("1/1h".parse().unwrap(), false);
        assert!((0..10).all(|_| quota.take("a").is_ok()));
    }

    #[test]
    fn s092_only_a_trusted_proxy_says_who_the_client_is() {
        let [proxy, stranger]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client_address(stranger, &["198.51.100.1"], &trusted), stranger);
        assert_eq!(client_address(proxy, &["198.51.100.1, 192.0.2.9"], &trusted).to_string(), "192.0.2.9");
        assert_eq!(client_address(proxy, &["198.51.100.1", "192.0.2.9, 10.2.3.4"], &trusted).to_string(), "192.0.2.9");
        assert_eq!(client_address(proxy, &["nonsense"], &trusted), proxy);
        assert_eq!(address_key("2001:db8:1:2:3::4".parse().unwrap()), address_key("2001:db8:1:2:ffff::1".parse().unwrap()));
    }
}
