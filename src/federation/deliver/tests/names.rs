//! R28: names that lead nowhere, late, elsewhere, or to IPv6 alone.

use super::{
    peers::Host,
    stage::{Stage, until},
    until_async,
};
use crate::{
    base::words::Shape,
    features::peers as hosts,
    net::{Limits, Lookup},
};
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// What the name service says of a name.
#[derive(Clone, Copy)]
enum Says {
    At(IpAddr),
    /// NXDOMAIN, or no addresses.
    Nothing,
    /// SERVFAIL.
    Fails,
    /// Nothing at all, for five seconds.
    Stalls,
}

/// A name service; what it was not told of is this machine.
#[derive(Default)]
struct Names(Mutex<HashMap<String, Says>>);

impl Names {
    fn say(&self, name: &str, says: Says) {
        self.0.lock().unwrap().insert(name.to_owned(), says);
    }
}

#[async_trait::async_trait]
impl Lookup for Names {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let says = self.0.lock().unwrap().get(name).copied().unwrap_or(Says::At(Ipv4Addr::LOCALHOST.into()));
        match says {
            Says::At(address) => Ok(vec![address]),
            Says::Nothing => Ok(Vec::new()),
            Says::Fails => Err(io::Error::other("server failure")),
            Says::Stalls => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Ok(vec![Ipv4Addr::LOCALHOST.into()])
            }
        }
    }
}

/// Connections are not kept, so that each delivery asks for its name.
fn limits() -> Limits {
    Limits { lookup: Duration::from_millis(400), idle: Duration::from_millis(1), idle_per_host: 0, ..Limits::default() }
}

async fn stage(unit: u32) -> (Stage, Arc<Names>) {
    let names = Arc::new(Names::default());
    (Stage::naming(unit, Arc::clone(&names) as Arc<dyn Lookup>, limits()).await, names)
}

/// Figure: with three names that do not exist, fail, or are answered after 5 s, a healthy host gets 40 activities within 4 s; the others
/// are left alone as after a refused connection, one try at a time, and get everything once their names are answered.
#[tokio::test]
async fn r28_names_that_are_not_answered_back_off_and_hold_up_nobody() {
    let (stage, names) = stage(1_200).await;
    let well = Host::new("well.test", |_| 202).await;
    let bad = [("gone.test", Says::Nothing), ("sick.test", Says::Fails), ("late.test", Says::Stalls)];
    let (mut hosts_of, mut inboxes) = (Vec::new(), vec![stage.inbox(&well, "/inbox").await]);
    for (name, says) in bad {
        names.say(name, says);
        let host = Host::new(name, |_| 202).await;
        inboxes.push(stage.inbox(&host, "/inbox").await);
        hosts_of.push(host);
    }
    let _engine = stage.start();
    let began = Instant::now();
    for key in 0..40 {
        stage.put(key, Shape::Any, &inboxes).await;
    }
    until(|| well.count() == 40).await;
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    for host in &hosts_of {
        let failing = async || hosts::find(&stage.app().store, &host.authority()).await.unwrap().unwrap();
        until_async(async || failing().await.failures >= 2).await;
        let peer = failing().await;
        assert!(peer.failing_since.is_some() && peer.next_attempt_at.is_some() && host.count() == 0, "{}", host.authority());
    }
    for (name, _) in bad {
        names.say(name, Says::At(Ipv4Addr::LOCALHOST.into()));
    }
    until(|| hosts_of.iter().all(|host| host.count() == 40)).await;
    assert_eq!(well.count(), 40, "nothing went to a host of another name");
}

/// A host moves: what comes after its name changed goes to the new place, and nothing to the old one.
#[tokio::test]
async fn r28_a_name_that_moves_is_followed() {
    let (stage, names) = stage(600).await;
    let [old, new]: [IpAddr; 2] = [Ipv4Addr::new(127, 0, 0, 2).into(), Ipv4Addr::new(127, 0, 0, 3).into()];
    let before = Host::at("moving.test", (old, 0), |_| 202).await;
    let after = Host::at("moving.test", (new, before.port()), |_| 202).await;
    let inbox = stage.inbox(&before, "/inbox").await;
    let _engine = stage.start();
    for (address, host) in [(old, &before), (new, &after)] {
        names.say("moving.test", Says::At(address));
        tokio::time::sleep(Duration::from_millis(50)).await;
        for key in 0..5 {
            stage.put(key, Shape::Any, &[inbox]).await;
        }
        until(|| host.count() == 5).await;
    }
    assert_eq!(before.count(), 5);
}

/// A host with an address of IPv6 alone is delivered to.
#[tokio::test]
async fn r28_a_host_on_ipv6_alone_is_reached() {
    if tokio::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_err() {
        eprintln!("no IPv6 on loopback: a host on IPv6 alone was not tried");
        return;
    }
    let (stage, names) = stage(600).await;
    names.say("six.test", Says::At(Ipv6Addr::LOCALHOST.into()));
    let host = Host::at("six.test", (Ipv6Addr::LOCALHOST.into(), 0), |_| 202).await;
    let inbox = stage.inbox(&host, "/inbox").await;
    let _engine = stage.start();
    stage.put(1, Shape::Any, &[inbox]).await;
    until(|| host.count() == 1).await;
}
