//! Actors of scripted peers, with the documents the software they play would serve, and what they send.

use super::answers::Page;
use super::{Peer, lock};
use crate::keys::{EdKey, RsaKey};
use crate::shapes::CONTEXT;
use crate::sign::{Scheme, SignOptions, Signer, signed_get, signed_post};
use crate::wire::{OutgoingRequest, WireAnswer};
use anyhow::Result;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a peer plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Software {
    /// A plain peer: `/users/NAME`, `#main-key`, a shared inbox.
    Mastodon,
    /// A plain peer whose key id is a path and whose signatures say `hs2019`.
    GoToSocial,
    /// A group peer: `/u/NAME`, `/c/NAME`, one inbox for all, an `Application` at `/`.
    Lemmy,
    /// A peer of our own kind as far as its NodeInfo says: it takes RFC 9421 with Ed25519 keys. Otherwise as Mastodon.
    Intermoot,
}

impl Software {
    /// NodeInfo's software name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mastodon => "mastodon",
            Self::GoToSocial => "gotosocial",
            Self::Lemmy => "lemmy",
            Self::Intermoot => "intermoot",
        }
    }

    /// NodeInfo's version.
    pub fn version(self) -> &'static str {
        match self {
            Self::Mastodon => "4.5.0",
            Self::GoToSocial => "0.20.0",
            Self::Lemmy => "1.0.0",
            Self::Intermoot => "0.1.0",
        }
    }

    fn scheme(self) -> Scheme {
        if matches!(self, Self::Mastodon | Self::Intermoot) { Scheme::Cavage } else { Scheme::CavageHs2019 }
    }
}

/// The type of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `Person`
    Person,
    /// `Group`
    Group,
    /// `Application`
    Application,
}

/// An actor of a scripted peer; it can sign and send.
#[derive(Debug, Clone)]
pub struct PeerActor {
    /// Its id.
    pub id: String,
    /// Its user name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Host and port.
    pub authority: String,
    /// Its inbox.
    pub inbox: String,
    /// Its keys.
    pub signer: Signer,
    scheme: Scheme,
}

impl Peer {
    /// A person.
    pub fn person(&self, name: &str) -> Result<Arc<PeerActor>> {
        self.actor(name, Kind::Person, RsaKey::pooled()?)
    }

    /// A group.
    pub fn group(&self, name: &str) -> Result<Arc<PeerActor>> {
        self.actor(name, Kind::Group, RsaKey::pooled()?)
    }

    /// An actor with a key of the caller's choice; its documents are served from now on.
    pub fn actor(&self, name: &str, kind: Kind, rsa: Arc<RsaKey>) -> Result<Arc<PeerActor>> {
        let url = self.url();
        let id = match (self.software(), kind) {
            (Software::Lemmy, Kind::Application) => format!("{url}/"),
            (_, Kind::Application) => format!("{url}/actor"),
            (Software::Lemmy, Kind::Group) => format!("{url}/c/{name}"),
            (Software::Lemmy, Kind::Person) => format!("{url}/u/{name}"),
            _ => format!("{url}/users/{name}"),
        };
        let rsa_key_id = if self.software() == Software::GoToSocial { format!("{id}/main-key") } else { format!("{id}#main-key") };
        let signer = Signer { rsa, ed25519: Some(EdKey::fresh()?), rsa_key_id, ed25519_key_id: format!("{id}#ed25519-key") };
        let inbox = if self.software() == Software::Lemmy { self.shared_inbox() } else { format!("{}/inbox", id.trim_end_matches('/')) };
        let actor = PeerActor {
            id,
            name: name.to_owned(),
            kind,
            authority: self.authority().to_owned(),
            inbox,
            signer,
            scheme: self.software().scheme(),
        };
        self.serve_actor(&actor);
        let actor = Arc::new(actor);
        lock(&self.host.actors).push(actor.clone());
        Ok(actor)
    }

    /// Serves the documents of an actor (again).
    pub fn serve_actor(&self, actor: &PeerActor) {
        let document = self.document_of(actor);
        if self.software() == Software::GoToSocial {
            // the key's own address answers a stub that holds nothing but the key
            let stub = json!({"@context": CONTEXT, "id": actor.id, "type": "Person", "preferredUsername": actor.name, "publicKey": document["publicKey"]});
            self.serve(&actor.signer.rsa_key_id, Page::activity(&stub));
        }
        for name in ["followers", "following", "outbox"] {
            let id = format!("{}/{name}", actor.id.trim_end_matches('/'));
            self.serve(
                &id,
                Page::activity(&json!({"@context": CONTEXT, "id": id, "type": "OrderedCollection", "totalItems": 0, "orderedItems": []})),
            );
        }
        self.serve(&actor.id, Page::activity(&document));
    }

    /// The actor document as the software would show it.
    pub fn document_of(&self, actor: &PeerActor) -> Value {
        let base = actor.id.trim_end_matches('/');
        let key = json!({"id": actor.signer.rsa_key_id, "owner": actor.id, "publicKeyPem": actor.signer.rsa.public_pem()});
        let mut document = json!({
            "@context": [CONTEXT, "https://w3id.org/security/v1", "https://w3id.org/security/multikey/v1"],
            "id": actor.id,
            "type": match actor.kind { Kind::Person => "Person", Kind::Group => "Group", Kind::Application => "Application" },
            "preferredUsername": actor.name,
            "name": actor.name,
            "url": actor.id,
            "inbox": actor.inbox,
            "outbox": format!("{base}/outbox"),
            "followers": format!("{base}/followers"),
            "following": format!("{base}/following"),
            "manuallyApprovesFollowers": false,
            "published": "2024-01-01T00:00:00Z",
            "publicKey": key,
        });
        if self.software() != Software::Lemmy {
            document["endpoints"] = json!({"sharedInbox": self.shared_inbox()});
        }
        if let (Software::Mastodon | Software::Intermoot, Some(key)) = (self.software(), &actor.signer.ed25519) {
            let id = &actor.signer.ed25519_key_id;
            document["assertionMethod"] =
                json!([{"id": id, "type": "Multikey", "controller": actor.id, "publicKeyMultibase": key.multibase()}]);
        }
        document
    }

    /// The node actor and NodeInfo, made once for every host.
    pub(crate) fn introduce(&self) -> Result<()> {
        self.actor(self.authority().split('.').next().unwrap_or("node"), Kind::Application, RsaKey::pooled()?)?;
        let url = self.url();
        let links = json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{url}/nodeinfo/2.0")}]});
        self.serve("/.well-known/nodeinfo", Page::json(&links));
        let info = json!({
            "version": "2.0",
            "software": {"name": self.software().name(), "version": self.software().version()},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": false,
            "usage": {"users": {"total": 1}},
            "metadata": {},
        });
        self.serve("/nodeinfo/2.0", Page::json(&info));
        Ok(())
    }
}

impl PeerActor {
    /// `@name@host:port`
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.name, self.authority)
    }

    /// The followers collection.
    pub fn followers(&self) -> String {
        format!("{}/followers", self.id)
    }

    /// A faultless signature as this software makes it.
    pub fn usual(&self) -> SignOptions {
        SignOptions::by(self.scheme)
    }

    /// Signs a POST of `activity` to `inbox`; change the result at will, then send it.
    pub fn sign(&self, inbox: &str, activity: &Value, options: &SignOptions) -> Result<OutgoingRequest> {
        signed_post(&self.signer, inbox, activity.to_string().into_bytes(), options)
    }

    /// Sends an activity with a faultless signature.
    pub async fn send(&self, inbox: &str, activity: &Value) -> Result<WireAnswer> {
        self.send_with(inbox, activity, &self.usual()).await
    }

    /// Sends an activity, signed as the options say.
    pub async fn send_with(&self, inbox: &str, activity: &Value, options: &SignOptions) -> Result<WireAnswer> {
        self.sign(inbox, activity, options)?.send().await
    }

    /// Sends an activity and insists on 2xx.
    pub async fn delivers(&self, inbox: &str, activity: &Value) -> Result<()> {
        let answer = self.send(inbox, activity).await?;
        anyhow::ensure!(answer.is_success(), "{inbox} answered {} {} to {activity}", answer.status, answer.text());
        Ok(())
    }

    /// Fetches a document with a signed GET.
    pub async fn fetch(&self, url: &str) -> Result<WireAnswer> {
        let mut request = signed_get(&self.signer, url, &self.usual())?;
        request.add("Connection", "close");
        request.send().await
    }
}
