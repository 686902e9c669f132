//! Communities: founded, described, closed. Who is in them: `memberships`.
//!
//! Invariant: a community and its account share one id; `accounts.locked` is true exactly when the
//! stage is not public (decisions.md 5: Lemmy reads it so).

pub mod queries;
pub mod seats;
pub mod usable;

use super::{
    accounts::{self, NewKeys},
    relationships::{self, FollowOptions},
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        text::{
            compose::{Format, compose},
            limits::{COMMUNITY_TITLE_CHARS_MAX, PURPOSE_CHARS_MAX, QUESTION_CHARS_MAX},
            names::{display_name, free_text},
        },
        words::{AccountKind, JoinRule, Level, Role, SeatStatus, Stage},
    },
    sql,
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Community, Seat},
    },
};

/// A community to be founded here.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name in its handle, validated.
    pub name: String,
    /// Title shown; the name stands in for an empty one.
    pub title: String,
    /// What it is for: required, 1 to 500 characters.
    pub purpose: String,
    /// How wide it is open. (Only `public` and `local` until membership crosses borders.)
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked; empty for nothing.
    pub question: String,
    /// The least level of peers it admits.
    pub least_level: Level,
    /// Its keys.
    pub keys: NewKeys,
}

/// Changes of a community; `None` leaves a thing as it is. A stage only widens.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Title shown.
    pub title: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// How one becomes a member.
    pub join_rule: Option<JoinRule>,
    /// What newcomers are asked.
    pub question: Option<String>,
    /// Replies announced to plain peers too.
    pub announce_replies: Option<bool>,
}

/// What a community elsewhere says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFacts {
    /// What it is for (falls back to its description).
    pub purpose: String,
    /// How wide it is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked.
    pub question: String,
    /// Members, as it says.
    pub members_count: i64,
}

/// Founds a community; its founder holds the first seat, as owner, and follows it. Records
/// `CommunityFounded`. Refused unless the founder is a person of this node, and for stages that
/// need members' nodes to answer for them.
pub async fn found(tx: &Tx, founder: &Account, founding: Founding) -> Result<(Account, Community)> {
    if !founder.is_local() || founder.kind != AccountKind::Person || !founder.is_active() {
        return Err(Refusal::forbidden("not_a_person_here", "Only people of this node found communities here.").into());
    }
    if founder.guest().is_some() {
        return Err(Refusal::forbidden("guest", "Guests do not found communities; ask your sponsor to.").into());
    }
    check_stage(founding.stage)?;
    let title = title(&founding.title, &founding.name)?;
    let purpose = purpose(&founding.purpose)?;
    let new = accounts::New {
        username: founding.name,
        kind: AccountKind::Community,
        display_name: title,
        locked: founding.stage != Stage::Public,
        keys: founding.keys,
    };
    let account = accounts::create(tx, new).await?;
    let community = Community {
        account_id: account.id,
        purpose,
        stage: founding.stage,
        join_rule: founding.join_rule,
        question: question(&founding.question)?,
        least_level: founding.least_level,
        announce_replies: false,
        members_count: 0,
        ..Community::blank(account.id, founding.stage, tx.now)
    };
    insert(tx, &community).await?;
    accounts::change_profile(tx, &account, described(&community.purpose)).await?;
    tx.record(Event::CommunityFounded { community: account.id });
    seat_founder(tx, founder, &account).await?;
    let account = accounts::queries::by_id(tx, account.id).await?.ok_or_else(Refusal::not_found)?;
    Ok((account, Community { members_count: 1, ..community }))
}

async fn seat_founder(tx: &Tx, founder: &Account, community: &Account) -> Result<()> {
    let seat = seats::fresh(tx, community.id, founder.id, SeatStatus::Active);
    seats::keep(tx, Seat { role: Role::Owner, admitted_by: Some(founder.id), ..seat }, true).await?;
    relationships::follow(tx, founder, community, FollowOptions::default(), None).await?;
    relationships::accept(tx, founder.id, community.id).await
}

/// Changes a community of ours; owners only (the caller's role is checked here). Records `ProfileEdited`.
pub async fn change(tx: &Tx, by: &Account, community: AccountId, changes: Changes) -> Result<()> {
    let (account, old) = owned(tx, by, community).await?;
    let mut profile = accounts::Changes::default();
    if let Some(typed) = &changes.title {
        profile.display_name = Some(title(typed, &account.username)?);
    }
    let purpose = changes.purpose.as_deref().map(purpose).transpose()?;
    if let Some(purpose) = &purpose {
        profile.note = described(purpose).note;
    }
    let question = changes.question.as_deref().map(question).transpose()?;
    sql!(
        "UPDATE communities SET purpose = {}, join_rule = {}, question = {}, announce_replies = {} WHERE account_id = {}",
        purpose.unwrap_or(old.purpose),
        changes.join_rule.unwrap_or(old.join_rule),
        question.unwrap_or(old.question),
        changes.announce_replies.unwrap_or(old.announce_replies),
        community
    )
    .run(tx)
    .await?;
    accounts::change_profile(tx, &account, profile).await
}

/// Closes a community of ours for good: it stays readable. Owners only. Records `ProfileEdited`.
pub async fn close(tx: &Tx, by: &Account, community: AccountId) -> Result<()> {
    owned(tx, by, community).await?;
    sql!("UPDATE communities SET closed_at = {} WHERE account_id = {}", tx.now, community).run(tx).await?;
    tx.record(Event::ProfileEdited { account: community });
    Ok(())
}

/// Keeps what a community elsewhere says of itself (its account is kept before), cut to our limits.
/// Never touches one of ours.
pub async fn keep_remote(tx: &Tx, community: AccountId, facts: &RemoteFacts) -> Result<()> {
    let account = accounts::queries::by_id(tx, community).await?.ok_or_else(Refusal::not_found)?;
    if account.is_local() || !account.is_community() {
        return Err(Refusal::forbidden("not_elsewhere", "This is not a community of another node.").into());
    }
    let community = Community {
        account_id: community,
        purpose: free_text(&facts.purpose, PURPOSE_CHARS_MAX),
        stage: facts.stage,
        join_rule: facts.join_rule,
        question: free_text(&facts.question, QUESTION_CHARS_MAX),
        least_level: Level::Plain,
        announce_replies: false,
        members_count: facts.members_count.max(0),
        ..Community::blank(community, facts.stage, account.created_at)
    };
    insert(tx, &community).await
}

async fn insert(tx: &Tx, community: &Community) -> Result<()> {
    Insert::into("communities")
        .set("account_id", community.account_id)
        .set("purpose", community.purpose.as_str())
        .set("stage", community.stage)
        .set("join_rule", community.join_rule)
        .set("question", community.question.as_str())
        .set("least_level", community.least_level)
        .set("announce_replies", community.announce_replies)
        .set("members_count", community.members_count)
        .set("created_at", community.created_at)
        .set("partners_at", community.partners_at)
        .set("federated_at", community.federated_at)
        .set("public_at", community.public_at)
        .on_conflict(
            "ON CONFLICT (account_id) DO UPDATE SET purpose = excluded.purpose, stage = excluded.stage, \
             join_rule = excluded.join_rule, question = excluded.question, members_count = excluded.members_count",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// A community of ours of which `by` is an owner and which is not closed.
async fn owned(tx: &Tx, by: &Account, id: AccountId) -> Result<(Account, Community)> {
    let community = queries::held(tx, id).await?;
    let account = accounts::queries::by_id(tx, id).await?.ok_or_else(Refusal::not_found)?;
    if !account.is_local() {
        return Err(Refusal::forbidden("elsewhere", "Change this community on its own node.").into());
    }
    if seats::role(tx, id, by.id).await? != Some(Role::Owner) {
        return Err(Refusal::forbidden("not_an_owner", "Only an owner of the community may do this.").into());
    }
    if community.closed_at.is_some() {
        return Err(Refusal::conflict("community_closed", "This community is closed.").into());
    }
    Ok((account, community))
}

fn check_stage(stage: Stage) -> Result<(), Refusal> {
    match stage {
        Stage::Public | Stage::Local => Ok(()),
        Stage::Partners | Stage::Federated => Err(Refusal::invalid(
            "stage",
            "must be public or local: private communities with members of other companies come with membership across companies",
        )),
    }
}

fn title(typed: &str, name: &str) -> Result<String, Refusal> {
    within("title", typed, COMMUNITY_TITLE_CHARS_MAX)?;
    let title = display_name(typed, COMMUNITY_TITLE_CHARS_MAX);
    Ok(if title.is_empty() { name.to_owned() } else { title })
}

fn purpose(typed: &str) -> Result<String, Refusal> {
    within("purpose", typed, PURPOSE_CHARS_MAX)?;
    let purpose = free_text(typed, PURPOSE_CHARS_MAX);
    if purpose.is_empty() {
        return Err(Refusal::invalid("purpose", "must say what the community is for"));
    }
    Ok(purpose)
}

fn question(typed: &str) -> Result<String, Refusal> {
    within("question", typed, QUESTION_CHARS_MAX)?;
    Ok(free_text(typed, QUESTION_CHARS_MAX))
}

fn within(field: &'static str, typed: &str, chars_max: usize) -> Result<(), Refusal> {
    if typed.trim().chars().nth(chars_max).is_some() {
        return Err(Refusal::invalid(field, format_args!("must not be longer than {chars_max} characters")));
    }
    Ok(())
}

/// The purpose is the description of the account, so that every client shows it.
fn described(purpose: &str) -> accounts::Changes {
    let html = compose(purpose, Format::Plain, &|_| None, &|_| String::new()).html;
    accounts::Changes { note: Some((purpose.to_owned(), html)), ..accounts::Changes::default() }
}
