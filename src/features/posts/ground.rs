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
    features::communities::usable::usable,
    policy::{
        agreement::capped,
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
    /// The account's role in that seat, if the seat is usable now.
    role: Option<Role>,
    /// The highest role under the agreement through which the seat is held.
    most: Option<Role>,
    /// The ban of the account or of everyone of its node, if it has not expired (any value).
    pub ban: Option<i64>,
    /// The seat waits for somebody to look at it.
    paused_at: Option<Stamp>,
    /// The node with which an agreement must be in force ('' for none).
    agreement_host: Option<String>,
    /// Suspended by either side or held; none when no agreement is in force.
    is_suspended: Option<bool>,
    /// Until when the partner's word about its people counts.
    vouched_until: Option<Stamp>,
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
        let now = from.now();
        let select = usable(sql!("SELECT CASE WHEN "), "s", now).then(
            " THEN s.role END AS role, c.stage, c.join_rule, c.closed_at, a.host, p.level, s.status, s.paused_at, \
             s.agreement_host, g.most_role AS most, (g.suspended_here OR g.suspended_there OR g.held) AS is_suspended, \
             r.valid_until AS vouched_until, COALESCE(b.created_at, h.created_at) AS ban \
             FROM communities c JOIN accounts a ON a.id = c.account_id JOIN accounts w ON w.id = {} LEFT JOIN peers p ON p.host = a.host \
             LEFT JOIN seats s ON s.community_id = c.account_id AND s.account_id = w.id \
             LEFT JOIN agreements g ON g.host = s.agreement_host AND g.state = 2 AND (g.ends_at IS NULL OR g.ends_at > {}) \
             LEFT JOIN rosters r ON r.host = s.agreement_host \
             LEFT JOIN bans b ON b.community_id = c.account_id AND b.account_id = w.id AND (b.expires_at IS NULL OR b.expires_at > {}) \
             LEFT JOIN host_bans h ON h.community_id = c.account_id AND h.host = w.host AND h.lifted_at IS NULL \
                AND (h.expires_at IS NULL OR h.expires_at > {}) WHERE c.account_id = {}",
        );
        select.bind(account).bind(now).bind(now).bind(now).bind(community).one(from).await
    }

    /// Whether the community lives on this node.
    pub(super) fn is_ours(&self) -> bool {
        self.host.is_empty()
    }

    /// Groups of other software decide for themselves; we never refuse on their behalf.
    fn decides_elsewhere(&self) -> bool {
        !self.is_ours() && self.level != Some(Level::Intermoot)
    }

    /// The role that the account has at this use of its seat; none when the seat is not usable.
    pub(super) fn role(&self) -> Option<Role> {
        self.role.map(|role| capped(role, self.most))
    }

    /// Whether the account may post here: by its seat, or as a guest who answers. A seat that is not usable now is no seat,
    /// and whoever holds it is told why. What more a community asks of its writers (a policy to be accepted, a thread that
    /// is not locked) is asked beside this, by `publish` and `receive`.
    pub(super) fn may_post(&self, is_reply: bool) -> Result<(), Refusal> {
        let role = self.role();
        let speaker = Speaker { role, is_banned: self.ban.is_some() };
        let holds_seat = self.status == Some(SeatStatus::Active);
        let is_guest = role.is_none() && !holds_seat && is_reply && self.closed_at.is_none();
        if is_guest && membership::may_answer_as_guest(self.stage, self.join_rule, speaker.is_banned) {
            return Ok(());
        }
        membership::may_post(speaker, self.closed_at.is_some()).map_err(|refusal| match (role, speaker.is_banned, self.closed_at) {
            (None, false, None) => self.why_not(),
            _ => refusal,
        })
    }

    /// Why the account cannot use a seat in this community now, and what to do.
    fn why_not(&self) -> Refusal {
        match self.status {
            Some(SeatStatus::Active) => self.why_unusable(),
            Some(SeatStatus::Requested) => {
                Refusal::forbidden("seat_requested", "Your request to join this community has not been decided yet.")
            }
            Some(SeatStatus::Invited) => {
                Refusal::forbidden("seat_invited", "Accept the invitation to this community before you post in it.")
            }
            Some(SeatStatus::Ended) | None => Refusal::forbidden("not_a_member", "Join the community before you post in it."),
        }
    }

    fn why_unusable(&self) -> Refusal {
        let is_held_through_another = self.agreement_host.as_ref().is_some_and(|host| !host.is_empty());
        match self.is_suspended {
            _ if self.paused_at.is_some() => Refusal::forbidden(
                "seat_paused",
                "Your membership of this community is paused until one of its moderators has looked at it.",
            ),
            None if is_held_through_another => Refusal::forbidden(
                "agreement_ended",
                "The agreement through which you are in this community has ended. Ask an administrator of your organisation.",
            ),
            Some(true) if is_held_through_another => Refusal::forbidden(
                "agreement_suspended",
                "The agreement through which you are in this community is suspended. You can post again when it is resumed.",
            ),
            _ if is_held_through_another && self.vouched_until.is_some() => Refusal::forbidden(
                "lease_lapsed",
                "Your organisation's word that you belong to it has run out here. You can post again when its server has renewed it.",
            ),
            _ => Refusal::forbidden("seat_not_usable", "Your membership of this community cannot be used now. Ask one of its moderators."),
        }
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
