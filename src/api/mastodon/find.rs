//! Finding accounts by what somebody typed: a handle, a name, an address.

pub use crate::app::finding::{address, around, known};

use crate::{
    api::error::{Failure, Result},
    app::{App, Found, finding::without_waiting},
    base::{
        error::Refusal,
        text::{handle, limits::QUERY_CHARS_MAX},
    },
    features::accounts::{
        self,
        names::{self, Seeker},
    },
    store::{Searching, tables::Account},
};

/// What was typed, fit to search for: no control characters. Refused when longer than [`QUERY_CHARS_MAX`].
pub fn query(typed: &str) -> Result<String> {
    let clean: String = typed.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() > QUERY_CHARS_MAX {
        return Err(Failure::field("q", format!("must not be longer than {QUERY_CHARS_MAX} characters")));
    }
    Ok(clean.trim().to_owned())
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
