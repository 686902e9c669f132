//! What the documents of all our actors share.
//!
//! Two keys: `publicKey` (RSA, what every peer reads) and `assertionMethod` (Ed25519 Multikey, FEP-521a). The shared
//! inbox stands in `endpoints`. Lines of the profile are told twice (FEP-fb2a). `generator` leads to the node's Application, which says what we implement (FEP-844e).

use crate::{
    base::{
        clock::Stamp,
        origin::Origin,
        text::compose::{Format, compose},
        words::{AccountKind, KeyKind},
    },
    store::tables::{Account, Emoji, Field, Key},
};
use activitypub_federation::{
    kinds::actor::{ApplicationType, GroupType, OrganizationType, PersonType, ServiceType},
    protocol::public_key::PublicKey,
};
use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};

/// The document of one of our actors.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActorDocument {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    preferred_username: String,
    /// The whole handle (FEP-2c59).
    webfinger: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    url: String,
    inbox: String,
    outbox: String,
    followers: String,
    following: String,
    endpoints: Value,
    public_key: PublicKey,
    assertion_method: Vec<Value>,
    manually_approves_followers: bool,
    discoverable: bool,
    /// Whether what it posts in public may be searched (FEP-5feb).
    indexable: bool,
    published: Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachment: Vec<Value>,
    /// Custom emoji of its name and description.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag: Vec<Value>,
    generator: Value,
    /// What only some kinds of actors have.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, Value>,
}

/// The part of `account`'s document that all kinds share. Fails when the account lacks one of its keys.
pub fn describe(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    let id = origin.absolute(&account.uri);
    let under = |name: &str| format!("{id}/{name}");
    let portrait = |url: &str| (!url.is_empty()).then(|| picture(origin, url));
    let fields: Vec<Field> = serde_json::from_str(&account.fields).unwrap_or_default();
    let emojis: Vec<Emoji> = serde_json::from_str(&account.emojis).unwrap_or_default();
    Ok(ActorDocument {
        tag: emojis.iter().map(|emoji| super::tagged::told(origin, emoji)).collect(),
        kind: kind(account.kind, account.bot),
        preferred_username: account.username.clone(),
        webfinger: format!("{}@{}", account.username, origin.authority()),
        name: account.display_name.clone(),
        summary: account.note.clone(),
        url: origin.absolute(&account.url),
        inbox: under("inbox"),
        outbox: under("outbox"),
        followers: under("followers"),
        following: under("following"),
        endpoints: json!({"sharedInbox": origin.absolute("/inbox")}),
        public_key: rsa(origin, &id, keys)?,
        assertion_method: vec![multikey(origin, &id, keys)?],
        manually_approves_followers: account.locked,
        discoverable: account.discoverable,
        indexable: account.discoverable,
        published: account.created_at,
        icon: portrait(&account.avatar_url),
        image: portrait(&account.header_url),
        attachment: fields.iter().flat_map(|field| told_twice(&field.name, &as_html(origin, &field.value))).collect(),
        generator: json!({"type": "Application", "id": origin.absolute("/actor"), "implements": super::node::implements()}),
        extra: serde_json::Map::new(),
        id,
    })
}

impl ActorDocument {
    /// Says whether followers are let in by hand, whatever the account's own setting.
    pub fn approving_by_hand(mut self, by_hand: bool) -> Self {
        self.manually_approves_followers = by_hand;
        self
    }

    /// Puts a line on top of the profile's table; `value` is safe HTML.
    pub fn first_field(mut self, name: &str, value: &str) -> Self {
        self.attachment.splice(0..0, told_twice(name, value));
        self
    }

    /// Adds a property that only this kind of actor has; an empty text is left out.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if value.as_str() != Some("") {
            self.extra.insert(name.to_owned(), value);
        }
        self
    }
}

/// A picture of ours at `url`, a path.
pub fn picture(origin: &Origin, url: &str) -> Value {
    let media_type = if url.ends_with(".jpg") { "image/jpeg" } else { "image/png" };
    json!({"type": "Image", "mediaType": media_type, "url": origin.absolute(url)})
}

/// A line of the profile in both forms there are: as Mastodon has it, and as FEP-fb2a does.
fn told_twice(name: &str, value: &str) -> [Value; 2] {
    [json!({"type": "PropertyValue", "name": name, "value": value}), json!({"type": "Note", "name": name, "content": value})]
}

/// A line as typed, as the HTML that readers everywhere get.
fn as_html(origin: &Origin, typed: &str) -> String {
    let html = compose(typed, Format::Plain, &|_| None, &|tag| origin.absolute(&format!("/tags/{tag}"))).html;
    html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(&html).to_owned()
}

fn kind(kind: AccountKind, bot: bool) -> String {
    match kind {
        AccountKind::Person if bot => ServiceType::Service.to_string(),
        AccountKind::Person => PersonType::Person.to_string(),
        AccountKind::Community => GroupType::Group.to_string(),
        AccountKind::Node => ApplicationType::Application.to_string(),
        AccountKind::Organisation => OrganizationType::Organization.to_string(),
        AccountKind::Service => ServiceType::Service.to_string(),
    }
}

fn key_of(keys: &[Key], kind: KeyKind) -> anyhow::Result<&Key> {
    keys.iter().find(|key| key.kind == kind).with_context(|| format!("the account has no {} key", kind.word()))
}

fn rsa(origin: &Origin, id: &str, keys: &[Key]) -> anyhow::Result<PublicKey> {
    let key = key_of(keys, KeyKind::Rsa)?;
    Ok(PublicKey { id: origin.absolute(&key.uri), owner: id.parse()?, public_key_pem: key.public_key.clone() })
}

fn multikey(origin: &Origin, id: &str, keys: &[Key]) -> anyhow::Result<Value> {
    let key = key_of(keys, KeyKind::Ed25519)?;
    Ok(json!({"id": origin.absolute(&key.uri), "type": "Multikey", "controller": id, "publicKeyMultibase": key.public_key}))
}
