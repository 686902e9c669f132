//! Whether an account goes on as another: both must say so (S45, FEP-7628).

use super::{
    Federation,
    fetch::{self, Failure},
    keep,
    objects::Introduced,
};
use crate::{
    base::host,
    features::{accounts, communities},
    net::Budget,
};

/// Whether the account `to`, fetched now and kept, says that it is also `from` (`alsoKnownAs`); with `is_pulled` also whether
/// `from` says that it moved there (`movedTo`, FEP-7628). A community of ours is not fetched: it names whom its owner named.
pub async fn agree(federation: &Federation, (from, to, is_pulled): (&str, &str, bool), budget: &Budget) -> Result<bool, Failure> {
    let known_as = match federation.app.origin.stored(to) {
        ours if ours.starts_with('/') => aliases(federation, ours).await?,
        _ => introduced(federation, to, budget).await?.also_known_as,
    };
    if !known_as.iter().any(|known| known == from) {
        return Ok(false);
    }
    Ok(!is_pulled || introduced(federation, from, budget).await?.moved_to == to)
}

/// The former ids of a community of ours; none of anybody else here.
async fn aliases(federation: &Federation, uri: &str) -> Result<Vec<String>, Failure> {
    let Some(account) = accounts::queries::by_uri(&federation.app.store, uri).await? else { return Ok(Vec::new()) };
    let community = communities::queries::by_id(&federation.app.store, account.id).await?;
    Ok(community.map(|community| communities::moves::aliases(&community)).unwrap_or_default())
}

/// An actor as its document introduces it now; it is kept.
async fn introduced(federation: &Federation, uri: &str, budget: &Budget) -> Result<Introduced, Failure> {
    let url = host::parse(uri).ok_or_else(|| Failure::Refused("the actor's id is not a web address".into()))?;
    let introduced = Introduced::read(&fetch::document(federation, &url, budget).await?)?;
    if introduced.remote.uri != uri {
        return Err(Failure::Refused("the actor has another id than was asked for".into()));
    }
    keep::actor(federation, &introduced).await?;
    Ok(introduced)
}
