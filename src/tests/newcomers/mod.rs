//! How people come in, and how they keep others out: signing up, mails, invitations, the second step, sessions.

mod approval;
mod inviting;
mod log_ins;
mod passwords;
mod second_step;
mod signing_up;

use super::support::{Browser, Place, TestNode};
use crate::{
    base::config::{Config, RegistrationMode},
    features::accounts::queries,
    outreach,
    store::tables::{Account, User},
};
use reqwest::StatusCode;
use std::fs;

/// A node that writes its mails into a folder.
async fn node(place: &Place, mode: RegistrationMode) -> TestNode {
    node_with(place, mode, |config| config.limits.enabled = false).await
}

async fn node_with(place: &Place, mode: RegistrationMode, set: impl FnOnce(&mut Config)) -> TestNode {
    let folder = place.folder("acme").join("mails");
    place
        .node_with("acme", |config| {
            config.mail.sink = Some(folder);
            config.registration.mode = mode;
            set(config);
        })
        .await
}

/// Lets the mails go out; all that were written to `email`, oldest first, without their soft line breaks.
async fn mails(node: &TestNode, email: &str) -> Vec<String> {
    outreach::round(&node.app).await.unwrap();
    let folder = node.app.config.mail.sink.clone().unwrap();
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let all = files.into_iter().map(|file| fs::read_to_string(file).unwrap().replace("=\r\n", ""));
    all.filter(|mail| mail.contains(&format!("To: {email}\r\n"))).collect()
}

/// The path of the link in a mail that begins so.
fn link(mail: &str, begins: &str) -> String {
    let rest = mail.split_once(begins).unwrap_or_else(|| panic!("no {begins} in {mail}")).1;
    let secret: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    format!("{begins}{secret}")
}

/// Lets the mails go out; the path of the link in the newest to `email`.
async fn mailed_link(node: &TestNode, email: &str, begins: &str) -> String {
    link(mails(node, email).await.last().expect("there is a mail"), begins)
}

/// Fills in the page for signing up; its status.
async fn signs_up(browser: &mut Browser<'_>, path: &str, name: &str) -> StatusCode {
    browser.open(path).await;
    let email = format!("{name}@mail.example");
    let fields = [("username", name), ("email", email.as_str()), ("password", "correct horse"), ("reason", "I grow valves")];
    browser.submit(path, &fields).await.status()
}

async fn account(node: &TestNode, name: &str) -> Option<(Account, User)> {
    let account = queries::by_handle(&node.app.store, name, "").await.unwrap()?;
    let user = queries::user(&node.app.store, account.id).await.unwrap()?;
    Some((account, user))
}

/// Whether the browser is logged in as `name`.
async fn is_in(browser: &mut Browser<'_>, name: &str) -> bool {
    browser.open("/").await;
    browser.page.contains(&format!("Log out {name}"))
}

/// Tries to log in; the status.
async fn tries(browser: &mut Browser<'_>, name: &str, password: &str) -> StatusCode {
    browser.open("/login").await;
    browser.submit("/login", &[("login", name), ("password", password)]).await.status()
}
