//! Quotes by people of this node: begun with consent, answered, shown, taken back (FEP-044f).
//!
//! Invariant: a post of ours shows another's only by a stamp: one that its author's node gave us, or, where both are here, the row
//! that was granted in the same act.

use super::{stamp_uri, stands_granted};
use crate::{
    base::{
        error::{Kind, Refusal, Result},
        id::{AccountId, PostId},
        sentence::{Sentence, said},
        words::{Audience, FollowState, Quotable, QuoteAnswer},
    },
    features::{
        communities,
        relationships::queries::{find, is_blocked_either_way},
    },
    policy::quoting::{self, Asker},
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        list,
        tables::{Account, Post, QuoteRequest},
    },
};
use sea_orm::FromQueryResult;

/// Refuses (422) where `author` may not show `quoted`, which they may see, in a post for `audience` in `community`.
pub async fn check(tx: &Tx, author: &Account, quoted: &Post, (audience, community): (Audience, Option<AccountId>)) -> Result<()> {
    let no = |sentence: Sentence| Refusal { kind: Kind::Invalid, ..Refusal::forbidden("not_quotable", sentence) };
    if quoted.boost_of_id.is_some() || quoted.pending {
        return Err(no(said!("That post cannot be quoted.")).into());
    }
    if quoted.author_id == author.id {
        // one's own words are shown to nobody who could not read them before
        let is_as_wide = quoted.audience <= Audience::Unlisted || (quoted.audience == audience && quoted.community_id == community);
        return if is_as_wide {
            Ok(())
        } else {
            Err(no(said!("This would show the post that you quote to more people than it was for.")).into())
        };
    }
    if is_blocked_either_way(tx, quoted.author_id, author.id).await? || !may_be_quoted(tx, author.id, quoted).await? {
        return Err(no(said!("Its author lets nobody, or not you, quote this post.")).into());
    }
    Ok(())
}

/// Whether `by`, who is not its author, may quote a post, as far as its author has said here.
pub(super) async fn may_be_quoted(tx: &Tx, by: AccountId, post: &Post) -> Result<bool> {
    let stage = match post.community_id {
        Some(community) => communities::queries::by_id(tx, community).await?.map(|community| community.stage),
        None => None,
    };
    let chosen = post.details().quotable;
    let follows = match chosen {
        Some(Quotable::Followers) => find(tx, by, post.author_id).await?.is_some_and(|follow| follow.state == FollowState::Accepted),
        _ => false,
    };
    // what another server leaves to its author is asked
    let chosen = chosen.filter(|_| post.is_ours()).or(chosen.filter(|chosen| *chosen == Quotable::Nobody));
    Ok(quoting::may_be_quoted(post.audience, stage) && quoting::lets(chosen.unwrap_or_default(), Asker { is_author: false, follows }))
}

/// `post`, just written here by `author`, quotes `quoted`, which [`check`] let it. Of this node's own it is granted at once;
/// elsewhere its author is asked (records `QuoteWanted`).
pub async fn begin(tx: &Tx, author: &Account, (post, quoted): (&Post, &Post)) -> Result<()> {
    if quoted.author_id == author.id {
        return Ok(());
    }
    let stamp = if quoted.is_ours() { Some(grant(tx, author, (post, quoted)).await?) } else { None };
    Insert::into("quote_stamps")
        .set("post_id", post.id)
        .set("uri", stamp.map_or_else(String::new, |stamp| stamp_uri(quoted.id, stamp)))
        .set("target_uri", quoted.uri.clone())
        .set("holds", stamp.is_some())
        .run(tx)
        .await?;
    if stamp.is_none() {
        tx.record(Event::QuoteWanted { post: post.id });
    }
    Ok(())
}

async fn grant(tx: &Tx, author: &Account, (post, quoted): (&Post, &Post)) -> Result<i64> {
    let id = tx.id();
    let row = Insert::into("quote_requests").set("id", id).set("post_id", quoted.id).set("account_id", author.id);
    let row = row.set("quoting_uri", post.uri.clone()).set("request_uri", "").set("granted", true).set("created_at", tx.now);
    row.run(tx).await?;
    recount(tx, quoted.id).await?;
    Ok(id)
}

/// Counts the quotes of a post of ours anew.
pub(super) async fn recount(tx: &Tx, post: PostId) -> Result<()> {
    let count = "UPDATE posts SET quotes_count = (SELECT COUNT(*) FROM quote_requests q WHERE q.post_id = {} AND q.granted) WHERE id = {}";
    sql!(count, post, post).run(tx).await?;
    Ok(())
}

/// The author of what `post`, one of ours, quotes has answered: with a stamp (by uri as stored), or no. Records `PostRestated` for a
/// stamp. No effect when it was answered so before, or quotes something else by now.
pub async fn answered(tx: &Tx, post: &Post, (target, stamp): (&str, Option<&str>)) -> Result<()> {
    let (uri, answer) = match stamp {
        Some(stamp) => (stamp, QuoteAnswer::None),
        None => ("", QuoteAnswer::Refused),
    };
    let answered = sql!(
        "UPDATE quote_stamps SET uri = {}, holds = {}, answer = {} WHERE post_id = {} AND target_uri = {} AND uri <> {}",
        uri,
        stamp.is_some(),
        answer,
        post.id,
        target,
        if stamp.is_some() { uri } else { " " }
    );
    if answered.run(tx).await? > 0 && stamp.is_some() {
        tx.record(Event::PostRestated { post: post.id });
    }
    Ok(())
}

/// The stamp at `uri` is no more: posts of ours that showed something by it say so. Records `PostRestated` for each.
pub(super) async fn ended(tx: &Tx, uri: &str) -> Result<()> {
    let ours: Vec<PostId> =
        sql!("SELECT s.post_id FROM quote_stamps s JOIN posts p ON p.id = s.post_id WHERE s.uri = {} AND substr(p.uri, 1, 1) = '/'", uri)
            .column(tx)
            .await?;
    for post in ours {
        let over = "UPDATE quote_stamps SET uri = '', holds = FALSE, answer = {} WHERE post_id = {}";
        sql!(over, QuoteAnswer::TakenBack, post).run(tx).await?;
        tx.record(Event::PostRestated { post });
    }
    sql!("DELETE FROM quote_stamps WHERE uri = {}", uri).run(tx).await?;
    Ok(())
}

/// `by` takes back what lets `quoting` show their post. Records `QuoteRevoked`. Not found where it shows nothing of theirs.
pub async fn revoke(tx: &Tx, by: &Account, (post, quoting): (&Post, &Post)) -> Result<()> {
    let found: Option<QuoteRequest> =
        sql!("SELECT * FROM quote_requests WHERE post_id = {} AND quoting_uri = {} AND granted", post.id, quoting.uri.clone())
            .one(tx)
            .await?;
    let found = found.filter(|_| post.author_id == by.id && quoting.quote_uri == post.uri).ok_or_else(Refusal::not_found)?;
    super::revoke(tx, by.id, &[found]).await
}

/// A post that quotes was deleted: what was granted for it is over.
pub async fn forget_quoting(tx: &Tx, post: &Post) -> Result<()> {
    if post.quote_uri.is_empty() {
        return Ok(());
    }
    let of: Vec<PostId> = sql!("SELECT post_id FROM quote_requests WHERE quoting_uri = {}", post.uri.clone()).column(tx).await?;
    sql!("DELETE FROM quote_requests WHERE quoting_uri = {}", post.uri.clone()).run(tx).await?;
    for quoted in of {
        recount(tx, quoted).await?;
    }
    Ok(())
}

/// What became of asking, for posts of ours that quote others and show nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Unanswered {
    /// Which post.
    pub post_id: PostId,
    /// What was answered.
    pub answer: QuoteAnswer,
}

/// Those among `posts`.
pub async fn unanswered(from: &impl Source, posts: &[PostId]) -> Result<Vec<Unanswered>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = "SELECT s.post_id, s.answer FROM quote_stamps s JOIN posts p ON p.id = s.post_id AND p.quote_uri = s.target_uri \
                   WHERE NOT s.holds AND substr(p.uri, 1, 1) = '/' AND s.post_id IN {}";
    sql!(waiting, list(posts)).all(from).await
}

/// Whom of `authors` the reader follows: for what only followers may quote.
pub async fn followed(from: &impl Source, reader: AccountId, authors: &[AccountId]) -> Result<Vec<AccountId>> {
    if authors.is_empty() {
        return Ok(Vec::new());
    }
    let followed = "SELECT target_id FROM follows WHERE follower_id = {} AND state = {} AND target_id IN {}";
    sql!(followed, reader, FollowState::Accepted, list(authors)).column(from).await
}

/// Whether `quoting` shows a post of this node with the consent of its author: then they are told; who that is.
pub async fn consented(from: &impl Source, quoting: &Post) -> Result<Option<AccountId>> {
    if quoting.quote_uri.is_empty() || !quoting.quote_uri.starts_with('/') {
        return Ok(None);
    }
    stands_granted(from, quoting).await
}

/// Who of this node is told that a post was edited which they quote: those whose quotes stand, at most `most`.
pub async fn quoters(from: &impl Source, quoted: &Post, most: u32) -> Result<Vec<(PostId, AccountId)>> {
    #[derive(FromQueryResult)]
    struct Quoter {
        id: PostId,
        author_id: AccountId,
    }
    let rows: Vec<Quoter> = sql!(
        "SELECT p.id, p.author_id FROM posts p JOIN quote_stamps s ON s.post_id = p.id AND s.holds AND s.target_uri = p.quote_uri \
         JOIN users u ON u.account_id = p.author_id WHERE p.quote_uri = {} AND p.deleted_at IS NULL ORDER BY p.id DESC LIMIT {}",
        quoted.uri.clone(),
        i64::from(most)
    )
    .all(from)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.author_id)).collect())
}
