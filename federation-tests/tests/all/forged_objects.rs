//! Objects that are not what or whose they say: S30, S31, S33, S34, S36, S37 of `security.md`.

use crate::acquaintance::{follows_peer, holding, id, is_gone, known_note, settles};
use crate::forged_senders::{Ground, ground, is_calm};
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::peer::{Page, id_of};
use federation_tests::shapes;
use federation_tests::world::scenario;
use serde_json::{Value, json};

/// Asks the node to fetch a URL; answers what it made of it.
async fn fetched(ground: &Ground, url: &str) -> Result<Value> {
    // a refusal may be an empty result or a 4xx; both show nothing
    Ok(ground.ada.api.resolve_status(url).await.ok().flatten().unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s030_fetched_id_is_checked() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let note = shapes::note(&ground.pat, &format!("{}/notes/forged", ground.home.url()), "served from elsewhere", &[]);
        let place = format!("{}/notes/copy", ground.evil.url());
        ground.evil.serve(&place, Page::activity(&note));
        ensure!(fetched(&ground, &place).await?.is_null(), "an object of another host was taken from the evil one");
        let through = format!("{}/notes/through", ground.home.url());
        ground.home.serve(&through, Page::redirect(&place));
        ensure!(fetched(&ground, &through).await?.is_null(), "taken through a redirect");
        ground.nobody_sees("served from elsewhere").await?;
        let mut actor = ground.home.document_of(&ground.pat);
        actor["name"] = json!("not pat");
        let place = format!("{}/users/copy", ground.evil.url());
        ground.evil.serve(&place, Page::activity(&actor));
        let _ = ground.ada.api.resolve(&place, "accounts").await;
        let pat = ground.ada.api.resolve_account(&ground.pat.id).await?;
        ensure!(pat["display_name"] != "not pat", "an actor was changed from elsewhere: {pat}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s030_an_object_is_taken_at_its_own_id_when_found_elsewhere_on_its_host() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let note = shapes::note(&ground.pat, &ground.home.fresh_id("notes"), "true at its id", &[]);
        ground.home.publish(&note)?;
        ensure!(fetched(&ground, id_of(&note)).await?["uri"] == note["id"], "not found at its own id");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s031_only_the_two_activity_types_are_documents() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let types = [
            "application/json",
            "text/plain",
            "text/html",
            "application/octet-stream",
            "",
            "application/activity+jsonx",
            "application/ld+json",
            "application/ld+json; profile=\"https://example.com/other\"",
            "image/png",
        ];
        for (n, kind) in types.iter().enumerate() {
            let note = shapes::note(&ground.pat, &format!("{}/uploads/{n}", ground.home.url()), &format!("an upload {n}"), &[]);
            ground.home.serve(id_of(&note), Page::new(kind, note.to_string()));
            ensure!(fetched(&ground, id_of(&note)).await?.is_null(), "taken as {kind:?}");
        }
        let good = [
            "application/activity+json",
            "application/activity+json; charset=utf-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        ];
        for (n, kind) in good.iter().enumerate() {
            let note = shapes::note(&ground.pat, &format!("{}/documents/{n}", ground.home.url()), &format!("a document {n}"), &[]);
            ground.home.serve(id_of(&note), Page::new(kind, note.to_string()));
            ensure!(!fetched(&ground, id_of(&note)).await?.is_null(), "not taken as {kind:?}");
        }
        ground.nobody_sees("an upload").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s033_an_attribution_on_another_host_than_the_id_is_refused() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let attributions = [
            json!(ground.pat.id),
            json!([ground.eve.id, ground.pat.id]),
            json!([ground.pat.id, ground.eve.id]),
            json!([{"type": "Person", "id": ground.pat.id}]),
        ];
        for attributed in attributions {
            let mut note = shapes::note(&ground.eve, &ground.evil.fresh_id("notes"), "put into pats mouth", &[]);
            note["attributedTo"] = attributed.clone();
            ground.evil.publish(&note)?;
            is_calm(ground.eve.send(&ground.acme.inbox(), &shapes::create(&ground.eve, &note)).await?.status)?;
            let found = fetched(&ground, id_of(&note)).await?;
            ensure!(found.is_null(), "taken with attributedTo {attributed}: {found}");
        }
        ground.nobody_sees("put into pats mouth").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s034_nobody_updates_what_is_not_theirs() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let valves = ground.ada.api.found_community("valves").await?;
        let (note, seen) = known_note(&ground.ada, &ground.home, &ground.pat, &ground.acme, "pats own words").await?;
        let mut person = ground.home.document_of(&ground.pat);
        person["name"] = json!("forged name");
        let group = json!({"@context": shapes::CONTEXT, "id": valves.uri, "type": "Group", "preferredUsername": "valves", "name": "forged name",
            "inbox": valves.inbox(), "outbox": format!("{}/outbox", valves.uri), "attributedTo": ground.eve.id});
        let forged = shapes::edited(&note, "forged words");
        for (n, target) in [&forged, &person, &group].into_iter().enumerate() {
            for (forger, peer) in [(&ground.eve, &ground.evil), (&ground.quinn, &ground.home)] {
                let mut update = shapes::update(forger, target, "forged");
                update["id"] = json!(format!("{}/{n}", peer.fresh_id("updates")));
                is_calm(forger.send(&ground.acme.inbox(), &update).await?.status)?;
            }
        }
        ground.nobody_sees("forged words").await?;
        let now = ground.ada.api.status(id(&seen)?).await?;
        ensure!(now["content"].as_str().is_some_and(|text| text.contains("pats own words")), "changed to {now}");
        ensure!(ground.ada.api.resolve_account(&ground.pat.id).await?["display_name"] != "forged name", "the actor was changed");
        ensure!(!ground.ada.api.community(&valves.id).await?.to_string().contains("forged name"), "the community was changed");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s036_what_is_ours_is_never_written_from_outside() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let ours = ground.ada.api.say("written here").await?;
        let uri = text(&ours, "uri")?.to_owned();
        let invented = format!("{}/p/1", ground.acme.url);
        for target in [&uri, &invented] {
            for attributed in [&ground.ada.uri, &ground.pat.id] {
                let mut note = shapes::note(&ground.pat, target, "written from outside", &[]);
                note["attributedTo"] = json!(attributed);
                for mut activity in [shapes::create(&ground.pat, &note), shapes::update(&ground.pat, &note, "x")] {
                    activity["id"] = json!(ground.home.fresh_id("activities"));
                    is_calm(ground.pat.send(&ground.acme.inbox(), &activity).await?.status)?;
                }
            }
            let mut delete = shapes::delete(&ground.pat, target);
            delete["id"] = json!(ground.home.fresh_id("activities"));
            is_calm(ground.pat.send(&ground.acme.inbox(), &delete).await?.status)?;
        }
        ground.nobody_sees("written from outside").await?;
        ensure!(!is_gone(&ground.ada.api, id(&ours)?).await?, "deleted from outside");
        let now = ground.ada.api.status(id(&ours)?).await?;
        ensure!(now["content"].as_str().is_some_and(|text| text.contains("written here")), "changed to {now}");
        ensure!(now["account"]["username"] == "ada", "given to {}", now["account"]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s037_an_embedded_object_of_another_host_is_fetched_or_dropped() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        follows_peer(&ground.ada, &ground.eve).await?;
        // one that exists with other words, and one that does not exist at all
        let (true_note, _) = (shapes::note(&ground.quinn, &ground.home.fresh_id("notes"), "what quinn said", &[]), ());
        ground.home.publish(&true_note)?;
        let twisted = shapes::edited(&true_note, "what quinn never said");
        let invented = shapes::note(&ground.quinn, &ground.home.fresh_id("notes"), "what quinn never said", &[]);
        for object in [&twisted, &invented] {
            let boost = shapes::announce(&ground.eve, object.clone(), &ground.evil.fresh_id("announces"));
            is_calm(ground.eve.send(&ground.acme.inbox(), &boost).await?.status)?;
            let inner = shapes::create(&ground.quinn, object);
            let wrapped = shapes::announce(&ground.eve, inner, &ground.evil.fresh_id("announces"));
            is_calm(ground.eve.send(&ground.acme.inbox(), &wrapped).await?.status)?;
            let mut create = shapes::create(&ground.eve, object);
            create["id"] = json!(ground.evil.fresh_id("creates"));
            is_calm(ground.eve.send(&ground.acme.inbox(), &create).await?.status)?;
        }
        ground.nobody_sees("what quinn never said").await?;
        settles(&ground.ada, &ground.home, &ground.pat, &ground.acme).await?;
        ensure!(holding(&ground.ada.api.home().await?, "what quinn never said").is_empty(), "shown in the home timeline");
        Ok(())
    })
    .await
}
