//! What the other doors ask of the network: find an account, a post, the members of a community.

use super::{
    Federation, backfill, discovery,
    documents::Asked,
    downloads, featured_tags,
    fetch::{self, Failure},
    keep, mod_logs,
    objects::{Fields, Introduced, introduced, member, written},
    successors,
};
use crate::{
    app::{Found, ListedMember, ListedOrganisation, ListedRequest, Network, Wanted},
    base::{
        config::FederationMode,
        error::{Error, Refusal, Result},
        host,
        id::{AccountId, PostId},
        words::Role,
    },
    features::{accounts, posts},
    net::{Budget, Method, header::HeaderMap},
    store::tables::Account,
};
use anyhow::Context;
use serde_json::Value;
use std::{path::Path, time::Duration};
use url::Url;

/// Fetches for one request of a person.
const FETCHES: u32 = 20;
/// Time for one request of a person.
const TIME: Duration = Duration::from_secs(15);
/// Most members listed.
const MEMBERS_MAX: usize = 200;
/// Longest name of a host with its port, in bytes.
pub(super) const HOST_BYTES_MAX: usize = 260;

fn budget() -> Budget {
    Budget::new(FETCHES, TIME)
}

/// Refused while the node federates with nobody.
async fn may_ask(federation: &Federation) -> Result<()> {
    match federation.app.federation_mode(&federation.app.store).await? {
        FederationMode::Off => Err(Refusal::unavailable("federation_off", "This node federates with nobody now.").into()),
        FederationMode::Open | FederationMode::Partners => Ok(()),
    }
}

#[async_trait::async_trait]
impl Network for Federation {
    async fn find_account(&self, username: &str, host: &str) -> Result<Account> {
        may_ask(self).await?;
        find_account(self, username, host, &budget()).await.map_err(|failure| unfound(failure, username, host))
    }

    async fn find_url(&self, url: &str) -> Result<Found> {
        let store = &self.app.store;
        let stored = self.app.origin.stored(url);
        if let Some(account) = accounts::queries::by_uri(store, stored).await? {
            return Ok(Found::Account(account.id));
        }
        if let Some(post) = posts::queries::by_uri(store, stored).await? {
            return Ok(Found::Post(post.id));
        }
        let url = host::parse(url).ok_or_else(|| Refusal::invalid("url", "is not a web address"))?;
        may_ask(self).await?;
        Ok(find_url(self, &url, &budget()).await?)
    }

    async fn refresh(&self, account: AccountId) -> Result<Account> {
        let known = accounts::queries::by_id(&self.app.store, account).await?.ok_or_else(Refusal::not_found)?;
        if known.is_local() {
            return Ok(known);
        }
        Ok(fetch::fresh_account(self, &known.uri, &budget()).await?)
    }

    async fn successor(&self, to: &str, former: &Account) -> Result<Account> {
        may_ask(self).await?;
        let origin = &self.app.origin;
        let names_us = !origin.is_ours(to) && successors::agree(self, (&origin.absolute(&former.uri), to, false), &budget()).await?;
        let found = accounts::queries::by_uri(&self.app.store, to).await?.filter(|_| names_us);
        let sentence = "That community does not say that it was this one: have its owner name this one there first (alsoKnownAs).";
        Ok(found.ok_or_else(|| Refusal::conflict("not_named", sentence))?)
    }

    async fn members(&self, community: AccountId) -> Result<Vec<ListedMember>> {
        let known = accounts::queries::by_id(&self.app.store, community).await?.ok_or_else(Refusal::not_found)?;
        Ok(members(self, &known, &budget()).await?)
    }

    fn thread_opened(&self, post: PostId) {
        backfill::opened(self, post);
    }

    async fn organisations(&self, community: AccountId) -> Result<Vec<ListedOrganisation>> {
        let known = accounts::queries::by_id(&self.app.store, community).await?.ok_or_else(Refusal::not_found)?;
        let collection = listing(self, &known, &budget()).await?;
        let organisation = |item: Fields<'_>| {
            Some(ListedOrganisation {
                host: item.text("host").filter(|host| host.len() <= HOST_BYTES_MAX)?.to_lowercase(),
                seats: item.number("totalItems").unwrap_or_default(),
                announced_at: item.time("announcedAt"),
                admitted_from: item.time("admittedFrom"),
            })
        };
        let items = Fields::expect(&collection, "the list of members")?;
        Ok(items.list("organisations").filter_map(Fields::of).filter_map(organisation).take(MEMBERS_MAX).collect())
    }

    async fn moderation_log(&self, community: AccountId) -> Result<()> {
        let known = accounts::queries::by_id(&self.app.store, community).await?.filter(|known| known.is_community() && !known.is_local());
        Ok(mod_logs::look(self, &known.ok_or_else(Refusal::not_found)?).await?)
    }

    async fn featured_tags(&self, account: AccountId) -> Result<()> {
        may_ask(self).await?;
        let known = accounts::queries::by_id(&self.app.store, account).await?.filter(|known| !known.is_local() && known.is_active());
        Ok(featured_tags::look(self, &known.ok_or_else(Refusal::not_found)?).await?)
    }

    async fn download(&self, wanted: Wanted<'_>, to: &Path) -> Result<u64> {
        may_ask(self).await?;
        downloads::download(self, wanted, to).await
    }

    async fn signing_host(&self, (method, target, headers): (&Method, &str, &HeaderMap)) -> Option<String> {
        let uri = target.parse().ok()?;
        Asked::plainly(method.clone(), uri, headers.clone()).signing_host(self).await
    }

    async fn requests(&self, community: AccountId, moderator: AccountId) -> Result<Vec<ListedRequest>> {
        let known = accounts::queries::by_id(&self.app.store, community).await?.filter(|known| known.is_community() && !known.is_local());
        let known = known.ok_or_else(Refusal::not_found)?;
        Ok(requests(self, &known, moderator, &budget()).await?)
    }
}

/// What a person is told of a handle that led nowhere: the network's own words are for the log.
fn unfound(failure: Failure, username: &str, host: &str) -> Error {
    match failure {
        Failure::Passing(_) => failure.into(),
        Failure::Gone(sentence, _) | Failure::Refused(sentence) => {
            tracing::info!(username, host, sentence, "a handle led nowhere");
            let sentence = "Nothing answers to this handle: check the spelling, or ask there whether it is open to you.";
            Refusal::missing(sentence).into()
        }
    }
}

/// Asks the handle's host, then the actor, and keeps it under the handle that both confirm (S39).
async fn find_account(federation: &Federation, username: &str, host: &str, budget: &Budget) -> Result<Account, Failure> {
    let actor = discovery::find_actor(federation, username, host, budget).await?;
    let document = fetch::document(federation, &actor, budget).await?;
    let mut introduced = Introduced::read(&document)?;
    if host::parse(&introduced.remote.uri).as_ref() != Some(&actor) {
        return Err(Failure::Refused(format!("{host} names an actor that has another id")));
    }
    if !introduced.remote.username.eq_ignore_ascii_case(username) {
        return Err(Failure::Refused(format!("the actor calls itself otherwise than {host} does")));
    }
    introduced.remote.host =
        discovery::confirm_handle(federation, &actor, (&introduced.remote.username, &introduced.webfinger), budget).await?;
    // at once: whether they may be invited, and how one asks at a community, depends on it
    discovery::software::learn_before(federation, &host::authority(&actor).unwrap_or_default()).await?;
    Ok(keep::actor(federation, &introduced).await?)
}

/// What the server of somebody met by address runs: of a community at once, since how one asks for a seat depends on it.
async fn learn(federation: &Federation, account: &Account) -> Result<()> {
    match host::parse(&account.uri).as_ref().and_then(host::authority) {
        Some(host) if account.is_community() => discovery::software::learn_before(federation, &host).await,
        _ => {
            discovery::software::ask_in_background(federation, &account.uri);
            Ok(())
        }
    }
}

async fn find_url(federation: &Federation, url: &Url, budget: &Budget) -> Result<Found, Failure> {
    let document = fetch::document(federation, url, budget).await?;
    let fields = Fields::expect(&document, "the document")?;
    if introduced::is_actor(fields) {
        let account = keep::actor(federation, &Introduced::read(&document)?).await?;
        learn(federation, &account).await?;
        return Ok(Found::Account(account.id));
    }
    if written::kind_of(fields).is_some() {
        let (post, parent) = fetch::keep_post(federation, &document, budget).await?;
        fetch::thread(federation, parent, budget).await;
        return Ok(Found::Post(post.id));
    }
    Err(Failure::Refused("the address leads to neither an account nor a post".into()))
}

/// The collection of members of a community, as its node shows it to us.
async fn listing(federation: &Federation, community: &Account, budget: &Budget) -> Result<Value, Failure> {
    let actor = host::parse(&community.uri).context("a community elsewhere has an address").map_err(crate::base::error::Error::from)?;
    let group = fetch::document(federation, &actor, budget).await?;
    let listed = Fields::of(&group).and_then(|fields| fields.further("members", &actor));
    let listed = listed.ok_or_else(|| Failure::Refused("this community does not list its members".into()))?;
    fetch::document(federation, &listed, budget).await
}

async fn members(federation: &Federation, community: &Account, budget: &Budget) -> Result<Vec<ListedMember>, Failure> {
    let collection = listing(federation, community, budget).await?;
    let items = Fields::expect(&collection, "the list of members")?;
    let member = |member: Fields<'_>| {
        let role = member.text("role").and_then(|word| word.parse::<Role>().ok()).unwrap_or(Role::Member);
        member
            .id("actor")
            .filter(|uri| host::parse(uri).is_some())
            .map(|uri| ListedMember { uri: uri.to_owned(), role: role.word().to_owned() })
    };
    Ok(items.list("items").filter_map(Fields::of).filter_map(member).take(MEMBERS_MAX).collect())
}

async fn requests(federation: &Federation, community: &Account, by: AccountId, budget: &Budget) -> Result<Vec<ListedRequest>, Failure> {
    let url = host::parse(&format!("{}/requests", community.uri)).context("a community elsewhere has an address");
    let page = fetch::document_as(federation, &url.map_err(crate::base::error::Error::from)?, budget, by).await?;
    let fields = Fields::expect(&page, "the list of requests")?;
    Ok(fields.list("orderedItems").filter_map(Fields::of).filter_map(|item| request(item, community)).collect())
}

/// One request; what is not wholly one is passed over.
fn request(item: Fields<'_>, community: &Account) -> Option<ListedRequest> {
    if item.kind() != member::KIND || item.id("object") != Some(community.uri.as_str()) || item.text("status") != Some("requested") {
        return None;
    }
    Some(ListedRequest {
        uri: item.required_url("actor").ok()?.0.to_owned(),
        rev: item.value("rev").and_then(serde_json::Value::as_i64).filter(|rev| *rev > 0)?,
        asked_at: item.time("askedAt")?,
        answer: member::sentence(item, "answers").ok()?,
        organisation: member::address(item, "heldThrough").ok()?,
    })
}
