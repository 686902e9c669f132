//! Scripted hosts.

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use url::Url;

/// A request that came.
#[derive(Clone)]
pub struct Seen {
    pub at: Instant,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub status: u16,
}

impl Seen {
    /// The number that the test gave the activity.
    pub fn number(&self) -> i64 {
        serde_json::from_slice::<serde_json::Value>(&self.body).unwrap()["number"].as_i64().unwrap()
    }
}

/// Whether the headers of a request are of somebody whom it knows.
type Recognises = fn(&HeaderMap) -> bool;

#[derive(Default)]
struct State {
    seen: Mutex<Vec<Seen>>,
    begun: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
    retry_after: Mutex<Option<&'static str>>,
    recognises: Mutex<Option<Recognises>>,
}

/// A host that answers as its script says.
pub struct Host {
    name: &'static str,
    port: u16,
    state: Arc<State>,
}

impl Host {
    /// A host that answers the n-th request (from 0) with the status that `script` gives.
    pub async fn new(name: &'static str, script: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        Self::slow(name, Duration::ZERO, script).await
    }

    /// The same, after `pause`.
    pub async fn slow(name: &'static str, pause: Duration, script: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        Self::listening(name, ((Ipv4Addr::LOCALHOST, 0).into(), pause), script).await
    }

    /// The same without a pause, at this address and port (0: any).
    pub async fn at(name: &'static str, (address, port): (IpAddr, u16), script: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        Self::listening(name, ((address, port).into(), Duration::ZERO), script).await
    }

    async fn listening(
        name: &'static str,
        (address, pause): (SocketAddr, Duration),
        script: impl Fn(usize) -> u16 + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, script) = (Arc::new(State::default()), Arc::new(script));
        let shown = Arc::clone(&state);
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let (state, script) = (Arc::clone(&shown), Arc::clone(&script));
            async move { state.answer(&*script, pause, (uri, headers, body)).await }
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { name, port, state }
    }

    /// Its failures say when to come back.
    pub fn retry_after(self, text: &'static str) -> Self {
        *self.state.retry_after.lock().unwrap() = Some(text);
        self
    }

    /// It answers 401 unless the headers are such.
    pub fn recognising(self, such: Recognises) -> Self {
        *self.state.recognises.lock().unwrap() = Some(such);
        self
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn authority(&self) -> String {
        format!("{}:{}", self.name, self.port)
    }

    pub fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.authority()).parse().unwrap()
    }

    /// Requests that were answered.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.state.seen.lock().unwrap().len()
    }

    /// Numbers of the activities that it took.
    pub fn accepted(&self) -> Vec<i64> {
        self.seen().iter().filter(|seen| seen.status == 202).map(Seen::number).collect()
    }

    /// The most requests that were open at a time.
    pub fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

impl State {
    async fn answer(
        &self,
        script: &(dyn Fn(usize) -> u16 + Send + Sync),
        pause: Duration,
        (uri, headers, body): (Uri, HeaderMap, Bytes),
    ) -> Response {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(open, Ordering::SeqCst);
        let (at, number) = (Instant::now(), self.begun.fetch_add(1, Ordering::SeqCst));
        let is_unknown = self.recognises.lock().unwrap().is_some_and(|recognises| !recognises(&headers));
        let status = if is_unknown { 401 } else { script(number) };
        tokio::time::sleep(pause).await;
        self.seen.lock().unwrap().push(Seen { at, path: uri.path().to_owned(), headers, body, status });
        self.open.fetch_sub(1, Ordering::SeqCst);
        let mut answer = StatusCode::from_u16(status).unwrap().into_response();
        if let Some(text) = *self.retry_after.lock().unwrap() {
            answer.headers_mut().insert("retry-after", HeaderValue::from_static(text));
        }
        answer
    }
}
