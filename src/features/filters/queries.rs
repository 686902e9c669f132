//! Reading filters: one's own, and those made ready for the rule.

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        words::reading::FilterContext,
    },
    policy::filter::{self, Filters},
    sql,
    store::{
        Source, list,
        tables::{Filter, FilterKeyword, FilterPost},
    },
};
use std::collections::HashMap;

/// A filter with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The filter.
    pub filter: Filter,
    /// The words it finds.
    pub keywords: Vec<FilterKeyword>,
    /// The posts it names.
    pub posts: Vec<FilterPost>,
}

/// All filters of an account, oldest first: three statements, or one where there are none.
pub async fn all(from: &impl Source, of: AccountId) -> Result<Vec<Whole>> {
    whole(from, sql!("SELECT * FROM filters WHERE account_id = {} ORDER BY id", of).all(from).await?).await
}

/// One filter of an account; not found when it is another's.
pub async fn one(from: &impl Source, of: AccountId, id: i64) -> Result<Whole> {
    let found = whole(from, vec![find(from, of, id).await?]).await?.pop();
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Likewise, without what hangs on it.
pub async fn find(from: &impl Source, of: AccountId, id: i64) -> Result<Filter> {
    let found = sql!("SELECT * FROM filters WHERE id = {} AND account_id = {}", id, of).one(from).await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// A keyword of a filter of this account; not found when it is another's.
pub async fn keyword(from: &impl Source, of: AccountId, id: i64) -> Result<FilterKeyword> {
    let sql = sql!("SELECT k.* FROM filter_keywords k JOIN filters f ON f.id = k.filter_id WHERE k.id = {} AND f.account_id = {}", id, of);
    Ok(sql.one(from).await?.ok_or_else(Refusal::not_found)?)
}

/// A post that a filter of this account names; not found when it is another's.
pub async fn post(from: &impl Source, of: AccountId, id: i64) -> Result<FilterPost> {
    let sql = sql!("SELECT k.* FROM filter_posts k JOIN filters f ON f.id = k.filter_id WHERE k.id = {} AND f.account_id = {}", id, of);
    Ok(sql.one(from).await?.ok_or_else(Refusal::not_found)?)
}

/// The filters of an account, made ready for the rule. Those that are over are among them: they may be renewed.
pub async fn ready(from: &impl Source, of: AccountId) -> Result<Filters> {
    let ready = |whole: Whole| filter::Filter {
        id: whole.filter.id,
        title: whole.filter.title,
        contexts: FilterContext::of_bits(whole.filter.contexts),
        action: whole.filter.action,
        expires_at: whole.filter.expires_at,
        keywords: whole
            .keywords
            .into_iter()
            .map(|keyword| filter::Keyword { text: keyword.keyword, whole_word: keyword.whole_word })
            .collect(),
        posts: whole.posts.into_iter().map(|post| post.post_id).collect::<Vec<PostId>>(),
    };
    Ok(Filters::new(all(from, of).await?.into_iter().map(ready).collect()))
}

async fn whole(from: &impl Source, filters: Vec<Filter>) -> Result<Vec<Whole>> {
    if filters.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = filters.iter().map(|filter| filter.id).collect();
    let keywords: Vec<FilterKeyword> =
        sql!("SELECT * FROM filter_keywords WHERE filter_id IN {} ORDER BY id", list(&ids)).all(from).await?;
    let posts: Vec<FilterPost> = sql!("SELECT * FROM filter_posts WHERE filter_id IN {} ORDER BY id", list(&ids)).all(from).await?;
    let mut said: HashMap<i64, Vec<FilterKeyword>> = HashMap::new();
    let mut named: HashMap<i64, Vec<FilterPost>> = HashMap::new();
    keywords.into_iter().for_each(|keyword| said.entry(keyword.filter_id).or_default().push(keyword));
    posts.into_iter().for_each(|post| named.entry(post.filter_id).or_default().push(post));
    let with = |filter: Filter| Whole {
        keywords: said.remove(&filter.id).unwrap_or_default(),
        posts: named.remove(&filter.id).unwrap_or_default(),
        filter,
    };
    Ok(filters.into_iter().map(with).collect())
}
