//! The leak matrix (security.md C3; S48 to S50, S55, S56): every surface, asked by every viewer, shows a secret only to whom
//! it is for. Surfaces come from the doors' own tables; what each may show stands in `expected.rs`, and one that does not
//! stand there fails. What may show something must show it to somebody, so that no entry is wider than it needs to be.

mod budget;
mod caches;
mod expected;
mod hosts;
mod office;
mod oracle;
mod ownership;
pub mod surfaces;
mod sweep;
mod world;

use crate::tests::support::on_both_databases;
use crate::{
    federation::{Federation, voices::Voice},
    net::{Method, SignRequest},
};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
};
use expected::Expect;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    sync::{Arc, Mutex},
};
use surfaces::{Door, Surface};
use tower::ServiceExt;
use world::{Secret, Viewer, World};

/// An answer as a whole: status, headers and body in one text.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl World {
    async fn ask(&self, method: &str, target: &str, (viewer, accept): (&Viewer, &str), body: Option<&str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(signer) = &viewer.signer {
            headers = self.signed(target, signer).await;
        }
        let value = |text: String| HeaderValue::try_from(text).unwrap();
        headers.insert(header::ACCEPT, value(accept.to_owned()));
        headers.insert(header::HOST, value(self.node.app.origin.authority().to_owned()));
        if let Some(token) = &viewer.token {
            headers.insert(header::AUTHORIZATION, value(format!("Bearer {token}")));
        }
        if let Some(session) = &viewer.session {
            headers.insert(header::COOKIE, value(format!("intermoot_session_{}={session}", self.node.address.port())));
        }
        if body.is_some() {
            headers.insert(header::CONTENT_TYPE, value("application/json".to_owned()));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
        let mut request = Request::builder().method(method).uri(target).body(body).unwrap();
        *request.headers_mut() = headers;
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        // a stream has no end: what is old is not told, so nothing but its beginning comes (tests/streaming has the rest)
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { body };
        let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn signed(&self, target: &str, (federation, account): &(Federation, crate::base::id::AccountId)) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let url = format!("{}{target}", self.node.url).parse().unwrap();
        let signer = federation.signer(*account, Voice::Cavage).await.unwrap();
        signer.sign(&Method::GET, &url, &mut headers, None).unwrap();
        headers
    }
}

impl Viewer {
    /// Whether it is one of this node's own people, and no guest.
    fn is_ours(&self) -> bool {
        (self.token.is_some() || self.session.is_some()) && self.name != "gus" && !self.name.contains("revoked")
    }

    /// Whether asking so makes sense: signatures are for documents, sessions for pages, tokens for everything else.
    fn asks(&self, door: Door) -> bool {
        match door {
            Door::Api => self.signer.is_none() && self.session.is_none(),
            Door::Page => self.signer.is_none() && (self.token.is_none() || self.name == "alice"),
            Door::Document => self.session.is_none() && (self.token.is_none() || self.name == "alice"),
        }
    }
}

impl Secret {
    /// The word that `text` gives away, unless the asker said it.
    fn shown_in<'a>(&'a self, text: &str, target: &str) -> Option<&'a str> {
        if !self.only.is_empty() && !self.only.iter().any(|part| target.contains(part)) {
            return None;
        }
        self.words.iter().map(String::as_str).find(|word| text.contains(word) && !target.contains(word))
    }
}

fn may(expect: Expect, secret: &Secret, viewer: &Viewer, door: Door) -> bool {
    let name = viewer.name.trim_end_matches("'s browser");
    let is_reader = secret.readers.contains(&name);
    // A token opens nothing but the API, a session nothing but pages.
    let is_by_right_door = door == Door::Api || viewer.signer.is_some() || (door == Door::Page && viewer.session.is_some());
    if secret.is_ours && viewer.is_ours() {
        return true;
    }
    match expect {
        Expect::Never => false,
        Expect::Readers => is_reader && is_by_right_door,
        Expect::Author => is_reader && secret.author == name && is_by_right_door,
    }
}

/// What was logged in this thread.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Outcome {
    leaks: BTreeSet<String>,
    /// Surfaces that showed something to somebody who may see it.
    shown: BTreeSet<String>,
    cells: usize,
    /// Answers by status, so that a matrix of refusals is noticed.
    answers: BTreeMap<u16, usize>,
}

#[expect(clippy::print_stdout, reason = "whoever reads the output of tests should see how much was asked")]
#[tokio::test]
async fn s049_s050_s055_s056_every_surface_shows_a_secret_only_to_whom_it_is_for() {
    on_both_databases(async |place| {
        let logged = Logged::default();
        let writer = logged.clone();
        let log = tracing_subscriber::fmt().with_env_filter("info,intermoot=debug").with_writer(move || writer.clone()).finish();
        let guard = tracing::subscriber::set_default(log);
        let world = World::new(&place).await;
        let mut outcome = Outcome::default();
        for surface in surfaces::all(&world) {
            cover(&world, &surface, &mut outcome).await;
        }
        drop(guard);
        let log = String::from_utf8_lossy(&logged.0.lock().unwrap()).into_owned();
        for secret in world.secrets.iter().filter(|secret| secret.only.is_empty()) {
            if let Some(line) = log.lines().find(|line| secret.shown_in(line, "").is_some()) {
                outcome.leaks.insert(format!("the log shows {}: {line:.300}", secret.what));
            }
        }
        println!("leak matrix: {} cells, answers {:?}", outcome.cells, outcome.answers);
        for (key, expect) in expected::all().filter(|(key, expect)| *expect != Expect::Never && !outcome.shown.contains(*key)) {
            outcome.leaks.insert(format!("{key} ({expect:?}) shows nothing to anybody: make it Never"));
        }
        assert!(outcome.leaks.is_empty(), "{}", outcome.leaks.into_iter().collect::<Vec<_>>().join("\n"));
    })
    .await;
}

/// Asks one surface as everybody.
async fn cover(world: &World, surface: &Surface, outcome: &mut Outcome) {
    let key = surface.key();
    let Some(expect) = expected::of(&key) else {
        let advice = format!("{key} has no entry: add (\"{key}\", Never), or what it may show, to src/tests/leaks/expected.rs");
        outcome.leaks.insert(advice);
        return;
    };
    for target in surfaces::targets(world, surface) {
        for viewer in world.viewers.iter().filter(|viewer| viewer.asks(surface.door)) {
            let answer = world.ask("GET", &target, (viewer, surface.accept()), None).await;
            outcome.cells += world.secrets.len();
            *outcome.answers.entry(answer.status.as_u16()).or_default() += 1;
            let text = format!("{:?} {}", answer.headers, answer.body);
            if answer.status.is_server_error() {
                outcome.leaks.insert(format!("{key} breaks for {}: {target}: {}", viewer.name, answer.status));
            }
            for secret in &world.secrets {
                let Some(word) = secret.shown_in(&text, &target) else { continue };
                if !may(expect, secret, viewer, surface.door) {
                    outcome.leaks.insert(format!("{key} ({expect:?}) shows {} ({word}) to {}: {target}", secret.what, viewer.name));
                    continue;
                }
                if expect != Expect::Never {
                    outcome.shown.insert(key.clone());
                }
                // S53: what was shown for a signature's sake is kept by no cache.
                let kept = answer.headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
                if viewer.signer.is_some() && !(kept.contains("no-store") || kept.contains("private")) {
                    outcome.leaks.insert(format!("{key} may be kept by a cache ({kept:?}): {target}"));
                }
            }
        }
    }
}

#[tokio::test]
async fn every_entry_of_the_matrix_is_a_route_that_there_is() {
    let world = World::new(&crate::tests::support::Place::sqlite()).await;
    let keys: BTreeSet<String> = surfaces::all(&world).iter().map(Surface::key).collect();
    let stale: Vec<_> = expected::all().map(|(key, _)| key).filter(|key| !keys.contains(*key)).collect();
    assert!(stale.is_empty(), "no such routes any more; take them out of src/tests/leaks/expected.rs: {stale:?}");
    let mut seen = BTreeSet::new();
    assert!(expected::all().all(|(key, _)| seen.insert(key)), "an entry stands twice");
    assert!(keys.contains("page /login") && keys.contains("document /p/{id}") && keys.contains("api /metrics"), "{keys:?}");
}
