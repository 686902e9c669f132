//! `[server]`: where the node listens and under which address the world knows it.

use super::Origin;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::{net::SocketAddr, path::PathBuf, str::FromStr};
use url::Url;

/// Where the node listens and under which address the world knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The public origin; every identifier is built from it and only from it.
    pub url: Origin,
    /// Address and port to listen on.
    #[serde(deserialize_with = "socket")]
    pub bind: SocketAddr,
    /// Networks of the reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "nets")]
    pub trusted_proxies: Vec<IpNet>,
    /// A listener of its own for `/metrics`.
    #[serde(deserialize_with = "maybe_socket")]
    pub metrics_bind: Option<SocketAddr>,
    /// A file with the bearer token that opens `/metrics` on the public listener.
    pub metrics_token_file: Option<PathBuf>,
    /// Where the source of what runs here is offered (AGPL-3.0 §13); by default a page of the node says whom to ask.
    #[serde(deserialize_with = "maybe_page")]
    pub source_url: Option<Url>,
}

impl Default for Server {
    #[expect(clippy::expect_used, reason = "a constant; the tests run through here")]
    fn default() -> Self {
        let url = "http://localhost:3000".parse().expect("a constant origin");
        let bind = SocketAddr::from(([127, 0, 0, 1], 3000));
        Self { url, bind, trusted_proxies: Vec::new(), metrics_bind: None, metrics_token_file: None, source_url: None }
    }
}

fn parse_socket<E: serde::de::Error>(text: &str) -> Result<SocketAddr, E> {
    text.parse().map_err(|_| E::custom(format!("is {text:?}; allowed: address:port such as 127.0.0.1:3000 or [::]:3000")))
}

fn socket<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    parse_socket(&String::deserialize(from)?)
}

fn maybe_socket<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    Option::<String>::deserialize(from)?.map(|text| parse_socket(&text)).transpose()
}

/// The address of a page: https or http, and no password in it.
fn maybe_page<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let page = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.password().is_none());
    let wrong = || D::Error::custom(format!("is {text:?}; allowed: the address of a page such as https://code.acme.example/intermoot"));
    page.ok_or_else(wrong).map(Some)
}

/// Networks as `10.0.0.0/8`, or single addresses.
pub(super) fn nets<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let wrong =
        |text: &str| D::Error::custom(format!("is not a list of networks: {text:?}; allowed: such as 10.0.0.0/8, fd00::/8 or 192.0.2.7"));
    let net = |text: &String| IpNet::from_str(text).or_else(|_| text.parse().map(std::net::IpAddr::into)).map_err(|_| wrong(text));
    Vec::<String>::deserialize(from)?.iter().map(net).collect()
}
