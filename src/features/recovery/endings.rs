//! What ended, as it is noted outside the database, line by line, and done again after a restore.
//!
//! Doing one again only ever takes away: a seat that was granted anew after its end comes back by the record that its group
//! signed. Doing one twice changes nothing.

use crate::{
    base::{clock::Stamp, error::Result, words::ModAct},
    features::deliveries,
    sql,
    store::{Source, list},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Something that ended. Names are uris as stored, so that a restored copy finds them whatever its ids are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum Ending {
    /// An agreement, with another node.
    Agreement {
        /// Its uri.
        uri: String,
        /// When.
        at: Stamp,
    },
    /// Somebody's seat, with the revision that ended it.
    Seat {
        /// The community.
        community: String,
        /// Whose.
        account: String,
        /// The revision.
        rev: i64,
        /// When.
        at: Stamp,
    },
    /// Somebody's belonging to this company.
    OffBoarded {
        /// Who.
        account: String,
        /// When.
        at: Stamp,
    },
    /// Somebody's being let in here.
    Suspended {
        /// Who.
        account: String,
        /// When.
        at: Stamp,
    },
    /// Somebody's log-in.
    Disabled {
        /// Whose.
        account: String,
        /// When.
        at: Stamp,
    },
    /// An account that was deleted.
    Deleted {
        /// Whose.
        account: String,
        /// When.
        at: Stamp,
    },
    /// Dealings with another host.
    Blocked {
        /// Which.
        host: String,
        /// When.
        at: Stamp,
    },
    /// Somebody's being admissible to a community of ours.
    Banned {
        /// The community.
        community: String,
        /// Who.
        account: String,
        /// Until when; none: for good.
        until: Option<Stamp>,
        /// When.
        at: Stamp,
    },
    /// The same for everybody of another node.
    HostBanned {
        /// The community.
        community: String,
        /// Which node.
        host: String,
        /// Until when; none: for good.
        until: Option<Stamp>,
        /// When.
        at: Stamp,
    },
    /// A ban: what it ended may be again. Only calls off what stands in the same notes before it ([`standing`]).
    Unbanned {
        /// The community.
        community: String,
        /// The person, or the node.
        who: String,
        /// When.
        at: Stamp,
    },
}

impl Ending {
    /// When it was.
    pub fn at(&self) -> Stamp {
        match self {
            Self::Agreement { at, .. }
            | Self::Seat { at, .. }
            | Self::OffBoarded { at, .. }
            | Self::Suspended { at, .. }
            | Self::Disabled { at, .. }
            | Self::Deleted { at, .. }
            | Self::Blocked { at, .. }
            | Self::Banned { at, .. }
            | Self::HostBanned { at, .. }
            | Self::Unbanned { at, .. } => *at,
        }
    }

    /// The ban that it is about: in which community, of whom.
    fn ban(&self) -> Option<(&str, &str)> {
        match self {
            Self::Banned { community, account: who, .. }
            | Self::HostBanned { community, host: who, .. }
            | Self::Unbanned { community, who, .. } => Some((community, who)),
            _ => None,
        }
    }
}

/// The endings, in their order, without bans that were lifted later.
pub fn standing(endings: Vec<Ending>) -> Vec<Ending> {
    let lifted: HashMap<(String, String), Stamp> = endings
        .iter()
        .filter(|ending| matches!(ending, Ending::Unbanned { .. }))
        .filter_map(|ending| ending.ban().map(|(community, who)| ((community.to_owned(), who.to_owned()), ending.at())))
        .collect();
    let stands = |ending: &Ending| {
        let ban = ending.ban().map(|(community, who)| (community.to_owned(), who.to_owned()));
        ban.and_then(|ban| lifted.get(&ban)).is_none_or(|at| *at < ending.at())
    };
    endings.into_iter().filter(|ending| stands(ending) && !matches!(ending, Ending::Unbanned { .. })).collect()
}

#[derive(FromQueryResult)]
struct Ended {
    name: String,
    at: Stamp,
}

#[derive(FromQueryResult)]
struct EndedSeat {
    community: String,
    account: String,
    rev: i64,
    at: Stamp,
}

/// What a row found says.
type Make = fn(Ended) -> Ending;

/// What ended at `since` or later, by the database.
pub async fn since(from: &impl Source, since: Stamp) -> Result<Vec<Ending>> {
    let seats: Vec<EndedSeat> = sql!(
        "SELECT c.uri AS community, m.uri AS account, s.rev, s.updated_at AS at FROM seats s JOIN accounts c ON c.id = s.community_id \
         JOIN accounts m ON m.id = s.account_id WHERE s.status = 3 AND s.updated_at >= {}",
        since
    )
    .all(from)
    .await?;
    let mut found: Vec<Ending> = seats
        .into_iter()
        .map(|seat| Ending::Seat { community: seat.community, account: seat.account, rev: seat.rev, at: seat.at })
        .collect();
    let others: [(&str, Make); 6] = [
        ("SELECT uri AS name, ended_at AS at FROM agreements WHERE ended_at >= {}", |row| Ending::Agreement { uri: row.name, at: row.at }),
        (
            "SELECT a.uri AS name, u.off_boarded_at AS at FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.off_boarded_at >= {}",
            |row| Ending::OffBoarded { account: row.name, at: row.at },
        ),
        (
            "SELECT a.uri AS name, u.disabled_at AS at FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.disabled_at >= {}",
            |row| Ending::Disabled { account: row.name, at: row.at },
        ),
        ("SELECT uri AS name, suspended_at AS at FROM accounts WHERE suspended_at >= {}", |row| Ending::Suspended {
            account: row.name,
            at: row.at,
        }),
        ("SELECT uri AS name, gone_at AS at FROM accounts WHERE host = '' AND gone_at >= {}", |row| Ending::Deleted {
            account: row.name,
            at: row.at,
        }),
        ("SELECT host AS name, blocked_at AS at FROM peers WHERE blocked_at >= {}", |row| Ending::Blocked { host: row.name, at: row.at }),
    ];
    for (statement, ending) in others {
        let rows: Vec<Ended> = sql!(statement, since).all(from).await?;
        found.extend(rows.into_iter().map(ending));
    }
    found.extend(bans(from, since).await?);
    found.sort_by_key(Ending::at);
    Ok(found)
}

/// Bans set and lifted in communities of ours, by their logs.
async fn bans(from: &impl Source, since: Stamp) -> Result<Vec<Ending>> {
    #[derive(FromQueryResult)]
    struct Act {
        act: ModAct,
        community: String,
        account: Option<String>,
        host: String,
        until: Option<Stamp>,
        at: Stamp,
    }
    let acts: Vec<Act> = sql!(
        "SELECT l.act, c.uri AS community, m.uri AS account, l.host, l.expires_at AS until, l.created_at AS at FROM mod_log l \
         JOIN accounts c ON c.id = l.community_id LEFT JOIN accounts m ON m.id = l.account_id \
         WHERE l.id >= {} AND l.act IN {} AND c.host = '' AND NOT l.asked ORDER BY l.id",
        deliveries::position_at(since),
        list(&[ModAct::Ban, ModAct::Unban, ModAct::BanHost, ModAct::UnbanHost])
    )
    .all(from)
    .await?;
    let ending = |Act { act, community, account, host, until, at }: Act| {
        Some(match act {
            ModAct::Ban => Ending::Banned { community, account: account?, until, at },
            ModAct::BanHost => Ending::HostBanned { community, host, until, at },
            ModAct::Unban => Ending::Unbanned { community, who: account?, at },
            _ => Ending::Unbanned { community, who: host, at },
        })
    };
    Ok(acts.into_iter().filter_map(ending).collect())
}
