//! Whom somebody might follow: people of their communities first, then of this node's organisation.
//!
//! Nobody is suggested who does not want to be found, nor again whom the reader has passed over. Both questions look at a
//! bounded number of rows. Source: docs.joinmastodon.org/methods/suggestions.

use crate::{
    base::{error::Result, id::AccountId},
    features::communities::usable::usable,
    sql,
    store::{Insert, Source, Sql, Tx, tables::Account},
};

/// Seats of others that are looked at.
const SEATS_MAX: i64 = 2000;

/// Appends: the reader might want to follow the account `a`. Literals: account kind 0 person, 4 service.
fn wanted(sql: Sql, me: AccountId) -> Sql {
    sql.then(
        " AND a.id <> {} AND a.kind IN (0, 4) AND a.discoverable AND a.suspended_at IS NULL AND a.gone_at IS NULL AND a.silenced_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = {} AND f.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = {} AND b.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = {}) \
         AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = {} AND m.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM host_blocks h WHERE h.account_id = {} AND h.host = a.host) \
         AND NOT EXISTS (SELECT 1 FROM passed_suggestions s WHERE s.account_id = {} AND s.target_id = a.id)",
    )
    .bind(me)
    .bind(me)
    .bind(me)
    .bind(me)
    .bind(me)
    .bind(me)
    .bind(me)
}

/// People in the communities in which `me` holds a usable seat, those who share most of them first.
pub async fn of_communities(from: &impl Source, me: AccountId, limit: u32) -> Result<Vec<Account>> {
    let shared = sql!(
        "SELECT a.* FROM (SELECT theirs.account_id AS account_id, COUNT(*) AS shared FROM \
            (SELECT other.account_id, other.community_id FROM seats mine CROSS JOIN seats other \
             WHERE mine.account_id = {} AND other.community_id = mine.community_id AND other.status = 2 AND ",
        me
    );
    let shared = usable(shared, "mine", from.now())
        .then(" ORDER BY other.id DESC LIMIT {}) theirs GROUP BY theirs.account_id) s CROSS JOIN accounts a WHERE a.id = s.account_id")
        .bind(SEATS_MAX);
    wanted(shared, me).then(" ORDER BY s.shared DESC, a.id LIMIT {}").bind(i64::from(limit)).all(from).await
}

/// People of this node, those who wrote last first.
pub async fn of_organisation(from: &impl Source, me: AccountId, limit: u32) -> Result<Vec<Account>> {
    let here = sql!(
        "SELECT a.* FROM users u CROSS JOIN accounts a WHERE a.id = u.account_id AND u.approved AND NOT u.unconfirmed AND NOT u.is_guest AND u.off_boarded_at IS NULL"
    );
    wanted(here, me).then(" ORDER BY COALESCE(a.last_post_at, 0) DESC, a.id DESC LIMIT {}").bind(i64::from(limit)).all(from).await
}

/// Does not suggest an account to somebody again.
pub async fn pass(tx: &Tx, by: AccountId, target: AccountId) -> Result<()> {
    let row = Insert::into("passed_suggestions").set("account_id", by).set("target_id", target);
    row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    Ok(())
}
