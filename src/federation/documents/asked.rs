//! A `GET` as the documents see it: the form asked for, and, only where it matters, who signed it.

use super::{
    accept::{self, Form},
    answer::{self, Failure, For},
};
use crate::{
    features::posts::queries::Viewer,
    federation::{
        Federation,
        secure::Passed,
        verify::{self, Strangers, Verified},
        watch::READ,
    },
    net::signature::Received,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, Uri, request::Parts},
    response::Response,
};
use serde_json::Value;

/// A request for a document.
#[derive(Clone, Debug)]
pub struct Asked {
    form: Form,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    /// How it passed in secure mode.
    passed: Option<Passed>,
}

impl FromRequestParts<Federation> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Federation) -> Result<Self, Failure> {
        let form = accept::form(&parts.headers).ok_or(Failure::NotAcceptable)?;
        Ok(Self {
            form,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            passed: parts.extensions.get().cloned(),
        })
    }
}

impl Asked {
    /// A request for what has one form only.
    pub fn plainly(method: Method, uri: Uri, headers: HeaderMap) -> Self {
        Self { form: Form::Activity, method, uri, headers, passed: None }
    }

    /// The path, raw: of our own things it is the id as stored.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The path of what this collection hangs on: all but the last part.
    pub fn owner(&self) -> &str {
        self.path().rsplit_once('/').map_or("", |(owner, _)| owner)
    }

    /// The last value of a number in the query.
    pub fn number(&self, name: &str) -> Option<i64> {
        let pairs = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        pairs.filter(|(key, _)| key == name).last().and_then(|(_, value)| value.parse().ok())
    }

    /// The last value of a word in the query; at most 300 bytes.
    pub fn word(&self, name: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned()).filter(|value| value.len() <= 300)
    }

    /// The path with its query, as it was asked for.
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// Whether a page of a collection is asked for rather than the collection.
    pub fn is_page(&self) -> bool {
        url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes()).any(|(key, _)| key == "page")
    }

    /// Whether whoever asks gets no more of an actor than its keys (secure mode).
    pub fn is_bare(&self) -> bool {
        matches!(self.passed, Some(Passed::Bare))
    }

    /// Answers with `document`.
    pub fn document(&self, document: &Value) -> Response {
        answer::document(self.reader(), document)
    }

    /// Answers 410 with a tombstone.
    pub fn gone(&self, tombstone: &Value) -> Response {
        answer::gone(self.reader(), tombstone)
    }

    /// Who may see a little more than a stranger: the host whose actor signed this request. None when it is not signed, not
    /// well signed, or its key cannot be had: then a stranger asks.
    pub async fn signing_host(&self, federation: &Federation) -> Option<String> {
        self.signing_actor(federation).await.map(|by| by.host().to_owned())
    }

    /// The same with the actor, for what is shown to one person alone.
    pub async fn signing_actor(&self, federation: &Federation) -> Option<Verified> {
        match &self.passed {
            Some(Passed::By(by)) => return Some(by.clone()),
            Some(Passed::Bare) => return None,
            None if !self.is_signed() => return None,
            None => {}
        }
        let target = self.uri.path_and_query().map_or("/", |target| target.as_str());
        let received = Received { method: &self.method, target, headers: &self.headers, body: &[] };
        let outcome = verify::authenticate(federation, &received, Strangers::Ask).await;
        let by = outcome.inspect_err(|rejection| tracing::debug!(%rejection, "a signed GET counts as a stranger's")).ok()?;
        federation.watch.note(by.host(), READ);
        Some(by)
    }

    /// The same as somebody who reads posts; none when it is a stranger after all.
    pub async fn signing_viewer(&self, federation: &Federation) -> Option<Viewer> {
        self.signing_host(federation).await.map(Viewer::Host)
    }

    fn is_signed(&self) -> bool {
        self.headers.contains_key("signature")
    }

    fn reader(&self) -> For<'_> {
        For { form: self.form, is_signed: self.is_signed(), held: answer::held(&self.headers) }
    }
}
