//! Small scripted servers, a table of names, and clients that may reach 127.0.0.2 alone.

use crate::net::{Client, Get, Limits, Lookup, Policy};
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// Where "public" servers listen.
pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Where internal services listen.
pub const INSIDE: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// What a scripted server has seen.
#[derive(Clone, Default)]
pub struct Seen {
    pub port: u16,
    connections: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Seen {
    /// A port that no scripted server serves.
    pub fn at(port: u16) -> Self {
        Self { port, ..Self::default() }
    }
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
    /// The heads of all requests, lower-case.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
    pub fn url(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}:{}{path}", self.port)).unwrap()
    }
}

/// A server that answers each request with the bytes that `answer` makes from its head; no bytes: it hangs up.
pub async fn serve(at: Ipv4Addr, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Seen {
    serve_with(at, move |mut stream, seen| {
        let answer = answer(&seen);
        async move {
            let open = !answer.is_empty() && stream.write_all(&answer).await.is_ok();
            open.then_some(stream)
        }
    })
    .await
}

/// A server that leaves the answer to `answer`, which returns the stream to go on with, or nothing to hang up.
pub async fn serve_with<F>(at: Ipv4Addr, answer: impl Fn(TcpStream, String) -> F + Send + Sync + 'static) -> Seen
where
    F: Future<Output = Option<TcpStream>> + Send + 'static,
{
    let listener = TcpListener::bind((at, 0)).await.unwrap();
    let seen = Seen { port: listener.local_addr().unwrap().port(), ..Seen::default() };
    let (shown, answer) = (seen.clone(), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            seen.connections.fetch_add(1, Ordering::SeqCst);
            let (seen, answer) = (seen.clone(), Arc::clone(&answer));
            tokio::spawn(async move {
                let mut stream = Some(stream);
                while let Some(mut open) = stream.take() {
                    let Some(head) = read_request(&mut open).await else { return };
                    seen.heads.lock().unwrap().push(head.to_lowercase());
                    stream = answer(open, head).await;
                }
            });
        }
    });
    shown
}

/// A server inside that must not be reached.
pub async fn trap() -> Seen {
    serve(INSIDE, |_| ok("the secret")).await
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    Some(head)
}

/// An answer with status 200 on a connection that stays open.
pub fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

/// A redirect to `location`.
pub fn redirect(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into()
}

/// Names and the answers they give one after the other; the last one stays. Other names do not resolve.
#[derive(Default)]
pub struct Table(Mutex<HashMap<String, Vec<Vec<IpAddr>>>>);

impl Table {
    pub fn of(names: &[(&str, &[&[IpAddr]])]) -> Arc<Self> {
        let answers = |answers: &[&[IpAddr]]| answers.iter().map(|answer| answer.to_vec()).collect();
        Arc::new(Self(Mutex::new(names.iter().map(|(name, list)| ((*name).to_owned(), answers(list))).collect())))
    }
}

#[async_trait::async_trait]
impl Lookup for Table {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut table = self.0.lock().unwrap();
        let answers = table.get_mut(name).ok_or_else(|| io::Error::other("no such name"))?;
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}

/// `a.test` and `b.test` are outside, `inner.test` is inside.
pub fn names() -> Arc<Table> {
    let (outside, inside): ([IpAddr; 1], [IpAddr; 1]) = ([OUTSIDE.into()], [INSIDE.into()]);
    Table::of(&[("a.test", &[&outside]), ("b.test", &[&outside]), ("inner.test", &[&inside])])
}

/// Short times, so that a test of a deadline is quick.
pub fn short() -> Limits {
    let short = Duration::from_millis(300);
    Limits { lookup: short, connect: short, total: Duration::from_millis(600), ..Limits::default() }
}

/// A client that may speak http to 127.0.0.2 alone, on the ports of `servers`.
pub fn client(lookup: Arc<Table>, servers: &[&Seen], limits: Limits) -> Client {
    let allow_ports = servers.iter().map(|seen| seen.port).collect();
    let policy = Policy { allow_http: true, allow_addresses: vec!["127.0.0.2/32".parse().unwrap()], allow_ports };
    Client::with_limits(policy, lookup, "intermoot-test/1", None, limits).unwrap()
}

/// A plain request for `url`.
pub fn plain(url: &Url) -> Get<'_> {
    Get::new(url, "application/activity+json")
}
