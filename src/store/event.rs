//! What has happened: past tense, ids only.
//!
//! Recorded in the transaction of the act; `server/consequences.rs` says what follows from each.

#![expect(missing_docs, reason = "the fields are the ids of what the sentence of each variant names")]

use crate::base::{
    clock::Stamp,
    id::{AccountId, AgreementId, OfferId, PostId, ReportId},
};
use serde::{Deserialize, Serialize};

/// Something that happened. Ids only: whoever acts on it reads the present state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A post of ours or of others was kept for the first time.
    PostPublished { post: PostId },
    /// A post changed its words.
    PostEdited { post: PostId },
    /// A post was deleted by its author (its row is now a tombstone).
    PostDeleted { post: PostId },
    /// A moderator took a post out of its community.
    PostRemoved { post: PostId, by: AccountId },
    /// `boost` is a row of its own that shows another post.
    PostBoosted { boost: PostId },
    /// A boost was taken back; `of` is the post it showed.
    PostUnboosted { boost: PostId, by: AccountId, of: PostId },
    /// Somebody likes a post.
    PostLiked { by: AccountId, post: PostId },
    /// Somebody no longer likes a post; `uri` names the like that is undone.
    PostUnliked { by: AccountId, post: PostId, uri: String },
    /// Somebody put an emoji to a post, or dislikes it.
    PostReacted { by: AccountId, post: PostId },
    /// Somebody of ours voted in the poll of a post.
    PollVoted { by: AccountId, post: PostId },
    /// The time of a poll is over, here or elsewhere.
    PollEnded { post: PostId },
    /// The figures of a poll of ours changed since they were told last.
    PollCounted { post: PostId },
    /// A post was put at the head of an account's profile (its author's or its community's), or taken from there.
    PostPinned { account: AccountId, post: PostId, is_pinned: bool },
    /// Somebody elsewhere asked to quote a post of ours, and was answered.
    QuoteAsked { request: i64 },
    /// Somebody here quoted a post from elsewhere: its author is asked.
    QuoteWanted { post: PostId },
    /// What stands beside the words of a post of ours changed: its stamp, or who may quote it.
    PostRestated { post: PostId },
    /// The `stamp` by which `account` quoted a post of ours was taken back by its author.
    QuoteRevoked { stamp: i64, post: PostId, by: AccountId, account: AccountId },
    /// A post was accepted into the community it was sent to (only where the community lives).
    PostAdmitted { post: PostId, community: AccountId },
    /// A follow was asked for, or asked again (`again` counts the repeats).
    FollowAsked { follower: AccountId, target: AccountId, again: u32 },
    /// A follow of one of ours was accepted.
    FollowAccepted { follower: AccountId, target: AccountId },
    /// A follow was refused or ended by its target.
    FollowRejected { follower: AccountId, target: AccountId, uri: String },
    /// A follow was ended by the follower; `uri` names it.
    FollowEnded { follower: AccountId, target: AccountId, uri: String },
    /// Somebody blocks somebody.
    Blocked { by: AccountId, target: AccountId, uri: String },
    /// A block was lifted; `uri` names it.
    Unblocked { by: AccountId, target: AccountId, uri: String },
    /// A person's or community's profile changed.
    ProfileEdited { account: AccountId },
    /// A community of ours goes on on another node.
    CommunityMoved { community: AccountId },
    /// A community was founded here.
    CommunityFounded { community: AccountId },
    /// Somebody's seat in a community changed (status or role).
    SeatChanged { community: AccountId, account: AccountId },
    /// One of ours asks for a seat in a community elsewhere, or asks again (`again` counts the repeats).
    SeatAsked { community: AccountId, account: AccountId, again: u32 },
    /// One of ours left a community elsewhere, or declined its invitation.
    SeatLeft { community: AccountId, account: AccountId },
    /// An ask for a seat here was answered: the record goes to the person's node, though it may not have changed.
    SeatAnswered { community: AccountId, account: AccountId },
    /// An ask for a seat here was refused and left no seat: the person's node is told why.
    AskRefused { community: AccountId, account: AccountId, code: String, sentence: String },
    /// A new organisation comes into a non-public community: the first of its people asked for a seat in one of ours, or the
    /// community's node says so.
    OrganisationAnnounced { community: AccountId, host: String },
    /// A moderator of ours decided over somebody in a community elsewhere, or says so again.
    Offered { offer: OfferId, again: u32 },
    /// A moderator elsewhere decided over somebody's seat here: the present record goes to the moderator's node, as the answer
    /// to what they asked at `asked_at`.
    OfferAnswered { community: AccountId, by: AccountId, account: AccountId, asked_at: Stamp },
    /// Somebody was put out of a community by `by`, and may not come back before `expires` (if banned).
    MemberRemoved { community: AccountId, account: AccountId, by: AccountId },
    /// We offered a version of an agreement to the other side, or offer it again.
    AgreementOffered { agreement: AgreementId, version: i64 },
    /// We accepted or refused a version that was offered to us.
    AgreementAnswered { agreement: AgreementId, version: i64 },
    /// We changed an agreement alone: narrowed to this version, or (version 0) suspended, resumed, ended or withdrew it.
    AgreementChanged { agreement: AgreementId, version: i64 },
    /// Another organisation offers us an agreement or new terms, and waits for an administrator's word.
    AgreementReceived { agreement: AgreementId },
    /// An agreement is held until an administrator confirms it.
    AgreementHeld { agreement: AgreementId },
    /// An agreement that was in force ended: by us, by them, or by the clock.
    AgreementEnded { agreement: AgreementId },
    /// Nobody answered an offer in time.
    AgreementLapsed { agreement: AgreementId },
    /// The partner of an agreement does far more than it is known for.
    PartnerAlarmed { agreement: AgreementId },
    /// The partner of an agreement takes nothing from us for an hour, or for 30 days.
    PartnerUnreachable { agreement: AgreementId },
    /// The other side of an ended agreement is to be told what to forget, or told again.
    Retracted { retraction: i64 },
    /// We forgot what a community elsewhere asked us to forget in its list `uri`, or were asked again.
    RetractionFollowed { community: AccountId, uri: String, forgotten: i64 },
    /// Our organisation has a new key: its partners are told, with the proof of the key before.
    KeyReplaced { account: AccountId },
    /// The partner at `host` is to be told our roster anew: somebody on it left, or it is told again.
    RosterDue { host: String },
    /// Something was reported to moderators.
    ReportMade { report: ReportId },
    /// A report was closed.
    ReportResolved { report: ReportId },
    /// A moderator did something in a community, or asks for it elsewhere: an entry of the log.
    Moderated { entry: i64 },
    /// An account of ours was deleted.
    AccountDeleted { account: AccountId },
    /// Somebody signed up on this node by themselves.
    SignedUp { account: AccountId },
    /// An administrator did something about the account of one of ours, who is told.
    Warned { warning: i64 },
}
