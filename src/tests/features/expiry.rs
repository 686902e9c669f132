//! What is forgotten: ended seats, offers that came to nothing, copies that were agreed to go.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        words::{AccountKind, AgreementState, Audience, JoinRule, Level, Role, SeatStatus, Stage},
    },
    features::{
        communities::seats,
        deliveries::position_at,
        expiry::sweep,
        memberships::leave,
        peers::{Software, note_software},
        posts::{
            queries::{by_id, by_uri},
            receive::{Incoming, receive, update},
            tests::world::incoming,
        },
    },
    sql,
    store::{
        Insert,
        tables::{Account, Attachment, Seat},
    },
    tests::support::on_both_databases,
};

const DAY: i64 = 86_400_000;

async fn sweeps(world: &World) {
    world.act(async |tx| sweep(tx, 500).await).await.unwrap();
}

async fn agreement(world: &World, host: &str, set: impl FnOnce(Insert) -> Insert) {
    let act = async |tx: &crate::store::Tx| {
        let row = Insert::into("agreements").set("id", tx.id()).set("uri", format!("/agreements/{}", tx.id())).set("host", host);
        set(row.set("partner_id", 0_i64).set("created_at", tx.now).set("updated_at", tx.now)).run(tx).await
    };
    world.act(act).await.unwrap();
}

#[tokio::test]
async fn a_seat_is_forgotten_400_days_after_its_end_here_and_in_copies_and_no_sooner() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve, zoe) = (world.person("ada").await, world.person("eve").await, world.person("zoe").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let pumps = world.community_elsewhere("pumps", JoinRule::Open).await;
        for who in [&eve, &zoe] {
            world.joins(who, &valves).await.unwrap();
            world.act(async |tx| leave(tx, who, &valves, None).await).await.unwrap();
        }
        let copy = async |tx: &crate::store::Tx| {
            let seat = seats::fresh(tx, pumps.id, ada.id, SeatStatus::Ended);
            seats::keep(tx, Seat { rev: tx.now.0, record: "{}".into(), ..seat }, false).await
        };
        world.act(copy).await.unwrap();
        // a revision that runs ahead of the clock: its record still proves something
        let ahead = world.store.clock.now().0 + 300 * DAY;
        world.act(async |tx| sql!("UPDATE seats SET rev = {} WHERE account_id = {}", ahead, zoe.id).run(tx).await).await.unwrap();
        world.store.clock.advance(399 * DAY);
        sweeps(&world).await;
        assert_eq!(world.status(&valves, &eve).await, Some(SeatStatus::Ended));
        assert_eq!(world.status(&pumps, &ada).await, Some(SeatStatus::Ended));
        world.store.clock.advance(2 * DAY);
        sweeps(&world).await;
        assert_eq!((world.status(&valves, &eve).await, world.status(&pumps, &ada).await), (None, None));
        assert_eq!(world.status(&valves, &zoe).await, Some(SeatStatus::Ended));
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner), "what has not ended stays");
        world.store.clock.advance(300 * DAY);
        sweeps(&world).await;
        assert_eq!(world.status(&valves, &zoe).await, None);
    })
    .await;
}

#[tokio::test]
async fn offers_that_came_to_nothing_go_after_400_days_and_beyond_twenty_of_a_host() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let now = world.store.clock.now();
        for _ in 0..23 {
            agreement(&world, "spam.test", |row| row.set("state", AgreementState::Lapsed).set("ended_at", now)).await;
        }
        let long_ago = Stamp(now.0 - 401 * DAY);
        agreement(&world, "old.test", |row| row.set("state", AgreementState::Rejected).set("ended_at", long_ago)).await;
        agreement(&world, "kept.test", |row| {
            row.set("state", AgreementState::Ended).set("in_force_at", long_ago).set("ended_at", long_ago)
        })
        .await;
        agreement(&world, "kept.test", |row| row.set("state", AgreementState::Offered)).await;
        let version = "INSERT INTO agreement_versions (agreement_id, version, state, offered_here, document, digest, offered_at) \
                       SELECT id, 1, state, FALSE, '{}', '', 0 FROM agreements";
        world.act(async |tx| sql!(version.replace("'{}'", "''")).run(tx).await).await.unwrap();
        sweeps(&world).await;
        let left: Vec<String> = sql!("SELECT host FROM agreements ORDER BY host").column(&world.store).await.unwrap();
        assert_eq!(left.iter().filter(|host| *host == "spam.test").count(), 20);
        assert_eq!(left.iter().filter(|host| *host == "kept.test").count(), 2);
        assert_eq!(left.len(), 22, "{left:?}");
        let versions: Option<i64> = sql!("SELECT COUNT(*) FROM agreement_versions").value(&world.store).await.unwrap();
        assert_eq!(versions, Some(22));
    })
    .await;
}

struct Ground {
    world: World,
    ada: Account,
    bob: Account,
    /// bolt's, not public; ada is in it.
    lab: Account,
    /// bolt's, public.
    fair: Account,
    /// Ours, not public.
    ours: Account,
}

async fn ground(place: &crate::tests::support::Place) -> Ground {
    let world = World::new(place).await;
    let ada = world.person("ada").await;
    let bob = world.elsewhere(AccountKind::Person, "bob").await;
    let (lab, fair) = (world.community_elsewhere("lab", JoinRule::Open).await, world.community_elsewhere("fair", JoinRule::Open).await);
    let ours = world.try_found(&ada, "ours", Stage::Federated, JoinRule::Open).await.unwrap();
    let software = Software { name: "intermoot".into(), version: String::new(), level: Level::Intermoot };
    world.act(async |tx| note_software(tx, "bolt.test", Some(software)).await).await.unwrap();
    world.joins(&bob, &ours).await.unwrap();
    let act = async |tx: &crate::store::Tx| {
        sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Federated, lab.id).run(tx).await?;
        seats::keep(tx, seats::fresh(tx, lab.id, ada.id, SeatStatus::Active), false).await
    };
    world.act(act).await.unwrap();
    Ground { world, ada, bob, lab, fair, ours }
}

impl Ground {
    async fn post(&self, author: &Account, community: &Account, days: i64, uri: &str) -> PostId {
        let at = Stamp(self.world.store.clock.now().0 - days * DAY);
        let act = async |tx: &crate::store::Tx| {
            let id = PostId(position_at(at) | (tx.id() & 0xffff));
            let row = Insert::into("posts").set("id", id).set("uri", uri).set("url", uri).set("author_id", author.id);
            let row = row.set("community_id", community.id).set("root_id", id).set("audience", Audience::Members);
            let row = row.set("content", "<p>words</p>").set("attachments", r#"[{"url":"https://bolt.test/1.png"}]"#);
            row.set("created_at", at).run(tx).await?;
            Ok(id)
        };
        self.world.act(act).await.unwrap()
    }

    async fn is_there(&self, post: PostId) -> bool {
        by_id(&self.world.store, post).await.unwrap().is_some_and(|post| post.deleted_at.is_none() && !post.content.is_empty())
    }

    async fn agreed(&self, days: Option<i64>, media: bool) {
        let now = self.world.store.clock.now();
        let terms = |row: Insert| row.set("state", AgreementState::InForce).set("in_force_at", now);
        agreement(&self.world, "bolt.test", |row| terms(row).set("retention_days", days).set("media", media)).await;
    }
}

#[tokio::test]
async fn copies_of_a_partners_private_posts_go_after_the_days_agreed_and_nothing_else_does() {
    on_both_databases(async |place| {
        let ground = ground(&place).await;
        let Ground { world, ada, bob, lab, fair, ours } = &ground;
        let old = ground.post(bob, lab, 40, "https://bolt.test/p/1").await;
        let stay = [
            ground.post(bob, lab, 20, "https://bolt.test/p/2").await,
            ground.post(ada, lab, 40, "/p/3").await,
            ground.post(bob, fair, 40, "https://bolt.test/p/4").await,
            ground.post(bob, ours, 40, "https://bolt.test/p/5").await,
        ];
        sweeps(world).await;
        assert!(ground.is_there(old).await, "nothing was agreed");
        ground.agreed(Some(30), true).await;
        world.store.clock.advance(2 * 3_600_000);
        sweeps(world).await;
        assert!(!ground.is_there(old).await);
        for post in stay {
            assert!(ground.is_there(post).await, "{post}");
        }
        let entries = async || -> Vec<String> {
            sql!("SELECT detail FROM audit WHERE act = 'agreement.copies' AND object = 'bolt.test'").column(&world.store).await.unwrap()
        };
        assert!(entries().await.len() == 1 && entries().await[0].contains(r#""posts":1"#), "{:?}", entries().await);
        // it does not come back
        let again = Incoming {
            community: Some(lab.id),
            through: Some(lab.id),
            ..incoming("https://bolt.test/p/1", "words", world.store.clock.now())
        };
        assert!(world.act(async |tx| receive(tx, bob, again).await).await.unwrap().is_none());
        // an hour later, eleven days on: what is old by then goes, also when the agreement is over
        world.act(async |tx| sql!("UPDATE agreements SET state = 3, ended_at = {}", tx.now).run(tx).await).await.unwrap();
        world.store.clock.advance(11 * DAY);
        sweeps(world).await;
        assert!(!ground.is_there(stay[0]).await && ground.is_there(stay[1]).await);
        assert_eq!(entries().await.len(), 2);
        sweeps(world).await;
        assert_eq!(entries().await.len(), 2, "a sweep that finds nothing says nothing");
    })
    .await;
}

#[tokio::test]
async fn media_that_were_agreed_not_to_travel_are_left_out_and_let_go_of() {
    on_both_databases(async |place| {
        let ground = ground(&place).await;
        let Ground { world, bob, lab, fair, ours, .. } = &ground;
        let picture = Attachment { url: "https://bolt.test/1.png".into(), media_type: "image/png".into(), ..Attachment::default() };
        let now = world.store.clock.now();
        let says = |n: u32, community: AccountId| Incoming {
            community: Some(community),
            through: Some(community),
            attachments: vec![picture.clone()],
            audience: Audience::Public,
            ..incoming(&format!("https://bolt.test/p/{n}"), "words", now)
        };
        let has_media = async |n: u32| {
            let post = by_uri(&world.store, &format!("https://bolt.test/p/{n}")).await.unwrap().unwrap();
            post.attachments != "[]"
        };
        let tell = async |n: u32, community: &Account| world.act(async |tx| receive(tx, bob, says(n, community.id)).await).await.unwrap();
        tell(1, lab).await.unwrap();
        assert!(has_media(1).await, "nothing was agreed");
        ground.agreed(None, false).await;
        tell(2, lab).await.unwrap();
        tell(3, ours).await.unwrap();
        tell(4, fair).await.unwrap();
        assert!(!has_media(2).await && !has_media(3).await && has_media(4).await, "in communities that are not public");
        let edit = Incoming { updated: Some(now), content: "<p>new</p>".into(), ..says(2, lab.id) };
        let second = by_uri(&world.store, "https://bolt.test/p/2").await.unwrap().unwrap();
        world.act(async |tx| update(tx, &second, edit).await).await.unwrap();
        assert!(!has_media(2).await);
        world.store.clock.advance(2 * 3_600_000);
        sweeps(world).await;
        assert!(!has_media(1).await && has_media(4).await, "what was kept before is let go of");
    })
    .await;
}
