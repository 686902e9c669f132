//! What REST refuses is not streamed (S60, S48): by what people did to each other, and by seats.

use super::stage::Stage;
use crate::{
    base::id::AccountId,
    features::{memberships, peers},
    sql,
    tests::{
        api::social::{founds, id},
        support::{Person, on_both_databases},
    },
};
use serde_json::json;

async fn act(who: &Person, what: &str, whom: &Person) {
    who.post(&format!("/api/v1/accounts/{}/{what}", whom.account.id), json!({})).await;
}

#[tokio::test]
async fn s060_blocks_and_mutes_hold_on_every_stream_at_once() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy, di) =
            (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await, stage.node.person("di").await);
        let mut ears = Vec::new();
        for who in [&bo, &cy, &di] {
            stage.follows(who, &ada).await;
            let mut ear = stage.ear(who, "stream=user").await;
            ear.subscribe("public").await;
            ear.say(json!({ "type": "subscribe", "stream": "hashtag", "tag": "frost" })).await;
            ear.meet().await;
            ears.push(ear);
        }
        act(&bo, "mute", &ada).await;
        act(&ada, "block", &cy).await;
        stage.settle().await;
        stage.writes(&ada, "@bo @cy #frost", json!({})).await;
        stage.writes(&ada, "@cy", json!({ "visibility": "direct" })).await;
        let mut heard = Vec::new();
        for _ in 0..3 {
            heard.push(ears[2].next().await.stream.to_string());
        }
        heard.sort();
        assert_eq!(heard, ["[\"hashtag\",\"frost\"]", "[\"public\"]", "[\"user\"]"]);
        for ear in &mut ears {
            ear.hears_nothing().await;
        }
        act(&bo, "unmute", &ada).await;
        let again = stage.writes(&ada, "Thaw.", json!({ "visibility": "unlisted" })).await;
        assert_eq!(ears[0].hears(json!(["user"]), "update").await, again, "and lets through what comes after it");
    })
    .await;
}

#[tokio::test]
async fn s060_a_private_community_is_heard_by_usable_seats_alone_and_no_longer() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        let valves = founds(&ada, "valves", json!({ "stage": "local", "join": "open" })).await;
        let community = id(&valves).to_owned();
        bo.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
        stage.follows(&cy, &ada).await;
        let mut ears = [stage.ear(&bo, "stream=user").await, stage.ear(&cy, "stream=user").await];
        ears[0].say(json!({ "type": "subscribe", "stream": "list", "list": community })).await;
        ears[0].meet().await;
        ears[1].say(json!({ "type": "subscribe", "stream": "list", "list": community })).await;
        assert_eq!(ears[1].raw().await, json!({ "error": "Not authorized to stream this list", "status": 401 }));
        ears[1].say(json!({ "type": "subscribe", "stream": "list", "list": "12345" })).await;
        assert_eq!(ears[1].raw().await["status"], json!(401), "one that is not there is refused alike");
        let inside = json!({ "intermoot": { "community_id": community } });
        let post = stage.writes(&ada, "Inside.", inside.clone()).await;
        let mut heard = [ears[0].next().await, ears[0].next().await];
        heard.sort_by_key(|one| one.stream.to_string());
        assert_eq!((&heard[0].stream, &heard[0].payload["id"]), (&json!(["list", community]), &json!(post)));
        let home = bo.get("/api/v1/timelines/home").await;
        assert_eq!((&heard[1].stream, &heard[1].payload), (&json!(["user"]), &home[0]), "the community's boost, as home shows it");
        ears[1].hears_nothing().await;
        // the seat rests: nothing is closed, nothing comes
        let tx = stage.node.app.begin().await.unwrap();
        let paused = sql!(
            "UPDATE seats SET paused_at = {} WHERE community_id = {} AND account_id = {}",
            tx.now,
            community.parse::<AccountId>().unwrap(),
            bo.account.id
        );
        assert_eq!(paused.run(&tx).await.unwrap(), 1);
        tx.commit().await.unwrap();
        stage.writes(&ada, "While it rests.", inside.clone()).await;
        ears[0].hears_nothing().await;
        let tx = stage.node.app.begin().await.unwrap();
        sql!("UPDATE seats SET paused_at = NULL WHERE account_id = {}", bo.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        stage.writes(&ada, "Again.", inside.clone()).await;
        let mut heard = [ears[0].next().await, ears[0].next().await];
        heard.sort_by_key(|one| one.stream.to_string());
        assert_eq!(heard[0].stream, json!(["list", community]));
        let tx = stage.node.app.begin().await.unwrap();
        let group = crate::features::accounts::queries::by_id(&tx, community.parse().unwrap()).await.unwrap().unwrap();
        memberships::leave(&tx, &bo.account, &group, None).await.unwrap();
        tx.commit().await.unwrap();
        stage.writes(&ada, "After.", inside).await;
        ears[0].hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn s060_a_silenced_host_reaches_its_followers_and_no_public_stream() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (bo, cy) = (stage.node.person("bo").await, stage.node.person("cy").await);
        let app = &stage.node.app;
        let tx = app.begin().await.unwrap();
        let far = crate::features::posts::tests::world::stranger(&tx, "far").await;
        crate::features::posts::tests::world::follow(&tx, &bo.account, &far).await;
        peers::silence(&tx, "far.example", ("test", "loud")).await.unwrap();
        tx.commit().await.unwrap();
        let mut ears =
            [stage.ear(&bo, "stream=user").await, stage.ear(&bo, "stream=public").await, stage.ear(&cy, "stream=public:remote").await];
        let tx = app.begin().await.unwrap();
        let incoming = crate::features::posts::tests::world::incoming("https://far.example/p/1", "Hello", tx.now);
        crate::features::posts::receive::receive(&tx, &far, incoming).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ears[0].next().await.payload["uri"], json!("https://far.example/p/1"));
        assert_eq!(ears[1].next().await.stream, json!(["public"]), "whoever follows hears them everywhere");
        ears[2].hears_nothing().await;
    })
    .await;
}
