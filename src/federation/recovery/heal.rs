//! What a recovering node asks of those it deals with: our own records back, how agreements stand, and the log once more.

use super::{ours, send};
use crate::{
    base::{clock::Stamp, error::Result, host},
    features::{
        accounts,
        agreements::{in_force, rows},
        recovery,
    },
    federation::{Federation, agreements, fetch, objects::Fields, rosters},
    net::Budget,
    store::tables::Seat,
};
use serde_json::Value;
use std::{collections::HashSet, time::Duration};
use tokio_util::sync::CancellationToken;

/// Pages of records that are read from one host.
const PAGES_MAX: usize = 50;
/// What came so long before the last thing that we know of is sent again too: clocks differ by up to an hour.
const MARGIN: Duration = Duration::from_secs(3600);
/// The longest pause between two rounds.
const PAUSE: Duration = Duration::from_secs(60);

/// Heals the node whenever it is recovering, host by host, until each has answered once; until `end`.
pub async fn run(federation: Federation, end: CancellationToken) {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    let mut healed: HashSet<String> = HashSet::new();
    loop {
        match recovery::reason(&federation.app.store).await {
            Ok(Some(_)) => round(&federation, &mut healed).await,
            Ok(None) => {
                healed.clear();
                if let Err(error) = rewind(&federation).await {
                    tracing::error!(%error, "others could not be asked to send again");
                }
            }
            Err(error) => tracing::error!(%error, "whether this node is recovering cannot be read"),
        }
        tokio::select! {
            () = end.cancelled() => return,
            () = tokio::time::sleep(unit.clamp(Duration::from_millis(200), PAUSE)) => {}
        }
    }
}

async fn round(federation: &Federation, healed: &mut HashSet<String>) {
    let hosts = match recovery::partners(&federation.app.store).await {
        Ok(hosts) => hosts,
        Err(error) => return tracing::error!(%error, "partners cannot be read"),
    };
    for host in hosts {
        if healed.contains(&host) {
            continue;
        }
        match from(federation, &host).await {
            Ok(count) => {
                tracing::info!(host, count, "a partner handed back records of ours");
                healed.insert(host);
            }
            Err(error) => tracing::warn!(host, %error, "a partner did not hand back our records; it is asked again"),
        }
    }
}

/// Takes back what `host` holds of ours; how many seats changed.
async fn from(federation: &Federation, host: &str) -> Result<usize> {
    let Some(base) = recovery::address_of(&federation.app.store, host).await?.as_deref().and_then(host::parse) else { return Ok(0) };
    let join = |path: &str| base.join(path).map_err(|error| anyhow::anyhow!("{host}: {error}"));
    let mut next = Some(join(&format!("/records?of={}", federation.app.origin.authority()))?);
    let mut count = 0;
    for _ in 0..PAGES_MAX {
        let Some(url) = next.take() else { break };
        let page = fetch::document(federation, &url, &Budget::default()).await?;
        let fields = Fields::expect(&page, "the records")?;
        for record in fields.list("orderedItems") {
            count += usize::from(take(federation, record).await?);
        }
        next = fields.further("next", &url);
    }
    for agreement in rows::with_host(&federation.app.store, host).await? {
        agreements::pull(federation, &agreement).await?;
    }
    Ok(count)
}

/// Once what they send may be taken again, the others send again what came since our copy.
async fn rewind(federation: &Federation) -> Result<()> {
    for (host, heard) in recovery::rewinds(&federation.app.store).await? {
        let Some(base) = recovery::address_of(&federation.app.store, &host).await?.as_deref().and_then(host::parse) else { continue };
        // Rosters first (membership.md 7): what people say who came after our copy counts only once they are vouched for.
        let is_partner = in_force(&federation.app.store, &host).await?.is_some();
        if is_partner && let Err(failure) = rosters::pull(federation, &host).await {
            tracing::warn!(host, %failure, "a partner's roster was not had; it is asked again before anything is sent again");
            continue;
        }
        let since = Stamp(heard).minus(MARGIN).0.max(0);
        let url = base.join(&format!("/rewind?since={since}")).map_err(|error| anyhow::anyhow!("{host}: {error}"))?;
        if let Err(error) = send(federation, &url, Vec::new()).await {
            tracing::warn!(host, %error, "a server did not take the request to send again; it is asked again");
            continue;
        }
        let tx = federation.app.begin().await?;
        recovery::rewound(&tx, &host).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Takes back one record, if it is ours and newer.
async fn take(federation: &Federation, document: &Value) -> Result<bool> {
    let Some((member, group)) = ours(federation, document).await? else { return Ok(false) };
    let record = member.stored(&federation.app.origin);
    // Somebody who came after our copy was made is not known here.
    let person = fetch::account(federation, &member.record.account, &Budget::default()).await?;
    let admitted_by = accounts::queries::by_uri(&federation.app.store, &record.admitted_by).await?.map(|account| account.id);
    let now = federation.app.store.now();
    let tx = federation.app.begin().await?;
    let before = crate::features::communities::seats::seat(&tx, group.id, person.id).await?;
    let (admitted_at, refused_at) = before.as_ref().map_or((None, None), |seat| (seat.admitted_at, seat.refused_at));
    let seat = Seat {
        // the number that our own record gives it, so that what others hold about it stays true
        id: before.as_ref().map_or_else(|| member.seat(), |seat| seat.id),
        community_id: group.id,
        account_id: person.id,
        status: record.status,
        role: record.role,
        rev: record.rev,
        asked_at: record.asked_at,
        admitted_by,
        reason: record.reason,
        created_at: before.as_ref().map_or(now, |seat| seat.created_at),
        updated_at: now,
        agreement_host: if record.agreement.is_empty() { String::new() } else { person.host.clone() },
        host: person.host,
        stakeholder: record.stakeholder,
        organisation: record.organisation,
        history_from: record.history_from,
        expires_at: record.expires_at,
        paused_at: before.as_ref().and_then(|seat| seat.paused_at),
        sponsor_id: before.as_ref().and_then(|seat| seat.sponsor_id),
        answer: before.map(|seat| seat.answer).unwrap_or_default(),
        record: member.document.to_string(),
        attempts: 0,
        next_attempt_at: None,
        admitted_at,
        refused_at,
    };
    let is_newer = recovery::take_back(&tx, seat).await?;
    tx.commit().await?;
    Ok(is_newer)
}
