//! The node's quotas, one for each rate of `[limits]`.

use crate::base::{config::Limits, quota::Quota};

/// How often who may do what.
pub struct Quotas {
    /// Client API, by account.
    pub api: Quota,
    /// Requests without a token, by address.
    pub anonymous: Quota,
    /// Attempts to log in, by account and address together.
    pub log_in: Quota,
    /// Attempts to log in, by account alone and by address alone: ten times as many, since a whole
    /// office may share an address and nobody should be able to lock somebody else out quickly.
    pub log_in_wide: Quota,
    /// Requests for tokens, by address.
    pub tokens: Quota,
    /// App registrations, by address.
    pub apps: Quota,
    /// New accounts, by address.
    pub sign_ups: Quota,
    /// Mails that are asked for by who is not logged in (a new password), by address: as many as log-in attempts.
    pub mails: Quota,
    /// Posts, by account.
    pub posts: Quota,
    /// Files, by account.
    pub uploads: Quota,
}

impl Quotas {
    /// The quotas that the settings ask for.
    pub fn new(limits: &Limits) -> Self {
        let quota = |rate| Quota::new(rate, limits.enabled);
        Self {
            api: quota(limits.api_requests),
            anonymous: quota(limits.anonymous_requests),
            log_in: quota(limits.log_in_attempts),
            log_in_wide: quota(limits.log_in_attempts.times(10)),
            tokens: quota(limits.token_requests),
            apps: quota(limits.app_registrations),
            sign_ups: quota(limits.sign_ups),
            mails: quota(limits.log_in_attempts),
            posts: quota(limits.posts),
            uploads: quota(limits.uploads),
        }
    }
}
