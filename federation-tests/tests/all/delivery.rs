//! Outgoing delivery against hosts that are away, busy, gone or new.
//!
//! Waiting is shortened by `FEDERATION__RETRY_UNIT_MILLISECONDS`, which scales every delay of the retry plan.

use crate::acquaintance::{follows_peer, id, peer_follows, sees};
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Answer, Node, NodeOptions, Peer, Software, World, quickly, shapes};
use std::time::{Duration, Instant};

fn hasty() -> NodeOptions {
    NodeOptions::default().with("FEDERATION__RETRY_UNIT_MILLISECONDS", "200")
}

async fn author(world: &World) -> Result<(Node, Person)> {
    let acme = world.node_with("acme", hasty()).await?;
    let ada = acme.person("ada").await?;
    Ok((acme, ada))
}

/// Waits until the peer took the Create of the post with this uri.
async fn arrives(peer: &Peer, uri: &str) -> Result<()> {
    peer.awaits("the Create", |got| got.kind() == "Create" && got.object_id() == uri).await.map(drop)
}

/// How many times the peer took the Create of the post.
fn times(peer: &Peer, uri: &str) -> usize {
    peer.activities("Create").iter().filter(|got| got.was_taken() && got.object_id() == uri).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_host_missed_arrives_once_when_it_returns() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let (away, here) = (world.peer("away", Software::Mastodon).await?, world.peer("here", Software::Mastodon).await?);
        let (mia, lee) = (away.person("mia")?, here.person("lee")?);
        peer_follows(&away, &mia, &acme, &ada.uri).await?;
        peer_follows(&here, &lee, &acme, &ada.uri).await?;
        away.farm().down().await;
        let mut uris = Vec::new();
        for n in 0..12 {
            uris.push(text(&ada.api.say(&format!("news {n}")).await?, "uri")?.to_owned());
        }
        for uri in &uris {
            arrives(&here, uri).await?;
        }
        away.farm().resume().await?;
        for uri in &uris {
            arrives(&away, uri).await?;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
        ensure!(uris.iter().all(|uri| times(&away, uri) == 1 && times(&here, uri) == 1), "{}\n{}", away.summary(), here.summary());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_forgets_nothing_a_dead_host_is_owed() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let away = world.peer("away", Software::Mastodon).await?;
        peer_follows(&away, &*away.person("mia")?, &acme, &ada.uri).await?;
        away.farm().down().await;
        let post = ada.api.say("said before the restart").await?;
        acme.kill()?;
        away.farm().resume().await?;
        acme.resume().await?;
        arrives(&away, text(&post, "uri")?).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_is_honoured_and_then_delivery_goes_on() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let peer = world.peer("busy", Software::Mastodon).await?;
        peer_follows(&peer, &*peer.person("mia")?, &acme, &ada.uri).await?;
        peer.answer_next([Answer::busy(3)]);
        let post = ada.api.say("patience").await?;
        let uri = text(&post, "uri")?.to_owned();
        let refused = quickly("the refused attempt", async || Ok(peer.posts().into_iter().find(|got| got.answered == 503))).await?;
        ada.api.say("said meanwhile").await?;
        arrives(&peer, &uri).await?;
        let early = peer.posts().iter().filter(|got| got.at > refused.at && got.at < refused.at + Duration::from_millis(2900)).count();
        // what was already in flight when the 503 came may still arrive: the one post said meanwhile
        ensure!(early <= 1, "{early} requests within the three seconds asked for\n{}", peer.summary());
        let again = peer.posts().into_iter().filter(|got| got.object_id() == uri).map(|got| got.at).collect::<Vec<_>>();
        ensure!(
            again.iter().all(|at| *at <= refused.at || *at >= refused.at + Duration::from_millis(2900)),
            "the same activity came back too soon"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failing_hosts_are_asked_ever_more_seldom_and_then_recover() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let peer = world.peer("failing", Software::Mastodon).await?;
        peer_follows(&peer, &*peer.person("mia")?, &acme, &ada.uri).await?;
        peer.answer_next([Answer::status(500), Answer::status(500), Answer::status(500), Answer::status(503)]);
        let post = ada.api.say("again and again").await?;
        let uri = text(&post, "uri")?.to_owned();
        arrives(&peer, &uri).await?;
        let at: Vec<Instant> = peer.activities("Create").iter().map(|got| got.at).collect();
        ensure!(at.len() == 5, "five attempts were awaited\n{}", peer.summary());
        let gaps: Vec<Duration> = at.iter().zip(at.iter().skip(1)).map(|(a, b)| *b - *a).collect();
        ensure!(gaps.last() > gaps.first(), "the pauses do not grow: {gaps:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_host_does_not_hold_up_the_others() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let (slow, fast) = (world.peer("slow", Software::Mastodon).await?, world.peer("fast", Software::Mastodon).await?);
        peer_follows(&slow, &*slow.person("mia")?, &acme, &ada.uri).await?;
        peer_follows(&fast, &*fast.person("lee")?, &acme, &ada.uri).await?;
        slow.answer_always(Answer::slow(Duration::from_secs(8)));
        let post = ada.api.say("quick, please").await?;
        let uri = text(&post, "uri")?.to_owned();
        arrives(&fast, &uri).await?;
        ensure!(times(&slow, &uri) == 0, "the slow host answered first");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn activities_about_one_object_keep_their_order() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let peer = world.peer("orderly", Software::Mastodon).await?;
        peer_follows(&peer, &*peer.person("mia")?, &acme, &ada.uri).await?;
        // the first attempts fail or take long, so that a careless sender would overtake itself
        peer.answer_next([Answer::status(500), Answer::slow(Duration::from_millis(400)), Answer::status(503)]);
        let mut posts = Vec::new();
        for n in 0..8 {
            let post = ada.api.say(&format!("draft {n}")).await?;
            ada.api.edit(id(&post)?, &format!("final {n}")).await?;
            ada.api.erase(id(&post)?).await?;
            posts.push(text(&post, "uri")?.to_owned());
        }
        for uri in &posts {
            peer.awaits("the Delete", |got| got.kind() == "Delete" && got.object_id() == uri.as_str()).await?;
            let got = peer.posts();
            let kinds: Vec<&str> =
                got.iter().filter(|got| got.was_taken() && got.object_id() == uri.as_str()).map(|got| got.kind()).collect();
            let rank = |kind: &str| ["Create", "Update", "Delete"].iter().position(|known| *known == kind);
            ensure!(kinds.is_sorted_by_key(|kind| rank(kind)), "{uri} came as {kinds:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_never_seen_before_gets_its_first_activity() -> Result<()> {
    scenario(1, async |world| {
        let (_acme, ada) = author(world).await?;
        let peer = world.peer("unknown", Software::GoToSocial).await?;
        let mia = peer.person("mia")?;
        let post = ada.api.say(&format!("hello {}", mia.handle())).await?;
        arrives(&peer, text(&post, "uri")?).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_410_of_a_personal_inbox_ends_the_subscription() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        // this software has a shared inbox; without it the personal one is used
        let peer = world.peer("leaving", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        let mut document = peer.document_of(&mia);
        document["endpoints"] = serde_json::json!({});
        peer.publish(&document)?;
        peer_follows(&peer, &mia, &acme, &ada.uri).await?;
        peer.answer_always(Answer::status(410));
        peer.withdraw(&mia.id);
        ada.api.say("are you still there").await?;
        quickly("the 410", async || Ok(when(peer.posts().iter().any(|got| got.answered == 410)))).await?;
        quickly("the follower gone", async || Ok(when(ada.api.me().await?["followers_count"] == 0))).await?;
        let before = peer.count_posts();
        ada.api.say("talking to nobody").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        ensure!(peer.count_posts() == before, "still delivered to\n{}", peer.summary());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_followers_on_one_host_cost_one_post_to_the_shared_inbox() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let peer = world.peer("crowd", Software::Mastodon).await?;
        for n in 0..6 {
            peer_follows(&peer, &*peer.person(&format!("follower{n}"))?, &acme, &ada.uri).await?;
        }
        let post = ada.api.say("to all of you").await?;
        let uri = text(&post, "uri")?.to_owned();
        arrives(&peer, &uri).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let got = peer.activities("Create");
        ensure!(got.len() == 1, "{}", peer.summary());
        ensure!(got.iter().all(|got| got.target == "/inbox"), "not the shared inbox:\n{}", peer.summary());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_that_stays_unanswered_is_repeated_under_a_fresh_id() -> Result<()> {
    scenario(1, async |world| {
        let (_acme, ada) = author(world).await?;
        let peer = world.peer("mute", Software::Lemmy).await?;
        let main = peer.group("main")?;
        peer.set_accepting_follows(false);
        let account = ada.api.resolve_account(&main.id).await?;
        ada.api.follow(id(&account)?).await?;
        quickly("the second Follow", async || Ok(when(peer.activities("Follow").len() >= 2))).await?;
        let ids: Vec<String> = peer.activities("Follow").iter().map(|got| got.id().to_owned()).collect();
        ensure!(ids.first() != ids.get(1), "the repeated Follow has the same id, which a peer takes for a repeat: {ids:?}");
        peer.set_accepting_follows(true);
        quickly("the follow standing in the end", async || Ok(when(ada.api.relationship(id(&account)?).await?["following"] == true))).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_announce_by_the_community_stands_for_the_lost_accept() -> Result<()> {
    scenario(1, async |world| {
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let peer = world.peer("forgetful", Software::Lemmy).await?;
        let (lee, main) = (peer.person("lee")?, peer.group("main")?);
        peer.set_accepting_follows(false);
        let account = ada.api.resolve_account(&main.id).await?;
        ada.api.follow(id(&account)?).await?;
        peer.awaits("the Follow", |got| got.kind() == "Follow").await?;
        let page = shapes::lemmy_page(&lee, &peer.fresh_id("post"), "you are in", &main.id);
        peer.publish(&page)?;
        main.delivers(&acme.inbox(), &shapes::announce(&main, shapes::create(&lee, &page), &peer.fresh_id("activities/announce"))).await?;
        sees("home", "you are in", async || ada.api.home().await).await?;
        ensure!(ada.api.relationship(id(&account)?).await?["following"] == true, "still only asked for");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_wants_the_other_signature_gets_it_at_the_second_knock() -> Result<()> {
    scenario(1, async |world| {
        let (acme, ada) = author(world).await?;
        let peer = world.peer("choosy", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        follows_peer(&ada, &mia).await?;
        peer_follows(&peer, &mia, &acme, &ada.uri).await?;
        peer.forget();
        peer.answer_next([Answer::status(401)]);
        let post = ada.api.say("knock knock").await?;
        let uri = text(&post, "uri")?.to_owned();
        arrives(&peer, &uri).await?;
        let got = peer.activities("Create");
        let schemes: Vec<bool> = got.iter().map(|got| got.header("signature-input").is_some()).collect();
        ensure!(schemes == [false, true], "cavage first, RFC 9421 second was awaited: {schemes:?}");
        ensure!(got.iter().all(|got| got.signer.is_ok()), "{}", peer.summary());
        Ok(())
    })
    .await
}
