//! Threads: what a post answers and what answers it.

use crate::{
    base::{error::Result, id::PostId},
    features::posts::queries::Viewer,
    store::{Source, tables::Post},
};

/// Ancestors (oldest first, at most 40 deep for strangers, 4096 with an account) and descendants
/// (in thread order, bounded likewise) of `post`, as `viewer` may see them.
pub async fn context(_from: &impl Source, _viewer: &Viewer, _post: PostId) -> Result<(Vec<Post>, Vec<Post>)> { crate::features::later() }
