//! S20, S21, S24, S26: what may not be connected to is not connected to.

use super::servers::{Seen, client, names, ok, plain, serve, short, trap};
use crate::{
    base::config::Ports,
    net::{Budget, FetchError, Policy, is_public, tests::servers::OUTSIDE},
};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr};
use url::Url;

const NOT_PUBLIC: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "feff::1",
    "ff02::1",
    "ff0e::1",
];
const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
    "3ffe::1",
];

/// Ways to write 127.0.0.1, 169.254.169.254, 0.0.0.0 and ::1 in a URL.
const LITERALS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7F.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.0.0.01",
    "%31%32%37.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "0",
    "0.0.0.0",
    "0x0",
    "00000000",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0xa9.0xfe.0xa9.0xfe",
    "0251.0376.0251.0376",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "8.8.8.8",
    "[2001:4860:4860::8888]",
];

fn refused(outcome: Result<crate::net::Fetched, FetchError>) -> bool {
    matches!(outcome, Err(error @ FetchError::Refused(_)) if !error.is_passing())
}

#[test]
fn s021_special_addresses_are_not_public() {
    for text in NOT_PUBLIC {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    for text in PUBLIC {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

proptest! {
    #[test]
    fn s021_no_ipv6_address_that_hides_an_ipv4_one_is_public(bits: u32) {
        let hidden = Ipv4Addr::from_bits(bits);
        let [high, low] = [bits >> 16, bits & 0xffff];
        let shapes = [format!("::{hidden}"), format!("::ffff:{hidden}"), format!("64:ff9b::{hidden}"), format!("64:ff9b:1::{hidden}"),
            format!("2002:{high:x}:{low:x}::1"), format!("2001:0:{high:x}:{low:x}::1")];
        for shape in shapes {
            prop_assert!(!is_public(shape.parse().unwrap()), "{}", shape);
        }
    }

    #[test]
    fn s021_everything_that_the_standard_library_calls_internal_is_refused(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        let internal = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_broadcast()
            || address.is_documentation() || address.is_unspecified() || address.is_multicast();
        prop_assert!(!(internal && is_public(address.into())));
    }
}

#[test]
fn s021_addresses_in_place_of_names_are_refused_in_every_notation() {
    let policy = Policy { allow_http: true, ..Policy::default() };
    let mut judged = 0;
    for literal in LITERALS {
        for scheme in ["http", "https"] {
            let Ok(url) = Url::parse(&format!("{scheme}://{literal}/")) else { continue };
            assert!(policy.check_url(&url).is_err(), "{url}");
            judged += 1;
        }
    }
    assert!(judged >= 60, "{judged}: the others are no URLs at all");
}

#[test]
fn only_an_allowed_address_may_stand_in_place_of_a_name() {
    let policy = Policy { allow_http: true, allow_addresses: vec!["127.0.0.0/8".parse().unwrap()], allow_ports: Ports::default() };
    for (url, expected) in
        [("http://127.0.0.1/", true), ("http://2130706433/", true), ("http://10.0.0.1/", false), ("http://[::1]/", false)]
    {
        assert_eq!(policy.check_url(&Url::parse(url).unwrap()).is_ok(), expected, "{url}");
    }
    assert!(!policy.permits("::ffff:127.0.0.1".parse().unwrap()));
    assert!(policy.permits(IpAddr::from(OUTSIDE)));
}

#[test]
fn without_settings_only_https_to_the_ordinary_port_is_allowed() {
    let strict = Policy::default();
    for url in ["https://a.example/", "https://a.example:443/x", "https://xn--bcher-kva.example/"] {
        assert!(strict.check_url(&Url::parse(url).unwrap()).is_ok(), "{url}");
    }
    for url in [
        "http://a.example/",
        "https://u@a.example/",
        "https://:p@a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "data:,x",
        "gopher://a.example/",
        "unix:/run/docker.sock",
        "https://a.example../",
        "about:blank",
    ] {
        assert!(strict.check_url(&Url::parse(url).unwrap()).is_err(), "{url}");
    }
    let long = format!("https://a.example/{}", "x".repeat(3000));
    assert!(strict.check_url(&Url::parse(&long).unwrap()).is_err());
}

#[test]
fn s026_other_ports_are_refused_unless_listed() {
    let strict = Policy::default();
    for port in [0, 1, 22, 25, 80, 444, 3306, 5432, 6379, 8080, 8443, 11211, 65535] {
        assert!(strict.check_url(&Url::parse(&format!("https://e.test:{port}/")).unwrap()).is_err(), "{port}");
    }
    let listed = Policy { allow_http: true, allow_ports: [4001].into_iter().collect(), ..Policy::default() };
    for (url, expected) in [
        ("http://e.test:4001/", true),
        ("https://e.test:4001/", true),
        ("http://e.test:4002/", false),
        ("http://e.test:443/", false),
        ("https://e.test:80/", false),
        ("http://e.test:80/", true),
    ] {
        assert_eq!(listed.check_url(&Url::parse(url).unwrap()).is_ok(), expected, "{url}");
    }
}

#[tokio::test]
async fn s020_internal_addresses_are_never_connected_to() {
    let trap = trap().await;
    let client = client(names(), &[&trap], short());
    for host in [
        "127.0.0.1",
        "localhost",
        "x.localhost",
        "localhost.",
        "inner.test",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::1]",
    ] {
        let url = trap.url(host, "/latest/meta-data");
        assert!(refused(client.get(plain(&url), &Budget::default()).await), "GET {host}");
        let posted = client.post(&url, Default::default(), "x".into()).await;
        assert!(matches!(posted, Err(FetchError::Refused(_))), "POST {host}: {posted:?}");
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn s024_a_link_in_a_document_is_checked_like_any_other() {
    let trap = trap().await;
    let port = trap.port;
    let peer = serve(OUTSIDE, move |_| ok(&format!("http://127.0.0.1:{port}/nodeinfo/2.0 http://inner.test:{port}/actor"))).await;
    let client = client(names(), &[&trap, &peer], short());
    let budget = Budget::default();

    let document = client.get(plain(&peer.url("a.test", "/.well-known/nodeinfo")), &budget).await.unwrap();

    for link in std::str::from_utf8(&document.body).unwrap().split(' ') {
        assert!(refused(client.get(plain(&Url::parse(link).unwrap()), &budget).await), "{link}");
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn localhost_names_reach_loopback_once_the_settings_allow_it() {
    let server = trap().await;
    let policy = Policy {
        allow_http: true,
        allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
        allow_ports: [server.port].into_iter().collect(),
    };
    let client = crate::net::Client::with_limits(policy, names(), "intermoot-test/1", None, short()).unwrap();
    let fetched = client.get(plain(&server.url("acme.localhost", "/")), &Budget::default()).await.unwrap();
    assert_eq!(&fetched.body[..], b"the secret");
    assert_host(&server, "acme.localhost");
}

fn assert_host(seen: &Seen, host: &str) {
    assert!(seen.heads()[0].contains(&format!("host: {host}:{}\r\n", seen.port)), "{:?}", seen.heads());
}
