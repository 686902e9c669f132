//! `[limits]`: how much and how often.

use super::Rate;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// How much and how often. Beyond a rate the answer is 429 with the time to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Whether rates are enforced; off only for load tests. Sizes always hold.
    pub enabled: bool,
    /// Largest body of a request without files, in bytes, before and after decompression.
    #[serde(deserialize_with = "at_least_one")]
    pub body_bytes: u32,
    /// Longest time for a whole request, in seconds.
    #[serde(deserialize_with = "at_least_one")]
    pub request_seconds: u32,
    /// Most bytes of bodies that are held at a time, all requests together.
    #[serde(deserialize_with = "at_least_one")]
    pub bodies_bytes: u32,
    /// Most connections at a time.
    #[serde(deserialize_with = "at_least_one")]
    pub connections: u32,
    /// Longest time until the head of a request is whole, and for what is still sent after its answer, in seconds.
    #[serde(deserialize_with = "at_least_one")]
    pub head_seconds: u32,
    /// Longest time that a connection is kept without a request, in seconds.
    #[serde(deserialize_with = "at_least_one")]
    pub idle_seconds: u32,
    /// Most streams (WebSockets and event streams of the client API) at a time.
    #[serde(deserialize_with = "at_least_one")]
    pub streams: u32,
    /// Of those, most by one account.
    #[serde(deserialize_with = "at_least_one")]
    pub streams_per_account: u32,
    /// Of those, most from one address (IPv6: from one /64).
    #[serde(deserialize_with = "at_least_one")]
    pub streams_per_address: u32,
    /// Most subscriptions of one stream.
    #[serde(deserialize_with = "at_least_one")]
    pub stream_subscriptions: u32,
    /// Longest text of a post, in characters.
    #[serde(deserialize_with = "at_least_one")]
    pub status_characters: u32,
    /// Requests to the client APIs by one account.
    pub api_requests: Rate,
    /// Requests without a token from one address (IPv6: from one /64).
    pub anonymous_requests: Rate,
    /// Attempts to log in, by account and by address.
    pub log_in_attempts: Rate,
    /// Requests for access tokens from one address.
    pub token_requests: Rate,
    /// App registrations from one address.
    pub app_registrations: Rate,
    /// New accounts from one address.
    pub sign_ups: Rate,
    /// Posts by one account.
    pub posts: Rate,
    /// Files sent by one account.
    pub uploads: Rate,
    /// Activities from one host.
    pub inbox_activities: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        const MINUTE: u32 = 60;
        const HOUR: u32 = 60 * MINUTE;
        Self {
            enabled: true,
            body_bytes: 1 << 20,
            request_seconds: 30,
            bodies_bytes: 128 << 20,
            connections: 4096,
            head_seconds: 10,
            idle_seconds: 75,
            streams: 2048,
            streams_per_account: 32,
            streams_per_address: 1024,
            stream_subscriptions: 64,
            status_characters: 5000,
            api_requests: Rate::new(300, 5 * MINUTE),
            anonymous_requests: Rate::new(300, 5 * MINUTE),
            log_in_attempts: Rate::new(10, 10 * MINUTE),
            token_requests: Rate::new(60, 5 * MINUTE),
            app_registrations: Rate::new(30, 10 * MINUTE),
            sign_ups: Rate::new(10, HOUR),
            posts: Rate::new(300, 3 * HOUR),
            uploads: Rate::new(60, 30 * MINUTE),
            inbox_activities: Rate::new(30_000, MINUTE),
        }
    }
}

/// A whole number from 1 to 4294967295.
pub(super) fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let wrong = |value| D::Error::custom(format!("is {value}; allowed: a whole number from 1 to {}", u32::MAX));
    let value = serde_json::Value::deserialize(from)?;
    value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0).ok_or_else(|| wrong(value))
}
