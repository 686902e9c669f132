//! Partners' people who are no longer vouched for: their seats here end, and nothing but that ends them.

use super::{end_seat, hold};
use crate::{
    base::error::Result,
    features::{
        accounts, relationships,
        rosters::{self, Kept, Listed},
    },
    sql,
    store::{
        Tx,
        audit::Entry,
        list,
        tables::{Account, Seat},
    },
};
use serde_json::json;

/// People looked at in one statement.
const PEOPLE: usize = 500;

/// Applies a partner's roster, already verified: replaces whom it vouches for, and ends the seats held through it by those
/// who were on it and are no longer. False when its number is not higher than that of the one we have.
pub async fn apply(tx: &Tx, partner: &Account, (host, listed): (&str, &Listed)) -> Result<bool> {
    match rosters::keep(tx, host, listed).await? {
        Kept::Old => Ok(false),
        Kept::Replaced(removed) => {
            let name = if partner.display_name.is_empty() { host } else { &partner.display_name };
            end_all(tx, (host, &removed), &format!("{name} no longer vouches for you")).await?;
            Ok(true)
        }
    }
}

/// Ends everything held through partners that were silent for 30 days.
pub async fn end_silent(tx: &Tx) -> Result<()> {
    for host in rosters::silent(tx).await? {
        let people = rosters::forget(tx, &host).await?;
        end_all(tx, (&host, &people), &format!("{host} has not answered for 30 days")).await?;
    }
    Ok(())
}

/// Ends the seats that `people` (stored uris) hold in our communities through the node at `host`. One audit entry for each.
async fn end_all(tx: &Tx, (host, people): (&str, &[String]), reason: &str) -> Result<()> {
    for some in people.chunks(PEOPLE) {
        let seats: Vec<Seat> = sql!(
            "SELECT s.* FROM seats s JOIN accounts a ON a.id = s.account_id JOIN accounts c ON c.id = s.community_id \
             WHERE a.uri IN {} AND s.agreement_host = {} AND c.host = '' AND s.status IN (0, 1, 2)",
            list(some),
            host,
        )
        .all(tx)
        .await?;
        for seat in hold(tx, seats).await? {
            let (account, community) = (seat.account_id, seat.community_id);
            end_seat(tx, seat, reason).await?;
            relationships::reject(tx, account, community).await?;
            let names = accounts::queries::by_ids(tx, &[account, community]).await?;
            let name = |id| names.iter().find(|known| known.id == id).map(Account::acct).unwrap_or_default();
            let detail = json!({"community": name(community), "partner": host});
            tx.audit(Entry { actor: "node".to_owned(), act: "seat.unvouched", object: name(account), detail, ..Entry::default() });
        }
    }
    Ok(())
}
