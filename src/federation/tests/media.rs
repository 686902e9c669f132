//! Pictures and files of others: never fetched and never decoded here (S77). Apps load them from their origin.
//!
//! There is no media proxy and no upload yet; with them come checks of size before decoding, and this test must change.

use super::world::{World, activity, note};
use crate::server::routes;
use axum::{body::Body, http::Request};
use serde_json::json;
use tower::ServiceExt;

/// A GIF that claims 65,535 by 65,535 pixels, and ends there.
const BOMB: &str = "GIF89a\u{7f}\u{7f}\u{7f}\u{7f}\u{0}\u{0}\u{0};<script>alert(1)</script>";

#[tokio::test]
async fn s077_pictures_of_others_are_neither_fetched_nor_decoded() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let file = |name: &str| world.peer.at("p", &format!("/media/{name}"));
    for (name, kind) in [
        ("bomb.gif", "image/gif"),
        ("bomb.png", "image/png"),
        ("bomb.svg", "image/svg+xml"),
        ("bomb.avif", "image/avif"),
        ("icon.webp", "image/webp"),
    ] {
        world.peer.says(&file(name), 200, kind, &json!(BOMB));
    }
    let mut post = note(
        &world.peer.at("p", "/n/1"),
        &pat.uri,
        &format!("<p>look <img src=\"{}\"> <a href=\"{}\">here</a></p>", file("bomb.gif"), file("bomb.png")),
    );
    let image = |name: &str, kind: &str| json!({"type": "Image", "mediaType": kind, "url": file(name), "width": 65_535_u64, "height": 4_294_967_296_u64, "blurhash": "x".repeat(4000)});
    post["attachment"] = json!([image("bomb.gif", "image/gif"), image("bomb.png", "image/png"), image("bomb.svg", "image/svg+xml"), image("bomb.avif", "image/avif"),
        {"type": "Document", "mediaType": "application/zip", "url": file("bomb.zip")}, {"type": "Link", "href": file("page.html")}]);
    post["image"] = image("icon.webp", "image/webp");
    post["icon"] = image("icon.webp", "image/webp");
    post["preview"] = json!({"type": "Article", "url": file("page.html"), "image": image("icon.webp", "image/webp")});
    post["tag"] = json!([{"type": "Emoji", "name": ":bomb:", "icon": image("bomb.gif", "image/gif")}]);
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, post)).await;
    world.calm().await;
    let id = world.post(&world.peer.at("p", "/n/1")).await.unwrap().id;
    let account = world.account(&pat.uri).await.unwrap().id;
    let router = routes::all(&world.federation);
    for path in [format!("/api/v1/statuses/{id}"), format!("/api/v1/accounts/{account}"), format!("/@pat/{id}"), format!("/p/{id}")] {
        let answer = router
            .clone()
            .oneshot(Request::get(&path).header("accept", "text/html, application/json").body(Body::empty()).unwrap())
            .await
            .unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(&"x".repeat(200)) && !text.contains("<script>alert"), "{path}: {text}");
    }
    world.calm().await;
    assert_eq!(world.peer.asked_for("/media/"), 0, "{:?}", world.peer.asked());
}

/// What cannot be there cannot be attacked. When a decoder comes, its limits are to be tested here.
#[test]
fn s077_s078_no_decoder_of_pictures_or_archives_is_part_of_the_program() {
    let lock = include_str!("../../../Cargo.lock");
    for name in [
        "image",
        "png",
        "gif",
        "jpeg-decoder",
        "zune-jpeg",
        "image-webp",
        "libwebp-sys",
        "ravif",
        "resvg",
        "usvg",
        "zip",
        "tar",
        "async-zip",
        "sevenz-rust",
        "brotli",
        "zstd",
    ] {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name} is a dependency now: test what it does to hostile files");
    }
}

#[tokio::test]
async fn s077_a_file_that_is_sent_here_is_kept_nowhere() {
    let world = World::new().await;
    let before = world.rows().await;
    let router = routes::all(&world.federation);
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.gif\"\r\nContent-Type: image/gif\r\n\r\n{BOMB}\r\n--b--\r\n"
    );
    for path in ["/api/v1/media", "/api/v2/media", "/api/v1/statuses"] {
        let request = Request::post(path).header("content-type", "multipart/form-data; boundary=b").body(Body::from(form.clone())).unwrap();
        let status = router.clone().oneshot(request).await.unwrap().status().as_u16();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(world.rows().await, before);
}
