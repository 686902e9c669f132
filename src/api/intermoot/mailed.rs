//! Invitations by e-mail, and who answers for guests. (An invitation by handle is a seat with status invited.)

use super::communities::visible;
use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        clock::Stamp,
        error::Refusal,
        id::{AccountId, InvitationId},
        words::{Role, Stakeholder},
    },
    features::{accounts, invitations, memberships},
    policy::scope::Scope,
    store::tables::{Account, Invitation},
};
use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The routes of this file. (`POST …/invitations` with an `email` comes here from `invitations.rs`.)
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    let (all, one) =
        ("/api/intermoot/v1/communities/{id}/invitations/mailed", "/api/intermoot/v1/communities/{id}/invitations/mailed/{invitation_id}");
    let (again, sponsored) = (
        "/api/intermoot/v1/communities/{id}/invitations/mailed/{invitation_id}/resend",
        "/api/intermoot/v1/communities/{id}/members/{account_id}/sponsor",
    );
    Routes::new()
        .get(all, read, "Open invitations by e-mail to a community one invites to", list)
        .delete(one, write, "Takes an invitation by e-mail back", revoke)
        .post(again, write, "Sends an invitation by e-mail again, with a new link", resend)
        .post(sponsored, write, "Answers for a guest from now on", sponsor)
}

/// What is asked in inviting an address.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Asked {
    /// The address; empty for an invitation by handle.
    #[serde(default)]
    pub(super) email: String,
    pub(super) role: Option<Role>,
    stakeholder: Option<Stakeholder>,
    guest_until: Option<Stamp>,
    expires_at: Option<Stamp>,
}

/// An invitation as our API shows it to those who invite.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    id: InvitationId,
    email: String,
    role: Role,
    stakeholder: Stakeholder,
    invited_by: Option<String>,
    created_at: Stamp,
    expires_at: Stamp,
    guest_until: Option<Stamp>,
    /// When its mail was sent; none while it waits, or when that failed.
    mailed_at: Option<Stamp>,
    mail_error: String,
}

/// Invites an address: what `POST …/invitations` does with an `email`.
pub(super) async fn by_email(app: &App, caller: &Caller, community: &Account, asked: Asked) -> Result<Shown> {
    may_mail(app)?;
    let new = invitations::New {
        email: asked.email,
        role: asked.role.unwrap_or(Role::Member),
        stakeholder: asked.stakeholder.unwrap_or(Stakeholder::Public),
        guest_until: asked.guest_until,
        expires_at: asked.expires_at,
    };
    let tx = app.begin().await?;
    let invitation = invitations::invite(&tx, caller.account(), community, new, &app.secret).await?;
    tx.commit().await?;
    Ok(shown(app, vec![invitation]).await?.pop().ok_or_else(Refusal::not_found)?)
}

/// Refused where the node sends no mail.
fn may_mail(app: &App) -> Result<(), Failure> {
    if app.config.mail.is_configured() {
        return Ok(());
    }
    let sentence = "This node sends no mail: its administrator sets mail.url (and mail.from), or mail.sink to try it out. \
        Invite by handle instead.";
    Err(Refusal::unavailable("no_mail", sentence).into())
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    visible(&app, Some(caller.id()), id).await?;
    may_see(&app, &caller, id).await?;
    let page = query.clamp(40, 80);
    let found = invitations::queries::of_community(&app.store, id, page).await?;
    let ids: Vec<i64> = found.iter().map(|invitation| invitation.id.0).collect();
    Ok(query.answer(shown(&app, found).await?, page.cursors(&ids)))
}

/// Addresses are for those who invite: curators and up.
async fn may_see(app: &App, caller: &Caller, id: AccountId) -> Result<()> {
    if memberships::queries::role(&app.store, id, caller.id()).await? < Some(Role::Curator) {
        return Err(Refusal::forbidden("rank", "Invitations are shown to curators and up only.").into());
    }
    Ok(())
}

async fn revoke(State(app): State<App>, caller: Caller, Path((id, invitation)): Path<(AccountId, InvitationId)>) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    may_see(&app, &caller, id).await?;
    let tx = app.begin().await?;
    invitations::revoke(&tx, caller.account(), &community, invitation).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn resend(State(app): State<App>, caller: Caller, Path((id, invitation)): Path<(AccountId, InvitationId)>) -> Result<Json<Shown>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    may_see(&app, &caller, id).await?;
    may_mail(&app)?;
    let tx = app.begin().await?;
    let invitation = invitations::resend(&tx, caller.account(), &community, invitation, &app.secret).await?;
    tx.commit().await?;
    Ok(Json(shown(&app, vec![invitation]).await?.pop().ok_or_else(Refusal::not_found)?))
}

#[derive(Deserialize)]
struct Until {
    until: Option<Stamp>,
}

async fn sponsor(
    State(app): State<App>,
    caller: Caller,
    Path((id, account)): Path<(AccountId, AccountId)>,
    Input(asked): Input<Until>,
) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    may_see(&app, &caller, id).await?;
    let tx = app.begin().await?;
    let guest = accounts::queries::by_id(&tx, account).await?.ok_or_else(Refusal::not_found)?;
    let seat = invitations::sponsor(&tx, caller.account(), (&guest, &community), asked.until).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    app.store.settle().await;
    Ok(Json(json!({ "account_id": account, "sponsor": caller.account().acct(), "until": seat.expires_at, "status": seat.status })))
}

/// Invitations as shown: one statement more for any number.
async fn shown(app: &App, found: Vec<Invitation>) -> Result<Vec<Shown>> {
    let mut ids: Vec<AccountId> = found.iter().map(|invitation| invitation.inviter_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = accounts::queries::by_ids(&app.store, &ids).await?;
    let handle = |id: AccountId| people.iter().find(|person| person.id == id).map(Account::acct);
    let one = |of: Invitation| Shown {
        id: of.id,
        email: of.email,
        role: of.role,
        stakeholder: of.stakeholder,
        invited_by: handle(of.inviter_id),
        created_at: of.created_at,
        expires_at: of.expires_at,
        guest_until: of.guest_until,
        mailed_at: of.mailed_at,
        mail_error: of.mail_error,
    };
    Ok(found.into_iter().map(one).collect())
}
