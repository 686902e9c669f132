//! Files that are not what they say, that are too large, or too many.

use super::{idle, send, status_of, working};
use crate::{
    features::{accounts, media::jobs::TRIES_MAX},
    sql,
    tests::support::{
        on_both_databases,
        pictures::{claiming, file, moving, png, with_file},
    },
};
use image::ImageFormat;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test]
async fn s077_s086_what_is_no_picture_too_large_or_two_things_at_once_is_refused_at_once() {
    on_both_databases(async |place| {
        let node = idle(&place, |config| config.media.image_bytes = 200_000).await;
        let ada = node.person("ada").await;
        let polyglot = [png(8, 8), vec![0; 100], b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec()].concat();
        let page = [&b"GIF89a"[..], b"\x02\0\x02\0\0\0\0=1;/*<html><script>alert(1)</script>"].concat();
        let began = Instant::now();
        for (what, bytes) in [
            ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
            ("a page", b"<!doctype html><script>alert(1)</script>".to_vec()),
            ("a document", b"%PDF-1.7 ...".to_vec()),
            ("XML", b"<?xml version='1.0'?><x/>".to_vec()),
            ("an activity", br#"{"@context":"https://www.w3.org/ns/activitystreams","type":"Note"}"#.to_vec()),
            ("an archive in a picture", polyglot),
            ("a page in a picture", page),
            ("100 megapixels", claiming(10_000, 10_000)),
            ("65,535 by 65,535", claiming(65_535, 65_535)),
            ("a header and no more", png(8, 8)[..30].to_vec()),
            ("too many bytes", [png(8, 8), vec![7; 300_000]].concat()),
            ("too many bytes of nothing", vec![0; 3_000_000]),
            ("a video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
            ("nothing", Vec::new()),
        ] {
            let answer = send(&ada, &bytes, &[]).await;
            let (status, said) = (answer.status(), answer.text().await.unwrap());
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {said}");
            assert!(said.contains("file"), "{what}: {said}");
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        let rows: i64 = sql!("SELECT COUNT(*) FROM media").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(rows, 0);
        let drafts = std::fs::read_dir(node.app.config.media_dir().join("incoming")).unwrap().count();
        assert_eq!(drafts, 0, "nothing of it is left");
        for body in ["", "file=x", "--cut\r\nbroken"] {
            let asked = ada.ask(Method::POST, "/api/v2/media").header("content-type", "multipart/form-data; boundary=cut");
            assert!(asked.body(body).send().await.unwrap().status().is_client_error());
        }
    })
    .await;
}

#[tokio::test]
async fn s077_what_shows_itself_only_in_the_work_fails_with_a_plain_sentence() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let whole = png(300, 200);
        // more frames than are looked at, of a picture that fits; and a picture that breaks off
        for bytes in [moving(20, 20, 1001), whole[..whole.len() / 2].to_vec(), claiming(5000, 6000)] {
            let mut answer = send(&ada, &bytes, &[]).await;
            while answer.status() == StatusCode::ACCEPTED || answer.status() == StatusCode::PARTIAL_CONTENT {
                let medium: Value = answer.json().await.unwrap();
                tokio::time::sleep(Duration::from_millis(100)).await;
                answer = ada.ask(Method::GET, &format!("/api/v1/media/{}", medium["id"].as_str().unwrap())).send().await.unwrap();
            }
            let (status, said) = (answer.status(), answer.text().await.unwrap());
            assert!(status == StatusCode::UNPROCESSABLE_ENTITY && said.contains("file "), "{status} {said}");
        }
        let failed: i64 = sql!("SELECT COUNT(*) FROM media WHERE state = 2").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(failed, 3);
    })
    .await;
}

#[tokio::test]
async fn s085_neither_a_name_nor_a_type_of_the_sender_is_used() {
    on_both_databases(async |place| {
        let node = working(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let long = "x".repeat(4096);
        for name in ["../../../etc/passwd", "..\\..\\x.html", "CON", "x.php;.jpg", ".htaccess", &long] {
            let asked = ada.ask(Method::POST, "/api/v1/media");
            let answer = with_file(asked, ("file", name, "text/html"), &png(8, 8), &[]).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{name:.20}");
            let medium: Value = answer.json().await.unwrap();
            let url = medium["url"].as_str().unwrap();
            let path = url::Url::parse(url).unwrap().path().to_owned();
            let parts: Vec<&str> = path.split('/').collect();
            assert!(parts.len() == 4 && parts[1] == "media" && parts[2].len() == 32 && parts[3] == "original.png", "{path}");
            let raw = node.client.get(url.replace("original.png", "raw")).send().await.unwrap();
            assert_eq!(raw.status(), StatusCode::NOT_FOUND);
        }
        for odd in
            ["/media/../intermoot.sqlite/x", "/media/..%2f/..%2f", "/media/incoming/x", "/media/..%2f..%2fnode.secret/x.png", "/media/x/"]
        {
            assert_eq!(status_of(&node, &json!(format!("{}{odd}", node.url))).await, StatusCode::NOT_FOUND, "{odd}");
        }
        // nothing outside the folder of media was made
        let mut names: Vec<_> = std::fs::read_dir(&node.app.config.data.dir).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["media", "node.secret"]);
    })
    .await;
}

#[tokio::test]
async fn work_is_taken_up_again_after_a_crash_and_not_for_ever() {
    on_both_databases(async |place| {
        let node = idle(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let sent: Value = send(&ada, &file(60, 40, ImageFormat::WebP), &[]).await.json().await.unwrap();
        let path = format!("/api/v1/media/{}", sent["id"].as_str().unwrap());
        // taken up, and never heard of again
        let tx = node.app.begin().await.unwrap();
        assert!(crate::features::media::jobs::take(&tx).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert!(!node.app.work_on_next().await.unwrap(), "somebody may be at it");
        let tx = node.app.begin().await.unwrap();
        assert_eq!(crate::features::media::jobs::resume(&tx).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(node.app.work_on_next().await.unwrap());
        assert_eq!(ada.get(&path).await["type"], "image");
        // one that ends the process each time
        let bad: Value = send(&ada, &png(60, 40), &[]).await.json().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        for _ in 0..TRIES_MAX {
            assert!(crate::features::media::jobs::take(&tx).await.unwrap().is_some());
            crate::features::media::jobs::resume(&tx).await.unwrap();
        }
        assert!(crate::features::media::jobs::take(&tx).await.unwrap().is_none());
        tx.commit().await.unwrap();
        let asked = ada.ask(Method::GET, &format!("/api/v1/media/{}", bad["id"].as_str().unwrap())).send().await.unwrap();
        assert_eq!(asked.status(), StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

/// Ten thousand files wait; everything else goes on as if there were none.
#[tokio::test]
async fn r33_a_long_queue_of_media_keeps_nothing_else_waiting() {
    on_both_databases(async |place| {
        let node = idle(&place, |_| {}).await;
        let ada = node.person("ada").await;
        let owner = accounts::queries::by_handle(&node.app.store, "ada", "").await.unwrap().unwrap();
        let tx = node.app.begin().await.unwrap();
        for nth in 0..10_000_i64 {
            sql!(
                "INSERT INTO media (id, owner_id, place, kind, state, media_type, folder, due_at, created_at) VALUES ({}, {}, 0, 1, 0, 'image/png', {}, 0, 0)",
                nth + 1,
                owner.id,
                format!("{nth:032x}")
            )
            .run(&tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let times = async || {
            let mut times = Vec::new();
            for nth in 0..30 {
                let began = Instant::now();
                ada.post("/api/v1/statuses", json!({ "status": format!("post {nth}") })).await;
                times.push(began.elapsed());
            }
            times.sort();
            times[15]
        };
        let calm = times().await;
        let end = tokio_util::sync::CancellationToken::new();
        let lane = tokio::spawn(crate::server::media::run(node.app.clone(), end.clone()));
        let busy = times().await;
        end.cancel();
        lane.await.unwrap();
        assert!(busy < calm * 4 + Duration::from_millis(100), "{busy:?} with a queue, {calm:?} without");
        let left: i64 = sql!("SELECT COUNT(*) FROM media WHERE state = 0 AND tries = 0").value(&node.app.store).await.unwrap().unwrap();
        assert!(left < 10_000, "the lane was not at work");
    })
    .await;
}
