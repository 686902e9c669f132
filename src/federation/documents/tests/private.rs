//! A community that is not public is read through its node alone, by hosts that hold a seat there now.

use super::desk::{Desk, Read};
use crate::{
    base::words::{Audience, Level, Role, SeatStatus, Stage},
    features::{
        communities::seats,
        peers::{self, Software},
    },
    sql,
    store::tables::{Account, Post},
    tests::support::on_both_databases,
};
use axum::http::{HeaderMap, StatusCode};

const URL: &str = "http://acme.localhost:4001";

/// acme with a community for partners and one post in it; bolt holds a seat there, cobalt does not.
struct Story {
    acme: Desk,
    bolt: (Desk, Account),
    cobalt: (Desk, Account),
    group: Account,
    post: Post,
    /// bolt's person as acme knows them.
    bo: Account,
}

impl Story {
    async fn new(place: &crate::tests::support::Place, stage: Stage) -> Self {
        let acme = Desk::open(place, URL, vec![]).await;
        let bolt = Desk::open(place, "http://bolt.localhost:4002", vec![]).await;
        let cobalt = Desk::open(place, "http://cobalt.localhost:4003", vec![]).await;
        let (ada, bo, cora) = (acme.person("ada").await, bolt.person("bo").await, cobalt.person("cora").await);
        let known = acme.knows(&bolt, &bo).await;
        acme.knows(&cobalt, &cora).await;
        let group = acme.community("valves", Stage::Local, &ada).await;
        let tx = acme.app().begin().await.unwrap();
        sql!("UPDATE communities SET stage = {} WHERE account_id = {}", stage, group.id).run(&tx).await.unwrap();
        let seat = seats::fresh(&tx, group.id, known.id, SeatStatus::Active);
        seats::keep(&tx, crate::store::tables::Seat { role: Role::Member, ..seat }, true).await.unwrap();
        for host in ["bolt.localhost:4002", "cobalt.localhost:4003"] {
            let software = Software { name: "intermoot".into(), version: String::new(), level: Level::Intermoot };
            peers::note_software(&tx, host, Some(software)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let post = acme.post(&ada, Audience::Members, Some(&group), None).await;
        Self { acme, bolt: (bolt, bo), cobalt: (cobalt, cora), group, post, bo: known }
    }

    async fn as_bolt(&self, path: &str) -> Read {
        self.acme.ask("GET", path, self.acme.signed(path, &self.bolt.0, &self.bolt.1).await).await
    }

    async fn as_cobalt(&self, path: &str) -> Read {
        self.acme.ask("GET", path, self.acme.signed(path, &self.cobalt.0, &self.cobalt.1).await).await
    }

    /// What shows something of the community's content.
    fn paths(&self) -> Vec<String> {
        let post = &self.post.uri;
        let mut paths = vec![post.clone(), format!("{post}/replies"), format!("{post}/context"), format!("/activities/{}", self.post.id)];
        let of_group = ["/outbox", "/outbox?page=true", "/followers", "/following", "/featured", "/moderators", "/members"];
        paths.extend(of_group.map(|part| format!("/c/valves{part}")));
        paths
    }

    async fn set(&self, change: &str) {
        let tx = self.acme.app().begin().await.unwrap();
        sql!(format!("UPDATE seats SET {change} WHERE account_id = {{}}"), self.bo.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn s053_s054_private_content_is_for_signed_hosts_with_a_seat_and_never_for_a_cache() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Federated).await;
        let missing = story.acme.get("/p/12345").await;
        for path in story.paths() {
            // In every order: what one was shown is not told to the next.
            for _ in 0..2 {
                let shown = story.as_bolt(&path).await;
                assert_eq!(shown.status, StatusCode::OK, "{path}");
                assert_eq!(shown.header("cache-control"), "private, no-store", "{path}");
                assert!(shown.header("vary").contains("Signature"), "{path}");
                assert_eq!(story.as_cobalt(&path).await, missing, "{path}, signed by a host without a seat");
                assert_eq!(story.acme.get(&path).await, missing, "{path}, unsigned");
            }
        }
        let page = story.as_bolt("/c/valves/outbox?page=true").await.json();
        let announced = &page["orderedItems"][0];
        assert_eq!(announced["object"]["object"]["id"], format!("{URL}{}", story.post.uri));
        assert!(!announced.to_string().contains("#Public"), "{announced}");
    })
    .await;
}

#[tokio::test]
async fn s120_a_seat_that_is_paused_or_over_shows_nothing_at_once() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Partners).await;
        let missing = story.acme.get("/p/12345").await;
        let lost = [
            ("paused_at = 1", "paused_at = NULL"),
            ("expires_at = 1", "expires_at = NULL"),
            ("agreement_host = 'bolt.localhost:4002'", "agreement_host = ''"),
            ("status = 3", "status = 2"),
        ];
        for (taken, given) in lost {
            assert_eq!(story.as_bolt(&story.post.uri).await.status, StatusCode::OK, "before {taken}");
            story.set(taken).await;
            for path in story.paths() {
                assert_eq!(story.as_bolt(&path).await, missing, "{path}, {taken}");
            }
            story.set(given).await;
        }
    })
    .await;
}

#[tokio::test]
async fn s119_what_was_posted_before_a_seat_reads_is_not_shown_to_its_host() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Partners).await;
        let missing = story.acme.get("/p/12345").await;
        story.set(&format!("history_from = {}", story.post.created_at.0 + 1)).await;
        for path in story.paths().iter().take(4) {
            assert_eq!(story.as_bolt(path).await, missing, "{path}");
        }
        let page = story.as_bolt("/c/valves/outbox?page=true").await.json();
        assert_eq!(page["orderedItems"].as_array().map(Vec::len), Some(0));
    })
    .await;
}

#[tokio::test]
async fn s121_what_is_for_named_people_is_shown_to_no_host() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Partners).await;
        let ada = crate::features::accounts::queries::by_id(&story.acme.app().store, story.post.author_id).await.unwrap().unwrap();
        let direct = story.acme.post(&ada, Audience::Direct, Some(&story.group), Some(&story.post)).await;
        assert_eq!((direct.community_id, direct.audience), (None, Audience::Direct), "it never belongs to a community");
        let missing = story.acme.get("/p/12345").await;
        assert_eq!(story.as_bolt(&direct.uri).await, missing);
    })
    .await;
}

#[tokio::test]
async fn s141_who_follows_is_answered_to_members_hosts_about_known_hosts_and_nobody_else() {
    on_both_databases(async |place| {
        let story = Story::new(&place, Stage::Federated).await;
        let missing = story.acme.get("/p/12345").await;
        let about = |actor: &str| format!("/c/valves/followers?is_follower={actor}");
        let bolt = about("http%3A%2F%2Fbolt.localhost%3A4002%2Factor");
        let answer = story.as_bolt(&bolt).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
        for path in [about("http%3A%2F%2Fcobalt.localhost%3A4003%2Factor"), about("http%3A%2F%2Funknown.example%2Factor"), about("x")] {
            assert_eq!(story.as_bolt(&path).await, missing, "{path}");
        }
        assert_eq!(story.as_cobalt(&bolt).await, missing);
        assert_eq!(
            story.acme.ask("GET", &bolt, HeaderMap::from_iter([("accept".parse().unwrap(), super::desk::AP.parse().unwrap())])).await,
            missing
        );
        let tx = story.acme.app().begin().await.unwrap();
        sql!("UPDATE communities SET least_level = {} WHERE account_id = {}", Level::Intermoot, story.group.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(story.as_bolt(&bolt).await, missing, "where only our own kind is admitted nobody needs to ask");
    })
    .await;
}
