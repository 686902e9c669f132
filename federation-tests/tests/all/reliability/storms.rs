//! Storms of duplicates (R13) and poison among what is good (R16), at the inboxes of a real node.

use crate::kill::exactly_once;
use anyhow::{Result, ensure};
use federation_tests::api::text;
use federation_tests::dice::Dice;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::process::cpu_seconds;
use federation_tests::scale::sized;
use federation_tests::sign::signed_post;
use federation_tests::wire::{Connection, OutgoingRequest};
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Farm, Node, Peer, PeerActor, Software, database, eventually, shapes};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Requests under way at a time.
const CONNECTIONS: usize = 16;
/// How often each activity comes.
const TIMES: usize = 10;

/// Sends all, in order, over a few connections; how often each status was answered.
async fn send_all(requests: Vec<Arc<OutgoingRequest>>) -> Result<BTreeMap<u16, usize>> {
    let mut senders = JoinSet::new();
    let requests = Arc::new(requests);
    for first in 0..CONNECTIONS {
        let requests = requests.clone();
        senders.spawn(async move {
            let (mut statuses, mut connection) = (Vec::new(), None);
            for request in requests.iter().skip(first).step_by(CONNECTIONS) {
                let mut open = match connection.take() {
                    Some(open) => open,
                    None => Connection::open(request.to).await?,
                };
                let answer = open.exchange(&request.to_bytes()).await?;
                // after a refusal of the body the node may hang up
                connection = answer.is_success().then_some(open);
                statuses.push(answer.status);
            }
            anyhow::Ok(statuses)
        });
    }
    let mut counts = BTreeMap::new();
    while let Some(statuses) = senders.join_next().await {
        statuses??.into_iter().for_each(|status| *counts.entry(status).or_default() += 1);
    }
    Ok(counts)
}

async fn processed(node: &Node) -> Result<()> {
    eventually(Duration::from_secs(60), "everything being processed", async || {
        Ok(when(database::count(node, "SELECT COUNT(*) FROM inbox WHERE done_at IS NULL AND next_attempt_at IS NULL")? == 0))
    })
    .await
}

async fn known(reader: &Person, writers: &[Arc<PeerActor>]) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for writer in writers {
        ids.push(text(&reader.api.resolve_account(&writer.id).await?, "id")?.to_owned());
    }
    Ok(ids)
}

/// A post that names the reader, and so is told to them.
fn letter(writer: &PeerActor, peer: &Peer, (reader, node): (&Person, &Node), n: usize) -> Value {
    let handle = format!("@{}@{}", reader.name, node.authority());
    shapes::note(writer, &peer.fresh_id("notes"), &format!("number {n} for {handle}"), &[(&reader.uri, &handle)])
}

/// Figure: 200 activities (in full 10,000), each sent 10 times by 16 senders at once to three inboxes: 202 for all, each has one effect,
/// and a repeat costs no more than 1.3 times what an activity itself does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r13_a_storm_of_duplicates_at_three_inboxes_has_each_effect_once() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut dice = Dice::for_run("r13");
        let total = sized(200, 10_000);
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let farm = Farm::of(2, Software::Mastodon).await?;
        let peers = farm.peers()?;
        let writers: Vec<_> = peers.iter().map(|peer| peer.person("writer")).collect::<Result<_>>()?;
        let accounts = known(&ada, &writers).await?;
        let inboxes = [acme.inbox(), format!("{}/inbox", ada.uri), format!("{}/actor/inbox", acme.url)];
        let (mut first, mut rest, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (n, (writer, peer)) in writers.iter().zip(&peers).cycle().take(total).enumerate() {
            let note = letter(writer, peer, (&ada, &acme), n);
            peer.publish(&note)?;
            ids.insert(text(&note, "id")?.to_owned());
            let create = shapes::create(writer, &note);
            let signed = inboxes.iter().map(|inbox| Ok(Arc::new(writer.sign(inbox, &create, &writer.usual())?)));
            let signed: Vec<_> = signed.collect::<Result<_>>()?;
            // half of them meet their repeats, the other half come alone first
            if n % 2 == 0 {
                first.extend(signed.first().cloned());
                rest.extend(signed.iter().cycle().take(TIMES - 1).cloned());
            } else {
                rest.extend(signed.iter().cycle().take(TIMES).cloned());
            }
        }
        dice.shuffle(&mut rest);
        let pid = acme.pid().unwrap_or_default();
        let (alone, began) = (first.len(), cpu_seconds(pid)?);
        ensure!(send_all(first).await? == [(202, alone)].into(), "not all were taken");
        processed(&acme).await?;
        let (after, repeated) = (cpu_seconds(pid)?, rest.len());
        ensure!(send_all(rest).await? == [(202, repeated)].into(), "a repeat was not taken");
        processed(&acme).await?;
        let each = (after - began) / alone as f64;
        let fresh = total - alone;
        let repeat = (cpu_seconds(pid)? - after - each * fresh as f64) / (repeated - fresh) as f64;
        eprintln!("r13: {total} activities, {} requests; {:.2} ms each, {:.2} ms a repeat", alone + repeated, each * 1e3, repeat * 1e3);
        ensure!(repeat <= each * 1.3, "a repeat costs {repeat:.5} s, an activity {each:.5} s");
        exactly_once(&ada, &accounts, &ids, dice.seed()).await
    })
    .await
}

/// Bytes that are no activity, or a wrong one, each wrong in its own way.
fn poison(pat: &PeerActor, peer: &Peer, n: usize) -> Vec<u8> {
    let id = |kind: &str| peer.fresh_id(kind);
    let create = |change: &dyn Fn(&mut Value)| {
        let note = shapes::note(pat, &id("notes"), "poison", &[]);
        let mut create = shapes::create(pat, &note);
        change(&mut create);
        create.to_string().into_bytes()
    };
    let bare =
        |kind: &str, object: Value| json!({"type": kind, "id": id("acts"), "actor": pat.id, "object": object}).to_string().into_bytes();
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    match n % 24 {
        0 => b"this is no JSON".to_vec(),
        1 => create(&|_| ()).split_last().map(|(_, most)| most.to_vec()).unwrap_or_default(),
        2 => deep(5000).into_bytes(),
        3 => b"[1, 2, 3]".to_vec(),
        4 => b"null".to_vec(),
        5 => vec![b' '; 1_200_000],
        6 => create(&|create| create["object"]["content"] = json!("x".repeat(900_000))),
        7 => create(&|create| create["object"] = json!(42)),
        8 => create(&|create| create["type"] = json!(["Create", 7, null])),
        9 => create(&|create| create["id"] = json!(17)),
        10 => create(&|create| create["object"]["content"] = json!({"a": [1, {"b": null}]})),
        11 => create(&|create| create["to"] = json!({"to": {"to": []}})),
        12 => create(&|create| create["object"]["published"] = json!("the day after tomorrow")),
        13 => create(&|create| create["object"]["attachment"] = json!(vec![json!({"type": "Document", "url": "not a url"}); 3000])),
        14 => create(&|create| create["object"]["tag"] = json!([{"type": "Mention", "href": 5}, {"type": "Hashtag"}, [[]], "tag"])),
        15 => create(&|create| create["object"]["id"] = json!("http://elsewhere.localhost:1/notes/1")),
        16 => bare("Undo", json!({"type": "Like", "id": id("nothing"), "actor": pat.id, "object": id("nothing")})),
        17 => bare("Announce", json!("http://127.0.0.1:1/nothing")),
        18 => bare("Update", json!({"type": "Question", "id": id("notes"), "attributedTo": pat.id, "oneOf": [1, 2, {"name": {}}]})),
        19 => bare("Accept", json!({"type": "Accept", "object": {"type": "Accept", "object": "x"}})),
        20 => bare("Flag", json!([{}, [], ""])),
        21 => bare("Move", json!("\u{202e}\u{0}\u{fffe}")),
        22 => {
            format!(r#"{{"type":"Create","type":"Delete","id":"{}","actor":"{}","object":{}}}"#, id("acts"), pat.id, deep(20)).into_bytes()
        }
        _ => create(&|create| create["object"]["inReplyTo"] = create["object"]["id"].clone()),
    }
}

/// Figure: 96 wrong activities (in full 500) of 24 kinds among 400 good ones (5,000): each good one has its effect, none of the wrong
/// ones is answered with a fault, nothing restarts and nothing panics, and each that was kept ends with a verdict.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_poison_among_good_activities_stops_none_of_them() -> Result<()> {
    scenario(ALONE, async |world| {
        let mut dice = Dice::for_run("r16");
        let (good, bad) = (sized(400, 5000), sized(96, 500));
        let acme = world.node("acme").await?;
        let ada = acme.person("ada").await?;
        let (home, evil) = (world.peer("home", Software::Mastodon).await?, world.peer("evil", Software::Mastodon).await?);
        let (mia, pat) = (home.person("mia")?, evil.person("pat")?);
        let accounts = known(&ada, std::slice::from_ref(&mia)).await?;
        known(&ada, std::slice::from_ref(&pat)).await?;
        let (mut requests, mut ids) = (Vec::new(), BTreeSet::new());
        for n in 0..good {
            let note = letter(&mia, &home, (&ada, &acme), n);
            home.publish(&note)?;
            ids.insert(text(&note, "id")?.to_owned());
            requests.push(Arc::new(mia.sign(&acme.inbox(), &shapes::create(&mia, &note), &mia.usual())?));
        }
        for n in 0..bad {
            requests.push(Arc::new(signed_post(&pat.signer, &acme.inbox(), poison(&pat, &evil, n), &pat.usual())?));
        }
        dice.shuffle(&mut requests);
        let pid = acme.pid();
        let statuses = send_all(requests).await?;
        eprintln!("r16: {statuses:?}, seed {}", dice.seed());
        ensure!(statuses.keys().all(|status| *status == 202 || (400..500).contains(status)), "{statuses:?}");
        ensure!(statuses.get(&202).copied().unwrap_or_default() >= good, "a good one was refused: {statuses:?}");
        exactly_once(&ada, &accounts, &ids, dice.seed()).await?;
        processed(&acme).await?;
        ensure!(acme.pid() == pid && !acme.log_tail(100_000).contains("panicked"), "{}", acme.log_tail(60));
        let silent = "SELECT COUNT(*) FROM inbox WHERE done_at IS NULL AND COALESCE(verdict, '') = ''";
        ensure!(database::count(&acme, silent)? == 0, "something waits and nobody knows why");
        let kept = database::count(&acme, "SELECT COUNT(*) FROM inbox WHERE done_at IS NOT NULL AND body IS NOT NULL")?;
        ensure!(kept == 0, "{kept} that are done keep their bytes");
        Ok(())
    })
    .await
}
