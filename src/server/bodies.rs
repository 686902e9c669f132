//! Bodies of requests, counted together: what strangers send takes no more memory than there is for it (S70, S75).
//!
//! Files go to the disk piece by piece and do not count. Each byte that was read counts until its request is answered. Beyond the
//! bound nothing more of a body is kept, and its request is answered 503 with `Retry-After`, which peers and apps take for "later".

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

/// When to try again, in seconds.
const LATER: &str = "10";

/// How much of bodies is held, of how much. Clones count together.
#[derive(Clone)]
pub struct Held(Arc<Bytes>);

struct Bytes {
    most: u64,
    now: AtomicU64,
}

impl Held {
    /// At most this many bytes.
    pub fn new(most: u64) -> Self {
        Self(Arc::new(Bytes { most, now: AtomicU64::new(0) }))
    }

    /// How many are held now.
    pub fn now(&self) -> u64 {
        self.0.now.load(Ordering::Relaxed)
    }
}

/// What one request holds; given back when the last part of it is dropped.
struct Share {
    held: Held,
    mine: AtomicU64,
    is_refused: AtomicBool,
}

impl Share {
    /// Counts `bytes` more; false where there is no room for them.
    fn take(&self, bytes: u64) -> bool {
        self.mine.fetch_add(bytes, Ordering::Relaxed);
        let fits = self.held.0.now.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.held.0.most;
        if !fits {
            self.is_refused.store(true, Ordering::Relaxed);
        }
        fits
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.0.now.fetch_sub(self.mine.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// Where files are sent to, beside those paths that name something.
const FOR_FILES: [&str; 7] = [
    "/api/v1/media",
    "/api/v2/media",
    "/api/v1/accounts/update_credentials",
    "/settings/profile",
    "/write",
    "/write/media",
    "/write/preview",
];

/// Whether what is sent to this path goes to the disk as it comes: it is not held, and may take long.
pub fn is_for_files(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let is_of_medium = path.strip_prefix("/api/v1/media/").is_some_and(|id| !id.contains('/'));
    let is_edit = path.strip_prefix("/p/").is_some_and(|rest| rest.ends_with("/edit"));
    is_of_medium || is_edit || FOR_FILES.contains(&path)
}

/// The layer that counts.
pub async fn count(State(held): State<Held>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() || is_for_files(request.uri().path()) {
        return next.run(request).await;
    }
    let share = Arc::new(Share { held, mine: AtomicU64::new(0), is_refused: AtomicBool::new(false) });
    let counted = Arc::clone(&share);
    let response = next.run(request.map(|body| Body::new(Counted { body, share: counted }))).await;
    if !share.is_refused.load(Ordering::Relaxed) {
        return response;
    }
    metrics::counter!("intermoot_bodies_refused_total").increment(1);
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, "Too much is being sent here at the moment; try again later.").into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(LATER));
    response
}

/// A body whose bytes are counted as they come.
struct Counted {
    body: Body,
    share: Arc<Share>,
}

impl HttpBody for Counted {
    type Data = bytes::Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(context));
        let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, |data| data.len() as u64);
        if self.share.take(bytes) { Poll::Ready(frame) } else { Poll::Ready(Some(Err(axum::Error::new("no room for more")))) }
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
    use axum::{Router, middleware::from_fn_with_state, routing::post};
    use futures::StreamExt;
    use tokio::sync::mpsc;
    use tower::ServiceExt;

    fn router(held: &Held) -> Router {
        let read = post(|body: bytes::Bytes| async move { body.len().to_string() });
        Router::new().route("/", read).layer(from_fn_with_state(held.clone(), count))
    }

    /// A request whose body comes as the test sends it.
    fn request() -> (mpsc::Sender<Vec<u8>>, Request) {
        let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(1);
        let parts = futures::stream::poll_fn(move |context| receiver.poll_recv(context)).map(Ok::<_, std::io::Error>);
        (sender, Request::post("/").body(Body::from_stream(parts)).unwrap())
    }

    #[tokio::test]
    async fn s070_s075_bodies_together_take_no_more_memory_than_there_is_for_them() {
        let held = Held::new(1000);
        let router = router(&held);
        let (first, slow) = request();
        let slow = tokio::spawn(router.clone().oneshot(slow));
        first.send(vec![0; 900]).await.unwrap();
        while held.now() < 900 {
            tokio::task::yield_now().await;
        }
        let answer = router.clone().oneshot(Request::post("/").body(Body::from(vec![0; 200])).unwrap()).await.unwrap();
        assert_eq!((answer.status(), answer.headers()[header::RETRY_AFTER].to_str().unwrap()), (StatusCode::SERVICE_UNAVAILABLE, LATER));
        assert_eq!(held.now(), 900, "what was refused is not held");
        let small = router.clone().oneshot(Request::post("/").body(Body::from(vec![0; 100])).unwrap()).await.unwrap();
        assert_eq!(small.status(), StatusCode::OK);
        drop(first);
        assert_eq!(slow.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(held.now(), 0, "what was answered is not held");
    }

    #[tokio::test]
    async fn what_a_client_left_half_sent_is_not_held() {
        let held = Held::new(1000);
        let (sender, request) = request();
        let asked = tokio::spawn(router(&held).oneshot(request));
        sender.send(vec![0; 500]).await.unwrap();
        while held.now() < 500 {
            tokio::task::yield_now().await;
        }
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(held.now(), 0);
    }
}
