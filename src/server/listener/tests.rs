//! The listener over real sockets: slow, silent and many clients, and one who just asks.

use super::{Listener, Patience, Room, Visitor, attend};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::StatusCode,
    middleware::from_fn,
    routing::{get, post},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
const PATIENCE: Patience = Patience { head: Duration::from_millis(400), idle: Duration::from_millis(1200), stall: Duration::from_secs(1) };
/// Long enough for anything that happens at all.
const LONG: Duration = Duration::from_secs(10);

/// A server with so many places; where it listens.
async fn server(places: usize, patience: Patience) -> SocketAddr {
    let whom = |ConnectInfo(address): ConnectInfo<SocketAddr>| async move { address.to_string() };
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        "slow"
    };
    let large = || async { vec![b'x'; 64 << 20] };
    let refused = || async { StatusCode::FORBIDDEN };
    let thrown_away = |body: Body| async {
        drop(body);
        tokio::time::sleep(Duration::from_millis(50)).await;
        StatusCode::FORBIDDEN
    };
    let router = Router::new().route("/", get(whom)).route("/slow", get(slow)).route("/large", get(large));
    let router = router.route("/no", post(refused)).route("/thrown", post(thrown_away)).layer(from_fn(attend));
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<Visitor>();
    tokio::spawn(async move { axum::serve(Listener::new(tcp, Room::new(places), patience), service).await });
    address
}

async fn connect(to: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// What comes in one piece; empty at the end of the connection.
async fn next(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = timeout(LONG, stream.read(&mut buffer)).await.expect("an answer or an end").unwrap_or(0);
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

/// How long a connection lives that gets nothing more to read.
async fn lifetime(stream: &mut TcpStream) -> Duration {
    let began = Instant::now();
    assert_eq!(next(stream).await, "");
    began.elapsed()
}

#[tokio::test]
async fn s066_a_head_that_does_not_come_ends_the_connection() {
    let here = server(100, PATIENCE).await;
    for begun in [&b""[..], b"GET / HT", b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "] {
        let mut stream = connect(here, begun).await;
        let lived = lifetime(&mut stream).await;
        assert!(lived > PATIENCE.head / 2 && lived < PATIENCE.idle, "{lived:?} after {begun:?}");
    }
}

#[tokio::test]
async fn s066_a_head_that_comes_byte_by_byte_has_no_longer_than_others() {
    let here = server(100, PATIENCE).await;
    let mut stream = connect(here, b"GET / HTTP/1.1\r\nX-Slow: ").await;
    let began = Instant::now();
    while began.elapsed() < LONG && stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    assert!(began.elapsed() < PATIENCE.idle, "{:?}", began.elapsed());
}

#[tokio::test]
async fn s066_between_requests_a_connection_is_kept_for_longer_and_not_for_ever() {
    let here = server(100, PATIENCE).await;
    let mut stream = connect(here, ASK).await;
    let own = stream.local_addr().unwrap().to_string();
    assert!(next(&mut stream).await.ends_with(&own), "the request knows who asks");
    tokio::time::sleep(PATIENCE.head + Duration::from_millis(200)).await;
    stream.write_all(ASK).await.unwrap();
    assert!(next(&mut stream).await.starts_with("HTTP/1.1 200"));
    let lived = lifetime(&mut stream).await;
    assert!(lived > PATIENCE.head && lived < LONG, "{lived:?}");
}

#[tokio::test]
async fn a_slow_answer_is_not_taken_for_a_silent_client() {
    let here = server(100, PATIENCE).await;
    let mut stream = connect(here, b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n").await;
    assert!(next(&mut stream).await.ends_with("slow"));
    // two at once, the second before the first is answered
    let mut stream = connect(here, &[ASK, ASK].concat()).await;
    let mut text = next(&mut stream).await;
    while text.matches("HTTP/1.1 200").count() < 2 {
        text.push_str(&next(&mut stream).await);
    }
}

#[tokio::test]
async fn s066_an_answer_that_nobody_takes_ends_the_connection() {
    let here = server(1, PATIENCE).await;
    let mut stuck = connect(here, b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n").await;
    // the only place is free again once the server gave up
    let mut other = connect(here, ASK).await;
    assert!(next(&mut other).await.starts_with("HTTP/1.1 200"));
    let mut rest = Vec::new();
    let _ = timeout(LONG, stuck.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.len() < 64 << 20, "{}", rest.len());
}

#[tokio::test]
async fn s066_where_all_places_are_taken_whoever_waits_longest_leaves() {
    let patient = Patience { head: LONG, idle: LONG, ..PATIENCE };
    let here = server(32, patient).await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect(here, b"GET / HTTP/1.1\r\n").await);
        if silent.len() % 20 == 0 {
            let began = Instant::now();
            let mut honest = connect(here, ASK).await;
            assert!(next(&mut honest).await.starts_with("HTTP/1.1 200"));
            assert!(began.elapsed() < Duration::from_secs(2), "{:?} behind {}", began.elapsed(), silent.len());
        }
    }
    assert_eq!(next(&mut silent[0]).await, "", "who came first has left");
    let youngest = silent.last_mut().unwrap();
    youngest.write_all(b"Host: here\r\n\r\n").await.unwrap();
    assert!(next(youngest).await.starts_with("HTTP/1.1 200"), "who came last may still ask");
}

#[tokio::test]
async fn whoever_is_refused_before_all_was_sent_may_ask_again_on_the_same_connection() {
    let here = server(100, Patience { head: LONG, idle: LONG, ..PATIENCE }).await;
    for (head, rest) in [("Content-Length: 5", "12345"), ("Transfer-Encoding: chunked", "3\r\n123\r\n2\r\n45\r\n0\r\n\r\n")] {
        let ask = format!("POST /no HTTP/1.1\r\nHost: here\r\n{head}\r\n\r\n");
        let mut stream = connect(here, ask.as_bytes()).await;
        for _ in 0..3 {
            assert!(next(&mut stream).await.starts_with("HTTP/1.1 403"), "the answer waits for nothing");
            stream.write_all(rest.as_bytes()).await.unwrap();
            stream.write_all(ask.as_bytes()).await.unwrap();
        }
        assert!(next(&mut stream).await.starts_with("HTTP/1.1 403"));
        let (first, second) = rest.split_at(2);
        stream.write_all(first.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(second.as_bytes()).await.unwrap();
        stream.write_all(ASK).await.unwrap();
        assert!(next(&mut stream).await.starts_with("HTTP/1.1 200"), "{head}");
    }
}

#[tokio::test]
async fn what_is_asked_behind_a_rest_is_a_request_like_any_other() {
    // a slow answer takes longer than a connection may wait
    let here = server(2, Patience { head: Duration::from_millis(300), idle: Duration::from_millis(500), ..PATIENCE }).await;
    for _ in 0..3 {
        let mut stream = connect(here, b"POST /no HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n").await;
        assert!(next(&mut stream).await.starts_with("HTTP/1.1 403"));
        stream.write_all(b"12345GET /slow HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
        // the others want its place
        let mut second = connect(here, ASK).await;
        assert!(next(&mut second).await.starts_with("HTTP/1.1 200"));
        let mut third = connect(here, ASK).await;
        assert!(next(&mut third).await.starts_with("HTTP/1.1 200"));
        assert_eq!(next(&mut second).await, "", "the one who waits leaves");
        assert!(next(&mut stream).await.ends_with("slow"), "it was cut as if nothing had been asked");
    }
}

#[tokio::test]
async fn s066_who_stops_sending_after_the_answer_is_waited_for_like_others() {
    let here = server(1, PATIENCE).await;
    let head = b"POST /no HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000000\r\n\r\n";
    let mut stuck = connect(here, head).await;
    assert!(next(&mut stuck).await.starts_with("HTTP/1.1 403"));
    let lived = lifetime(&mut stuck).await;
    assert!(lived > PATIENCE.head / 2 && lived < PATIENCE.idle, "{lived:?}");
    // where all places are taken it leaves at once
    let patient = Patience { head: LONG, idle: LONG, ..PATIENCE };
    let here = server(1, patient).await;
    let mut stuck = connect(here, head).await;
    assert!(next(&mut stuck).await.starts_with("HTTP/1.1 403"));
    let (began, mut other) = (Instant::now(), connect(here, ASK).await);
    assert!(next(&mut other).await.starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() < LONG / 2, "{:?}", began.elapsed());
}

#[tokio::test]
async fn s070_who_goes_on_sending_after_the_answer_is_read_so_far_and_no_further() {
    let here = server(1, Patience { head: LONG, idle: LONG, ..PATIENCE }).await;
    let mut eager = connect(here, b"POST /no HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000000\r\n\r\n").await;
    assert!(next(&mut eager).await.starts_with("HTTP/1.1 403"));
    let (part, mut sent) = (vec![b'x'; 1 << 20], 0);
    while sent < 900 << 20 && timeout(LONG, eager.write_all(&part)).await.expect("no standstill").is_ok() {
        sent += part.len();
    }
    // what is read for nothing, and what the system holds on both sides
    assert!(sent < 100 << 20, "{sent}");
    // the only place is free again
    let mut other = connect(here, ASK).await;
    assert!(next(&mut other).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_asks_whether_to_send_is_not_asked_for_what_nobody_wants() {
    let here = server(100, Patience { head: LONG, idle: LONG, ..PATIENCE }).await;
    let head = b"POST /thrown HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    let mut stream = connect(here, head).await;
    let answer = next(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(lifetime(&mut stream).await < LONG / 2, "no request can follow what is not sent");
}

#[tokio::test]
async fn a_busy_connection_is_not_cut_for_another() {
    let here = server(1, PATIENCE).await;
    let mut busy = connect(here, b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut other = connect(here, ASK).await;
    assert!(next(&mut other).await.starts_with("HTTP/1.1 200"));
    assert!(next(&mut busy).await.ends_with("slow"));
}

#[tokio::test]
async fn s079_http2_is_not_spoken_and_its_floods_end_at_the_first_line() {
    let here = server(4, PATIENCE).await;
    // RFC 9113: the preface, SETTINGS, and frames of a rapid reset and of a CONTINUATION flood
    let mut flood = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    for stream in (1..2000_u32).step_by(2) {
        flood.extend(
            [&[0, 0, 1, 1, 4][..], &stream.to_be_bytes(), b"\x82", &[0, 0, 4, 3, 0], &stream.to_be_bytes(), &[0, 0, 0, 8]].concat(),
        );
        flood.extend([&[0, 0, 1, 9, 0][..], &stream.to_be_bytes(), b"\x82"].concat());
    }
    for _ in 0..20 {
        let mut stream = TcpStream::connect(here).await.unwrap();
        // the server may close before all of it is taken
        let _ = stream.write_all(&flood).await;
        let text = next(&mut stream).await;
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4") || text.starts_with("HTTP/1.1 505"), "{text}");
    }
    let mut upgrade = connect(
        here,
        b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    )
    .await;
    assert!(next(&mut upgrade).await.starts_with("HTTP/1.1 200"), "an offer to upgrade is passed over");
    let mut honest = connect(here, ASK).await;
    assert!(next(&mut honest).await.starts_with("HTTP/1.1 200"));
}
