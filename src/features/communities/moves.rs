//! A community goes on under another id, on another node (FEP-7628). Who goes along: `memberships::move_community`.
//!
//! Invariant: only a public one moves, and only to a community that says it was this one. In any other each seat is decided anew
//! where it goes, by its owners there (`membership.md` 3).

use super::{note, owned};
use crate::{
    base::{
        error::{Refusal, Result},
        host,
        id::AccountId,
        sentence::said,
        words::Stage,
    },
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Community},
    },
};
use serde_json::json;

/// Most former ids of one community.
pub const ALIASES_MAX: usize = 5;

/// An owner says under which ids a community of ours was known before: a community elsewhere can only move to one that names
/// it. Replaces what was said before. Records `ProfileEdited`.
pub async fn set_aliases(tx: &Tx, by: &Account, community: AccountId, uris: &[String]) -> Result<()> {
    let (account, _) = owned(tx, by, community).await?;
    if uris.len() > ALIASES_MAX {
        return Err(Refusal::invalid("also_known_as", said!("must not be more than {max}", max = ALIASES_MAX)).into());
    }
    if uris.iter().any(|uri| host::parse(uri).is_none()) {
        return Err(Refusal::invalid("also_known_as", "must be ids of communities: web addresses").into());
    }
    let kept = if uris.is_empty() { String::new() } else { serde_json::to_string(uris).map_err(anyhow::Error::from)? };
    sql!("UPDATE communities SET also_known_as = {} WHERE account_id = {}", kept, community).run(tx).await?;
    note(tx, by, "community.aliases", (&account, json!({ "also_known_as": uris })));
    tx.record(Event::ProfileEdited { account: community });
    Ok(())
}

/// The ids under which a community of ours was known before.
pub fn aliases(community: &Community) -> Vec<String> {
    serde_json::from_str(&community.also_known_as).unwrap_or_default()
}

/// An owner moves a public community of ours to `to`, one elsewhere; the caller has made sure that that names ours. What is here
/// stays readable until it is closed. Once moved it can move again. Records `ProfileEdited` and `CommunityMoved`; the community,
/// for whoever goes along.
pub async fn leave_for(tx: &Tx, by: &Account, community: AccountId, to: &Account) -> Result<Account> {
    let (account, facts) = owned(tx, by, community).await?;
    if facts.stage != Stage::Public {
        let sentence = "Only a public community can move: in any other, each seat is decided anew where it goes.";
        return Err(Refusal::conflict("not_public", sentence).into());
    }
    if to.is_local() || !to.is_community() || !to.is_active() {
        return Err(Refusal::invalid("to", "must be a community on another node").into());
    }
    moved(tx, community, &to.uri).await?;
    note(tx, by, "community.move", (&account, json!({ "to": to.uri })));
    tx.record(Event::ProfileEdited { account: community });
    tx.record(Event::CommunityMoved { community });
    Ok(account)
}

/// Notes where a community went, be it of ours or not.
pub async fn moved(tx: &Tx, community: AccountId, to: &str) -> Result<()> {
    sql!("UPDATE communities SET moved_to = {} WHERE account_id = {}", to, community).run(tx).await?;
    Ok(())
}
