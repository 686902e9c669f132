//! Nothing falls between a stream and REST: whoever connects and then reads has everything (R31).

use super::{ear::Ear, stage::Stage};
use crate::{
    features::posts::publish,
    tests::support::{Person, on_both_databases, sized},
};
use futures::StreamExt;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_tungstenite::tungstenite::Message;

/// Listens, again and again, and reads a page after each time it connected: every id that it came to know.
async fn listen(address: std::net::SocketAddr, bearer: String, is_over: Arc<AtomicBool>, nth: u64) -> BTreeSet<String> {
    let client = reqwest::Client::new();
    let mut known = BTreeSet::new();
    let mut last_round = false;
    while !last_round {
        last_round = is_over.load(Ordering::SeqCst);
        let mut ear = Ear::connect(address, "/api/v1/streaming?stream=user", &[("authorization", &bearer)]).await.unwrap();
        // from the newest downwards until something known, as an app fills its gap
        let mut path = "/api/v1/timelines/home?limit=40".to_owned();
        loop {
            let answer = client.get(format!("http://{address}{path}")).header("authorization", &bearer).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            let page: Vec<Value> = answer.json().await.unwrap();
            let ids: Vec<String> = page.iter().map(|status| status["id"].as_str().unwrap().to_owned()).collect();
            let Some(oldest) = ids.last().cloned() else { break };
            let meets = ids.iter().any(|id| known.contains(id));
            known.extend(ids);
            if meets {
                break;
            }
            path = format!("/api/v1/timelines/home?limit=40&max_id={oldest}");
        }
        let patience = Duration::from_millis(if last_round { 500 } else { 40 + nth * 13 % 90 });
        let _ = tokio::time::timeout(patience, async {
            while let Some(Ok(message)) = ear.socket.next().await {
                let Message::Text(text) = message else { continue };
                let heard = super::ear::read(serde_json::from_str(&text).unwrap());
                if heard.event == "update" {
                    known.insert(heard.payload["id"].as_str().unwrap().to_owned());
                }
            }
        })
        .await;
    }
    known
}

#[tokio::test]
async fn r31_a_stream_and_rest_together_have_no_gap() {
    on_both_databases(async |place| {
        let stage = Stage::with(&place, |config| config.limits.enabled = false).await;
        let ada = stage.node.person("ada").await;
        let mut readers: Vec<Person> = Vec::new();
        for nth in 0..sized(6, 40) {
            readers.push(stage.node.person(&format!("r{nth}")).await);
            stage.follows(readers.last().unwrap(), &ada).await;
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let listening: Vec<_> = readers
            .iter()
            .enumerate()
            .map(|(nth, reader)| tokio::spawn(listen(stage.address, format!("Bearer {}", reader.token), is_over.clone(), nth as u64)))
            .collect();
        let mut written = BTreeSet::new();
        for nth in 0..sized(120, 1500) {
            let tx = stage.node.app.begin().await.unwrap();
            let post =
                publish::publish(&tx, &ada.account, crate::features::posts::tests::world::draft(&format!("number {nth}"))).await.unwrap();
            tx.commit().await.unwrap();
            written.insert(post.id.to_string());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stage.settle().await;
        is_over.store(true, Ordering::SeqCst);
        for one in listening {
            let known = one.await.unwrap();
            let missed: Vec<_> = written.difference(&known).collect();
            assert!(missed.is_empty(), "missed {missed:?}");
        }
    })
    .await;
}
