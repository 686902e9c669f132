//! What somebody may find: by a name, by an address, here or at its own node. For every door that searches.
//!
//! Invariant: resolving obeys the asker's rights; what is kept here and not theirs to see is not found (S131).

use super::{App, Found};
use crate::{
    base::{
        error::{Error, Result},
        finding::{facet::Facet, question::Question},
        id::{AccountId, PostId},
        page::Page,
        text::handle,
    },
    features::{
        accounts, agreements, communities, invitations,
        posts::queries::{self, Viewer},
        search,
    },
    store::{
        Searching,
        tables::{Account, Post},
    },
};
use std::borrow::Cow;

/// The web address that was typed, if one: people leave out the scheme (`example.com/users/ada`, ActivityPub §3.1).
pub fn address(typed: &str) -> Option<Cow<'_, str>> {
    if typed.starts_with("https://") || typed.starts_with("http://") {
        return Some(typed.into());
    }
    let (host, path) = typed.split_once('/')?;
    let is_host = host.contains('.') && handle::host(host).is_ok();
    (is_host && !path.is_empty() && !typed.contains(char::is_whitespace)).then(|| format!("https://{typed}").into())
}

/// The account that this node knows under a handle as typed (`ada`, `@ada@acme.example:8080`); nobody, where that is somebody who
/// signed up here and is not in yet.
pub async fn known(app: &App, acct: &handle::Acct) -> Result<Option<Account>> {
    let host = acct.host.as_deref().filter(|host| *host != app.origin.authority()).unwrap_or_default();
    let found = accounts::queries::by_handle(&app.store, &acct.name, host).await?;
    without_waiting(app, found.filter(|account| account.gone_at.is_none())).await
}

/// Nobody, where that is somebody who signed up here and is not in yet.
pub async fn without_waiting(app: &App, found: Option<Account>) -> Result<Option<Account>> {
    match &found {
        Some(account) if account.is_local() && accounts::queries::is_waiting(&app.store, account.id).await? => Ok(None),
        _ => Ok(found),
    }
}

/// The account with exactly this handle; looked up at its node with `may_ask` when it is unknown here.
pub async fn by_handle(app: &App, words: &str, may_ask: bool) -> Result<Option<Account>> {
    let Ok(acct) = handle::acct(words) else { return Ok(None) };
    let known = known(app, &acct).await?;
    let elsewhere = acct.host.filter(|host| host != app.origin.authority());
    match (elsewhere, app.network()) {
        (Some(host), Ok(network)) if known.is_none() && may_ask => nothing_if_refused(network.find_account(&acct.name, &host).await),
        _ => Ok(known.filter(Account::is_active)),
    }
}

/// What an address names, here or, with `may_ask`, elsewhere: accounts, and posts that `viewer` may see.
pub async fn by_address(app: &App, viewer: &Viewer, address: &str, may_ask: bool) -> Result<(Vec<Account>, Vec<Post>)> {
    let stored = app.origin.stored(address).to_owned();
    let active = |account: Option<Account>| account.filter(Account::is_active).into_iter().collect();
    if let Some(post) = queries::by_uri(&app.store, &stored).await? {
        return Ok((Vec::new(), seen(app, viewer, post.id).await?));
    }
    if let Some(account) = without_waiting(app, accounts::queries::by_uri(&app.store, &stored).await?).await? {
        return Ok((active(Some(account)), Vec::new()));
    }
    if let Some(name) = stored.strip_prefix("/@") {
        let found = accounts::queries::by_handle(&app.store, name.trim_end_matches('/'), "").await?;
        return Ok((active(without_waiting(app, found).await?), Vec::new()));
    }
    let Some(network) = app.network().ok().filter(|_| may_ask && !app.origin.is_ours(address)) else { return Ok(Default::default()) };
    match nothing_if_refused(network.find_url(address).await)? {
        Some(Found::Post(post)) => Ok((Vec::new(), seen(app, viewer, post).await?)),
        Some(Found::Account(account)) => Ok((active(accounts::queries::by_id(&app.store, account).await?), Vec::new())),
        None => Ok(Default::default()),
    }
}

async fn seen(app: &App, viewer: &Viewer, post: PostId) -> Result<Vec<Post>> {
    Ok(queries::seen(&app.store, viewer, post).await?.into_iter().collect())
}

/// A search that finds nothing is no failure.
fn nothing_if_refused<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(Error::Refused(refusal)) => {
            tracing::debug!(%refusal, "a search found nothing elsewhere");
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

/// Posts that `question` finds, for people of this node only; those of one `author` where that is asked for. The page, after its
/// first so many.
pub async fn posts(app: &App, viewer: &Viewer, (question, author): (Question, Option<AccountId>), page: (Page, u32)) -> Result<Vec<Post>> {
    if !matches!(viewer, Viewer::Account(_)) || question.is_empty() {
        return Ok(Vec::new());
    }
    let mut named = Vec::new();
    for acct in question.accts() {
        named.extend(known(app, acct).await?.map(|account| (acct.clone(), account.id)));
    }
    let id = |acct: &handle::Acct| named.iter().find(|(known, _)| known == acct).map(|(_, id)| *id);
    let Some(mut question) = question.settled(viewer.account(), id) else { return Ok(Vec::new()) };
    question.facets.extend(author.map(|author| (Facet::Author(author), false)));
    Searching::settled(search::posts(&app.store.searching(), viewer, &question, page).await)
}

/// Without those of whom `viewer` may not know: whoever signed up here and is not in yet, communities for this node's people or
/// for partners only, and, for strangers and guests, people of partners who wrote nothing public that is here: whose partner we
/// are is not theirs to find out (S123). A guest knows who is in a community with them.
pub async fn without_internal(app: &App, viewer: Option<&Account>, mut listed: Vec<Account>) -> Result<Vec<Account>> {
    let ids: Vec<AccountId> = listed.iter().filter(|account| account.is_community()).map(|account| account.id).collect();
    let hidden = communities::queries::hidden(&app.store, &ids, viewer.map(|viewer| viewer.id)).await?;
    let people: Vec<AccountId> =
        listed.iter().filter(|account| account.is_local() && !account.is_community()).map(|account| account.id).collect();
    let waiting = accounts::queries::waiting(&app.store, &people).await?;
    listed.retain(|account| !hidden.contains(&account.id) && !waiting.contains(&account.id));
    let guest = viewer.filter(|viewer| viewer.guest().is_some());
    if viewer.is_some() && guest.is_none() {
        return Ok(listed);
    }
    let is_quiet = |account: &Account| !account.is_local() && !account.is_community() && account.posts_count == 0;
    let (ids, hosts): (Vec<AccountId>, Vec<String>) =
        listed.iter().filter(|account| is_quiet(account)).map(|account| (account.id, account.host.clone())).unzip();
    let partners = agreements::rows::among(&app.store, &hosts).await?;
    let known = match guest {
        Some(guest) if !partners.is_empty() => invitations::queries::around(&app.store, guest.id, &ids).await?,
        _ => Vec::new(),
    };
    listed.retain(|account| !is_quiet(account) || !partners.contains(&account.host) || known.contains(&account.id));
    Ok(listed)
}

/// What `caller` may find of `found`: a guest finds people of this node only around their own communities, and people elsewhere.
pub async fn around(app: &App, caller: Option<&Account>, mut found: Vec<Account>) -> Result<Vec<Account>> {
    let Some(guest) = caller.filter(|caller| caller.guest().is_some()) else { return Ok(found) };
    let ids: Vec<AccountId> = found.iter().map(|account| account.id).collect();
    let known = invitations::queries::around(&app.store, guest.id, &ids).await?;
    found.retain(|account| account.is_community() || !account.is_local() || account.id == guest.id || known.contains(&account.id));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ap012_an_address_without_its_scheme_is_one_over_https() {
        for (typed, expected) in [
            ("https://p.test/u/pat", Some("https://p.test/u/pat")),
            ("http://p.test/", Some("http://p.test/")),
            ("p.test/users/pat", Some("https://p.test/users/pat")),
            ("p.test:8443/@pat", Some("https://p.test:8443/@pat")),
            ("p.test", None),
            ("p.test/", None),
            ("and/or", None),
            ("pat@p.test/x", None),
            ("see p.test/x", None),
            ("@pat@p.test", None),
        ] {
            assert_eq!(address(typed).as_deref(), expected, "{typed}");
        }
    }
}
