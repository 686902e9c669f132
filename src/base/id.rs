//! Ids: 64-bit, ordered by time, one newtype per table.
//!
//! The high 48 bits are milliseconds since 1970, the low 16 a salt, so sorting by id is sorting
//! by time and a page cursor is simply an id. Clients see the decimal string, as the Mastodon API
//! asks. Ids minted here rise strictly; remote things get an id from the time they were published.

use super::clock::Stamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Mints ids: strictly rising within this process.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    last: Arc<AtomicI64>,
}

impl Ids {
    /// Continues after `highest`, the largest id already given out (0 for none).
    pub fn after(highest: i64) -> Self {
        Self { last: Arc::new(AtomicI64::new(highest)) }
    }

    /// The next id for something that happens at `now`; greater than every id before it, even
    /// when the clock steps back.
    pub fn next(&self, now: Stamp) -> i64 {
        let wanted = (now.0 << 16) | i64::from(fastrand::u16(..));
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let id = wanted.max(last + 1);
            match self.last.compare_exchange_weak(last, id, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return id,
                Err(seen) => last = seen,
            }
        }
    }
}

/// 2008-01-01, before which nothing of the fediverse was published.
const EARLIEST: Stamp = Stamp(1_199_145_600_000);

/// The id of a remote thing published at `published`, clamped to `[2008, now]` so that nobody can
/// post into the future. `hash` (of its URI) fills the milliseconds a peer left out and the salt;
/// on a clash try again with another hash.
pub fn remote(published: Stamp, now: Stamp, hash: u64) -> i64 {
    let mut at = published.0.clamp(EARLIEST.0, now.0);
    if at % 1000 == 0 && at + 999 <= now.0 {
        at += i64::try_from(hash >> 32).unwrap_or_default() % 1000;
    }
    (at << 16) | i64::from(hash as u16)
}

/// The least id of something that happened at `at`.
pub fn first_at(at: Stamp) -> i64 {
    at.0 << 16
}

/// The time at which a thing with this `id` was made or published.
pub fn time_of(id: i64) -> Stamp {
    Stamp(id >> 16)
}

/// Declares an id newtype that the database, serde and `Display` all understand.
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

id_type! {
    /// A person, community, node or organisation, here or elsewhere.
    AccountId,
    /// A post, or the boost of one.
    PostId,
    /// A client application registered with us.
    AppId,
    /// An access token.
    TokenId,
    /// A notification.
    NotificationId,
    /// Another server.
    PeerId,
    /// An address that deliveries go to.
    InboxId,
    /// A seat: somebody's membership of a community.
    SeatId,
    /// An agreement with another node.
    AgreementId,
    /// An invitation by e-mail.
    InvitationId,
    /// A version of a policy.
    PolicyId,
    /// The act of somebody's leaving the company.
    OffBoardingId,
    /// A report to moderators.
    ReportId,
    /// A decision of a moderator of ours in a community elsewhere.
    OfferId,
    /// A file that somebody sent.
    MediumId,
    /// An invitation to have an account here.
    InviteId,
    /// A mail to somebody of this node, or who wants to be.
    LetterId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_rise_even_when_the_clock_steps_back() {
        let ids = Ids::after(0);
        let first = ids.next(Stamp(2_000_000_000_000));
        let second = ids.next(Stamp(1_000_000_000_000));
        assert!(second > first);
    }

    proptest! {
        #[test]
        fn a_remote_id_never_lies_in_the_future(published in any::<i32>(), hash in any::<u64>()) {
            let now = Stamp(1_800_000_000_000);
            let id = remote(Stamp(i64::from(published) * 2_000), now, hash);
            prop_assert!(time_of(id) <= now && time_of(id) >= EARLIEST);
        }
    }
}
