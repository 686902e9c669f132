//! What posts from elsewhere have beside their words, as clients get it.

use crate::{
    base::{clock::Stamp, id::PostId, words::Audience},
    features::{
        accounts::{self, Remote},
        polls,
        posts::{receive, tests::world::incoming},
        quotes,
        reactions::emoji::{self, Reaction},
    },
    store::{
        Tx,
        tables::{Account, Attachment, Details, Emoji, PollOption, Post},
    },
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn cat() -> Emoji {
    Emoji { shortcode: "cat".into(), url: "https://far.example/cat.png".into() }
}

async fn pat(tx: &Tx) -> Account {
    let uri = "https://far.example/u/pat".to_owned();
    let remote = Remote {
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        username: "pat".into(),
        host: "far.example".into(),
        display_name: "Pat :cat:".into(),
        emojis: vec![cat()],
        uri,
        ..Remote::default()
    };
    accounts::keep_remote(tx, &remote).await.unwrap()
}

/// A post of pat's, with what `change` gives it.
async fn received(node: &TestNode, n: u32, change: impl FnOnce(&mut receive::Incoming)) -> Post {
    let tx = node.app.begin().await.unwrap();
    let pat = pat(&tx).await;
    let mut written = incoming(&format!("https://far.example/p/{n}"), "words", tx.now);
    change(&mut written);
    let poll = written.poll.clone();
    let post = receive::receive(&tx, &pat, written).await.unwrap().unwrap();
    if let Some(poll) = poll {
        polls::keep(&tx, post.id, &poll).await.unwrap();
    }
    tx.commit().await.unwrap();
    post
}

async fn shown(ada: &Person, post: &Post) -> Value {
    ada.get(&format!("/api/v1/statuses/{}", post.id)).await
}

#[tokio::test]
async fn posts_from_elsewhere_are_shown_as_their_authors_meant_them() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let post = received(&node, 1, |post| {
            post.title = "A <page>".into();
            post.url = "https://far.example/page".into();
            post.language = "de".into();
            post.details.emojis = vec![cat()];
            post.attachments = vec![Attachment {
                url: "https://far.example/1.png".into(),
                media_type: "image/png".into(),
                description: "a valve".into(),
                blurhash: Some("UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".into()),
                width: Some(30),
                height: Some(20),
                focus: Some((500, -500)),
                ..Attachment::default()
            }];
        })
        .await;
        let shown = shown(&ada, &post).await;
        let content = shown["content"].as_str().unwrap();
        assert!(
            content.starts_with("<p><strong><a href=\"https://far.example/page\"")
                && content.contains("A &lt;page&gt;</a></strong></p><p>words</p>"),
            "{content}"
        );
        assert_eq!((&shown["language"], &shown["emojis"][0]["shortcode"]), (&json!("de"), &json!("cat")));
        let through_us = node.app.shown_url("https://far.example/cat.png", crate::app::links::Sight::Everybody);
        assert_eq!(shown["account"]["emojis"][0]["url"], through_us);
        let medium = &shown["media_attachments"][0];
        assert_eq!(
            (&medium["type"], &medium["description"], &medium["meta"]["focus"]["y"]),
            (&json!("image"), &json!("a valve"), &json!(-0.5))
        );
        let history = ada.get(&format!("/api/v1/statuses/{}/history", post.id)).await;
        assert_eq!(history[0]["emojis"][0]["shortcode"], "cat");
    })
    .await;
}

#[tokio::test]
async fn a_poll_is_shown_and_taken_part_in_once() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let option = |title: &str, votes| PollOption { title: title.into(), votes };
        let post = received(&node, 1, |post| {
            post.details = Details { is_poll: true, ..Details::default() };
            let options = vec![option("apple", 3), option("pear", 4)];
            post.poll = Some(polls::Told {
                multiple: true,
                options,
                ends_at: Some(Stamp(4_000_000_000_000)),
                closed: false,
                voters_count: Some(5),
            });
        })
        .await;
        let poll = shown(&ada, &post).await["poll"].clone();
        assert_eq!(
            (&poll["votes_count"], &poll["voters_count"], &poll["voted"], &poll["expired"]),
            (&json!(7), &json!(5), &json!(false), &json!(false))
        );
        let path = format!("/api/v1/polls/{}", post.id);
        let voted = ada.post(&format!("{path}/votes"), json!({"choices": ["1", 0]})).await;
        assert_eq!((&voted["own_votes"], &voted["votes_count"], &voted["voters_count"]), (&json!([0, 1]), &json!(9), &json!(6)));
        for wrong in [json!({"choices": [0]}), json!({"choices": ["x"]}), json!({"choices": []})] {
            let answer = ada.ask(Method::POST, &format!("{path}/votes")).json(&wrong).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert_eq!(bea.get(&path).await["voted"], false);
        assert_eq!(shown(&ada, &post).await["poll"]["voted"], true);
        let stranger: Value = node.get(&path).send().await.unwrap().json().await.unwrap();
        assert!(stranger.get("voted").is_none() && stranger["options"][1]["votes_count"] == 5);
        let plain = received(&node, 2, |_| {}).await;
        assert_eq!(ada.ask(Method::GET, &format!("/api/v1/polls/{}", plain.id)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s052_a_quote_is_whole_for_who_may_see_it_and_a_link_for_others() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let open = received(&node, 1, |_| {}).await;
        received(&node, 2, |post| post.audience = Audience::Followers).await;
        let nested = received(&node, 3, |post| post.quote_uri = open.uri.clone()).await;
        let outer = received(&node, 4, |post| post.quote_uri = nested.uri.clone()).await;
        let hidden = received(&node, 5, |post| post.quote_uri = "https://far.example/p/2".into()).await;
        let unknown = received(&node, 6, |post| post.quote_uri = "https://far.example/p/99".into()).await;
        let quote = shown(&ada, &outer).await["quote"].clone();
        assert_eq!((&quote["state"], &quote["quoted_status"]["id"]), (&json!("accepted"), &json!(nested.id)));
        let inner = &quote["quoted_status"]["quote"];
        assert_eq!((&inner["quoted_status_id"], inner.get("quoted_status")), (&json!(open.id), None), "no deeper");
        for post in [&hidden, &unknown] {
            assert_eq!(shown(&ada, post).await["quote"], Value::Null);
        }
        // nobody is shown in another's post without a stamp that was found to hold
        let tx = node.app.begin().await.unwrap();
        crate::sql!("UPDATE posts SET author_id = {} WHERE id = {}", ada.account.id, open.id).run(&tx).await.unwrap();
        quotes::claim(&tx, &nested, (&open.uri, "https://far.example/stamps/1")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown(&ada, &nested).await["quote"], Value::Null);
        let tx = node.app.begin().await.unwrap();
        let claimed = quotes::claimed(&tx, nested.id).await.unwrap().unwrap();
        quotes::found(&tx, &claimed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown(&ada, &nested).await["quote"]["quoted_status"]["id"], json!(open.id));
        let tx = node.app.begin().await.unwrap();
        assert!(quotes::withdrawn(&tx, ada.account.id, &claimed.uri).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(shown(&ada, &nested).await["quote"], Value::Null, "taken back");
    })
    .await;
}

#[tokio::test]
async fn emoji_are_counted_beside_favourites_and_their_author_is_told() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let status = ada.post("/api/v1/statuses", json!({"status": "hot"})).await;
        assert!(status.get("pleroma").is_none());
        let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
        let tx = node.app.begin().await.unwrap();
        let pat = pat(&tx).await;
        let id: PostId = serde_json::from_value(status["id"].clone()).unwrap();
        let post = crate::features::posts::queries::by_id(&tx, id).await.unwrap().unwrap();
        for (nth, (emoji, image)) in
            [("🔥", ""), ("cat@far.example", "https://far.example/cat.png"), (emoji::DISLIKE, "")].into_iter().enumerate()
        {
            let reaction = Reaction { emoji: emoji.into(), image: image.into() };
            emoji::react(&tx, &pat, &post, (&reaction, &format!("https://far.example/r/{nth}"))).await.unwrap();
        }
        tx.commit().await.unwrap();
        let shown = ada.get(&path).await;
        let reactions = shown["pleroma"]["emoji_reactions"].as_array().unwrap();
        assert_eq!((reactions.len(), &shown["favourites_count"], &shown["intermoot"]["dislikes_count"]), (2, &json!(0), &json!(1)));
        let picture = reactions.iter().find(|one| one["name"] == "cat@far.example").unwrap();
        let through_us = json!(node.app.shown_url("https://far.example/cat.png", crate::app::links::Sight::Everybody));
        assert_eq!((&picture["url"], &picture["count"], &picture["me"]), (&through_us, &json!(1), &json!(false)));
    })
    .await;
}

#[tokio::test]
async fn a_post_is_pinned_and_listed_at_the_head_of_the_profile() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let status = ada.post("/api/v1/statuses", json!({"status": "read me first"})).await;
        let (id, head) = (status["id"].as_str().unwrap(), format!("/api/v1/accounts/{}/statuses?pinned=true", ada.account.id));
        assert_eq!(ada.get(&head).await, json!([]));
        assert_eq!(ada.post(&format!("/api/v1/statuses/{id}/pin"), json!({})).await["pinned"], true);
        assert_eq!(bea.get(&head).await[0]["id"], id);
        let refused = bea.ask(Method::POST, &format!("/api/v1/statuses/{id}/pin")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.post(&format!("/api/v1/statuses/{id}/unpin"), json!({})).await["pinned"], false);
        assert_eq!(bea.get(&head).await, json!([]));
    })
    .await;
}
