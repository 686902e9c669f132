//! Who may speak for whom: signatures by the wrong key, key ids with tricks, no signature at all.
//!
//! S8 to S11 and S19 of `security.md`, status codes as in `decisions.md` 4. The property is that nothing is applied; each test
//! also shows that the same thing said rightly is applied, so that it cannot pass on a node that is deaf.

use crate::acquaintance::{follows_peer, holding, settles};
use anyhow::{Result, ensure};
use federation_tests::keys::RsaKey;
use federation_tests::node::Person;
use federation_tests::peer::{Kind, Page};
use federation_tests::sign::{Scheme, SignOptions, signed_post};
use federation_tests::world::scenario;
use federation_tests::{Node, Peer, PeerActor, Software, World, shapes};
use serde_json::{Value, json};
use std::sync::Arc;

/// pat is followed by ada of acme; eve sits elsewhere, quinn beside pat on the same host.
pub struct Ground {
    pub acme: Node,
    pub ada: Person,
    pub home: Peer,
    pub pat: Arc<PeerActor>,
    pub quinn: Arc<PeerActor>,
    pub evil: Peer,
    pub eve: Arc<PeerActor>,
}

pub async fn ground(world: &World) -> Result<Ground> {
    let acme = world.node("acme").await?;
    let ada = acme.person("ada").await?;
    let (home, evil) = (world.peer("home", Software::Mastodon).await?, world.peer("evil", Software::Mastodon).await?);
    // keys of their own: shared ones would hide whose key was used
    let pat = home.actor("pat", Kind::Person, RsaKey::fresh()?)?;
    let quinn = home.actor("quinn", Kind::Person, RsaKey::fresh()?)?;
    let eve = evil.actor("eve", Kind::Person, RsaKey::fresh()?)?;
    follows_peer(&ada, &pat).await?;
    Ok(Ground { acme, ada, home, pat, quinn, evil, eve })
}

impl Ground {
    /// A Create in pat's name that pat never wrote.
    pub fn forged_create(&self, words: &str) -> Value {
        shapes::create(&self.pat, &shapes::note(&self.pat, &self.home.fresh_id("notes"), words, &[]))
    }

    /// Fails if anybody at acme is shown these words.
    pub async fn nobody_sees(&self, words: &str) -> Result<()> {
        settles(&self.ada, &self.home, &self.pat, &self.acme).await?;
        let mut shown = self.ada.api.home().await?;
        let pat = self.ada.api.resolve_account(&self.pat.id).await?;
        shown.extend(self.ada.api.all_statuses_of(pat["id"].as_str().unwrap_or(""), 400).await?);
        shown.extend(federation_tests::api::list(self.ada.api.get("/api/v1/timelines/public?limit=40").await?)?);
        for note in self.ada.api.notifications().await? {
            shown.push(note["status"].clone());
        }
        ensure!(holding(&shown, words).is_empty(), "shown: {words:?}");
        Ok(())
    }
}

/// 4xx, or 202 where the signature itself holds (a forwarded activity): never a breakage.
pub fn is_calm(status: u16) -> Result<()> {
    ensure!(status == 202 || (400..500).contains(&status), "status {status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s008_an_activity_signed_by_another_actor_is_not_applied() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        for scheme in [Scheme::Cavage, Scheme::Rfc9421, Scheme::Rfc9421Ed25519] {
            let forged = ground.forged_create("eve speaks as pat");
            is_calm(ground.eve.send_with(&ground.acme.inbox(), &forged, &SignOptions::by(scheme)).await?.status)?;
        }
        ground.nobody_sees("eve speaks as pat").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s008_a_foreign_key_under_the_victims_key_id_is_refused() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
            let options = SignOptions { key_id: Some(ground.pat.signer.rsa_key_id.clone()), ..SignOptions::by(scheme) };
            let answer = ground.eve.send_with(&ground.acme.inbox(), &ground.forged_create("a stolen name"), &options).await?;
            ensure!(answer.status == 401, "status {} for a signature that does not hold", answer.status);
        }
        ground.nobody_sees("a stolen name").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s009_another_actor_of_the_same_host_cannot_speak_for_its_neighbour() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        is_calm(ground.quinn.send(&ground.acme.inbox(), &ground.forged_create("quinn speaks as pat")).await?.status)?;
        ground.nobody_sees("quinn speaks as pat").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s010_a_key_that_claims_an_owner_who_does_not_name_it_is_refused() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let pem = ground.eve.signer.rsa.public_pem();
        let documents = [
            // a key document of its own
            ("key-document", json!({"id": "KEY", "owner": ground.pat.id, "publicKeyPem": pem, "@context": "https://w3id.org/security/v1"})),
            // an actor that says it is pat
            ("actor-document", json!({
                "@context": shapes::CONTEXT, "id": ground.pat.id, "type": "Person", "preferredUsername": "pat", "inbox": ground.pat.inbox,
                "outbox": format!("{}/outbox", ground.pat.id), "publicKey": {"id": "KEY", "owner": ground.pat.id, "publicKeyPem": pem},
            })),
            // an actor of the evil host that holds a key of pat's
            ("mixed-document", json!({
                "@context": shapes::CONTEXT, "id": ground.eve.id, "type": "Person", "preferredUsername": "eve", "inbox": ground.eve.inbox,
                "outbox": format!("{}/outbox", ground.eve.id), "publicKey": {"id": "KEY", "owner": ground.pat.id, "publicKeyPem": pem},
            })),
        ];
        for (name, document) in documents {
            let key = format!("{}/keys/{name}", ground.evil.url());
            let document: Value = serde_json::from_str(&document.to_string().replace("KEY", &key))?;
            ground.evil.serve(&key, Page::activity(&document));
            // twice: a refused key must not be remembered as good
            for _ in 0..2 {
                let answer = ground.eve.send_with(&ground.acme.inbox(), &ground.forged_create("a claimed owner"), &SignOptions::under_key_id(&key)).await?;
                ensure!((400..500).contains(&answer.status), "{name}: status {}", answer.status);
            }
        }
        ground.nobody_sees("a claimed owner").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s011_no_spelling_of_a_key_id_leads_to_another_host() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let (home, evil) = (ground.home.authority(), ground.evil.authority());
        let document = json!({
            "@context": shapes::CONTEXT, "id": ground.pat.id, "type": "Person", "preferredUsername": "pat", "inbox": ground.pat.inbox,
            "outbox": format!("{}/outbox", ground.pat.id),
            "publicKey": {"id": ground.pat.signer.rsa_key_id, "owner": ground.pat.id, "publicKeyPem": ground.eve.signer.rsa.public_pem()},
        });
        for path in ["/users/pat", "//users/pat", &format!("/{home}/users/pat"), "/%2Fusers/pat", "/users%2Fpat", "/..%2fusers/pat"] {
            ground.evil.serve(path, Page::activity(&document));
        }
        let tricks = [
            format!("http://{home}@{evil}/users/pat#main-key"),
            format!("http://{evil}/users/pat#http://{home}/users/pat#main-key"),
            format!("http://{evil}#@{home}/users/pat#main-key"),
            format!("http://{evil}\\@{home}/users/pat#main-key"),
            format!("http://{evil}/{home}/users/pat#main-key"),
            format!("http://{evil}//users/pat#main-key"),
            format!("http://{evil}/%2Fusers/pat#main-key"),
            format!("http://{evil}/users%2Fpat#main-key"),
            format!("http://{evil}/..%2fusers/pat#main-key"),
            format!("http:/{evil}/users/pat#main-key"),
            format!("//{evil}/users/pat#main-key"),
            format!("http://{home}.{evil}/users/pat#main-key"),
        ];
        for trick in tricks {
            let forged = ground.forged_create("spelled otherwise");
            let answer = ground.eve.send_with(&ground.acme.inbox(), &forged, &SignOptions::under_key_id(&trick)).await?;
            ensure!((400..500).contains(&answer.status) || answer.status == 503, "{trick}: status {}", answer.status);
        }
        ground.nobody_sees("spelled otherwise").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s019_no_door_takes_an_activity_without_a_signature() -> Result<()> {
    scenario(1, async |world| {
        let ground = ground(world).await?;
        let valves = ground.ada.api.found_community("valves").await?;
        let url = &ground.acme.url;
        let doors = [
            ground.acme.inbox(),
            format!("{}/inbox", ground.ada.uri),
            valves.inbox(),
            format!("{url}/actor/inbox"),
            format!("{url}/org/inbox"),
        ];
        for door in &doors {
            let answer = ground.pat.send_with(door, &ground.forged_create("unsigned"), &SignOptions::by(Scheme::Unsigned)).await?;
            let exists = door == &ground.acme.inbox() || door.contains("/u/") || door.contains("/c/");
            ensure!(answer.status == 401 || (!exists && matches!(answer.status, 404 | 405)), "{door}: status {}", answer.status);
        }
        for door in [format!("{}/outbox", ground.ada.uri), format!("{}/outbox", valves.uri), ground.ada.uri.clone(), valves.followers()] {
            let mut request = signed_post(
                &ground.pat.signer,
                &door,
                ground.forged_create("unsigned").to_string().into_bytes(),
                &SignOptions::by(Scheme::Unsigned),
            )?;
            request.add("Connection", "close");
            let status = request.send().await?.status;
            ensure!((400..500).contains(&status), "{door}: status {status}");
        }
        ground.nobody_sees("unsigned").await
    })
    .await
}
