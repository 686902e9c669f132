//! HTTP for the store of files that an administrator named, if any: one host, and nothing else.
//!
//! For `store/files`. Beside the guarded client, whose guard is against addresses that strangers choose: this one reaches a
//! single address out of the settings, wherever that is (a store often stands on this machine or in a private network), and
//! refuses any other before a name is looked up; no name of a file, no word of a remote and no redirect changes where it goes.
//! It has no deadline for a whole file, only for each step, as a file is passed on as quickly as its reader takes it.
//! Source: security.md S20, S24; `object_store::client`.

use super::{client::roots, error::FetchError};
use crate::base::host;
use anyhow::Context as _;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use object_store::{
    ClientOptions,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService},
};
use std::{
    path::Path,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use url::Url;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the next bytes of an answer.
const STALL: Duration = Duration::from_secs(20);
/// How long a connection is kept without use.
const IDLE: Duration = Duration::from_secs(60);
/// Connections that are kept.
const KEPT: usize = 24;
/// Most bytes of an answer that is no file: an account of an error, or a page of a list.
const WORDS_MAX: u64 = 4 << 20;

/// The client. Clones share connections.
#[derive(Clone, Debug)]
pub struct StoreClient {
    http: reqwest::Client,
    /// Scheme, host and port that it reaches.
    origin: Url,
}

/// What it never does.
#[derive(Debug, thiserror::Error)]
#[error("only the address in the settings is reached")]
struct Elsewhere;

/// An answer that is no file has too many bytes.
#[derive(Debug, thiserror::Error)]
#[error("the answer is larger than {WORDS_MAX} bytes")]
struct TooLong;

impl StoreClient {
    /// A client for the store at `origin` alone; `ca_file` names a PEM file of roots to trust beside the system's.
    ///
    /// # Errors
    /// That file is unusable, or TLS cannot be set up.
    pub fn new(origin: &Url, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let is_http = origin.scheme() == "http";
        let builder = || {
            reqwest::Client::builder()
                .user_agent(format!("Intermoot/{}", env!("CARGO_PKG_VERSION")))
                .https_only(!is_http)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                // what is stored is given back as it is
                .no_gzip()
                .http1_only()
                .connect_timeout(CONNECT)
                .read_timeout(STALL)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(KEPT)
        };
        let http = match ca_file.map(roots).transpose()? {
            Some(roots) => builder().tls_certs_merge(roots).build()?,
            // a bare container may have no roots, and needs none here
            None if is_http => builder().tls_certs_only([]).build()?,
            None => builder().build().context("cannot set up TLS; are root certificates installed?")?,
        };
        Ok(Self { http, origin: origin.clone() })
    }
}

impl HttpConnector for StoreClient {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait::async_trait]
impl HttpService for StoreClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        if !host::same_origin(&url, &self.origin) {
            return Err(HttpError::new(HttpErrorKind::Unknown, Elsewhere));
        }
        let is_list = url.query().is_some_and(|query| query.contains("list-type"));
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        let answer = self.http.execute(request).await.map_err(failed)?;
        let (parts, body) = hyper::Response::<reqwest::Body>::from(answer).into_parts();
        let left = (is_list || !parts.status.is_success()).then_some(WORDS_MAX);
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(Answered { body, left })))
    }
}

/// How `object_store` is to take a failure: what broke before an answer came is tried again.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = match &error {
        error if error.is_connect() => HttpErrorKind::Connect,
        error if error.is_timeout() => HttpErrorKind::Timeout,
        error if super::error::was_closed_early(error) => HttpErrorKind::Request,
        error if error.is_body() || error.is_decode() => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, FetchError::from(error))
}

/// The body of an answer, with the bytes that may still come where it is no file.
struct Answered {
    body: reqwest::Body,
    left: Option<u64>,
}

impl Body for Answered {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context)).map(|frame| frame.map_err(failed));
        let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, |data| data.len() as u64);
        if let Some(left) = &mut self.left {
            match left.checked_sub(bytes) {
                Some(rest) => *left = rest,
                None => return Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Decode, TooLong)))),
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::client::HttpRequestBody;

    async fn asked(origin: &str, url: &str) -> String {
        let client = StoreClient::new(&origin.parse().unwrap(), None).unwrap();
        let request = hyper::Request::get(url).body(HttpRequestBody::empty()).unwrap();
        let error = client.call(request).await.unwrap_err();
        std::iter::successors(std::error::Error::source(&error), |cause| (**cause).source()).map(|cause| cause.to_string()).collect()
    }

    #[tokio::test]
    async fn s024_no_address_but_that_of_the_settings_is_reached() {
        for other in ["http://127.0.0.1:2/x", "http://127.0.0.2:1/x", "https://127.0.0.1:1/x", "http://127.0.0.1.evil.example:1/"] {
            assert_eq!(asked("http://127.0.0.1:1", other).await, "only the address in the settings is reached", "{other}");
        }
        let said = asked("http://127.0.0.1:1", "http://127.0.0.1:1/bucket/x").await;
        assert!(said.contains("could not be reached"), "{said}");
    }
}
