//! What notifications about agreements, partners and new companies are about.

use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, AgreementId, PeerId},
        words::{NodeRole, NotificationKind},
    },
    features::{
        accounts,
        agreements::{self, PATIENCE, rows},
        communities::seats,
        memberships, peers,
    },
    store::tables::{Account, Agreement, Notification},
};
use serde_json::{Value, json};

/// The agreement that a notification is about; none for somebody who does not administer this node any more (S48).
pub async fn agreement(app: &App, notification: &Notification) -> Result<Option<Value>> {
    let user = accounts::queries::user(&app.store, notification.account_id).await?;
    if user.is_none_or(|user| user.role < NodeRole::Admin || user.off_boarded_at.is_some()) {
        return Ok(None);
    }
    let Some(agreement) = rows::by_id(&app.store, AgreementId(notification.post_id.0)).await? else { return Ok(None) };
    let partner = accounts::queries::by_id(&app.store, agreement.partner_id).await?;
    let name = partner.as_ref().map_or(agreement.host.as_str(), agreements::name_of).to_owned();
    Ok(Some(json!({
        "agreement_id": agreement.id,
        "host": agreement.host,
        "state": agreement.state,
        "text": sentence(notification.kind, &name, &agreement),
    })))
}

/// What happened and what to do.
fn sentence(kind: NotificationKind, name: &str, agreement: &Agreement) -> String {
    let host = &agreement.host;
    match kind {
        NotificationKind::AgreementOffered => {
            format!("{name} ({host}) offers an agreement: approve or reject it within {} days.", PATIENCE.as_secs() / 86_400)
        }
        NotificationKind::AgreementHeld => format!("The agreement with {name} ({host}) is held. {}", agreement.held_why),
        NotificationKind::AgreementEnded => format!("The agreement with {name} ({host}) ended: no seat under it is of use any more."),
        NotificationKind::AgreementLapsed => format!("Nobody answered the offer between us and {name} ({host}) in time: it lapsed."),
        NotificationKind::PartnerUnreachable => format!(
            "{name} ({host}) does not take what we send. What it misses is kept for 30 days; `intermoot peer show {host}` says how it \
             stands, and `intermoot peer retry {host}` tries it at once."
        ),
        _ => format!("{name} ({host}) does far more than it is known for. If that is not wanted, put it in quarantine."),
    }
}

/// The company that is new in a community; none for somebody who is not in it any more.
pub async fn newcomer(app: &App, notification: &Notification) -> Result<Option<Value>> {
    let (store, community): (_, AccountId) = (&app.store, notification.from_id);
    if seats::role(store, community, notification.account_id).await?.is_none() {
        return Ok(None);
    }
    let Some(peer) = peers::by_id(store, PeerId(notification.post_id.0)).await? else { return Ok(None) };
    let Some(present) = memberships::newcomer(store, community, &peer.host).await? else { return Ok(None) };
    let Some(from) = present.admitted_from else { return Ok(None) };
    let group = accounts::queries::by_id(store, community).await?;
    let title = group.as_ref().map_or_else(String::new, |group: &Account| group.display_name.clone());
    Ok(Some(json!({
        "community_id": community,
        "host": present.host,
        "announced_at": present.announced_at,
        "admitted_from": from,
        "text": format!(
            "{} is new in {title}: its people are admitted from {from}. Whoever does not want that may leave the community before; \
             an administrator may withdraw all people of the company.",
            present.host
        ),
    })))
}
