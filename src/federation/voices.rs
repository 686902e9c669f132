//! How a host is told who we are: each way that it took, learnt host by host.
//!
//! Draft-cavage is the first knock and RFC 9421 the second (decisions.md 3). Nodes of our own kind are known to take RFC 9421
//! with Ed25519 keys (FEP-521a), which costs a thirtieth of an RSA signature; should one not, it is told in the older ways.

use super::{Federation, fetch, vocabulary};
use crate::{
    base::{
        error::Result,
        host,
        id::AccountId,
        words::{KeyKind, Level},
    },
    features::peers,
    net::{Budget, Fetched, Get, StatusCode, signature::Scheme},
};
use std::time::Duration;
use url::Url;

/// Hosts that are remembered.
const REMEMBERED_MAX: u64 = 10_000;
/// How long what was learnt by fetching from a host counts.
const LEARNT_LASTS: Duration = Duration::from_secs(3600);

/// A way to sign a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voice {
    /// Draft-cavage with an RSA key: what everybody takes.
    Cavage,
    /// RFC 9421 with an RSA key.
    Rfc9421,
    /// RFC 9421 with an Ed25519 key.
    Ed25519,
}

impl Voice {
    /// The first to try with a host of this level (none while it is not known), `rfc9421` being what its peer's row says.
    pub fn first(level: Option<Level>, rfc9421: bool) -> Self {
        match level {
            Some(Level::Intermoot) => Self::Ed25519,
            _ if rfc9421 => Self::Rfc9421,
            _ => Self::Cavage,
        }
    }

    /// What is tried with a host that did not recognise us, in order.
    pub fn others(self) -> &'static [Self] {
        match self {
            Self::Cavage => &[Self::Rfc9421],
            Self::Rfc9421 => &[Self::Cavage],
            Self::Ed25519 => &[Self::Cavage, Self::Rfc9421],
        }
    }

    /// The key that it takes.
    pub fn key(self) -> KeyKind {
        match self {
            Self::Cavage | Self::Rfc9421 => KeyKind::Rsa,
            Self::Ed25519 => KeyKind::Ed25519,
        }
    }

    /// The scheme that it takes.
    pub fn scheme(self) -> Scheme {
        match self {
            Self::Cavage => Scheme::Cavage,
            Self::Rfc9421 | Self::Ed25519 => Scheme::Rfc9421,
        }
    }
}

/// What is known of a host.
#[derive(Debug, Clone, Copy)]
struct Known {
    voice: Voice,
    /// It was tried in every way: not again until this is forgotten.
    is_settled: bool,
}

/// What was learnt by fetching; bounded, and forgotten after an hour.
pub struct Voices(moka::sync::Cache<String, Known>);

impl Default for Voices {
    fn default() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(LEARNT_LASTS).build())
    }
}

impl Voices {
    /// How to sign what is asked of `host`, and what else may be tried where it does not recognise us.
    pub async fn of(&self, federation: &Federation, host: &str) -> Result<(Voice, &'static [Voice])> {
        let known = match self.0.get(host) {
            Some(known) => known,
            None => {
                let peer = peers::find(&federation.app.store, host).await?;
                let level = peer.as_ref().and_then(|peer| peer.nodeinfo_at.map(|_| peer.level));
                let known = Known { voice: Voice::first(level, peer.is_some_and(|peer| peer.rfc9421)), is_settled: false };
                // one whose NodeInfo is not known yet may turn out to be of our kind at any moment
                if level.is_some() {
                    self.0.insert(host.to_owned(), known);
                }
                known
            }
        };
        Ok((known.voice, if known.is_settled { &[] } else { known.voice.others() }))
    }

    /// How many hosts are remembered.
    #[cfg(test)]
    pub fn remembered(&self) -> u64 {
        self.0.run_pending_tasks();
        self.0.entry_count()
    }

    /// `host` recognised us in `voice` and not in another; none: in no way, so that it is not knocked at in each every time.
    pub fn learn(&self, host: &str, voice: Option<Voice>) {
        self.0.insert(host.to_owned(), Known { voice: voice.unwrap_or(Voice::Cavage), is_settled: voice.is_none() });
    }
}

/// The answer to a signed request, made in the way that the host is known to take, and in others where it does not know us.
pub async fn asked(federation: &Federation, url: &Url, budget: &Budget, by: AccountId) -> Result<Fetched, fetch::Failure> {
    let host = host::authority(url).unwrap_or_default();
    let (first, others) = federation.voices.of(federation, &host).await?;
    let knock = async |voice: Voice| -> Result<Fetched, fetch::Failure> {
        let signer = federation.signer(by, voice).await?;
        let get = Get::new(url, vocabulary::ACCEPT).signed(&signer);
        federation.client.get(get, budget).await.map_err(|error| fetch::unreached("the document", &host, &error))
    };
    let answer = knock(first).await?;
    if others.is_empty() || !is_unrecognised(&answer) {
        return Ok(answer);
    }
    for voice in others {
        let answer = knock(*voice).await?;
        if !is_unrecognised(&answer) {
            federation.voices.learn(&host, Some(*voice));
            return Ok(answer);
        }
    }
    federation.voices.learn(&host, None);
    Ok(answer)
}

/// Whether a host says that it does not know who asks.
fn is_unrecognised(answer: &Fetched) -> bool {
    matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_is_told_in_the_oldest_way_sooner_or_later() {
        for voice in [Voice::Cavage, Voice::Rfc9421, Voice::Ed25519] {
            let all: Vec<Voice> = std::iter::once(voice).chain(voice.others().iter().copied()).collect();
            assert!(all.contains(&Voice::Cavage) && all.contains(&Voice::Rfc9421), "{all:?}");
            assert_eq!(all.iter().filter(|one| **one == voice).count(), 1, "{all:?}");
        }
    }

    #[test]
    fn only_nodes_of_our_kind_are_told_by_ed25519() {
        for level in [None, Some(Level::Plain), Some(Level::Group)] {
            assert_eq!(Voice::first(level, false), Voice::Cavage);
            assert_eq!(Voice::first(level, true), Voice::Rfc9421);
        }
        assert_eq!(Voice::first(Some(Level::Intermoot), true), Voice::Ed25519);
    }
}
