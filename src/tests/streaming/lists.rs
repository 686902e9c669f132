//! What readers arrange for themselves holds on streams as it holds in REST: lists, conversations, filters, quiet threads.

use super::stage::Stage;
use crate::tests::{api::shapes::assert_is, support::on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_list_of_ones_own_is_streamed_to_its_owner_alone() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        for whom in [&bo, &cy] {
            stage.follows(&ada, whom).await;
        }
        stage.follows(&cy, &bo).await;
        let list = ada.post("/api/v1/lists", json!({ "title": "frost" })).await["id"].as_str().unwrap().to_owned();
        ada.post(&format!("/api/v1/lists/{list}/accounts"), json!({ "account_ids": [bo.account.id.to_string()] })).await;
        let (mut hers, mut others) = (stage.ear(&ada, &format!("stream=list&list={list}")).await, stage.ear(&cy, "").await);
        others.say(json!({ "type": "subscribe", "stream": "list", "list": list })).await;
        assert_eq!(others.raw().await, json!({ "error": "Not authorized to stream this list", "status": 401 }));
        stage.writes(&cy, "Not in the list.", json!({})).await;
        let id = stage.writes(&bo, "Frost tonight.", json!({})).await;
        let named = json!(["list", list]);
        assert_eq!(hers.hears(named.clone(), "update").await, id);
        let body = json!({ "status": "Frost tomorrow." });
        bo.ask(Method::PUT, &format!("/api/v1/statuses/{id}")).json(&body).send().await.unwrap().error_for_status().unwrap();
        assert_eq!(hers.hears(named.clone(), "status.update").await, id);
        let boost = cy.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await;
        let boosted = bo.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await;
        assert_eq!(json!(hers.hears(named.clone(), "update").await), boosted["id"], "boosts by whoever is in the list, no others");
        bo.post(&format!("/api/v1/statuses/{id}/unreblog"), json!({})).await;
        assert_eq!(json!(hers.hears(named.clone(), "delete").await), boosted["id"]);
        bo.ask(Method::DELETE, &format!("/api/v1/statuses/{id}")).send().await.unwrap().error_for_status().unwrap();
        // with the boost by somebody who is not in the list, which stood at home
        let over = [hers.hears(named.clone(), "delete").await, hers.hears(named, "delete").await];
        assert!(over.contains(&id) && over.contains(&boost["id"].as_str().unwrap().to_owned()), "{over:?}");
        ada.ask(Method::DELETE, &format!("/api/v1/lists/{list}")).send().await.unwrap().error_for_status().unwrap();
        stage.writes(&bo, "Nobody's list.", json!({})).await;
        hers.hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn conversations_are_streamed_to_those_in_them() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        let mut ears =
            [stage.ear(&ada, "stream=direct").await, stage.ear(&bo, "stream=direct").await, stage.ear(&cy, "stream=direct").await];
        let id = stage.writes(&ada, "@bo a word", json!({ "visibility": "direct" })).await;
        for (ear, who, unread) in [(0, &ada, false), (1, &bo, true)] {
            let heard = ears[ear].next().await;
            assert_eq!((&heard.stream, heard.event.as_str()), (&json!(["direct"]), "conversation"));
            assert_is("Conversation", &heard.payload);
            assert_eq!((&heard.payload["last_status"]["id"], &heard.payload["unread"]), (&json!(id), &json!(unread)));
            assert_eq!(heard.payload, who.get("/api/v1/conversations").await[0], "the same as REST shows");
        }
        bo.post(&format!("/api/v1/accounts/{}/mute", ada.account.id), json!({})).await;
        stage.writes(&ada, "@bo another", json!({ "visibility": "direct" })).await;
        ears[0].next().await;
        ears[1].hears_nothing().await;
        ears[2].hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_filter_hides_is_left_out_of_its_owners_streams_and_what_it_warns_of_says_so() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        for who in [&bo, &cy] {
            stage.follows(who, &ada).await;
        }
        let (mut his, mut theirs) = (stage.ear(&bo, "stream=user").await, stage.ear(&cy, "stream=user").await);
        for (word, action) in [("frost", "hide"), ("snow", "warn")] {
            let filter =
                json!({ "title": word, "context": ["home"], "filter_action": action, "keywords_attributes": [{ "keyword": word }] });
            bo.post("/api/v2/filters", filter).await;
            assert_eq!(his.raw().await, json!({ "stream": ["user"], "event": "filters_changed" }));
        }
        let mut public = stage.ear(&bo, "stream=public").await;
        let hidden = stage.writes(&ada, "Frost tonight.", json!({})).await;
        let warned = stage.writes(&ada, "Snow tonight.", json!({})).await;
        let heard = his.next().await;
        assert_eq!((&heard.payload["id"], &heard.payload["filtered"][0]["filter"]["title"]), (&json!(warned), &json!("snow")));
        for id in [&hidden, &warned] {
            let heard = theirs.next().await;
            assert_eq!(
                (&heard.payload["id"], &heard.payload["filtered"]),
                (&json!(id), &json!([])),
                "others' filters are nobody's business"
            );
            assert_eq!(public.hears(json!(["public"]), "update").await, **id, "the filter is for home alone");
        }
        let home: Vec<Value> = bo.get("/api/v1/timelines/home").await.as_array().unwrap().clone();
        assert_eq!(home.iter().map(|status| &status["id"]).collect::<Vec<_>>(), [&json!(warned)], "as REST has it");
    })
    .await;
}

#[tokio::test]
async fn an_answer_in_a_thread_that_its_reader_quieted_says_so() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo) = (stage.node.person("ada").await, stage.node.person("bo").await);
        stage.follows(&bo, &ada).await;
        let id = stage.writes(&ada, "Frost tonight.", json!({})).await;
        bo.post(&format!("/api/v1/statuses/{id}/mute"), json!({})).await;
        let (mut his, mut hers) = (stage.ear(&bo, "stream=user").await, stage.ear(&ada, "stream=user").await);
        let answer = stage.writes(&ada, "And tomorrow.", json!({ "in_reply_to_id": id })).await;
        for (ear, quiet) in [(&mut his, true), (&mut hers, false)] {
            let heard = ear.next().await;
            assert_eq!((&heard.payload["id"], &heard.payload["muted"]), (&json!(answer), &json!(quiet)));
        }
    })
    .await;
}
