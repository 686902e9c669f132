//! Does what follows from an event, inside the worker's transaction. The network is not touched here.

use super::{consequences::Job, moderators};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        page::Page,
        words::NotificationKind,
    },
    features::{
        accounts, conversations, deliveries, notifications,
        polls::asking,
        posts::{self, queries::Viewer},
        previews, quotes, reactions, relationships, retractions, timelines,
    },
    federation::{Federation, backfill, outbox},
    store::{Tx, event::Event, news::News, tables::Account},
};

/// Most people who are told that a post which they boosted was edited.
const BOOSTERS_MAX: u32 = 80;

/// Does `job`, which follows from `event`.
pub async fn run(federation: &Federation, tx: &Tx, (event, job): (&Event, Job)) -> Result<()> {
    match job {
        Job::Shelve(entry) => timelines::shelve(tx, entry).await,
        Job::ShelveShown { community, post } => match deliveries::queries::announcement(tx, community, post).await? {
            Some(boost) if boost.deleted_at.is_none() => {
                tx.tell(News::Posted(boost.id));
                timelines::shelve(tx, boost.id).await
            }
            _ => Ok(()),
        },
        Job::Unshelve(entry) => timelines::unshelve(tx, entry).await,
        Job::Backfill { reader, of } => match ours(tx, reader).await? {
            Some(_) => timelines::backfill(tx, reader, of).await,
            None => Ok(()),
        },
        Job::FetchHistory(of) => backfill::want_history(federation, tx, of).await,
        Job::Clear { reader, of } => match ours(tx, reader).await? {
            Some(_) => timelines::clear(tx, reader, of).await,
            None => Ok(()),
        },
        Job::TellOfPost(post) => notifications::tell_of_post(tx, post).await,
        Job::Converse(post) => match posts::queries::by_id(tx, post).await? {
            Some(post) => conversations::place(tx, &post).await,
            None => Ok(()),
        },
        Job::Link(post) => link(federation, tx, (post, false)).await,
        Job::Relink(post) => link(federation, tx, (post, true)).await,
        Job::TellOfEdit(post) => tell_of_edit(tx, post).await,
        Job::TellOfBoost(boost) => tell_of_boost(tx, boost).await,
        Job::TellOfLike { by, post } => match posts::queries::by_id(tx, post).await?.filter(|post| post.deleted_at.is_none()) {
            Some(post) => tell(tx, post.author_id, (NotificationKind::Favourite, by), Some(post.id)).await,
            None => Ok(()),
        },
        Job::TellOfReaction { by, post } => match posts::queries::by_id(tx, post).await?.filter(|post| post.deleted_at.is_none()) {
            Some(post) if reactions::emoji::is_glad(tx, by, post.id).await? => {
                tell(tx, post.author_id, (NotificationKind::Favourite, by), Some(post.id)).await
            }
            _ => Ok(()),
        },
        Job::TellOfQuote(request) => tell_of_quote(tx, request).await,
        Job::TellOfPoll(post) => tell_of_poll(tx, post).await,
        Job::TellOfFollow { follower, target } => match relationships::queries::find(tx, follower, target).await? {
            Some(_) => tell(tx, target, (NotificationKind::Follow, follower), None).await,
            None => Ok(()),
        },
        Job::TellOfRequest { follower, target } => match relationships::queries::find(tx, follower, target).await? {
            Some(_) => tell(tx, target, (NotificationKind::FollowRequest, follower), None).await,
            None => Ok(()),
        },
        Job::TellOfAsk { community, account } => moderators::tell_of_ask(tx, community, account).await,
        Job::TellOfReport(report) => moderators::tell_of_report(tx, report).await,
        Job::TellOfOutcome(report) => moderators::tell_of_outcome(tx, report).await,
        Job::TellOfAct(entry) => moderators::tell_of_act(tx, entry).await,
        Job::TellOfWarning(warning) => moderators::tell_of_warning(tx, warning).await,
        Job::TellOfSignUp(account) => moderators::tell_of_sign_up(tx, account).await,
        Job::TellOfAgreement { agreement, kind } => moderators::tell_of_agreement(tx, agreement, kind).await,
        Job::TellOfNewcomer { community, host } => moderators::tell_of_newcomer(tx, community, &host).await,
        Job::Retract(agreement) => retractions::make(tx, agreement).await,
        Job::RevokeQuotes { by, quoter } => quotes::revoke_between(tx, by, quoter).await,
        Job::Forget(post) => {
            conversations::forget(tx, post).await?;
            notifications::forget_post(tx, post).await
        }
        Job::Stream(news) => {
            tx.tell(news);
            Ok(())
        }
        Job::Federate => outbox::record(federation, tx, event).await,
    }
}

/// Notes to which page a post leads, anew where it was edited.
async fn link(federation: &Federation, tx: &Tx, (post, is_edited): (PostId, bool)) -> Result<()> {
    let app = &federation.app;
    let Some(post) = posts::queries::by_id(tx, post).await?.filter(|_| app.config.previews.enabled) else { return Ok(()) };
    match is_edited {
        true => previews::relink(tx, &post, app.origin.authority()).await,
        false => previews::link(tx, std::slice::from_ref(&post), app.origin.authority()).await,
    }
}

/// Tells whom `request` is for that they are quoted.
async fn tell_of_quote(tx: &Tx, request: i64) -> Result<()> {
    let Some(request) = quotes::request(tx, request).await? else { return Ok(()) };
    match posts::queries::by_uri(tx, &request.quoting_uri).await? {
        Some(quoting) => notifications::tell_of_quote(tx, &quoting).await,
        None => Ok(()),
    }
}

/// Does what follows from the publication of `posts`: the same as the jobs of their events, in few statements.
pub async fn publish(federation: &Federation, tx: &Tx, posts: &[PostId]) -> Result<()> {
    let posts = posts::queries::by_ids(tx, posts).await?;
    timelines::shelve_all(tx, &posts.iter().map(|post| post.id).collect::<Vec<_>>()).await?;
    notifications::tell_of_posts(tx, &posts).await?;
    for post in &posts {
        conversations::place(tx, post).await?;
    }
    if federation.app.config.previews.enabled {
        previews::link(tx, &posts, federation.app.origin.authority()).await?;
    }
    posts.iter().for_each(|post| tx.tell(News::Posted(post.id)));
    // what was written elsewhere is told by its own node
    for post in posts.iter().filter(|post| post.is_ours()) {
        outbox::publish(federation, tx, post).await?;
    }
    Ok(())
}

/// An account of this node.
async fn ours(tx: &Tx, id: AccountId) -> Result<Option<Account>> {
    Ok(accounts::queries::by_id(tx, id).await?.filter(Account::is_local))
}

/// Tells a person of ours; communities and people elsewhere are not told.
async fn tell(tx: &Tx, whom: AccountId, (kind, by): (NotificationKind, AccountId), post: Option<PostId>) -> Result<()> {
    match ours(tx, whom).await?.filter(|account| !account.is_community()) {
        Some(account) => notifications::tell(tx, account.id, kind, by, post).await,
        None => Ok(()),
    }
}

async fn tell_of_edit(tx: &Tx, post: PostId) -> Result<()> {
    let Some(post) = posts::queries::by_id(tx, post).await?.filter(|post| post.deleted_at.is_none()) else { return Ok(()) };
    let page = Page { limit: BOOSTERS_MAX, ..Page::default() };
    for (_, booster) in posts::queries::boosted_by(tx, post.id, page).await? {
        tell(tx, booster.id, (NotificationKind::Update, post.author_id), Some(post.id)).await?;
    }
    for (quoting, quoter) in quotes::asking::quoters(tx, &post, BOOSTERS_MAX).await? {
        tell(tx, quoter, (NotificationKind::QuotedUpdate, post.author_id), Some(quoting)).await?;
    }
    Ok(())
}

/// Whoever voted, as far as they may still see it, and its author, who is told in their own name.
async fn tell_of_poll(tx: &Tx, post: PostId) -> Result<()> {
    let Some(post) = posts::queries::by_id(tx, post).await?.filter(|post| post.deleted_at.is_none()) else { return Ok(()) };
    let voters = asking::to_be_told(tx, post.id).await?;
    for voter in voters.into_iter().filter(|voter| *voter != post.author_id) {
        if posts::queries::seen(tx, &Viewer::Account(voter), post.id).await?.is_some() {
            tell(tx, voter, (NotificationKind::Poll, post.author_id), Some(post.id)).await?;
        }
    }
    if post.is_ours() { notifications::tell_oneself(tx, post.author_id, NotificationKind::Poll, post.id).await } else { Ok(()) }
}

/// A community that shows a post is no news to its author.
async fn tell_of_boost(tx: &Tx, boost: PostId) -> Result<()> {
    let Some(boost) = posts::queries::by_id(tx, boost).await?.filter(|boost| boost.deleted_at.is_none()) else { return Ok(()) };
    let by = accounts::queries::by_id(tx, boost.author_id).await?;
    let Some(of) = boost.boost_of_id.filter(|_| by.is_some_and(|by| !by.is_community())) else { return Ok(()) };
    match posts::queries::by_id(tx, of).await? {
        Some(of) => tell(tx, of.author_id, (NotificationKind::Reblog, boost.author_id), Some(of.id)).await,
        None => Ok(()),
    }
}
