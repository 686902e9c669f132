//! Filters: words and posts that somebody does not want to meet, and where.
//!
//! What a filter finds is a rule (`policy/filter.rs`), asked when posts are shown; nothing is stored with posts. Invariant:
//! nobody but its owner learns of a filter, so what is another's is not there. Source: docs.joinmastodon.org/methods/filters.

pub mod queries;

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, PostId},
        sentence::said,
        words::reading::{FilterAction, FilterContext},
    },
    features::posts::queries::{Viewer, seen},
    sql,
    store::{
        Insert, Tx,
        tables::{Filter, FilterKeyword, FilterPost},
    },
};

/// Most filters of one person.
pub const FILTERS_MAX: i64 = 100;
/// Most keywords of one person's filters together: each is looked for in each post that they are shown.
pub const KEYWORDS_MAX: i64 = 500;
/// Most posts that one person's filters name.
pub const POSTS_MAX: i64 = 1000;
/// Longest title, and longest keyword, in characters (Mastodon's bounds).
pub const TITLE_CHARS_MAX: usize = 256;
/// See [`TITLE_CHARS_MAX`].
pub const KEYWORD_CHARS_MAX: usize = 512;

/// What a filter is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is called.
    pub title: String,
    /// Where it looks: at least one place.
    pub contexts: Vec<FilterContext>,
    /// What it does.
    pub action: FilterAction,
    /// Until when; none for good.
    pub expires_at: Option<Stamp>,
}

/// Makes a filter. Refused without a title or a place, and where there are too many.
pub async fn create(tx: &Tx, by: AccountId, wanted: Wanted) -> Result<Filter> {
    check(&wanted)?;
    bounded(tx, ("SELECT COUNT(*) FROM filters WHERE account_id = {}", by), ("title", FILTERS_MAX)).await?;
    let row = Filter {
        id: tx.id(),
        account_id: by,
        title: wanted.title,
        contexts: FilterContext::bits(&wanted.contexts),
        action: wanted.action,
        expires_at: wanted.expires_at,
        created_at: tx.now,
    };
    Insert::into("filters")
        .set("id", row.id)
        .set("account_id", row.account_id)
        .set("title", row.title.as_str())
        .set("contexts", row.contexts)
        .set("action", row.action)
        .set("expires_at", row.expires_at)
        .set("created_at", row.created_at)
        .run(tx)
        .await?;
    Ok(row)
}

/// Makes a filter of this account another; not found when it is another's.
pub async fn change(tx: &Tx, by: AccountId, id: i64, wanted: Wanted) -> Result<()> {
    queries::find(tx, by, id).await?;
    check(&wanted)?;
    sql!(
        "UPDATE filters SET title = {}, contexts = {}, action = {}, expires_at = {} WHERE id = {}",
        wanted.title,
        FilterContext::bits(&wanted.contexts),
        wanted.action,
        wanted.expires_at,
        id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Deletes a filter of this account, with what hangs on it.
pub async fn delete(tx: &Tx, by: AccountId, id: i64) -> Result<()> {
    queries::find(tx, by, id).await?;
    for statement in [
        "DELETE FROM filter_keywords WHERE filter_id = {}",
        "DELETE FROM filter_posts WHERE filter_id = {}",
        "DELETE FROM filters WHERE id = {}",
    ] {
        sql!(statement, id).run(tx).await?;
    }
    Ok(())
}

/// Adds words to a filter of this account.
pub async fn add_keyword(tx: &Tx, by: AccountId, filter: i64, (text, whole_word): (&str, bool)) -> Result<FilterKeyword> {
    queries::find(tx, by, filter).await?;
    let keyword = said(text)?;
    let count = "SELECT COUNT(*) FROM filter_keywords k JOIN filters f ON f.id = k.filter_id WHERE f.account_id = {}";
    bounded(tx, (count, by), ("keyword", KEYWORDS_MAX)).await?;
    let row = FilterKeyword { id: tx.id(), filter_id: filter, keyword, whole_word };
    Insert::into("filter_keywords")
        .set("id", row.id)
        .set("filter_id", row.filter_id)
        .set("keyword", row.keyword.as_str())
        .set("whole_word", row.whole_word)
        .run(tx)
        .await?;
    Ok(row)
}

/// Changes words of a filter of this account: what is not said stays.
pub async fn change_keyword(tx: &Tx, by: AccountId, id: i64, (text, whole_word): (Option<&str>, Option<bool>)) -> Result<FilterKeyword> {
    let before = queries::keyword(tx, by, id).await?;
    let keyword = text.map_or_else(|| Ok(before.keyword.clone()), said)?;
    let row = FilterKeyword { keyword, whole_word: whole_word.unwrap_or(before.whole_word), ..before };
    sql!("UPDATE filter_keywords SET keyword = {}, whole_word = {} WHERE id = {}", row.keyword.clone(), row.whole_word, id).run(tx).await?;
    Ok(row)
}

/// Takes words from a filter of this account.
pub async fn drop_keyword(tx: &Tx, by: AccountId, id: i64) -> Result<FilterKeyword> {
    let row = queries::keyword(tx, by, id).await?;
    sql!("DELETE FROM filter_keywords WHERE id = {}", id).run(tx).await?;
    Ok(row)
}

/// Names a post in a filter of this account. Not found where its owner may not see the post. Naming it again changes nothing.
pub async fn add_post(tx: &Tx, by: AccountId, filter: i64, post: PostId) -> Result<FilterPost> {
    queries::find(tx, by, filter).await?;
    seen(tx, &Viewer::Account(by), post).await?.ok_or_else(Refusal::not_found)?;
    let count = "SELECT COUNT(*) FROM filter_posts k JOIN filters f ON f.id = k.filter_id WHERE f.account_id = {}";
    bounded(tx, (count, by), ("status_id", POSTS_MAX)).await?;
    let row = Insert::into("filter_posts").set("id", tx.id()).set("filter_id", filter).set("post_id", post);
    row.on_conflict("ON CONFLICT (filter_id, post_id) DO NOTHING").run(tx).await?;
    let kept = sql!("SELECT * FROM filter_posts WHERE filter_id = {} AND post_id = {}", filter, post).one(tx).await?;
    Ok(kept.ok_or_else(Refusal::not_found)?)
}

/// Takes a post from a filter of this account.
pub async fn drop_post(tx: &Tx, by: AccountId, id: i64) -> Result<FilterPost> {
    let row = queries::post(tx, by, id).await?;
    sql!("DELETE FROM filter_posts WHERE id = {}", id).run(tx).await?;
    Ok(row)
}

fn check(wanted: &Wanted) -> Result<(), Refusal> {
    if wanted.title.trim().is_empty() {
        return Err(Refusal::invalid("title", "can't be blank"));
    }
    if wanted.title.chars().count() > TITLE_CHARS_MAX {
        return Err(Refusal::invalid("title", said!("must not be longer than {max} characters", max = TITLE_CHARS_MAX)));
    }
    if wanted.contexts.is_empty() {
        return Err(Refusal::invalid("context", said!("must name at least one of {words}", words = FilterContext::WORDS.join(", "))));
    }
    Ok(())
}

/// Words as they are kept.
fn said(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid("keyword", "can't be blank"));
    }
    if text.chars().count() > KEYWORD_CHARS_MAX {
        return Err(Refusal::invalid("keyword", said!("must not be longer than {max} characters", max = KEYWORD_CHARS_MAX)));
    }
    Ok(text.to_owned())
}

/// Refused, naming `field`, when there are `most` already.
async fn bounded(tx: &Tx, (count, by): (&'static str, AccountId), (field, most): (&'static str, i64)) -> Result<()> {
    let there: i64 = sql!(count, by).value(tx).await?.unwrap_or_default();
    if there >= most {
        return Err(Refusal::invalid(field, said!("is one too many: {max} are kept, so take one away first", max = most)).into());
    }
    Ok(())
}
