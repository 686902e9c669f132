//! Where a post falls: its community and its effective audience, by the facts of one statement.
//!
//! For `publish` and `receive`. Invariant: a post never becomes wider than its writer chose, and a
//! post without Public never enters a public community. Source: decisions.md 5, membership.md 6.

use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::AccountId,
        words::{Audience, JoinRule, Level, Role, SeatStatus, Stage},
    },
    policy::{
        membership::{self, Speaker},
        visibility::narrower,
    },
    sql,
    store::Source,
};
use sea_orm::FromQueryResult;

/// What the right of one account to post into one community depends on.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Ground {
    /// How wide the community is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// Closed since.
    pub closed_at: Option<Stamp>,
    /// Its node; empty for ours.
    pub host: String,
    /// What its node understands, if that is known.
    pub level: Option<Level>,
    /// The account's seat.
    pub status: Option<SeatStatus>,
    /// The account's role in that seat.
    pub role: Option<Role>,
    /// The account's ban, if it has not expired (any value).
    pub ban: Option<i64>,
}

/// A post that is to fall somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// What the writer chose.
    pub audience: Audience,
    /// Whether it answers a post of that community.
    pub is_reply: bool,
}

impl Ground {
    /// The facts about `account` in `community`; none when that is no community we know.
    pub(super) async fn find(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Self>> {
        sql!(
            "SELECT c.stage, c.join_rule, c.closed_at, a.host, p.level, s.status, s.role, b.created_at AS ban \
             FROM communities c JOIN accounts a ON a.id = c.account_id LEFT JOIN peers p ON p.host = a.host \
             LEFT JOIN seats s ON s.community_id = c.account_id AND s.account_id = {} \
             LEFT JOIN bans b ON b.community_id = c.account_id AND b.account_id = {} AND (b.expires_at IS NULL OR b.expires_at > {}) \
             WHERE c.account_id = {}",
            account,
            account,
            from.now(),
            community
        )
        .one(from)
        .await
    }

    /// Whether the community lives on this node.
    pub(super) fn is_ours(&self) -> bool {
        self.host.is_empty()
    }

    /// Groups of other software decide for themselves; we never refuse on their behalf.
    fn decides_elsewhere(&self) -> bool {
        !self.is_ours() && self.level != Some(Level::Intermoot)
    }

    /// Whether the account may post here: by its seat, or as a guest who answers.
    pub(super) fn may_post(&self, is_reply: bool) -> Result<(), Refusal> {
        let role = self.role.filter(|_| self.status == Some(SeatStatus::Active));
        let speaker = Speaker { role, is_banned: self.ban.is_some() };
        let verdict = membership::may_post(speaker, self.closed_at.is_some());
        let is_guest = role.is_none() && is_reply && self.closed_at.is_none();
        if is_guest && membership::may_answer_as_guest(self.stage, self.join_rule, speaker.is_banned) {
            return Ok(());
        }
        verdict
    }

    /// The audience that a post written here gets in this community, or why it may not go there.
    pub(super) fn settle(&self, wish: Wish) -> Result<Audience, Refusal> {
        if !self.decides_elsewhere() {
            // Clients show the sentence of a 422 beside the text, which is where it belongs.
            self.may_post(wish.is_reply).map_err(|refusal| Refusal { kind: Kind::Invalid, ..refusal })?;
        }
        match self.stage {
            Stage::Public if wish.audience > Audience::Unlisted => Err(Refusal {
                kind: Kind::Invalid,
                ..Refusal::forbidden(
                    "public_community",
                    "This community is public: what is posted in it cannot be for followers only. Choose public, or write outside the community.",
                )
            }),
            Stage::Public => Ok(wish.audience),
            Stage::Local | Stage::Partners | Stage::Federated => Ok(narrower(wish.audience, Audience::Members)),
        }
    }
}
