//! R12: ids and places in the log go on rising whatever our clock does.

use crate::{base::clock::Clock, store::Store, tests::support::on_both_databases};

const HOUR: i64 = 3_600_000;

/// Figure: an hour ahead, two back and one ahead, over a restart that finds its clock an hour behind: no id twice, none lower.
#[tokio::test]
async fn r12_ids_go_on_rising_when_the_clock_jumps_also_over_a_restart() {
    on_both_databases(async |place| {
        let url = place.database().await;
        let mut last = 0;
        for start in [0, -HOUR] {
            let clock = Clock::default();
            clock.advance(start);
            let store = Store::open(&url, clock).await.unwrap();
            for jump in [0, HOUR, -2 * HOUR, HOUR] {
                store.clock.advance(jump);
                for _ in 0..20 {
                    let tx = store.begin().await.unwrap();
                    let id = tx.id();
                    assert!(id > last, "{id} after {last}");
                    last = id;
                    let insert = "INSERT INTO inbox (id, activity_uri, actor_uri, host, body, received_at) VALUES ({}, {}, '', '', {}, {})";
                    crate::sql!(insert, id, format!("https://p.test/{id}"), b"{}".to_vec(), tx.now).run(&tx).await.unwrap();
                    tx.commit().await.unwrap();
                }
            }
            store.close().await.unwrap();
        }
    })
    .await;
}
