//! Likes, boosts, bookmarks and, in a room of their own, reactions by emoji. Doing a thing twice is doing it once.

pub mod emoji;

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{self, AccountId, PostId},
        page::Page,
        secret::sha256,
        words::Audience,
    },
    features::{
        accounts::{self, queries::AT_ONCE},
        posts::{
            boosts, bury, is_buried,
            queries::{self, Viewer},
            row::{self, Count},
            sight::{Placed, in_order, paged, shown_to},
        },
    },
    sql,
    store::{
        Insert, Source, Sql, Tx, both,
        event::Event,
        list,
        tables::{Account, Post, row::read_rows},
    },
};
use std::collections::HashMap;

/// `by` likes `post`. `uri` names a Like that came from elsewhere. Records `PostLiked` the first time.
/// The caller has made sure that `by` may see it. A like that was undone before it arrived, or of
/// a post deleted meanwhile, has no effect.
pub async fn like(tx: &Tx, by: &Account, post: &Post, uri: Option<&str>) -> Result<()> {
    if post.boost_of_id.is_some() {
        return Err(Refusal::invalid("post", "is a boost: like the post that it shows").into());
    }
    let id = tx.id();
    let uri = uri.map_or_else(|| format!("/activities/{id}"), str::to_owned);
    let inserted = sql!(
        "INSERT INTO favourites (id, account_id, post_id, uri, created_at) SELECT {}, {}, {}, {}, {} \
         WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE uri = {} AND account_id = {}) \
            AND EXISTS (SELECT 1 FROM posts WHERE id = {} AND deleted_at IS NULL) ON CONFLICT DO NOTHING",
        id,
        by.id,
        post.id,
        uri.clone(),
        tx.now,
        uri,
        by.id,
        post.id
    )
    .run(tx)
    .await?;
    if inserted > 0 {
        row::count(tx, post.id, Count::Favourites, 1).await?;
        if post.reactions_count > 0 {
            // a vote for it ends one against it
            emoji::take_back(tx, by, post.id, (emoji::DISLIKE, "")).await?;
        }
        tx.record(Event::PostLiked { by: by.id, post: post.id });
    }
    Ok(())
}

/// `by` no longer likes `post`. The uri of the like is buried. Records `PostUnliked`.
pub async fn unlike(tx: &Tx, by: &Account, post: &Post) -> Result<()> {
    let uri: Option<String> = sql!("SELECT uri FROM favourites WHERE account_id = {} AND post_id = {}", by.id, post.id).value(tx).await?;
    let Some(uri) = uri else { return Ok(()) };
    if sql!("DELETE FROM favourites WHERE account_id = {} AND post_id = {}", by.id, post.id).run(tx).await? == 0 {
        return Ok(());
    }
    row::count(tx, post.id, Count::Favourites, -1).await?;
    bury(tx, &uri, by.id).await?;
    tx.record(Event::PostUnliked { by: by.id, post: post.id, uri });
    Ok(())
}

/// `by` undoes the like, boost or reaction that they made under `uri`, and the uri is buried even if it never
/// arrived; true when there was one. What somebody else made under that uri stays.
pub async fn undo(tx: &Tx, by: &Account, uri: &str) -> Result<bool> {
    let boost = queries::by_uri(tx, uri).await?;
    if let Some(boost) = boost {
        let is_theirs = boost.author_id == by.id && boost.boost_of_id.is_some();
        if is_theirs {
            boosts::end(tx, &boost).await?;
        }
        return Ok(is_theirs);
    }
    let liked: Option<PostId> = sql!("SELECT post_id FROM favourites WHERE account_id = {} AND uri = {}", by.id, uri).value(tx).await?;
    if let Some(post) = liked
        && let Some(post) = queries::by_id(tx, post).await?
    {
        unlike(tx, by, &post).await?;
        return Ok(true);
    }
    if emoji::undo(tx, by, uri).await? {
        return Ok(true);
    }
    bury(tx, uri, by.id).await?;
    Ok(false)
}

/// `by` boosts `post`: a row of its own. Refused unless the post is public or unlisted (one's own
/// may be boosted to followers). `uri` names an Announce from elsewhere, with its time. Records
/// `PostBoosted` the first time. Not found when the post or the boost itself is deleted or undone.
/// Boosts by communities are made by `posts::announced` and `publish::admit` alone.
pub async fn boost(tx: &Tx, by: &Account, post: &Post, uri: Option<(&str, Stamp)>) -> Result<Post> {
    let Some(post) = queries::by_id(tx, post.boost_of_id.unwrap_or(post.id)).await?.filter(|post| post.deleted_at.is_none()) else {
        return Err(Refusal::not_found().into());
    };
    let is_own = post.author_id == by.id;
    if post.audience > Audience::Unlisted && !(is_own && post.audience == Audience::Followers) || post.removed_at.is_some() {
        return Err(Refusal::forbidden("not_public", "Only public posts can be boosted.").into());
    }
    if let Some(known) = queries::boost_by(tx, by.id, post.id).await? {
        return Ok(known);
    }
    let row = insert_boost(tx, by, &post, uri).await?;
    row::count_post(tx, by.id, row.created_at).await?;
    if !by.is_community() {
        row::count(tx, post.id, Count::Boosts, 1).await?;
    }
    tx.record(Event::PostBoosted { boost: row.id });
    Ok(row)
}

async fn insert_boost(tx: &Tx, by: &Account, post: &Post, uri: Option<(&str, Stamp)>) -> Result<Post> {
    for attempt in 0..16u8 {
        let row = match uri {
            None => row::boost_of(post, tx.id(), None, by.id, tx.now),
            Some((uri, at)) => {
                let mut seed = uri.as_bytes().to_vec();
                seed.push(attempt);
                let hash = sha256(&seed).first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
                // A boost is never older than what it shows.
                let at = at.min(tx.now).max(post.created_at);
                row::boost_of(post, id::remote(at, tx.now, hash), Some(uri), by.id, at)
            }
        };
        if row::insert(tx, &row).await? {
            return Ok(row);
        }
        if is_buried(tx, &row.uri, by.id).await? {
            return Err(Refusal::not_found().into());
        }
        if queries::by_uri(tx, &row.uri).await?.is_some() {
            return Err(Refusal::conflict("another_thing", "That id already names something else.").into());
        }
    }
    Err(anyhow::anyhow!("no free id for a boost of {}", post.id).into())
}

/// `by` takes the boost of `post` back. Records `PostUnboosted`.
pub async fn unboost(tx: &Tx, by: &Account, post: &Post) -> Result<()> {
    match queries::boost_by(tx, by.id, post.boost_of_id.unwrap_or(post.id)).await? {
        Some(boost) => boosts::end(tx, &boost).await,
        None => Ok(()),
    }
}

/// Bookmarks; nobody else learns of it. The caller has made sure that `by` may see it.
pub async fn bookmark(tx: &Tx, by: AccountId, post: PostId) -> Result<()> {
    Insert::into("bookmarks")
        .set("id", tx.id())
        .set("account_id", by)
        .set("post_id", post)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await?;
    Ok(())
}

/// Takes a bookmark away.
pub async fn unbookmark(tx: &Tx, by: AccountId, post: PostId) -> Result<()> {
    sql!("DELETE FROM bookmarks WHERE account_id = {} AND post_id = {}", by, post).run(tx).await?;
    Ok(())
}

/// One thing somebody did with a post.
struct Deed {
    post_id: PostId,
    deed: i32,
}

read_rows!(Deed { post_id deed } maybe {});

/// What somebody did with a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mine {
    /// They favourited it.
    pub favourited: bool,
    /// They boosted it.
    pub boosted: bool,
    /// They bookmarked it.
    pub bookmarked: bool,
    /// They made its thread quiet.
    pub is_quiet: bool,
}

/// What `me` did with each of `posts`, in their order.
pub async fn mine(from: &impl Source, me: AccountId, posts: &[PostId]) -> Result<Vec<(PostId, Mine)>> {
    let mut done = Vec::new();
    for some in posts.chunks(AT_ONCE) {
        done.extend(deeds(me, some).whole::<Deed>(from).await?);
    }
    Ok(flags(posts, done))
}

/// The same, and beside it the accounts with the ids in `people`, these in no order: a page of posts needs both at the same time.
pub async fn mine_and_accounts(
    from: &impl Source,
    me: AccountId,
    (posts, people): (&[PostId], &[AccountId]),
) -> Result<(Vec<(PostId, Mine)>, Vec<Account>)> {
    if [posts.len(), people.len()].iter().any(|count| !(1..=AT_ONCE).contains(count)) {
        return Ok((mine(from, me, posts).await?, accounts::queries::by_ids(from, people).await?));
    }
    let (deeds, accounts) = both(from, (deeds(me, posts), accounts::queries::with_ids(people))).await?;
    Ok((flags(posts, deeds), accounts))
}

/// Asks what `me` did with `posts`, at most [`AT_ONCE`].
fn deeds(me: AccountId, posts: &[PostId]) -> Sql {
    sql!(
        "SELECT * FROM (SELECT post_id, 1 AS deed FROM favourites WHERE account_id = {} AND post_id IN {} UNION ALL \
         SELECT boost_of_id AS post_id, 2 AS deed FROM posts WHERE author_id = {} AND boost_of_id IN {} AND deleted_at IS NULL UNION ALL \
         SELECT post_id, 4 AS deed FROM bookmarks WHERE account_id = {} AND post_id IN {} UNION ALL \
         SELECT p.id AS post_id, 8 AS deed FROM posts p CROSS JOIN quiet_threads q \
            WHERE p.id IN {} AND q.account_id = {} AND q.root_id = COALESCE(p.root_id, p.id)) deeds",
        me,
        list(posts),
        me,
        list(posts),
        me,
        list(posts),
        list(posts),
        me
    )
}

fn flags(posts: &[PostId], deeds: Vec<Deed>) -> Vec<(PostId, Mine)> {
    let mut done: HashMap<PostId, i32> = HashMap::new();
    for Deed { post_id, deed } in deeds {
        *done.entry(post_id).or_default() |= deed;
    }
    let flags = |post: &PostId| {
        let done = done.get(post).copied().unwrap_or_default();
        let mine = Mine { favourited: done & 1 != 0, boosted: done & 2 != 0, bookmarked: done & 4 != 0, is_quiet: done & 8 != 0 };
        (*post, mine)
    };
    posts.iter().map(flags).collect()
}

/// Posts `me` favourited, newest favourite first, cursor is the favourite's id.
pub async fn favourites(from: &impl Source, me: AccountId, page: Page) -> Result<Vec<(i64, Post)>> {
    kept(from, "favourites", me, page).await
}

/// Posts `me` bookmarked, likewise.
pub async fn bookmarks(from: &impl Source, me: AccountId, page: Page) -> Result<Vec<(i64, Post)>> {
    kept(from, "bookmarks", me, page).await
}

async fn kept(from: &impl Source, table: &'static str, me: AccountId, page: Page) -> Result<Vec<(i64, Post)>> {
    let sql = sql!(
        format!(
            "SELECT p.*, k.id AS place FROM {table} k CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id \
             WHERE k.account_id = {{}} AND p.id = k.post_id"
        ),
        me
    );
    let rows: Vec<Placed<Post>> = paged(shown_to(sql, (&Viewer::Account(me), from.now())), "k.id", &page).all(from).await?;
    Ok(in_order(&page, rows))
}
