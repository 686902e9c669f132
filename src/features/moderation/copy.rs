//! Our copy of the log of a community elsewhere: entries that its node lists, beside what it announces.
//!
//! An entry that was only read changes nothing but the log: the act counts when it is announced (`log::granted` finds it
//! then). Bounded: a node that lists without end fills no disk.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{self, AccountId, PostId},
        secret::sha256,
        words::{ModAct, Role, Stage},
    },
    features::mod_log::kept,
    sql,
    store::{
        Insert, Tx,
        tables::{Account, ModLogRow},
    },
};

/// Most entries kept of one community that were read and not announced.
const FETCHED_MAX: i64 = 2000;
/// How often another id is tried for an entry whose moment is taken.
const ID_TRIES: u64 = 8;

/// An entry as the community's own node lists it, with those named in it whom we know.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id, as stored.
    pub uri: String,
    /// What was done.
    pub act: ModAct,
    /// By whom.
    pub moderator: Option<AccountId>,
    /// Over whom.
    pub account: Option<AccountId>,
    /// Over which post.
    pub post: Option<PostId>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Option<Stamp>,
    /// The role given.
    pub role: Option<Role>,
    /// The node whose people were banned; '' for none.
    pub host: String,
    /// How wide the community was opened.
    pub stage: Option<Stage>,
    /// When.
    pub at: Stamp,
}

/// Takes entries of a community elsewhere into our copy of its log; how many were new. Those that are there already stay, with
/// the moderator's name if only now it is known; what one of ours asked for stands as done.
pub async fn adopt(tx: &Tx, community: &Account, listed: &[Listed]) -> Result<usize> {
    let count: Option<i64> = sql!("SELECT COUNT(*) FROM mod_log WHERE community_id = {} AND fetched", community.id).value(tx).await?;
    let mut room = FETCHED_MAX - count.unwrap_or_default();
    let mut new = 0;
    for entry in listed {
        let known =
            sql!("SELECT * FROM mod_log WHERE uri = {} AND uri <> '' AND community_id = {} LIMIT 1", entry.uri.as_str(), community.id);
        match known.one::<ModLogRow>(tx).await? {
            Some(known) => heal(tx, &known, entry).await?,
            None if room > 0 => {
                add(tx, community, entry).await?;
                room -= 1;
                new += 1;
            }
            None => {}
        }
    }
    Ok(new)
}

async fn heal(tx: &Tx, known: &ModLogRow, entry: &Listed) -> Result<()> {
    if known.asked {
        sql!("UPDATE mod_log SET asked = FALSE, fetched = TRUE WHERE id = {}", known.id).run(tx).await?;
    }
    if let Some(moderator) = entry.moderator.filter(|_| known.moderator_id == known.community_id) {
        sql!("UPDATE mod_log SET moderator_id = {} WHERE id = {}", moderator, known.id).run(tx).await?;
    }
    Ok(())
}

async fn add(tx: &Tx, community: &Account, entry: &Listed) -> Result<()> {
    let digest = sha256(entry.uri.as_bytes());
    let hash = digest.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
    for attempt in 0..ID_TRIES {
        let id = id::remote(entry.at, tx.now, hash.wrapping_add(attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let row = Insert::into("mod_log")
            .set("id", id)
            .set("uri", entry.uri.as_str())
            .set("community_id", community.id)
            .set("moderator_id", entry.moderator.unwrap_or(community.id))
            .set("act", entry.act)
            .set("account_id", entry.account)
            .set("post_id", entry.post)
            .set("reason", kept(&entry.reason))
            .set("expires_at", entry.until)
            .set("created_at", entry.at.min(tx.now))
            .set("role", entry.role)
            .set("host", entry.host.as_str())
            .set("stage", entry.stage)
            .set("fetched", true);
        if row.on_conflict("ON CONFLICT (id) DO NOTHING").run(tx).await? > 0 {
            return Ok(());
        }
    }
    Ok(())
}
