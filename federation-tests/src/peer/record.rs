//! What reached a scripted peer, and questions about it.

use super::{Peer, lock};
use crate::eventually::quickly;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;

/// One request, whole.
#[derive(Debug, Clone)]
pub struct Received {
    /// When it was read to its end.
    pub at: Instant,
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case, with values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The body as JSON; `Null` when it is none.
    pub json: Value,
    /// Who signed it, or why the signature does not hold. "not checked" where the farm does not check.
    pub signer: Result<String, String>,
    /// The status it was answered.
    pub answered: u16,
}

impl Received {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The activity's type.
    pub fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or("")
    }

    /// The activity's id.
    pub fn id(&self) -> &str {
        self.json["id"].as_str().unwrap_or("")
    }

    /// The id of the activity's object, nested or not.
    pub fn object_id(&self) -> &str {
        id_of(&self.json["object"])
    }

    /// True when it was answered 2xx: the sender may count it as delivered.
    pub fn was_taken(&self) -> bool {
        (200..300).contains(&self.answered)
    }
}

/// An id, given as text or as an object that has one.
pub fn id_of(value: &Value) -> &str {
    value.as_str().or(value["id"].as_str()).unwrap_or("")
}

impl Peer {
    /// Everything received so far, GETs too.
    pub fn received(&self) -> Vec<Arc<Received>> {
        lock(&self.host.received).clone()
    }

    /// The POSTs among them.
    pub fn posts(&self) -> Vec<Arc<Received>> {
        self.received().into_iter().filter(|received| received.method == "POST").collect()
    }

    /// How many POSTs have come, without copying them.
    pub fn count_posts(&self) -> usize {
        lock(&self.host.received).iter().filter(|received| received.method == "POST").count()
    }

    /// The POSTed activities of a type.
    pub fn activities(&self, kind: &str) -> Vec<Arc<Received>> {
        self.posts().into_iter().filter(|received| received.kind() == kind).collect()
    }

    /// The fetches of a path.
    pub fn fetches(&self, path: &str) -> usize {
        let path = path.strip_prefix(&self.url()).unwrap_or(path).to_owned();
        lock(&self.host.received).iter().filter(|received| received.method == "GET" && received.target == path).count()
    }

    /// Forgets what was received.
    pub fn forget(&self) {
        lock(&self.host.received).clear();
    }

    /// Waits for an activity that fits, taken by us and well signed; fails if it came with a bad signature.
    pub async fn awaits(&self, what: &str, mut fits: impl FnMut(&Received) -> bool) -> Result<Arc<Received>> {
        let what = format!("{what} at {}", self.authority());
        let found = quickly(&what, async || Ok(self.posts().into_iter().find(|received| received.was_taken() && fits(received)))).await;
        let found = found.map_err(|error| error.context(self.summary()))?;
        ensure!(found.signer.is_ok(), "{what} came with a signature that does not hold: {:?}", found.signer);
        Ok(found)
    }

    /// One line for each POST received, for failure messages.
    pub fn summary(&self) -> String {
        let lines: Vec<String> = self
            .posts()
            .iter()
            .map(|received| {
                let signed = received.signer.as_ref().map_or_else(|why| format!("BAD SIGNATURE ({why})"), |by| format!("by {by}"));
                format!("  {} {} of {} → {} {signed}", received.target, received.kind(), received.object_id(), received.answered)
            })
            .collect();
        format!("{} received {} POSTs:\n{}", self.authority(), lines.len(), lines.join("\n"))
    }
}
