//! What may not be seen answers, byte for byte, as what never was (S54, S59, S63): posts, communities, members, links.

use super::{
    Answer,
    world::{Viewer, World},
};
use crate::{base::words::Stage, sql, tests::support::on_both_databases};

const AP: &str = "application/activity+json";

impl World {
    fn viewer(&self, name: &str) -> &Viewer {
        self.viewers.iter().find(|viewer| viewer.name == name).unwrap()
    }

    /// Status, headers and body, with `part` taken out and without what every answer has of its own.
    async fn whole(&self, target: &str, (viewer, accept): (&Viewer, &str), part: &str) -> String {
        let Answer { status, headers, body } = self.ask("GET", target, (viewer, accept), None).await;
        let own = ["date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"];
        let mut headers: Vec<String> =
            headers.iter().filter(|(name, _)| !own.contains(&name.as_str())).map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.sort();
        format!("{status}\n{}\n\n{body}", headers.join("\n")).replace(part, "WHAT").replace(&part.len().to_string(), "LEN")
    }

    /// Asserts that `target` with `real` in the place of `{}` answers as with `none`, and is not there.
    async fn is_as_none(&self, target: &str, asker: (&Viewer, &str), (real, none): (&str, &str)) {
        let got = self.whole(&target.replace("{}", real), asker, real).await;
        let never = self.whole(&target.replace("{}", none), asker, none).await;
        assert_eq!(got, never, "{target} with {real} for {}", asker.0.name);
        assert!(!got.starts_with('2'), "{target} with {real} for {}: {got}", asker.0.name);
    }
}

/// Where a post can be asked for: as JSON, as a page, as a document.
const OF_POST: [(&str, &str); 12] = [
    ("/api/v1/statuses/{}", "application/json"),
    ("/api/v1/statuses/{}/context", "application/json"),
    ("/api/v1/statuses/{}/history", "application/json"),
    ("/api/v1/statuses/{}/source", "application/json"),
    ("/api/v1/statuses/{}/favourited_by", "application/json"),
    ("/api/v1/statuses/{}/reblogged_by", "application/json"),
    ("/p/{}", "text/html"),
    ("/@alice/{}", "text/html"),
    ("/p/{}", AP),
    ("/p/{}/replies", AP),
    ("/p/{}/context", AP),
    ("/activities/{}", AP),
];

#[tokio::test]
async fn s054_s063_a_post_that_one_may_not_see_answers_like_none_be_it_queued_removed_or_private() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let mut asked = 0;
        for hidden in &world.hidden {
            let (real, none) = (hidden.to_string(), (hidden.0 - 4096).to_string());
            for (target, accept) in OF_POST {
                let is_api = accept == "application/json";
                let who: &[&str] =
                    if is_api { &["bob", "ex", "paula", "admin", "anonymous"] } else { &["anonymous", "cobalt", "dalt", "exco"] };
                for name in who {
                    let viewer = world.viewer(name);
                    if viewer.signer.is_some() && accept != AP {
                        continue;
                    }
                    world.is_as_none(target, (viewer, accept), (&real, &none)).await;
                    asked += 1;
                }
            }
        }
        assert!(asked > 200, "{asked}");
    })
    .await;
}

#[tokio::test]
async fn s054_s059_a_community_for_our_own_people_answers_strangers_like_none() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let tx = world.node.app.begin().await.unwrap();
        sql!("UPDATE communities SET stage = {} WHERE stage = {}", Stage::Local, Stage::Partners).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let names = ("partners", "pertnars");
        for (target, accept) in [
            ("/c/{}", "text/html"),
            ("/c/{}/policy", "text/html"),
            ("/@{}", "text/html"),
            ("/c/{}", AP),
            ("/c/{}/outbox", AP),
            ("/c/{}/followers", AP),
            ("/c/{}/members", AP),
            ("/c/{}/moderators", AP),
            ("/c/{}/log", AP),
            ("/c/{}/requests", AP),
            ("/c/{}/seats", AP),
            ("/api/intermoot/v1/communities/lookup?name={}", "application/json"),
            ("/api/v1/accounts/lookup?acct={}", "application/json"),
        ] {
            for name in ["anonymous", "boltco", "cobalt", "dalt", "exco"] {
                let viewer = world.viewer(name);
                if viewer.signer.is_none() || accept == AP {
                    world.is_as_none(target, (viewer, accept), names).await;
                }
            }
        }
        let finger = format!("/.well-known/webfinger?resource=acct:{{}}@{}", world.node.app.origin.authority());
        world.is_as_none(&finger, (world.viewer("anonymous"), "application/json"), names).await;
        world.is_as_none("/invitation/{}", (world.viewer("anonymous"), "text/html"), ("nobodyhasit", "neverwas123")).await;
    })
    .await;
}

#[tokio::test]
async fn s059_who_is_in_a_private_community_how_many_and_how_busy_is_told_to_members_alone() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let id = world.private;
        for name in ["bob", "ex", "admin", "gus", "anonymous"] {
            let viewer = world.viewer(name);
            let card = world.ask("GET", &format!("/api/intermoot/v1/communities/{id}"), (viewer, "application/json"), None).await.body;
            let account = world.ask("GET", &format!("/api/v1/accounts/{id}"), (viewer, "application/json"), None).await.body;
            let said: serde_json::Value = serde_json::from_str(&card).unwrap();
            for count in ["members_count", "followers_count", "posts_count"] {
                assert!(said[count].is_null(), "{count} to {name}: {card}");
            }
            let said: serde_json::Value = serde_json::from_str(&account).unwrap();
            for count in ["followers_count", "statuses_count"] {
                assert!(said[count].as_i64().unwrap_or_default() == 0, "{count} to {name}: {account}");
            }
            assert!(said["last_status_at"].is_null(), "{name}: {account}");
            for rest in ["members", "requests", "invitations", "invitations/mailed", "organisations", "queue", "reports", "log"] {
                let answer =
                    world.ask("GET", &format!("/api/intermoot/v1/communities/{id}/{rest}"), (viewer, "application/json"), None).await;
                assert!(answer.status.is_client_error(), "{rest} to {name}: {} {}", answer.status, answer.body);
            }
            let followers = world.ask("GET", &format!("/api/v1/accounts/{id}/followers"), (viewer, "application/json"), None).await.body;
            assert!(!followers.contains("alice") && !followers.contains("zelda"), "{name}: {followers}");
        }
        // nor by way of somebody in it
        let alice = crate::features::accounts::queries::by_handle(&world.node.app.store, "alice", "").await.unwrap().unwrap().id;
        for name in ["alice", "amy", "bob", "ex", "admin", "gus", "anonymous"] {
            let asker = (world.viewer(name), "application/json");
            let listed = world.ask("GET", &format!("/api/v1/accounts/{alice}/following"), asker, None).await.body;
            assert_eq!(listed.contains(&id.to_string()), ["alice", "amy"].contains(&name), "{name}: {listed}");
        }
        for name in ["anonymous", "cobalt", "dalt", "exco"] {
            for rest in ["", "/members", "/moderators", "/followers", "/outbox", "/seats", "/log", "/requests"] {
                let answer = world.ask("GET", &format!("/c/private{rest}"), (world.viewer(name), AP), None).await;
                assert!(!answer.body.contains("zeldahidden") && !answer.body.contains("totalItems"), "{rest} to {name}: {}", answer.body);
            }
        }
        let members =
            world.ask("GET", &format!("/api/intermoot/v1/communities/{id}/members"), (world.viewer("amy"), "application/json"), None).await;
        assert!(members.body.contains("zeldahidden"), "members see each other: {}", members.body);
    })
    .await;
}
