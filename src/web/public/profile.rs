//! Somebody's page: for strangers what everybody may see of our people; for members what they may see, also of people elsewhere,
//! and what they can do about them.

use super::super::{
    about::{self, Head, Preview},
    entries::{self, Entry, Moment},
    faces::Face,
    paging,
};
use crate::{
    app::{App, circles, finding},
    base::{
        error::Result,
        page::Page,
        text::compose::{Format, compose},
        words::AccountKind,
    },
    features::{
        accounts::queries,
        affiliations,
        posts::{pins, queries::Viewer},
        relationships::queries::{Relation, relations},
        timelines::queries::{self as timelines, Shown},
    },
    store::tables::{Account, Field},
    web::{frame::Frame, pages::Failure, session::Visit},
};
use askama::Template;

/// A person's page.
#[derive(Template)]
#[template(path = "person.html")]
pub(in crate::web) struct Person {
    pub(in crate::web) frame: Frame,
    head: Head,
    who: Face,
    /// Their page here; of somebody elsewhere it is for members alone.
    path: String,
    /// Pictures by their paths here, and what they show; empty for none.
    avatar: (String, String),
    header: (String, String),
    /// Safe HTML.
    note: String,
    fields: Vec<Line>,
    works: Works,
    is_bot: bool,
    is_locked: bool,
    since: Option<Moment>,
    /// Posts, followers, followed.
    counts: [i64; 3],
    /// Whether the visitor may read who follows whom.
    shows_circles: bool,
    /// The visitor's own page.
    is_mine: bool,
    /// How the visitor stands towards them; none for strangers and for oneself.
    stance: Option<Relation>,
    tabs: Vec<Tab>,
    /// What stands first.
    pinned: Vec<Entry>,
    posts: Vec<Entry>,
    newest: String,
    older: String,
}

/// A line of the profile's table.
struct Line {
    name: String,
    /// Safe HTML.
    value: String,
    is_verified: bool,
}

/// For whom they work.
#[derive(Default)]
struct Works {
    /// The organisation with its host where that is confirmed, else the host that they name; empty for nobody.
    whom: String,
    is_confirmed: bool,
    /// Title and unit, as a confirmed organisation says.
    does: String,
}

/// A stretch of the profile.
struct Tab {
    path: String,
    key: &'static str,
    is_here: bool,
}

/// What of their posts is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Posts,
    Answers,
    Media,
}

impl Part {
    fn asked(uri: &axum::http::Uri, account: &Account) -> Self {
        let query = uri.query().unwrap_or_default();
        let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "show").map(|(_, value)| value.into_owned());
        match asked.as_deref() {
            Some("answers") => Self::Answers,
            Some("media") if account.showing().show_media => Self::Media,
            _ => Self::Posts,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Posts => "public-posts",
            Self::Answers => "public-posts-and-answers",
            Self::Media => "public-media",
        }
    }

    fn path(self, profile: &str) -> String {
        match self {
            Self::Posts => profile.to_owned(),
            Self::Answers => format!("{profile}?show=answers"),
            Self::Media => format!("{profile}?show=media"),
        }
    }

    fn shown(self, account: &Account) -> Shown {
        match self {
            Self::Posts => Shown { exclude_replies: true, ..Shown::default() },
            Self::Answers => Shown::default(),
            Self::Media => Shown { only_media: true, exclude_replies: !account.showing().show_media_replies, ..Shown::default() },
        }
    }
}

/// Whom `name` names to a member: one of ours, or `name@host` of somebody elsewhere whom this node knows; with their page here.
/// Communities have pages of their own. Refused as not found for anybody who takes part no more, or does not yet.
pub(in crate::web) async fn reached(app: &App, visit: &Visit, name: &str) -> Result<(Account, String), Failure> {
    let nothing = || visit.nothing();
    let (username, host) = name.split_once('@').unwrap_or((name, ""));
    let host = if host.eq_ignore_ascii_case(app.origin.authority()) { "" } else { host };
    let found = queries::by_handle(&app.store, username, host).await?;
    let is_shown = |account: &Account| account.is_active() && matches!(account.kind, AccountKind::Person | AccountKind::Service);
    let found = found.into_iter().filter(is_shown).collect();
    let account = finding::without_internal(app, visit.account.as_ref(), found).await?.pop().ok_or_else(nothing)?;
    let path = path(&account);
    Ok((account, path))
}

/// Somebody's page here.
fn path(account: &Account) -> String {
    // Names elsewhere may have letters that an address says by their bytes.
    let part = |text: &str| match text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b)) {
        true => text.to_owned(),
        false => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
    };
    if account.is_local() { account.uri.clone() } else { format!("/u/{}@{}", part(&account.username), part(&account.host)) }
}

/// The page of `account`, for `visit`.
pub(in crate::web) async fn page(app: &App, visit: &Visit, account: &Account, uri: &axum::http::Uri) -> Result<Person, Failure> {
    let page = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
    let part = Part::asked(uri, account);
    let path = path(account);
    let me = visit.account.as_ref();
    let is_mine = me.is_some_and(|me| me.id == account.id);
    let stance = match me.filter(|_| !is_mine) {
        Some(me) => relations(&app.store, me.id, &[account.id]).await?.into_iter().next().map(|(_, relation)| relation),
        None => None,
    };
    let is_hidden = stance.as_ref().is_some_and(|stance| stance.blocking);
    let plain = part == Part::Posts && page.max_id.is_none();
    let (mut posts, older) = match is_hidden {
        true => (Vec::new(), String::new()),
        false => posts(app, me, account, (part, page)).await?,
    };
    let pinned = if plain && !is_hidden { pinned(app, &visit.viewer(), account).await? } else { Vec::new() };
    // each stands once on a page
    posts.retain(|post| pinned.iter().all(|first| first.place != post.place));
    let mut head = head(app, account, older.clone());
    head.noindex |= !plain;
    let showing = account.showing();
    Ok(Person {
        frame: visit.frame(),
        head,
        who: Face::of(app, account),
        avatar: (about::path(app, &account.avatar_url), showing.avatar_description),
        header: (about::path(app, &account.header_url), showing.header_description),
        note: account.note.clone(),
        fields: fields(app, account),
        works: works(app, account),
        is_bot: account.bot || account.kind == AccountKind::Service,
        is_locked: account.locked,
        since: account.is_local().then(|| account.created_at.into()),
        counts: [account.posts_count, account.followers_count, account.following_count],
        shows_circles: circles::is_told(app, me, account).await?,
        is_mine,
        stance,
        tabs: tabs(account, &path, part),
        pinned,
        posts,
        newest: page.max_id.map(|_| part.path(&path)).unwrap_or_default(),
        older,
        path,
    })
}

/// The posts of a page as whoever looks may see them, and the address of older ones.
async fn posts(app: &App, me: Option<&Account>, of: &Account, (part, page): (Part, Page)) -> Result<(Vec<Entry>, String)> {
    let viewer = me.map_or(Viewer::Stranger, |me| Viewer::Account(me.id));
    let posts = timelines::profile(&app.store, &viewer, of.id, part.shown(of), page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&part.path(&path(of)), &page, &ids);
    Ok((entries::entries(app, &viewer, &posts).await?, older))
}

/// What they put at the head of their page, as whoever looks may see it.
async fn pinned(app: &App, viewer: &Viewer, account: &Account) -> Result<Vec<Entry>> {
    entries::entries(app, viewer, &pins::of(&app.store, viewer, account.id).await?).await
}

fn head(app: &App, account: &Account, next: String) -> Head {
    if !account.is_local() {
        return Head { noindex: true, next, ..Head::default() };
    }
    let preview = Preview {
        kind: "profile",
        title: format!("{} (@{}@{})", account.name(), account.username, app.origin.authority()),
        description: about::words(&account.note),
        published: String::new(),
    };
    Head {
        noindex: !account.discoverable,
        preview: Some(preview),
        picture: about::avatar(app, account),
        feed: about::feed(app, &account.uri),
        next,
        ..Head::at(app, &account.uri)
    }
}

fn tabs(account: &Account, path: &str, here: Part) -> Vec<Tab> {
    let parts = [Part::Posts, Part::Answers, Part::Media].into_iter();
    let shown = parts.filter(|part| *part != Part::Media || account.showing().show_media);
    shown.map(|part| Tab { path: part.path(path), key: part.key(), is_here: part == here }).collect()
}

fn works(app: &App, account: &Account) -> Works {
    let Some(told) = affiliations::of(account) else { return Works::default() };
    let host = || url::Url::parse(&told.organisation).ok().and_then(|url| url.host_str().map(str::to_owned));
    match told.is_confirmed {
        true => Works {
            whom: affiliations::line(&told, app.origin.authority()),
            is_confirmed: true,
            does: [told.title.as_str(), &told.unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        },
        false => Works { whom: host().unwrap_or_default(), ..Works::default() },
    }
}

/// The profile's table: names as text, values as safe HTML (ours are kept as typed).
fn fields(app: &App, account: &Account) -> Vec<Line> {
    let tag =
        |key: &str| app.origin.absolute(&format!("/tags/{}", url::form_urlencoded::byte_serialize(key.as_bytes()).collect::<String>()));
    let fields: Vec<Field> = serde_json::from_str(&account.fields).unwrap_or_default();
    let is_typed = account.is_local();
    let line = |field: Field| Line {
        value: if is_typed { compose(&field.value, Format::Plain, &|_| None, &tag).html } else { field.value },
        name: field.name,
        is_verified: field.verified_at.is_some(),
    };
    affiliations::told(fields).into_iter().map(line).collect()
}

impl Person {
    /// Whether anything marks them beside their name.
    fn is_marked(&self) -> bool {
        let follows = self.stance.as_ref().is_some_and(|stance| stance.followed_by);
        !self.works.whom.is_empty() || !self.who.guest_of.is_empty() || self.is_bot || self.is_locked || follows
    }

    /// Where somebody elsewhere has their page; empty where it may not be linked.
    fn at_home(&self) -> &str {
        if self.who.away { &self.who.href } else { "" }
    }
}
