//! What was agreed about copies of posts: how long they are kept, and whether media travel.
//!
//! What counts are the terms that were last in force with a host, be they suspended or over: what came under them is still here.

use crate::{base::error::Result, sql, store::Source};
use sea_orm::FromQueryResult;

/// The terms about copies with one host.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Copies {
    /// The partner's node.
    pub host: String,
    /// The agreement, by its uri.
    pub uri: String,
    /// Whether media travel.
    pub media: bool,
    /// How long copies may be kept, in days; none: as long as the community keeps the posts.
    pub retention_days: Option<i64>,
}

/// The last agreement in force with its host.
const LAST: &str =
    "a.in_force_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreements n WHERE n.host = a.host AND n.in_force_at > a.in_force_at)";

/// All terms that ask something of the copies we hold.
pub async fn about_copies(from: &impl Source) -> Result<Vec<Copies>> {
    let select =
        "SELECT a.host, a.uri, a.media, a.retention_days FROM agreements a WHERE (a.retention_days IS NOT NULL OR NOT a.media) AND ";
    sql!(format!("{select}{LAST} ORDER BY a.host")).all(from).await
}

/// Whether it was agreed that media do not travel between us and `host`.
pub async fn bars_media(from: &impl Source, host: &str) -> Result<bool> {
    let found: Option<i64> =
        sql!(format!("SELECT a.id FROM agreements a WHERE a.host = {{}} AND NOT a.media AND {LAST} LIMIT 1"), host).value(from).await?;
    Ok(found.is_some())
}
