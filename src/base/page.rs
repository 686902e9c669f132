//! Keyset paging (text branch brings the whole).

/// One page of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Older than this id.
    pub max_id: Option<i64>,
    /// Newer than this id, the newest of them.
    pub since_id: Option<i64>,
    /// Newer than this id, the oldest of them.
    pub min_id: Option<i64>,
    /// How many at most.
    pub limit: u32,
}
