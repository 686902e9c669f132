//! Search over what the reader may see.

use crate::{
    base::error::Result,
    features::posts::queries::Viewer,
    store::{Source, tables::Post},
};

/// Posts whose words contain all of `words`, as `viewer` may see them, newest first, at most `limit`.
/// (By `LIKE` over the latest posts until full-text search arrives.)
pub async fn posts(_from: &impl Source, _viewer: &Viewer, _words: &str, _limit: u32) -> Result<Vec<Post>> { super::later() }
/// Tags that begin with `prefix`, with how many posts carry them, at most `limit`.
pub async fn tags(_from: &impl Source, _prefix: &str, _limit: u32) -> Result<Vec<(String, i64)>> { super::later() }
