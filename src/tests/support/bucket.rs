//! A store of objects for tests, as far as files need one, over real HTTP: it speaks enough of S3 to be written to, read from,
//! listed and emptied, checks every signature (AWS Signature Version 4), and can be broken.

use crate::base::{
    config::Config,
    secret::{hash_hex, hex, sha256},
};
use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The bucket.
pub const BUCKET: &str = "acme-moot";
/// The id of the key that may use it, and its secret.
pub const KEY: (&str, &str) = ("moot", "a secret of forty characters, as they are");
/// Keys on a page of a list: few, so that lists have several pages.
const PAGE: usize = 3;

/// What it holds, and how it is.
#[derive(Default)]
pub struct Inside {
    /// Objects by their key.
    pub objects: BTreeMap<String, Bytes>,
    /// Parts of what is not put together yet, by the id of the upload.
    pub parts: BTreeMap<String, BTreeMap<usize, Bytes>>,
    /// What was asked, the oldest first: `GET /acme-moot/x`.
    pub asked: Vec<String>,
    /// The next answers: with this status, so often.
    pub breaks: Option<(StatusCode, usize)>,
}

/// A store that listens. Ends when dropped.
pub struct Standing {
    /// What it holds.
    pub inside: Arc<Mutex<Inside>>,
    address: SocketAddr,
    serving: Option<(CancellationToken, JoinHandle<()>)>,
    secret: tempfile::NamedTempFile,
}

impl Standing {
    /// A store with an empty bucket.
    pub async fn start() -> Self {
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), format!("{}\n", KEY.1)).unwrap();
        let mut standing = Self { inside: Arc::default(), address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), serving: None, secret };
        standing.stand_up().await;
        standing
    }

    /// Listens, again where it did before.
    pub async fn stand_up(&mut self) {
        let listener = tokio::net::TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&self.inside));
        let end = CancellationToken::new();
        let serving = axum::serve(listener, router).with_graceful_shutdown(end.clone().cancelled_owned());
        self.serving = Some((end, tokio::spawn(async move { serving.await.unwrap() })));
    }

    /// Is away: nobody listens, and what was connected is cut off.
    pub async fn go_away(&mut self) {
        if let Some((end, serving)) = self.serving.take() {
            end.cancel();
            serving.await.unwrap();
        }
    }

    /// Answers the next so many times with this status.
    pub fn break_next(&self, status: StatusCode, times: usize) {
        self.inside.lock().unwrap().breaks = Some((status, times));
    }

    /// Settings by which a node keeps its files here, below `files/of`.
    pub fn name_in(&self, config: &mut Config) {
        let media = &mut config.media;
        media.url = Some(format!("s3://{BUCKET}/files/of").parse().unwrap());
        media.s3_endpoint = Some(format!("http://{}", self.address).parse().unwrap());
        media.s3_allow_http = true;
        media.s3_key_id = Some(KEY.0.to_owned());
        media.s3_secret_file = Some(self.secret.path().to_owned());
    }

    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.inside.lock().unwrap().objects.keys().cloned().collect()
    }

    /// Forgets what was asked, and says what it was.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inside.lock().unwrap().asked)
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        if let Some((end, _)) = &self.serving {
            end.cancel();
        }
    }
}

async fn answer(State(inside): State<Arc<Mutex<Inside>>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut inside = inside.lock().unwrap();
    inside.asked.push(format!("{method} {}", uri.path()));
    if let Some((status, left @ 1..)) = &mut inside.breaks {
        *left -= 1;
        return wrong(*status, "InternalError");
    }
    if let Err(code) = proven(&method, &uri, &headers, &body) {
        return wrong(StatusCode::FORBIDDEN, code);
    }
    let Some(key) = uri.path().trim_start_matches('/').strip_prefix(BUCKET) else {
        return wrong(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let (key, asked) = (key.trim_start_matches('/').to_owned(), pairs(&uri));
    let said = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    match (method.as_str(), said("uploadId")) {
        ("GET", _) if key.is_empty() => listed(&inside, &said("prefix").unwrap_or_default(), said("continuation-token")),
        ("GET" | "HEAD", _) => {
            inside.objects.get(&key).map_or_else(|| wrong(StatusCode::NOT_FOUND, "NoSuchKey"), |all| shown(all, &headers))
        }
        ("PUT", None) => {
            inside.objects.insert(key, body);
            [(header::ETAG, "\"whole\"")].into_response()
        }
        ("PUT", Some(id)) => {
            let number: usize = said("partNumber").unwrap().parse().unwrap();
            inside.parts.entry(id).or_default().insert(number, body);
            [(header::ETAG, format!("\"part{number}\""))].into_response()
        }
        ("POST", None) => {
            let id = format!("upload{}", inside.asked.len());
            inside.parts.insert(id.clone(), BTreeMap::new());
            xml(&format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"))
        }
        ("POST", Some(id)) => {
            let parts = inside.parts.remove(&id).unwrap();
            let whole: Vec<u8> = parts.into_values().flatten().collect();
            inside.objects.insert(key, whole.into());
            xml("<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>")
        }
        ("DELETE", Some(id)) => {
            inside.parts.remove(&id);
            StatusCode::NO_CONTENT.into_response()
        }
        ("DELETE", None) => {
            inside.objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => wrong(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

/// An error as S3 tells it: it repeats what was signed.
fn wrong(status: StatusCode, code: &str) -> Response {
    (status, format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><StringToSign>AWS4 hush</StringToSign></Error>")).into_response()
}

fn xml(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "application/xml")], text.to_owned()).into_response()
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

fn shown(all: &Bytes, headers: &HeaderMap) -> Response {
    let about = [(header::ETAG, "\"whole\""), (header::LAST_MODIFIED, "Sun, 22 Nov 2026 10:00:00 GMT")];
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((from, last)) = range else { return (about, all.clone()).into_response() };
    let from: usize = from.parse().unwrap();
    let end = last.parse::<usize>().map_or(all.len(), |last| (last + 1).min(all.len()));
    let range = [(header::CONTENT_RANGE, format!("bytes {from}-{}/{}", end - 1, all.len()))];
    (StatusCode::PARTIAL_CONTENT, about, range, all.slice(from..end)).into_response()
}

fn listed(inside: &Inside, prefix: &str, after: Option<String>) -> Response {
    let after = after.unwrap_or_default();
    let mut found = inside.objects.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after.as_str());
    let page: Vec<_> = found.by_ref().take(PAGE).collect();
    let one = |(key, bytes): &(&String, &Bytes)| {
        let size = bytes.len();
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-22T10:00:00.000Z</LastModified><ETag>\"whole\"</ETag><Size>{size}</Size></Contents>"
        )
    };
    let more = found.next().map(|_| format!("<NextContinuationToken>{}</NextContinuationToken>", page.last().unwrap().0));
    xml(&format!("<ListBucketResult>{}{}</ListBucketResult>", page.iter().map(one).collect::<String>(), more.unwrap_or_default()))
}

/// Whether the request is signed with our key, body and all (docs.aws.amazon.com, "Create a signed AWS API request").
fn proven(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<(), &'static str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let said = text("authorization").strip_prefix("AWS4-HMAC-SHA256 ").ok_or("AccessDenied")?;
    let part = |name: &str| said.split(", ").find_map(|part| part.strip_prefix(name)).ok_or("AccessDenied");
    let (credential, signed, signature) = (part("Credential=")?, part("SignedHeaders=")?, part("Signature=")?);
    let (id, scope) = credential.split_once('/').ok_or("AccessDenied")?;
    if id != KEY.0 {
        return Err("InvalidAccessKeyId");
    }
    if text("x-amz-content-sha256") != hex(&sha256(body)) {
        return Err("XAmzContentSHA256Mismatch");
    }
    if ["host", "x-amz-date", "x-amz-content-sha256"].iter().any(|name| !signed.split(';').any(|one| one == *name)) {
        return Err("AccessDenied");
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let strict = |text: &str| -> String {
        text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    let mut query: Vec<String> = pairs(uri).iter().map(|(key, value)| format!("{}={}", strict(key), strict(value))).collect();
    query.sort();
    let lines: String = signed.split(';').map(|name| format!("{name}:{}\n", text(name).trim())).collect();
    let canonical = format!("{method}\n{}\n{}\n{lines}\n{signed}\n{}", uri.path(), query.join("&"), text("x-amz-content-sha256"));
    let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", text("x-amz-date"), hash_hex(&canonical));
    let step = |key: &[u8], words: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), words.as_bytes()).as_ref().to_vec();
    let key = scope.split('/').fold(format!("AWS4{}", KEY.1).into_bytes(), |key, words| step(&key, words));
    if hex(&step(&key, &to_sign)) == signature { Ok(()) } else { Err("SignatureDoesNotMatch") }
}
