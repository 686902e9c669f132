//! Rows of agreements, their versions and notices.

use super::document::{Agreed, Document};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AgreementId, InboxId},
        words::{AgreementState, Stakeholder},
    },
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        tables::{Agreement, AgreementNotice, AgreementVersion},
    },
};

/// The agreement with this row.
pub async fn by_id(from: &impl Source, id: AgreementId) -> Result<Option<Agreement>> {
    sql!("SELECT * FROM agreements WHERE id = {}", id).one(from).await
}

/// The agreement with this stored uri.
pub async fn by_uri(from: &impl Source, uri: &str) -> Result<Option<Agreement>> {
    sql!("SELECT * FROM agreements WHERE uri = {}", uri).one(from).await
}

/// All agreements ever made or offered with `host`, latest first, at most 100.
pub async fn with_host(from: &impl Source, host: &str) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE host = {} ORDER BY id DESC LIMIT 100", host).all(from).await
}

/// The one with `host` whose terms are in force, be it suspended, held or past its end.
pub async fn in_force_with(from: &impl Source, host: &str) -> Result<Option<Agreement>> {
    sql!("SELECT * FROM agreements WHERE host = {} AND state = 2", host).one(from).await
}

/// Those with `host` that are in force or wait for an answer: however many were offered and lapsed since, none is missed.
pub(super) async fn open_with(from: &impl Source, host: &str) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE host = {} AND state IN (0, 1, 2) ORDER BY id DESC", host).all(from).await
}

/// Whether an agreement with `host` is in force, be it suspended or held, or waits for an answer.
pub async fn is_open_with(from: &impl Source, host: &str) -> Result<bool> {
    let found: Option<AgreementId> =
        sql!("SELECT id FROM agreements WHERE host = {} AND state IN (0, 1, 2) LIMIT 1", host).value(from).await?;
    Ok(found.is_some())
}

/// Those of `hosts` with which an agreement was ever made or offered.
pub async fn among(from: &impl Source, hosts: &[String]) -> Result<Vec<String>> {
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT DISTINCT host FROM agreements WHERE host IN {}", crate::store::list(hosts)).column(from).await
}

/// Where the organisations are told things with which there is or was an agreement, or an offer waits.
pub async fn partners_inboxes(from: &impl Source) -> Result<Vec<InboxId>> {
    sql!(
        "SELECT DISTINCT p.delivery_inbox FROM agreements a JOIN accounts p ON p.id = a.partner_id \
         WHERE a.state IN (0, 1, 2, 3) AND p.delivery_inbox IS NOT NULL"
    )
    .column(from)
    .await
}

/// Agreements, latest first.
pub async fn list(from: &impl Source, page: crate::base::page::Page) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE TRUE").page("id", page).all(from).await
}

/// Agreements whose copy at the other side is to be pulled, the longest due first.
pub async fn due(from: &impl Source, limit: u32) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE next_attempt_at <= {} ORDER BY next_attempt_at LIMIT {}", from.now(), i64::from(limit))
        .all(from)
        .await
}

/// All versions, oldest first.
pub async fn versions(from: &impl Source, id: AgreementId) -> Result<Vec<AgreementVersion>> {
    sql!("SELECT * FROM agreement_versions WHERE agreement_id = {} ORDER BY version", id).all(from).await
}

/// One version.
pub async fn version(from: &impl Source, id: AgreementId, number: i64) -> Result<Option<AgreementVersion>> {
    sql!("SELECT * FROM agreement_versions WHERE agreement_id = {} AND version = {}", id, number).one(from).await
}

/// The version that waits for an answer, if any.
pub async fn pending(from: &impl Source, id: AgreementId) -> Result<Option<AgreementVersion>> {
    sql!("SELECT * FROM agreement_versions WHERE agreement_id = {} AND state IN (0, 1) ORDER BY version DESC LIMIT 1", id).one(from).await
}

/// The highest version ever made.
pub async fn highest(from: &impl Source, id: AgreementId) -> Result<i64> {
    let found: Option<Option<i64>> = sql!("SELECT MAX(version) FROM agreement_versions WHERE agreement_id = {}", id).value(from).await?;
    Ok(found.flatten().unwrap_or_default())
}

/// What each side said last alone.
pub async fn notices(from: &impl Source, id: AgreementId) -> Result<Vec<AgreementNotice>> {
    sql!("SELECT * FROM agreement_notices WHERE agreement_id = {} ORDER BY is_ours", id).all(from).await
}

/// What one side said last alone.
pub async fn notice(from: &impl Source, id: AgreementId, is_ours: bool) -> Result<Option<AgreementNotice>> {
    sql!("SELECT * FROM agreement_notices WHERE agreement_id = {} AND is_ours = {}", id, is_ours).one(from).await
}

/// The agreement, held until the act ends so that nobody else changes it meanwhile.
pub(super) async fn hold(tx: &Tx, id: AgreementId) -> Result<Agreement> {
    sql!("UPDATE agreements SET updated_at = {} WHERE id = {}", tx.now, id).run(tx).await?;
    Ok(by_id(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// The document of a version that we keep.
pub fn document(version: &AgreementVersion) -> Result<Document> {
    Ok(serde_json::from_str(&version.document).map_err(anyhow::Error::from)?)
}

/// Adds an agreement that is not in force yet.
pub(super) async fn add(tx: &Tx, agreement: &Agreement) -> Result<()> {
    Insert::into("agreements")
        .set("id", agreement.id)
        .set("uri", agreement.uri.as_str())
        .set("host", agreement.host.as_str())
        .set("partner_id", agreement.partner_id)
        .set("partner_key", agreement.partner_key.as_str())
        .set("key_at", agreement.key_at)
        .set("state", agreement.state)
        .set("created_at", agreement.created_at)
        .set("updated_at", agreement.updated_at)
        .set("next_attempt_at", agreement.next_attempt_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Adds a version.
pub(super) async fn add_version(tx: &Tx, version: &AgreementVersion) -> Result<()> {
    Insert::into("agreement_versions")
        .set("agreement_id", version.agreement_id)
        .set("version", version.version)
        .set("state", version.state)
        .set("offered_here", version.offered_here)
        .set("document", version.document.as_str())
        .set("digest", version.digest.as_str())
        .set("our_signature", version.our_signature.as_str())
        .set("their_signature", version.their_signature.as_str())
        .set("reason", version.reason.as_str())
        .set("offered_at", version.offered_at)
        .set("answered_at", version.answered_at)
        .on_conflict(
            "ON CONFLICT (agreement_id, version) DO UPDATE SET state = excluded.state, offered_here = excluded.offered_here, \
             document = excluded.document, digest = excluded.digest, our_signature = excluded.our_signature, \
             their_signature = excluded.their_signature, reason = excluded.reason, offered_at = excluded.offered_at, \
             answered_at = excluded.answered_at",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// Sets where a version stands, and why.
pub(super) async fn answer_version(tx: &Tx, version: &AgreementVersion, state: AgreementState, reason: &str) -> Result<()> {
    sql!(
        "UPDATE agreement_versions SET state = {}, reason = {}, answered_at = {} WHERE agreement_id = {} AND version = {}",
        state,
        reason,
        tx.now,
        version.agreement_id,
        version.version
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Keeps what one side said alone, in place of what it said before.
pub(super) async fn keep_notice(tx: &Tx, notice: &AgreementNotice) -> Result<()> {
    Insert::into("agreement_notices")
        .set("agreement_id", notice.agreement_id)
        .set("is_ours", notice.is_ours)
        .set("document", notice.document.as_str())
        .set("signature", notice.signature.as_str())
        .set("at", notice.at)
        .on_conflict(
            "ON CONFLICT (agreement_id, is_ours) DO UPDATE SET document = excluded.document, signature = excluded.signature, at = excluded.at",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// Closes an agreement that never was in force, or is over. Records the end of one that was.
pub(super) async fn close(tx: &Tx, agreement: &Agreement, state: AgreementState) -> Result<()> {
    sql!(
        "UPDATE agreements SET state = {}, ended_at = {}, updated_at = {}, next_attempt_at = NULL WHERE id = {}",
        state,
        tx.now,
        tx.now,
        agreement.id
    )
    .run(tx)
    .await?;
    sql!(
        "UPDATE agreement_versions SET state = {}, answered_at = COALESCE(answered_at, {}) WHERE agreement_id = {} AND state IN (0, 1, 2)",
        state,
        tx.now,
        agreement.id
    )
    .run(tx)
    .await?;
    if agreement.state == AgreementState::InForce {
        tx.record(Event::AgreementEnded { agreement: agreement.id });
    }
    Ok(())
}

/// Notes, after a change, since when an agreement rests: suspended by either side, or held.
pub(super) async fn note_rest(tx: &Tx, id: AgreementId) -> Result<()> {
    let set = "UPDATE agreements SET rested_at = CASE WHEN suspended_here OR suspended_there OR held THEN COALESCE(rested_at, {}) END \
        WHERE id = {}";
    sql!(set, tx.now, id).run(tx).await?;
    Ok(())
}

/// Since when it rests, if it does.
pub async fn rested_at(from: &impl Source, id: AgreementId) -> Result<Option<Stamp>> {
    Ok(sql!("SELECT rested_at FROM agreements WHERE id = {}", id).value::<Option<Stamp>>(from).await?.flatten())
}

/// Sets when the other side's copy is pulled next.
pub async fn pull_at(tx: &Tx, id: AgreementId, at: Option<Stamp>) -> Result<()> {
    sql!("UPDATE agreements SET next_attempt_at = {} WHERE id = {}", at, id).run(tx).await?;
    Ok(())
}

/// Makes a version the one in force: its terms become the columns that every use of a seat reads. `stored` are its
/// communities as stored, `theirs` what the partner's people are to us. What held the agreement before is lifted.
pub(super) async fn enforce(tx: &Tx, version: &AgreementVersion, terms: &Agreed, (stored, theirs): (&[String], Stakeholder)) -> Result<()> {
    let id = version.agreement_id;
    sql!("UPDATE agreement_versions SET state = {} WHERE agreement_id = {} AND state = 2", AgreementState::Ended, id).run(tx).await?;
    answer_version(tx, version, AgreementState::InForce, "").await?;
    let set = sql!(
        "UPDATE agreements SET state = {}, version = {}, digest = {}, by_invitation = {}, most_role = {}, stakeholder = {}",
        AgreementState::InForce,
        version.version,
        version.digest.as_str(),
        terms.by_invitation,
        terms.most_role,
        theirs
    );
    let bounds = set
        .then(", seats_max = {}, seats_per_day = {}, history = {}, history_from = {}, media = {}, retention_days = {}, ends_at = {}")
        .bind(terms.most_seats)
        .bind(terms.seats_per_day)
        .bind(terms.history)
        .bind(terms.history_from)
        .bind(terms.media)
        .bind(terms.retention_days)
        .bind(terms.ends);
    bounds
        .then(", in_force_at = COALESCE(in_force_at, {}), updated_at = {} WHERE id = {}")
        .bind(tx.now)
        .bind(tx.now)
        .bind(id)
        .run(tx)
        .await?;
    sql!("DELETE FROM agreement_communities WHERE agreement_id = {}", id).run(tx).await?;
    for community in stored {
        Insert::into("agreement_communities").set("agreement_id", id).set("community", community.as_str()).run(tx).await?;
    }
    Ok(())
}

/// The communities, as stored, that the version in force names.
pub async fn communities(from: &impl Source, id: AgreementId) -> Result<Vec<String>> {
    sql!("SELECT community FROM agreement_communities WHERE agreement_id = {} ORDER BY community", id).column(from).await
}
