//! Posts to come: kept as they were asked for, and written at their hour as if they were asked for then.
//!
//! Mentions are looked up anew and every right is judged again. Source: docs.joinmastodon.org/methods/scheduled_statuses.

use super::{
    asked::Asked,
    drafting::{Writer, draft},
};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::{Error, Kind, Refusal, Result},
        id::PostId,
        words::NotificationKind,
    },
    features::{
        accounts, media, notifications,
        posts::{
            once::{self, Repeat},
            publish::{self, Draft},
        },
        scheduled::{self, Scheduled},
    },
    store::{Tx, tables::Account},
};

/// Posts published in one round.
const ROUND_MAX: u32 = 50;

/// The time for which a post is asked; none for now, also where the time is over already (Mastodon).
pub fn hour(asked: &Asked, now: Stamp) -> Result<Option<Stamp>, Refusal> {
    let Some(text) = asked.scheduled_at().filter(|text| !text.is_empty()) else { return Ok(None) };
    let at = Stamp::parse(text).ok_or_else(|| Refusal::invalid("scheduled_at", "is not a time such as 2027-01-31T12:00:00Z"))?;
    Ok(Some(at).filter(|at| *at > now))
}

/// Keeps a post for `at`, if its writer might publish it now; under the same key once (R25).
pub async fn schedule(
    tx: &Tx,
    writer: &Writer,
    (asked, draft): (&Asked, Draft),
    at: Stamp,
    repeat: Option<Repeat<'_>>,
) -> Result<Scheduled> {
    if let Some(repeat) = repeat
        && let Some(before) = once::claim(tx, &writer.account, repeat).await?
    {
        let row = scheduled::find(tx, writer.account.id, -before).await?.ok_or_else(Refusal::not_found)?;
        return Ok(row);
    }
    // whatever would keep it from being published now is said now
    let trial = tx.nest().await?;
    publish::publish(&trial, &writer.account, draft).await?;
    drop(trial);
    media::hold(tx, writer.account.id, asked.files(), at).await?;
    let text = serde_json::to_string(asked).map_err(anyhow::Error::from)?;
    let row = scheduled::keep(tx, (writer.account.id, writer.app_id), at, text).await?;
    if let Some(repeat) = repeat {
        once::stands_for(tx, &writer.account, repeat, -row.id).await?;
    }
    Ok(row)
}

/// What was asked for.
pub fn asked_in(row: &Scheduled) -> Asked {
    serde_json::from_str(&row.asked).unwrap_or_default()
}

/// Publishes every post whose hour has come; what its author may not publish (any more) is left to them with the reason, and they
/// are told. A fault leaves the rest for the next round.
pub async fn publish_due(app: &App) -> Result<()> {
    for row in scheduled::due(&app.store, ROUND_MAX).await? {
        let refusal = match publish_one(app, &row).await {
            Ok(()) => continue,
            Err(Error::Refused(refusal)) if refusal.kind != Kind::Unavailable => refusal,
            Err(Error::Refused(refusal)) => return Err(Error::Fault(anyhow::Error::from(refusal).context("a post to come must wait"))),
            Err(Error::Fault(fault)) => return Err(Error::Fault(fault.context("a post to come could not be published"))),
        };
        let tx = app.begin().await?;
        if scheduled::refuse(&tx, &row, &refusal.to_string()).await? {
            notifications::tell_oneself(&tx, row.account_id, NotificationKind::ScheduledRefused, PostId(row.id)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn publish_one(app: &App, row: &Scheduled) -> Result<()> {
    let account = accounts::queries::by_id(&app.store, row.account_id).await?.filter(Account::is_active);
    let user = accounts::queries::user(&app.store, row.account_id).await?.filter(|user| !user.is_over(app.store.clock.now()));
    let (Some(account), Some(user)) = (account, user) else {
        return Err(Refusal::forbidden("account_closed", "Your account cannot publish any more.").into());
    };
    let asked: Asked = serde_json::from_str(&row.asked).map_err(|_| Refusal::invalid("params", "cannot be read any more"))?;
    let writer = Writer { account, user: Some(user), app_id: row.app_id };
    let draft = draft(app, &writer, &asked).await?;
    let tx = app.begin().await?;
    if !scheduled::take(&tx, row).await? {
        return Ok(());
    }
    let post = publish::publish(&tx, &writer.account, draft).await?;
    scheduled::published(&tx, row, post.id).await?;
    tx.commit().await?;
    Ok(())
}
