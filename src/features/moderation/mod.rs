//! Moderation across nodes: acts over posts and people, reports, the queue of newcomers, the log.
//!
//! The community's own node decides: there [`perform`] checks the moderator's rank, wherever they live, and acts. Elsewhere a
//! moderator of ours only asks ([`perform`] too), and what the community announces is copied ([`copied`]). Each act leaves one
//! entry in the community's log and one in the audit log. Source: FEP-1b12, Lemmy 1.0, federation.md 4.

mod copy;
mod effects;
pub mod log;
pub mod queue;
pub mod reports;

pub use copy::{Listed, adopt};

use self::effects::Done;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, PostId},
        sentence::said,
        text::limits::REASON_CHARS_MAX,
        words::{ModAct, Role},
    },
    features::{communities::seats, posts},
    policy::membership::may_moderate,
    store::{
        Tx,
        tables::{Account, Post},
    },
};

/// Who says that something is done in a community, and why.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The moderator; of what a community elsewhere announces and nobody signed, the community.
    pub by: &'a Account,
    /// Where.
    pub community: &'a Account,
    /// Why.
    pub reason: &'a str,
    /// The activity that says it, as stored, if it came from elsewhere.
    pub uri: Option<&'a str>,
}

/// What a moderator does.
#[derive(Clone, Copy, Debug)]
pub enum Deed<'a> {
    /// Takes a post out.
    Remove(&'a Post),
    /// Puts a removed post back.
    Restore(&'a Post),
    /// A thread takes no more answers.
    Lock(&'a Post),
    /// A thread takes answers again.
    Unlock(&'a Post),
    /// Warns somebody, perhaps for a post.
    Warn(&'a Account, Option<PostId>),
    /// Puts somebody out and bars them.
    Ban {
        /// Whom.
        account: &'a Account,
        /// Until when; none: for good.
        until: Option<Stamp>,
        /// Their posts go too.
        removes_data: bool,
    },
    /// Lifts a ban.
    Unban(&'a Account),
}

impl<'a> Deed<'a> {
    /// The word for it in the log.
    pub fn act(self) -> ModAct {
        match self {
            Self::Remove(_) => ModAct::Remove,
            Self::Restore(_) => ModAct::Restore,
            Self::Lock(_) => ModAct::Lock,
            Self::Unlock(_) => ModAct::Unlock,
            Self::Warn(..) => ModAct::Warn,
            Self::Ban { .. } => ModAct::Ban,
            Self::Unban(_) => ModAct::Unban,
        }
    }

    /// Over whom: the author of a post.
    pub fn subject(self) -> AccountId {
        match self {
            Self::Remove(post) | Self::Restore(post) | Self::Lock(post) | Self::Unlock(post) => post.author_id,
            Self::Warn(account, _) | Self::Ban { account, .. } | Self::Unban(account) => account.id,
        }
    }

    /// Over which post.
    pub fn post(self) -> Option<&'a Post> {
        match self {
            Self::Remove(post) | Self::Restore(post) | Self::Lock(post) | Self::Unlock(post) => Some(post),
            Self::Warn(..) | Self::Ban { .. } | Self::Unban(_) => None,
        }
    }

    fn post_id(self) -> Option<PostId> {
        match self {
            Self::Warn(_, post) => post,
            other => other.post().map(|post| post.id),
        }
    }
}

/// A moderator does something: in a community of ours at once, in one elsewhere by asking its node (only people of ours ask
/// there). Records `Moderated`, and what the deed itself records. The log's entry; none when nothing changed.
/// Refused when the rank does not allow it, and for a post that is not in the community.
pub async fn perform(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<Option<i64>> {
    check(tx, said, deed).await?;
    if !said.community.is_local() {
        if !said.by.is_local() {
            return Err(Refusal::forbidden("not_our_community", "Only the community's own node decides this.").into());
        }
        return log::note(tx, said, deed, true).await.map(Some);
    }
    match effects::done(tx, said, deed).await? {
        Done::Nothing => Ok(None),
        Done::Noted(entry) => Ok(Some(entry)),
        Done::Changed => log::note(tx, said, deed, false).await.map(Some),
    }
}

/// A community elsewhere says that something was done in it: our copy follows. The caller has made sure that it is the
/// community that says so. The same activity twice is once. Records `Moderated`. The log's entry; none when nothing changed.
pub async fn copied(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<Option<i64>> {
    if said.community.is_local() {
        return Err(Refusal::forbidden("our_community", "Nobody else announces for a community of this node.").into());
    }
    within(said, deed)?;
    if let Some(uri) = said.uri
        && log::is_known(tx, said.community.id, uri).await?
    {
        return Ok(None);
    }
    let has_entry = log::granted(tx, said, deed).await?;
    let changed = effects::copied(tx, said, deed).await?;
    if has_entry || !changed {
        return Ok(None);
    }
    // An activity in the name of one of ours that they never asked for is the community's own word.
    let by = if said.by.is_local() { said.community } else { said.by };
    log::note(tx, Said { by, ..said }, deed, false).await.map(Some)
}

/// Refuses what the moderator's rank does not allow.
async fn check(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<()> {
    within(said, deed)?;
    if said.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("reason", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into());
    }
    if matches!(deed, Deed::Warn(..)) && said.reason.trim().is_empty() {
        return Err(Refusal::invalid("reason", "says what the warning is for: it must not be empty").into());
    }
    let actor = seats::role(tx, said.community.id, said.by.id).await?;
    let target = seats::role(tx, said.community.id, deed.subject()).await?;
    // A moderator may end the discussion of their own post, and that of anybody.
    let is_allowed = match deed {
        Deed::Lock(_) | Deed::Unlock(_) | Deed::Unban(_) => actor >= Some(Role::Moderator),
        _ => may_moderate(actor, target) && deed.subject() != said.by.id,
    };
    if is_allowed { Ok(()) } else { Err(not_permitted().into()) }
}

/// Refuses a post that is not in the community.
fn within(said: Said<'_>, deed: Deed<'_>) -> Result<(), Refusal> {
    match deed.post() {
        Some(post) if post.community_id != Some(said.community.id) || post.deleted_at.is_some() || post.boost_of_id.is_some() => {
            Err(Refusal::not_found())
        }
        _ => Ok(()),
    }
}

fn not_permitted() -> Refusal {
    Refusal::forbidden("rank", "Your role in this community does not allow this.")
}

/// The post that a moderator of `community` looks at: in it, be it removed or waiting. Not found for everybody else.
pub async fn seen_by_moderator(tx: &Tx, community: AccountId, by: AccountId, post: PostId) -> Result<Post> {
    if seats::role(tx, community, by).await? < Some(Role::Moderator) {
        return Err(not_permitted().into());
    }
    let post = posts::queries::by_id(tx, post).await?;
    let post = post.filter(|post| post.community_id == Some(community) && post.deleted_at.is_none() && post.boost_of_id.is_none());
    Ok(post.ok_or_else(Refusal::not_found)?)
}
