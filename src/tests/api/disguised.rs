//! A path that is written otherwise reaches no other route, and no route without what it asks for.

use crate::{
    api::{self, routes::Access},
    tests::support::{Place, TestNode},
};
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Other ways to write `path`, as programs between a client and a server have taken them for the same.
fn disguises(path: &str) -> Vec<String> {
    let (folder, last) = path.rsplit_once('/').unwrap();
    let beyond = path.strip_prefix("/api/v1").map_or_else(|| path.to_owned(), |rest| format!("/api/v1/instance/%2e%2e{rest}"));
    let inside = ["//", "/./", "/%2e/", "/x/../", "/x/%2e%2e/", "/x/..%2f", "/x/..;/", "/;/", "/%2f", "\\"];
    let inside = inside.map(|way| format!("{folder}{way}{last}"));
    let after = [";x=1", "%00", "/.", "/..;", "%20", "%2f"].map(|end| format!("{path}{end}"));
    let before = [format!("/{path}"), format!("/api/v1/instance/..{path}"), format!("/.well-known/..%2f..{path}"), beyond];
    inside.into_iter().chain(after).chain(before).chain([path.to_uppercase()]).collect()
}

/// The status of the answer to exactly these bytes; clients would put the path in order.
async fn asked(node: &TestNode, path: &str, token: Option<&str>) -> u16 {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
    let host = node.url.trim_start_matches("http://");
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{bearer}Connection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn s088_a_path_in_disguise_opens_nothing() {
    let place = Place::sqlite();
    let node = place.node_with("acme", |config| config.limits.enabled = false).await;
    let ada = node.person("ada").await;
    let (mut strangers, mut members) = (0, 0);
    for route in api::routes().table().iter().filter(|route| route.method == Method::GET && !route.path.contains('{')) {
        let token = match route.access {
            Access::User(_) => None,
            // who is logged in and no administrator
            Access::Admin(_) | Access::Moderator(_) => Some(ada.token.as_str()),
            _ => continue,
        };
        assert!((400..500).contains(&asked(&node, route.path, token).await), "{} is closed", route.path);
        for path in disguises(route.path) {
            let status = asked(&node, &path, token).await;
            assert!((400..500).contains(&status), "{path}: {status}");
        }
        if token.is_none() { strangers += 1 } else { members += 1 }
    }
    assert!(strangers > 40 && members > 5, "{strangers} {members}");
}
