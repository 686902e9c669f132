//! Communities: founded, described, closed. Who is in them: `memberships`.
//!
//! Invariant: a community and its account share one id; `accounts.locked` is true exactly when the
//! stage is not public (decisions.md 5: Lemmy reads it so).

pub mod moves;
pub mod queries;
pub mod seats;
mod settings;
mod stages;
pub mod usable;

pub use settings::{Changes, change};
pub use stages::{Exposure, narrow, what_widening_exposes, widen};

use settings::{described, purpose, question, title};

use super::{
    accounts::{self, NewKeys},
    relationships::{self, FollowOptions},
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        text::{
            limits::{PURPOSE_CHARS_MAX, QUESTION_CHARS_MAX},
            names::free_text,
        },
        words::{AccountKind, JoinRule, Level, Role, SeatStatus, Stage},
    },
    sql,
    store::{
        Insert, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Community, Seat},
    },
};
use serde_json::json;

/// A community to be founded here.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name in its handle, validated.
    pub name: String,
    /// Title shown; the name stands in for an empty one.
    pub title: String,
    /// What it is for: required, 1 to 500 characters.
    pub purpose: String,
    /// How wide it is open.
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

/// The least level of peers that a community of this stage admits unless its owner says otherwise: plain servers only know
/// followers, so that what is not public is for nodes that know seats.
pub fn least_level(stage: Stage) -> Level {
    if stage == Stage::Public { Level::Plain } else { Level::Intermoot }
}

/// Founds a community; its founder holds the first seat, as owner, and follows it. Records
/// `CommunityFounded`. Refused unless the founder is a person of this node.
pub async fn found(tx: &Tx, founder: &Account, founding: Founding) -> Result<(Account, Community)> {
    let (account, community) = establish(tx, founder, founding).await?;
    let detail = json!({ "stage": community.stage, "join": community.join_rule });
    let entry = Entry::of("community.create", account.acct()).with(detail);
    let on_behalf = if entry.actor == founder.acct() { String::new() } else { founder.acct() };
    tx.audit(Entry { on_behalf, ..entry });
    Ok((account, community))
}

/// The same as part of a wider act, whose entry in the audit log stands for both.
async fn establish(tx: &Tx, founder: &Account, founding: Founding) -> Result<(Account, Community)> {
    if !founder.is_local() || founder.kind != AccountKind::Person || !founder.is_active() {
        return Err(Refusal::forbidden("not_a_person_here", "Only people of this node found communities here.").into());
    }
    if founder.guest().is_some() {
        return Err(Refusal::forbidden("guest", "Guests do not found communities; ask your sponsor to.").into());
    }
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

/// Closes a community of ours for good: it stays readable. Owners only. Records `ProfileEdited`.
pub async fn close(tx: &Tx, by: &Account, community: AccountId) -> Result<()> {
    let (account, _) = owned(tx, by, community).await?;
    sql!("UPDATE communities SET closed_at = {} WHERE account_id = {}", tx.now, community).run(tx).await?;
    tx.record(Event::ProfileEdited { account: community });
    note(tx, by, "community.close", (&account, json!({})));
    Ok(())
}

/// Notes what an owner did to the whole community.
fn note(tx: &Tx, by: &Account, act: &'static str, (community, detail): (&Account, serde_json::Value)) {
    tx.audit(Entry { actor: by.acct(), act, object: community.acct(), detail, ..Entry::default() });
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
    if seats::rank(tx, id, by.id).await? != Some(Role::Owner) {
        return Err(Refusal::forbidden("not_an_owner", "Only an owner of the community may do this.").into());
    }
    if community.closed_at.is_some() {
        return Err(Refusal::conflict("community_closed", "This community is closed.").into());
    }
    Ok((account, community))
}
