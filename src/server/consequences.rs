//! What follows from each thing that can happen, on one page. Adding an event makes the compiler ask here.

use crate::{
    base::{
        id::{AccountId, AgreementId, PostId, ReportId},
        words::NotificationKind,
    },
    store::{event::Event, news::News},
};

/// Something to be done, once its event is committed; harmless when done twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Put a post or boost on the home timelines it belongs to.
    Shelve(PostId),
    /// Put the boost by which a community shows a post on its followers' home timelines.
    ShelveShown {
        /// The community.
        community: AccountId,
        /// The post.
        post: PostId,
    },
    /// Take an entry, and boosts of it, off all home timelines.
    Unshelve(PostId),
    /// Fill a home timeline with what was last posted by an account just followed.
    Backfill {
        /// Whose timeline.
        reader: AccountId,
        /// Who was followed.
        of: AccountId,
    },
    /// Fetch what a community elsewhere had before somebody here was in it.
    FetchHistory(AccountId),
    /// Take everything of an account off somebody's home timeline.
    Clear {
        /// Whose timeline.
        reader: AccountId,
        /// Whose entries.
        of: AccountId,
    },
    /// Notify those whom a post concerns.
    TellOfPost(PostId),
    /// Put a direct post into the conversations of those it is between.
    Converse(PostId),
    /// Note to which page a new post leads.
    Link(PostId),
    /// Note to which page a post leads now that it was edited.
    Relink(PostId),
    /// Notify those who boosted a post that it was edited.
    TellOfEdit(PostId),
    /// Notify the author of a post that somebody boosted it.
    TellOfBoost(PostId),
    /// Notify the author of a post that somebody likes it.
    TellOfLike {
        /// Who likes it.
        by: AccountId,
        /// Which post.
        post: PostId,
    },
    /// Notify the author of a post that somebody put an emoji to it.
    TellOfReaction {
        /// Who did.
        by: AccountId,
        /// To which post.
        post: PostId,
    },
    /// Notify those who voted in a poll, and whoever asked, that it is over.
    TellOfPoll(PostId),
    /// Notify the author of a post that somebody quotes it, as a request let them.
    TellOfQuote(i64),
    /// Notify somebody of a new follower.
    TellOfFollow {
        /// Who follows.
        follower: AccountId,
        /// Whom.
        target: AccountId,
    },
    /// Notify somebody that another waits for their yes.
    TellOfRequest {
        /// Who asks.
        follower: AccountId,
        /// Whom.
        target: AccountId,
    },
    /// Notify moderators of ours of somebody who asks to be let into a community.
    TellOfAsk {
        /// Which community.
        community: AccountId,
        /// Who asks.
        account: AccountId,
    },
    /// Notify the moderators whom a report concerns.
    TellOfReport(ReportId),
    /// Notify the reporter of what came of a report.
    TellOfOutcome(ReportId),
    /// Notify the person over whom moderators acted.
    TellOfAct(i64),
    /// Notify somebody of what an administrator did about their account.
    TellOfWarning(i64),
    /// Notify those who handle this node's reports of somebody who signed up.
    TellOfSignUp(AccountId),
    /// Notify this node's administrators of what happened with an agreement.
    TellOfAgreement {
        /// Which.
        agreement: AgreementId,
        /// What.
        kind: NotificationKind,
    },
    /// Notify those present in a community of a company that is new there.
    TellOfNewcomer {
        /// The community.
        community: AccountId,
        /// The company's host.
        host: String,
    },
    /// List what the other side of an agreement is to forget.
    Retract(AgreementId),
    /// Take back what somebody granted another for quoting.
    RevokeQuotes {
        /// Who blocks.
        by: AccountId,
        /// Whom.
        quoter: AccountId,
    },
    /// Forget the notifications about a post.
    Forget(PostId),
    /// Tell those who read streams.
    Stream(News),
    /// Tell other nodes.
    Federate,
}

use Job::{
    Backfill, Clear, Converse, Federate, FetchHistory, Forget, Link, Relink, Retract, RevokeQuotes, Shelve, ShelveShown, Stream, TellOfAct,
    TellOfAgreement, TellOfAsk, TellOfBoost, TellOfEdit, TellOfFollow, TellOfLike, TellOfNewcomer, TellOfOutcome, TellOfPoll, TellOfPost,
    TellOfQuote, TellOfReaction, TellOfReport, TellOfRequest, TellOfSignUp, TellOfWarning, Unshelve,
};

/// What follows from `event`, in order.
pub fn consequences(event: &Event) -> Vec<Job> {
    let told = |agreement, kind| TellOfAgreement { agreement, kind };
    match *event {
        Event::PostPublished { post } => {
            vec![Shelve(post), TellOfPost(post), Converse(post), Link(post), Stream(News::Posted(post)), Federate]
        }
        Event::PostEdited { post } => vec![TellOfPost(post), TellOfEdit(post), Relink(post), Stream(News::Edited(post)), Federate],
        Event::PostDeleted { post } | Event::PostRemoved { post, .. } => {
            vec![Unshelve(post), Forget(post), Stream(News::Gone(post)), Federate]
        }
        Event::PostAdmitted { post, community } => vec![ShelveShown { community, post }, TellOfPost(post), Link(post), Federate],
        Event::PostBoosted { boost } => vec![Shelve(boost), TellOfBoost(boost), Stream(News::Posted(boost)), Federate],
        Event::PostUnboosted { boost, .. } => vec![Unshelve(boost), Federate],
        Event::PostLiked { by, post } => vec![TellOfLike { by, post }, Federate],
        Event::PollEnded { post } => vec![TellOfPoll(post), Federate],
        Event::PostReacted { by, post } => vec![TellOfReaction { by, post }],
        Event::FollowAsked { follower, target, again: 0 } => vec![TellOfRequest { follower, target }, Federate],
        Event::FollowAccepted { follower, target } => {
            vec![Backfill { reader: follower, of: target }, FetchHistory(target), TellOfFollow { follower, target }, Federate]
        }
        Event::FollowRejected { follower, target, .. } | Event::FollowEnded { follower, target, .. } => {
            vec![Clear { reader: follower, of: target }, Federate]
        }
        Event::Blocked { by, target, .. } => {
            let quotes = RevokeQuotes { by, quoter: target };
            vec![Clear { reader: by, of: target }, Clear { reader: target, of: by }, quotes, Federate]
        }
        Event::ReportMade { report } => vec![TellOfReport(report), Federate],
        Event::ReportResolved { report } => vec![TellOfOutcome(report), Federate],
        Event::Moderated { entry } => vec![TellOfAct(entry), Federate],
        Event::Warned { warning } => vec![TellOfWarning(warning)],
        Event::SignedUp { account } => vec![TellOfSignUp(account)],
        Event::PostUnliked { .. }
        | Event::PollVoted { .. }
        | Event::PollCounted { .. }
        | Event::PostPinned { .. }
        | Event::FollowAsked { .. }
        | Event::Unblocked { .. }
        | Event::ProfileEdited { .. }
        | Event::AccountDeleted { .. } => vec![Federate],
        Event::SeatChanged { community, account } => vec![TellOfAsk { community, account }, Federate],
        Event::CommunityFounded { .. } => vec![], // its owner's seat has an event of its own
        Event::QuoteAsked { request } => vec![TellOfQuote(request), Federate],
        Event::CommunityMoved { .. }
        | Event::QuoteWanted { .. }
        | Event::PostRestated { .. }
        | Event::QuoteRevoked { .. }
        | Event::MemberRemoved { .. }
        | Event::RosterDue { .. }
        | Event::KeyReplaced { .. }
        | Event::SeatAsked { .. }
        | Event::SeatLeft { .. }
        | Event::SeatAnswered { .. }
        | Event::AskRefused { .. }
        | Event::Offered { .. }
        | Event::Retracted { .. }
        | Event::RetractionFollowed { .. }
        | Event::OfferAnswered { .. } => vec![Federate],
        Event::OrganisationAnnounced { community, ref host } => vec![TellOfNewcomer { community, host: host.clone() }, Federate],
        Event::AgreementReceived { agreement } => vec![told(agreement, NotificationKind::AgreementOffered)],
        Event::AgreementHeld { agreement } => vec![told(agreement, NotificationKind::AgreementHeld)],
        Event::AgreementEnded { agreement } => vec![Retract(agreement), told(agreement, NotificationKind::AgreementEnded)],
        Event::AgreementLapsed { agreement } => vec![told(agreement, NotificationKind::AgreementLapsed)],
        Event::PartnerAlarmed { agreement } => vec![told(agreement, NotificationKind::PartnerAlarm)],
        Event::PartnerUnreachable { agreement } => vec![told(agreement, NotificationKind::PartnerUnreachable)],
        Event::AgreementOffered { .. } | Event::AgreementAnswered { .. } | Event::AgreementChanged { .. } => vec![Federate],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_that_is_only_repeated_notifies_nobody_again() {
        let ask = |again| Event::FollowAsked { follower: AccountId(1), target: AccountId(2), again };
        assert_eq!(consequences(&ask(0)).len(), 2);
        assert_eq!(consequences(&ask(3)), [Job::Federate]);
    }

    #[test]
    fn what_is_done_for_many_posts_at_once_is_what_follows_from_each() {
        // `jobs::publish` does these
        let post = PostId(1);
        assert_eq!(
            consequences(&Event::PostPublished { post }),
            [
                Job::Shelve(post),
                Job::TellOfPost(post),
                Job::Converse(post),
                Job::Link(post),
                Job::Stream(News::Posted(post)),
                Job::Federate
            ]
        );
    }

    #[test]
    fn a_removed_post_goes_from_shelves_and_notifications() {
        let jobs = consequences(&Event::PostRemoved { post: PostId(1), by: AccountId(2) });
        assert_eq!(jobs, [Job::Unshelve(PostId(1)), Job::Forget(PostId(1)), Job::Stream(News::Gone(PostId(1))), Job::Federate]);
    }
}
