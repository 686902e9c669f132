//! Account: a person, community, node or organisation, as the Mastodon API shows it.
//!
//! Lists in, lists out: [`accounts()`] costs one statement more for any number, [`account()`] none.
//! Who is suspended or gone keeps only what names them.
//! Source: docs.joinmastodon.org/entities/Account; client-api.md 17, 18, 30.

use super::emoji;
use crate::{
    app::{App, links::Sight},
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        text::{
            compose::{Format, compose},
            html::escape,
        },
        words::{AccountKind, JoinRule, Level, Stage},
    },
    features::{accounts, affiliations, communities},
    store::{
        Source,
        tables::{Account, Community, Emoji, Field},
    },
};
use serde::Serialize;
use std::collections::HashMap;

/// The avatar of whoever has none: a path of ours.
pub const AVATAR: &str = "/assets/avatar.png";
/// The header of whoever has none: a path of ours.
pub const HEADER: &str = "/assets/header.png";

/// The Mastodon API's Account.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its id.
    pub id: AccountId,
    username: String,
    acct: String,
    display_name: String,
    locked: bool,
    bot: bool,
    discoverable: bool,
    indexable: bool,
    group: bool,
    created_at: Stamp,
    note: String,
    url: String,
    uri: String,
    avatar: String,
    avatar_static: String,
    header: String,
    header_static: String,
    followers_count: i64,
    following_count: i64,
    statuses_count: i64,
    /// A date: `2026-11-21`.
    last_status_at: Option<String>,
    hide_collections: bool,
    noindex: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspended: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    limited: bool,
    emojis: Vec<emoji::Shown>,
    roles: Vec<Role>,
    fields: Vec<ShownField>,
    #[serde(flatten)]
    showing: super::profile::Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    intermoot: Option<Extension>,
}

/// One line of the profile's table.
#[derive(Clone, Debug, Serialize)]
struct ShownField {
    /// Plain text.
    name: String,
    /// Safe HTML.
    value: String,
    verified_at: Option<Stamp>,
}

/// A word that apps show beside a name: here, for whom somebody works.
#[derive(Clone, Debug, Serialize)]
struct Role {
    id: String,
    name: String,
    color: String,
}

/// What Mastodon's API has no field for.
#[derive(Clone, Debug, Serialize)]
struct Extension {
    #[serde(skip_serializing_if = "Option::is_none")]
    community: Option<About>,
    #[serde(skip_serializing_if = "Option::is_none")]
    affiliation: Option<Badge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<OfSponsor>,
}

/// Somebody's guest: unaffiliated, until a date.
#[derive(Clone, Debug, Serialize)]
struct OfSponsor {
    /// The handle of whoever answers for them.
    sponsor: String,
    until: Stamp,
}

/// For whom somebody works. An unconfirmed one is only their own node's word: show it as such, or not at all.
#[derive(Clone, Debug, Serialize)]
pub struct Badge {
    /// The organisation's id.
    organisation: String,
    /// Its name; of an unconfirmed one as it was claimed.
    name: String,
    /// Its host: names are not unique.
    host: String,
    title: String,
    unit: String,
    confirmed: bool,
    /// All of it in one line, fit to show.
    line: String,
}

impl Badge {
    /// The badge that `of` wears.
    pub fn of(app: &App, of: &Account) -> Option<Self> {
        let affiliation = affiliations::of(of)?;
        Some(Self {
            organisation: app.origin.absolute(&affiliation.organisation),
            host: affiliations::host_of(&affiliation, app.origin.authority()),
            line: affiliations::line(&affiliation, app.origin.authority()),
            confirmed: affiliation.is_confirmed,
            name: affiliation.name,
            title: affiliation.title,
            unit: affiliation.unit,
        })
    }
}

/// What one wants to know of a community before one joins.
#[derive(Clone, Debug, Serialize)]
struct About {
    purpose: String,
    stage: Stage,
    join: JoinRule,
    question: String,
    least_level: Level,
    /// None where only members may know.
    members_count: Option<i64>,
    closed_at: Option<Stamp>,
}

impl Extension {
    /// What there is to say of `of`; none for most people.
    fn of(of: &Account, facts: Option<&Community>, affiliation: Option<Badge>) -> Option<Self> {
        let guest = of.guest().map(|guest| OfSponsor { sponsor: guest.handle, until: guest.until });
        let community = facts.map(About::from);
        (community.is_some() || affiliation.is_some() || guest.is_some()).then_some(Self { community, affiliation, guest })
    }
}

impl From<&Community> for About {
    fn from(facts: &Community) -> Self {
        Self {
            purpose: facts.purpose.clone(),
            stage: facts.stage,
            join: facts.join_rule,
            question: facts.question.clone(),
            least_level: facts.least_level,
            members_count: (facts.stage == Stage::Public).then_some(facts.members_count),
            closed_at: facts.closed_at,
        }
    }
}

/// `accounts` in their order: one statement more for any number, and only if there are communities among them.
pub async fn accounts(app: &App, from: &impl Source, accounts: Vec<Account>) -> Result<Vec<Shown>> {
    let ids: Vec<AccountId> = accounts.iter().filter(|account| account.is_community()).map(|account| account.id).collect();
    let found = communities::queries::by_ids(from, &ids).await?;
    let facts: HashMap<AccountId, Community> = found.into_iter().map(|facts| (facts.account_id, facts)).collect();
    Ok(accounts.iter().map(|one| account(app, one, facts.get(&one.id))).collect())
}

/// The accounts with these ids, for embedding: two statements for any number.
pub async fn by_ids(app: &App, from: &impl Source, ids: &[AccountId]) -> Result<HashMap<AccountId, Shown>> {
    let found = accounts::queries::by_ids(from, ids).await?;
    Ok(accounts(app, from, found).await?.into_iter().map(|shown| (shown.id, shown)).collect())
}

/// One account, with what its community says of itself.
pub async fn one(app: &App, from: &impl Source, of: Account) -> Result<Shown> {
    let facts = if of.is_community() { communities::queries::by_id(from, of.id).await? } else { None };
    Ok(account(app, &of, facts.as_ref()))
}

/// `of` as shown; `facts` are those of its community, where it is one. No statement.
pub fn account(app: &App, of: &Account, facts: Option<&Community>) -> Shown {
    let active = of.is_active();
    // How many are in a community that is not public, how much they write and when, is for its members (S59).
    let is_counted = !of.is_community() || facts.is_some_and(|facts| facts.stage == Stage::Public);
    let count = |number: i64| if is_counted { number } else { 0 };
    let told = |text: &str| if active { text.to_owned() } else { String::new() };
    let avatar = image(app, of, &of.avatar_url, AVATAR);
    let header = image(app, of, &of.header_url, HEADER);
    let badge = Badge::of(app, of).filter(|_| active);
    Shown {
        id: of.id,
        username: of.username.clone(),
        acct: of.acct(),
        display_name: told(&of.display_name),
        locked: of.locked,
        bot: of.bot || matches!(of.kind, AccountKind::Service | AccountKind::Node),
        discoverable: active && of.discoverable,
        indexable: active && of.discoverable,
        group: of.is_community(),
        created_at: of.created_at,
        note: told(&of.note),
        url: app.origin.absolute(of.page()),
        uri: app.origin.absolute(&of.uri),
        avatar_static: avatar.clone(),
        avatar,
        header_static: header.clone(),
        header,
        followers_count: count(of.followers_count),
        following_count: count(of.following_count),
        statuses_count: count(of.posts_count),
        last_status_at: of.last_post_at.filter(|_| is_counted).map(|at| at.utc().format("%Y-%m-%d").to_string()),
        // Members are listed to members only (decisions.md 5).
        hide_collections: of.is_community() || of.showing().hides_circles,
        noindex: !of.discoverable,
        suspended: !active,
        limited: of.silenced_at.is_some(),
        emojis: if active { emojis(app, of) } else { Vec::new() },
        roles: badge.iter().filter(|badge| badge.confirmed).map(Role::from).collect(),
        fields: if active { shown_fields(app, of, badge.as_ref()) } else { Vec::new() },
        showing: super::profile::Shown::of(&of.showing()),
        intermoot: if active { Extension::of(of, facts, badge) } else { None },
    }
}

/// The profile's table as it is kept: text as typed for ours, safe HTML for others.
pub fn fields(of: &Account) -> Vec<Field> {
    serde_json::from_str(&of.fields).unwrap_or_default()
}

/// Custom emoji of its name and description.
fn emojis(app: &App, of: &Account) -> Vec<emoji::Shown> {
    if of.emojis == "[]" {
        return Vec::new();
    }
    let list: Vec<Emoji> = serde_json::from_str(&of.emojis).unwrap_or_default();
    emoji::shown(app, &list)
}

impl From<&Badge> for Role {
    fn from(badge: &Badge) -> Self {
        Self { id: badge.host.clone(), name: badge.name.clone(), color: String::new() }
    }
}

/// The badge on top, as a field for apps that know no badges, then the person's own words.
fn shown_fields(app: &App, of: &Account, badge: Option<&Badge>) -> Vec<ShownField> {
    let html = |value: String| if of.is_local() { line(app, &value) } else { value };
    let worn = badge.map(|badge| {
        let words = [badge.title.as_str(), badge.unit.as_str(), badge.line.as_str()];
        let words: Vec<String> = words.iter().filter(|word| !word.is_empty()).map(|word| escape(word)).collect();
        ShownField {
            name: affiliations::FIELD.to_owned(),
            value: words.join(", "),
            verified_at: badge.confirmed.then_some(of.refreshed_at.max(of.created_at)),
        }
    });
    let own = affiliations::told(fields(of)).into_iter();
    worn.into_iter()
        .chain(own.map(|field| ShownField { name: field.name, value: html(field.value), verified_at: field.verified_at }))
        .collect()
}

/// One typed line as HTML: addresses and hashtags become links, all else is text.
fn line(app: &App, typed: &str) -> String {
    let html = compose(typed, Format::Plain, &|_| None, &|tag| tag_url(app, tag)).html;
    html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(&html).to_owned()
}

/// The page of a hashtag on this node, by its key.
pub fn tag_url(app: &App, key: &str) -> String {
    app.origin.absolute(&format!("/tags/{key}"))
}

/// A picture, or ours for whoever has none. A page over https cannot show one over http, unless it comes through us
/// (client-api.md 18).
fn image(app: &App, of: &Account, url: &str, without: &str) -> String {
    let mixed = url.starts_with("http://") && app.origin.base().starts_with("https://") && !app.config.media.proxy;
    let chosen = if url.is_empty() || mixed || !of.is_active() { without } else { url };
    app.shown_url(chosen, Sight::Everybody)
}
