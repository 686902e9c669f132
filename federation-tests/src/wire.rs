//! HTTP/1.1 with nothing done for us: the very bytes a test wants on the wire, and an answer read back.
//!
//! Forgery tests send headers twice, leave them out or lie in them; load tests replay requests made beforehand. Ordinary clients
//! help too much for either. Only loopback can be reached: every host name is 127.0.0.1.

use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// How long one exchange may take before it counts as failed.
pub const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);

/// A request as it will stand on the wire; change anything before sending.
#[derive(Debug, Clone)]
pub struct OutgoingRequest {
    /// Where the bytes go.
    pub to: SocketAddr,
    /// The method, as written.
    pub method: String,
    /// The request target, as written (path and query).
    pub target: String,
    /// Header names and values, in order, repeated as wanted. `Content-Length` is added when sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl OutgoingRequest {
    /// A request to `url` with nothing but its `Host`.
    pub fn new(method: &str, url: &str) -> Result<Self> {
        let place = Place::of(url)?;
        Ok(Self {
            to: place.address,
            method: method.to_owned(),
            target: place.target,
            headers: vec![("Host".to_owned(), place.authority)],
            body: Vec::new(),
        })
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Puts one value in place of all the header had.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.remove(name);
        self.add(name, value)
    }

    /// Adds a value, leaving those already there.
    pub fn add(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes every value of a header away.
    pub fn remove(&mut self, name: &str) -> &mut Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    /// The bytes for the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.header("content-length").is_none() && !(self.body.is_empty() && self.method == "GET") {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it on a connection of its own.
    pub async fn send(&self) -> Result<WireAnswer> {
        let mut connection = Connection::open(self.to).await?;
        connection.exchange(&self.to_bytes()).await
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct WireAnswer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl WireAnswer {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text, lossy.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// True for 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A keep-alive connection.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Opens a connection.
    pub async fn open(to: SocketAddr) -> Result<Self> {
        let stream = tokio::time::timeout(EXCHANGE_TIMEOUT, TcpStream::connect(to)).await.context("connecting took too long")??;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Writes a request and reads its answer.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<WireAnswer> {
        tokio::time::timeout(EXCHANGE_TIMEOUT, async {
            self.stream.get_mut().write_all(request).await?;
            self.read_answer().await
        })
        .await
        .context("no answer in time")?
    }

    async fn read_answer(&mut self) -> Result<WireAnswer> {
        let status_line = self.line().await?;
        let status =
            status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).with_context(|| format!("odd status line {status_line:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').with_context(|| format!("odd header {line:?}"))?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = WireAnswer { status, headers, body: Vec::new() };
        answer.body = self.body_of(&answer).await?;
        Ok(answer)
    }

    async fn body_of(&mut self, answer: &WireAnswer) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if answer.header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            loop {
                let size = usize::from_str_radix(self.line().await?.split(';').next().unwrap_or("0").trim(), 16)?;
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(body.get_mut(start..).unwrap_or_default()).await?;
                self.line().await?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let length = answer.header("content-length").and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
        body.resize(length, 0);
        self.stream.read_exact(&mut body).await?;
        Ok(body)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Where a URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Host and port as written in the URL.
    pub authority: String,
    /// The loopback address behind it.
    pub address: SocketAddr,
    /// Path and query.
    pub target: String,
}

impl Place {
    /// Splits an `http://name:port/path` URL; names are not looked up, all of them are 127.0.0.1.
    pub fn of(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("http://").with_context(|| format!("not a plain http URL: {url}"))?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let port = authority.rsplit_once(':').map_or(Ok(80), |(_, port)| port.parse()).with_context(|| format!("odd port in {url}"))?;
        Ok(Self { authority: authority.to_owned(), address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), target: format!("/{path}") })
    }
}

/// Fetches an ActivityPub document without a signature.
pub async fn get(url: &str) -> Result<WireAnswer> {
    get_as(url, "application/activity+json").await
}

/// Fetches with the given `Accept`, following no redirect.
pub async fn get_as(url: &str, accept: &str) -> Result<WireAnswer> {
    let mut request = OutgoingRequest::new("GET", url)?;
    request.add("Accept", accept).add("User-Agent", "federation-tests").add("Connection", "close");
    request.send().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_into_authority_address_and_target() {
        let place = Place::of("http://peer1.localhost:4711/u/a?x=1#key").unwrap();
        assert_eq!(place.authority, "peer1.localhost:4711");
        assert_eq!(place.address.to_string(), "127.0.0.1:4711");
        assert_eq!(place.target, "/u/a?x=1");
        assert_eq!(Place::of("http://peer1.localhost:4711").unwrap().target, "/");
        assert!(Place::of("https://peer1.localhost/").is_err());
    }

    #[test]
    fn headers_stand_on_the_wire_as_given_and_as_often() {
        let mut request = OutgoingRequest::new("POST", "http://a.localhost:1/inbox").unwrap();
        request.add("Digest", "one").add("Digest", "two");
        request.body = b"{}".to_vec();
        let text = String::from_utf8(request.to_bytes()).unwrap();
        assert_eq!(text, "POST /inbox HTTP/1.1\r\nHost: a.localhost:1\r\nDigest: one\r\nDigest: two\r\nContent-Length: 2\r\n\r\n{}");
    }
}
