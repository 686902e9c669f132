//! Who is notified of reports, of who signs up, of what moderators and administrators did, of who asks to be let in, of what
//! partners do and of companies that are new in a community. A notification's `post_id` holds the id of the report, the entry or
//! warning, the community, the agreement, or the company's host (`peers`).

use crate::{
    base::{
        error::Result,
        id::{AccountId, AgreementId, PostId, ReportId},
        words::{ModAct, NotificationKind, SeatStatus},
    },
    features::{
        accounts, administering,
        agreements::rows,
        communities::seats,
        memberships,
        moderation::{log, reports::queries as reports},
        notifications, peers,
    },
    store::{Tx, tables::Account},
};

/// Notifies the moderators of ours of somebody who waits to be let into a community, here or elsewhere.
pub async fn tell_of_ask(tx: &Tx, community: AccountId, account: AccountId) -> Result<()> {
    let waits = seats::seat(tx, community, account).await?.is_some_and(|seat| seat.status == SeatStatus::Requested);
    if !waits {
        return Ok(());
    }
    for moderator in reports::moderators_here(tx, community).await? {
        notifications::tell(tx, moderator, NotificationKind::SeatRequested, account, Some(PostId(community.0))).await?;
    }
    Ok(())
}

/// Notifies the moderators of ours whom a report concerns: those of its community, or of this node.
pub async fn tell_of_report(tx: &Tx, id: ReportId) -> Result<()> {
    let Some(report) = reports::find(tx, id).await? else { return Ok(()) };
    let moderators = match report.community_id {
        Some(community) => reports::moderators_here(tx, community).await?,
        None => reports::node_moderators(tx).await?,
    };
    for moderator in moderators.into_iter().filter(|moderator| *moderator != report.target_id) {
        notifications::tell(tx, moderator, NotificationKind::AdminReport, report.reporter_id, Some(PostId(id.0))).await?;
    }
    Ok(())
}

/// Notifies the reporter, if ours, of what came of a report: in the name of the community, or of this node.
pub async fn tell_of_outcome(tx: &Tx, id: ReportId) -> Result<()> {
    let Some(report) = reports::find(tx, id).await? else { return Ok(()) };
    let from = match report.community_id {
        Some(community) => Some(community),
        None => node(tx).await?,
    };
    match from {
        Some(from) => notifications::tell(tx, report.reporter_id, NotificationKind::ReportResolved, from, Some(PostId(id.0))).await,
        None => Ok(()),
    }
}

/// Notifies somebody of ours over whom moderators acted, in the name of the community.
pub async fn tell_of_act(tx: &Tx, entry: i64) -> Result<()> {
    let Some(row) = log::find(tx, entry).await?.filter(|row| !row.asked) else { return Ok(()) };
    let is_told = match row.act {
        ModAct::Remove | ModAct::Restore | ModAct::Warn | ModAct::Ban | ModAct::Unban | ModAct::PutOut => true,
        // of a post; whoever is refused a seat is told by the seat
        ModAct::Refuse => row.post_id.is_some(),
        _ => false,
    };
    match row.account_id.filter(|_| is_told) {
        Some(account) => notifications::tell(tx, account, NotificationKind::ModerationWarning, row.community_id, Some(PostId(entry))).await,
        None => Ok(()),
    }
}

/// Notifies somebody of ours of what an administrator did about their account, in this node's name.
pub async fn tell_of_warning(tx: &Tx, id: i64) -> Result<()> {
    match (administering::warning(tx, id).await?, node(tx).await?) {
        (Some(warning), Some(node)) => {
            notifications::tell(tx, warning.account_id, NotificationKind::ModerationWarning, node, Some(PostId(id))).await
        }
        _ => Ok(()),
    }
}

/// Notifies those who handle this node's reports of somebody who signed up.
pub async fn tell_of_sign_up(tx: &Tx, account: AccountId) -> Result<()> {
    for moderator in reports::node_moderators(tx).await? {
        notifications::tell(tx, moderator, NotificationKind::AdminSignUp, account, None).await?;
    }
    Ok(())
}

/// Notifies the administrators of this node of what happened with an agreement, in the other organisation's name.
pub async fn tell_of_agreement(tx: &Tx, id: AgreementId, kind: NotificationKind) -> Result<()> {
    match rows::by_id(tx, id).await? {
        Some(agreement) => notifications::tell_administrators(tx, kind, agreement.partner_id, id).await,
        None => Ok(()),
    }
}

/// Notifies those of ours who are in a community that a company is new there, in the community's name.
pub async fn tell_of_newcomer(tx: &Tx, community: AccountId, host: &str) -> Result<()> {
    let peer = peers::known(tx, host).await?;
    for member in memberships::present_here(tx, community).await? {
        notifications::tell(tx, member, NotificationKind::OrganisationAnnounced, community, Some(PostId(peer.0))).await?;
    }
    Ok(())
}

async fn node(tx: &Tx) -> Result<Option<AccountId>> {
    Ok(accounts::queries::by_uri(tx, "/actor").await?.map(|account: Account| account.id))
}
