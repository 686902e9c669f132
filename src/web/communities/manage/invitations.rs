//! Asking people in: by their handle, here or elsewhere, and by e-mail; and taking that back.

use super::{
    super::{
        super::{
            entries::Moment,
            faces::Face,
            pages::{self, Frame, Result},
            problems::Problems,
        },
        sent::Sent,
        words::{self, Choice},
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        id::InvitationId,
        page::Page as Stretch,
        words::{Role, Stakeholder},
    },
    features::{
        accounts, invitations,
        memberships::{self, Decision},
    },
    policy::{invitation::may_invite, membership::may_appoint},
};
use askama::Template;
use axum::response::Response;

/// Invitations on the page, of each kind.
const LISTED_MAX: u32 = 80;

/// An invitation by handle.
struct Open {
    id: String,
    who: Face,
    role: String,
    at: Moment,
    until: Option<Moment>,
}

/// An invitation by e-mail.
struct Mailed {
    id: String,
    email: String,
    by: String,
    role: String,
    until: Moment,
    is_over: bool,
    /// When its mail went out.
    mailed: Option<Moment>,
    /// Why it did not; empty while it waits.
    problem: String,
}

#[derive(Template)]
#[template(path = "communities/invitations.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    /// Whether the reader may invite by handle, and by e-mail.
    by_handle: bool,
    by_mail: bool,
    /// Whether this node sends mail at all.
    sends_mail: bool,
    roles: Vec<Choice>,
    mail_roles: Vec<Choice>,
    kinds: Vec<Choice>,
    acct: String,
    email: String,
    days: String,
    open: Vec<Open>,
    mailed: Vec<Mailed>,
}

/// The side of this file.
pub(super) struct Invitations;

impl Room for Invitations {
    const KEY: &'static str = "invitations";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let (frame, place) = (visit.frame(), &desk.place);
        let is_guest = place.me.guest().is_some();
        let by_handle = place.is_at_least(Role::Moderator) && !is_guest;
        let by_mail = place.account.is_local() && place.role >= Some(Role::Curator) && !is_guest;
        let chosen = sent.word("role").unwrap_or(Role::Member);
        let shown = Page {
            above: desk.above(app, &frame, uri),
            roles: words::roles(&frame, chosen, |role| may_appoint(place.rank, Role::Observer, role)),
            mail_roles: words::roles(&frame, chosen, |role| may_invite(place.role, role).is_ok()),
            kinds: kinds(&frame, sent),
            acct: sent.again("acct"),
            email: sent.again("email"),
            days: sent.again("days"),
            open: if by_handle { invited(app, &frame, desk).await? } else { Vec::new() },
            mailed: if by_mail { mailed(app, &frame, desk).await? } else { Vec::new() },
            sends_mail: app.config.mail.is_configured(),
            problems,
            by_handle,
            by_mail,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        match sent.text("act") {
            "invite" => by_handle(app, desk, sent).await,
            "revoke" => {
                let who = desk.person(app, sent).await?;
                if !desk.place.account.is_local() {
                    return desk.decide(app, &who, (Decision::Refuse { reason: String::new() }, "taken_back")).await;
                }
                let tx = app.begin().await?;
                memberships::revoke(&tx, &desk.place.me, &who, &desk.place.account).await?;
                tx.commit().await?;
                app.store.settle().await;
                Ok("taken_back")
            }
            _ => by_mail(app, desk, sent).await,
        }
    }
}

fn kinds(frame: &Frame, sent: &Sent) -> Vec<Choice> {
    let chosen = sent.word("kind").unwrap_or(Stakeholder::Public);
    let one = |of: &Stakeholder| Choice {
        word: of.word(),
        name: frame.say(&format!("communities-word-kind-{}", of.word())),
        means: String::new(),
        chosen: *of == chosen,
    };
    Stakeholder::ALL.iter().map(one).collect()
}

async fn invited(app: &App, frame: &Frame, desk: &Desk) -> crate::base::error::Result<Vec<Open>> {
    let found = memberships::queries::invited(&app.store, desk.place.account.id, Stretch::first(LISTED_MAX)).await?;
    let one = |(seat, account): (crate::store::tables::Seat, crate::store::tables::Account)| Open {
        id: account.id.to_string(),
        who: Face::of(app, &account),
        role: words::role(frame, seat.role),
        at: seat.updated_at.into(),
        until: seat.expires_at.map(Moment::from),
    };
    Ok(found.into_iter().map(one).collect())
}

async fn mailed(app: &App, frame: &Frame, desk: &Desk) -> crate::base::error::Result<Vec<Mailed>> {
    let found = invitations::queries::of_community(&app.store, desk.place.account.id, Stretch::first(LISTED_MAX)).await?;
    let ids: Vec<_> = found.iter().map(|one| one.inviter_id).collect();
    let people = accounts::queries::by_ids(&app.store, &ids).await?;
    let one = |of: crate::store::tables::Invitation| Mailed {
        id: of.id.to_string(),
        by: people.iter().find(|person| person.id == of.inviter_id).map(|person| person.username.clone()).unwrap_or_default(),
        role: words::role(frame, of.role),
        is_over: of.expires_at <= app.store.now(),
        until: of.expires_at.into(),
        mailed: of.mailed_at.map(Moment::from),
        problem: of.mail_error,
        email: of.email,
    };
    Ok(found.into_iter().map(one).collect())
}

async fn by_handle(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let place = &desk.place;
    if !place.is_at_least(Role::Moderator) || place.me.guest().is_some() {
        return Err(Refusal::forbidden("rank", "Only moderators and owners invite people by their handle.").into());
    }
    let who = app.meant(sent.text("acct")).await?;
    let decision = Decision::Invite { role: sent.word("role")?, expires_at: sent.until("days", app.store.now())? };
    desk.decide(app, &who, (decision, "invited")).await
}

/// What is done about invitations by e-mail: making one, sending it again, taking it back.
async fn by_mail(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let (me, community) = (&desk.place.me, &desk.place.account);
    if desk.place.role < Some(Role::Curator) {
        return Err(Refusal::forbidden("rank", "Invitations are shown to curators and up only.").into());
    }
    let act = sent.text("act");
    if act != "mail_revoke" && !app.config.mail.is_configured() {
        return Err(Refusal::unavailable("no_mail", "This node sends no mail: invite by handle instead.").into());
    }
    let tx = app.begin().await?;
    let done = match act {
        "mail" => {
            let new = invitations::New {
                email: sent.text("email").trim().to_owned(),
                role: sent.word("role")?,
                stakeholder: sent.word("kind")?,
                guest_until: sent.until("guest_days", tx.now)?,
                expires_at: None,
            };
            invitations::invite(&tx, me, community, new, &app.secret).await.map(|_| "mailed")?
        }
        "mail_again" => {
            invitations::resend(&tx, me, community, InvitationId(sent.id("invitation")?), &app.secret).await.map(|_| "mailed")?
        }
        "mail_revoke" => {
            invitations::revoke(&tx, me, community, InvitationId(sent.id("invitation")?)).await?;
            "taken_back"
        }
        _ => return Err(Refusal::not_found().into()),
    };
    tx.commit().await?;
    app.store.settle().await;
    Ok(done)
}
