//! Finding accounts by what somebody typed: a handle, a name, an address.

use crate::{
    api::error::{Failure, Result},
    app::{App, Found},
    base::{
        error::Refusal,
        id::AccountId,
        text::{handle, limits::QUERY_CHARS_MAX},
    },
    features::{
        accounts::{
            self,
            names::{self, Seeker},
        },
        invitations,
    },
    store::{Searching, tables::Account},
};
use std::borrow::Cow;

/// What was typed, fit to search for: no control characters. Refused when longer than [`QUERY_CHARS_MAX`].
pub fn query(typed: &str) -> Result<String> {
    let clean: String = typed.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() > QUERY_CHARS_MAX {
        return Err(Failure::field("q", format!("must not be longer than {QUERY_CHARS_MAX} characters")));
    }
    Ok(clean.trim().to_owned())
}

/// The web address that was typed, if one: people leave out the scheme (`example.com/users/ada`, ActivityPub §3.1).
pub fn address(typed: &str) -> Option<Cow<'_, str>> {
    if typed.starts_with("https://") || typed.starts_with("http://") {
        return Some(typed.into());
    }
    let (host, path) = typed.split_once('/')?;
    let is_host = host.contains('.') && handle::host(host).is_ok();
    (is_host && !path.is_empty() && !typed.contains(char::is_whitespace)).then(|| format!("https://{typed}").into())
}

/// The account that this node knows under a handle as typed (`ada`, `@ada@acme.example:8080`).
pub async fn known(app: &App, acct: &handle::Acct) -> Result<Option<Account>> {
    Ok(app.known_account(acct).await?)
}

/// Nobody, where that is somebody who signed up here and is not in yet.
async fn without_waiting(app: &App, found: Option<Account>) -> Result<Option<Account>> {
    match &found {
        Some(account) if account.is_local() && accounts::queries::is_waiting(&app.store, account.id).await? => Ok(None),
        _ => Ok(found),
    }
}

/// The account that `typed` names whole, as a handle with a host or as a URL; asked of its node when it is not known here.
/// None when it names nobody so; refused with the step that failed.
pub async fn resolve(app: &App, typed: &str) -> Result<Option<Account>> {
    if let Some(address) = address(typed) {
        return resolve_url(app, &address).await;
    }
    let Some((acct, host)) = handle::acct(typed).ok().and_then(|acct| acct.host.clone().map(|host| (acct, host))) else { return Ok(None) };
    if let Some(account) = known(app, &acct).await? {
        return Ok(Some(account));
    }
    if host == app.origin.authority() {
        return Err(Refusal::not_found().into());
    }
    Ok(Some(app.network()?.find_account(&acct.name, &host).await?))
}

async fn resolve_url(app: &App, url: &str) -> Result<Option<Account>> {
    let known = accounts::queries::by_uri(&app.store, app.origin.stored(url)).await?;
    if let Some(account) = without_waiting(app, known).await? {
        return Ok(Some(account));
    }
    if app.origin.is_ours(url) {
        return Err(Refusal::not_found().into());
    }
    match app.network()?.find_url(url).await? {
        Found::Account(id) => Ok(accounts::queries::by_id(&app.store, id).await?),
        Found::Post(_) => Ok(None),
    }
}

/// Accounts for a query by `seeker`, best first, after `offset`, at most `limit`. With `resolve` whoever the query names whole is
/// looked for at their node and comes first; that this failed is told only when nothing else was found.
pub async fn accounts(app: &App, seeker: Seeker, typed: &str, resolve: bool, (offset, limit): (u32, u32)) -> Result<Vec<Account>> {
    let typed = query(typed)?;
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let found = names::search(&app.store.searching(), seeker, &typed, (limit, offset)).await;
    let mut found = Searching::settled(found)?;
    if resolve && offset == 0 {
        match self::resolve(app, &typed).await {
            Ok(Some(exact)) => {
                found.retain(|account| account.id != exact.id);
                if exact.is_active() {
                    found.insert(0, exact);
                    found.truncate(limit as usize);
                }
            }
            Ok(None) => {}
            Err(failure) if found.is_empty() => return Err(failure),
            Err(failure) => tracing::debug!(problem = failure.sentence, "somebody searched for was not found at their node"),
        }
    }
    Ok(found)
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
