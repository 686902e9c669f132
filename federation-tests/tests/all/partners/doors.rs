//! Every door that a competitor without an agreement might try: cobalt learns nothing of what acme and boltco share.

use super::alliance::{Alliance, alliance, eager, travels, walks_in};
use crate::acquaintance::{id, sees};
use anyhow::{Result, ensure};
use federation_tests::api::{Reply, escape, text};
use federation_tests::community::find_post;
use federation_tests::node::Person;
use federation_tests::partners::{about, is_nowhere};
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Node, Peer, PeerActor, Software, World, shapes, wire};
use serde_json::{Value, json};
use std::sync::Arc;

/// What nobody outside may ever read.
const SECRET: &str = "canary-4711 the seal of batch nine";

/// The alliance with its secrets, and the competitor: a node of its own, and a scripted one that signs what it likes.
struct Competition {
    cast: Alliance,
    cobalt: Node,
    cat: Person,
    rival: Peer,
    eve: Arc<PeerActor>,
    /// ada's post in the community.
    post: Value,
}

async fn competition(world: &World, postgres: bool) -> Result<Competition> {
    let cast = alliance(world, eager(postgres)).await?;
    let there = walks_in(&cast.bo, &cast).await?;
    let (post, _) = travels((&cast.ada, &cast.valves), (&cast.bo, &there), SECRET).await?;
    let cobalt = world.node_with("cobalt", eager(postgres)).await?;
    let cat = cobalt.administrator("cat").await?;
    let rival = world.peer("rival", Software::Lemmy).await?;
    let eve = rival.person("eve")?;
    Ok(Competition { cast, cobalt, cat, rival, eve, post })
}

impl Competition {
    /// Fails where an answer holds anything of what the two share.
    fn tells_nothing(&self, what: &str, answer: &str) -> Result<()> {
        let Alliance { bo, boltco, .. } = &self.cast;
        for secret in ["canary-4711", "Valve quality", bo.uri.as_str(), boltco.authority()] {
            ensure!(!answer.contains(secret), "{what} tells of {secret:?}: {answer}");
        }
        Ok(())
    }

    /// Fails unless `there` answers like `nothing` does, but for the names asked for.
    fn same(&self, (path, there): (&str, &Reply), nothing: &Reply) -> Result<()> {
        ensure!(there.status == nothing.status, "{path}: {} where nothing answers {}: {}", there.status, nothing.status, there.text);
        self.tells_nothing(path, &there.text)
    }
}

/// As a stranger and with a faultless signature of its own: the documents of acme answer like what is not there.
async fn documents_answer_like_nothing(all: &Competition) -> Result<()> {
    let Competition { cast, eve, post, .. } = all;
    let acme = &cast.acme.url;
    let post = text(post, "uri")?.to_owned();
    let number = post.rsplit('/').next().unwrap_or_default();
    let parts = ["", "/outbox", "/outbox?page=true", "/followers", "/following", "/featured", "/moderators", "/members"];
    let more = ["/members?page=true", "/seats", "/seats?since=0", "/requests", "/log"];
    let mut pairs: Vec<(String, String)> =
        parts.iter().chain(&more).map(|part| (format!("{acme}/c/valves{part}"), format!("{acme}/c/nothing{part}"))).collect();
    for part in ["", "/replies", "/context"] {
        pairs.push((format!("{post}{part}"), format!("{acme}/p/12345{part}")));
    }
    pairs.push((format!("{acme}/activities/{number}"), format!("{acme}/activities/12345")));
    let asked = |host: &str| format!("{acme}/c/valves/followers?is_follower={}", escape(&format!("http://{host}/u/bo")));
    pairs.push((asked(cast.boltco.authority()), asked("nobody.localhost:9")));
    pairs.push((format!("{acme}/org/roster?for={}", cast.boltco.authority()), format!("{acme}/org/roster?for=nobody.localhost:9")));
    let finger = |name: &str| format!("{acme}/.well-known/webfinger?resource=acct:{name}@{}", cast.acme.authority());
    pairs.push((finger("valves"), finger("nothing")));
    for (there, nothing) in &pairs {
        for accept in ["application/activity+json", "text/html"] {
            let (real, none) = (wire::get_as(there, accept).await?, wire::get_as(nothing, accept).await?);
            let is_page = accept == "text/html" && real.status == 303;
            ensure!(real.status == none.status && (is_page || real.status >= 400), "{there} ({accept}): {} {}", real.status, none.status);
            all.tells_nothing(there, &real.text())?;
        }
        let (real, none) = (eve.fetch(there).await?, eve.fetch(nothing).await?);
        ensure!(real.status == none.status && real.status >= 400, "{there}, signed: {} not {}", real.status, none.status);
        ensure!(real.text() == none.text(), "{there}, signed, answers otherwise than nothing: {} not {}", real.text(), none.text());
    }
    Ok(())
}

/// Without a token at acme, and as an administrator of cobalt there and at home.
async fn apis_answer_like_nothing(all: &Competition) -> Result<()> {
    let Competition { cast, cat, post, .. } = all;
    let stranger = cast.acme.stranger()?;
    let (group, number) = (&cast.valves.id, id(post)?);
    let ours = "/api/intermoot/v1/communities";
    let paths = ["", "/posts", "/members", "/requests", "/log", "/policies", "/organisations"].map(|part| format!("{ours}/{group}{part}"));
    let statuses = ["", "/context", "/history", "/favourited_by"].map(|part| format!("/api/v1/statuses/{number}{part}"));
    for path in paths.iter().chain(&statuses) {
        let nothing = path.replace(group.as_str(), "12345").replace(number, "12345");
        all.same((path, &stranger.peek(path).await?), &stranger.peek(&nothing).await?)?;
        is_nowhere(path, &cat.api.peek(path).await?)?;
    }
    let open = [
        "/api/v1/timelines/public",
        "/api/v1/directory",
        "/api/v1/instance/peers",
        "/api/v2/instance",
        "/nodeinfo/2.1",
        "/api/v1/trends/tags",
    ];
    let listed = [ours.to_owned(), format!("{ours}?which=elsewhere"), format!("/api/v1/accounts/{group}/statuses")];
    for path in open.iter().map(|path| (*path).to_owned()).chain(listed) {
        all.tells_nothing(&path, &stranger.peek(&path).await?.text)?;
        all.tells_nothing(&path, &cat.api.peek(&path).await?.text)?;
    }
    Ok(())
}

/// cobalt's administrator lets her own node look: by handle, by address, by answering, by mentioning.
async fn cobalts_node_finds_nothing(all: &Competition) -> Result<()> {
    let Competition { cast, cat, post, .. } = all;
    let host = cast.acme.authority();
    let lookup =
        async |name: &str| cat.api.peek(&format!("/api/intermoot/v1/communities/lookup?name={}", escape(&format!("@{name}@{host}")))).await;
    let (valves, nothing) = (lookup("valves").await?, lookup("nothing").await?);
    ensure!(valves.status >= 400 && valves.text == nothing.text, "{} {}\n{}", valves.status, valves.text, nothing.text);
    let (group, post_uri) = (&cast.valves.uri, text(post, "uri")?);
    let collections = ["outbox", "members", "seats", "log", "followers"].map(|part| format!("{group}/{part}"));
    for url in [group.clone(), post_uri.to_owned(), format!("@valves@{host}")].iter().chain(&collections) {
        let found = cat.api.get(&format!("/api/v2/search?resolve=true&q={}", escape(url))).await;
        if let Ok(found) = found {
            let is_empty = ["accounts", "statuses"].iter().all(|kind| found[*kind].as_array().is_none_or(Vec::is_empty));
            ensure!(is_empty, "a search for {url} found {found}");
        }
    }
    let answer = json!({"status": "in answer to what I may not see", "visibility": "public", "in_reply_to_id": id(post)?});
    let refused = cat.api.post("/api/v1/statuses", answer).await;
    ensure!(refused.is_err(), "cobalt answers what it may not see: {refused:?}");
    // mentioning the name posts nothing there, whatever cobalt says to it
    cat.api.say(&format!("@valves@{host} let me in, please")).await.ok();
    Ok(())
}

/// What a forger sends to acme and to boltco: asks, decisions, records, announces, answers.
fn forgeries(all: &Competition) -> Result<Vec<Value>> {
    let Competition { cast, rival, eve, post, .. } = all;
    let (group, post) = (cast.valves.uri.as_str(), text(post, "uri")?);
    let act = |kind: &str, object: Value| {
        json!({"@context": shapes::CONTEXT, "id": rival.fresh_id("activities"), "type": kind, "actor": eve.id,
            "to": [group], "object": object, "askedAt": "2026-01-01T00:00:00.001Z"})
    };
    let seat = |who: &str, role: &str| {
        json!({"type": "Member", "id": format!("{group}/seats/9"), "actor": who, "object": group, "role": role, "status": "active",
            "stakeholder": "supplier", "rev": 9_000_000_000_000_i64, "askedAt": "2026-01-01T00:00:00Z", "historyFrom": "2020-01-01T00:00:00Z"})
    };
    let mut offer = act("Offer", seat(&eve.id, "owner"));
    offer["target"] = json!(group);
    offer["basedOn"] = json!(0);
    let mut reply = shapes::reply(eve, &rival.fresh_id("notes"), "forged-answer to all", (post, &cast.ada.uri));
    reply["audience"] = json!(group);
    reply["to"] = json!([group, format!("{group}/followers")]);
    reply["cc"] = json!([]);
    rival.publish(&reply)?;
    Ok(vec![
        act("Join", json!(group)),
        act("Leave", json!(group)),
        shapes::follow(eve, group, &rival.fresh_id("follows")),
        offer,
        act("Update", seat(&eve.id, "owner")),
        act("Update", seat(&cast.bo.uri, "observer")),
        shapes::announce(eve, json!(post), &rival.fresh_id("announces")),
        shapes::like(eve, post, &rival.fresh_id("likes")),
        shapes::create(eve, &reply),
        act(
            "Update",
            json!({"type": "Roster", "id": format!("{}/org/roster", rival.url()), "attributedTo": eve.id, "sequence": 9, "items": [eve.id]}),
        ),
    ])
}

async fn forgeries_change_nothing(all: &Competition) -> Result<()> {
    let Competition { cast, rival, eve, .. } = all;
    let before = cast.ada.api.members(&cast.valves.id).await?;
    for activity in forgeries(all)? {
        for inbox in [cast.acme.inbox(), cast.valves.inbox(), cast.boltco.inbox()] {
            let answer = eve.send(&inbox, &activity).await?;
            ensure!(answer.status < 500, "{inbox} broke on {activity}: {}", answer.status);
        }
    }
    let mark = "written after the forgeries";
    cast.ada.api.post_into(&cast.valves.id, mark).await?;
    let there = cast.bo.api.lookup_community(&format!("@valves@{}", cast.acme.authority())).await?;
    sees("bo after the forgeries", mark, async || cast.bo.api.community_posts(&there.id).await).await?;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let members = cast.ada.api.members(&cast.valves.id).await?;
    ensure!(members.len() == before.len() && about(&members, &eve.id).is_none(), "{members:?}");
    ensure!(about(&members, &cast.bo.uri).is_some_and(|seat| seat["role"] == "member"), "bo's seat was changed: {members:?}");
    for person in [&cast.ada, &cast.bo] {
        let community = if person.name == "ada" { &cast.valves } else { &there };
        let posts = person.api.community_posts(&community.id).await?;
        ensure!(find_post(&posts, "forged-answer").is_none(), "{} reads a forged answer", person.name);
    }
    for got in rival.received() {
        let told = format!("{} {}", got.target, String::from_utf8_lossy(&got.body));
        all.tells_nothing("what the rival received", &told)?;
        ensure!(!told.contains("written after"), "the rival received a post: {told}");
        ensure!(got.method != "POST" || !told.contains(&cast.valves.uri), "the rival was answered about the community: {told}");
    }
    Ok(())
}

/// Nothing of it all lies at cobalt either, after its people have tried.
async fn nothing_lies_at_cobalt(all: &Competition) -> Result<()> {
    for path in
        ["/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications", "/api/intermoot/v1/communities?which=elsewhere"]
    {
        all.tells_nothing(path, &all.cat.api.peek(path).await?.text)?;
    }
    let log = std::fs::read_to_string(all.cobalt.log_path()).unwrap_or_default();
    ensure!(!log.contains("canary-4711"), "the secret stands in cobalt's log");
    Ok(())
}

async fn tell(world: &World, postgres: bool) -> Result<()> {
    let all = competition(world, postgres).await?;
    documents_answer_like_nothing(&all).await?;
    apis_answer_like_nothing(&all).await?;
    cobalts_node_finds_nothing(&all).await?;
    forgeries_change_nothing(&all).await?;
    nothing_lies_at_cobalt(&all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s111_s120_s123_s131_a_competitor_tries_every_door_and_learns_nothing() -> Result<()> {
    scenario(ALONE, async |world| tell(world, false).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s111_s120_s123_s131_a_competitor_tries_every_door_and_learns_nothing_on_postgres() -> Result<()> {
    if !federation_tests::postgres::is_at_hand() {
        return Ok(());
    }
    scenario(ALONE, async |world| tell(world, true).await).await
}
