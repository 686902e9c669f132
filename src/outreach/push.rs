//! Sends what waits to be pushed to apps, through the guarded client. Source: RFC 8030, 8291, 8292.
//!
//! Invariant: what a message says is what its reader may be shown when it is sent; of secrets it holds the token of the app that it
//! goes to, as Mastodon's do, and no other (S94).

use crate::{
    app::App,
    base::{
        error::Result,
        host,
        push::{Receiver, TEXT_BYTES_MAX, encrypt},
        text::{html::to_plain, limits::cut_bytes},
        words::NotificationKind,
    },
    features::{
        accounts, notifications,
        posts::queries::{Viewer, seen},
        push::{self, LASTS, Outcome, Push, Subscription},
    },
    net::{Client, FetchError},
    store::tables::{Account, Notification},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How often it looks.
const LOOK: Duration = Duration::from_secs(1);
/// Messages of one look, sent at once.
const AT_ONCE: u32 = 32;
/// Longest words of a post in a message, in bytes.
const BODY_BYTES_MAX: usize = 600;
/// What the token in clear is sealed for, where apps subscribe.
const SEALED_FOR: &str = "push token";

/// Sends until `shutdown`; what is left then goes out after the next start.
pub async fn run(app: App, client: Client, shutdown: CancellationToken) {
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(error) = round(&app, &client).await {
            tracing::error!(%error, "what is to be pushed could not be sent; it is tried again");
        }
    }
}

/// Sends what is due.
pub async fn round(app: &App, client: &Client) -> Result<()> {
    let due = push::due(&app.store, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let outcomes = join_all(due.iter().map(|push| send(app, client, push))).await;
    let unit = Duration::from_millis(app.config.federation.retry_unit_milliseconds.into());
    let tx = app.begin().await?;
    for (push, outcome) in due.iter().zip(outcomes) {
        let outcome = outcome.unwrap_or_else(|error| {
            tracing::warn!(%error, "a message could not be pushed");
            Outcome::Failed(None)
        });
        let word = match outcome {
            Outcome::Done => "sent",
            Outcome::Failed(_) => "failed",
            Outcome::Gone => "gone",
        };
        metrics::counter!("intermoot_pushes_total", "outcome" => word).increment(1);
        push::settle(&tx, push, outcome, unit).await?;
    }
    tx.commit().await
}

async fn send(app: &App, client: &Client, waiting: &Push) -> Result<Outcome> {
    let Some(subscription) = push::live(&app.store, waiting.subscription_id).await? else { return Ok(Outcome::Gone) };
    let told = notifications::find(&app.store, subscription.account_id, waiting.notification_id).await?;
    let Some(told) = told.filter(|told| !told.filtered) else { return Ok(Outcome::Done) };
    let Some(text) = written(app, &subscription, &told).await? else { return Ok(Outcome::Done) };
    let (Some(url), Some(receiver)) = (host::parse(&subscription.endpoint), Receiver::read(&subscription.p256dh, &subscription.auth))
    else {
        return Ok(Outcome::Gone);
    };
    let message = match encrypt(&receiver, text.as_bytes(), subscription.standard) {
        Ok(message) => message,
        // a key that is none: it will be none tomorrow
        Err(_) => return Ok(Outcome::Gone),
    };
    let headers = headers(app, (&url, subscription.standard), message.headers).await?;
    Ok(match client.post(&url, headers, message.body.into()).await {
        Ok(answer) if answer.status.is_success() => Outcome::Done,
        Ok(answer) if matches!(answer.status.as_u16(), 404 | 410) => Outcome::Gone,
        // what it refuses for good it refuses for what is in it
        Ok(answer) if matches!(answer.status.as_u16(), 400 | 413) => Outcome::Done,
        Ok(answer) => Outcome::Failed(answer.retry_after),
        // an address that may not be reached (S20 ff.)
        Err(FetchError::Refused(_)) => Outcome::Gone,
        Err(_) => Outcome::Failed(None),
    })
}

async fn headers(app: &App, (url, is_standard): (&Url, bool), own: Vec<(&'static str, String)>) -> Result<HeaderMap> {
    let vapid = app.vapid().await?;
    let key = vapid.public_key();
    let proof = vapid.proof(&url.origin().ascii_serialization(), app.origin.base(), app.store.clock.now())?;
    let authorization = if is_standard { format!("vapid t={proof}, k={key}") } else { format!("WebPush {proof}") };
    let mut all = vec![
        ("authorization", authorization),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", LASTS.as_secs().to_string()),
        ("urgency", "normal".to_owned()),
    ];
    all.extend(own.into_iter().map(|(name, value)| match name {
        "crypto-key" => (name, format!("{value};p256ecdsa={key}")),
        _ => (name, value),
    }));
    let pair = |(name, value): (&'static str, String)| {
        Ok((HeaderName::from_static(name), HeaderValue::from_str(&value).map_err(anyhow::Error::from)?))
    };
    all.into_iter().map(pair).collect()
}

/// The words of a message, as Mastodon's apps read them; none when its reader may not be shown what it is about any more.
async fn written(app: &App, subscription: &Subscription, told: &Notification) -> Result<Option<String>> {
    let by = accounts::queries::by_id(&app.store, told.from_id).await?.filter(Account::is_active);
    let Some(by) = by else { return Ok(None) };
    let is_about_a_post = told.post_id.0 != 0 && !told.kind.is_business();
    let post = match is_about_a_post {
        true => match seen(&app.store, &Viewer::Account(told.account_id), told.post_id).await? {
            Some(post) => Some(post),
            None => return Ok(None),
        },
        false => None,
    };
    let words = post.as_ref().map(|post| if post.spoiler.is_empty() { to_plain(&post.content) } else { post.spoiler.clone() });
    let token = crate::base::push::unhex(&subscription.sealed_token);
    let token = token.and_then(|sealed| app.secret.open(SEALED_FOR, &sealed).ok()).and_then(|token| String::from_utf8(token).ok());
    let name = by.name();
    let icon = if by.avatar_url.is_empty() { app.origin.absolute("/assets/avatar.png") } else { app.origin.absolute(&by.avatar_url) };
    let message = json!({
        "access_token": token,
        "preferred_locale": "en",
        "notification_id": told.id.to_string(),
        "notification_type": told.kind,
        "icon": icon,
        "title": title(told.kind, cut_bytes(name, 200)),
        "body": words.as_deref().map_or("", |words| cut_bytes(words, BODY_BYTES_MAX)),
    });
    Ok(Some(fitting(message)))
}

/// As text that fits: without the picture where its address is too long.
fn fitting(mut message: Value) -> String {
    let text = message.to_string();
    if text.len() <= TEXT_BYTES_MAX {
        return text;
    }
    message["icon"] = json!("");
    message.to_string()
}

fn title(kind: NotificationKind, name: &str) -> String {
    match kind {
        NotificationKind::Mention => format!("{name} mentioned you"),
        NotificationKind::Reblog => format!("{name} boosted your post"),
        NotificationKind::Favourite => format!("{name} favourited your post"),
        NotificationKind::Follow => format!("{name} is now following you"),
        NotificationKind::FollowRequest => format!("{name} asks to follow you"),
        NotificationKind::Update | NotificationKind::QuotedUpdate => format!("{name} edited a post"),
        NotificationKind::Status => format!("{name} has posted"),
        NotificationKind::Poll => format!("A poll by {name} has ended"),
        NotificationKind::Quote => format!("{name} quoted your post"),
        NotificationKind::AdminSignUp => format!("{name} signed up"),
        NotificationKind::AdminReport => format!("{name} reported something"),
        NotificationKind::ModerationWarning => "Moderators have decided something about you".to_owned(),
        NotificationKind::SeatRequested => format!("{name} asks to be let into a community"),
        _ => "Something has happened".to_owned(),
    }
}
