//! One step of discovery: a small JSON document from another server, or a refusal that names the step.

use crate::{
    base::{
        error::{Error, Kind, Refusal, Result},
        host,
        json::{self, Limits},
        sentence::{Sentence, said},
    },
    features::agreements,
    federation::{Federation, signing::RequestSigner},
    net::{Budget, FetchError, Fetched, Get, StatusCode},
};
use serde_json::Value;
use url::Url;

/// Largest document of discovery, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// How deep and how large it may be.
pub const LIMITS: Limits = Limits { bytes: BYTES_MAX, depth: 12, values: 2000 };

/// What one step got.
#[derive(Debug)]
pub struct Got {
    /// Where it was found in the end.
    pub url: Url,
    /// The document.
    pub document: Value,
}

/// Fetches the JSON at `path` of `host` (an authority): by https alone, or, where our settings allow http, also by that,
/// our own scheme first and the other when nobody answers there. A partner is told who asks: it may know more for us.
pub async fn at_host(federation: &Federation, what: &str, host: &str, path: &str, budget: &Budget) -> Result<Got> {
    let mut outcome = Err(Refusal::invalid("host", "is not a host name").into());
    let signer = match agreements::in_force(&federation.app.store, host).await? {
        Some(_) => Some(federation.node_signer(host).await?),
        None => None,
    };
    for scheme in schemes(federation) {
        let Some(url) = host::parse(&format!("{scheme}://{host}{path}")) else { break };
        outcome = match fetch(federation, &url, budget, signer.as_ref()).await {
            Ok(fetched) => return read(what, fetched),
            Err(error) => {
                let is_nobody = matches!(error, FetchError::Unreachable(_) | FetchError::Garbled(_));
                let failed = Err(failed(what, host, error));
                if !is_nobody {
                    return failed;
                }
                failed
            }
        };
    }
    outcome
}

/// Fetches the JSON at `url`.
pub async fn at(federation: &Federation, what: &str, url: &Url, budget: &Budget) -> Result<Got> {
    match fetch(federation, url, budget, None).await {
        Ok(fetched) => read(what, fetched),
        Err(error) => Err(failed(what, &host::authority(url).unwrap_or_default(), error)),
    }
}

fn schemes(federation: &Federation) -> impl Iterator<Item = &'static str> {
    let may_http = federation.client.policy().allow_http;
    let http_first = may_http && federation.app.origin.base().starts_with("http://");
    [http_first.then_some("http"), Some("https"), (may_http && !http_first).then_some("http")].into_iter().flatten()
}

async fn fetch(federation: &Federation, url: &Url, budget: &Budget, signer: Option<&RequestSigner>) -> Result<Fetched, FetchError> {
    let get = Get::new(url, "application/jrd+json, application/json").at_most(BYTES_MAX);
    let get = match signer {
        Some(signer) => get.signed(signer),
        None => get,
    };
    federation.client.get(get, budget).await
}

fn read(what: &str, fetched: Fetched) -> Result<Got> {
    let host = host::authority(&fetched.url).unwrap_or_default();
    if fetched.status != StatusCode::OK {
        let kind = match fetched.status.as_u16() {
            404 | 410 => Kind::NotFound,
            408 | 429 | 500.. => Kind::Unavailable,
            _ => Kind::Forbidden,
        };
        return Err(refused(kind, said!("{what} at {host} answered {status}", what, host, status = fetched.status.as_u16())).into());
    }
    let media_type = fetched.content_type.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type != "application/json" && !(media_type.starts_with("application/") && media_type.ends_with("+json")) {
        return Err(refused(Kind::Forbidden, said!("{what} at {host} is not JSON", what, host)).into());
    }
    let document = json::parse_strict(&fetched.body, LIMITS);
    let document =
        document.map_err(|error| refused(Kind::Forbidden, said!("{what} at {host} cannot be read: {error}", what, host, error)))?;
    Ok(Got { url: fetched.url, document })
}

fn failed(what: &str, host: &str, error: FetchError) -> Error {
    let sentence = said!("{what} at {host} failed: {error}", what, host, error);
    match error {
        FetchError::Unsent(fault) => Error::Fault(fault.context(sentence.to_string())),
        error if error.is_passing() => refused(Kind::Unavailable, sentence).into(),
        _ => refused(Kind::Forbidden, sentence).into(),
    }
}

/// A refusal by the other side, or by what it sent.
pub fn refused(kind: Kind, said: Sentence) -> Refusal {
    Refusal { kind, code: "not_discovered", field: None, said }
}
