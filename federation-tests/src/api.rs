//! A thin client of the Mastodon API of one node, as one person; answers are plain JSON.
//!
//! Paths and shapes are Mastodon's; our own resources are in `community.rs`. Every failure says what was asked and what came
//! back, since a test's reader has nothing else to go by.

use anyhow::{Context, Result, bail, ensure};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The client API of a node.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
}

/// Every name is this machine.
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// An answer whole, for tests about statuses and headers.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The `Link` header.
    pub link: Option<String>,
    /// The body; `Null` when it is not JSON.
    pub json: Value,
    /// The body as text.
    pub text: String,
}

impl Api {
    /// The API at `base` (an origin without a trailing slash), with a token or without.
    pub fn new(base: &str, token: Option<&str>) -> Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(Loopback))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self { client, base: base.to_owned(), token: token.map(str::to_owned) })
    }

    /// The token, where there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Asks and answers whatever comes back. `headers` come on top.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Result<Reply> {
        let url = if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = self.client.request(method.clone(), &url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.with_context(|| format!("{method} {url}"))?;
        let status = response.status().as_u16();
        let link = response.headers().get("link").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text = response.text().await?;
        Ok(Reply { status, link, json: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }

    /// Sends a file, waits until it is ready, and answers the medium; fails unless 2xx.
    pub async fn upload(&self, bytes: &[u8], description: &str) -> Result<Value> {
        let words = format!("--cut\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n{description}\r\n");
        let about = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: image/png\r\n\r\n";
        let body = [words.as_bytes(), about.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
        let mut request =
            self.client.post(format!("{}/api/v1/media", self.base)).header("content-type", "multipart/form-data; boundary=cut");
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.body(body).send().await.context("POST media")?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "POST media: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// The bytes at an address, asked for by nobody, with status and type.
    pub async fn bytes(&self, url: &str) -> Result<(u16, String, Vec<u8>)> {
        let response = self.client.get(url).send().await.with_context(|| format!("GET {url}"))?;
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        Ok((response.status().as_u16(), kind, response.bytes().await?.to_vec()))
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let reply = self.call(method.clone(), path, body.clone(), &[]).await?;
        if !(200..300).contains(&reply.status) {
            let sent = body.map(|body| format!("\n  sent {body}")).unwrap_or_default();
            bail!("{method} {}{path}: status {}: {}{sent}", self.base, reply.status, reply.text.chars().take(600).collect::<String>());
        }
        Ok(reply.json)
    }

    /// GET; fails unless 2xx.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.ask(Method::GET, path, None).await
    }

    /// POST with a JSON body; fails unless 2xx.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// POST without a body.
    pub async fn act(&self, path: &str) -> Result<Value> {
        self.ask(Method::POST, path, None).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.ask(Method::DELETE, path, None).await
    }

    /// The person whose token this is.
    pub async fn me(&self) -> Result<Value> {
        self.get("/api/v1/accounts/verify_credentials").await
    }

    /// Posts publicly.
    pub async fn say(&self, text: &str) -> Result<Value> {
        self.post("/api/v1/statuses", json!({"status": text, "visibility": "public"})).await
    }

    /// Posts publicly, harmless when repeated with the same key.
    pub async fn say_once(&self, text: &str, key: &str) -> Result<Value> {
        let body = json!({"status": text, "visibility": "public"});
        let reply = self.call(Method::POST, "/api/v1/statuses", Some(body), &[("Idempotency-Key", key)]).await?;
        ensure!(reply.status == 200, "POST status with a key: {} {}", reply.status, reply.text);
        Ok(reply.json)
    }

    /// Answers a post, publicly.
    pub async fn answer(&self, to: &str, text: &str) -> Result<Value> {
        self.post("/api/v1/statuses", json!({"status": text, "visibility": "public", "in_reply_to_id": to})).await
    }

    /// Edits a post's text.
    pub async fn edit(&self, id: &str, text: &str) -> Result<Value> {
        self.put(&format!("/api/v1/statuses/{id}"), json!({"status": text})).await
    }

    /// Deletes a post.
    pub async fn erase(&self, id: &str) -> Result<Value> {
        self.delete(&format!("/api/v1/statuses/{id}")).await
    }

    /// A post.
    pub async fn status(&self, id: &str) -> Result<Value> {
        self.get(&format!("/api/v1/statuses/{id}")).await
    }

    /// Likes a post.
    pub async fn favourite(&self, id: &str) -> Result<Value> {
        self.act(&format!("/api/v1/statuses/{id}/favourite")).await
    }

    /// Boosts a post.
    pub async fn reblog(&self, id: &str) -> Result<Value> {
        self.act(&format!("/api/v1/statuses/{id}/reblog")).await
    }

    /// What stands above and below a post.
    pub async fn context(&self, id: &str) -> Result<Value> {
        self.get(&format!("/api/v1/statuses/{id}/context")).await
    }

    /// The home timeline, newest 40.
    pub async fn home(&self) -> Result<Vec<Value>> {
        list(self.get("/api/v1/timelines/home?limit=40").await?)
    }

    /// Notifications, newest 40.
    pub async fn notifications(&self) -> Result<Vec<Value>> {
        list(self.get("/api/v1/notifications?limit=40").await?)
    }

    /// Follows an account.
    pub async fn follow(&self, account: &str) -> Result<Value> {
        self.act(&format!("/api/v1/accounts/{account}/follow")).await
    }

    /// How one stands to an account.
    pub async fn relationship(&self, account: &str) -> Result<Value> {
        let found = list(self.get(&format!("/api/v1/accounts/relationships?id[]={account}")).await?)?;
        found.into_iter().next().context("no relationship came back")
    }

    /// Looks something up by URL or handle, fetching it where needed; `Null` when nothing is found.
    pub async fn resolve(&self, what: &str, kind: &str) -> Result<Value> {
        let path = format!("/api/v2/search?resolve=true&limit=5&type={kind}&q={}", escape(what));
        let found = self.get(&path).await?;
        Ok(found[kind].get(0).cloned().unwrap_or(Value::Null))
    }

    /// The account behind a URL or handle; an error when there is none.
    pub async fn resolve_account(&self, what: &str) -> Result<Value> {
        let account = self.resolve(what, "accounts").await?;
        ensure!(account["id"].is_string(), "nobody found for {what}");
        Ok(account)
    }

    /// The post behind a URL, if it can be had.
    pub async fn resolve_status(&self, url: &str) -> Result<Option<Value>> {
        let status = self.resolve(url, "statuses").await?;
        Ok(status["id"].is_string().then_some(status))
    }

    /// All posts of an account, page by page to the end (40 a page, at most `most`).
    pub async fn all_statuses_of(&self, account: &str, most: usize) -> Result<Vec<Value>> {
        self.all_pages(&format!("/api/v1/accounts/{account}/statuses?limit=40"), most).await
    }

    /// Every item of a paged list, following `max_id`.
    pub async fn all_pages(&self, path: &str, most: usize) -> Result<Vec<Value>> {
        let mut all: Vec<Value> = Vec::new();
        let mut cursor = String::new();
        while all.len() < most {
            let page = list(self.get(&format!("{path}{cursor}")).await?)?;
            let Some(last) = page.last() else { break };
            let id = last["id"].as_str().context("an item without id")?;
            let next = format!("&max_id={id}");
            ensure!(next != cursor, "{path} does not move past {id}");
            cursor = next;
            all.extend(page);
        }
        Ok(all)
    }
}

/// The items of a JSON array.
pub fn list(value: Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(items) => Ok(items),
        other => bail!("a list was awaited, not {other}"),
    }
}

/// A field that must be text.
pub fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    value[field].as_str().with_context(|| format!("no text {field:?} in {value}"))
}

/// Percent-encodes everything but letters and digits.
pub fn escape(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Reads percent-encoding.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match hex {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_reads_back() {
        let url = "http://peer1.localhost:4711/u/ä?x=1&y=@z";
        assert_eq!(unescape(&escape(url)), url);
        assert_eq!(escape("a:b"), "a%3Ab");
        assert_eq!(unescape("100%"), "100%");
    }
}
