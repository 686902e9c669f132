//! Reading invitations by e-mail.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, InvitationId},
        page::Page,
        secret,
        words::SeatStatus,
    },
    features::accounts,
    sql,
    store::{
        Source, list,
        tables::{Invitation, PolicyVersion},
    },
};

/// The invitation with this id, if any.
pub async fn by_id(from: &impl Source, id: InvitationId) -> Result<Option<Invitation>> {
    sql!("SELECT * FROM invitations WHERE id = {}", id).one(from).await
}

/// The invitation whose link has this token, if it can be accepted now: the end counts at each use (S129).
pub async fn open(from: &impl Source, token: &str) -> Result<Option<Invitation>> {
    sql!(
        "SELECT * FROM invitations WHERE token_hash = {} AND accepted_at IS NULL AND ended_at IS NULL AND expires_at > {}",
        secret::hash_hex(token),
        from.now()
    )
    .one(from)
    .await
}

/// The open invitation of an address (in lower case) to a community, if any.
pub(super) async fn open_to(from: &impl Source, community: AccountId, email_key: &str) -> Result<Option<Invitation>> {
    sql!(
        "SELECT * FROM invitations WHERE community_id = {} AND email_key = {} AND accepted_at IS NULL AND ended_at IS NULL AND expires_at > {}",
        community,
        email_key,
        from.now()
    )
    .one(from)
    .await
}

/// Invitations to a community that were neither accepted nor revoked, expired ones too, newest first.
pub async fn of_community(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<Invitation>> {
    let select = sql!("SELECT * FROM invitations WHERE community_id = {} AND accepted_at IS NULL AND ended_at IS NULL", community);
    Ok(page.newest_first(select.page("id", page).all(from).await?))
}

/// How many links somebody made since `at`: those of invitations made since, however often they were sent.
pub(super) async fn links_since(from: &impl Source, inviter: AccountId, at: Stamp) -> Result<i64> {
    let asked =
        sql!("SELECT CAST(COALESCE(SUM(sends), 0) AS BIGINT) FROM invitations WHERE inviter_id = {} AND created_at > {}", inviter, at);
    Ok(asked.value(from).await?.unwrap_or_default())
}

/// The policies in force that a newcomer to the community accepts: the node's, and its own.
pub async fn policies(from: &impl Source, community: AccountId) -> Result<Vec<PolicyVersion>> {
    let node = accounts::queries::by_uri(from, "/actor").await?.map_or(community, |node| node.id);
    sql!(
        "SELECT * FROM policies p WHERE p.owner_id IN ({}, {}) AND p.version = (SELECT MAX(o.version) FROM policies o WHERE o.owner_id = p.owner_id) \
         ORDER BY p.owner_id",
        node,
        community
    )
    .all(from)
    .await
}

/// Those of `accounts` who share a community with `member`, themselves among them: whom a guest may look up.
pub async fn around(from: &impl Source, member: AccountId, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT DISTINCT o.account_id FROM seats o JOIN seats m ON m.community_id = o.community_id \
         WHERE m.account_id = {} AND m.status = {} AND o.status = {} AND o.account_id IN {}",
        member,
        SeatStatus::Active,
        SeatStatus::Active,
        list(accounts)
    )
    .column(from)
    .await
}
