//! `communities`, `seats`, `bans`, `host_bans`, `invitations`, `offers`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, InvitationId, OfferId, SeatId},
    words::{History, JoinRule, Level, Role, SeatStatus, Stage, Stakeholder},
};
use sea_orm::FromQueryResult;

/// What a community is beyond an account.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Community {
    /// The account of the same id carries name, title and description.
    pub account_id: AccountId,
    /// What it is for: stated before anyone joins.
    pub purpose: String,
    /// How wide it is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked, when they must ask.
    pub question: String,
    /// The least level of peers it admits.
    pub least_level: Level,
    /// Whether replies are announced to plain peers too.
    pub announce_replies: bool,
    /// Active seats, as far as we know.
    pub members_count: i64,
    /// Founded.
    pub created_at: Stamp,
    /// Closed since.
    pub closed_at: Option<Stamp>,
    /// At least open to partners since.
    pub partners_at: Option<Stamp>,
    /// At least open to members of any node since.
    pub federated_at: Option<Stamp>,
    /// Public since.
    pub public_at: Option<Stamp>,
    /// What newcomers may read of what was there before them.
    pub history: History,
    /// Whether posting waits until the member has accepted the community's policy.
    pub policy_required: bool,
    /// Whether members, not only curators and up, are shown everyone's stakeholder kind.
    pub stakeholders_shown: bool,
    /// Whether everyone may read its log of moderation, not only members.
    pub log_public: bool,
    /// How many first posts of a newcomer wait for a moderator.
    pub newcomer_posts: i64,
    /// The community that took over when this one was narrowed.
    pub succeeded_by: Option<AccountId>,
    /// The id of the community as which it goes on on another node; empty for nowhere.
    pub moved_to: String,
    /// JSON list of the ids under which one of ours was known before; empty for none.
    pub also_known_as: String,
}

impl Community {
    /// One with this id, open so wide since `at`, everything else as it is by default.
    pub fn blank(account_id: AccountId, stage: Stage, at: Stamp) -> Self {
        let since = |least: Stage| (stage >= least).then_some(at);
        Self {
            account_id,
            purpose: String::new(),
            stage,
            join_rule: JoinRule::Open,
            question: String::new(),
            least_level: Level::Plain,
            announce_replies: false,
            members_count: 0,
            created_at: at,
            closed_at: None,
            partners_at: since(Stage::Partners),
            federated_at: since(Stage::Federated),
            public_at: since(Stage::Public),
            history: History::All,
            policy_required: false,
            stakeholders_shown: false,
            log_public: false,
            newcomer_posts: 0,
            succeeded_by: None,
            moved_to: String::new(),
            also_known_as: String::new(),
        }
    }
}

/// Somebody's membership of a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Seat {
    /// Its id (order of listing).
    pub id: SeatId,
    /// Of which community.
    pub community_id: AccountId,
    /// Whose.
    pub account_id: AccountId,
    /// Stored status.
    pub status: SeatStatus,
    /// What the member may do.
    pub role: Role,
    /// Grows with every change, on the community's clock.
    pub rev: i64,
    /// The latest ask that counted.
    pub asked_at: Stamp,
    /// Who let them in.
    pub admitted_by: Option<AccountId>,
    /// Why it ended or was refused.
    pub reason: String,
    /// First asked or invited.
    pub created_at: Stamp,
    /// Last changed.
    pub updated_at: Stamp,
    /// The member's node ('' for ours).
    pub host: String,
    /// What the member is to the organisation that owns the community.
    pub stakeholder: Stakeholder,
    /// The organisation it is held through, by its stored uri ('/org' is ours); '' for a personal seat.
    pub organisation: String,
    /// The node with which an agreement must be in force for it to be usable; '' for none.
    pub agreement_host: String,
    /// Reads what counts as posted from then on.
    pub history_from: Stamp,
    /// Ends by itself, be it a guest's, an invitation or a request.
    pub expires_at: Option<Stamp>,
    /// Not usable until somebody has looked at it: admitted by a person who left since.
    pub paused_at: Option<Stamp>,
    /// Who answers for a guest.
    pub sponsor_id: Option<AccountId>,
    /// What was answered to the community's question.
    pub answer: String,
    /// The last record of it as its group signed it (JSON); '' for none yet.
    pub record: String,
    /// How often an ask for it was told to the community's node.
    pub attempts: i64,
    /// When the ask is told again; in a community of ours: when an announced organisation's ask is granted.
    pub next_attempt_at: Option<Stamp>,
    /// When it last became active.
    pub admitted_at: Option<Stamp>,
    /// Refused by a moderator, who may still take it back.
    pub refused_at: Option<Stamp>,
}

/// Somebody may not be in a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Ban {
    /// Which community.
    pub community_id: AccountId,
    /// Who.
    pub account_id: AccountId,
    /// Why.
    pub reason: String,
    /// Until when; none: for good.
    pub expires_at: Option<Stamp>,
    /// Since.
    pub created_at: Stamp,
}

/// Nobody of a node may be in a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HostBan {
    /// Which community.
    pub community_id: AccountId,
    /// Which node.
    pub host: String,
    /// Why.
    pub reason: String,
    /// Until when; none: for good.
    pub expires_at: Option<Stamp>,
    /// Lifted since: for 30 days its people come in only by asking.
    pub lifted_at: Option<Stamp>,
    /// Since.
    pub created_at: Stamp,
}

/// An invitation by e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To which community.
    pub community_id: AccountId,
    /// By whom.
    pub inviter_id: AccountId,
    /// To which address.
    pub email: String,
    /// The role it gives.
    pub role: Role,
    /// If it is accepted as a guest: until when.
    pub guest_until: Option<Stamp>,
    /// Written.
    pub created_at: Stamp,
    /// Can be accepted until.
    pub expires_at: Stamp,
    /// Accepted.
    pub accepted_at: Option<Stamp>,
    /// By whom it was accepted.
    pub account_id: Option<AccountId>,
    /// Revoked or declined.
    pub ended_at: Option<Stamp>,
    /// What a guest is to the organisation that owns the community.
    pub stakeholder: Stakeholder,
    /// How often a link was made for it.
    pub sends: i64,
    /// The token of its link, sealed by the node's secret, until the mail is sent.
    pub token_sealed: Option<Vec<u8>>,
    /// How often sending its mail was tried.
    pub mail_attempts: i64,
    /// When that is tried next; none: it is sent, or given up.
    pub mail_next_at: Option<Stamp>,
    /// Sent.
    pub mailed_at: Option<Stamp>,
    /// Why sending failed last.
    pub mail_error: String,
}

/// A decision of one of our moderators in a community elsewhere, told to its node until that answers.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// In which community.
    pub community_id: AccountId,
    /// Who decides.
    pub by_id: AccountId,
    /// Over whom.
    pub account_id: AccountId,
    /// What, as JSON (`memberships::Decision`).
    pub body: String,
    /// The revision of the seat that the decision looked at.
    pub based_on: i64,
    /// When it was made: strictly growing for one moderator and community.
    pub asked_at: Stamp,
    /// How often it was told.
    pub attempts: i64,
    /// When it is told again; none once it is answered.
    pub next_attempt_at: Option<Stamp>,
    /// The record that was the answer.
    pub answer: String,
    /// Answered.
    pub answered_at: Option<Stamp>,
}
