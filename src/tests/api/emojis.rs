//! Custom emoji of this node in what its people write, and those of others through this node.

use super::{shapes::assert_is, social::id};
use crate::{
    base::id::PostId,
    features::{
        accounts::{self, Remote},
        emojis,
        posts::queries,
    },
    federation::{Federation, bootstrap, objects::note},
    store::tables::Emoji,
    tests::support::{TestNode, on_both_databases, pictures::png},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn keeps(node: &TestNode, codes: &[&str]) {
    let tx = node.app.begin().await.unwrap();
    for code in codes {
        emojis::put(&tx, code, "", png(8, 8)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn codes(of: &Value) -> Vec<&str> {
    of["emojis"].as_array().unwrap().iter().map(|emoji| emoji["shortcode"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn emoji_of_this_node_stand_in_posts_and_go_out_with_them() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        keeps(&node, &["valve", "pump", "bolt"]).await;
        let ada = node.person("ada").await;
        let poll = json!({ "options": [":bolt:", "no"], "expires_in": 600 });
        let asked = json!({ "status": "a :valve: and :unknown: at 10:30:45 :valve:", "spoiler_text": ":pump:", "poll": poll });
        let post = ada.post("/api/v1/statuses", asked).await;
        assert_is("Status", &post);
        assert_eq!((codes(&post), codes(&post["poll"])), (vec!["valve", "pump", "bolt"], vec!["valve", "pump", "bolt"]));
        let url = post["emojis"][0]["url"].as_str().unwrap();
        assert_eq!(url, format!("{}/assets/emoji/valve", node.url));
        let picture = node.client.get(url).send().await.unwrap();
        assert_eq!((picture.status(), picture.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "image/png"));

        bootstrap(&node.app).await.unwrap();
        let federation = Federation::start(node.app.clone()).unwrap();
        let kept = queries::by_id(&node.app.store, id(&post).parse::<PostId>().unwrap()).await.unwrap().unwrap();
        let document = note::document(&federation, &kept).await.unwrap();
        let told: Vec<&Value> = document["tag"].as_array().unwrap().iter().filter(|tag| tag["type"] == "Emoji").collect();
        assert_eq!((told.len(), &told[0]["name"], &told[0]["icon"]["url"]), (3, &json!(":valve:"), &json!(url)));
        assert!(told[0]["id"].is_string(), "some servers want one");

        let path = format!("/api/v1/statuses/{}", id(&post));
        let edited: Value =
            ada.ask(Method::PUT, &path).json(&json!({ "status": "now :pump:" })).send().await.unwrap().json().await.unwrap();
        assert_eq!(codes(&edited), ["pump"]);
        let edited: Value = ada.ask(Method::PUT, &path).json(&json!({ "status": "none" })).send().await.unwrap().json().await.unwrap();
        assert_eq!(codes(&edited), Vec::<&str>::new());
    })
    .await;
}

#[tokio::test]
async fn emoji_of_this_node_stand_in_names_descriptions_and_fields() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        keeps(&node, &["valve", "pump", "bolt"]).await;
        let ada = node.person("ada").await;
        let change = async |body: Value| -> Value {
            let answer = ada.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            answer.json().await.unwrap()
        };
        assert_eq!(codes(&change(json!({ "display_name": "Ada :valve:" })).await), ["valve"]);
        assert_eq!(codes(&change(json!({ "note": "I :pump: things" })).await), ["valve", "pump"], "the name stays");
        let fields = json!({ "fields_attributes": [{ "name": ":bolt:", "value": "x" }] });
        assert_eq!(codes(&change(fields).await), ["valve", "pump", "bolt"]);
        assert_eq!(codes(&change(json!({ "display_name": "Ada" })).await), ["pump", "bolt"]);
        assert_eq!(codes(&change(json!({ "locked": true })).await), ["pump", "bolt"], "what is not about words changes nothing");
        bootstrap(&node.app).await.unwrap();
        let federation = Federation::start(node.app.clone()).unwrap();
        let of = accounts::queries::by_id(&node.app.store, ada.account.id).await.unwrap().unwrap();
        let keys = accounts::queries::keys_of(&node.app.store, of.id).await.unwrap();
        let document =
            serde_json::to_value(crate::federation::objects::person::into_json(&federation.app.origin, &of, &keys).unwrap()).unwrap();
        assert_eq!((document["tag"].as_array().unwrap().len(), &document["tag"][0]["name"]), (2, &json!(":pump:")));
    })
    .await;
}

#[tokio::test]
async fn s136_emoji_in_names_of_others_reach_readers_through_this_node_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let tx = node.app.begin().await.unwrap();
        let uri = "https://p.test/u/pat".to_owned();
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            username: "pat".into(),
            host: "p.test".into(),
            display_name: "Pat :beacon:".into(),
            emojis: vec![Emoji { shortcode: "beacon".into(), url: "https://p.test/seen/by?ada".into() }],
            uri,
            ..Remote::default()
        };
        let pat = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        let shown = ada.get(&format!("/api/v1/accounts/{}", pat.id)).await;
        for name in ["url", "static_url"] {
            let url = shown["emojis"][0][name].as_str().unwrap();
            assert!(url.starts_with(&format!("{}/proxy/", node.url)) && !url.contains("p.test"), "{url}");
        }
    })
    .await;
}
