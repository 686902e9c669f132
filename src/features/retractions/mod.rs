//! What a partner is to forget when its agreement ends, and what we forget when a community elsewhere asks for it (S118).
//!
//! Reading ends with the agreement, by itself; this is for the copies. Of each community here in which the other side held seats
//! through the agreement, the posts that it may hold are listed once and told until it confirms. A community is the authority
//! over its own content: its list is followed as far as it names posts of that community, and never what our people wrote.
//! Wire form: `federation/objects/retraction.rs`.

mod copies;

use super::{
    agreements::{self, rows},
    communities::usable::may_become_usable,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, AgreementId, PostId},
        words::{AgreementState, Audience},
    },
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Agreement},
    },
};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::time::Duration;

/// Posts in one list.
pub const ITEMS_MAX: usize = 2000;
/// Lists for one community: what is beyond has to be asked for by telephone, and the log says so.
const LISTS_MAX: usize = 500;
/// Communities looked at when an agreement ends.
const COMMUNITIES_MAX: i64 = 1000;
/// When a list that nobody confirmed is told again for the first time.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// How often the wait doubles: up to about four hours.
const DOUBLINGS: u32 = 8;
/// How often it is told at most: for about 11 days.
const ATTEMPTS_MAX: i64 = 64;

/// One list for the other side.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Retraction {
    /// Its number.
    pub id: i64,
    /// Which agreement ended.
    pub agreement_id: AgreementId,
    /// Of which community here.
    pub community_id: AccountId,
    /// Stored uris of posts, as a JSON list.
    pub items: String,
    /// How many.
    pub posts: i64,
    /// Made.
    pub created_at: Stamp,
    /// The other side said that it forgot them.
    pub confirmed_at: Option<Stamp>,
    /// How many of them it held.
    pub forgotten: i64,
}

/// What administrators are shown of one.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Told {
    /// The community's stored uri.
    pub community: String,
    /// How many posts it names.
    pub posts: i64,
    /// Made.
    pub created_at: Stamp,
    /// Confirmed.
    pub confirmed_at: Option<Stamp>,
    /// How many posts the other side held.
    pub forgotten: i64,
}

/// One list.
pub async fn by_id(from: &impl Source, id: i64) -> Result<Option<Retraction>> {
    sql!("SELECT * FROM retractions WHERE id = {}", id).one(from).await
}

/// The lists of an agreement, at most 200.
pub async fn of_agreement(from: &impl Source, id: AgreementId) -> Result<Vec<Told>> {
    sql!(
        "SELECT c.uri AS community, r.posts, r.created_at, r.confirmed_at, r.forgotten FROM retractions r \
         JOIN accounts c ON c.id = r.community_id WHERE r.agreement_id = {} ORDER BY r.id LIMIT 200",
        id
    )
    .all(from)
    .await
}

#[derive(FromQueryResult)]
struct Shared {
    id: AccountId,
    uri: String,
    since: Stamp,
}

/// Lists what the other side of an agreement that ended may hold of our communities, and has it told. Once for each agreement;
/// nothing of a community in which its people may still read in another way. One entry in the audit log: what had been shared.
pub async fn make(tx: &Tx, id: AgreementId) -> Result<()> {
    let Some(agreement) = rows::by_id(tx, id).await?.filter(|agreement| agreement.state == AgreementState::Ended) else { return Ok(()) };
    let known: Option<i64> = sql!("SELECT id FROM retractions WHERE agreement_id = {} LIMIT 1", id).value(tx).await?;
    if known.is_some() {
        return Ok(());
    }
    let until = read_until(tx, &agreement).await?;
    let (mut detail, mut total) = (Vec::new(), 0);
    for community in shared(tx, &agreement).await? {
        let posts = list_posts(tx, (&agreement, &community), until).await?;
        detail.push(json!({"community": community.uri, "posts": posts}));
        total += posts;
    }
    if !detail.is_empty() {
        agreements::note(tx, "node", "agreement.retract", &agreement, json!({"posts": total, "communities": detail}));
    }
    Ok(())
}

/// Until when the other side could read: the end, or since when the agreement had been at rest by then.
async fn read_until(tx: &Tx, agreement: &Agreement) -> Result<Stamp> {
    let until = agreement.ended_at.unwrap_or(tx.now);
    Ok(rows::rested_at(tx, agreement.id).await?.map_or(until, |rested| rested.min(until)))
}

/// The communities here in which people of the other side held seats through the agreement, and since when they read there.
async fn shared(tx: &Tx, agreement: &Agreement) -> Result<Vec<Shared>> {
    let host = agreement.host.as_str();
    let select = sql!(
        "SELECT c.id AS id, c.uri AS uri, MIN(s.history_from) AS since FROM seats s JOIN accounts c ON c.id = s.community_id \
         WHERE s.agreement_host = {} AND s.host = {} AND s.admitted_at IS NOT NULL AND c.host = '' \
         AND NOT EXISTS (SELECT 1 FROM seats o WHERE o.community_id = s.community_id AND o.host = s.host AND ",
        host,
        host
    );
    may_become_usable(select, "o", tx.now).then(") GROUP BY c.id, c.uri ORDER BY c.id LIMIT {}").bind(COMMUNITIES_MAX).all(tx).await
}

#[derive(FromQueryResult)]
struct Item {
    id: PostId,
    uri: String,
}

/// Keeps lists of what was for the members of one community in that time, written by anybody but the other side's own people,
/// and has them told; how many posts.
async fn list_posts(tx: &Tx, (agreement, community): (&Agreement, &Shared), until: Stamp) -> Result<i64> {
    let (mut after, mut total) = (PostId(0), 0);
    for _ in 0..LISTS_MAX {
        let found: Vec<Item> = sql!(
            "SELECT p.id, p.uri FROM posts p JOIN accounts a ON a.id = p.author_id WHERE p.community_id = {} AND p.id > {} \
             AND p.boost_of_id IS NULL AND p.deleted_at IS NULL AND NOT p.pending AND p.queued_at IS NULL AND p.audience = {} \
             AND a.host <> {} AND COALESCE(p.shared_at, p.created_at) >= {} AND COALESCE(p.shared_at, p.created_at) <= {} \
             ORDER BY p.id LIMIT {}",
            community.id,
            after,
            Audience::Members,
            agreement.host.as_str(),
            community.since,
            until,
            ITEMS_MAX as i64
        )
        .all(tx)
        .await?;
        let Some(last) = found.last() else { return Ok(total) };
        after = last.id;
        total += keep(tx, (agreement, community), &found).await?;
        if found.len() < ITEMS_MAX {
            return Ok(total);
        }
    }
    tracing::warn!(community = community.uri, host = agreement.host, listed = total, "a community has more posts than can be retracted");
    Ok(total)
}

async fn keep(tx: &Tx, (agreement, community): (&Agreement, &Shared), found: &[Item]) -> Result<i64> {
    let items: Vec<&str> = found.iter().map(|item| item.uri.as_str()).collect();
    let (id, posts) = (tx.id(), i64::try_from(items.len()).unwrap_or_default());
    Insert::into("retractions")
        .set("id", id)
        .set("agreement_id", agreement.id)
        .set("community_id", community.id)
        .set("items", serde_json::to_string(&items).map_err(anyhow::Error::from)?)
        .set("posts", posts)
        .set("created_at", tx.now)
        .set("next_attempt_at", tx.now.plus(FIRST_PAUSE))
        .run(tx)
        .await?;
    tx.record(Event::Retracted { retraction: id });
    Ok(posts)
}

#[derive(FromQueryResult)]
struct Due {
    id: i64,
    attempts: i64,
}

/// Tells again what nobody confirmed, at most `limit` lists; a host that is blocked is told once it is not. `unit` is the first wait.
pub async fn tell_again(tx: &Tx, unit: Duration, limit: u32) -> Result<()> {
    let due: Vec<Due> = sql!(
        "SELECT r.id, r.attempts FROM retractions r JOIN agreements g ON g.id = r.agreement_id WHERE r.next_attempt_at <= {} \
         AND NOT EXISTS (SELECT 1 FROM peers p WHERE p.host = g.host AND p.blocked_at IS NOT NULL) ORDER BY r.next_attempt_at LIMIT {}",
        tx.now,
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for Due { id, attempts } in due {
        let doubled = unit * 2_u32.pow(u32::try_from(attempts + 1).unwrap_or(DOUBLINGS).min(DOUBLINGS));
        let next = (attempts + 1 < ATTEMPTS_MAX).then(|| tx.now.plus(doubled));
        sql!("UPDATE retractions SET attempts = attempts + 1, next_attempt_at = {} WHERE id = {}", next, id).run(tx).await?;
        tx.record(Event::Retracted { retraction: id });
    }
    Ok(())
}

/// The other side's organisation says that it forgot what list `id` names. One entry in the audit log.
pub async fn confirm(tx: &Tx, partner: &Account, id: i64, forgotten: i64) -> Result<()> {
    let unknown = || Refusal::forbidden("not_retracted", "Nothing of that name was asked of you.");
    let found = by_id(tx, id).await?.ok_or_else(unknown)?;
    let agreement =
        rows::by_id(tx, found.agreement_id).await?.filter(|agreement| agreement.partner_id == partner.id).ok_or_else(unknown)?;
    let confirm = "UPDATE retractions SET confirmed_at = {}, forgotten = {}, next_attempt_at = NULL WHERE id = {} AND confirmed_at IS NULL";
    if sql!(confirm, tx.now, forgotten.clamp(0, found.posts), id).run(tx).await? > 0 {
        let community: Option<String> = sql!("SELECT uri FROM accounts WHERE id = {}", found.community_id).value(tx).await?;
        agreements::note(
            tx,
            "node",
            "agreement.retracted",
            &agreement,
            json!({"community": community, "posts": found.posts, "forgotten": forgotten}),
        );
    }
    Ok(())
}

/// Forgets our copies of what a community elsewhere names in its list `uri`; how many. Told again, it is answered again.
/// Refused where nobody here ever had a seat there. One entry in the audit log.
pub async fn follow(tx: &Tx, community: &Account, uri: &str, items: &[String]) -> Result<i64> {
    let seat = "SELECT id FROM seats WHERE community_id = {} AND host = '' LIMIT 1";
    let seat: Option<i64> = sql!(seat, community.id).value(tx).await?;
    if community.is_local() || !community.is_community() || seat.is_none() {
        return Err(Refusal::forbidden("not_in_it", "Nobody on this node is or was in that community.").into());
    }
    let known: Option<i64> = sql!("SELECT forgotten FROM retracted WHERE uri = {}", uri).value(tx).await?;
    let forgotten = match known {
        Some(known) => known,
        None => {
            let forgotten = copies::forget(tx, community.id, items).await?;
            let row = Insert::into("retracted").set("uri", uri).set("community_id", community.id);
            row.set("forgotten", forgotten).set("created_at", tx.now).run(tx).await?;
            let entry = Entry { actor: community.acct(), act: "community.forget", object: community.uri.clone(), ..Entry::default() };
            tx.audit(entry.with(json!({"named": items.len(), "forgotten": forgotten})));
            forgotten
        }
    };
    tx.record(Event::RetractionFollowed { community: community.id, uri: uri.to_owned(), forgotten });
    Ok(forgotten)
}
