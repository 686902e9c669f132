//! Mails to people of this node, and to who wants to be: which are due, what they say, what became of them.
//!
//! Links are built from `server.url` alone, whatever host was asked under (S92). Whether a mail still says something is asked when
//! it is sent, so that nothing goes out that a suspension or another mail has overtaken (S98).

use super::{
    AT_ONCE,
    letter::{Letter, as_html, line},
    mail::{Mailer, Outcome},
    unit,
};
use crate::{
    app::App,
    base::{error::Result, words::LetterKind},
    features::accounts::{letters, queries},
    store::tables::{self, Account},
};

/// Sends the letters that are due. One that fails waits for its own next try and holds up no other.
pub(super) async fn round(app: &App) -> Result<()> {
    let due = letters::due(&app.store, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mailer = Mailer::new(&app.config)?;
    for letter in due {
        let outcome = match compose(app, &letter).await? {
            Some(written) => mailer.send(&written).await,
            None => Outcome::GivenUp("there is nothing to say any more".to_owned()),
        };
        let tx = app.begin().await?;
        let word = match &outcome {
            Outcome::Sent => "sent",
            Outcome::Failed(_) => "failed",
            Outcome::GivenUp(_) => "given_up",
        };
        match &outcome {
            Outcome::Failed(error) => {
                tracing::warn!(letter = %letter.id, kind = %letter.kind, %error, "a mail was not sent");
                letters::failed(&tx, &letter, unit(app)).await?;
            }
            _ => letters::done(&tx, letter.id).await?,
        }
        tx.commit().await?;
        metrics::counter!("intermoot_mails_total", "outcome" => word).increment(1);
    }
    Ok(())
}

/// The mail as things are now; none when it says nothing any more.
async fn compose(app: &App, letter: &tables::Letter) -> Result<Option<Letter>> {
    if letter.account_id.0 == 0 || !still_says(app, letter).await? {
        return Ok(None);
    }
    let token = letters::token(letter, &app.secret)?.unwrap_or_default();
    let (subject, paragraphs, link) = words(app, letter, &token);
    Ok(Some(Letter {
        to: letter.email.clone(),
        id: format!("<letter-{}@{}>", letter.id, app.config.server.url.host()),
        subject: format!("{subject} · {}", line(&app.name().await?)),
        html: as_html(&paragraphs, &link),
        text: paragraphs.join("\n\n"),
    }))
}

async fn still_says(app: &App, letter: &tables::Letter) -> Result<bool> {
    let user = queries::user(&app.store, letter.account_id).await?;
    let is_active = queries::by_id(&app.store, letter.account_id).await?.is_some_and(|account| Account::is_active(&account));
    let has_link = letter.token_sealed.is_some();
    Ok(match letter.kind {
        LetterKind::Confirm => has_link && is_active && user.is_some_and(|user| user.unconfirmed),
        LetterKind::Change => has_link && is_active && user.is_some(),
        LetterKind::Reset => has_link && is_active && user.is_some_and(|user| user.may_enter(app.store.clock.now())),
        LetterKind::Known => is_active && user.is_some(),
        LetterKind::Rejected => true,
        LetterKind::Changed | LetterKind::Password | LetterKind::Approved | LetterKind::SecondFactor => user.is_some(),
    })
}

/// Said where somebody else may have begun it.
const IGNORE: &str = "If you did not ask for this, do nothing; nobody learns anything by it.";
/// Said where something has happened already.
const BEWARE: &str = "If this was not you, set a new password at once and tell an administrator of the node.";

/// Subject, paragraphs, and which of them is the link.
fn words(app: &App, letter: &tables::Letter, token: &str) -> (&'static str, Vec<String>, String) {
    let (name, node) = (line(&letter.name), app.origin.authority());
    let (subject, first, path, last) = match letter.kind {
        LetterKind::Confirm => (
            "Confirm your address",
            format!("Somebody, most likely you, signed up as @{name} on {node} with this address. This link confirms it, within two days:"),
            format!("/auth/confirmation/{token}"),
            IGNORE,
        ),
        LetterKind::Change => (
            "Confirm your new address",
            format!("@{name} on {node} is to have this address. This link confirms it, within two days:"),
            format!("/auth/confirmation/{token}"),
            IGNORE,
        ),
        LetterKind::Reset => (
            "A new password",
            format!(
                "Somebody, most likely you, asked for a new password for @{name} on {node}. This link sets one; it works once, for an hour:"
            ),
            format!("/auth/password/{token}"),
            "If you did not ask for this, do nothing: your password stays as it is.",
        ),
        _ => notice(letter, (&name, node)),
    };
    let link = app.origin.absolute(&path);
    (subject, vec![first, link.clone(), last.to_owned()], link)
}

/// The same of letters without a secret: subject, what is told, a path, what to do.
fn notice(letter: &tables::Letter, (name, node): (&str, &str)) -> (&'static str, String, String, &'static str) {
    let (subject, told, path, last) = match letter.kind {
        LetterKind::Known => (
            "You have an account already",
            format!(
                "Somebody, most likely you, gave this address for an account on {node}. It belongs to @{name} already, and stays there. Log \
                 in as @{name}, or ask for a new password if you have forgotten yours:"
            ),
            "/auth/password/new",
            "If this was not you, do nothing; whoever it was learns nothing by it.",
        ),
        LetterKind::Changed => (
            "Your address was changed",
            format!("@{name} on {node} has another address from now on; mails no longer come to this one."),
            "/settings",
            BEWARE,
        ),
        LetterKind::Password => (
            "Your password was changed",
            format!("The password of @{name} on {node} was changed, and every app and browser was logged out."),
            "/auth/password/new",
            BEWARE,
        ),
        LetterKind::Approved => (
            "Welcome",
            format!("An administrator of {node} has approved your account. Log in as @{name}, here or in any app for Mastodon:"),
            "/login",
            "An app asks for your server: it is the name in this link.",
        ),
        LetterKind::Rejected => (
            "Your account was not approved",
            format!("An administrator of {node} has decided not to approve the account @{name}. Nothing of it is kept."),
            "/about",
            "To ask why, write to the node's contact, which that page names.",
        ),
        _ => (
            "Logging in was changed",
            format!("For @{name} on {node}, the code that logging in asks for beside the password was switched {}.", line(&letter.detail)),
            "/settings",
            BEWARE,
        ),
    };
    (subject, told, path.to_owned(), last)
}
