//! Polls: questions that posts ask, with answers to choose from. Asked here ([`asking`]) or elsewhere; our people vote.
//!
//! The figures of a poll elsewhere are its author's word. Between two of those, our own people's votes are added as they
//! vote. Those of a poll of ours are the votes that were counted here. Invariant: one row for each post that asks; a vote is
//! given once and for all.

pub mod asking;

use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, PostId},
        sentence::{Sentence, said},
    },
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        list,
        tables::{Account, Poll, PollOption, Post},
    },
};

/// A poll as its post tells it: cleaned and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Several answers may be chosen.
    pub multiple: bool,
    /// The answers, with their figures.
    pub options: Vec<PollOption>,
    /// Until when one may vote.
    pub ends_at: Option<Stamp>,
    /// Closed already.
    pub closed: bool,
    /// How many voted, if that is said.
    pub voters_count: Option<i64>,
}

/// One vote of somebody here.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Vote {
    /// In the poll of which post.
    pub post_id: PostId,
    /// Which answer, from 0.
    pub choice: i16,
    /// Names the vote where it is told.
    pub id: i64,
}

impl Poll {
    /// The answers.
    pub fn options(&self) -> Vec<PollOption> {
        serde_json::from_str(&self.options).unwrap_or_default()
    }

    /// Whether nobody may vote any more.
    pub fn is_over(&self, now: Stamp) -> bool {
        self.closed || self.ends_at.is_some_and(|end| end <= now)
    }
}

/// Keeps the poll of `post`, or what is new of it. With other answers than before it is another poll: votes in the former go.
pub async fn keep(tx: &Tx, post: PostId, told: &Told) -> Result<()> {
    let options = serde_json::to_string(&told.options).map_err(anyhow::Error::from)?;
    if let Some(known) = by_post(tx, post).await? {
        if known.options == options
            && known.ends_at == told.ends_at
            && known.closed == told.closed
            && known.voters_count == told.voters_count
        {
            return Ok(());
        }
        let titles = |options: &[PollOption]| options.iter().map(|option| option.title.clone()).collect::<Vec<_>>();
        if titles(&known.options()) != titles(&told.options) {
            sql!("DELETE FROM poll_votes WHERE post_id = {}", post).run(tx).await?;
        }
    }
    Insert::into("polls")
        .set("post_id", post)
        .set("multiple", told.multiple)
        .set("options", options)
        .set("ends_at", told.ends_at)
        .set("closed", told.closed)
        .set("voters_count", told.voters_count)
        .on_conflict(
            "ON CONFLICT (post_id) DO UPDATE SET multiple = excluded.multiple, options = excluded.options, ends_at = excluded.ends_at, \
             closed = excluded.closed, voters_count = excluded.voters_count",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// `by`, one of ours, votes for `choices` (from 0) in the poll of `post`, which they may see. Records `PollVoted`.
/// Refused (422) when it is over, when it is their own, when they voted before, when they choose nothing, too much or what is
/// not there.
pub async fn vote(tx: &Tx, by: &Account, post: &Post, choices: &[i16]) -> Result<()> {
    let poll = held(tx, post.id).await?.ok_or_else(Refusal::not_found)?;
    if poll.is_over(tx.now) {
        return Err(no("poll_over", said!("The poll has already ended.")).into());
    }
    if post.author_id == by.id {
        return Err(no("poll_own", said!("Nobody votes in a poll of their own.")).into());
    }
    let options = poll.options();
    let mut chosen: Vec<i16> = choices.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    let is_there = |choice: &i16| usize::try_from(*choice).is_ok_and(|choice| choice < options.len());
    if chosen.is_empty() || !chosen.iter().all(is_there) || (chosen.len() > 1 && !poll.multiple) {
        return Err(no("poll_choice", said!("Choose one of the answers, or several where the poll allows it.")).into());
    }
    if !mine(tx, by.id, &[post.id]).await?.is_empty() {
        return Err(no("poll_voted", said!("You have already voted in this poll.")).into());
    }
    count(tx, &poll, by.id, (&chosen, true), post.is_ours()).await?;
    tx.record(Event::PollVoted { by: by.id, post: post.id });
    Ok(())
}

fn no(code: &'static str, sentence: Sentence) -> Refusal {
    Refusal { kind: Kind::Invalid, ..Refusal::forbidden(code, sentence) }
}

/// The poll of a post, held until the act ends: on PostgreSQL the second of two who vote at once waits here.
async fn held(tx: &Tx, post: PostId) -> Result<Option<Poll>> {
    sql!("UPDATE polls SET closed = closed WHERE post_id = {}", post).run(tx).await?;
    by_post(tx, post).await
}

/// Counts votes of `by` for these answers, each once; `is_first` when they are the first of this voter. Of a poll of ours it is
/// noted that its figures are to be told.
async fn count(tx: &Tx, poll: &Poll, by: AccountId, (chosen, is_first): (&[i16], bool), is_ours: bool) -> Result<()> {
    let mut options = poll.options();
    for choice in chosen {
        let row = Insert::into("poll_votes").set("post_id", poll.post_id).set("account_id", by).set("choice", *choice);
        let row = row.set("id", tx.id()).set("created_at", tx.now).on_conflict("ON CONFLICT DO NOTHING");
        let is_new = row.run(tx).await? > 0;
        if let Some(option) = usize::try_from(*choice).ok().and_then(|choice| options.get_mut(choice)).filter(|_| is_new) {
            option.votes = option.votes.saturating_add(1);
        }
    }
    let options = serde_json::to_string(&options).map_err(anyhow::Error::from)?;
    sql!(
        "UPDATE polls SET options = {}, voters_count = voters_count + {}, counted_at = COALESCE(counted_at, {}) WHERE post_id = {}",
        options,
        i64::from(is_first),
        is_ours.then_some(tx.now),
        poll.post_id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// The poll of a post.
pub async fn by_post(from: &impl Source, post: PostId) -> Result<Option<Poll>> {
    Ok(by_posts(from, &[post]).await?.pop())
}

/// The polls of posts.
pub async fn by_posts(from: &impl Source, posts: &[PostId]) -> Result<Vec<Poll>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM polls WHERE post_id IN {}", list(posts)).all(from).await
}

/// What `me` voted in the polls of posts.
pub async fn mine(from: &impl Source, me: AccountId, posts: &[PostId]) -> Result<Vec<Vote>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT post_id, choice, id FROM poll_votes WHERE account_id = {} AND post_id IN {} ORDER BY choice", me, list(posts))
        .all(from)
        .await
}
