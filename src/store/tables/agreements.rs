//! `agreements`, `agreement_versions`, `rosters`, `off_boardings`, `off_boarding_seats`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, AgreementId, OffBoardingId},
    words::{AgreementState, History, Role, Stakeholder},
};
use sea_orm::FromQueryResult;

/// An agreement with another node; the terms are those of the version in force, read live at each use.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Agreement {
    /// Its row.
    pub id: AgreementId,
    /// Its id on the wire: a path for one that we drew up, a URL for one of theirs.
    pub uri: String,
    /// The other node.
    pub host: String,
    /// The other organisation.
    pub partner_id: AccountId,
    /// Where it stands.
    pub state: AgreementState,
    /// The version in force (0: none yet).
    pub version: i64,
    /// SHA-256 of that version's bytes, hex.
    pub digest: String,
    /// Whether seats in communities that it does not name are possible, by invitation.
    pub by_invitation: bool,
    /// The highest role that the partner's people may hold here, and ours there.
    pub most_role: Role,
    /// What the partner's people are to our organisation.
    pub stakeholder: Stakeholder,
    /// Most seats that the partner's people may hold here together.
    pub seats_max: Option<i64>,
    /// Most seats admitted in 24 hours.
    pub seats_per_day: Option<i64>,
    /// What the partner's people may read of what was there before them.
    pub history: History,
    /// With [`History::Since`]: since when.
    pub history_from: Option<Stamp>,
    /// Whether media travel.
    pub media: bool,
    /// How long copies may be kept, in days; none: as long as the community keeps them.
    pub retention_days: Option<i64>,
    /// Ends by itself, by each side's own clock.
    pub ends_at: Option<Stamp>,
    /// Suspended by us.
    pub suspended_here: bool,
    /// Suspended by them.
    pub suspended_there: bool,
    /// Not used until an administrator confirms: after a restore, or when the partner's key changed.
    pub held: bool,
    /// Drawn up, or received.
    pub created_at: Stamp,
    /// First in force.
    pub in_force_at: Option<Stamp>,
    /// Ended, refused or lapsed.
    pub ended_at: Option<Stamp>,
    /// Last changed.
    pub updated_at: Stamp,
    /// When the other side's copy is pulled next.
    pub next_attempt_at: Option<Stamp>,
    /// The partner organisation's Ed25519 key (multibase) that its signatures are checked with.
    pub partner_key: String,
    /// The key that it shows now instead, until administrators compared fingerprints; '' for none.
    pub shown_key: String,
    /// Why it is held, as a sentence; '' when it is not.
    pub held_why: String,
    /// Since when `partner_key` counts: whatever an organisation proved earlier about its keys is over.
    pub key_at: Stamp,
}

/// The last thing that one side said alone about an agreement.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AgreementNotice {
    /// Of which agreement.
    pub agreement_id: AgreementId,
    /// Whether we said it.
    pub is_ours: bool,
    /// The bytes that were signed: canonical JSON (RFC 8785).
    pub document: String,
    /// The signature (multibase).
    pub signature: String,
    /// When it was said, by the clock of who said it: only later ones count.
    pub at: Stamp,
}

/// One version of an agreement's document.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AgreementVersion {
    /// Of which agreement.
    pub agreement_id: AgreementId,
    /// 1, 2, …
    pub version: i64,
    /// Where this version stands.
    pub state: AgreementState,
    /// Whether we offered it.
    pub offered_here: bool,
    /// The bytes that both sign: canonical JSON (RFC 8785).
    pub document: String,
    /// Their SHA-256, hex.
    pub digest: String,
    /// Our organisation's signature over them (multibase); '' for none yet.
    pub our_signature: String,
    /// Theirs.
    pub their_signature: String,
    /// Why it was refused.
    pub reason: String,
    /// Offered.
    pub offered_at: Stamp,
    /// Answered.
    pub answered_at: Option<Stamp>,
}

/// The lease under which a partner's people hold their seats here.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Roster {
    /// The partner's node.
    pub host: String,
    /// Its number: only a higher one replaces it.
    pub sequence: i64,
    /// As the partner says.
    pub issued_at: Stamp,
    /// By our own clock: at most 72 h after it was received.
    pub valid_until: Stamp,
    /// Received.
    pub fetched_at: Stamp,
    /// Last asked for, with or without success.
    pub tried_at: Stamp,
}

/// The act by which somebody left the company.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OffBoarding {
    /// Its id.
    pub id: OffBoardingId,
    /// Who left.
    pub account_id: AccountId,
    /// Who did it; none: the command line.
    pub by_id: Option<AccountId>,
    /// Why, for the receipt.
    pub reason: String,
    /// The roster's number from which they are not vouched for.
    pub sequence: i64,
    /// When.
    pub created_at: Stamp,
    /// One of too many at once: seats elsewhere are paused, not ended, until somebody else confirms.
    pub held_at: Option<Stamp>,
    /// Who confirmed.
    pub confirmed_by: Option<AccountId>,
    /// Confirmed.
    pub confirmed_at: Option<Stamp>,
    /// Taken back before it was confirmed.
    pub undone_at: Option<Stamp>,
}

/// One seat of a leaver elsewhere, until its node's signed record says that it ended.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OffBoardingSeat {
    /// Of which act.
    pub off_boarding_id: OffBoardingId,
    /// In which community.
    pub community_id: AccountId,
    /// On which node.
    pub host: String,
    /// How often it was told.
    pub attempts: i64,
    /// When it is told again; none once confirmed.
    pub next_attempt_at: Option<Stamp>,
    /// The record came.
    pub confirmed_at: Option<Stamp>,
}
