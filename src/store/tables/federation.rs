//! `peers`, `inbox`, `events`, `log`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, PeerId},
    words::{Level, Missing, Shape},
};
use sea_orm::FromQueryResult;

/// Another server.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Peer {
    /// Its id.
    pub id: PeerId,
    /// Its authority: host, with port when explicit.
    pub host: String,
    /// NodeInfo software name; empty while unknown.
    pub software: String,
    /// NodeInfo software version.
    pub version: String,
    /// What it understands.
    pub level: Level,
    /// Whether it wants RFC 9421 rather than draft-cavage signatures.
    pub rfc9421: bool,
    /// When its NodeInfo was last asked for, with or without success.
    pub nodeinfo_at: Option<Stamp>,
    /// First seen.
    pub created_at: Stamp,
    /// Everything up to this position of the log is done with (none: nothing was ever for it).
    pub cursor: Option<i64>,
    /// Failures in a row.
    pub failures: i64,
    /// Failing since.
    pub failing_since: Option<Stamp>,
    /// Not to be tried before.
    pub next_attempt_at: Option<Stamp>,
    /// Last delivery that it took.
    pub succeeded_at: Option<Stamp>,
    /// Blocked by an administrator since.
    pub blocked_at: Option<Stamp>,
    /// Its people are heard only by those who follow them since.
    pub silenced_at: Option<Stamp>,
    /// The last activity that came from there, to the minute.
    pub heard_at: Option<Stamp>,
}

/// Something to be fetched in the background.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Backfill {
    /// Its id.
    pub id: i64,
    /// What is missing.
    pub kind: Missing,
    /// Of what: the community, the first post of the thread, or what is answered; by its id.
    pub subject: String,
    /// The server that is asked.
    pub host: String,
    /// The addresses still to be read, as a JSON list; none: from the beginning.
    pub rest: String,
    /// Pages that were read.
    pub pages: i64,
    /// Posts that were taken, or tried.
    pub posts: i64,
    /// Tries since something last went well.
    pub attempts: i64,
    /// Not to be begun before.
    pub due_at: Option<Stamp>,
    /// Done with.
    pub done_at: Option<Stamp>,
}

/// An activity that was received, verified and kept.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct InboxRow {
    /// Order of arrival.
    pub id: i64,
    /// The activity's id.
    pub activity_uri: String,
    /// Who signed the request: the verified actor.
    pub actor_uri: String,
    /// The signer's host.
    pub host: String,
    /// Raw bytes, until done.
    pub body: Option<Vec<u8>>,
    /// Received.
    pub received_at: Stamp,
    /// How often processing failed.
    pub attempts: i64,
}

/// Something that happened and whose consequences are not yet drawn.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct EventRow {
    /// Order of happening.
    pub id: i64,
    /// An [`Event`](crate::store::event::Event) as JSON.
    pub body: String,
    /// How often drawing its consequences failed.
    pub attempts: i64,
}

/// An activity to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct LogRow {
    /// Its place in the log.
    pub position: i64,
    /// Whose key signs the requests.
    pub actor_id: AccountId,
    /// Activities with the same key go out in order.
    pub object_key: i64,
    /// The activity, serialised once.
    pub body: String,
    /// JSON list of inbox ids.
    pub targets: String,
    /// Which of the targets' hosts it is for.
    pub shape: Shape,
    /// Recorded.
    pub created_at: Stamp,
    /// The non-public community whose content it is: sent only to hosts that may read it now.
    pub community_id: Option<AccountId>,
}
