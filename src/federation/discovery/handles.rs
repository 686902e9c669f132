//! The WebFinger client: from a handle to an actor, and back.
//!
//! Back is what counts: anybody may write any `preferredUsername` into a document, so a handle is shown only with a host
//! whose own WebFinger names the same actor (S39; SWICG WebFinger report, "reverse discovery").

use super::{
    resource,
    step::{self, Got},
};
use crate::{
    base::{
        error::{Kind, Refusal, Result},
        host,
        origin::Origin,
        sentence::said,
        text::handle,
    },
    federation::{Federation, objects::Fields, vocabulary},
    net::Budget,
};
use serde_json::Value;
use url::Url;

/// The id of the actor that `host` (an authority) knows as `username`. Whether that actor has this handle is asked by
/// [`confirm_handle`]. Refused with the step that failed; `unavailable` when trying again may help.
pub async fn find_actor(federation: &Federation, username: &str, host: &str, budget: &Budget) -> Result<Url> {
    let host = resource::authority(host, &federation.app.origin).ok_or_else(|| Refusal::invalid("host", "is not a host name"))?;
    let found = ask(federation, username, &host, budget).await?;
    let actor = found.selves().next();
    Ok(actor.ok_or_else(|| step::refused(Kind::NotFound, said!("WebFinger at {host} names no actor for {username}", host, username)))?)
}

/// The host of `actor`'s handle: one whose WebFinger says that `username` there is this actor. That is the host of the handle
/// which its document names (`claimed`, FEP-2c59; empty for none); else the actor's own authority, or the host which the
/// subject there names, if that one names this actor too. Refused when nobody confirms it.
pub async fn confirm_handle(federation: &Federation, actor: &Url, (username, claimed): (&str, &str), budget: &Budget) -> Result<String> {
    let own = host::authority(actor).ok_or_else(|| Refusal::invalid("actor", "is not a web address"))?;
    let claimed = claimed.rsplit_once('@').filter(|(name, _)| name.eq_ignore_ascii_case(username));
    let claimed = claimed.and_then(|(_, at)| resource::authority(at, &federation.app.origin)).filter(|at| *at != own);
    if let Some(at) = claimed {
        match ask(federation, username, &at, budget).await {
            Ok(answer) if answer.confirms(actor) && answer.subject(&federation.app.origin).is_none_or(|(_, host)| host == at) => {
                return Ok(at);
            }
            _ => {}
        }
    }
    let first = ask(federation, username, &own, budget).await?;
    if !first.confirms(actor) {
        return Err(step::refused(Kind::Forbidden, said!("WebFinger at {own} names another actor for {username}", own, username)).into());
    }
    let Some((name, other)) = first.subject(&federation.app.origin) else { return Ok(own) };
    if other == own || !name.eq_ignore_ascii_case(username) {
        return Ok(own);
    }
    // Silence of the other host is no confirmation; the actor's own server still stands by it.
    match ask(federation, username, &other, budget).await {
        Ok(second) if second.confirms(actor) && second.subject(&federation.app.origin).is_some_and(|(_, host)| host == other) => Ok(other),
        _ => Ok(own),
    }
}

/// What a WebFinger server said (JRD, RFC 7033 §4.4).
pub struct Answer(pub Value);

async fn ask(federation: &Federation, username: &str, host: &str, budget: &Budget) -> Result<Answer> {
    if !is_name(username, host) {
        return Err(Refusal::invalid("username", "is not a name").into());
    }
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("resource", &format!("acct:{username}@{host}")).finish();
    let Got { document, .. } = step::at_host(federation, "WebFinger", host, &format!("/.well-known/webfinger?{query}"), budget).await?;
    Ok(Answer(document))
}

/// Whether a name may stand before `@host`; a node's own is its host.
fn is_name(username: &str, host: &str) -> bool {
    let is_plain = handle::acct(username).is_ok_and(|acct| acct.host.is_none() && acct.name == username);
    is_plain || username == host
}

impl Answer {
    /// The actors it names.
    pub fn selves(&self) -> impl Iterator<Item = Url> {
        let links = Fields::of(&self.0).into_iter().flat_map(|jrd| jrd.list("links")).filter_map(Fields::of);
        let links = links.filter(|link| link.text("rel") == Some("self") && link.text("type").is_some_and(vocabulary::is_activity_type));
        links.filter_map(|link| host::parse(link.text("href")?))
    }

    /// Whether it names `actor`, exactly.
    fn confirms(&self, actor: &Url) -> bool {
        self.selves().any(|named| named == *actor)
    }

    /// Name and host of its subject.
    pub fn subject(&self, ours: &Origin) -> Option<(String, String)> {
        let subject = Fields::of(&self.0)?.text("subject")?.strip_prefix("acct:")?;
        let (name, at) = subject.rsplit_once('@')?;
        Some((name.to_owned(), resource::authority(at, ours)?))
    }
}
