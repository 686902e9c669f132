//! Agreements with other nodes: offered, signed by both, suspended, renewed, ended (`membership.md` 4).
//!
//! Invariant: at most one agreement with a host is in force. Seats read it live (`communities::usable`), so that ending one
//! needs no sweep. Rules: `policy/agreement.rs`. Wire form: `federation/objects/agreement.rs`.

use crate::{
    base::{clock::Stamp, error::Result, words::Role},
    policy::agreement::{Standing, is_in_force},
    sql,
    store::{Source, tables::Agreement},
};

/// The agreement with `host` that is in force now (neither suspended nor past its end), if any.
pub async fn in_force(from: &impl Source, host: &str) -> Result<Option<Agreement>> {
    let found: Option<Agreement> = sql!("SELECT * FROM agreements WHERE host = {} AND state = 2", host).one(from).await?;
    Ok(found.filter(|agreement| is_in_force(standing(agreement), from.now())))
}

/// The same, if it covers the community with this stored uri: by naming it, or, for an invitation, by allowing those.
pub async fn covering(from: &impl Source, host: &str, community: &str, is_invited: bool) -> Result<Option<Agreement>> {
    let Some(agreement) = in_force(from, host).await? else { return Ok(None) };
    if is_invited && agreement.by_invitation {
        return Ok(Some(agreement));
    }
    let named: Option<String> =
        sql!("SELECT community FROM agreement_communities WHERE agreement_id = {} AND community = {}", agreement.id, community)
            .value(from)
            .await?;
    Ok(named.map(|_| agreement))
}

/// What being in force depends on.
pub fn standing(agreement: &Agreement) -> Standing {
    Standing {
        state: agreement.state,
        is_paused: agreement.suspended_here || agreement.suspended_there || agreement.held,
        ends_at: agreement.ends_at,
    }
}

/// What one more seat under an agreement depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The highest role.
    pub most_role: Role,
    /// Seats held by the partner's people here.
    pub held: i64,
    /// Of these, admitted since a day ago.
    pub today: i64,
    /// Since when newcomers read.
    pub history_from: Stamp,
}
