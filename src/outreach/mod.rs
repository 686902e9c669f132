//! Door: what goes out beside pages and APIs: mail, what is pushed to apps, looks at pages that posts
//! lead to, words of public posts to be translated.
//!
//! Queues are tables of the features; nothing is lost over a restart, and nothing waits in a transaction for the network.
//! No secret and no address of a person is ever logged.

mod letter;
mod mail;
mod people;
pub mod previews;
pub mod push;
pub mod translation;

use crate::{
    app::App,
    base::error::Result,
    features::{accounts, communities, invitations::mails},
    store::tables::{Account, Invitation},
};
use letter::Letter;
use mail::{Mailer, Outcome};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it looks for mail to be sent.
const LOOK: Duration = Duration::from_secs(1);
/// Mails of one look.
const AT_ONCE: u32 = 20;

/// Sends what is to be sent, until `shutdown`; what is left then goes out after the next start.
pub async fn run(app: App, shutdown: CancellationToken) {
    if !app.config.mail.is_configured() {
        return;
    }
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(error) = round(&app).await {
            tracing::error!(%error, "mail could not be sent; it is tried again");
        }
    }
}

/// Sends the mails that are due. One that fails waits for its own next try and holds up no other.
pub async fn round(app: &App) -> Result<()> {
    people::round(app).await?;
    let due = mails::due(&app.store, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mailer = Mailer::new(&app.config)?;
    for invitation in due {
        let outcome = match compose(app, &invitation).await? {
            Some(letter) => mailer.send(&letter).await,
            None => Outcome::GivenUp("there is nothing to say any more".to_owned()),
        };
        let tx = app.begin().await?;
        match &outcome {
            Outcome::Sent => mails::sent(&tx, (invitation.id, invitation.sends)).await?,
            Outcome::Failed(error) => mails::failed(&tx, &invitation, (error, false), unit(app)).await?,
            Outcome::GivenUp(error) => mails::failed(&tx, &invitation, (error, true), unit(app)).await?,
        }
        tx.commit().await?;
        told(&invitation, &outcome);
    }
    Ok(())
}

/// A minute, unless tests ask for less.
fn unit(app: &App) -> Duration {
    Duration::from_millis(app.config.federation.retry_unit_milliseconds.into())
}

fn told(invitation: &Invitation, outcome: &Outcome) {
    let word = match outcome {
        Outcome::Sent => "sent",
        Outcome::Failed(error) | Outcome::GivenUp(error) => {
            tracing::warn!(invitation = %invitation.id, %error, "the mail of an invitation was not sent");
            if matches!(outcome, Outcome::Failed(_)) { "failed" } else { "given_up" }
        }
    };
    metrics::counter!("intermoot_mails_total", "outcome" => word).increment(1);
}

/// The mail of an invitation as things are now; none when it says nothing any more.
async fn compose(app: &App, invitation: &Invitation) -> Result<Option<Letter>> {
    let Some(token) = mails::token(invitation, &app.secret)? else { return Ok(None) };
    let find = async |id| Ok::<_, crate::base::error::Error>(accounts::queries::by_id(&app.store, id).await?.filter(Account::is_active));
    let (inviter, community) = (find(invitation.inviter_id).await?, find(invitation.community_id).await?);
    let facts = communities::queries::by_id(&app.store, invitation.community_id).await?.filter(|facts| facts.closed_at.is_none());
    let Some(((inviter, community), facts)) = inviter.zip(community).zip(facts) else { return Ok(None) };
    Ok(Some(letter::invitation(app, invitation, (&inviter, &community, &facts), (&token, &app.name().await?))))
}
