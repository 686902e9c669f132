//! Reading reports, and who may.

use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId, ReportId},
        page::Page,
        words::{NodeRole, Role},
    },
    features::{
        accounts,
        communities::{seats, usable::usable},
    },
    sql,
    store::{
        Source, list,
        tables::{Account, Report},
    },
};

/// Most moderators that are told of one thing.
const MODERATORS_MAX: i64 = 100;

/// The report with this id, whoever asks.
pub async fn find(from: &impl Source, id: ReportId) -> Result<Option<Report>> {
    sql!("SELECT * FROM reports WHERE id = {}", id).one(from).await
}

/// The reports with these ids, whoever asks, in no order.
pub async fn by_ids(from: &impl Source, ids: &[ReportId]) -> Result<Vec<Report>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM reports WHERE id IN {}", list(ids)).all(from).await
}

/// The report with this stored uri: its own, or the one under which a community of ours told it to moderators elsewhere.
pub async fn by_uri(from: &impl Source, uri: &str) -> Result<Option<Report>> {
    let found: Option<Report> = sql!("SELECT * FROM reports WHERE uri = {}", uri).one(from).await?;
    match (found, uri.strip_prefix("/activities/").and_then(|id| id.parse().ok())) {
        (None, Some(id)) => find(from, ReportId(id)).await,
        (found, _) => Ok(found),
    }
}

/// The posts that a report names.
pub fn posts(report: &Report) -> Vec<PostId> {
    let ids: Vec<i64> = serde_json::from_str(&report.posts).unwrap_or_default();
    ids.into_iter().map(PostId).collect()
}

/// Whether `account` may read a report as a moderator, and close it: by rank in its community, else by standing on this node.
pub async fn judges(from: &impl Source, report: &Report, account: AccountId) -> Result<bool> {
    match report.community_id {
        Some(community) => Ok(seats::role(from, community, account).await? >= Some(Role::Moderator)),
        None => Ok(accounts::queries::user(from, account).await?.is_some_and(|user| user.role >= NodeRole::Moderator)),
    }
}

/// Reports in a community, newest first; only open ones, or only closed ones.
pub async fn of_community(from: &impl Source, community: AccountId, is_resolved: bool, page: Page) -> Result<Vec<Report>> {
    let select = sql!("SELECT * FROM reports WHERE community_id = {}", community);
    listed(from, select.then(state(is_resolved)), page).await
}

/// Reports about no community, for this node's moderators.
pub async fn of_node(from: &impl Source, is_resolved: bool, page: Page) -> Result<Vec<Report>> {
    listed(from, sql!("SELECT * FROM reports WHERE community_id IS NULL").then(state(is_resolved)), page).await
}

/// What somebody reported, newest first.
pub async fn by_reporter(from: &impl Source, reporter: AccountId, page: Page) -> Result<Vec<Report>> {
    listed(from, sql!("SELECT * FROM reports WHERE reporter_id = {}", reporter), page).await
}

fn state(is_resolved: bool) -> &'static str {
    if is_resolved { " AND resolved_at IS NOT NULL" } else { " AND resolved_at IS NULL" }
}

async fn listed(from: &impl Source, select: crate::store::Sql, page: Page) -> Result<Vec<Report>> {
    Ok(page.newest_first(select.page("id", page).all(from).await?))
}

/// The people of this node who moderate a community now, wherever it lives.
pub async fn moderators_here(from: &impl Source, community: AccountId) -> Result<Vec<AccountId>> {
    let select = sql!(
        "SELECT s.account_id FROM seats s JOIN users u ON u.account_id = s.account_id WHERE s.community_id = {} AND s.role >= {} AND ",
        community,
        Role::Moderator
    );
    usable(select, "s", from.now()).then(" ORDER BY s.id LIMIT {}").bind(MODERATORS_MAX).column(from).await
}

/// Those on other nodes.
pub async fn moderators_elsewhere(from: &impl Source, community: AccountId) -> Result<Vec<Account>> {
    let select = sql!(
        "SELECT a.* FROM seats s JOIN accounts a ON a.id = s.account_id WHERE s.community_id = {} AND s.host <> '' AND s.role >= {} AND ",
        community,
        Role::Moderator
    );
    usable(select, "s", from.now()).then(" ORDER BY s.id LIMIT {}").bind(MODERATORS_MAX).all(from).await
}

/// The people who handle this node's reports.
pub async fn node_moderators(from: &impl Source) -> Result<Vec<AccountId>> {
    sql!(
        "SELECT u.account_id FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.role >= {} AND a.suspended_at IS NULL \
         AND a.gone_at IS NULL ORDER BY u.account_id LIMIT {}",
        NodeRole::Moderator,
        MODERATORS_MAX
    )
    .column(from)
    .await
}
