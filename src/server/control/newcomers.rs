//! What the command line does with people who come: who waits, approved or not, invited; and the phone that was lost.

use super::{
    Answer,
    people::{COMMAND_LINE_ACTOR, done, find},
};
use crate::{
    app::App,
    base::error::Refusal,
    features::{
        accounts::{self, invites, queries},
        sessions::{self, second_factor},
    },
};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most people who wait that are listed.
const SHOWN_MAX: u32 = 500;

/// What can be done with newcomers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewcomerAct {
    /// Lists who waits to be approved.
    Pending,
    /// Approves one.
    Approve {
        /// Name without host.
        name: String,
    },
    /// Refuses one.
    Reject {
        /// Name without host.
        name: String,
    },
    /// Confirms the address of one whom the mail did not reach.
    Confirm {
        /// Name without host.
        name: String,
    },
    /// Makes an invitation.
    Invite {
        /// In whose name; the node's owner without one.
        by: Option<String>,
        /// How many may come by it.
        uses: i64,
        /// How many days it works.
        days: i64,
    },
    /// Switches the second step of logging in off: the phone is lost.
    SecondFactorOff {
        /// Name without host.
        name: String,
    },
}

/// Performs `act` on this node.
pub(super) async fn perform(app: &App, act: NewcomerAct) -> Result<Answer> {
    match act {
        NewcomerAct::Pending => pending(app).await,
        NewcomerAct::Approve { name } => approve(app, &name).await,
        NewcomerAct::Reject { name } => reject(app, &name).await,
        NewcomerAct::Confirm { name } => confirm(app, &name).await,
        NewcomerAct::Invite { by, uses, days } => invite(app, by, (uses, days)).await,
        NewcomerAct::SecondFactorOff { name } => second_factor_off(app, &name).await,
    }
}

async fn pending(app: &App) -> Result<Answer> {
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (account, user) in accounts::waiting(&app.store, SHOWN_MAX).await? {
        let address = if user.unconfirmed { "unconfirmed" } else { "confirmed" };
        rows.push(vec![
            account.username.clone(),
            user.email.clone(),
            address.to_owned(),
            user.created_at.to_string(),
            user.sign_up_reason.split_whitespace().collect::<Vec<_>>().join(" "),
        ]);
        json.push(json!({
            "id": account.id,
            "name": account.username,
            "email": user.email,
            "confirmed": !user.unconfirmed,
            "reason": user.sign_up_reason,
            "created_at": user.created_at,
        }));
    }
    Ok(Answer::table(&["name", "address", "", "since", "reason"], rows, Value::Array(json)))
}

async fn approve(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    accounts::approve(&tx, COMMAND_LINE_ACTOR, &account).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} is approved", account.username)))
}

async fn reject(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    accounts::reject(&tx, COMMAND_LINE_ACTOR, &account).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} is not approved; nothing of it is kept", account.username)))
}

async fn confirm(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    accounts::confirm_by_hand(&tx, &account).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("the address of @{} is confirmed", account.username)))
}

async fn invite(app: &App, by: Option<String>, (uses, days): (i64, i64)) -> Result<Answer> {
    let inviter = match by {
        Some(name) => find(app, &name).await?,
        None => queries::owner(&app.store).await?.ok_or_else(Refusal::not_found)?,
    };
    let user = queries::user(&app.store, inviter.id).await?.ok_or_else(Refusal::not_found)?;
    if !app.door().takes_invites() {
        let sentence = "invitations mean nothing while registration.mode is open or closed; set it to invite or approval";
        return Err(Refusal::conflict("registration_mode", sentence).into());
    }
    let tx = app.begin().await?;
    let new = invites::New { uses, days, note: String::new() };
    let (invite, code) = invites::make(&tx, (&inviter, &user), new, &app.door()).await?;
    tx.commit().await?;
    let link = app.invite_link(&code);
    let json = json!({ "id": invite.id, "link": link, "uses": uses, "expires_at": invite.expires_at });
    Ok(Answer::text(link, json))
}

async fn second_factor_off(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    let was_on = second_factor::switch_off(&tx, account.id).await?;
    if was_on {
        sessions::end_all(&tx, account.id).await?;
    }
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(match was_on {
        true => format!("@{} logs in with the password alone; every session has ended", account.username),
        false => format!("@{} logs in with the password alone already", account.username),
    }))
}
