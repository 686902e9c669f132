//! What somebody keeps about another: words for oneself, a place on one's profile, in which languages one reads them.

use super::queries::{self, Listed};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        page::Page,
        sentence::said,
        words::FollowState,
    },
    sql,
    store::{Insert, Source, Tx},
};

/// Longest words about another, in characters (Mastodon's bound).
pub const NOTE_CHARS_MAX: usize = 2000;
/// Most people on one profile.
pub const ENDORSED_MAX: i64 = 100;
/// Most languages chosen for one account, and the longest tag of one.
const LANGUAGES_MAX: usize = 20;
const LANGUAGE_CHARS_MAX: usize = 35;

/// Keeps words about an account, for `by` alone; '' forgets them.
pub async fn note(tx: &Tx, by: AccountId, target: AccountId, comment: &str) -> Result<()> {
    if comment.chars().count() > NOTE_CHARS_MAX {
        return Err(Refusal::invalid("comment", said!("must not be longer than {max} characters", max = NOTE_CHARS_MAX)).into());
    }
    if comment.trim().is_empty() {
        sql!("DELETE FROM account_notes WHERE account_id = {} AND target_id = {}", by, target).run(tx).await?;
        return Ok(());
    }
    let row = Insert::into("account_notes").set("account_id", by).set("target_id", target).set("comment", comment);
    row.on_conflict("ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment").run(tx).await?;
    Ok(())
}

/// Puts an account on one's profile. Refused unless it is followed.
pub async fn endorse(tx: &Tx, by: AccountId, target: AccountId) -> Result<()> {
    let follow = queries::find(tx, by, target).await?.filter(|follow| follow.state == FollowState::Accepted);
    if follow.is_none() {
        return Err(Refusal::invalid("id", "must be somebody whom you follow").into());
    }
    let there: i64 = sql!("SELECT COUNT(*) FROM endorsements WHERE account_id = {}", by).value(tx).await?.unwrap_or_default();
    if there >= ENDORSED_MAX {
        return Err(Refusal::invalid("id", said!("is one too many: a profile has room for {max} people", max = ENDORSED_MAX)).into());
    }
    let row = Insert::into("endorsements").set("id", tx.id()).set("account_id", by).set("target_id", target).set("created_at", tx.now);
    row.on_conflict("ON CONFLICT (account_id, target_id) DO NOTHING").run(tx).await?;
    Ok(())
}

/// Takes an account from one's profile.
pub async fn unendorse(tx: &Tx, by: AccountId, target: AccountId) -> Result<()> {
    sql!("DELETE FROM endorsements WHERE account_id = {} AND target_id = {}", by, target).run(tx).await?;
    Ok(())
}

/// Who stands on somebody's profile, latest first.
pub async fn endorsed(from: &impl Source, by: AccountId, page: Page) -> Result<Vec<Listed>> {
    let sql = sql!(
        "SELECT r.id AS cursor, a.* FROM endorsements r JOIN accounts a ON a.id = r.target_id WHERE r.account_id = {} \
         AND a.suspended_at IS NULL AND a.gone_at IS NULL",
        by
    );
    Ok(page.newest_first(sql.page("r.id", page).all(from).await?))
}

/// Brings home only what an account writes in these languages, or in none that is told; all of it where `languages` is empty.
/// Refused, naming `languages`, when one is no tag of a language. No effect without a follow.
pub async fn choose_languages(tx: &Tx, follower: AccountId, target: AccountId, languages: &[String]) -> Result<()> {
    let is_tag =
        |tag: &String| !tag.is_empty() && tag.len() <= LANGUAGE_CHARS_MAX && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if languages.len() > LANGUAGES_MAX || !languages.iter().all(is_tag) {
        return Err(Refusal::invalid("languages", said!("must be at most {max} tags of languages, such as en", max = LANGUAGES_MAX)).into());
    }
    sql!("UPDATE follows SET languages = {} WHERE follower_id = {} AND target_id = {}", languages.join(" "), follower, target)
        .run(tx)
        .await?;
    Ok(())
}
