//! The other nodes in the world: each with somebody who signs what it asks for.

use super::world::Viewer;
use crate::{
    base::{
        clock::Stamp,
        words::{AccountKind, KeyKind, SeatStatus},
    },
    features::{accounts, communities::seats},
    federation::Federation,
    store::{
        Insert, Tx,
        tables::{Account, Seat},
    },
    tests::support::TestNode,
};

/// The other nodes: with a usable seat, under a suspended agreement, without a seat, and of one who was in.
pub const HOSTS: [&str; 4] = ["boltco", "cobalt", "dalt", "exco"];

/// Somebody of each of [`HOSTS`], known here with their seat, who knows how to sign.
pub async fn hosts(node: &TestNode, peers: &[TestNode], private: &Account) -> Vec<Viewer> {
    let mut viewers = Vec::new();
    for (peer, name) in peers.iter().zip(HOSTS) {
        let person = peer.person("worker").await;
        let known = introduce(node, peer, &person.account).await;
        let tx = node.app.begin().await.unwrap();
        let agreement_host = if name == "cobalt" { known.host.clone() } else { String::new() };
        if name == "cobalt" {
            suspended(&tx, &known).await;
        }
        if name != "dalt" {
            let status = if name == "exco" { SeatStatus::Ended } else { SeatStatus::Active };
            let seat = seats::fresh(&tx, private.id, known.id, status);
            seats::keep(&tx, Seat { agreement_host, ..seat }, true).await.unwrap();
        }
        tx.commit().await.unwrap();
        let signer = Some((Federation::start(peer.app.clone()).unwrap(), person.account.id));
        viewers.push(Viewer { name, token: None, session: None, signer });
    }
    viewers
}

/// An agreement that would do, were it not suspended: roster and lease are in order.
async fn suspended(tx: &Tx, person: &Account) {
    let later = Stamp(tx.now.0 + 3_600_000);
    Insert::into("agreements")
        .set("id", tx.id())
        .set("uri", "/agreements/1")
        .set("host", person.host.as_str())
        .set("partner_id", person.id)
        .set("state", 2_i16)
        .set("suspended_there", true)
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    let roster = Insert::into("rosters").set("host", person.host.as_str()).set("sequence", 1_i64).set("issued_at", tx.now);
    roster.set("valid_until", later).set("fetched_at", tx.now).set("tried_at", tx.now).run(tx).await.unwrap();
    Insert::into("vouched").set("host", person.host.as_str()).set("uri", person.uri.as_str()).run(tx).await.unwrap();
}

/// Makes a person of `peer` known here, key and all, as if their document had been read.
async fn introduce(node: &TestNode, peer: &TestNode, person: &Account) -> Account {
    let key = accounts::queries::key_of(&peer.app.store, person.id, KeyKind::Rsa).await.unwrap().unwrap();
    let absolute = |uri: &str| peer.app.origin.absolute(uri);
    let remote = accounts::Remote {
        uri: absolute(&person.uri),
        kind: Some(AccountKind::Person),
        username: person.username.clone(),
        host: peer.app.origin.authority().to_owned(),
        inbox: absolute("/inbox"),
        keys: vec![(absolute(&key.uri), KeyKind::Rsa, key.public_key)],
        ..accounts::Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let known = accounts::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    known
}
