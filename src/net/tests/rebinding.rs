//! S22: a name that changes its address between check and connection gains nothing.

use super::servers::{INSIDE, OUTSIDE, Seen, Table, client, plain, serve, short, trap};
use crate::net::{
    Budget, FetchError, Policy,
    resolver::{GuardedResolver, ResolveError},
};
use std::{net::IpAddr, sync::Arc, time::Duration};

const GLOBAL: &str = "93.184.216.34";

/// A trap, and a server outside on the same port, which hangs up after each answer, so that every request resolves anew.
async fn twins() -> (Seen, tokio::task::JoinHandle<()>) {
    let (trap, listener) = loop {
        let trap = trap().await;
        // another test may hold that port
        if let Ok(listener) = tokio::net::TcpListener::bind((OUTSIDE, trap.port)).await {
            break (trap, listener);
        }
    };
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((mut stream, _)) = listener.accept().await {
            let _head = stream.read(&mut [0; 4096]).await;
            let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\npublic").await;
        }
    });
    (trap, server)
}

fn resolver(answers: &[&[IpAddr]]) -> GuardedResolver {
    GuardedResolver::new(Arc::new(Policy::default()), Table::of(&[("a.test", answers)]), Duration::from_secs(1))
}

#[tokio::test]
async fn s022_a_name_that_turns_internal_after_its_first_answer_is_refused() {
    let (trap, server) = twins().await;
    let client = client(Table::of(&[("a.test", &[&[OUTSIDE.into()], &[INSIDE.into()]])]), &[&trap], short());
    let (url, budget) = (trap.url("a.test", "/"), Budget::default());

    assert_eq!(&client.get(plain(&url), &budget).await.unwrap().body[..], b"public");
    assert!(matches!(client.get(plain(&url), &budget).await, Err(FetchError::Refused(_))));

    assert_eq!(trap.connections(), 0);
    server.abort();
}

#[tokio::test]
async fn s022_of_a_public_and_an_internal_address_only_the_public_one_is_used() {
    let (trap, server) = twins().await;
    let client = client(Table::of(&[("a.test", &[&[INSIDE.into(), OUTSIDE.into()]])]), &[&trap], short());
    for _ in 0..5 {
        let fetched = client.get(plain(&trap.url("a.test", "/")), &Budget::default()).await.unwrap();
        assert_eq!(&fetched.body[..], b"public");
    }
    server.abort();
    let _gone = server.await;
    let outcome = client.get(plain(&trap.url("a.test", "/")), &Budget::default()).await;
    assert!(matches!(outcome, Err(FetchError::Unreachable(_))), "the internal address is no fallback: {outcome:?}");
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn s022_the_resolver_lets_only_public_addresses_through() {
    let (global, inside): (IpAddr, IpAddr) = (GLOBAL.parse().unwrap(), INSIDE.into());
    assert_eq!(resolver(&[&[inside, global]]).addresses("a.test").await.unwrap(), [global]);
    assert!(matches!(resolver(&[&[inside]]).addresses("a.test").await, Err(ResolveError::Refused(_))));
    assert!(matches!(resolver(&[&[]]).addresses("a.test").await, Err(ResolveError::Failed(..))));
    assert!(matches!(resolver(&[&[global]]).addresses("localhost").await, Err(ResolveError::Refused(_))));
    assert!(matches!(resolver(&[&[global]]).addresses("b.LOCALHOST.").await, Err(ResolveError::Refused(_))));
}

#[tokio::test]
async fn a_name_service_that_does_not_answer_is_given_up_in_time() {
    struct Stalled;
    #[async_trait::async_trait]
    impl crate::net::Lookup for Stalled {
        async fn lookup(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
            std::future::pending().await
        }
    }
    let resolver = GuardedResolver::new(Arc::new(Policy::default()), Arc::new(Stalled), Duration::from_millis(50));
    assert!(matches!(resolver.addresses("a.test").await, Err(ResolveError::Failed(..))));
}

#[tokio::test]
async fn the_operating_system_is_asked_for_addresses() {
    use crate::net::{Lookup, SystemLookup};
    let found = SystemLookup::default().lookup("127.0.0.2").await.unwrap();
    assert_eq!(found, [IpAddr::from(OUTSIDE)]);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_may_do_so_later() {
    let server = serve(OUTSIDE, |_| Vec::new()).await;
    let client = client(Table::of(&[]), &[&server], short());
    let error = client.get(plain(&server.url("nobody.test", "/")), &Budget::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Unresolved(_)) && error.is_passing(), "{error:?}");
}
