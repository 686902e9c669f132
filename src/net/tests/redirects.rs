//! S23, S29, S67: every hop is checked, signed and counted as if it were the first.

use super::servers::{OUTSIDE, client, names, ok, plain, redirect, serve, short, trap};
use crate::net::{
    Budget, FetchError, Method, SignRequest,
    header::{AUTHORIZATION, HeaderMap},
};
use std::time::Duration;
use url::Url;

/// Signs with the host it signs for.
struct Signer;

impl SignRequest for Signer {
    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: Option<&[u8]>) -> anyhow::Result<()> {
        anyhow::ensure!(!headers.contains_key("signature") && !headers.contains_key(AUTHORIZATION), "headers of an earlier hop");
        anyhow::ensure!(*method == Method::GET && body.is_none());
        headers.insert("signature", format!("for-{}{}", url.host_str().unwrap(), url.path()).parse()?);
        headers.insert(AUTHORIZATION, format!("Signature for-{}", url.host_str().unwrap()).parse()?);
        Ok(())
    }
}

#[tokio::test]
async fn s023_a_redirect_to_an_internal_address_is_refused() {
    let trap = trap().await;
    let port = trap.port;
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://inner.test:{port}/"),
        format!("//2130706433:{port}/"),
        format!("http://x.localhost:{port}/"),
        format!("http://u:p@a.test:{port}/"),
        "http://a.test:6379/".to_owned(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for target in targets.clone() {
            let peer = serve(OUTSIDE, move |head| {
                // the first hop stays outside, the second goes in
                if head.starts_with("GET /first ") { redirect(status, "/second") } else { redirect(status, &target) }
            })
            .await;
            let client = client(names(), &[&peer, &trap], short());
            for signed in [false, true] {
                let url = peer.url("a.test", "/first");
                let get = if signed { plain(&url).signed(&Signer) } else { plain(&url) };
                let outcome = client.get(get, &Budget::default()).await;
                assert!(matches!(outcome, Err(FetchError::Refused(_))), "{status}: {outcome:?}");
            }
            assert_eq!(peer.heads().len(), 4);
        }
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn s023_a_redirect_out_of_the_web_is_refused() {
    for target in ["file:///etc/passwd", "data:application/json,{}", "gopher://a.test/", "ftp://a.test/", "javascript:0", "unix:/x"] {
        let peer = serve(OUTSIDE, move |_| redirect(302, target)).await;
        let client = client(names(), &[&peer], short());
        let outcome = client.get(plain(&peer.url("a.test", "/")), &Budget::default()).await;
        assert!(matches!(outcome, Err(FetchError::Refused(_))), "{target}: {outcome:?}");
    }
}

#[tokio::test]
async fn s029_a_redirect_to_another_host_carries_a_new_signature_or_none() {
    let other = serve(OUTSIDE, |_| ok("{}")).await;
    let target = other.url("b.test", "/there").to_string();
    let first = serve(OUTSIDE, move |_| redirect(307, &target)).await;
    let client = client(names(), &[&first, &other], short());
    let url = first.url("a.test", "/here#main-key");

    client.get(plain(&url), &Budget::default()).await.unwrap();
    let fetched = client.get(plain(&url).signed(&Signer), &Budget::default()).await.unwrap();

    assert_eq!(fetched.url, other.url("b.test", "/there"));
    let (at_first, at_other) = (first.heads(), other.heads());
    for unsigned in [&at_first[0], &at_other[0]] {
        assert!(!unsigned.contains("signature") && !unsigned.contains("authorization"), "{unsigned}");
    }
    assert!(at_first[1].contains("signature: for-a.test/here\r\n") && at_first[1].contains("authorization: signature for-a.test\r\n"));
    assert!(at_other[1].contains("signature: for-b.test/there\r\n") && at_other[1].contains("authorization: signature for-b.test\r\n"));
    assert!(!at_other[1].contains("a.test"), "{}", at_other[1]);
}

#[tokio::test]
async fn s067_three_redirects_are_followed_and_no_more() {
    let peer = serve(OUTSIDE, |head| match head.split(' ').nth(1).unwrap() {
        "/0" => ok("arrived"),
        path => redirect(302, &format!("/{}", path[1..].parse::<u32>().unwrap() - 1)),
    })
    .await;
    let client = client(names(), &[&peer], short());
    let budget = Budget::default();

    let fetched = client.get(plain(&peer.url("a.test", "/3")), &budget).await.unwrap();
    assert_eq!((&fetched.body[..], fetched.url.path(), budget.left()), (&b"arrived"[..], "/0", 16));

    let outcome = client.get(plain(&peer.url("a.test", "/4")), &budget).await;
    assert!(matches!(outcome, Err(FetchError::TooManyRedirects)), "{outcome:?}");
    assert_eq!(peer.heads().len(), 8, "four requests each");
}

#[tokio::test]
async fn s067_a_loop_ends_as_soon_as_it_closes() {
    let peer = serve(OUTSIDE, |head| match head.split(' ').nth(1).unwrap() {
        "/self" => redirect(301, "/self#again"),
        "/one" => redirect(301, "/two"),
        _ => redirect(301, "/one"),
    })
    .await;
    let client = client(names(), &[&peer], short());
    for (path, requests) in [("/self", 1), ("/one", 3)] {
        let error = client.get(plain(&peer.url("a.test", path)), &Budget::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::TooManyRedirects) && !error.is_passing(), "{path}: {error:?}");
        assert_eq!(peer.heads().len(), requests, "{path}");
    }
}

#[tokio::test]
async fn s067_one_budget_bounds_everything_that_follows_from_one_activity() {
    let peer = serve(OUTSIDE, |head| if head.starts_with("GET /hop ") { redirect(302, "/end") } else { ok("{}") }).await;
    let client = client(names(), &[&peer], short());
    let budget = Budget::new(5, Duration::from_secs(5));
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(client.get(plain(&peer.url("a.test", "/hop")), &budget.clone()).await);
    }
    assert!(outcomes[0].is_ok() && outcomes[1].is_ok());
    assert!(matches!(outcomes[2], Err(FetchError::BudgetExhausted)) && matches!(outcomes[3], Err(FetchError::BudgetExhausted)));
    assert_eq!(peer.heads().len(), 5);
}

#[tokio::test]
async fn a_redirect_status_without_a_place_to_go_is_an_answer() {
    let peer = serve(OUTSIDE, |_| b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()).await;
    let client = client(names(), &[&peer], short());
    let url = peer.url("a.test", "/");
    let get = crate::net::Get { if_none_match: Some("\"v1\""), ..plain(&url) };
    assert_eq!(client.get(get, &Budget::default()).await.unwrap().status.as_u16(), 304);
    assert!(peer.heads()[0].contains("if-none-match: \"v1\"\r\n"));
}
