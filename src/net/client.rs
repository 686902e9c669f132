//! The client itself: one pool of connections, and `post`, the hot path of delivery. `get` is in `fetch.rs`.
//!
//! Cheap to clone, made once at start. Connections are kept and used again; HTTP/1.1 only. The head of an answer is bounded
//! by the HTTP library (100 headers, about 400 KiB), its body by the caller.

use super::{
    address::Policy,
    body,
    error::{self, FetchError},
    fetch::Fetched,
    resolver::{GuardedResolver, Lookup},
};
use anyhow::Context;
use bytes::Bytes;
use reqwest::{
    Certificate, Method, Request, Response, StatusCode,
    header::{DATE, HeaderMap, RETRY_AFTER},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use url::Url;

/// Most of the answer to a POST that is kept, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// Longest wait that a peer can ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(30 * 24 * 3600);
/// Hosts whose slots are remembered.
const HOSTS_MAX: u64 = 10_000;
/// How long the slots of a host are remembered without use.
const HOST_IDLE: Duration = Duration::from_secs(300);

/// The client's times and numbers; tests make them small.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest wait for an answer of the name service.
    pub lookup: Duration,
    /// Longest wait for a connection, with name lookup and TLS.
    pub connect: Duration,
    /// Longest time of a request from the call to the last byte, redirects included.
    pub total: Duration,
    /// How long a connection is kept without use.
    pub idle: Duration,
    /// Most connections kept to one host.
    pub idle_per_host: usize,
    /// Most fetches from one host at a time; deliveries bound themselves.
    pub fetches_per_host: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lookup: Duration::from_secs(4),
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            idle_per_host: 24,
            fetches_per_host: 8,
        }
    }
}

/// A peer's answer to a POST, whatever its status; redirects are answers too and are not followed.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// How long the peer asks to be left alone, at most 30 days (RFC 9110 §10.2.3; a date counts from the answer's own `Date`).
    pub retry_after: Option<Duration>,
    /// The first 4 KiB of the body, or less when the deadline came first.
    pub body_start: Bytes,
    /// The headers.
    pub headers: HeaderMap,
}

/// The guarded client. Clones share connections and limits.
#[derive(Clone)]
pub struct Client {
    pub(super) policy: Arc<Policy>,
    pub(super) limits: Arc<Limits>,
    http: reqwest::Client,
    slots: moka::sync::Cache<String, Arc<Semaphore>>,
}

impl Client {
    /// A client with the ordinary [`Limits`]. `ca_file` names a PEM file of roots to trust beside the system's (read now).
    /// Fails when that file or `user_agent` is unusable, or the system has no roots although only https is allowed.
    pub fn new(policy: Policy, lookup: Arc<dyn Lookup>, user_agent: &str, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        Self::with_limits(policy, lookup, user_agent, ca_file, Limits::default())
    }

    /// Like [`Client::new`], with other limits.
    pub fn with_limits(
        policy: Policy,
        lookup: Arc<dyn Lookup>,
        user_agent: &str,
        ca_file: Option<&Path>,
        limits: Limits,
    ) -> anyhow::Result<Self> {
        let policy = Arc::new(policy);
        let resolver = GuardedResolver::new(Arc::clone(&policy), lookup, limits.lookup);
        let builder = || guarded(&policy, &limits, resolver.clone()).user_agent(user_agent);
        let http = match (ca_file.map(roots).transpose()?, policy.allow_http) {
            (Some(roots), _) => builder().tls_certs_merge(roots).build()?,
            (None, false) => builder().build().context("cannot set up TLS; are root certificates installed?")?,
            // a bare container that only speaks http inside its network may do without roots: https fails there, closed
            (None, true) => builder().build().or_else(|_| builder().tls_certs_only([]).build())?,
        };
        let slots = moka::sync::Cache::builder().max_capacity(HOSTS_MAX).time_to_idle(HOST_IDLE).build();
        Ok(Self { policy, limits: Arc::new(limits), http, slots })
    }

    /// The policy that every request is checked against.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Sends `body` with `headers` (signed by the caller) to `url`. Any status is an [`Answer`]; redirects are not followed.
    ///
    /// When a kept connection is closed before any of the answer came, the same request is sent once more on a new one: what
    /// is sent must bear that (an inbox takes an activity once, by its id).
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: Bytes) -> Result<Answer, FetchError> {
        let outcome = self.post_uncounted(url, headers, body).await;
        count("post", outcome.as_ref().map(|answer| answer.status));
        outcome
    }

    /// Sends as [`Client::post`] does and takes the whole answer, at most `max_bytes` of it.
    pub async fn ask(&self, url: &Url, headers: HeaderMap, body: Bytes, max_bytes: usize) -> Result<Fetched, FetchError> {
        let work = async {
            self.policy.check_url(url)?;
            let until = Instant::now() + self.limits.total;
            let mut request = Request::new(Method::POST, url.clone());
            *request.headers_mut() = headers;
            *request.body_mut() = Some(body.into());
            let mut response = self.send(request, until).await?;
            let whole = timeout_at(until, body::read_whole(&mut response, max_bytes)).await.map_err(|_| FetchError::TimedOut)??;
            let headers = std::mem::take(response.headers_mut());
            Ok(Fetched { url: url.clone(), status: response.status(), content_type: None, headers, body: whole })
        };
        let outcome = work.await;
        count("post", outcome.as_ref().map(|answer| answer.status));
        outcome
    }

    async fn post_uncounted(&self, url: &Url, headers: HeaderMap, body: Bytes) -> Result<Answer, FetchError> {
        self.policy.check_url(url)?;
        let until = Instant::now() + self.limits.total;
        let mut request = Request::new(Method::POST, url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = Some(body.into());
        let mut response = self.send(request, until).await?;
        // The status is the answer: a body that is slow or breaks off takes nothing back.
        let mut start = Vec::new();
        let _late = timeout_at(until, body::read_start(&mut response, ANSWER_BYTES_MAX, &mut start)).await;
        let headers = std::mem::take(response.headers_mut());
        Ok(Answer { status: response.status(), retry_after: retry_after(&headers), body_start: start.into(), headers })
    }

    /// One request, one answer head, before `until`. The caller has checked the URL.
    pub(super) async fn send(&self, request: Request, until: Instant) -> Result<Response, FetchError> {
        let again = request.try_clone();
        let in_time = |request| timeout_at(until, self.http.execute(request));
        match (in_time(request).await.map_err(|_| FetchError::TimedOut)?, again) {
            (Err(error), Some(again)) if error::was_closed_early(&error) => {
                Ok(in_time(again).await.map_err(|_| FetchError::TimedOut)??)
            }
            (outcome, _) => Ok(outcome?),
        }
    }

    /// The slots for fetches from the host called `authority`.
    pub(super) fn slots(&self, authority: String) -> Arc<Semaphore> {
        self.slots.get_with(authority, || Arc::new(Semaphore::new(self.limits.fetches_per_host)))
    }
}

fn guarded(policy: &Policy, limits: &Limits, resolver: GuardedResolver) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .dns_resolver(resolver)
        .https_only(!policy.allow_http)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .http1_only()
        .connect_timeout(limits.connect)
        .pool_idle_timeout(limits.idle)
        .pool_max_idle_per_host(limits.idle_per_host)
}

/// The root certificates in a PEM file.
pub(super) fn roots(file: &Path) -> anyhow::Result<Vec<Certificate>> {
    let pem = std::fs::read(file).with_context(|| format!("cannot read the root certificates in {}", file.display()))?;
    let roots = Certificate::from_pem_bundle(&pem)?;
    anyhow::ensure!(!roots.is_empty(), "{} holds no certificate in PEM form", file.display());
    Ok(roots)
}

/// Counts a request by how it ended.
pub(super) fn count(method: &'static str, outcome: Result<StatusCode, &FetchError>) {
    let outcome = match outcome {
        Ok(status) if status.is_success() => "success",
        Ok(status) if status.is_redirection() => "redirect",
        Ok(status) if status.is_client_error() => "client_error",
        Ok(_) => "server_error",
        Err(error) => error.outcome(),
    };
    metrics::counter!("intermoot_outgoing_requests_total", "method" => method, "outcome" => outcome).increment(1);
}

/// `Retry-After` in seconds or as a date; the date counts from the answer's own `Date`, so clocks need not agree.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let sent = chrono::DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
            let until = chrono::DateTime::parse_from_rfc2822(text).ok()?;
            u64::try_from((until - sent).num_seconds()).unwrap_or(0)
        }
    };
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(pairs: &[(&'static str, &'static str)]) -> Option<u64> {
        let pairs = pairs.iter().map(|&(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        retry_after(&pairs.collect()).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wait(&[("retry-after", "120")]), Some(120));
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:51:37 GMT"), date]), Some(120));
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"), date]), Some(0), "a time that has passed");
        assert_eq!(wait(&[("retry-after", "18446744073709551615")]), Some(30 * 24 * 3600), "bounded");
    }

    #[test]
    fn retry_after_that_makes_no_sense_is_ignored() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[("retry-after", "-5"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")]), None);
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:51:37 GMT")]), None, "no date to count from");
    }
}
