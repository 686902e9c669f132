//! What whoever joins later may read: the outbox of a community, its threads, and threads anywhere (FEP-7888, FEP-f228, S119).

use super::desk::{Desk, Read};
use crate::{
    base::words::{Audience, Role, SeatStatus, Stage},
    features::{
        communities::seats,
        posts::{originals, receive, tests::world::incoming},
    },
    sql,
    store::tables::{Account, Post, Seat},
    tests::support::{Place, on_both_databases},
};
use serde_json::{Value, json};

const URL: &str = "http://acme.localhost:4001";

/// acme with a community, people of bolt and cobalt in it, and bolt's node that asks.
struct Story {
    acme: Desk,
    ada: Account,
    group: Account,
    bolt: (Desk, Account),
    /// bolt's person and cobalt's as acme knows them.
    known: [Account; 2],
}

impl Story {
    async fn new(place: &Place, stage: Stage) -> Self {
        let acme = Desk::open(place, URL, vec![]).await;
        let bolt = Desk::open(place, "http://bolt.localhost:4002", vec![]).await;
        let cobalt = Desk::open(place, "http://cobalt.localhost:4003", vec![]).await;
        let (ada, bo, cy) = (acme.person("ada").await, bolt.person("bo").await, cobalt.person("cy").await);
        let known = [acme.knows(&bolt, &bo).await, acme.knows(&cobalt, &cy).await];
        let group = acme.community("valves", Stage::Local, &ada).await;
        let tx = acme.app().begin().await.unwrap();
        sql!("UPDATE communities SET stage = {} WHERE account_id = {}", stage, group.id).run(&tx).await.unwrap();
        for person in &known {
            let seat = seats::fresh(&tx, group.id, person.id, SeatStatus::Active);
            seats::keep(&tx, Seat { role: Role::Member, ..seat }, true).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self { acme, ada, group, bolt: (bolt, bo), known }
    }

    fn audience(&self, stage: Stage) -> Audience {
        if stage == Stage::Public { Audience::Public } else { Audience::Members }
    }

    /// ada posts, a second after what was before.
    async fn posts(&self, audience: Audience, answers: Option<&Post>) -> Post {
        self.acme.app().store.clock.advance(1000);
        self.acme.post(&self.ada, audience, Some(&self.group).filter(|_| answers.is_none()), answers).await
    }

    /// cobalt's person posts or answers, a second after what was before; `signed`: as they signed it.
    async fn cy_posts(&self, (nth, audience): (u32, Audience), answers: Option<&Post>, signed: bool) -> Post {
        self.acme.app().store.clock.advance(1000);
        let tx = self.acme.app().begin().await.unwrap();
        let uri = format!("http://cobalt.localhost:4003/p/{nth}");
        let written = receive::Incoming {
            community: Some(self.group.id),
            audience,
            in_reply_to_uri: answers.map(|post| post.uri.clone()).unwrap_or_default(),
            published: tx.now,
            ..incoming(&uri, "from cobalt", tx.now)
        };
        let post = receive::receive(&tx, &self.known[1], written).await.unwrap().unwrap();
        if signed {
            let create =
                json!({"type": "Create", "id": format!("{uri}/create"), "proof": {"verificationMethod": "x"}, "object": {"id": uri}});
            originals::keep(&tx, post.id, Some(&create.to_string())).await.unwrap();
        }
        tx.commit().await.unwrap();
        post
    }

    async fn ask(&self, path: &str) -> Read {
        self.acme.ask("GET", path, self.acme.signed(path, &self.bolt.0, &self.bolt.1).await).await
    }

    /// Every item from `first` on, page by page.
    async fn walk(&self, first: &str) -> Vec<Value> {
        let (mut items, mut next) = (vec![], Some(first.to_owned()));
        while let Some(path) = next {
            let page = self.ask(&path).await.json();
            assert_eq!(page["id"], json!(format!("{URL}{path}")), "found where its id is");
            let list = page["orderedItems"].as_array().or(page["items"].as_array()).cloned().unwrap_or_default();
            items.extend(list);
            next = page["next"].as_str().map(|next| next.strip_prefix(URL).unwrap().to_owned());
        }
        items
    }
}

/// The id of the post that an Announce tells, or tells whole.
fn told(item: &Value) -> String {
    let object = &item["object"];
    object["object"]["id"].as_str().or(object.as_str()).unwrap_or_default().to_owned()
}

fn url(post: &Post) -> String {
    if post.is_ours() { format!("{URL}{}", post.uri) } else { post.uri.clone() }
}

#[tokio::test]
async fn s119_the_outbox_of_a_private_community_tells_whole_what_its_host_may_read_and_nothing_older() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Federated).await;
        let audience = story.audience(Stage::Federated);
        let first = story.posts(audience, None).await;
        let signed = story.cy_posts((1, audience), Some(&first), true).await;
        let unsigned = story.cy_posts((2, audience), None, false).await;
        let last = story.posts(audience, Some(&signed)).await;
        let items = story.walk("/c/valves/outbox?page=true").await;
        let ids: Vec<String> = items.iter().map(told).collect();
        assert_eq!(ids, [url(&last), url(&signed), url(&first)], "what nobody could believe is left out: {}", unsigned.uri);
        for item in &items {
            assert_eq!((&item["type"], &item["actor"]), (&json!("Announce"), &json!(format!("{URL}/c/valves"))));
            assert_eq!(item["object"]["type"], "Create");
            assert!(!item.to_string().contains("#Public"), "{item}");
        }
        assert!(items[1]["object"]["proof"].is_object(), "as its author signed it");
        assert_eq!(items[2]["object"]["object"]["content"], "<p>hello</p>");

        let tx = story.acme.app().begin().await.unwrap();
        sql!("UPDATE seats SET history_from = {} WHERE account_id = {}", last.created_at, story.known[0].id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let ids: Vec<String> = story.walk("/c/valves/outbox?page=true").await.iter().map(told).collect();
        assert_eq!(ids, [url(&last)]);
        let thread = format!(
            "/c/valves/outbox?page=true&thread={}",
            "http%3A%2F%2Facme.localhost%3A4001".to_owned() + &first.uri.replace('/', "%2F")
        );
        assert_eq!(story.walk(&thread).await.iter().map(told).collect::<Vec<_>>(), [url(&last)], "nor by its thread");
        let context = story.ask(&format!("{}/context", first.uri)).await;
        assert_eq!(context, story.acme.get("/p/12345").await, "what is older is not there");
    })
    .await;
}

#[tokio::test]
async fn s054_a_thread_that_is_hidden_is_listed_like_one_that_is_not_there() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Federated).await;
        let outside = story.acme.post(&story.ada, Audience::Followers, None, None).await;
        let hidden = story.posts(Audience::Members, None).await;
        let tx = story.acme.app().begin().await.unwrap();
        sql!("UPDATE seats SET history_from = {} WHERE account_id = {}", hidden.created_at.0 + 1, story.known[0].id)
            .run(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut pages = vec![];
        for id in [hidden.uri.as_str(), outside.uri.as_str(), "/p/12345"] {
            let of = format!("http%3A%2F%2Facme.localhost%3A4001{}", id.replace('/', "%2F"));
            let page = story.ask(&format!("/c/valves/outbox?page=true&thread={of}")).await;
            let body = String::from_utf8(page.body).unwrap().replace(&of, "X");
            pages.push((page.status, body));
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
        assert!(pages[0].1.contains("\"orderedItems\":[]"));
    })
    .await;
}

#[tokio::test]
async fn a_public_community_names_by_id_what_it_cannot_tell_whole_and_a_thread_from_its_beginning() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Public).await;
        let first = story.posts(Audience::Public, None).await;
        let answer = story.cy_posts((1, Audience::Public), Some(&first), false).await;
        let other = story.posts(Audience::Public, None).await;
        let deep = story.posts(Audience::Public, Some(&answer)).await;
        let items = story.walk("/c/valves/outbox?page=true").await;
        assert_eq!(items.iter().map(told).collect::<Vec<_>>(), [url(&deep), url(&other), url(&answer), url(&first)]);
        assert_eq!(items[2]["object"], json!(answer.uri));
        let context = story.ask(&format!("{}/context", first.uri)).await.json();
        assert_eq!(context["orderedItems"], json!([url(&first), url(&answer), url(&deep)]));
        let history = story.ask(context["contextHistory"].as_str().unwrap().strip_prefix(URL).unwrap()).await.json();
        assert_eq!((&history["type"], &history["id"]), (&json!("OrderedCollection"), &context["contextHistory"]));
        let acts = story.walk(history["first"].as_str().unwrap().strip_prefix(URL).unwrap()).await;
        assert_eq!(acts.iter().map(told).collect::<Vec<_>>(), [url(&first), url(&answer), url(&deep)]);
        // an answer has no thread of its own: its document names the one it is in
        assert_eq!(story.ask(&format!("{}/context", deep.uri)).await.status, 404);
        assert_eq!(story.ask(&deep.uri).await.json()["context"], context["id"]);
    })
    .await;
}

#[tokio::test]
async fn long_threads_outboxes_and_lists_of_answers_are_told_in_pages_to_the_end() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Federated).await;
        let first = story.posts(Audience::Members, None).await;
        let mut all = vec![url(&first)];
        for _ in 0..52 {
            all.push(url(&story.posts(Audience::Members, Some(&first)).await));
        }
        let context = story.ask(&format!("{}/context", first.uri)).await.json();
        assert_eq!((&context["totalItems"], context.get("orderedItems")), (&json!(53), None));
        let listed = story.walk(context["first"].as_str().unwrap().strip_prefix(URL).unwrap()).await;
        assert_eq!(listed, all.iter().map(|id| json!(id)).collect::<Vec<_>>());
        let replies = story.ask(&format!("{}/replies", first.uri)).await.json();
        assert_eq!((&replies["type"], &replies["totalItems"]), (&json!("Collection"), &json!(52)));
        let listed = story.walk(replies["first"].as_str().unwrap().strip_prefix(URL).unwrap()).await;
        assert_eq!(listed.len(), 52);
        let mut newest_first: Vec<String> = story.walk("/c/valves/outbox?page=true").await.iter().map(told).collect();
        newest_first.reverse();
        assert_eq!(newest_first, all);
        let thread = context["contextHistory"].as_str().unwrap().strip_prefix(URL).unwrap().replace("?", "?page=true&");
        assert_eq!(story.walk(&thread).await.iter().map(told).collect::<Vec<_>>(), all);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_long_posts_ends_before_it_is_too_large_to_be_read() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Public).await;
        let mut all = vec![];
        for _ in 0..12 {
            let post = story.posts(Audience::Public, None).await;
            let tx = story.acme.app().begin().await.unwrap();
            sql!("UPDATE posts SET content = {} WHERE id = {}", "y".repeat(90_000), post.id).run(&tx).await.unwrap();
            tx.commit().await.unwrap();
            all.insert(0, url(&post));
        }
        assert!(story.ask("/c/valves/outbox?page=true").await.body.len() < 500_000);
        assert_eq!(story.walk("/c/valves/outbox?page=true").await.iter().map(told).collect::<Vec<_>>(), all);
    })
    .await;
}
