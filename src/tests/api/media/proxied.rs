//! Files of others, through this node (S91, S136).

use super::{fetch, status_of, text, working};
use crate::{
    app::{App, Found, ListedMember, Network, Wanted, links::Sight},
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::{AccountKind, Audience},
    },
    features::{
        accounts::{self, Remote},
        posts::{
            receive::{self, Incoming},
            tests::world::incoming,
        },
    },
    sql,
    store::tables::{Account, Attachment, Details, Emoji, Post},
    tests::support::{Person, Place, TestNode, on_both_databases, pictures::png},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// What elsewhere is, and who asked for it, signed or not.
#[derive(Default)]
struct Elsewhere {
    asked: Mutex<Vec<(String, bool)>>,
    is_away: AtomicBool,
}

#[async_trait::async_trait]
impl Network for Elsewhere {
    async fn find_account(&self, _: &str, _: &str) -> Result<Account> {
        Err(Refusal::not_found().into())
    }

    async fn find_url(&self, _: &str) -> Result<Found> {
        Err(Refusal::not_found().into())
    }

    async fn refresh(&self, _: AccountId) -> Result<Account> {
        Err(Refusal::not_found().into())
    }

    async fn members(&self, _: AccountId) -> Result<Vec<ListedMember>> {
        Ok(Vec::new())
    }

    async fn download(&self, wanted: Wanted<'_>, to: &Path) -> Result<u64> {
        self.asked.lock().unwrap().push((wanted.url.to_string(), wanted.is_signed));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if self.is_away.load(Ordering::Relaxed) {
            return Err(Refusal::unavailable("away", "nobody is there").into());
        }
        let bytes = match wanted.url.path().rsplit_once('.').unwrap().1 {
            "svg" => b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            "html" => b"<!doctype html><script>alert(1)</script>".to_vec(),
            _ => [png(64, 64), vec![0; 30_000]].concat(),
        };
        assert!(wanted.bytes >= bytes.len() as u64);
        tokio::fs::write(to, &bytes).await.unwrap();
        Ok(bytes.len() as u64)
    }
}

/// A node, somebody on it, and a post from elsewhere that she may see, with a file, an emoji and an author with a face.
async fn met(place: &Place, audience: Audience) -> (TestNode, Arc<Elsewhere>, Person, Post) {
    let node = working(place, |config| config.media.cache_bytes = 100_000).await;
    let elsewhere = Arc::new(Elsewhere::default());
    node.app.connect(elsewhere.clone());
    let ada = node.person("ada").await;
    let tx = node.app.begin().await.unwrap();
    let remote = Remote {
        uri: "https://p.test/u/pat".into(),
        url: "https://p.test/u/pat".into(),
        inbox: "https://p.test/inbox".into(),
        kind: Some(AccountKind::Person),
        username: "pat".into(),
        host: "p.test".into(),
        avatar_url: "https://p.test/face.png".into(),
        ..Remote::default()
    };
    let pat = accounts::keep_remote(&tx, &remote).await.unwrap();
    let files = [Attachment { url: "https://p.test/1.png".into(), media_type: "image/png".into(), ..Attachment::default() }];
    let details =
        Details { emojis: vec![Emoji { shortcode: "valve".into(), url: "https://p.test/valve.png".into() }], ..Details::default() };
    let written = Incoming {
        audience,
        attachments: files.to_vec(),
        mentions: vec![ada.account.id],
        details,
        ..incoming("https://p.test/n/1", ":valve:", tx.now)
    };
    let post = receive::receive(&tx, &pat, written).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (node, elsewhere, ada, post)
}

#[tokio::test]
async fn s091_s136_everything_of_others_comes_through_this_node_and_is_fetched_once() {
    on_both_databases(async |place| {
        let (node, elsewhere, ada, post) = met(&place, Audience::Public).await;
        let shown = ada.get(&format!("/api/v1/statuses/{}", post.id)).await;
        let medium = &shown["media_attachments"][0];
        let urls = [
            &medium["url"],
            &medium["preview_url"],
            &shown["account"]["avatar"],
            &shown["emojis"][0]["url"],
            &shown["emojis"][0]["static_url"],
        ];
        for url in urls {
            assert!(url.as_str().unwrap().starts_with(&format!("{}/proxy/", node.url)), "{url}");
        }
        assert_eq!(medium["remote_url"], "https://p.test/1.png");
        assert!(elsewhere.asked.lock().unwrap().is_empty(), "nothing is fetched before somebody looks");
        let many = futures::future::join_all((0..8).map(|_| fetch(&node, &medium["url"]))).await;
        for answer in many {
            assert_eq!((answer.status(), text(&answer, "content-type")), (StatusCode::OK, "image/png"));
            assert_eq!(
                (text(&answer, "x-content-type-options"), text(&answer, "content-security-policy")),
                ("nosniff", "default-src 'none'; sandbox")
            );
            assert!(text(&answer, "cache-control").starts_with("public"));
        }
        assert_eq!(*elsewhere.asked.lock().unwrap(), [("https://p.test/1.png".to_owned(), false)]);
        // what is here is here after a restart
        let again = App::new(node.app.config.clone(), node.app.store.clone(), crate::base::seal::Secret::from_bytes(&[0; 32]).unwrap());
        assert!(again.cache.get(&again, "https://p.test/1.png", false).await.unwrap().name.ends_with(".png"));
    })
    .await;
}

#[tokio::test]
async fn s091_it_is_no_open_proxy() {
    on_both_databases(async |place| {
        let (node, elsewhere, _ada, _post) = met(&place, Audience::Public).await;
        let good = node.app.shown_url("https://p.test/1.png", Sight::Everybody);
        let other = node.app.shown_url("https://p.test/2.png", Sight::Everybody);
        let (head, named) = good.rsplit_once('/').unwrap();
        let named_other = other.rsplit_once('/').unwrap().1;
        let base = head.rsplit_once('/').unwrap().0;
        let cut = &good[..good.len() - 1];
        for forged in [
            format!("{head}/{named_other}"),
            format!("{base}/AAAAAAAAAAAAAAAAAAAAAA/{named}"),
            format!("{base}//{named}"),
            cut.to_owned(),
            format!("{head}/"),
        ] {
            assert_eq!(status_of(&node, &json!(forged)).await, StatusCode::NOT_FOUND, "{forged}");
        }
        let elsewhere_made = crate::base::seal::Secret::from_bytes(&[7; 32]).unwrap();
        assert_ne!(elsewhere_made.tag("proxy", "https://p.test/1.png"), node.app.secret.tag("proxy", "https://p.test/1.png"));
        assert!(elsewhere.asked.lock().unwrap().is_empty());
        for drawing in ["https://p.test/x.svg", "https://p.test/x.html"] {
            let url = json!(node.app.shown_url(drawing, Sight::Everybody));
            for _ in 0..2 {
                assert_eq!(status_of(&node, &url).await, StatusCode::NOT_FOUND);
            }
        }
        assert_eq!(elsewhere.asked.lock().unwrap().len(), 2, "what will not do is not asked for again at once");
        elsewhere.is_away.store(true, Ordering::Relaxed);
        assert_eq!(status_of(&node, &json!(good)).await, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s057_a_file_of_a_private_post_of_others_is_for_its_reader_and_asked_for_with_our_signature() {
    on_both_databases(async |place| {
        let (node, elsewhere, ada, post) = met(&place, Audience::Direct).await;
        let shown = ada.get(&format!("/api/v1/statuses/{}", post.id)).await;
        let url = shown["media_attachments"][0]["url"].clone();
        let answer = fetch(&node, &url).await;
        assert_eq!((answer.status(), text(&answer, "cache-control")), (StatusCode::OK, "private, no-store"));
        assert_eq!(*elsewhere.asked.lock().unwrap(), [("https://p.test/1.png".to_owned(), true)]);
        let bob = node.person("bob").await;
        let text = url.as_str().unwrap();
        for forged in [
            text.split('?').next().unwrap().to_owned(),
            text.replace(&format!("reader={}", ada.account.id), &format!("reader={}", bob.account.id)),
        ] {
            assert_eq!(status_of(&node, &json!(forged)).await, StatusCode::NOT_FOUND, "{forged}");
        }
        let tx = node.app.begin().await.unwrap();
        sql!("DELETE FROM mentions WHERE post_id = {}", post.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(status_of(&node, &url).await, StatusCode::NOT_FOUND, "who may not see the post any more");
    })
    .await;
}

#[tokio::test]
async fn the_cache_keeps_to_its_size_and_what_was_looked_at_least_lately_goes() {
    on_both_databases(async |place| {
        let (node, elsewhere, _, _) = met(&place, Audience::Public).await;
        let app = &node.app;
        let url = |nth: usize| format!("https://p.test/{nth}.png");
        for nth in 0..8 {
            app.cache.get(app, &url(nth), false).await.unwrap();
            app.cache.size().await;
            app.cache.get(app, &url(0), false).await.unwrap();
        }
        assert!(app.cache.size().await <= 100_000);
        let bytes: u64 = std::fs::read_dir(app.config.data.dir.join("cache"))
            .unwrap()
            .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum();
        assert!(bytes <= 100_000, "{bytes} bytes are on the disk");
        let asked: Vec<Value> = elsewhere.asked.lock().unwrap().iter().map(|(url, _)| json!(url)).collect();
        assert_eq!(asked.iter().filter(|one| **one == json!(url(0))).count(), 1, "what is looked at stays");
    })
    .await;
}

#[tokio::test]
async fn without_the_proxy_files_of_others_are_where_they_are() {
    let place = Place::sqlite();
    let (node, _, _, _) = met(&place, Audience::Public).await;
    let mut config = node.app.config.clone();
    config.media.proxy = false;
    let app = App::new(config, node.app.store.clone(), crate::base::seal::Secret::from_bytes(&[0; 32]).unwrap());
    assert_eq!(app.shown_url("https://p.test/1.png", Sight::Everybody), "https://p.test/1.png");
    assert_eq!(app.shown_url("/assets/avatar.png", Sight::Everybody), app.origin.absolute("/assets/avatar.png"));
}
