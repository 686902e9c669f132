//! What is shared with a partner, both ways: communities, and how many people of the one side hold seats with the other.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        words::{Role, Stage},
    },
    sql,
    store::{Source, tables::Account},
};
use sea_orm::FromQueryResult;

/// Most communities listed in each direction.
const LISTED_MAX: i64 = 200;

/// People of one side in one community of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Its stored uri.
    pub community: String,
    /// Its title.
    pub title: String,
    /// How wide it is.
    pub stage: Stage,
    /// Active seats, by role, lowest first.
    pub seats: Vec<(Role, i64)>,
    /// Since when the first of them.
    pub since: Stamp,
}

/// What two nodes share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Their people in our communities.
    pub ours: Vec<Presence>,
    /// Our people in theirs.
    pub theirs: Vec<Presence>,
}

#[derive(FromQueryResult)]
struct Line {
    community: String,
    title: String,
    stage: Stage,
    role: Role,
    people: i64,
    since: Stamp,
}

/// What is shared with `host`. Seats that rest because the agreement is suspended count too: they would come back with it.
pub async fn shared_with(from: &impl Source, host: &str) -> Result<Shared> {
    Ok(Shared { ours: lines(from, "c.host = ''", host, "s.host").await?, theirs: lines(from, "s.host = ''", host, "c.host").await? })
}

async fn lines(from: &impl Source, side: &str, host: &str, of: &str) -> Result<Vec<Presence>> {
    let text = format!(
        "SELECT c.uri AS community, c.display_name AS title, k.stage, s.role, COUNT(*) AS people, MIN(s.created_at) AS since \
         FROM seats s JOIN accounts c ON c.id = s.community_id JOIN communities k ON k.account_id = c.id \
         WHERE s.status = 2 AND {side} AND {of} = {{}} GROUP BY c.uri, c.display_name, k.stage, s.role ORDER BY c.uri, s.role LIMIT {{}}"
    );
    let found: Vec<Line> = sql!(text, host, LISTED_MAX).all(from).await?;
    let mut all: Vec<Presence> = Vec::new();
    for line in found {
        match all.last_mut().filter(|last| last.community == line.community) {
            Some(last) => {
                last.seats.push((line.role, line.people));
                last.since = last.since.min(line.since);
            }
            None => all.push(Presence {
                community: line.community,
                title: line.title,
                stage: line.stage,
                seats: vec![(line.role, line.people)],
                since: line.since,
            }),
        }
    }
    Ok(all)
}

/// The name that people read of an organisation.
pub fn name_of(organisation: &Account) -> &str {
    if organisation.display_name.is_empty() { &organisation.host } else { &organisation.display_name }
}
