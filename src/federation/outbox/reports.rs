//! Reports told to whom they concern on other nodes, and what came of them told back.
//!
//! To a community's node the reporter speaks (Lemmy); to moderators elsewhere the community does, and never names the
//! reporter; to the node of the one who is reported our node actor does (Mastodon).

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{InboxId, ReportId},
        words::{AccountKind, Shape},
    },
    features::{
        accounts,
        moderation::reports::queries::{self, moderators_elsewhere},
        posts,
    },
    store::tables::{Account, Report},
};
use serde_json::{Value, json};

/// A report was made.
pub async fn made(house: House<'_>, id: ReportId) -> Result<()> {
    let Some(report) = queries::find(house.tx, id).await? else { return Ok(()) };
    let Some(target) = targets::account(house, report.target_id).await? else { return Ok(()) };
    let Some(reporter) = targets::account(house, report.reporter_id).await? else { return Ok(()) };
    let community = community(house, &report).await?;
    let things = things(house, &report, &target).await?;
    match &community {
        Some(group) if group.is_local() => {
            let moderators = moderators_elsewhere(house.tx, group.id).await?;
            let to = moderators.iter().map(|moderator| house.absolute(&moderator.uri)).collect();
            let inboxes: Vec<InboxId> = moderators.iter().filter_map(|moderator| moderator.delivery_inbox).collect();
            let letter = flag(group, &report, things.clone()).under(copy_uri(&report)).to(to, Vec::new());
            tell(house, letter.within(Some(house.absolute(&group.uri))), inboxes, id).await?;
        }
        Some(group) if reporter.is_local() => {
            let uri = house.absolute(&group.uri);
            let letter = flag(&reporter, &report, things.clone()).under(report.uri.as_str());
            let letter = letter.to(vec![uri.clone()], Vec::new()).within(Some(uri));
            tell(house, letter, group.delivery_inbox.into_iter().collect(), id).await?;
        }
        _ => {}
    }
    let is_told = community.is_some_and(|group| group.host == target.host);
    if report.forwarded && !target.is_local() && !is_told {
        let Some(node) = accounts::queries::by_uri(house.tx, "/actor").await?.filter(|node| node.kind == AccountKind::Node) else {
            return Ok(());
        };
        // Mastodon looks for the account among a list
        let listed = things.as_array().cloned().unwrap_or_else(|| vec![json!(house.absolute(&target.uri)), things]);
        let letter = flag(&node, &report, json!(listed)).to(vec![house.absolute(&target.uri)], Vec::new());
        tell(house, letter, target.delivery_inbox.into_iter().collect(), id).await?;
    }
    Ok(())
}

/// A report was closed: its reporter's node learns it, and those to whom it was told.
pub async fn resolved(house: House<'_>, id: ReportId) -> Result<()> {
    let Some(report) = queries::find(house.tx, id).await? else { return Ok(()) };
    let Some(group) = community(house, &report).await? else { return Ok(()) };
    let Some(reporter) = targets::account(house, report.reporter_id).await? else { return Ok(()) };
    let resolver = match report.resolved_by {
        Some(by) => targets::account(house, by).await?,
        None => None,
    };
    if !group.is_local() {
        // a moderator of ours: the community's node is told
        return match resolver.filter(Account::is_local) {
            Some(by) => {
                resolve(
                    house,
                    &by,
                    (&report, &group),
                    (report.uri.clone(), vec![house.absolute(&group.uri)]),
                    group.delivery_inbox.into_iter().collect(),
                )
                .await
            }
            None => Ok(()),
        };
    }
    if !reporter.is_local() && !reporter.is_community() {
        let to = vec![house.absolute(&reporter.uri)];
        resolve(house, &group, (&report, &group), (report.uri.clone(), to), reporter.delivery_inbox.into_iter().collect()).await?;
    }
    let moderators = moderators_elsewhere(house.tx, group.id).await?;
    let moderators: Vec<Account> = moderators.into_iter().filter(|moderator| Some(moderator.id) != report.resolved_by).collect();
    let to = moderators.iter().map(|moderator| house.absolute(&moderator.uri)).collect();
    let inboxes = moderators.iter().filter_map(|moderator| moderator.delivery_inbox).collect();
    resolve(house, &group, (&report, &group), (copy_uri(&report), to), inboxes).await
}

/// The id under which a community of ours tells a report to moderators elsewhere.
fn copy_uri(report: &Report) -> String {
    format!("/activities/{}", report.id)
}

async fn community(house: House<'_>, report: &Report) -> Result<Option<Account>> {
    match report.community_id {
        Some(community) => targets::account(house, community).await,
        None => Ok(None),
    }
}

/// What is reported: the post where it is one (Lemmy reads one thing), else the account with its posts (as Mastodon has it).
async fn things(house: House<'_>, report: &Report, target: &Account) -> Result<Value> {
    let posts = posts::queries::by_ids(house.tx, &queries::posts(report)).await?;
    let uris: Vec<String> = posts.iter().map(|post| house.absolute(&post.uri)).collect();
    let person = house.absolute(&target.uri);
    Ok(match uris.as_slice() {
        [] => json!(person),
        [one] => json!(one),
        _ => json!([person].into_iter().chain(uris).collect::<Vec<_>>()),
    })
}

fn flag<'a>(by: &'a Account, report: &Report, things: Value) -> Letter<'a> {
    let mut letter = Letter::new(by, "Flag", things);
    letter.extra.insert("summary".into(), json!(report.comment));
    letter.extra.insert("content".into(), json!(report.comment));
    letter
}

async fn resolve(
    house: House<'_>,
    by: &Account,
    (report, group): (&Report, &Account),
    (flag, to): (String, Vec<String>),
    inboxes: Vec<InboxId>,
) -> Result<()> {
    let uri = house.absolute(&group.uri);
    let flag = json!({"type": "Flag", "id": house.absolute(&flag)});
    let mut letter = Letter::new(by, "Resolve", flag).to(to, Vec::new()).within(Some(uri));
    letter.extra.insert("summary".into(), json!(report.outcome));
    tell(house, letter, inboxes, report.id).await
}

async fn tell(house: House<'_>, letter: Letter<'_>, targets: Vec<InboxId>, id: ReportId) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let by = letter.by;
    letter.write(house).await?.send(house, by, Route { key: id.0, shape: Shape::Any, targets }).await
}
