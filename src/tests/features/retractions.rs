//! What the other side of an ended agreement is to forget, and what is forgotten here (S118).

use super::{partnership::held, seats::World};
use crate::{
    base::{
        id::{AccountId, AgreementId, PostId},
        keys::KeyPair,
        origin::Origin,
        words::{AccountKind, Audience, JoinRule, SeatStatus, Stage},
    },
    features::{
        accounts,
        agreements::{self, Ours},
        communities::{self, RemoteFacts, seats},
        posts::{
            publish::{Draft, publish},
            queries,
            tests::world::draft,
        },
        retractions,
    },
    sql,
    store::{
        Insert,
        tables::{Account, BESIDE_POSTS},
    },
    tests::support::{Place, on_both_databases},
};
use std::time::Duration;

async fn says(world: &World, by: &Account, group: &Account, words: &str) -> PostId {
    let draft = Draft { community: Some(group.id), ..draft(words) };
    world.store.clock.advance(10);
    world.act(async |tx| publish(tx, by, draft).await).await.unwrap().id
}

/// A post as it came from elsewhere.
async fn copy(world: &World, (uri, author): (&str, &Account), community: AccountId, boost_of: Option<PostId>) -> PostId {
    let put = async |tx: &crate::store::Tx| {
        let id = PostId(tx.id());
        let row = Insert::into("posts").set("id", id).set("uri", uri).set("url", uri).set("author_id", author.id);
        let row = row.set("community_id", community).set("audience", Audience::Members).set("boost_of_id", boost_of);
        row.set("root_id", id).set("content", "words").set("created_at", tx.now).run(tx).await?;
        Ok::<_, crate::base::error::Error>(id)
    };
    world.act(put).await.unwrap()
}

async fn listed(world: &World) -> Vec<Vec<String>> {
    let rows: Vec<String> = sql!("SELECT items FROM retractions ORDER BY id").column(&world.store).await.unwrap();
    rows.iter().map(|items| serde_json::from_str(items).unwrap()).collect()
}

async fn detail(world: &World, act: &'static str) -> Vec<serde_json::Value> {
    let rows: Vec<String> = sql!("SELECT detail FROM audit WHERE act = {} ORDER BY id", act).column(&world.store).await.unwrap();
    rows.iter().map(|detail| serde_json::from_str(detail).unwrap()).collect()
}

#[tokio::test]
async fn s118_the_end_of_an_agreement_lists_what_the_other_side_may_hold_and_nothing_else() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (group, bob) = held(&world).await;
        let ada = accounts::queries::by_handle(&world.store, "ada", "").await.unwrap().unwrap();
        let other = world.founds(&ada, "other", JoinRule::Open).await;
        says(&world, &ada, &group, "before bob came").await;
        world.store.clock.advance(10);
        let now = world.store.clock.now();
        world.act(async |tx| sql!("UPDATE seats SET history_from = {} WHERE account_id = {}", now, bob.id).run(tx).await).await.unwrap();
        let shared = says(&world, &ada, &group, "for bob's eyes").await;
        says(&world, &ada, &other, "where bob never was").await;
        let gone = says(&world, &ada, &group, "deleted since").await;
        let gone = queries::by_id(&world.store, gone).await.unwrap().unwrap();
        world.act(async |tx| crate::features::posts::delete(tx, &gone).await).await.unwrap();
        copy(&world, ("https://bolt.test/p/1", &bob), group.id, None).await;
        let cy = world.at(AccountKind::Person, ("cobalt.test", "cy")).await;
        copy(&world, ("https://cobalt.test/p/2", &cy), group.id, None).await;
        let (origin, key) = (Origin::new(&"https://acme.test".parse().unwrap()), KeyPair::from_ed25519_seed(&[1; 32]).unwrap());
        let (ours, id) = (Ours { origin: &origin, key: &key }, AgreementId(7));
        world.act(async |tx| agreements::suspend(tx, ours, "ada", id, "").await).await.unwrap();
        world.store.clock.advance(1000);
        copy(&world, ("https://cobalt.test/p/3", &cy), group.id, None).await;
        world.store.clock.advance(1000);
        world.act(async |tx| agreements::end(tx, ours, "ada", id, "").await).await.unwrap();
        world.act(async |tx| retractions::make(tx, id).await).await.unwrap();
        let expected = [vec![format!("/p/{shared}"), "https://cobalt.test/p/2".to_owned()]];
        assert_eq!(listed(&world).await, expected, "not what came before, after, elsewhere, or from them");
        world.act(async |tx| retractions::make(tx, id).await).await.unwrap();
        assert_eq!(listed(&world).await.len(), 1, "once");
        let said = detail(&world, "agreement.retract").await;
        assert_eq!((said.len(), &said[0]["posts"], &said[0]["communities"][0]["posts"]), (1, &2.into(), &2.into()));
    })
    .await;
}

#[tokio::test]
async fn s118_what_may_still_be_read_in_another_way_is_not_retracted() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (group, _) = held(&world).await;
        let ada = accounts::queries::by_handle(&world.store, "ada", "").await.unwrap().unwrap();
        says(&world, &ada, &group, "for everybody in it").await;
        let bea = world.elsewhere(AccountKind::Person, "bea").await;
        let personal = async |tx: &crate::store::Tx| seats::keep(tx, seats::fresh(tx, group.id, bea.id, SeatStatus::Active), true).await;
        world.act(personal).await.unwrap();
        world.act(async |tx| sql!("UPDATE agreements SET state = 3, ended_at = {}", tx.now).run(tx).await).await.unwrap();
        world.act(async |tx| retractions::make(tx, AgreementId(7)).await).await.unwrap();
        assert!(listed(&world).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn s118_a_list_is_told_until_the_partner_confirms_it() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (group, bob) = held(&world).await;
        let ada = accounts::queries::by_handle(&world.store, "ada", "").await.unwrap().unwrap();
        says(&world, &ada, &group, "shared").await;
        world.act(async |tx| sql!("UPDATE agreements SET state = 3, ended_at = {}", tx.now).run(tx).await).await.unwrap();
        world.act(async |tx| retractions::make(tx, AgreementId(7)).await).await.unwrap();
        let id: i64 = sql!("SELECT id FROM retractions").value(&world.store).await.unwrap().unwrap();
        let told = async || {
            let count = "SELECT COUNT(*) FROM events WHERE body LIKE '%\"retracted\"%'";
            sql!(count).value::<i64>(&world.store).await.unwrap().unwrap()
        };
        let again = async || {
            world.act(async |tx| retractions::tell_again(tx, Duration::from_secs(60), 10).await).await.unwrap();
            told().await
        };
        assert_eq!(again().await, 1);
        world.store.clock.advance(61_000);
        assert_eq!((again().await, again().await), (2, 2));
        let block = async |tx: &crate::store::Tx| crate::features::peers::block(tx, "bolt.test", ("ada", "")).await;
        world.act(block).await.unwrap();
        world.store.clock.advance(3_600_000);
        assert_eq!(again().await, 2, "nothing goes to a host that is blocked");
        let eve = world.at(AccountKind::Organisation, ("evil.test", "org")).await;
        assert!(world.act(async |tx| retractions::confirm(tx, &eve, id, 1).await).await.is_err());
        // the agreement of this test is with bob himself
        world.act(async |tx| retractions::confirm(tx, &bob, id, 1).await).await.unwrap();
        world.act(async |tx| retractions::confirm(tx, &bob, id, 1).await).await.unwrap();
        assert_eq!(detail(&world, "agreement.retracted").await.len(), 1);
        let shown = retractions::of_agreement(&world.store, AgreementId(7)).await.unwrap();
        assert!(shown[0].confirmed_at.is_some() && (shown[0].posts, shown[0].forgotten) == (1, 1));
    })
    .await;
}

#[tokio::test]
async fn s118_copies_of_what_a_community_names_go_with_all_that_hangs_on_them() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let group = world.elsewhere(AccountKind::Community, "valves").await;
        let (pia, other) =
            (world.elsewhere(AccountKind::Person, "pia").await, world.at(AccountKind::Community, ("cobalt.test", "other")).await);
        let facts = RemoteFacts {
            purpose: "Valves.".into(),
            stage: Stage::Partners,
            join_rule: JoinRule::Agreement,
            question: String::new(),
            members_count: 1,
        };
        world.act(async |tx| communities::keep_remote(tx, group.id, &facts).await).await.unwrap();
        let named: Vec<String> =
            ["https://bolt.test/p/1", "https://bolt.test/p/2", "https://bolt.test/p/9", "/p/7"].map(str::to_owned).into();
        let follow =
            async || world.act(async |tx| retractions::follow(tx, &group, "https://bolt.test/valves/retractions/5", &named).await).await;
        assert!(follow().await.is_err(), "nobody here is in it");
        let seat = async |tx: &crate::store::Tx| seats::keep(tx, seats::fresh(tx, group.id, ada.id, SeatStatus::Ended), false).await;
        world.act(seat).await.unwrap();
        let first = copy(&world, ("https://bolt.test/p/1", &pia), group.id, None).await;
        let boost = copy(&world, ("https://bolt.test/b/1", &group), group.id, Some(first)).await;
        copy(&world, ("https://bolt.test/p/2", &pia), other.id, None).await;
        copy(&world, ("https://bolt.test/p/3", &pia), group.id, None).await;
        let own = copy(&world, ("/p/7", &ada), group.id, None).await;
        let hang = async |tx: &crate::store::Tx| {
            sql!(
                "UPDATE posts SET in_reply_to_id = {}, in_reply_to_uri = 'https://bolt.test/p/1', root_id = {} WHERE id = {}",
                first,
                first,
                own
            )
            .run(tx)
            .await?;
            sql!("INSERT INTO home (account_id, entry_id) VALUES ({}, {})", ada.id, boost).run(tx).await?;
            sql!("INSERT INTO bookmarks (id, account_id, post_id, created_at) VALUES (1, {}, {}, 1)", ada.id, first).run(tx).await?;
            sql!("UPDATE accounts SET posts_count = 1 WHERE id = {}", pia.id).run(tx).await
        };
        world.act(hang).await.unwrap();
        assert_eq!(follow().await.unwrap(), 1, "of this community, and of others than us");
        assert_eq!(follow().await.unwrap(), 1, "told again, it is answered again");
        let left: Vec<String> = sql!("SELECT uri FROM posts ORDER BY uri").column(&world.store).await.unwrap();
        assert_eq!(left, ["/p/7", "https://bolt.test/p/2", "https://bolt.test/p/3"]);
        for table in ["home", "bookmarks", "tombstones"] {
            let rows: Option<i64> = sql!(format!("SELECT COUNT(*) FROM {table}")).value(&world.store).await.unwrap();
            assert_eq!(rows, Some(0), "{table}");
        }
        let own = queries::by_id(&world.store, own).await.unwrap().unwrap();
        assert_eq!((own.in_reply_to_id, own.root_id, own.in_reply_to_uri.as_str()), (None, None, "https://bolt.test/p/1"));
        let said = detail(&world, "community.forget").await;
        assert_eq!((said.len(), &said[0]["named"], &said[0]["forgotten"]), (1, &4.into(), &1.into()));
    })
    .await;
}

/// Tables with a `post_id` whose rows stay, or go by ways of their own: the log of a community, tags and names
/// (`row::unindex`), notifications, what makes a repeated request one; files, which hang on posts of ours alone, let go of with their post.
const STAYING: [&str; 6] = ["media", "mod_log", "mentions", "post_tags", "notifications", "idempotency"];

#[tokio::test]
async fn s064_every_table_that_holds_a_part_of_a_post_is_emptied_with_it() {
    let world = World::new(&Place::sqlite()).await;
    let tables = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'post_id' \
                  WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY m.name";
    let tables: Vec<String> = sql!(tables).column(&world.store).await.unwrap();
    let mut known: Vec<&str> = BESIDE_POSTS.iter().chain(&STAYING).copied().collect();
    known.sort_unstable();
    assert_eq!(tables, known);
}
