//! Posts that share a tag: what people of this node wrote for everybody.

use super::{
    super::{
        about::{self, Head},
        entries::{self, Entry},
        paging,
    },
    feeds,
};
use crate::{
    app::App,
    base::text::scan::tag_key,
    features::{
        posts::queries::Viewer,
        timelines::queries::{self as timelines, Reach, Tags},
    },
    web::{
        frame::Frame,
        pages::{self, Failure, Result},
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};

/// Longest tag that has a page, in characters.
const TAG_CHARS_MAX: usize = 100;

/// Posts with a tag.
#[derive(Template)]
#[template(path = "tag.html")]
struct Tagged {
    frame: Frame,
    head: Head,
    tag: String,
    /// Its feed.
    feed: String,
    posts: Vec<Entry>,
    newest: String,
    older: String,
}

/// `/tags/{tag}` and `/tags/{tag}.atom`.
async fn tagged(State(app): State<App>, (visit, Path(asked)): (Visit, Path<String>), (uri, headers): (Uri, HeaderMap)) -> Result<Response> {
    let (tag, is_feed) = feeds::named(&asked).map_or((asked.as_str(), false), |tag| (tag, true));
    if tag.is_empty() || tag.chars().count() > TAG_CHARS_MAX {
        return Err(visit.nothing());
    }
    let key: String = url::form_urlencoded::byte_serialize(tag_key(tag).as_bytes()).collect();
    let path = format!("/tags/{key}");
    if is_feed {
        return feeds::of_tag(&app, (&path, tag.to_owned()), &headers).await;
    }
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let (tags, reach) = (Tags { any: vec![tag.to_owned()], ..Tags::default() }, Reach { local: true, ..Reach::default() });
    let posts = timelines::tag(&app.store, &Viewer::Stranger, &tags, reach, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&path, &page, &ids);
    let feed = about::feed(&app, &path);
    let shown = Tagged {
        frame: visit.frame(),
        head: Head { canonical: app.origin.absolute(&path), noindex: true, next: older.clone(), feed: feed.clone(), ..Head::default() },
        tag: tag.to_owned(),
        feed: app.origin.stored(&feed).to_owned(),
        posts: entries::entries(&app, &Viewer::Stranger, &posts).await?,
        newest: page.max_id.map(|_| path).unwrap_or_default(),
        older,
    };
    Ok(pages::public(&visit, &shown))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/tags/{tag}", get(tagged))
}
