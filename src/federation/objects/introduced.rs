//! An actor from elsewhere, as its document introduces it: checked, bounded and cleaned.
//!
//! Invariant (FEP-fe34, S10, S33): inbox, collections and keys are on the origin of the actor's id, and every key names
//! the actor as its owner. What breaks that is refused (inbox, keys) or left out (the rest).

use super::{
    fields::{Fields, wrong},
    tagged,
};
use crate::{
    base::{
        error::Refusal,
        host,
        keys::{Algorithm, PublicKey},
        text::{handle, html, limits, names},
        words::{AccountKind, JoinRule, KeyKind, Stage, searching::Searchable},
    },
    features::{
        accounts::Remote,
        affiliations::{Claim, FIELD},
        communities::RemoteFacts,
        policies::Named,
    },
    store::tables::{Field, Guest},
};
use serde_json::Value;
use std::borrow::Cow;
use url::Url;

/// Most keys of one actor.
const KEYS_MAX: usize = 8;
/// Most policies of one community.
const POLICIES_MAX: usize = 8;
/// Most other accounts of one actor.
const ALIASES_MAX: usize = 20;

/// An actor from elsewhere.
#[derive(Debug, Clone)]
pub struct Introduced {
    /// What is kept of it.
    pub remote: Remote,
    /// What is kept of it beside that when it is a community.
    pub community: Option<RemoteFacts>,
    /// For whom a person claims to work.
    pub affiliation: Option<Claim>,
    /// Other accounts that it says are its own.
    pub also_known_as: Vec<String>,
    /// The handle that it says is its own (FEP-2c59), without `acct:`; empty for none. To be confirmed.
    pub webfinger: String,
    /// Where it says that it moved; empty for nowhere.
    pub moved_to: String,
    /// The policies that bind its members, and whether posting waits for their acceptance.
    pub policies: (Vec<Named>, bool),
}

/// Whether it is an actor of a type that we know.
pub fn is_actor(fields: Fields<'_>) -> bool {
    kind(fields).is_some()
}

/// What it is by its type; of several by the first that we know. None for what is gone, or no actor.
fn kind(fields: Fields<'_>) -> Option<AccountKind> {
    let kinds = || fields.list("type").filter_map(Value::as_str);
    if kinds().any(|kind| kind == "Tombstone") { None } else { kinds().find_map(account_kind) }
}

fn account_kind(kind: &str) -> Option<AccountKind> {
    Some(match kind {
        "Person" => AccountKind::Person,
        "Service" => AccountKind::Service,
        "Group" => AccountKind::Community,
        "Application" => AccountKind::Node,
        "Organization" => AccountKind::Organisation,
        _ => return None,
    })
}

impl Introduced {
    /// Reads an actor's document. Its id is taken from it: the caller has made sure that the document came from there.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the actor")?;
        let kind = kind(fields).ok_or_else(|| wrong("the document is not an actor's"))?;
        let (uri, id) = fields.own_id()?;
        let host = host::authority(&id).ok_or_else(|| wrong("the actor's id names no server"))?;
        let at_home = |url: &str| host::parse(url).is_some_and(|url| host::same_origin(&url, &id));
        let collection = |name: &str| fields.id(name).filter(|url| at_home(url)).unwrap_or_default().to_owned();

        let inbox = fields.id("inbox").filter(|url| at_home(url)).ok_or_else(|| wrong("the actor has no inbox on its own server"))?;
        let shared = fields.object("endpoints").and_then(|endpoints| endpoints.id("sharedInbox")).filter(|url| at_home(url));
        let remote = Remote {
            uri: uri.to_owned(),
            kind: Some(kind),
            username: username(fields, kind, &host)?,
            url: page(fields, at_home).unwrap_or(uri).to_owned(),
            inbox: inbox.to_owned(),
            shared_inbox: shared.unwrap_or_default().to_owned(),
            outbox: collection("outbox"),
            followers_uri: collection("followers"),
            featured_uri: collection("featured"),
            moderators_uri: if kind == AccountKind::Community { collection("attributedTo") } else { String::new() },
            display_name: names::display_name(fields.text("name").unwrap_or_default(), limits::DISPLAY_NAME_CHARS_MAX),
            note: html::sanitise(fields.text("summary").unwrap_or_default()),
            fields: profile(fields),
            emojis: tagged::emojis(fields),
            avatar_url: picture(fields, "icon"),
            header_url: picture(fields, "image"),
            locked: fields.flag("manuallyApprovesFollowers").unwrap_or(false),
            discoverable: fields.flag("discoverable").unwrap_or(false),
            searchable: searchable(fields),
            guest: guest(fields, &host, at_home),
            created_at: fields.time("published"),
            keys: keys(fields, uri, &id),
            host,
        };
        let community = (kind == AccountKind::Community).then(|| facts(fields));
        let affiliation = matches!(kind, AccountKind::Person | AccountKind::Service).then(|| claim(fields)).flatten();
        let mut remote = remote;
        if affiliation.is_some() {
            // told to those who know no affiliation; here it is the badge
            remote.fields.retain(|field| field.name != FIELD);
        }
        let policies = (policies(fields), fields.flag("policyRequired").unwrap_or(false));
        let also_known_as = fields.ids("alsoKnownAs").into_iter().take(ALIASES_MAX).map(str::to_owned).collect();
        let moved_to = fields.id("movedTo").unwrap_or_default().to_owned();
        let webfinger = fields.text("webfinger").unwrap_or_default();
        let webfinger = webfinger.strip_prefix("acct:").unwrap_or(webfinger).trim_start_matches('@').to_owned();
        Ok(Self { remote, community, affiliation, also_known_as, webfinger, moved_to, policies })
    }

    /// The text of the key with this id, if the actor claims it.
    pub fn key(&self, id: &str) -> Option<&(String, KeyKind, String)> {
        self.remote.keys.iter().find(|(uri, ..)| uri == id)
    }
}

/// The name in the handle. A node's actor may have none (Lemmy's): then it is the host's.
fn username(fields: Fields<'_>, kind: AccountKind, host: &str) -> Result<String, Refusal> {
    let name = match fields.text("preferredUsername") {
        Some(name) => name,
        None if kind == AccountKind::Node => host.split(':').next().unwrap_or(host),
        None => return Err(wrong("the actor has no preferredUsername")),
    };
    let acct = handle::acct(name).map_err(|_| wrong("the actor's preferredUsername is not a name"))?;
    if acct.host.is_some() {
        return Err(wrong("the actor's preferredUsername is not a name"));
    }
    Ok(acct.name)
}

/// The page for people, if it is on the actor's own server (S40).
fn page<'a>(fields: Fields<'a>, at_home: impl Fn(&str) -> bool) -> Option<&'a str> {
    fields.ids("url").into_iter().find(|url| at_home(url))
}

/// For whom a person claims to work: an organisation by its id, with what its own words are worth.
fn claim(fields: Fields<'_>) -> Option<Claim> {
    let said = fields.object("affiliation").filter(|said| said.kind() == "Affiliation")?;
    let organisation = said.id("organisation").filter(|uri| host::parse(uri).is_some())?.to_owned();
    let text = |name: &str| names::display_name(said.text(name).unwrap_or_default(), limits::DISPLAY_NAME_CHARS_MAX);
    Some(Claim { organisation, name: text("name"), title: text("title"), unit: text("unit") })
}

/// A guest's sponsor is somebody of the same server, or the mark says nothing.
fn guest(fields: Fields<'_>, host: &str, at_home: impl Fn(&str) -> bool) -> Option<Guest> {
    let sponsor = fields.id("guestOf").filter(|url| at_home(url))?;
    let name = handle::acct(sponsor.rsplit('/').next().unwrap_or_default()).ok()?.name;
    Some(Guest { sponsor: sponsor.to_owned(), handle: format!("{name}@{host}"), until: fields.time("guestUntil")? })
}

fn picture(fields: Fields<'_>, name: &str) -> String {
    let url = fields.object(name).and_then(|image| image.id("url")).or_else(|| fields.list(name).find_map(Value::as_str));
    url.filter(|url| host::parse(url).is_some()).unwrap_or_default().to_owned()
}

/// Who may find what it posts in public: as it says itself (FEP-268d), or by `indexable` (FEP-5feb).
fn searchable(fields: Fields<'_>) -> Option<Searchable> {
    let by_flag = |may: bool| if may { Searchable::Everyone } else { Searchable::Nobody };
    tagged::searchable(fields).or_else(|| fields.flag("indexable").map(by_flag))
}

/// The lines of a profile: `PropertyValue` (Mastodon), `Note` or `Link` (FEP-fb2a). What is told in several forms counts once.
fn profile(fields: Fields<'_>) -> Vec<Field> {
    let mut found: Vec<(Field, &str)> = Vec::new();
    for line in fields.list("attachment").filter_map(Fields::of) {
        let Some(html) = value_of(line) else { continue };
        let field = Field {
            name: names::display_name(line.text("name").unwrap_or_default(), limits::PROFILE_FIELD_CHARS_MAX),
            value: html::sanitise(limits::cut_bytes(&html, 8 * limits::PROFILE_FIELD_CHARS_MAX)),
            verified_at: None,
        };
        let is_told = found.iter().any(|(known, form)| known.name == field.name && *form != line.kind());
        if !is_told && found.len() < limits::PROFILE_FIELDS_MAX_REMOTE {
            found.push((field, line.kind()));
        }
    }
    found.into_iter().map(|(field, _)| field).collect()
}

/// What one line of a profile says, as HTML that is still to be cleaned.
fn value_of(line: Fields<'_>) -> Option<Cow<'_, str>> {
    match line.kind() {
        "PropertyValue" => Some(line.text("value").unwrap_or_default().into()),
        "Note" => Some(line.text("content").unwrap_or_default().into()),
        "Link" => {
            let href = html::escape(line.text("href").filter(|href| host::parse(href).is_some())?);
            Some(format!("<a href=\"{href}\" rel=\"me\">{href}</a>").into())
        }
        _ => None,
    }
}

/// The keys that are the actor's own: they say so, and their ids are on its origin (S10).
fn keys(fields: Fields<'_>, uri: &str, id: &Url) -> Vec<(String, KeyKind, String)> {
    let is_own = |key: Fields<'_>, owner: &str| {
        let at_home = key.id("id").and_then(host::parse).is_some_and(|key_id| host::same_origin(&key_id, id));
        at_home && key.id(owner) == Some(uri)
    };
    let listed =
        |name: &str, owner: &'static str| fields.list(name).filter_map(Fields::of).filter(move |key| is_own(*key, owner)).take(KEYS_MAX);
    let classic = listed("publicKey", "owner").filter_map(|key| Some((key, PublicKey::from_pem(key.text("publicKeyPem")?).ok()?)));
    let multi = listed("assertionMethod", "controller").filter(|key| key.kind() == "Multikey");
    let multi = multi.filter_map(|key| Some((key, PublicKey::from_multibase(key.text("publicKeyMultibase")?).ok()?)));
    let mut keys: Vec<(String, KeyKind, String)> = Vec::new();
    for (field, key) in classic.chain(multi) {
        let id = field.id("id").unwrap_or_default().to_owned();
        let kept = match key.algorithm() {
            Algorithm::RsaSha256 => key.to_pem().ok().map(|pem| (KeyKind::Rsa, pem)),
            Algorithm::Ed25519 => Some((KeyKind::Ed25519, key.to_multibase())),
        };
        if let Some((kind, text)) = kept.filter(|_| keys.iter().all(|(known, ..)| *known != id)) {
            keys.push((id, kind, text));
        }
    }
    keys
}

fn policies(fields: Fields<'_>) -> Vec<Named> {
    let named = |policy: Fields<'_>| {
        let (digest, url) = (policy.text("digest")?.to_owned(), policy.text("url").unwrap_or_default());
        let url = names::free_text(url, limits::URL_BYTES_MAX);
        Some(Named { digest, version: i64::from(policy.number("version")?), url })
    };
    fields.list("policies").filter_map(Fields::of).filter_map(named).take(POLICIES_MAX).collect()
}

fn facts(fields: Fields<'_>) -> RemoteFacts {
    let by_hand = fields.flag("manuallyApprovesFollowers").unwrap_or(false);
    let said = fields.text("purpose").or_else(|| fields.text("description")).map(|text| names::free_text(text, limits::PURPOSE_CHARS_MAX));
    let purpose = said.unwrap_or_else(|| html::first_line(fields.text("summary").unwrap_or_default(), limits::PURPOSE_CHARS_MAX));
    let rule = fields.text("joinRule").and_then(|word| word.parse().ok());
    RemoteFacts {
        purpose,
        stage: stage(fields, by_hand),
        join_rule: rule.unwrap_or(if by_hand { JoinRule::Ask } else { JoinRule::Open }),
        question: names::free_text(fields.text("question").unwrap_or_default(), limits::QUESTION_CHARS_MAX),
        members_count: fields.list("members").filter_map(Fields::of).find_map(|members| members.number("totalItems")).unwrap_or(0).into(),
    }
}

/// How wide a community is open. What approves by hand is not public, whatever it says, and what does not is; what it says
/// beside that counts where it agrees.
fn stage(fields: Fields<'_>, by_hand: bool) -> Stage {
    let said = fields.text("stage").and_then(|word| word.parse().ok());
    match said {
        Some(Stage::Partners) if by_hand => Stage::Partners,
        _ if by_hand => Stage::Federated,
        _ => Stage::Public,
    }
}

#[cfg(test)]
mod tests;
