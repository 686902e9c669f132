//! `get`: a document from elsewhere, through at most three redirects.
//!
//! For actors, objects, keys, WebFinger, NodeInfo, media. Every hop is checked as if it were the first and costs one fetch of
//! the [`Budget`]; a signed request is signed afresh for each hop, so that no host ever sees a signature made for another.
//! Links found *inside* a document are URLs like any other: fetch them through `get`, never by other means (S24).

use super::{
    address::refused,
    body,
    budget::Budget,
    client::{Client, count},
    error::FetchError,
};
use crate::base::{host, sentence::said};
use bytes::Bytes;
use reqwest::{
    Method, Request, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION},
};
use std::time::Duration;
use tokio::{
    fs::File,
    time::{Instant, timeout_at},
};
use url::Url;

/// Largest document that is taken when the caller does not say, in bytes.
const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;
/// Most redirects that are followed.
const REDIRECTS_MAX: usize = 3;

/// Signs a request; whose key it is stays with the implementor.
pub trait SignRequest: Send + Sync {
    /// Adds what proves the sender (`Signature`, `Date`, `Digest` …) to `headers`, for exactly this `method`, `url` and `body`.
    /// Called anew for every hop, with headers that hold nothing of an earlier one.
    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: Option<&[u8]>) -> anyhow::Result<()>;
}

/// What to get.
#[derive(Clone, Copy)]
pub struct Get<'a> {
    /// The address; a fragment is dropped.
    pub url: &'a Url,
    /// The `Accept` header.
    pub accept: &'a str,
    /// Signs each hop, if given.
    pub signer: Option<&'a dyn SignRequest>,
    /// Largest body that is taken, in bytes after unpacking.
    pub max_bytes: usize,
    /// The entity tag of the copy we have, as it was given to us; the answer may then be 304.
    pub if_none_match: Option<&'a str>,
    /// How long the whole may take, where that is not the client's total limit.
    pub time: Option<Duration>,
    /// Only documents of these types are read, and of a longer one the first `max_bytes`; of anything else no byte.
    pub start_of: Option<&'a [&'a str]>,
}

impl<'a> Get<'a> {
    /// An unsigned request for a document of at most 1 MiB.
    pub fn new(url: &'a Url, accept: &'a str) -> Self {
        Self { url, accept, signer: None, max_bytes: DOCUMENT_BYTES_MAX, if_none_match: None, time: None, start_of: None }
    }

    /// The same, signed by `signer`.
    pub fn signed(self, signer: &'a dyn SignRequest) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The same, for the start of a document of one of these types.
    pub fn start_of(self, types: &'a [&'a str]) -> Self {
        Self { start_of: Some(types), ..self }
    }

    /// The same, with another limit of bytes.
    pub fn at_most(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }
}

/// Where the body of an answer goes that is a success, instead of into memory.
type Sink<'a> = Option<&'a mut File>;

/// What came back, whatever its status.
#[derive(Debug)]
pub struct Fetched {
    /// Where it was found in the end, without fragment. Compare identifiers with this one.
    pub url: Url,
    /// The HTTP status; a redirect only when it named no place to go.
    pub status: StatusCode,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// All headers (`ETag`, `Last-Modified`, `Cache-Control` …).
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Bytes,
}

impl Client {
    /// Gets a document. Any status is [`Fetched`]; see [`FetchError`] for the ways to fail. The whole takes no longer than
    /// the client's total limit and what is left of `budget`.
    pub async fn get(&self, get: Get<'_>, budget: &Budget) -> Result<Fetched, FetchError> {
        let outcome = self.get_uncounted(get, budget, None).await;
        count("get", outcome.as_ref().map(|fetched| fetched.status));
        outcome
    }

    /// Gets a file, as [`Client::get`] does; the body of a success goes to `to`, piece by piece.
    pub async fn download(&self, get: Get<'_>, budget: &Budget, to: &mut File) -> Result<Fetched, FetchError> {
        let outcome = self.get_uncounted(get, budget, Some(to)).await;
        count("download", outcome.as_ref().map(|fetched| fetched.status));
        outcome
    }

    async fn get_uncounted(&self, get: Get<'_>, budget: &Budget, mut to: Sink<'_>) -> Result<Fetched, FetchError> {
        let until = budget.until().min(Instant::now() + get.time.unwrap_or(self.limits.total));
        let mut url = get.url.clone();
        url.set_fragment(None);
        let mut seen: Vec<Url> = Vec::new();
        loop {
            self.policy.check_url(&url)?;
            budget.take()?;
            match self.hop(&get, &url, until, &mut to).await? {
                Hop::Arrived(fetched) => return Ok(fetched),
                Hop::Sent(next) => {
                    seen.push(url);
                    if seen.len() > REDIRECTS_MAX || seen.contains(&next) {
                        return Err(FetchError::TooManyRedirects);
                    }
                    url = next;
                }
            }
        }
    }

    /// One request to one host, within its slots.
    async fn hop(&self, get: &Get<'_>, url: &Url, until: Instant, to: &mut Sink<'_>) -> Result<Hop, FetchError> {
        let slots = self.slots(host::authority(url).unwrap_or_default());
        let work = async {
            // a closed semaphore cannot be: nobody closes it
            let _slot = slots.acquire().await;
            let mut response = self.send(request(get, url)?, until).await?;
            match onward(url, &response)? {
                Some(next) => Ok(Hop::Sent(next)),
                None => fetched(&mut response, url, get, to).await.map(Hop::Arrived),
            }
        };
        timeout_at(until, work).await.unwrap_or(Err(FetchError::TimedOut))
    }
}

/// How one hop ended.
enum Hop {
    Arrived(Fetched),
    Sent(Url),
}

fn request(get: &Get<'_>, url: &Url) -> Result<Request, FetchError> {
    let mut request = Request::new(Method::GET, url.clone());
    let headers = request.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| FetchError::Unsent(error.into()));
    headers.insert(ACCEPT, value(get.accept)?);
    if let Some(tag) = get.if_none_match {
        headers.insert(IF_NONE_MATCH, value(tag)?);
    }
    if let Some(signer) = get.signer {
        signer.sign(&Method::GET, url, headers, None).map_err(FetchError::Unsent)?;
    }
    Ok(request)
}

async fn fetched(response: &mut Response, url: &Url, get: &Get<'_>, to: &mut Sink<'_>) -> Result<Fetched, FetchError> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = match (to, get.start_of) {
        (Some(file), _) if response.status().is_success() => {
            body::write_whole(response, get.max_bytes, file).await?;
            Bytes::new()
        }
        (_, Some(types)) => {
            let said = content_type.as_deref().and_then(|said| said.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
            let mut start = Vec::new();
            if types.contains(&said.as_str()) {
                body::read_first(response, get.max_bytes, &mut start).await?;
            }
            start.into()
        }
        _ => body::read_whole(response, get.max_bytes).await?,
    };
    let headers = std::mem::take(response.headers_mut());
    Ok(Fetched { url: url.clone(), status: response.status(), content_type, headers, body })
}

/// Where the answer sends us, if it does.
fn onward(from: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    match (response.status().as_u16(), response.headers().get(LOCATION)) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => next_url(from, location).map(Some),
        _ => Ok(None),
    }
}

fn next_url(from: &Url, location: &HeaderValue) -> Result<Url, FetchError> {
    let garbled = || FetchError::Garbled("it redirects to something that is no address".to_owned());
    let mut next = from.join(location.to_str().map_err(|_| garbled())?).map_err(|_| garbled())?;
    if from.scheme() == "https" && next.scheme() == "http" {
        return Err(refused(said!("a redirect from https to http is not followed")).into());
    }
    next.set_fragment(None);
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(from: &str, location: &str) -> Result<String, FetchError> {
        let location = HeaderValue::from_bytes(location.as_bytes()).unwrap();
        next_url(&Url::parse(from).unwrap(), &location).map(String::from)
    }

    #[test]
    fn s023_a_redirect_never_leaves_https() {
        assert!(matches!(turn("https://a.example/x", "http://a.example/x"), Err(FetchError::Refused(_))));
        assert_eq!(turn("http://a.example/x", "https://a.example/x").unwrap(), "https://a.example/x");
    }

    #[test]
    fn a_redirect_is_read_relative_to_where_it_was_met() {
        assert_eq!(turn("https://a.example/u/ada?x", "../bo#key").unwrap(), "https://a.example/bo");
        assert_eq!(turn("https://a.example/u/ada", "//b.example/y").unwrap(), "https://b.example/y");
        assert!(matches!(turn("https://a.example/", "https://:x"), Err(FetchError::Garbled(_))));
        assert!(matches!(turn("https://a.example/", "\u{fc}ber"), Err(FetchError::Garbled(_))));
    }
}
