//! Asking others: which actor has this handle, and does its handle's host say so (S39)?

use crate::{
    base::host,
    federation::{
        Federation,
        fetch::{self, Failure},
        objects::{Fields, fields::id_of},
        vocabulary,
    },
    base::{json, text::handle},
    net::{Budget, Get},
};
use url::Url;

/// Largest descriptor, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// The `Accept` header.
const ACCEPT: &str = "application/jrd+json, application/json";

/// What a host says of a handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The actor's id.
    pub actor: Url,
    /// Name in the handle, as the host gives it.
    pub username: String,
    /// Host of the handle.
    pub host: String,
}

/// The actor that `host` says has the handle `username@host`. Not yet confirmed by the actor itself.
pub async fn resolve(federation: &Federation, username: &str, host: &str, budget: &Budget) -> Result<Resolved, Failure> {
    let scheme = if federation.app.config.federation.allow_http { "http" } else { "https" };
    let mut url = host::parse(&format!("{scheme}://{host}/.well-known/webfinger")).ok_or_else(|| Failure::Refused(format!("{host} is not a host")))?;
    if federation.app.origin.is_ours(url.as_str()) {
        return Err(Failure::Refused("this handle is one of ours".into()));
    }
    url.query_pairs_mut().append_pair("resource", &format!("acct:{username}@{host}"));
    let fetched = federation.client.get(Get::new(&url, ACCEPT).at_most(BYTES_MAX), budget).await;
    let fetched = fetched.map_err(|error| fetch::unreached("WebFinger", host, &error))?;
    fetch::check_status("WebFinger", &fetched)?;
    let document = json::parse_strict(&fetched.body, json::Limits { bytes: BYTES_MAX, ..json::Limits::default() });
    let document = document.map_err(|error| Failure::Refused(format!("WebFinger at {host}: {error}")))?;
    let fields = Fields::expect(&document, "the WebFinger answer")?;
    let actor = self_link(fields).ok_or_else(|| Failure::Refused(format!("WebFinger at {host} names no actor")))?;
    let subject = fields.text("subject").and_then(|subject| handle::acct(subject).ok());
    let subject = subject.ok_or_else(|| Failure::Refused(format!("WebFinger at {host} names no subject")))?;
    Ok(Resolved { actor, username: subject.name, host: subject.host.unwrap_or_else(|| host.to_owned()) })
}

/// The last `self` link to an ActivityPub document (Lemmy gives a person's before the community's).
fn self_link(fields: Fields<'_>) -> Option<Url> {
    let links = fields.list("links").filter_map(Fields::of).filter(|link| link.text("rel") == Some("self"));
    let actors = links.filter(|link| link.text("type").is_some_and(vocabulary::is_activity_type));
    actors.filter_map(|link| link.value("href").and_then(id_of).and_then(host::parse)).last()
}

/// The host of the handle of an actor that lives at `actor`, both ways confirmed: the handle's host names this actor, and
/// where the handle's host is another than the actor's, that one was asked too. Falls back to the actor's own host.
pub async fn confirmed(federation: &Federation, resolved: &Resolved, asked_host: &str, budget: &Budget) -> Result<Resolved, Failure> {
    if resolved.host == asked_host {
        return Ok(resolved.clone());
    }
    // the host we asked points to another handle: that one must confirm it
    let again = self::resolve(federation, &resolved.username, &resolved.host, budget).await?;
    if again.actor == resolved.actor && again.host == resolved.host {
        Ok(again)
    } else {
        Err(Failure::Refused(format!("{} does not confirm the handle that {asked_host} gives", resolved.host)))
    }
}
