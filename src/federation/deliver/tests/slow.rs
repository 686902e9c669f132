//! Hosts that take their time, beside one that does not.

use super::{
    peers::Host,
    stage::{Stage, until},
};
use crate::base::words::Shape;
use std::time::Duration;

/// What they take; the client gives up after ten seconds.
const PAUSE: Duration = Duration::from_secs(8);

/// Figure: thirty hosts that answer after eight seconds, with sixteen activities each (480 for 384 places), come first; a host
/// that answers at once has all of its own before the first of them answers.
#[tokio::test]
async fn hosts_that_take_their_time_keep_nobody_else_waiting() {
    let stage = Stage::new(60_000).await;
    let (mut slow, mut inboxes) = (Vec::new(), Vec::new());
    for n in 0..30 {
        let host = Host::slow(Box::leak(format!("slow{n}.test").into_boxed_str()), PAUSE, |_| 202).await;
        inboxes.push(stage.inbox(&host, "/inbox").await);
        slow.push(host);
    }
    let well = Host::new("well.test", |_| 202).await;
    let inbox = stage.inbox(&well, "/inbox").await;
    for n in 0..16 {
        stage.put(n, Shape::Any, &inboxes).await;
    }
    for n in 0..40 {
        stage.put(100 + n, Shape::Any, &[inbox]).await;
    }
    let _engine = stage.start();
    until(|| well.count() == 40).await;
    assert!(slow.iter().all(|host| host.count() == 0), "the others waited for hosts that take their time");
    assert!(slow.iter().map(Host::most_at_once).sum::<usize>() >= 200, "and those were asked meanwhile");
}
