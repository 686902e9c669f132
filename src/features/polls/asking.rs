//! Polls that people of this node ask: begun, changed, voted in from elsewhere, told of, ended.
//!
//! Invariant: the figures are those of the rows of `poll_votes`; other answers than before are another poll, with no votes.

use super::{by_post, count, held, mine};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, PostId},
    },
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        tables::{Account, PollOption, Post},
    },
};
use std::time::Duration;

/// Fewest answers.
pub const OPTIONS_MIN: usize = 2;
/// Most answers.
pub const OPTIONS_MAX: usize = 10;
/// Longest answer, in characters.
pub const OPTION_CHARS_MAX: usize = 100;
/// Shortest time, in seconds.
pub const SECONDS_MIN: u32 = 300;
/// Longest time, in seconds (Mastodon's month).
pub const SECONDS_MAX: u32 = 2_629_746;
/// How long figures gather before they are told.
const GATHERED: Duration = Duration::from_secs(60);
/// How long after its end somebody is still told of it: a node that was off for longer tells nobody.
const NEWS: Duration = Duration::from_secs(2 * 86_400);

/// What somebody asks, checked: answers that differ, within the bounds above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The answers, plain text.
    pub options: Vec<String>,
    /// Several may be chosen.
    pub multiple: bool,
    /// Figures are shown only when it is over.
    pub hide_totals: bool,
    /// How long it is open from now on; zero, in an edit that leaves the answers, for as long as it was to be.
    pub lasts: Duration,
}

/// `post`, one of ours that is just being written or edited, asks `question`, or (none) asks nothing any more. With other
/// answers, or another way to choose, it is another poll: all votes go. Whether the question changed.
pub async fn ask(tx: &Tx, post: PostId, question: Option<&Question>) -> Result<bool> {
    let before = held(tx, post).await?;
    let Some(question) = question else {
        return match before {
            None => Ok(false),
            Some(_) => forget(tx, post).await.map(|()| true),
        };
    };
    let ends_at = tx.now.plus(question.lasts);
    if let Some(before) = before {
        let is_same = before.multiple == question.multiple && before.options().iter().map(|option| &option.title).eq(&question.options);
        if is_same && question.lasts.is_zero() {
            sql!("UPDATE polls SET hide_totals = {} WHERE post_id = {}", question.hide_totals, post).run(tx).await?;
            return Ok(before.hide_totals != question.hide_totals);
        }
        if is_same {
            let set = "UPDATE polls SET hide_totals = {}, ends_at = {}, ended_at = NULL WHERE post_id = {}";
            sql!(set, question.hide_totals, ends_at, post).run(tx).await?;
            // a repeat of the same request counts from another moment: nobody need see that as an edit
            return Ok(before.hide_totals != question.hide_totals);
        }
        forget(tx, post).await?;
    }
    let options: Vec<PollOption> = question.options.iter().map(|title| PollOption { title: title.clone(), votes: 0 }).collect();
    Insert::into("polls")
        .set("post_id", post)
        .set("multiple", question.multiple)
        .set("options", serde_json::to_string(&options).map_err(anyhow::Error::from)?)
        .set("ends_at", ends_at)
        .set("closed", false)
        .set("voters_count", 0i64)
        .set("hide_totals", question.hide_totals)
        .run(tx)
        .await?;
    Ok(true)
}

async fn forget(tx: &Tx, post: PostId) -> Result<()> {
    sql!("DELETE FROM poll_votes WHERE post_id = {}", post).run(tx).await?;
    sql!("DELETE FROM polls WHERE post_id = {}", post).run(tx).await?;
    Ok(())
}

/// `by`, elsewhere, votes for the answer called `title` in the poll of `post`, which is ours and which they may see. The same
/// vote again changes nothing. Refused when the poll is over, has no such answer, or takes one answer and has another of theirs.
pub async fn cast(tx: &Tx, by: &Account, post: &Post, title: &str) -> Result<()> {
    let poll = held(tx, post.id).await?.filter(|_| post.is_ours() && post.deleted_at.is_none()).ok_or_else(Refusal::not_found)?;
    if poll.is_over(tx.now) {
        return Err(Refusal::forbidden("poll_over", "The poll has already ended.").into());
    }
    let choice = poll.options().iter().position(|option| option.title == title).and_then(|choice| i16::try_from(choice).ok());
    let choice = choice.ok_or_else(|| Refusal::forbidden("poll_choice", "The poll has no such answer."))?;
    let before = mine(tx, by.id, &[post.id]).await?;
    if before.iter().any(|vote| vote.choice == choice) {
        return Ok(());
    }
    if !before.is_empty() && !poll.multiple {
        return Err(Refusal::forbidden("poll_voted", "They have already voted in this poll.").into());
    }
    count(tx, &poll, by.id, (&[choice], before.is_empty()), true).await
}

/// Who of this node is told that the poll of a post is over: those who voted. Nobody when it is not, or was long ago.
pub async fn to_be_told(from: &impl Source, post: PostId) -> Result<Vec<AccountId>> {
    let is_news = by_post(from, post)
        .await?
        .is_some_and(|poll| poll.is_over(from.now()) && poll.ends_at.is_some_and(|end| end.plus(NEWS) > from.now()));
    if !is_news {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT DISTINCT v.account_id FROM poll_votes v JOIN users u ON u.account_id = v.account_id WHERE v.post_id = {} ORDER BY v.account_id",
        post
    )
    .column(from)
    .await
}

/// Whether [`tell_due`] has something to do.
pub async fn is_due(from: &impl Source) -> Result<bool> {
    let (now, gathered) = due(from.now());
    let found: Option<i64> = sql!(
        "SELECT post_id FROM polls WHERE ends_at <= {} AND ended_at IS NULL UNION ALL SELECT post_id FROM polls WHERE counted_at <= {} LIMIT 1",
        now,
        gathered
    )
    .value(from)
    .await?;
    Ok(found.is_some())
}

fn due(now: Stamp) -> (Stamp, Stamp) {
    (now, now.minus(GATHERED))
}

/// Ends up to `most` polls whose time has come, here or elsewhere, and has up to `most` tell their figures anew that changed a
/// minute ago. Records `PollEnded` and `PollCounted`.
pub async fn tell_due(tx: &Tx, most: u32) -> Result<()> {
    let (now, gathered) = due(tx.now);
    let most = i64::from(most);
    let ended: Vec<PostId> =
        sql!("SELECT post_id FROM polls WHERE ends_at <= {} AND ended_at IS NULL ORDER BY ends_at LIMIT {}", now, most).column(tx).await?;
    for post in ended {
        let closing = sql!("UPDATE polls SET ended_at = {}, counted_at = NULL WHERE post_id = {} AND ended_at IS NULL", now, post);
        if closing.run(tx).await? > 0 {
            tx.record(Event::PollEnded { post });
        }
    }
    let counted: Vec<PostId> =
        sql!("SELECT post_id FROM polls WHERE counted_at <= {} ORDER BY counted_at LIMIT {}", gathered, most).column(tx).await?;
    for post in counted {
        if sql!("UPDATE polls SET counted_at = NULL WHERE post_id = {} AND counted_at IS NOT NULL", post).run(tx).await? > 0 {
            tx.record(Event::PollCounted { post });
        }
    }
    Ok(())
}
