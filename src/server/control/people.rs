//! What the command line does with accounts and tokens.

use super::{Answer, acts::missing};
use crate::{
    app::App,
    base::{
        id::AccountId,
        text::names,
        words::{AccountKind, NodeRole, Sanction},
    },
    features::{
        accounts::{self, queries},
        administering, affiliations, off_boarding, sessions,
    },
    server::node,
    store::tables::{Account, User},
};
use anyhow::Result;
use serde_json::{Value, json};

/// How many accounts are read at a time.
const PAGE: u32 = 500;
/// The app in whose name the command line's tokens are made.
const COMMAND_LINE: &str = "Command line";

/// Who acts, in the audit log.
pub(super) const COMMAND_LINE_ACTOR: &str = "command line";

/// An account to be made.
pub(super) struct Newcomer {
    pub name: String,
    pub email: String,
    pub role: String,
    pub password: Option<String>,
}

/// Our person of this name.
pub(super) async fn find(app: &App, name: &str) -> Result<Account> {
    let found = queries::by_handle(&app.store, name.trim_start_matches('@'), "").await?;
    Ok(found.filter(|account| account.kind == AccountKind::Person).ok_or_else(|| missing("account", name))?)
}

pub(super) async fn create(app: &App, newcomer: Newcomer) -> Result<Answer> {
    let username = names::local_name(&newcomer.name, app.config.server.url.host())?;
    let role: NodeRole = newcomer.role.parse()?;
    let password_hash = match newcomer.password {
        Some(password) => app.passwords.hash(&password).await?,
        None => String::new(),
    };
    let without_password = password_hash.is_empty();
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let new = accounts::New { username, kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
    let account = accounts::create(&tx, new).await?;
    accounts::enrol(&tx, account.id, accounts::NewUser { email: newcomer.email, password_hash, role, approved: true }).await?;
    affiliations::give(&tx, &account, ("", "")).await?;
    let link = if without_password { Some(sessions::make_login_link(&tx, account.id).await?) } else { None };
    tx.commit().await?;
    let link = link.map(|secret| node::login_link(app, &secret));
    let user = queries::user(&app.store, account.id).await?;
    let mut json = described(app, &account, user.as_ref());
    let mut text = format!("@{} is made", account.username);
    if let Some(link) = link {
        text = format!("{text}; log in within an hour at {link}");
        json["login_link"] = link.into();
    }
    Ok(Answer::text(text, json))
}

pub(super) async fn list(app: &App) -> Result<Answer> {
    let (mut rows, mut json, mut after) = (Vec::new(), Vec::new(), AccountId(0));
    loop {
        let accounts = queries::locals(&app.store, after, PAGE).await?;
        let Some(last) = accounts.last() else { break };
        after = last.id;
        for account in &accounts {
            let user = queries::user(&app.store, account.id).await?;
            let role = user.as_ref().map(|user| user.role.to_string()).unwrap_or_default();
            rows.push(vec![account.username.clone(), role, state(account, user.as_ref()).to_owned(), account.created_at.to_string()]);
            json.push(described(app, account, user.as_ref()));
        }
    }
    Ok(Answer::table(&["name", "role", "state", "made"], rows, Value::Array(json)))
}

pub(super) async fn show(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let user = queries::user(&app.store, account.id).await?;
    let role = user.as_ref().map(|user| user.role.to_string()).unwrap_or_default();
    let email = user.as_ref().map(|user| user.email.clone()).unwrap_or_default();
    let text = format!(
        "@{} {}\n{role}, {}, {email}\n{}",
        account.username,
        account.display_name,
        state(&account, user.as_ref()),
        app.origin.absolute(&account.url)
    );
    Ok(Answer::text(text, described(app, &account, user.as_ref())))
}

pub(super) async fn suspend(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    administering::suspend(&tx, &account).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} is suspended; every session has ended", account.username)))
}

pub(super) async fn restore(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    accounts::restore(&tx, account.id).await?;
    accounts::limits::lift(&tx, &account, Sanction::Disable).await?;
    off_boarding::restore(&tx, &account, None).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} may log in again", account.username)))
}

pub(super) async fn set_password(app: &App, name: &str, password: String) -> Result<Answer> {
    let account = find(app, name).await?;
    let hash = app.passwords.hash(&password).await?;
    let tx = app.begin().await?;
    accounts::set_password(&tx, account.id, &hash).await?;
    sessions::end_all(&tx, account.id).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} has a new password; every session has ended", account.username)))
}

pub(super) async fn set_role(app: &App, name: &str, role: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let role: NodeRole = role.parse()?;
    let tx = app.begin().await?;
    accounts::set_role(&tx, account.id, role).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} is {role} of this node", account.username)))
}

pub(super) async fn delete(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    administering::delete(&tx, &account).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(done(format!("@{} is deleted; the nodes that know it are told", account.username)))
}

pub(super) async fn login_link(app: &App, name: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    let secret = sessions::make_login_link(&tx, account.id).await?;
    sessions::note_token(&tx, "account.login_link", account.id, serde_json::Value::Null).await?;
    tx.commit().await?;
    let link = node::login_link(app, &secret);
    Ok(Answer::text(link.clone(), json!({ "login_link": link })))
}

pub(super) async fn token(app: &App, name: &str, scopes: &str) -> Result<Answer> {
    let account = find(app, name).await?;
    let tx = app.begin().await?;
    let new = sessions::NewApp {
        name: COMMAND_LINE.to_owned(),
        website: String::new(),
        redirect_uris: vec!["urn:ietf:wg:oauth:2.0:oob".to_owned()],
        scopes: scopes.to_owned(),
    };
    let (command_line, _) = sessions::register_app(&tx, new).await?;
    let (_, clear) = sessions::issue_token(&tx, command_line.id, Some(account.id), scopes).await?;
    sessions::note_token(&tx, "token.create", account.id, json!({ "app": COMMAND_LINE, "scopes": scopes })).await?;
    tx.commit().await?;
    Ok(Answer::text(clear.clone(), json!({ "access_token": clear, "scope": scopes })))
}

pub(super) fn done(sentence: String) -> Answer {
    let json = json!({ "done": sentence });
    Answer::text(sentence, json)
}

fn state(account: &Account, user: Option<&User>) -> &'static str {
    match (account.gone_at, account.suspended_at) {
        (Some(_), _) => "deleted",
        (_, Some(_)) => "suspended",
        _ if user.is_some_and(|user| user.off_boarded_at.is_some()) => "off-boarded",
        _ if user.is_some_and(|user| user.disabled_at.is_some()) => "disabled",
        _ if account.silenced_at.is_some() => "silenced",
        _ if user.is_some_and(|user| user.unconfirmed) => "unconfirmed",
        _ if user.is_some_and(|user| !user.approved) => "pending",
        _ => "active",
    }
}

fn described(app: &App, account: &Account, user: Option<&User>) -> Value {
    json!({
        "id": account.id,
        "name": account.username,
        "display_name": account.display_name,
        "email": user.map(|user| &user.email),
        "role": user.map(|user| user.role),
        "state": state(account, user),
        "affiliation": affiliations::of(account),
        "created_at": account.created_at,
        "url": app.origin.absolute(&account.url),
        "uri": app.origin.absolute(&account.uri),
    })
}
