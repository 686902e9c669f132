//! Pictures and files of others: not fetched before somebody looks, and never decoded here (S77). And ours, as others get them.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    app::links::Sight,
    base::{id::AccountId, words::Audience},
    features::{media::About, posts::publish},
    net::{
        Method,
        signature::{Outgoing, Scheme, Signer},
    },
    server::routes,
    store::tables::{Account, Attachment},
    tests::support::pictures,
};
use axum::{body::Body, http::Request};
use serde_json::json;
use tower::ServiceExt;

/// A GIF that claims 65,535 by 65,535 pixels, and ends there.
const BOMB: &str = "GIF89a\u{7f}\u{7f}\u{7f}\u{7f}\u{0}\u{0}\u{0};<script>alert(1)</script>";

#[tokio::test]
async fn s077_s091_pictures_of_others_are_fetched_when_somebody_looks_and_never_decoded() {
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
    // a GIF by its first bytes goes to whoever looks as it is; what calls itself something else is none of ours to show
    let shown = async |name: &str| {
        let url = world.federation.app.shown_url(&file(name), Sight::Everybody);
        got(&world, None, url.strip_prefix(HERE).unwrap()).await
    };
    let (status, _) = shown("bomb.svg").await;
    assert_eq!((status, world.peer.asked_for("/media/")), (404, 1));
}

/// What cannot be there cannot be attacked. Pictures are decoded (`media/`, where their limits are tested); archives are not.
#[test]
fn s078_no_unpacker_of_archives_is_part_of_the_program() {
    let lock = include_str!("../../../Cargo.lock");
    for name in ["resvg", "usvg", "ravif", "libwebp-sys", "zip", "tar", "async-zip", "sevenz-rust", "brotli", "zstd"] {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name} is a dependency now: test what it does to hostile files");
    }
}

/// The answer of this node to a `GET`, signed by `sender` if there is one.
async fn got(world: &World, sender: Option<&Somebody>, path: &str) -> (u16, Vec<u8>) {
    let mut request = Request::get(path).header("host", "acme.localhost:1").header("accept", "image/*").body(Body::empty()).unwrap();
    if let Some(sender) = sender {
        let signer = Signer { key_id: sender.key_id.clone(), key: sender.rsa.clone(), scheme: Scheme::Cavage };
        let url: url::Url = format!("{HERE}{path}").parse().unwrap();
        let outgoing = Outgoing { method: &Method::GET, url: &url, body_sha256: None };
        signer.sign(&outgoing, request.headers_mut(), world.federation.app.store.now().utc()).unwrap();
    }
    let answer = routes::all(&world.federation).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap().to_vec())
}

/// A post of `author`'s with a picture, for these people: the path of the picture.
async fn posted(world: &World, author: &Account, audience: Audience, mentions: Vec<AccountId>) -> String {
    let app = &world.federation.app;
    let mut draft = app.workshop.files.draft().await.unwrap();
    draft.write(&pictures::png(60, 40)).await.unwrap();
    let medium = app.receive(author, draft, None, About::default()).await.unwrap();
    assert!(app.work_on_next().await.unwrap());
    let tx = app.begin().await.unwrap();
    let draft = publish::Draft { audience, mentions, media: vec![medium.id], ..crate::features::posts::tests::world::draft("hello") };
    let post = publish::publish(&tx, author, draft).await.unwrap();
    tx.commit().await.unwrap();
    let files: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap();
    files[0].url.clone()
}

#[tokio::test]
async fn s057_files_of_a_private_post_are_for_the_servers_that_got_it_when_they_say_who_they_are() {
    let world = World::with(|config| config.media.ffmpeg = String::new()).await;
    let (pat, kim) = (world.peer.person("p", "pat", 0), world.peer.person("k", "kim", 1));
    for one in [&pat, &kim] {
        // known, keys and all, by what they sent
        world.tell(one, &activity("Create", &format!("{}/a", one.uri), &one.uri, note(&format!("{}/n", one.uri), &one.uri, "hello"))).await;
    }
    world.calm().await;
    let ada = world.person("ada").await;
    let known = world.account(&pat.uri).await.unwrap();
    for audience in [Audience::Direct, Audience::Followers] {
        let path = posted(&world, &ada, audience, vec![known.id]).await;
        let small = path.replace("original.png", "small.jpg");
        for path in [&path, &small] {
            assert_eq!(got(&world, None, path).await.0, 404, "nobody");
            assert_eq!(got(&world, Some(&kim), path).await.0, 404, "a server that did not get it");
            let (status, bytes) = got(&world, Some(&pat), path).await;
            assert!(status == 200 && image::load_from_memory(&bytes).is_ok(), "{status}");
        }
        let tx = world.federation.app.begin().await.unwrap();
        crate::features::peers::block(&tx, &known.host, ("test", "")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(got(&world, Some(&pat), &path).await.0, 404, "a server that is blocked");
        let tx = world.federation.app.begin().await.unwrap();
        crate::features::peers::unblock(&tx, &known.host, "test").await.unwrap();
        tx.commit().await.unwrap();
    }
    let open = posted(&world, &ada, Audience::Public, vec![]).await;
    assert_eq!(got(&world, None, &open).await.0, 200);
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
