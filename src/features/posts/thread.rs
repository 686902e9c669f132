//! Threads: what a post answers and what answers it.

use super::{
    queries,
    row::{self, Count},
    sight::{Ground, paged, reaching, shown_to, wanted_by},
};
use crate::{
    base::{error::Result, id::PostId, page::Page},
    features::posts::queries::Viewer,
    sql,
    store::{Source, Sql, Tx, list, tables::Post},
};
use sea_orm::DbBackend;
use std::collections::{HashMap, HashSet};

/// The most ancestors looked at when an orphan is hung up: deeper threads stay in two pieces.
const ANCESTORS_MAX: i64 = 4096;

/// How much of a thread somebody gets (Mastodon's bounds).
struct Bounds {
    ancestors: i64,
    depth: i64,
    descendants: i64,
}

impl Bounds {
    fn of(viewer: &Viewer) -> Self {
        match viewer {
            Viewer::Account(_) | Viewer::Each(_) => Self { ancestors: 4096, depth: 4096, descendants: 4096 },
            Viewer::Stranger | Viewer::Host(_) => Self { ancestors: 40, depth: 20, descendants: 60 },
        }
    }
}

/// Ancestors (oldest first, at most 40 deep for strangers, 4096 with an account) and descendants
/// (in thread order, bounded likewise) of `post`, as `viewer` may see them, without those whom the
/// viewer blocks or mutes, or who do not reach the viewer from a silenced host.
pub async fn context(from: &impl Source, viewer: &Viewer, post: PostId) -> Result<(Vec<Post>, Vec<Post>)> {
    let bounds = Bounds::of(viewer);
    let above = sql!(
        "WITH RECURSIVE up(id, parent, depth) AS (SELECT id, in_reply_to_id, 0 FROM posts WHERE id = {} UNION ALL \
            SELECT q.id, q.in_reply_to_id, up.depth + 1 FROM up JOIN posts q ON q.id = up.parent WHERE up.depth < {}) \
         SELECT p.* FROM up JOIN posts p ON p.id = up.id LEFT JOIN posts o ON o.id = p.boost_of_id WHERE up.depth > 0",
        post,
        bounds.ancestors
    );
    let read = |sql: Sql| {
        let sql = wanted_by(shown_to(sql, (viewer, from.now())), viewer, "p", from.now());
        reaching(sql, viewer, ("p", Ground::Reading))
    };
    // row by row: so much as one value would be held several times over
    let ancestors = read(above).then(" ORDER BY up.depth DESC").all(from).await?;
    let below = sql!(
        "WITH RECURSIVE down(id, depth) AS (SELECT id, 0 FROM posts WHERE id = {} UNION ALL \
            SELECT q.id, down.depth + 1 FROM down JOIN posts q ON q.in_reply_to_id = down.id WHERE down.depth < {}",
        post,
        bounds.depth
    );
    // SQLite walks the whole thread unless told to stop here; PostgreSQL stops when the outer limit is reached.
    let below = match from.connection().1 {
        DbBackend::Postgres => below,
        _ => below.then(" LIMIT {}").bind(bounds.descendants.saturating_add(1)),
    };
    let below =
        below.then(") SELECT p.* FROM down JOIN posts p ON p.id = down.id LEFT JOIN posts o ON o.id = p.boost_of_id WHERE down.depth > 0");
    let below = read(below).then(" LIMIT {}").bind(bounds.descendants);
    Ok((ancestors, in_thread_order(post, below.all(from).await?)))
}

/// Which posts of a thread are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// The thread that begins with this post, itself first.
    Thread(PostId),
    /// What answers this post directly.
    Replies(PostId),
}

impl Listed {
    fn condition(self) -> Sql {
        match self {
            Self::Thread(root) => sql!(" p.root_id = {} AND p.boost_of_id IS NULL", root),
            Self::Replies(to) => sql!(" p.in_reply_to_id = {} AND p.boost_of_id IS NULL", to),
        }
    }
}

/// A page of a thread as `viewer`, a stranger or a host, may see it, oldest first: at most `limit` posts after the id `after`.
pub async fn page(from: &impl Source, viewer: &Viewer, listed: Listed, (after, limit): (i64, u32)) -> Result<Vec<Post>> {
    let sql = listed.condition().before("SELECT p.* FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE");
    let page = Page { min_id: Some(after), ..Page::first(limit) };
    paged(shown_to(sql, (viewer, from.now())), "p.id", &page).whole(from).await
}

/// How many posts there are in all of [`page`].
pub async fn count(from: &impl Source, viewer: &Viewer, listed: Listed) -> Result<i64> {
    let sql = listed.condition().before("SELECT COUNT(*) FROM posts p LEFT JOIN posts o ON o.id = p.boost_of_id WHERE");
    Ok(shown_to(sql, (viewer, from.now())).value(from).await?.unwrap_or_default())
}

/// Each answer after what it answers, older answers first; those whose parent is hidden come last.
fn in_thread_order(top: PostId, mut posts: Vec<Post>) -> Vec<Post> {
    posts.sort_by_key(|post| std::cmp::Reverse(post.id));
    let known: HashSet<PostId> = posts.iter().map(|post| post.id).collect();
    let mut under: HashMap<PostId, Vec<Post>> = HashMap::new();
    let mut adrift = Vec::new();
    for post in posts {
        match post.in_reply_to_id {
            Some(parent) if parent == top || known.contains(&parent) => under.entry(parent).or_default().push(post),
            _ => adrift.push(post),
        }
    }
    // A stack, its top being what comes next: so the lists above run from new to old.
    let mut stack = adrift;
    stack.extend(under.remove(&top).unwrap_or_default());
    let mut ordered = Vec::new();
    while let Some(post) = stack.pop() {
        stack.extend(under.remove(&post.id).unwrap_or_default());
        ordered.push(post);
    }
    ordered
}

/// Posts that waited for `uri` as their parent are hung under `parent`, and what hangs on them
/// learns its root. [`super::receive::receive`] does so by itself.
pub async fn adopt_replies(tx: &Tx, uri: &str, parent: PostId) -> Result<()> {
    let orphans: Vec<PostId> =
        sql!("SELECT id FROM posts WHERE in_reply_to_uri = {} AND in_reply_to_id IS NULL AND in_reply_to_uri <> ''", uri)
            .column(tx)
            .await?;
    if orphans.is_empty() {
        return Ok(());
    }
    // Two posts that claim to answer each other must not make a ring.
    let above: Vec<PostId> = sql!(
        "WITH RECURSIVE up(id, parent, depth) AS (SELECT id, in_reply_to_id, 0 FROM posts WHERE id = {} UNION ALL \
            SELECT q.id, q.in_reply_to_id, up.depth + 1 FROM up JOIN posts q ON q.id = up.parent WHERE up.depth < {}) SELECT id FROM up",
        parent,
        ANCESTORS_MAX
    )
    .column(tx)
    .await?;
    let orphans: Vec<PostId> = orphans.into_iter().filter(|orphan| !above.contains(orphan)).collect();
    let Some(parent) = queries::by_id(tx, parent).await? else { return Ok(()) };
    let adopted = sql!(
        "UPDATE posts SET in_reply_to_id = {}, in_reply_to_account_id = {} WHERE id IN {}",
        parent.id,
        parent.author_id,
        list(&orphans)
    )
    .run(tx)
    .await?;
    row::count(tx, parent.id, Count::Replies, i64::try_from(adopted).unwrap_or_default()).await?;
    let Some(root) = parent.root_id else { return Ok(()) };
    sql!(
        "UPDATE posts SET root_id = {} WHERE id IN (WITH RECURSIVE down(id) AS (SELECT id FROM posts WHERE id IN {} UNION \
            SELECT q.id FROM down JOIN posts q ON q.in_reply_to_id = down.id) SELECT id FROM down)",
        root,
        list(&orphans)
    )
    .run(tx)
    .await?;
    Ok(())
}
