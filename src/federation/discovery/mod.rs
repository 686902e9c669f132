//! Who is here, and what we are: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo 2.0 and 2.1 (FEP-f1d5, FEP-0151).
//!
//! People and communities share one name space, so a name has one answer. `acct:host@host` is the node's own actor.
//! The other way round: `webfinger` asks others for a handle, `software` for what they run.

pub mod software;
pub mod webfinger;

use super::{
    Federation,
    documents::{answer, collections::our_account},
};
use crate::{
    base::{config::RegistrationMode, text::handle, words::AccountKind},
    features::{accounts, posts},
    store::tables::Account,
};
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

/// Name of our software where others ask.
pub const SOFTWARE: &str = "intermoot";

/// The routes of discovery.
pub fn routes() -> Router<Federation> {
    Router::new()
        .route("/.well-known/webfinger", get(webfinger))
        .route("/.well-known/host-meta", get(host_meta))
        .route("/.well-known/nodeinfo", get(nodeinfo_links))
        .route("/nodeinfo/2.0", get(nodeinfo_2_0))
        .route("/nodeinfo/2.1", get(nodeinfo_2_1))
}

async fn webfinger(State(federation): State<Federation>, RawQuery(query): RawQuery) -> answer::Served {
    let query = query.unwrap_or_default();
    let parameters: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut resources = parameters.iter().filter(|(name, _)| name == "resource").map(|(_, value)| value);
    let (Some(resource), None) = (resources.next(), resources.next()) else {
        return Ok(answer::refused(StatusCode::BAD_REQUEST, "ask with one resource, such as acct:name@host"));
    };
    let Some(asked) = Asked::read(resource, &federation) else {
        return Ok(answer::refused(StatusCode::BAD_REQUEST, "the resource is neither acct:name@host nor a web address"));
    };
    let found = match asked {
        Asked::Name(name) => our_account(&federation, &name).await?,
        Asked::Uri(uri) => accounts::queries::by_uri(&federation.app.store, &uri).await?,
        Asked::Elsewhere => None,
    };
    let visible = match found {
        // what the name finds is what may be found
        Some(account) => our_account(&federation, &account.username).await?,
        None => None,
    };
    let Some(account) = visible else { return Ok(answer::refused(StatusCode::NOT_FOUND, "there is nobody of this name here")) };
    let relations: Vec<&str> = parameters.iter().filter(|(name, _)| name == "rel").map(|(_, value)| value.as_str()).collect();
    Ok(answer::json("application/jrd+json", &descriptor(&federation, &account, &relations)))
}

/// What a WebFinger resource asks for.
enum Asked {
    /// A name here.
    Name(String),
    /// A thing of ours by its stored uri.
    Uri(String),
    /// Something that is not ours.
    Elsewhere,
}

impl Asked {
    fn read(resource: &str, federation: &Federation) -> Option<Self> {
        let origin = &federation.app.origin;
        if resource.starts_with("https://") || resource.starts_with("http://") {
            let stored = origin.stored(resource);
            let path = stored.strip_prefix("/@").map(|name| Self::Name(name.to_owned()));
            return Some(path.unwrap_or_else(|| match stored {
                "/" => Self::Uri("/actor".to_owned()),
                path if path.starts_with('/') => Self::Uri(path.to_owned()),
                _ if resource == origin.base() => Self::Uri("/actor".to_owned()),
                _ => Self::Elsewhere,
            }));
        }
        let acct = handle::acct(resource).ok().filter(|_| resource.contains('@'))?;
        let is_here = acct.host.as_deref() == Some(origin.authority());
        let node = federation.app.config.server.url.host();
        Some(match acct.name {
            _ if !is_here => Self::Elsewhere,
            name if name == node || name == origin.authority() => Self::Uri("/actor".to_owned()),
            name => Self::Name(name),
        })
    }
}

fn descriptor(federation: &Federation, account: &Account, relations: &[&str]) -> Value {
    let origin = &federation.app.origin;
    let (id, page) = (origin.absolute(&account.uri), origin.absolute(&account.url));
    let kind = match account.kind {
        AccountKind::Community => "Group",
        AccountKind::Node => "Application",
        AccountKind::Organisation => "Organization",
        AccountKind::Person | AccountKind::Service => "Person",
    };
    let links = [
        json!({"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}),
        json!({"rel": "self", "type": "application/activity+json", "href": id, "properties": {"https://www.w3.org/ns/activitystreams#type": kind}}),
        json!({"rel": "http://ostatus.org/schema/1.0/subscribe", "template": format!("{}/authorize_interaction?uri={{uri}}", origin.base())}),
    ];
    let wanted = |link: &Value| relations.is_empty() || link["rel"].as_str().is_some_and(|rel| relations.contains(&rel));
    let links: Vec<Value> = links.into_iter().filter(wanted).collect();
    json!({"subject": format!("acct:{}@{}", account.username, origin.authority()), "aliases": [page, id], "links": links})
}

async fn host_meta(State(federation): State<Federation>) -> Response {
    let base = federation.app.origin.base();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" template=\"{base}/.well-known/webfinger?resource={{uri}}\"/>\n</XRD>\n"
    );
    let mut response = answer::json("application/xrd+xml", &Value::Null);
    *response.body_mut() = text.into();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

async fn nodeinfo_links(State(federation): State<Federation>) -> Response {
    let link = |version: &str| {
        json!({"rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"), "href": federation.app.origin.absolute(&format!("/nodeinfo/{version}"))})
    };
    // 2.0 first: some clients look no further; our application actor as FEP-2677 has it
    let node = json!({"rel": "https://www.w3.org/ns/activitystreams#Application", "href": federation.app.origin.absolute("/actor")});
    answer::json("application/json", &json!({"links": [link("2.0"), link("2.1"), node]}))
}

async fn nodeinfo_2_0(State(federation): State<Federation>) -> answer::Served {
    nodeinfo(&federation, "2.0").await
}

async fn nodeinfo_2_1(State(federation): State<Federation>) -> answer::Served {
    nodeinfo(&federation, "2.1").await
}

async fn nodeinfo(federation: &Federation, version: &'static str) -> answer::Served {
    let store = &federation.app.store;
    let (total, month, half_year) = accounts::queries::counts(store).await?;
    let local_posts = posts::queries::count_local(store).await?;
    let mut software = json!({"name": SOFTWARE, "version": env!("CARGO_PKG_VERSION")});
    if version == "2.1" {
        software["repository"] = json!(env!("CARGO_PKG_REPOSITORY"));
    }
    let document = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": federation.app.config.registration.mode == RegistrationMode::Open,
        "usage": {"users": {"total": total, "activeMonth": month, "activeHalfyear": half_year}, "localPosts": local_posts},
        // a client library knows servers by a list of names, and by this (client-api.md 23)
        "metadata": {"nodeName": federation.app.config.organisation_name(), "upstream": {"name": "mastodon"}},
    });
    let kind = if version == "2.0" {
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\""
    } else {
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\""
    };
    Ok(answer::json(kind, &document))
}
