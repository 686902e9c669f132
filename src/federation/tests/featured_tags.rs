//! Tags on profiles, ours told and others' read (Mastodon's `featuredTags`).

use super::world::World;
use crate::{
    app::Network,
    base::page::Page,
    features::tags::{self, Purpose},
    federation::{documents::tests::desk::Desk, fetch},
    net::Budget,
    tests::support::on_both_databases,
};
use serde_json::{Value, json};

async fn known(world: &World, of: crate::base::id::AccountId) -> Vec<String> {
    let page = Page::first(20);
    let chosen = tags::queries::page(&world.federation.app.store, of, Purpose::Featured, page).await.unwrap();
    chosen.into_iter().map(|tag| tag.name).collect()
}

#[tokio::test]
async fn tags_on_a_profile_elsewhere_are_read_from_its_own_server_and_not_too_often() {
    let world = World::new().await;
    let peer = &world.peer;
    let pat = peer.person("p", "pat", 0);
    let list = peer.at("p", "/u/pat/tags");
    let tag = |name: &str| json!({"type": "Hashtag", "href": "https://p.test/x", "name": name});
    peer.amend(&pat.uri, json!({"featuredTags": list}));
    let items: Vec<Value> = [tag("#Valves"), tag("pumps"), tag("no tag"), json!({"type": "Note", "name": "#not"}), tag("#valves")].into();
    peer.serves(&json!({"id": list, "type": "Collection", "items": items}));
    let account = fetch::account(&world.federation, &pat.uri, &Budget::default()).await.unwrap();
    world.federation.featured_tags(account.id).await.unwrap();
    let mut found = known(&world, account.id).await;
    found.sort();
    assert_eq!(found, ["Valves", "pumps"]);
    let asked = peer.asked_for("/u/pat/tags");
    world.federation.featured_tags(account.id).await.unwrap();
    assert_eq!(peer.asked_for("/u/pat/tags"), asked, "once an hour");

    let mal = peer.person("m", "mal", 1);
    let elsewhere = peer.at("p", "/u/mal/tags");
    peer.amend(&mal.uri, json!({"featuredTags": elsewhere}));
    peer.serves(&json!({"id": elsewhere, "type": "Collection", "items": [tag("#stolen")]}));
    let account = fetch::account(&world.federation, &mal.uri, &Budget::default()).await.unwrap();
    world.federation.featured_tags(account.id).await.unwrap();
    assert_eq!((known(&world, account.id).await, peer.asked_for("/u/mal/tags")), (Vec::<String>::new(), 0), "on another server");
    let ours = world.person("ada").await;
    assert!(world.federation.featured_tags(ours.id).await.is_err(), "nobody asks for our own");
}

#[tokio::test]
async fn an_actor_of_ours_says_where_its_tags_are_and_they_are_there() {
    on_both_databases(async |place| {
        let desk = Desk::open(&place, "http://acme.localhost:4001", vec![]).await;
        let ada = desk.person("ada").await;
        let tx = desk.app().begin().await.unwrap();
        tags::choose(&tx, ada.id, Purpose::Featured, "Valves").await.unwrap();
        tags::choose(&tx, ada.id, Purpose::Followed, "Secret").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(desk.get("/u/ada").await.json()["featuredTags"], json!("http://acme.localhost:4001/u/ada/tags"));
        let list = desk.get("/u/ada/tags").await.json();
        assert_eq!((&list["type"], &list["totalItems"]), (&json!("Collection"), &json!(1)));
        let told = json!([{"type": "Hashtag", "href": "http://acme.localhost:4001/tags/valves", "name": "#Valves"}]);
        assert_eq!(list["items"], told);
    })
    .await;
}
