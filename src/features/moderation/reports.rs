//! Reports: made here or elsewhere, told to the moderators whom they concern, closed with an outcome.
//!
//! Invariant: a report is read by the moderators of its community, wherever they live; by this node's moderators when it is
//! about no community; and by its reporter. Everybody else gets the answer for what is not there (S48).

pub mod handling;
pub mod queries;

use super::log;
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId, ReportId},
        sentence::said,
        words::ModAct,
    },
    features::{
        accounts,
        communities::seats,
        mod_log::kept,
        peers,
        posts::queries::{self as posts, Viewer},
    },
    sql,
    store::{
        Insert, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Report},
    },
};
use std::time::Duration;

/// Most posts in one report.
pub const POSTS_MAX: usize = 20;
/// Most reports of one account in a day.
const A_DAY_MAX: i64 = 100;
/// Most of a community elsewhere, which tells us those of others.
const A_DAY_MAX_OF_A_GROUP: i64 = 1000;
/// Most of everybody of one other node.
const A_DAY_MAX_OF_A_HOST: i64 = 2000;
/// The words for `category` (the Mastodon API's).
pub const CATEGORIES: [&str; 4] = ["spam", "legal", "violation", "other"];

/// A report to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// Which posts.
    pub posts: Vec<PostId>,
    /// In which community, where no post says so.
    pub community: Option<AccountId>,
    /// Why.
    pub comment: String,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// Tell the node of the one who is reported too.
    pub forward: bool,
}

/// One of ours reports `target`. Records `ReportMade`. Refused when there are too many, when a post is not the target's or
/// not seen by the reporter, and when posts of several communities are named (each has moderators of its own).
pub async fn make(tx: &Tx, by: &Account, target: &Account, new: New) -> Result<Report> {
    if target.id == by.id {
        return Err(Refusal::invalid("account_id", "is yourself").into());
    }
    if !CATEGORIES.contains(&new.category.as_str()) {
        return Err(Refusal::invalid("category", said!("must be one of {words}", words = CATEGORIES.join(", "))).into());
    }
    let community = scope(tx, (by, target), &new).await?;
    bound(tx, by, A_DAY_MAX).await?;
    let id = tx.id();
    let report = Report {
        id: ReportId(id),
        uri: format!("/activities/{id}"),
        reporter_id: by.id,
        target_id: target.id,
        community_id: community,
        posts: list(&new.posts),
        comment: kept(&new.comment),
        category: new.category,
        forwarded: new.forward && !target.is_local(),
        created_at: tx.now,
        resolved_at: None,
        resolved_by: None,
        outcome: String::new(),
        assigned_to: None,
        updated_at: None,
    };
    insert(tx, &report).await?;
    Ok(report)
}

/// The community whose posts are reported.
async fn scope(tx: &Tx, (by, target): (&Account, &Account), new: &New) -> Result<Option<AccountId>> {
    if new.posts.len() > POSTS_MAX {
        return Err(Refusal::invalid("status_ids", said!("must not be more than {max}", max = POSTS_MAX)).into());
    }
    let seen = posts::seen_many(tx, &Viewer::Account(by.id), &new.posts).await?;
    if new.posts.iter().any(|id| !seen.iter().any(|post| post.id == *id && post.author_id == target.id)) {
        return Err(Refusal::not_found().into());
    }
    let mut communities: Vec<Option<AccountId>> = seen.iter().map(|post| post.community_id).collect();
    communities.sort_unstable();
    communities.dedup();
    match communities.as_slice() {
        [] => named(tx, new.community, by).await,
        [one] => Ok(*one),
        _ => Err(Refusal::invalid("status_ids", "are of several communities: report those of each by themselves").into()),
    }
}

/// A community that the reporter names; they must be in it, or it must be none.
async fn named(tx: &Tx, community: Option<AccountId>, by: &Account) -> Result<Option<AccountId>> {
    let Some(community) = community else { return Ok(None) };
    if seats::role(tx, community, by.id).await?.is_none() {
        return Err(Refusal::not_found().into());
    }
    Ok(Some(community))
}

/// Refuses too many reports by one account.
async fn bound(tx: &Tx, by: &Account, most: i64) -> Result<()> {
    let since = tx.now.minus(Duration::from_secs(86_400));
    let made: Option<i64> = sql!("SELECT COUNT(*) FROM reports WHERE reporter_id = {} AND created_at > {}", by.id, since).value(tx).await?;
    if made.unwrap_or_default() >= most {
        return Err(Refusal::too_many("That is enough reports for a day; the moderators read them.").into());
    }
    Ok(())
}

/// Refuses too many reports by the people of one node, who may be invented (S75).
async fn bound_host(tx: &Tx, host: &str) -> Result<()> {
    let made = "SELECT COUNT(*) FROM reports r JOIN accounts a ON a.id = r.reporter_id WHERE a.host = {} AND r.created_at > {}";
    let made: Option<i64> = sql!(made, host, tx.now.minus(Duration::from_secs(86_400))).value(tx).await?;
    if made.unwrap_or_default() >= A_DAY_MAX_OF_A_HOST {
        return Err(Refusal::too_many("That is enough reports from one server for a day.").into());
    }
    Ok(())
}

/// A report from elsewhere, what it names found here.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// Its `Flag`.
    pub uri: &'a str,
    /// Whom.
    pub target: &'a Account,
    /// Which posts, all the target's.
    pub posts: Vec<PostId>,
    /// The community that the posts are in, or that is addressed.
    pub community: Option<&'a Account>,
    /// Why.
    pub comment: &'a str,
}

/// Keeps a report from elsewhere, once: about a community of ours, or about one of our people, or the copy by which a
/// community elsewhere tells the moderators of ours. Records `ReportMade`. Refused when it concerns nobody here, and from a host
/// whose reports an administrator does not want.
pub async fn received(tx: &Tx, by: &Account, incoming: Incoming<'_>) -> Result<()> {
    if peers::terms::rejects_reports(tx, &by.host).await? {
        return Err(Refusal::forbidden("reports_refused", "This server takes no reports from yours.").into());
    }
    let community = match incoming.community {
        Some(community) if community.is_local() => Some(community.id),
        Some(community) if community.id == by.id && !queries::moderators_here(tx, community.id).await?.is_empty() => Some(community.id),
        // not ours to judge, but our people are concerned
        Some(_) | None if incoming.target.is_local() && !by.is_community() => None,
        _ => return Err(Refusal::forbidden("not_concerned", "The report concerns nobody here.").into()),
    };
    if queries::by_uri(tx, incoming.uri).await?.is_some() {
        return Ok(());
    }
    bound(tx, by, if by.is_community() { A_DAY_MAX_OF_A_GROUP } else { A_DAY_MAX }).await?;
    bound_host(tx, &by.host).await?;
    let report = Report {
        id: ReportId(tx.id()),
        uri: incoming.uri.to_owned(),
        reporter_id: by.id,
        target_id: incoming.target.id,
        community_id: community,
        posts: list(incoming.posts.get(..POSTS_MAX).unwrap_or(&incoming.posts)),
        comment: kept(incoming.comment),
        category: "other".to_owned(),
        forwarded: false,
        created_at: tx.now,
        resolved_at: None,
        resolved_by: None,
        outcome: String::new(),
        assigned_to: None,
        updated_at: None,
    };
    insert(tx, &report).await
}

async fn insert(tx: &Tx, report: &Report) -> Result<()> {
    Insert::into("reports")
        .set("id", report.id)
        .set("uri", report.uri.as_str())
        .set("reporter_id", report.reporter_id)
        .set("target_id", report.target_id)
        .set("community_id", report.community_id)
        .set("posts", report.posts.as_str())
        .set("comment", report.comment.as_str())
        .set("category", report.category.as_str())
        .set("forwarded", report.forwarded)
        .set("created_at", report.created_at)
        .run(tx)
        .await?;
    tx.record(Event::ReportMade { report: report.id });
    Ok(())
}

/// A moderator closes a report and says what came of it: closing twice is closing once. Records `ReportResolved`. Not found
/// for whoever may not read it.
pub async fn resolve(tx: &Tx, by: &Account, id: ReportId, outcome: &str) -> Result<Report> {
    let report = queries::find(tx, id).await?.ok_or_else(Refusal::not_found)?;
    if !queries::judges(tx, &report, by.id).await? {
        return Err(Refusal::not_found().into());
    }
    close(tx, by, report, outcome).await
}

/// A moderator elsewhere closes a report: of a community of ours by their rank there; of one elsewhere, the community itself
/// or somebody of its node. Refused for all others.
pub async fn resolved_elsewhere(tx: &Tx, by: &Account, report: Report, outcome: &str) -> Result<()> {
    let community = match report.community_id {
        Some(community) => accounts::queries::by_id(tx, community).await?,
        None => None,
    };
    let may = match community {
        Some(community) if community.is_local() => queries::judges(tx, &report, by.id).await?,
        Some(community) => community.host == by.host,
        None => false,
    };
    if !may {
        return Err(Refusal::forbidden("not_a_moderator", "Only moderators of the community close reports in it.").into());
    }
    close(tx, by, report, outcome).await.map(drop)
}

async fn close(tx: &Tx, by: &Account, report: Report, outcome: &str) -> Result<Report> {
    let outcome = kept(outcome);
    let changed = sql!(
        "UPDATE reports SET resolved_at = {}, resolved_by = {}, outcome = {}, updated_at = {} WHERE id = {} AND resolved_at IS NULL",
        tx.now,
        by.id,
        outcome.clone(),
        tx.now,
        report.id
    )
    .run(tx)
    .await?;
    if changed == 0 {
        return Ok(queries::find(tx, report.id).await?.unwrap_or(report));
    }
    let community = match report.community_id {
        Some(community) => accounts::queries::by_id(tx, community).await?.filter(Account::is_local),
        None => None,
    };
    match &community {
        Some(community) => {
            log::note_plain(tx, (by, community), ModAct::Resolve, (report.target_id, None), &outcome).await?;
        }
        None => {
            let entry = Entry { actor: by.acct(), act: "report.resolve", object: report.uri.clone(), ..Entry::default() };
            tx.audit(entry);
        }
    }
    tx.record(Event::ReportResolved { report: report.id });
    Ok(Report { resolved_at: Some(tx.now), resolved_by: Some(by.id), outcome, updated_at: Some(tx.now), ..report })
}

fn list(posts: &[PostId]) -> String {
    let ids: Vec<i64> = posts.iter().map(|post| post.0).collect();
    serde_json::to_string(&ids).unwrap_or_else(|_| "[]".to_owned())
}
