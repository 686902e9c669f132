//! Files in a bucket: over real HTTP, with every signature checked by the other side (`tests/support/bucket.rs`).

use super::{fetch, idle, picture, send, status_of, text, working};
use crate::{
    cli,
    features::{
        media::jobs,
        relationships::{self, FollowOptions},
    },
    sql,
    tests::support::{
        Place, TestNode,
        bucket::{BUCKET, KEY, Standing},
        done, on_both_databases,
        pictures::{PLACE, photo, png, with_file},
    },
};
use axum::http::StatusCode as Status;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::ffi::OsString;

#[tokio::test]
async fn s057_files_in_a_bucket_are_given_out_by_the_node_alone_and_to_whoever_may_see_them() {
    on_both_databases(async |place| {
        let standing = Standing::start().await;
        let node = working(&place, |config| standing.name_in(config)).await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let tx = node.app.begin().await.unwrap();
        relationships::follow(&tx, &bob.account, &ada.account, FollowOptions::default(), None).await.unwrap();
        tx.commit().await.unwrap();
        let sent: Value = send(&ada, &photo(600, 400), &[]).await.json().await.unwrap();
        let post = ada.post("/api/v1/statuses", json!({ "media_ids": [sent["id"]], "visibility": "private" })).await;
        let shown = bob.get(&format!("/api/v1/statuses/{}", post["id"].as_str().unwrap())).await["media_attachments"][0].clone();

        let keys = standing.keys();
        assert_eq!(keys.len(), 2, "what is served, and nothing of what was sent: {keys:?}");
        assert!(keys.iter().all(|key| key.starts_with("files/of/") && !key.ends_with("raw")), "{keys:?}");
        let holds = |bytes: &[u8]| bytes.windows(PLACE.len()).any(|window| window == PLACE.as_bytes());
        assert!(!standing.inside.lock().unwrap().objects.values().any(|bytes| holds(bytes)));
        assert!(!node.app.config.media_dir().join(&keys[0]["files/of/".len()..][..35]).exists(), "nothing stays here");

        for name in ["url", "preview_url"] {
            let (url, plain) = (shown[name].as_str().unwrap(), shown[name].as_str().unwrap().split('?').next().unwrap());
            assert!(url.starts_with(&node.url), "no address of the bucket is told: {url}");
            standing.take_asked();
            assert_eq!(status_of(&node, &json!(plain)).await, StatusCode::NOT_FOUND);
            assert_eq!(standing.take_asked(), Vec::<String>::new(), "the bucket is not asked for what may not be had");
            let whole = fetch(&node, &shown[name]).await;
            assert_eq!(
                (whole.status(), text(&whole, "content-type"), text(&whole, "cache-control")),
                (StatusCode::OK, "image/jpeg", "private, no-store")
            );
            assert_eq!(standing.take_asked().len(), 1, "one request for a picture");
            let bytes = whole.bytes().await.unwrap();
            let part = node.client.get(url).header(header::RANGE, "bytes=-5").send().await.unwrap();
            let range = format!("bytes {}-{}/{}", bytes.len() - 5, bytes.len() - 1, bytes.len());
            assert_eq!((part.status(), text(&part, "content-range")), (StatusCode::PARTIAL_CONTENT, &*range));
            assert_eq!(part.bytes().await.unwrap(), bytes[bytes.len() - 5..]);
            let outside = node.client.get(url).header(header::RANGE, "bytes=99999999-").send().await.unwrap();
            assert_eq!(outside.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        }
        expire_everything(&node).await;
        assert_eq!(standing.keys(), Vec::<String>::new(), "what is deleted leaves the bucket");
    })
    .await;
}

/// Everybody deletes everything, and a day passes.
async fn expire_everything(node: &TestNode) {
    let tx = node.app.begin().await.unwrap();
    sql!("UPDATE media SET expires_at = 1").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let held = node.app.workshop.files.hold().await;
    assert_eq!(node.app.forget_media().await.unwrap(), 0, "not while all files are being copied");
    drop(held);
    assert!(node.app.forget_media().await.unwrap() > 0);
}

#[tokio::test]
async fn s057_a_store_that_is_away_is_trouble_to_whoever_may_have_a_file_and_nothing_to_anybody_else() {
    on_both_databases(async |place| {
        let mut standing = Standing::start().await;
        let node = idle(&place, |config| standing.name_in(config)).await;
        let ada = node.person("ada").await;
        let sent: Value = send(&ada, &png(60, 40), &[]).await.json().await.unwrap();
        assert!(node.app.work_on_next().await.unwrap());
        let own = |id: &Value| format!("/api/v1/media/{}", id.as_str().unwrap());
        let shown = ada.get(&own(&sent["id"])).await;
        assert_eq!(status_of(&node, &shown["url"]).await, StatusCode::OK);

        standing.go_away().await;
        let answer = fetch(&node, &shown["url"]).await;
        assert_eq!(
            (answer.status(), text(&answer, "retry-after"), text(&answer, "cache-control")),
            (StatusCode::SERVICE_UNAVAILABLE, "5", "no-store")
        );
        let plain = shown["url"].as_str().unwrap().split('?').next().unwrap();
        assert_eq!(status_of(&node, &json!(plain)).await, StatusCode::NOT_FOUND, "it is there for its owner alone");
        let avatar =
            with_file(ada.ask(Method::PATCH, "/api/v1/accounts/update_credentials"), ("avatar", "a", "image/png"), &png(9, 9), &[]);
        let answer = avatar.send().await.unwrap();
        assert_eq!((answer.status(), answer.headers().contains_key("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, true));

        // what is sent meanwhile is taken and waits; that it waits long costs it nothing
        let waiting: Value = send(&ada, &png(50, 40), &[]).await.json().await.unwrap();
        for _ in 0..=jobs::TRIES_MAX {
            due_now(&node).await;
            assert!(node.app.work_on_next().await.unwrap());
        }
        let asked = ada.ask(Method::GET, &own(&waiting["id"])).send().await.unwrap();
        assert_eq!(asked.status(), StatusCode::PARTIAL_CONTENT);
        standing.stand_up().await;
        due_now(&node).await;
        assert!(node.app.work_on_next().await.unwrap());
        let ready = ada.get(&own(&waiting["id"])).await;
        for url in [&shown["url"], &shown["preview_url"], &ready["url"]] {
            assert_eq!(status_of(&node, url).await, StatusCode::OK, "all is as it was");
        }
    })
    .await;
}

async fn due_now(node: &TestNode) {
    let tx = node.app.begin().await.unwrap();
    sql!("UPDATE media SET due_at = 0 WHERE state = 0").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_is_asked_again_and_a_file_that_it_lost_is_trouble() {
    let (place, standing) = (Place::sqlite(), Standing::start().await);
    let node = working(&place, |config| standing.name_in(config)).await;
    let ada = node.person("ada").await;
    standing.break_next(Status::INTERNAL_SERVER_ERROR, 2);
    let medium = picture(&ada).await;
    standing.break_next(Status::SERVICE_UNAVAILABLE, 2);
    assert_eq!(status_of(&node, &medium["url"]).await, StatusCode::OK);
    standing.break_next(Status::INTERNAL_SERVER_ERROR, 1000);
    assert_eq!(status_of(&node, &medium["url"]).await, StatusCode::SERVICE_UNAVAILABLE);
    standing.break_next(Status::OK, 0);
    standing.inside.lock().unwrap().objects.clear();
    assert_eq!(status_of(&node, &medium["url"]).await, StatusCode::SERVICE_UNAVAILABLE, "a row says that it is there");
    assert_eq!(status_of(&node, &json!(format!("{}/media/{}/x.png", node.url, "0".repeat(32)))).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn avatars_are_kept_in_the_bucket_too_and_leave_it_when_they_are_exchanged() {
    let (place, standing) = (Place::sqlite(), Standing::start().await);
    let node = working(&place, |config| standing.name_in(config)).await;
    let ada = node.person("ada").await;
    let update = |bytes: Vec<u8>| {
        with_file(ada.ask(Method::PATCH, "/api/v1/accounts/update_credentials"), ("avatar", "a", "image/png"), &bytes, &[])
    };
    let first = done(update(png(20, 20))).await;
    assert_eq!(status_of(&node, &first["avatar"]).await, StatusCode::OK);
    let second = done(update(png(30, 30))).await;
    node.app.forget_media().await.unwrap();
    assert_eq!(status_of(&node, &second["avatar"]).await, StatusCode::OK);
    assert_eq!(standing.keys().len(), 2, "{:?}", standing.keys());
    let left = std::fs::read_dir(node.app.config.media_dir()).unwrap().filter(|shelf| {
        let shelf = shelf.as_ref().unwrap().path();
        std::fs::read_dir(shelf).unwrap().count() > 0
    });
    assert_eq!(left.count(), 0, "nothing stays on this machine");
}

/// `intermoot check-config` with these settings: its exit code, and what it said.
async fn checked(standing: &Standing, set: impl FnOnce(&mut Vec<(String, String)>)) -> (u8, String) {
    let mut config = crate::base::config::Config::default();
    standing.name_in(&mut config);
    let media = &config.media;
    let mut env: Vec<(String, String)> = [
        ("URL", media.url.as_ref().unwrap().to_string()),
        ("S3_ENDPOINT", media.s3_endpoint.as_ref().unwrap().to_string()),
        ("S3_ALLOW_HTTP", "true".to_owned()),
        ("S3_KEY_ID", KEY.0.to_owned()),
        ("S3_SECRET_FILE", media.s3_secret_file.as_ref().unwrap().display().to_string()),
    ]
    .map(|(key, value)| (format!("INTERMOOT__MEDIA__{key}"), value))
    .into();
    set(&mut env);
    // the program has threads of its own
    let run = tokio::task::spawn_blocking(move || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = cli::run(["intermoot", "check-config"].map(OsString::from), env, &mut out, &mut err);
        (code, String::from_utf8([out, err].concat()).unwrap())
    });
    run.await.unwrap()
}

#[tokio::test]
async fn check_config_tries_the_bucket_and_says_what_is_wrong_in_a_sentence() {
    let mut standing = Standing::start().await;
    let (code, said) = checked(&standing, |_| {}).await;
    assert!(code == 0 && said.contains(&format!("The store of files, s3://{BUCKET}/files/of at http://127.0.0.1:")), "{said}");
    let asked = standing.take_asked();
    let methods: Vec<&str> = asked.iter().map(|one| one.split(' ').next().unwrap()).collect();
    assert_eq!((methods, standing.keys().len()), (vec!["PUT", "GET", "GET", "DELETE"], 0), "written, read, listed, removed");

    let other = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(other.path(), "another secret").unwrap();
    let with = |key: &'static str, value: String| {
        move |env: &mut Vec<(String, String)>| {
            env.iter_mut().filter(|(name, _)| name.ends_with(key)).for_each(|one| one.1.clone_from(&value))
        }
    };
    for (key, value, wanted) in [
        ("S3_SECRET_FILE", other.path().display().to_string(), "the secret in media.s3_secret_file is not that of the key"),
        ("S3_KEY_ID", "eve".to_owned(), "does not know the key media.s3_key_id"),
        ("MEDIA__URL", "s3://other-bucket".to_owned(), "has no bucket of this name"),
    ] {
        let (code, said) = checked(&standing, with(key, value)).await;
        assert!(code == 1 && said.contains(wanted) && said.lines().count() == 1, "{said}");
        assert!(!said.contains("hush") && !said.contains(KEY.1), "{said}");
    }
    standing.break_next(Status::INTERNAL_SERVER_ERROR, 1000);
    let (code, said) = checked(&standing, |_| {}).await;
    assert!(code == 1 && said.contains("answers with an error (500, InternalError)"), "{said}");
    standing.break_next(Status::MOVED_PERMANENTLY, 1000);
    let (code, said) = checked(&standing, |_| {}).await;
    assert!(code == 1 && said.contains("at another address: see media.s3_region"), "{said}");
    standing.go_away().await;
    let (code, said) = checked(&standing, |_| {}).await;
    assert!(code == 1 && said.contains("could not be reached") && said.lines().count() == 1, "{said}");
}
