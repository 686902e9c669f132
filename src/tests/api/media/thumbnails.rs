//! Pictures of one's own that stand for a file.

use super::{assert_is, fetch, folders, idle, picture, status_of, text, working};
use crate::{
    sql,
    tests::support::{
        Person, TestNode,
        bucket::Standing,
        done, on_both_databases,
        pictures::{PLACE, TRAILER, claiming, moving, photo, png, with_file, with_files},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Sends a picture of 60 by 40 with a thumbnail.
async fn sent(person: &Person, thumbnail: &[u8]) -> reqwest::Response {
    let files = [(("file", "x.png", "image/png"), &png(60, 40)[..]), (("thumbnail", "t.svg", "image/svg+xml"), thumbnail)];
    with_files(person.ask(Method::POST, "/api/v2/media"), &files, &[("description", "a pump")]).send().await.unwrap()
}

fn change(person: &Person, id: &Value, thumbnail: &[u8], words: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let path = format!("/api/v1/media/{}", id.as_str().unwrap());
    with_file(person.ask(Method::PUT, &path), ("thumbnail", "t.jpg", "image/jpeg"), thumbnail, words)
}

/// Width and height of the picture that stands for a medium, as it is served.
async fn size_of(node: &TestNode, medium: &Value) -> (u32, u32) {
    let answer = fetch(node, &medium["preview_url"]).await;
    assert_eq!((answer.status(), text(&answer, "x-content-type-options")), (StatusCode::OK, "nosniff"));
    let bytes = answer.bytes().await.unwrap();
    for what in [PLACE, TRAILER] {
        assert!(!bytes.windows(what.len()).any(|window| window == what.as_bytes()), "{what} is in it");
    }
    let picture = image::load_from_memory(&bytes).unwrap();
    (picture.width(), picture.height())
}

#[tokio::test]
async fn s086_a_thumbnail_is_made_anew_stands_for_its_file_and_is_exchanged_for_another() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let medium: Value = sent(&ada, &photo(30, 20)).await.json().await.unwrap();
        assert_is("MediaAttachment", &medium);
        assert_eq!((&medium["meta"]["original"]["size"], &medium["meta"]["small"]["size"]), (&json!("60x40"), &json!("20x30")), "{medium}");
        assert_eq!(size_of(&node, &medium).await, (20, 30), "upright");

        let changed = done(change(&ada, &medium["id"], &png(64, 64), &[("focus", "0,1")])).await;
        assert_is("MediaAttachment", &changed);
        assert_eq!((&changed["description"], &changed["meta"]["focus"]["y"]), (&json!("a pump"), &json!(1.0)), "{changed}");
        assert_eq!((size_of(&node, &changed).await, &changed["meta"]["small"]["size"]), ((64, 64), &json!("64x64")));
        assert_ne!(changed["blurhash"], medium["blurhash"]);
        assert_ne!(changed["preview_url"].as_str().unwrap().split('?').next(), medium["preview_url"].as_str().unwrap().split('?').next());
        assert_eq!(status_of(&node, &medium["preview_url"]).await, StatusCode::NOT_FOUND, "an address names its bytes for ever");
        let post = ada.post("/api/v1/statuses", json!({ "media_ids": [medium["id"]] })).await;
        assert_is("Status", &post);
        assert_eq!(size_of(&node, &post["media_attachments"][0]).await, (64, 64));
        let late = change(&ada, &medium["id"], &png(9, 9), &[]).send().await.unwrap();
        assert_eq!(late.status(), StatusCode::NOT_FOUND, "it belongs to a post now");
        assert_eq!(folders(&node.app.config.media_dir()), 1, "nothing else is left");
    })
    .await;
}

#[tokio::test]
async fn s077_a_thumbnail_passes_the_checks_of_every_picture_or_leaves_all_as_it_was() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let medium = picture(&ada).await;
        for (what, bytes) in [
            ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
            ("a video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
            ("100 megapixels", claiming(10_000, 10_000)),
            ("a half", png(300, 200)[..200].to_vec()),
            ("two things", [png(8, 8), vec![0; 100], b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec()].concat()),
        ] {
            for answer in [sent(&ada, &bytes).await, change(&ada, &medium["id"], &bytes, &[("description", "new")]).send().await.unwrap()] {
                let (status, said) = (answer.status(), answer.json::<Value>().await.unwrap());
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {said}");
                assert!(
                    said["details"]["thumbnail"].is_array() && said["error"].as_str().unwrap().contains("thumbnail "),
                    "{what}: {said}"
                );
            }
        }
        let stranger = change(&eve, &medium["id"], &png(9, 9), &[]).send().await.unwrap();
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
        let now = ada.get(&format!("/api/v1/media/{}", medium["id"].as_str().unwrap())).await;
        assert_eq!((&now["description"], &now["meta"]), (&medium["description"], &medium["meta"]));
        assert_eq!(folders(&node.app.config.media_dir()), 1, "nothing of it is left");
        let rows: i64 = sql!("SELECT COUNT(*) FROM media").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(rows, 1);
        // one that moves stands still
        let still = done(change(&ada, &medium["id"], &moving(30, 20, 5), &[])).await;
        assert_eq!(size_of(&node, &still).await, (30, 20));
    })
    .await;
}

#[tokio::test]
async fn a_thumbnail_outlives_the_work_on_its_file_and_sounds_have_one_too() {
    on_both_databases(async |place| {
        let standing = Standing::start().await;
        for in_bucket in [false, true] {
            let node = idle(&place, |config| {
                if in_bucket {
                    standing.name_in(config)
                }
            })
            .await;
            let ada = node.person("ada").await;
            let waiting: Value = sent(&ada, &png(30, 20)).await.json().await.unwrap();
            assert_eq!(waiting["preview_url"], Value::Null, "nothing is shown before it is ready");
            let changed = done(change(&ada, &waiting["id"], &png(20, 30), &[])).await;
            assert_eq!(changed["url"], Value::Null);
            assert!(node.app.work_on_next().await.unwrap());
            let path = format!("/api/v1/media/{}", waiting["id"].as_str().unwrap());
            let ready = ada.get(&path).await;
            assert_eq!((size_of(&node, &ready).await, &ready["meta"]["original"]["size"]), ((20, 30), &json!("60x40")));
            assert_eq!(status_of(&node, &ready["url"]).await, StatusCode::OK);

            // a sound as it is made: nothing stands for it
            let tx = node.app.begin().await.unwrap();
            let plain = "UPDATE media SET kind = 4, preview = '', preview_width = NULL, preview_height = NULL, blurhash = NULL";
            sql!(plain).run(&tx).await.unwrap();
            tx.commit().await.unwrap();
            let sound = ada.get(&path).await;
            assert_eq!((&sound["type"], &sound["preview_url"]), (&json!("audio"), &Value::Null));
            let pictured = done(change(&ada, &waiting["id"], &photo(90, 60), &[])).await;
            assert_is("MediaAttachment", &pictured);
            assert_eq!((size_of(&node, &pictured).await, pictured["blurhash"].is_string()), ((60, 90), true));
        }
    })
    .await;
}
