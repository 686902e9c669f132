//! The outbox: what follows for other nodes from what happened here.
//!
//! [`record`] turns an event into activities in the log, in the transaction in which the event is done with; `deliver` takes
//! them from there. Only acts of our own accounts go out, and what our communities pass on. Every activity has an id under
//! `/activities`, the context and a proof by whoever acts (FEP-8b32). Source: decisions.md 5, federation.md 3 and 4.

mod agreements;
mod announce;
mod letter;
mod moderation;
mod moves;
mod newcomers;
mod pins;
mod posts;
mod profile;
mod quotes;
mod rank;
mod reactions;
mod relations;
mod reports;
mod retractions;
mod rosters;
mod seats;
mod targets;
#[cfg(test)]
pub(in crate::federation) mod tests;
mod votes;

pub use announce::{Passed, announce_moderation, announce_received, forward, keep_original, pass_on_received};
pub use votes::hand_on_vote;

use super::Federation;
use crate::{
    base::error::Result,
    features::posts::queries,
    store::{Tx, event::Event, tables::Post},
};

/// Puts into the log what other nodes are to be told of `event`; nothing where nobody elsewhere is concerned. Harmless when
/// the things it names are gone meanwhile. In every mode of federation: while it is off the log waits, 30 days at most.
pub async fn record(federation: &Federation, tx: &Tx, event: &Event) -> Result<()> {
    let house = House { federation, tx };
    match event {
        Event::PostPublished { post } => match queries::by_id(tx, *post).await? {
            Some(post) => Box::pin(posts::published(house, post)).await,
            None => Ok(()),
        },
        Event::PostEdited { post } => Box::pin(posts::edited(house, *post)).await,
        Event::PostDeleted { post } => Box::pin(posts::deleted(house, *post)).await,
        Event::PostRemoved { post, by } => Box::pin(posts::removed(house, *post, *by)).await,
        Event::PostAdmitted { post, community } => Box::pin(announce::admitted(house, *post, *community)).await,
        Event::PostBoosted { boost } => Box::pin(reactions::boosted(house, *boost)).await,
        Event::PostUnboosted { boost, by, of } => Box::pin(reactions::unboosted(house, *boost, (*by, *of))).await,
        Event::PostLiked { by, post } => Box::pin(reactions::liked(house, *by, *post)).await,
        Event::PostUnliked { by, post, uri } => Box::pin(reactions::unliked(house, (*by, *post), uri)).await,
        // nobody here does, so far
        Event::PostReacted { .. } => Ok(()),
        Event::PollVoted { by, post } => Box::pin(votes::voted(house, *by, *post)).await,
        Event::PollCounted { post } | Event::PollEnded { post } => Box::pin(posts::edited(house, *post)).await,
        Event::PostPinned { account, post, is_pinned } => Box::pin(pins::pinned(house, *account, (*post, *is_pinned))).await,
        Event::FollowAsked { follower, target, .. } => Box::pin(relations::asked(house, *follower, *target)).await,
        // between our own nodes the seat's events bring the record with it
        Event::FollowAccepted { follower, target } => Box::pin(relations::accepted(house, *follower, *target)).await,
        Event::FollowRejected { follower, target, uri } => Box::pin(relations::rejected(house, (*follower, *target), uri)).await,
        Event::FollowEnded { follower, target, uri } => Box::pin(relations::ended(house, (*follower, *target), uri)).await,
        Event::Blocked { by, target, uri } => Box::pin(relations::blocked(house, (*by, *target), uri)).await,
        Event::Unblocked { by, target, uri } => Box::pin(relations::unblocked(house, (*by, *target), uri)).await,
        Event::ProfileEdited { account } => Box::pin(profile::edited(house, *account)).await,
        Event::ReportMade { report } => Box::pin(reports::made(house, *report)).await,
        Event::ReportResolved { report } => Box::pin(reports::resolved(house, *report)).await,
        Event::Moderated { entry } => Box::pin(moderation::done(house, *entry)).await,
        Event::AccountDeleted { account } => Box::pin(profile::deleted(house, *account)).await,
        Event::AgreementOffered { agreement, version } => Box::pin(agreements::offered(house, *agreement, *version)).await,
        Event::AgreementAnswered { agreement, version } => Box::pin(agreements::answered(house, *agreement, *version)).await,
        Event::AgreementChanged { agreement, version } => Box::pin(agreements::changed(house, *agreement, *version)).await,
        Event::KeyReplaced { account } => Box::pin(profile::key_replaced(house, *account)).await,
        Event::RosterDue { host } => Box::pin(rosters::told(house, host)).await,
        Event::Retracted { retraction } => Box::pin(retractions::told(house, *retraction)).await,
        Event::RetractionFollowed { community, uri, forgotten } => {
            Box::pin(retractions::followed(house, *community, (uri, *forgotten))).await
        }
        Event::OrganisationAnnounced { community, host } => Box::pin(newcomers::announced(house, *community, host)).await,
        Event::QuoteAsked { request } => Box::pin(quotes::asked(house, *request)).await,
        Event::QuoteWanted { post } => Box::pin(quotes::wanted(house, *post)).await,
        Event::PostRestated { post } => Box::pin(posts::edited(house, *post)).await,
        Event::QuoteRevoked { stamp, post, by, account } => Box::pin(quotes::revoked(house, (*post, *stamp), (*by, *account))).await,
        Event::CommunityMoved { community } => Box::pin(moves::moved(house, *community)).await,
        Event::CommunityFounded { .. } => Ok(()),
        // of this node alone
        Event::SignedUp { .. } | Event::Warned { .. } => Ok(()),
        // what we do about agreements has events of its own
        Event::AgreementReceived { .. }
        | Event::AgreementHeld { .. }
        | Event::AgreementEnded { .. }
        | Event::AgreementLapsed { .. }
        | Event::PartnerAlarmed { .. }
        | Event::PartnerUnreachable { .. } => Ok(()),
        Event::SeatChanged { community, account } => Box::pin(seats::changed(house, (*community, *account))).await,
        // Their record, the end of the follow and the log of moderation tell it.
        Event::MemberRemoved { .. } => Ok(()),
        Event::SeatAsked { community, account, .. } => Box::pin(seats::asked(house, (*community, *account))).await,
        Event::SeatLeft { community, account } => Box::pin(seats::left(house, (*community, *account))).await,
        Event::SeatAnswered { community, account } => Box::pin(seats::answered(house, (*community, *account))).await,
        Event::AskRefused { community, account, sentence, .. } => Box::pin(seats::refused(house, (*community, *account), sentence)).await,
        Event::Offered { offer, .. } => Box::pin(seats::offered(house, *offer)).await,
        Event::OfferAnswered { community, by, account, asked_at } => {
            Box::pin(seats::offer_answered(house, (*community, *account), (*by, *asked_at))).await
        }
    }
}

/// The same for the publication of a post that was read already.
pub async fn publish(federation: &Federation, tx: &Tx, post: &Post) -> Result<()> {
    posts::published(House { federation, tx }, post.clone()).await
}

/// What every part of the outbox works with.
#[derive(Clone, Copy)]
struct House<'a> {
    federation: &'a Federation,
    tx: &'a Tx,
}

impl House<'_> {
    /// A stored uri as others know it.
    fn absolute(&self, uri: &str) -> String {
        self.federation.app.origin.absolute(uri)
    }
}
