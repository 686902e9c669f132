//! Feeds (Atom, RFC 4287) of people, communities and tags: their public posts, and nothing else, for programs that ask again
//! and again. They name nothing that the page of the same address does not show to strangers.

use super::kept;
use crate::{
    app::{App, links::Sight},
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        page::Page,
        text::{html::escape, plain},
        words::Audience,
    },
    features::{
        accounts,
        posts::queries::Viewer,
        timelines::queries::{self as timelines, Reach, Shown, Tags},
    },
    store::tables::{Account, Attachment, Post},
    web::{about, faces, pages::Failure},
};
use askama::Template;
use axum::{http::HeaderMap, response::Response};
use std::collections::HashMap;

/// Entries of a feed.
const ENTRIES: u32 = 20;
/// How long others may keep a feed, in seconds.
const KEPT_SECONDS: u32 = 300;
/// Longest title that is made of the first words of a post, in characters.
const TITLE_CHARS_MAX: usize = 80;
/// Its type, with the encoding.
const KIND: &str = "application/atom+xml; charset=utf-8";

/// A feed.
#[derive(Template)]
#[template(path = "public/feed.xml")]
struct Feed {
    /// The address of the page that it belongs to; it names the feed too.
    page: String,
    /// Its own address.
    address: String,
    title: String,
    subtitle: String,
    /// The avatar; empty for none.
    icon: String,
    updated: Stamp,
    version: &'static str,
    entries: Vec<Entry>,
}

/// A post in a feed: text, but for `content`, which is safe HTML. All of it may stand in XML.
struct Entry {
    id: String,
    page: String,
    title: String,
    author: String,
    author_page: String,
    published: Stamp,
    updated: Stamp,
    /// BCP 47; empty when unknown.
    language: String,
    content: String,
    tags: Vec<String>,
    /// Addresses and types.
    files: Vec<(String, String)>,
}

/// What a path asks for that may name a feed: the name before `.atom`.
pub(in crate::web) fn named(name: &str) -> Option<&str> {
    name.strip_suffix(".atom").filter(|name| !name.is_empty())
}

/// What a person of ours wrote for everybody, answers to others left out.
pub(in crate::web) async fn of_person(app: &App, person: &Account, headers: &HeaderMap) -> Result<Response, Failure> {
    let shown = Shown { exclude_replies: true, exclude_reblogs: true, ..Shown::default() };
    let posts = timelines::profile(&app.store, &Viewer::Stranger, person.id, shown, Page::first(ENTRIES)).await?;
    answer(app, about_account(app, person), posts, headers).await
}

/// The threads of a community of ours that strangers may know of.
pub(in crate::web) async fn of_community(app: &App, community: &Account, headers: &HeaderMap) -> Result<Response, Failure> {
    let posts = timelines::community(&app.store, &Viewer::Stranger, community.id, false, Page::first(ENTRIES)).await?;
    answer(app, about_account(app, community), posts, headers).await
}

/// What our people wrote for everybody with a tag, whose page is at `path`.
pub(super) async fn of_tag(app: &App, (path, tag): (&str, String), headers: &HeaderMap) -> Result<Response, Failure> {
    let (tags, reach) = (Tags { any: vec![tag.clone()], ..Tags::default() }, Reach { local: true, ..Reach::default() });
    let posts = timelines::tag(&app.store, &Viewer::Stranger, &tags, reach, Page::first(ENTRIES)).await?;
    let title = legal(&format!("#{tag} · {}", app.name().await?));
    // Without an entry nothing ever changed.
    answer(app, feed(app, path, (title, Stamp(0))), posts, headers).await
}

fn feed(app: &App, path: &str, (title, updated): (String, Stamp)) -> Feed {
    Feed {
        page: app.origin.absolute(path),
        address: about::feed(app, path),
        title,
        subtitle: String::new(),
        icon: String::new(),
        updated,
        version: env!("CARGO_PKG_VERSION"),
        entries: Vec::new(),
    }
}

fn about_account(app: &App, account: &Account) -> Feed {
    let title = legal(&format!("{} · {}@{}", account.name(), account.username, app.origin.authority()));
    Feed {
        subtitle: legal(&about::words(&account.note)),
        icon: about::avatar(app, account).map(|picture| picture.address).unwrap_or_default(),
        ..feed(app, &account.uri, (title, account.created_at))
    }
}

async fn answer(app: &App, mut feed: Feed, posts: Vec<Post>, headers: &HeaderMap) -> Result<Response, Failure> {
    // What is unlisted is for whoever comes upon it, not for programs that collect.
    let posts: Vec<Post> = posts.into_iter().filter(|post| post.audience == Audience::Public && post.boost_of_id.is_none()).collect();
    let mut ids: Vec<AccountId> = posts.iter().map(|post| post.author_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let authors = accounts::queries::by_ids(&app.store, &ids).await?;
    let authors: HashMap<AccountId, Account> = authors.into_iter().filter(Account::is_active).map(|one| (one.id, one)).collect();
    feed.entries = posts.iter().filter_map(|post| entry(app, post, authors.get(&post.author_id)?)).collect();
    feed.updated = feed.entries.iter().map(|entry| entry.updated).max().unwrap_or(feed.updated);
    let changed = feed.updated;
    let text = feed.render().map_err(anyhow::Error::from).map_err(|error| Failure::plain(error.into()))?;
    Ok(kept::answer(headers, (KIND, text), (Some(changed), KEPT_SECONDS)))
}

fn entry(app: &App, post: &Post, author: &Account) -> Option<Entry> {
    let is_ours = post.uri.starts_with('/');
    let page = if author.is_local() { app.origin.absolute(&author.uri) } else { author_page(author) };
    let first = || plain::first_line(&post.content, TITLE_CHARS_MAX);
    let title = [&post.title, &post.spoiler].into_iter().find(|title| !title.trim().is_empty()).cloned().unwrap_or_else(first);
    let handle = || format!("@{}", author.username);
    Some(Entry {
        id: legal(&if is_ours { app.origin.absolute(&post.uri) } else { faces::web(&post.uri)? }),
        // Threads of our communities are read here, whoever wrote in them.
        page: app.origin.absolute(&format!("/p/{}", post.id)),
        title: legal(&if title.trim().is_empty() { handle() } else { title }),
        author: legal(author.name()),
        author_page: legal(&page),
        published: post.created_at,
        updated: post.edited_at.unwrap_or(post.created_at),
        language: Some(&post.language)
            .filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            .cloned()
            .unwrap_or_default(),
        content: legal(&content(post)),
        tags: serde_json::from_str::<Vec<String>>(&post.tags).unwrap_or_default().iter().map(|tag| legal(tag)).collect(),
        files: files(app, post),
    })
}

fn author_page(author: &Account) -> String {
    faces::web(author.page()).unwrap_or_default()
}

/// The words, with the warning before them where there is one.
fn content(post: &Post) -> String {
    if post.spoiler.is_empty() {
        post.content.clone()
    } else {
        format!("<p><strong>{}</strong></p><hr>{}", escape(&post.spoiler), post.content)
    }
}

fn files(app: &App, post: &Post) -> Vec<(String, String)> {
    let files: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let is_type = |kind: &String| kind.contains('/') && kind.bytes().all(|b| b.is_ascii_graphic());
    let one = |file: Attachment| {
        let address = faces::web(&app.shown_url(&file.url, Sight::Everybody))?;
        Some((legal(&address), Some(file.media_type).filter(is_type).unwrap_or_default()))
    };
    files.into_iter().filter_map(one).collect()
}

/// `text` without the characters that XML has no way to say (XML 1.0 2.2).
fn legal(text: &str) -> String {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().filter(is_legal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_say_is_left_out_and_nothing_else() {
        assert_eq!(legal("a\0b\u{1b}[1m\u{8}\t\n\u{fffe}\u{ffff}ü🌳\u{7f}"), "ab[1m\t\nü🌳\u{7f}");
    }

    #[test]
    fn a_feed_is_named_by_its_ending() {
        assert_eq!((named("ada.atom"), named("ada"), named(".atom"), named("ada.atom.x")), (Some("ada"), None, None, None));
    }
}
