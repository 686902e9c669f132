//! Files: sent, worked on, posted, served, and gone again.

mod bucket;
mod hostile;
mod played;
mod private;
mod proxied;
mod saved;
mod thumbnails;

use super::shapes::assert_is;
use crate::{
    base::config::Config,
    server, sql,
    tests::support::{
        Person, Place, TestNode, done, on_both_databases,
        pictures::{PLACE, moving, photo, png, with_file},
    },
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A node that works on media, without ffmpeg.
pub(super) async fn working(place: &Place, set: impl FnOnce(&mut Config)) -> TestNode {
    let idle = idle(place, set).await;
    tokio::spawn(server::media::run(idle.app.clone(), CancellationToken::new()));
    idle
}

/// A node that takes media and does not work on them.
async fn idle(place: &Place, set: impl FnOnce(&mut Config)) -> TestNode {
    place
        .node_with("acme", |config| {
            config.media.ffmpeg = String::new();
            config.limits.enabled = false;
            set(config);
        })
        .await
}

async fn send(person: &Person, bytes: &[u8], words: &[(&str, &str)]) -> Response {
    let asked = person.ask(Method::POST, "/api/v2/media");
    with_file(asked, ("file", "x.jpg", "image/jpeg"), bytes, words).send().await.unwrap()
}

/// A picture of somebody's, ready.
async fn picture(person: &Person) -> Value {
    let asked = person.ask(Method::POST, "/api/v1/media");
    done(with_file(asked, ("file", "x.jpg", "image/jpeg"), &png(60, 40), &[("description", "two colours")])).await
}

/// What is at an address of this node, asked by a stranger.
async fn fetch(node: &TestNode, url: &Value) -> Response {
    node.client.get(url.as_str().unwrap()).send().await.unwrap()
}

async fn status_of(node: &TestNode, url: &Value) -> StatusCode {
    fetch(node, url).await.status()
}

fn text<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn s032_s086_a_photo_is_sent_posted_and_served_as_a_picture_and_nothing_else() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let sent = send(&ada, &photo(60, 40), &[("description", " A pump "), ("focus", "0.5,-0.25")]).await;
        assert_eq!(sent.status(), StatusCode::OK);
        let medium: Value = sent.json().await.unwrap();
        assert_is("MediaAttachment", &medium);
        assert_eq!((&medium["type"], &medium["description"]), (&json!("image"), &json!("A pump")));
        assert_eq!(medium["meta"]["original"]["size"], "40x60", "upright");
        assert_eq!(medium["meta"]["focus"], json!({ "x": 0.5, "y": -0.25 }));

        let post = ada.post("/api/v1/statuses", json!({ "media_ids": [medium["id"]] })).await;
        assert_is("Status", &post);
        let shown = &post["media_attachments"][0];
        assert_is("MediaAttachment", shown);
        assert_eq!((&shown["id"], shown["blurhash"].is_string()), (&medium["id"], true));
        for name in ["url", "preview_url"] {
            let answer = fetch(&node, &shown[name]).await;
            assert_eq!((answer.status(), text(&answer, "content-type")), (StatusCode::OK, "image/jpeg"));
            assert_eq!((text(&answer, "x-content-type-options"), text(&answer, "access-control-allow-origin")), ("nosniff", "*"));
            assert_eq!(text(&answer, "content-security-policy"), "default-src 'none'; sandbox");
            assert_eq!(text(&answer, "cross-origin-resource-policy"), "cross-origin");
            assert!(text(&answer, "cache-control").contains("immutable"));
            let tag = text(&answer, "etag").to_owned();
            let bytes = answer.bytes().await.unwrap();
            assert!(!bytes.windows(PLACE.len()).any(|window| window == PLACE.as_bytes()), "where it was taken is in it");
            let again = node.client.get(shown[name].as_str().unwrap()).header(header::IF_NONE_MATCH, tag).send().await.unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            let part = node.client.get(shown[name].as_str().unwrap()).header(header::RANGE, "bytes=2-5").send().await.unwrap();
            assert_eq!(
                (part.status(), text(&part, "content-range")),
                (StatusCode::PARTIAL_CONTENT, &*format!("bytes 2-5/{}", bytes.len()))
            );
            assert_eq!(part.bytes().await.unwrap(), bytes[2..6]);
        }
        let accepts =
            node.client.get(shown["url"].as_str().unwrap()).header(header::ACCEPT, "application/activity+json").send().await.unwrap();
        assert_eq!(text(&accepts, "content-type"), "image/jpeg", "never a document");
    })
    .await;
}

#[tokio::test]
async fn an_edit_keeps_describes_and_drops_files_and_the_history_shows_them() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let (one, two) = (picture(&ada).await, picture(&ada).await);
        let post = ada.post("/api/v1/statuses", json!({ "status": "pumps", "media_ids": [one["id"]] })).await;
        let path = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
        let edit = json!({ "status": "pumps", "media_ids": [two["id"], one["id"]], "media_attributes": [{ "id": one["id"], "description": "new", "focus": "1,1" }] });
        let edited = done(ada.ask(Method::PUT, &path).json(&edit)).await;
        let ids: Vec<&Value> = edited["media_attachments"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&two["id"], &one["id"]]);
        assert_eq!(edited["media_attachments"][1]["description"], "new");
        assert!(!edited["edited_at"].is_null());
        let bare = done(ada.ask(Method::PUT, &path).json(&json!({ "status": "pumps" }))).await;
        assert_eq!(bare["media_attachments"], json!([]));
        let history = ada.get(&format!("{path}/history")).await;
        let counts: Vec<usize> = history.as_array().unwrap().iter().map(|one| one["media_attachments"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [1, 2, 0]);
        assert_eq!(status_of(&node, &history[1]["media_attachments"][0]["url"]).await, StatusCode::OK);
        assert_eq!(ada.get(&format!("{path}/source")).await["text"], "pumps");
    })
    .await;
}

#[tokio::test]
async fn s107_a_file_is_its_owners_and_is_attached_once_when_it_is_ready() {
    on_both_databases(async |place| {
        let node = idle(&place, |_| {}).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let sent = send(&ada, &png(60, 40), &[]).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
        let medium: Value = sent.json().await.unwrap();
        assert!(medium["url"].is_null() && medium["type"] == "image");
        let id = medium["id"].as_str().unwrap();
        let path = format!("/api/v1/media/{id}");
        assert_eq!(ada.ask(Method::GET, &path).send().await.unwrap().status(), StatusCode::PARTIAL_CONTENT);
        let post = async |person: &Person, ids: Value| {
            let answer =
                person.ask(Method::POST, "/api/v1/statuses").json(&json!({ "status": "x", "media_ids": ids })).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, said) = post(&ada, json!([id])).await;
        assert!(status == 422 && said.contains("have not finished processing"), "{said}");
        assert!(node.app.work_on_next().await.unwrap() && !node.app.work_on_next().await.unwrap());
        assert_eq!(ada.get(&path).await["id"], id);
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = bob.ask(method, &path).json(&json!({ "description": "mine now" })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
        assert_eq!(post(&bob, json!([id])).await.0, 404);
        assert_eq!(post(&ada, json!(["1"])).await.0, 404);
        assert_eq!(
            done(ada.ask(Method::PUT, &path).json(&json!({ "description": "a pump", "focus": "0,0" }))).await["description"],
            "a pump"
        );
        let long = ada.ask(Method::PUT, &path).json(&json!({ "description": "x".repeat(1501) })).send().await.unwrap();
        assert_eq!(long.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&ada, json!([id, id, id, id, id])).await.0, 422);
        assert_eq!(post(&ada, json!([id])).await.0, 200);
        assert_eq!(post(&ada, json!([id])).await.0, 404, "it belongs to a post now");
        assert_eq!(ada.ask(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.ask(Method::PUT, &path).json(&json!({})).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_no_post_holds_expires_with_its_files_and_may_be_used_again_until_then() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let kept = ada.post("/api/v1/statuses", json!({ "media_ids": [picture(&ada).await["id"]] })).await;
        let loose = picture(&ada).await;
        let gone = ada.post("/api/v1/statuses", json!({ "media_ids": [picture(&ada).await["id"]] })).await;
        let url = gone["media_attachments"][0]["url"].clone();
        assert_eq!(status_of(&node, &url).await, StatusCode::OK);
        done(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", gone["id"].as_str().unwrap()))).await;
        assert_eq!(status_of(&node, &url).await, StatusCode::NOT_FOUND, "at once, by its old address");
        let again = ada.post("/api/v1/statuses", json!({ "status": "redrafted", "media_ids": [gone["media_attachments"][0]["id"]] })).await;
        assert_eq!(status_of(&node, &again["media_attachments"][0]["url"]).await, StatusCode::OK);
        done(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", again["id"].as_str().unwrap()))).await;
        assert_eq!(node.app.forget_media().await.unwrap(), 0, "not yet");
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE media SET expires_at = expires_at - {} WHERE expires_at IS NOT NULL", 25_i64 * 3_600_000).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let files = || folders(&node.app.config.media_dir());
        assert_eq!(files(), 3);
        assert_eq!(node.app.forget_media().await.unwrap(), 2);
        assert_eq!(files(), 1);
        assert_eq!(ada.ask(Method::GET, &format!("/api/v1/media/{}", loose["id"].as_str().unwrap())).send().await.unwrap().status(), 404);
        assert_eq!(status_of(&node, &kept["media_attachments"][0]["url"]).await, StatusCode::OK);
    })
    .await;
}

/// Folders of media on the disk.
fn folders(root: &std::path::Path) -> usize {
    let below = |folder: &std::path::Path| std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()).collect::<Vec<_>>();
    below(root).iter().filter(|one| !one.ends_with("incoming")).map(|one| below(one).len()).sum()
}

#[tokio::test]
async fn avatars_and_headers_are_set_served_and_taken_away() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let update = |field: &'static str, bytes: Vec<u8>| {
            with_file(
                ada.ask(Method::PATCH, "/api/v1/accounts/update_credentials"),
                (field, "me.svg", "image/svg+xml"),
                &bytes,
                &[("bot", "0")],
            )
        };
        let first = done(update("avatar", photo(900, 600))).await;
        let own = done(update("header", png(3000, 1000))).await;
        assert_is("CredentialAccount", &own);
        for (name, size) in [("avatar", (400, 400)), ("header", (1500, 500)), ("avatar_static", (400, 400))] {
            let answer = fetch(&node, &own[name]).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let picture = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
            assert_eq!((picture.width(), picture.height()), size, "{name}");
        }
        let second = done(update("avatar", png(20, 20))).await;
        node.app.forget_media().await.unwrap();
        assert_eq!(status_of(&node, &first["avatar"]).await, StatusCode::NOT_FOUND, "the one before is gone");
        assert_eq!(status_of(&node, &second["avatar"]).await, StatusCode::OK);
        for bytes in [b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), png(20, 20)[..30].to_vec()] {
            assert_eq!(update("avatar", bytes).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        for (path, name) in [("/api/v1/profile/avatar", "avatar"), ("/api/v1/profile/header", "header")] {
            let own = done(ada.ask(Method::DELETE, path)).await;
            assert!(own[name].as_str().unwrap().contains("/assets/"), "{own}");
        }
        node.app.forget_media().await.unwrap();
        assert_eq!(folders(&node.app.config.media_dir()), 0);
    })
    .await;
}

#[tokio::test]
async fn a_gif_that_moves_moves_still_and_what_is_taken_is_said() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let sent = send(&ada, &moving(30, 20, 5), &[]).await;
        assert_eq!(sent.status(), StatusCode::OK);
        let medium: Value = sent.json().await.unwrap();
        let answer = fetch(&node, &medium["url"]).await;
        assert_eq!((answer.status(), text(&answer, "content-type")), (StatusCode::OK, "image/gif"));
        let frames = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(answer.bytes().await.unwrap())).unwrap();
        assert_eq!(image::AnimationDecoder::into_frames(frames).count(), 5);
        let limits = done(node.get("/api/v2/instance")).await["configuration"].clone();
        assert_eq!(limits["statuses"]["max_media_attachments"], 4);
        assert_eq!(limits["media_attachments"]["supported_mime_types"], json!(["image/jpeg", "image/png", "image/gif", "image/webp"]));
        assert_eq!(limits["media_attachments"]["image_matrix_limit"], 33_177_600);
    })
    .await;
}
