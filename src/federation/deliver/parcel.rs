//! One activity on its way to one inbox.

use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, InboxId},
        secret::sha256,
        words::Shape,
    },
    store::tables::LogRow,
};
use bytes::Bytes;
use std::sync::Arc;
use url::Url;

/// An activity of the log, read once for all its recipients.
#[derive(Debug)]
pub struct Activity {
    /// Its place in the log.
    pub position: i64,
    /// Whose key signs.
    pub actor: AccountId,
    /// Activities with the same key keep their order.
    pub key: i64,
    /// What is sent.
    pub body: Bytes,
    /// SHA-256 of the body, made once.
    pub sha256: [u8; 32],
    /// For which hosts it is.
    pub shape: Shape,
    /// Recorded.
    pub created_at: Stamp,
    /// The community that is not public whose content it is.
    pub community: Option<AccountId>,
}

impl From<LogRow> for Activity {
    fn from(row: LogRow) -> Self {
        let body = Bytes::from(row.body);
        Self {
            position: row.position,
            actor: row.actor_id,
            key: row.object_key,
            sha256: sha256(&body),
            body,
            shape: row.shape,
            created_at: row.created_at,
            community: row.community_id,
        }
    }
}

/// What names a parcel on the line to a host: place in the log, then inbox. Sorts by place.
pub type Label = (i64, InboxId);

/// One activity on its way to one inbox.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// What.
    pub activity: Arc<Activity>,
    /// Where.
    pub inbox: InboxId,
    /// Its URL.
    pub url: Arc<Url>,
    /// How often the host said that it does not know us (401, 403).
    pub refusals: u8,
    /// How often it was found that its host may not read it now, but may again.
    pub parked: u8,
}

impl Parcel {
    /// What names it.
    pub fn label(&self) -> Label {
        (self.activity.position, self.inbox)
    }
}
