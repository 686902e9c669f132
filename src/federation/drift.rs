//! Drift: a community's delivery names the highest revision for us, and what we lack we pull (`membership.md` 3).
//!
//! In the background, bounded, once a minute and community at most. The header is a hint and nothing more: each record is
//! believed by its group's proof, and only about our own people.

use super::{
    Federation,
    activities::proven,
    fetch::{self, Failure},
    objects::{Fields, Member, fields::wrong},
    recovery,
    seats::HEADER,
};
use crate::{
    base::{error::Result, host},
    features::{
        accounts,
        memberships::{
            record::{self, Adopted, Record},
            records,
        },
    },
    net::{Budget, header::HeaderMap},
    store::tables::Account,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// How long after one look at all records of a community the next is due.
const LOOKED_AGAIN: Duration = Duration::from_secs(24 * 3600);
/// Communities looked at in one round.
const LOOKS_MAX: usize = 16;
/// Most pages of one pull.
const PAGES_MAX: usize = 20;
/// Time for one pull.
const TIME: Duration = Duration::from_secs(60);

/// Looks at the headers of a delivery by `actor`, which signed it: pulls what we lack, if that is so. A community that names
/// less than it once told us has lost something: it is shown its own record.
pub fn notice(federation: &Federation, actor: &str, headers: &HeaderMap) {
    let named = headers.get(HEADER).and_then(|value| value.to_str().ok()).and_then(|value| value.parse::<i64>().ok());
    let settled = federation.settled.get(actor).unwrap_or_default();
    match named {
        Some(rev) if rev > settled && !federation.pulled.contains_key(actor) => {
            federation.pulled.insert(actor.to_owned(), ());
            begin(federation, actor.to_owned(), Wanted::Above(rev));
        }
        Some(rev) if rev < settled && !federation.shown.contains_key(actor) => {
            begin(federation, actor.to_owned(), Wanted::Above(rev));
        }
        _ => {}
    }
}

/// Looks, once a day for each community elsewhere in which our people have seats, at all of their records there: one that got
/// lost below another, or after the last delivery to us, is named by nobody. A bounded number in each round.
pub async fn look_due(federation: &Federation) -> Result<()> {
    let store = &federation.app.store;
    let is_due = |community: &Account| federation.looked.get(&community.uri).is_none_or(|at| at.plus(LOOKED_AGAIN) <= store.now());
    let due = records::communities_elsewhere(store).await?;
    for community in due.into_iter().filter(is_due).take(LOOKS_MAX) {
        federation.looked.insert(community.uri.clone(), store.now());
        if let Err(failure) = pull(federation, &community, 0).await {
            tracing::debug!(%failure, community = community.uri, "seats could not be looked at");
        }
    }
    Ok(())
}

/// Pulls what we lack of a community's records now, where `rev`, which its node names, is above what we hold.
///
/// # Errors
/// The community's node does not answer, or refuses.
pub async fn catch_up(federation: &Federation, community: &str, rev: i64) -> Result<(), Failure> {
    look(federation, community, Wanted::Above(rev)).await
}

/// Pulls the records of our people's seats in a community that passes something on though nobody here is known to be in it. A
/// node that refuses leaves things as they are.
///
/// # Errors
/// The community's node does not answer now.
pub async fn seek(federation: &Federation, community: &str) -> Result<(), Failure> {
    let Some(community) = accounts::queries::by_uri(&federation.app.store, community).await? else { return Ok(()) };
    let held = records::held(&federation.app.store, community.id).await?;
    match pull(federation, &community, (held - 1).max(0)).await {
        Err(Failure::Passing(sentence)) => Err(Failure::Passing(sentence)),
        Err(failure) => {
            tracing::debug!(%failure, community = community.uri, "seats could not be looked at");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// Remembers that we hold a community's record with this revision: whoever names less later has lost something.
pub fn hold(federation: &Federation, community: &Account, rev: i64) {
    if federation.settled.get(&community.uri).is_none_or(|known| known < rev) {
        federation.settled.insert(community.uri.clone(), rev);
    }
}

/// Fetches the records from `rev` on again: two that differ were signed for it.
pub fn fetch_again(federation: &Federation, community: &Account, rev: i64) {
    federation.pulled.insert(community.uri.clone(), ());
    begin(federation, community.uri.clone(), Wanted::From(rev));
}

/// Says that one revision came with two contents: the community's node was restored, or somebody holds its key.
pub fn alarm(community: &Account, record: &Record) {
    metrics::counter!("intermoot_seat_conflicts_total").increment(1);
    tracing::warn!(community = community.uri, account = record.account, rev = record.rev, "one revision of a seat has two contents");
}

/// What is pulled.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// What is above what we hold, if this revision is.
    Above(i64),
    /// From this revision on.
    From(i64),
}

fn begin(federation: &Federation, community: String, wanted: Wanted) {
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    let federation = federation.clone();
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(failure) = look(&federation, &community, wanted).await {
            tracing::debug!(%failure, community, "seats could not be pulled");
        }
    });
}

async fn look(federation: &Federation, uri: &str, wanted: Wanted) -> Result<(), Failure> {
    let community = accounts::queries::by_uri(&federation.app.store, uri).await?;
    let Some(community) = community.filter(|account| account.is_community() && !account.is_local() && account.is_active()) else {
        return Ok(());
    };
    let since = match wanted {
        Wanted::From(rev) => rev - 1,
        Wanted::Above(rev) => {
            let held = records::held(&federation.app.store, community.id).await?;
            if held >= rev {
                federation.settled.insert(uri.to_owned(), held);
                if held > rev {
                    recovery::show_newest(federation, &community);
                }
                return Ok(());
            }
            // several seats may share a revision: those at the edge are looked at again
            (held - 1).max(0)
        }
    };
    pull(federation, &community, since).await?;
    if let Wanted::Above(rev) = wanted {
        federation.settled.insert(uri.to_owned(), rev);
    }
    Ok(())
}

/// Pulls the records of our people's seats in a community elsewhere above `since`, and adopts them. How many changed
/// something here.
pub async fn pull(federation: &Federation, community: &Account, since: i64) -> Result<usize, Failure> {
    let budget = Budget::new(u32::try_from(2 * PAGES_MAX).unwrap_or(u32::MAX), TIME);
    let first = format!("{}/seats?since={since}", community.uri);
    let (mut next, mut applied) = (host::parse(&first), 0);
    for _ in 0..PAGES_MAX {
        let Some(url) = next.take() else { break };
        let page = fetch::document(federation, &url, &budget).await?;
        let fields = Fields::expect(&page, "the list of seats")?;
        let records: Vec<Member> = fields.list("orderedItems").filter_map(|item| read(item, community)).collect();
        applied += adopt(federation, community, &records).await?;
        next = fields.further("next", &url);
    }
    Ok(applied)
}

fn read(item: &Value, community: &Account) -> Option<Member> {
    let member =
        Member::read(item).inspect_err(|refusal| tracing::warn!(%refusal, community = community.uri, "a pulled record was refused"));
    member.ok().filter(|member| member.record.community == community.uri)
}

/// Adopts records in one act; one that is refused leaves the others alone.
async fn adopt(federation: &Federation, community: &Account, records: &[Member]) -> Result<usize> {
    let tx = federation.app.store.begin().await?;
    let mut applied = 0;
    for member in records {
        let nested = tx.nest().await?;
        match adopt_one(federation, &nested, community, member).await {
            Ok(adopted) => {
                nested.commit_into(&tx).await?;
                applied += usize::from(matches!(adopted, Adopted::Applied(_)));
            }
            Err(crate::base::error::Error::Refused(refusal)) => {
                tracing::warn!(%refusal, record = member.id, "a pulled record was refused");
            }
            Err(fault) => return Err(fault),
        }
    }
    tx.commit().await?;
    Ok(applied)
}

async fn adopt_one(federation: &Federation, tx: &crate::store::Tx, community: &Account, member: &Member) -> Result<Adopted> {
    proven::check_by(federation, tx, &member.document, community).await?;
    let record = member.stored(&federation.app.origin);
    let account = accounts::queries::by_uri(tx, &record.account).await?.filter(Account::is_local);
    let account = account.ok_or_else(|| wrong("the record is about somebody of another server"))?;
    let adopted = record::adopt(tx, &account, community, &record, &member.raw()).await?;
    match adopted {
        Adopted::Conflict => alarm(community, &record),
        Adopted::Old => recovery::show_newest(federation, community),
        Adopted::Applied(_) | Adopted::Known => {}
    }
    Ok(adopted)
}
