//! What two nodes agreed, the life of an agreement, and what a seat held under one may be.
//!
//! Pure. Source: membership.md 4. Widening needs both sides, narrowing and ending either alone; a
//! signed end beats every version up to its own.

use crate::base::{
    clock::Stamp,
    error::Refusal,
    sentence::said,
    words::{AgreementState, History, Role},
};

/// Something that happens to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The side it was offered to signs.
    Accept,
    /// The side it was offered to refuses.
    Reject,
    /// Nobody answered in time, or the offer was withdrawn.
    Lapse,
    /// Either side ends it.
    End,
}

/// The state after `step`.
///
/// ```text
/// proposed, offered  accept → in_force   reject → rejected   lapse → lapsed   end → lapsed
/// in_force           end → ended
/// ended, rejected, lapsed: nothing more
/// ```
pub fn next(state: AgreementState, step: Step) -> Result<AgreementState, Refusal> {
    use AgreementState::{Ended, InForce, Lapsed, Offered, Proposed, Rejected};
    match (state, step) {
        (Proposed | Offered, Step::Accept) => Ok(InForce),
        (Proposed | Offered, Step::Reject) => Ok(Rejected),
        (Proposed | Offered, Step::Lapse | Step::End) => Ok(Lapsed),
        (InForce, Step::End) => Ok(Ended),
        _ => Err(Refusal::conflict(
            "agreement_over",
            said!("This agreement is {state}: nothing more can happen to it.", state = word(state)),
        )),
    }
}

fn word(state: AgreementState) -> &'static str {
    match state {
        AgreementState::InForce => "in force",
        other => other.word(),
    }
}

/// Whether seats may be used under an agreement now: all that this depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: AgreementState,
    /// Suspended by either side, or held until an administrator confirms it.
    pub is_paused: bool,
    /// Ends by itself.
    pub ends_at: Option<Stamp>,
}

/// Whether an agreement is in force at `now`. Its SQL twin is in `features/communities/usable.rs`.
pub fn is_in_force(standing: Standing, now: Stamp) -> bool {
    standing.state == AgreementState::InForce && !standing.is_paused && standing.ends_at.is_none_or(|end| end > now)
}

/// The role somebody has at a use of their seat: never more than the agreement allows now.
pub fn capped(role: Role, most: Option<Role>) -> Role {
    most.map_or(role, |most| role.min(most))
}

/// From when on a newcomer reads, given what the agreement and the community say and when each counts from.
pub fn history_from(history: History, since: Option<Stamp>, now: Stamp) -> Stamp {
    match history {
        History::All => Stamp(0),
        History::Join => now,
        History::Since => since.unwrap_or(now),
    }
}

/// The terms that can be compared: whether one is wider than another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Communities named, by absolute uri.
    pub communities: Vec<String>,
    /// Whether seats elsewhere are possible by invitation.
    pub by_invitation: bool,
    /// Highest role.
    pub most_role: Role,
    /// Most seats; none: no bound.
    pub seats_max: Option<i64>,
    /// Most seats admitted in 24 hours; none: no bound.
    pub seats_per_day: Option<i64>,
    /// What newcomers read.
    pub history: History,
    /// With [`History::Since`]: since when.
    pub history_from: Option<Stamp>,
    /// Whether media travel.
    pub media: bool,
    /// How long copies are kept, in days; none: no bound.
    pub retention_days: Option<i64>,
    /// End; none: open.
    pub ends_at: Option<Stamp>,
}

impl Terms {
    /// Whether these allow nothing that `others` do not: then one side may set them alone.
    pub fn are_within(&self, others: &Self) -> bool {
        self.communities.iter().all(|community| others.communities.contains(community))
            && (!self.by_invitation || others.by_invitation)
            && self.most_role <= others.most_role
            && bounded(self.seats_max, others.seats_max)
            && bounded(self.seats_per_day, others.seats_per_day)
            && self.reads_from() >= others.reads_from()
            && (!self.media || others.media)
            && bounded(self.retention_days, others.retention_days)
            && bounded(self.ends_at, others.ends_at)
    }

    /// Orders histories: everything, since a date, from joining on.
    fn reads_from(&self) -> Stamp {
        history_from(self.history, self.history_from.or(Some(Stamp(0))), Stamp(i64::MAX))
    }
}

/// Whether a bound is at most as wide as another, where none is no bound.
fn bounded<T: Ord>(mine: Option<T>, other: Option<T>) -> bool {
    other.is_none_or(|other| mine.is_some_and(|mine| mine <= other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: [Step; 4] = [Step::Accept, Step::Reject, Step::Lapse, Step::End];

    proptest! {
        #[test]
        fn what_is_over_never_comes_back(steps in proptest::collection::vec(proptest::sample::select(&STEPS[..]), 0..12)) {
            let mut state = AgreementState::Proposed;
            let mut is_over = false;
            for step in steps {
                match next(state, step) {
                    Ok(new) => {
                        prop_assert!(!is_over);
                        state = new;
                    }
                    Err(_) => prop_assert_ne!(state, AgreementState::Proposed),
                }
                is_over |= matches!(state, AgreementState::Ended | AgreementState::Rejected | AgreementState::Lapsed);
            }
        }

        #[test]
        fn suspending_or_expiring_only_removes(state in proptest::sample::select(AgreementState::ALL), ends in proptest::option::of(0..10_i64), now in 0..10_i64) {
            let open = Standing { state, is_paused: false, ends_at: None };
            let paused = Standing { is_paused: true, ..open };
            for narrowed in [paused, Standing { ends_at: ends.map(Stamp), ..open }] {
                prop_assert!(!is_in_force(narrowed, Stamp(now)) || is_in_force(open, Stamp(now)));
            }
            prop_assert!(!is_in_force(paused, Stamp(now)));
        }

        #[test]
        fn a_role_is_never_more_than_the_agreement_allows(role in proptest::sample::select(Role::ALL), most in proptest::sample::select(Role::ALL)) {
            prop_assert!(capped(role, Some(most)) <= most && capped(role, Some(most)) <= role);
        }
    }
}
