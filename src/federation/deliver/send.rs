//! One delivery: sign, send, and once more in another way when the host does not recognise us.

use super::{
    allowed::Allowed,
    background::Background,
    parcel::Parcel,
    verdict::{self, Verdict},
};
use crate::{
    base::{error::Result, host},
    features::{accounts, deliveries},
    federation::{Federation, followers, seats, voices::Voice},
    net::{
        Method,
        header::{CONTENT_TYPE, HeaderMap, HeaderValue},
        signature::{Outgoing, Signer},
    },
};
use std::{num::NonZero, sync::Arc, time::Instant};
use tokio::sync::Semaphore;

/// What is sent, in the form that every peer takes (federation.md 4.1).
const CONTENT: HeaderValue = HeaderValue::from_static("application/activity+json");

/// Signs and sends. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    federation: Federation,
    /// An RSA signature takes about a millisecond: off the async threads, as many at a time as there are cores.
    cores: Arc<Semaphore>,
    /// Where signatures for backlogs are made, so that they keep nothing else from a core.
    background: Arc<Background>,
    allowed: Allowed,
}

/// How soon a delivery is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Its host keeps up.
    New,
    /// Its host has much to catch up with.
    Backlog,
}

/// What came of sending a parcel.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// What the answer means.
    pub verdict: Verdict,
    /// The way of signing that was found to work where the one first tried did not.
    pub voice: Option<Voice>,
}

impl Sender {
    /// What sends for this node.
    pub fn new(federation: Federation) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let background = Arc::new(Background::new(cores));
        Self { federation, cores: Arc::new(Semaphore::new(cores)), background, allowed: Allowed::default() }
    }

    /// Sends `parcel`, first in the way that its host is known to take.
    pub async fn send(&self, parcel: &Parcel, voice: Voice, urgency: Urgency) -> Sent {
        if let Some(verdict) = self.blocked(parcel).await {
            return Sent { verdict, voice: None };
        }
        if let Some(verdict) = self.allowed.hinders(&self.federation, parcel).await {
            return Sent { verdict, voice: None };
        }
        let mut sent = Sent { verdict: self.knock(parcel, voice, urgency).await, voice: None };
        for other in voice.others() {
            if sent.verdict != Verdict::Unrecognised {
                break;
            }
            sent.verdict = self.knock(parcel, *other, urgency).await;
            // A host that takes it, or has another complaint, has recognised us.
            let is_better = !matches!(sent.verdict, Verdict::Unrecognised | Verdict::Failed(_) | Verdict::Unsigned);
            sent.voice = is_better.then_some(*other);
        }
        match sent.verdict {
            Verdict::Taken => {
                let age = self.federation.app.store.clock.now().0.saturating_sub(parcel.activity.created_at.0);
                metrics::histogram!("intermoot_delivery_age_seconds").record(age as f64 / 1000.0);
            }
            Verdict::Gone => sent.verdict = self.gone(parcel).await,
            _ => {}
        }
        sent
    }

    /// What was on its line when its host was blocked does not go any more (S113).
    async fn blocked(&self, parcel: &Parcel) -> Option<Verdict> {
        let host = host::authority(&parcel.url).unwrap_or_default();
        match self.federation.is_blocked(&host).await {
            Ok(is_blocked) => is_blocked.then_some(Verdict::Withheld),
            Err(error) => {
                tracing::error!(inbox = %parcel.url, %error, "whether a host is blocked could not be asked");
                Some(Verdict::Parked)
            }
        }
    }

    /// A personal inbox that is gone ends its actor; a shared one that says so only fails (decisions.md 2).
    async fn gone(&self, parcel: &Parcel) -> Verdict {
        match self.end_actor(parcel).await {
            Ok(true) => Verdict::Gone,
            Ok(false) => Verdict::Failed(None),
            Err(error) => {
                tracing::error!(inbox = %parcel.url, %error, "a gone inbox could not be ended");
                Verdict::Failed(None)
            }
        }
    }

    /// Ends the one actor whose own inbox this is; false when it is shared.
    async fn end_actor(&self, parcel: &Parcel) -> Result<bool> {
        let store = &self.federation.app.store;
        let receivers = deliveries::queries::receivers(store, parcel.inbox, 2).await?;
        let owner = match receivers.as_slice() {
            [] => None,
            [one] if host::parse(&one.inbox).is_some_and(|inbox| inbox == *parcel.url) => Some(one.id),
            _ => return Ok(false),
        };
        let tx = store.begin().await?;
        if let Some(owner) = owner {
            accounts::mark_gone(&tx, owner).await?;
        }
        deliveries::end_inbox(&tx, parcel.inbox).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn knock(&self, parcel: &Parcel, voice: Voice, urgency: Urgency) -> Verdict {
        let headers = match self.sign(parcel, voice, urgency).await {
            Ok(headers) => headers,
            Err(error) => {
                tracing::error!(actor = parcel.activity.actor.0, position = parcel.activity.position, %error, "an activity cannot be signed");
                return Verdict::Unsigned;
            }
        };
        let began = Instant::now();
        let outcome = self.federation.client.post(&parcel.url, headers, parcel.activity.body.clone()).await;
        metrics::histogram!("intermoot_delivery_seconds").record(began.elapsed());
        let verdict = verdict::of(&outcome);
        match &outcome {
            Ok(answer) if verdict != Verdict::Taken => {
                let said = String::from_utf8_lossy(answer.body_start.get(..200).unwrap_or(&answer.body_start)).into_owned();
                tracing::debug!(inbox = %parcel.url, status = answer.status.as_u16(), said, "a delivery was not taken");
            }
            Err(error) => tracing::debug!(inbox = %parcel.url, %error, "a delivery failed"),
            Ok(_) => {}
        }
        verdict
    }

    async fn sign(&self, parcel: &Parcel, voice: Voice, urgency: Urgency) -> anyhow::Result<HeaderMap> {
        let (key_id, key) = self.federation.own_key(parcel.activity.actor, voice.key()).await?.as_ref().clone();
        let signer = Signer { key_id, key, scheme: voice.scheme() };
        let (url, sha256) = (Arc::clone(&parcel.url), parcel.activity.sha256);
        let clock = self.federation.app.store.clock.clone();
        let host = host::authority(&parcel.url).unwrap_or_default();
        let highest = seats::header(&self.federation, parcel.activity.actor, &host).await?;
        let compared = followers::header(&self.federation, (parcel.activity.actor, &signer.key_id), &parcel.activity.body, &url).await?;
        let work = move || {
            let mut headers = HeaderMap::with_capacity(10);
            headers.extend(highest.map(|highest| (seats::HEADER, highest)));
            headers.extend(compared.map(|compared| (followers::HEADER, compared)));
            headers.insert(CONTENT_TYPE, CONTENT);
            let request = Outgoing { method: &Method::POST, url: &url, body_sha256: Some(sha256) };
            signer.sign(&request, &mut headers, clock.now().utc()).map(|()| headers)
        };
        match urgency {
            Urgency::New => {
                let _core = self.cores.acquire().await?;
                tokio::task::spawn_blocking(work).await?
            }
            Urgency::Backlog => self.background.run(work).await?,
        }
    }
}
