//! What the owners of a community of ours say of it and which rules they set. How wide it is open: `stages`.

use super::owned;
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
        text::{
            compose::{Format, compose},
            limits::{COMMUNITY_TITLE_CHARS_MAX, PURPOSE_CHARS_MAX, QUESTION_CHARS_MAX},
            names::{display_name, free_text},
        },
        words::{History, JoinRule, Level},
    },
    features::accounts,
    sql,
    store::{
        Tx,
        tables::{Account, Community},
    },
};
use serde_json::json;

/// Most first posts of a newcomer that may wait for a moderator.
const NEWCOMER_POSTS_MAX: i64 = 100;

/// Changes of a community; `None` leaves a thing as it is.
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
    /// The least level of peers it admits; who is in stays in.
    pub least_level: Option<Level>,
    /// What newcomers read of what was there before them: all, or only what comes after.
    pub history: Option<History>,
    /// Posting waits until the member has accepted the community's policy.
    pub policy_required: Option<bool>,
    /// Members are shown everyone's stakeholder kind.
    pub stakeholders_shown: Option<bool>,
    /// Everyone may read its log of moderation.
    pub log_public: Option<bool>,
    /// How many first posts of a newcomer wait for a moderator: 0 to 100.
    pub newcomer_posts: Option<i64>,
}

impl Changes {
    /// Whether it changes who may do what.
    fn changes_rights(&self) -> bool {
        self.join_rule.is_some()
            || self.least_level.is_some()
            || self.history.is_some()
            || self.policy_required.is_some()
            || self.stakeholders_shown.is_some()
            || self.log_public.is_some()
            || self.newcomer_posts.is_some()
    }

    /// The community as it is afterwards, if all of it is allowed.
    fn applied(&self, old: Community) -> Result<Community, Refusal> {
        if self.history == Some(History::Since) {
            return Err(Refusal::invalid("history", "must be all or join: since when is said by an agreement"));
        }
        if self.newcomer_posts.is_some_and(|posts| !(0..=NEWCOMER_POSTS_MAX).contains(&posts)) {
            return Err(Refusal::invalid("newcomer_posts", said!("must be from 0 to {max}", max = NEWCOMER_POSTS_MAX)));
        }
        Ok(Community {
            purpose: self.purpose.as_deref().map(purpose).transpose()?.unwrap_or(old.purpose),
            question: self.question.as_deref().map(question).transpose()?.unwrap_or(old.question),
            join_rule: self.join_rule.unwrap_or(old.join_rule),
            announce_replies: self.announce_replies.unwrap_or(old.announce_replies),
            least_level: self.least_level.unwrap_or(old.least_level),
            history: self.history.unwrap_or(old.history),
            policy_required: self.policy_required.unwrap_or(old.policy_required),
            stakeholders_shown: self.stakeholders_shown.unwrap_or(old.stakeholders_shown),
            log_public: self.log_public.unwrap_or(old.log_public),
            newcomer_posts: self.newcomer_posts.unwrap_or(old.newcomer_posts),
            ..old
        })
    }
}

/// Changes a community of ours; owners only (the caller's role is checked here). Records `ProfileEdited`.
pub async fn change(tx: &Tx, by: &Account, community: AccountId, changes: Changes) -> Result<()> {
    let (account, old) = owned(tx, by, community).await?;
    let mut profile = accounts::Changes::default();
    if let Some(typed) = &changes.title {
        profile.display_name = Some(title(typed, &account.username)?);
    }
    let new = changes.applied(old)?;
    if changes.purpose.is_some() {
        profile.note = described(&new.purpose).note;
    }
    sql!(
        "UPDATE communities SET purpose = {}, join_rule = {}, question = {}, announce_replies = {}, least_level = {}, history = {}, \
         policy_required = {}, stakeholders_shown = {}, log_public = {}, newcomer_posts = {} WHERE account_id = {}",
        new.purpose.as_str(),
        new.join_rule,
        new.question.as_str(),
        new.announce_replies,
        new.least_level,
        new.history,
        new.policy_required,
        new.stakeholders_shown,
        new.log_public,
        new.newcomer_posts,
        community
    )
    .run(tx)
    .await?;
    if changes.changes_rights() {
        let rules = json!({ "join": new.join_rule, "least_level": new.least_level, "history": new.history,
            "policy_required": new.policy_required, "stakeholders_shown": new.stakeholders_shown, "log_public": new.log_public,
            "newcomer_posts": new.newcomer_posts });
        super::note(tx, by, "community.rules", (&account, rules));
    }
    accounts::change_profile(tx, &account, profile).await
}

pub(super) fn title(typed: &str, name: &str) -> Result<String, Refusal> {
    within("title", typed, COMMUNITY_TITLE_CHARS_MAX)?;
    let title = display_name(typed, COMMUNITY_TITLE_CHARS_MAX);
    Ok(if title.is_empty() { name.to_owned() } else { title })
}

pub(super) fn purpose(typed: &str) -> Result<String, Refusal> {
    within("purpose", typed, PURPOSE_CHARS_MAX)?;
    let purpose = free_text(typed, PURPOSE_CHARS_MAX);
    if purpose.is_empty() {
        return Err(Refusal::invalid("purpose", "must say what the community is for"));
    }
    Ok(purpose)
}

pub(super) fn question(typed: &str) -> Result<String, Refusal> {
    within("question", typed, QUESTION_CHARS_MAX)?;
    Ok(free_text(typed, QUESTION_CHARS_MAX))
}

fn within(field: &'static str, typed: &str, chars_max: usize) -> Result<(), Refusal> {
    if typed.trim().chars().nth(chars_max).is_some() {
        return Err(Refusal::invalid(field, said!("must not be longer than {max} characters", max = chars_max)));
    }
    Ok(())
}

/// The purpose is the description of the account, so that every client shows it.
pub(super) fn described(purpose: &str) -> accounts::Changes {
    let html = compose(purpose, Format::Plain, &|_| None, &|_| String::new()).html;
    accounts::Changes { note: Some((purpose.to_owned(), html)), ..accounts::Changes::default() }
}
