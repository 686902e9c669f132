//! What may be kept, and by whom (RFC 9111; S53): every `GET` route of the documents, for everybody who asks.
//!
//! Public documents carry a tag, answer 304 to it, and say for how long; whatever was asked with a signature, and whatever is
//! not there, is for nobody's cache.

use super::{
    World,
    surfaces::{self, Door, Surface},
};
use crate::{
    base::id::PostId,
    features::{
        accounts,
        posts::{publish, tests},
    },
    tests::support::on_both_databases,
};
use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

/// Not documents: doors for what is sent, and what is not ActivityPub.
fn is_document(surface: &Surface) -> bool {
    let path = surface.path.as_str();
    surface.door == Door::Document
        && !path.ends_with("/inbox")
        && !["/records", "/rewind"].contains(&path)
        && !path.starts_with("/.well-known/")
        && !path.starts_with("/nodeinfo/")
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// What is wrong with an answer, if anything.
async fn fault(world: &World, target: &str, is_signed: bool, (status, headers): (StatusCode, &HeaderMap)) -> Option<String> {
    let (kept, vary, tag) = (text(headers, &header::CACHE_CONTROL), text(headers, &header::VARY), text(headers, &header::ETAG));
    // the terms of our own are the same for everybody, in one form
    let is_for_all = target.starts_with("/ns/");
    if (is_signed && !is_for_all) || status != StatusCode::OK {
        return (kept != "private, no-store").then(|| format!("may be kept: {kept:?}"));
    }
    let varies = is_for_all || (vary.contains("Accept") && vary.contains("Signature"));
    if !kept.starts_with("public, max-age=") || !varies {
        return Some(format!("says {kept:?}, varies by {vary:?}"));
    }
    if tag.is_empty() {
        return Some("has no tag".into());
    }
    let request = Request::get(target).header(header::ACCEPT, "application/activity+json").header(header::IF_NONE_MATCH, tag);
    let (parts, body) = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let again = (parts.status, text(&parts.headers, &header::ETAG), bytes.len());
    (again != (StatusCode::NOT_MODIFIED, tag, 0)).then(|| format!("{again:?} for its own tag"))
}

/// Something that everybody may read.
async fn public_post(world: &World) -> PostId {
    let app = &world.node.app;
    let ada = accounts::queries::by_handle(&app.store, "ada", "").await.unwrap().unwrap();
    let tx = app.begin().await.unwrap();
    let post = publish::publish(&tx, &ada, tests::world::draft("for everybody")).await.unwrap();
    tx.commit().await.unwrap();
    post.id
}

#[expect(clippy::print_stdout, reason = "whoever reads the output of tests should see how much was asked")]
#[tokio::test]
async fn ap011_s053_public_documents_are_revalidated_and_what_depends_on_the_asker_is_never_kept() {
    on_both_databases(async |place| {
        let mut world = World::new(&place).await;
        world.fills.posts.push(public_post(&world).await.to_string());
        let (mut faults, mut answers) = (BTreeSet::new(), BTreeMap::<(bool, u16), usize>::new());
        let mut open = BTreeSet::new();
        for surface in surfaces::all(&world).into_iter().filter(is_document) {
            for target in surfaces::targets(&world, &surface) {
                for viewer in world.viewers.iter().filter(|viewer| viewer.asks(Door::Document) && viewer.token.is_none()) {
                    let is_signed = viewer.signer.is_some();
                    let answer = world.ask("GET", &target, (viewer, surface.accept()), None).await;
                    *answers.entry((is_signed, answer.status.as_u16())).or_default() += 1;
                    if answer.status == StatusCode::OK && !is_signed {
                        open.insert(surface.key());
                    }
                    if let Some(what) = fault(&world, &target, is_signed, (answer.status, &answer.headers)).await {
                        faults.insert(format!("{}: {target}, {} signed {is_signed}: {what}", surface.key(), answer.status));
                    }
                }
            }
        }
        println!("documents in caches: {answers:?}");
        assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
        for path in ["/u/{name}", "/c/{name}", "/actor", "/org", "/p/{id}", "/activities/{id}", "/u/{name}/outbox", "/ns/v1"] {
            assert!(open.contains(&format!("document {path}")), "nobody was shown {path}: {open:?}");
        }
        assert!(answers.contains_key(&(true, 200)) && answers.contains_key(&(false, 404)), "{answers:?}");
    })
    .await;
}
