//! An account as it stands in a post (the Mastodon API's Account, without what only its own page needs).

use crate::{
    app::App,
    base::{
        clock::Stamp,
        id::AccountId,
        text::compose::{Format, compose},
    },
    store::tables::{Account, Field},
};
use serde::Serialize;

/// The Mastodon API's Account.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Account")]
pub struct Author {
    pub id: AccountId,
    pub username: String,
    pub acct: String,
    pub display_name: String,
    pub locked: bool,
    pub bot: bool,
    pub discoverable: bool,
    pub group: bool,
    pub created_at: Stamp,
    pub note: String,
    pub url: String,
    pub uri: String,
    pub avatar: String,
    pub avatar_static: String,
    pub header: String,
    pub header_static: String,
    pub followers_count: i64,
    pub following_count: i64,
    pub statuses_count: i64,
    pub last_status_at: Option<String>,
    pub emojis: [(); 0],
    pub roles: [(); 0],
    pub fields: Vec<Field>,
}

/// The accounts as they stand in posts, in their order.
pub fn authors(app: &App, accounts: &[Account]) -> Vec<Author> {
    accounts.iter().map(|account| author(app, account)).collect()
}

/// One account as it stands in a post.
pub fn author(app: &App, account: &Account) -> Author {
    let picture = |url: &str, missing: &str| app.origin.absolute(if url.is_empty() { missing } else { url });
    let avatar = picture(&account.avatar_url, "/avatars/original/missing.png");
    let header = picture(&account.header_url, "/headers/original/missing.png");
    Author {
        id: account.id,
        username: account.username.clone(),
        acct: account.acct(),
        display_name: if account.display_name.is_empty() { account.username.clone() } else { account.display_name.clone() },
        locked: account.locked,
        bot: account.bot,
        discoverable: account.discoverable,
        group: account.is_community(),
        created_at: account.created_at,
        note: account.note.clone(),
        url: app.origin.absolute(&account.url),
        uri: app.origin.absolute(&account.uri),
        avatar_static: avatar.clone(),
        avatar,
        header_static: header.clone(),
        header,
        followers_count: account.followers_count,
        following_count: account.following_count,
        statuses_count: account.posts_count,
        last_status_at: account.last_post_at.map(|at| at.utc().format("%Y-%m-%d").to_string()),
        emojis: [],
        roles: [],
        fields: fields(account),
    }
}

/// Profile fields as safe HTML; ours are kept as typed.
fn fields(account: &Account) -> Vec<Field> {
    let mut fields: Vec<Field> = serde_json::from_str(&account.fields).unwrap_or_default();
    if account.is_local() {
        for field in &mut fields {
            let html = compose(&field.value, Format::Plain, &|_| None, &|_| String::new()).html;
            field.value = html.trim_start_matches("<p>").trim_end_matches("</p>").to_owned();
        }
    }
    fields
}
