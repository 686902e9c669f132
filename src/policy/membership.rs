//! Who may speak in a community, act over others in it and use a seat. Who may join: `ladder`.

use crate::base::{
    error::Refusal,
    words::{JoinRule, Role, SeatStatus, Stage},
};

/// What the right to post in a community depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// Their role, if their seat is active.
    pub role: Option<Role>,
    /// Banned from the community.
    pub is_banned: bool,
}

/// Whether `speaker` may post into a community that is `closed` or not.
pub fn may_post(speaker: Speaker, is_closed: bool) -> Result<(), Refusal> {
    if is_closed {
        return Err(Refusal::forbidden("community_closed", "This community is closed."));
    }
    if speaker.is_banned {
        return Err(Refusal::forbidden("banned", "You are banned from this community."));
    }
    match speaker.role {
        Some(Role::Observer) => Err(Refusal::forbidden("observer", "Observers read but do not post in this community.")),
        Some(_) => Ok(()),
        None => Err(Refusal::forbidden("not_a_member", "Join the community before you post in it.")),
    }
}

/// Whether somebody may answer in a community without a seat: in a public one whose door is open.
pub fn may_answer_as_guest(stage: Stage, rule: JoinRule, is_banned: bool) -> bool {
    stage == Stage::Public && rule == JoinRule::Open && !is_banned
}

/// Whether `actor` may remove or ban somebody who has the role `target` (none: no seat).
pub fn may_moderate(actor: Option<Role>, target: Option<Role>) -> bool {
    actor >= Some(Role::Moderator) && actor > target
}

/// Whether `actor` may change a seat from role `from` to role `to`: never above one's own rank,
/// never over one's equals, owners excepted.
pub fn may_appoint(actor: Option<Role>, from: Role, to: Role) -> bool {
    match actor {
        Some(Role::Owner) => true,
        Some(role) if role >= Role::Moderator => from < role && to < role,
        _ => false,
    }
}

/// What the use of a seat depends on, beside the agreement under which it is held. Its SQL twin is in
/// `features/communities/usable.rs`; a test proves on random worlds that they agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Stored status.
    pub status: SeatStatus,
    /// Past its end, or waiting for somebody to look at it.
    pub is_over_or_paused: bool,
    /// The person takes part: neither suspended nor gone, and their host is not blocked.
    pub is_person_in: bool,
    /// The person, or everyone of their node, is banned from the community.
    pub is_banned: bool,
    /// This node does not know what it may show: it was restored and an administrator has not confirmed.
    pub is_recovering: bool,
    /// Held through an organisation other than the community's own.
    pub through: Option<Through>,
}

/// The organisation's side of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Through {
    /// The agreement is in force.
    pub is_agreed: bool,
    /// The organisation vouches for the person now: roster and lease for somebody else's people, not off-boarded for ours.
    pub is_vouched: bool,
}

/// Whether a seat may be used now (`membership.md` 3). Nothing of this is stored: what was paused heals by itself.
pub fn is_usable(seat: Held) -> bool {
    seat.status == SeatStatus::Active
        && !seat.is_over_or_paused
        && seat.is_person_in
        && !seat.is_banned
        && !seat.is_recovering
        && seat.through.is_none_or(|through| through.is_agreed && through.is_vouched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_role() -> impl Strategy<Value = Option<Role>> {
        proptest::option::of(proptest::sample::select(Role::ALL))
    }

    proptest! {
        #[test]
        fn nobody_moderates_an_equal_or_a_higher_rank(actor in any_role(), target in any_role()) {
            prop_assert!(!(may_moderate(actor, target) && target >= actor));
        }

        #[test]
        fn nobody_but_an_owner_appoints_to_their_own_rank(actor in any_role(), from in any_role(), to in any_role()) {
            if let (Some(from), Some(to)) = (from, to) {
                prop_assert!(!may_appoint(actor, from, to) || actor == Some(Role::Owner) || Some(to) < actor);
            }
        }
    }

    fn any_held() -> impl Strategy<Value = Held> {
        let through = proptest::option::of(any::<[bool; 2]>().prop_map(|[is_agreed, is_vouched]| Through { is_agreed, is_vouched }));
        (proptest::sample::select(SeatStatus::ALL), any::<[bool; 4]>(), through).prop_map(|(status, facts, through)| {
            let [is_over_or_paused, is_person_in, is_banned, is_recovering] = facts;
            Held { status, is_over_or_paused, is_person_in, is_banned, is_recovering, through }
        })
    }

    proptest! {
        #[test]
        fn whatever_is_taken_from_a_seat_only_removes(seat in any_held()) {
            for less in [
                Held { is_over_or_paused: true, ..seat },
                Held { is_banned: true, ..seat },
                Held { is_person_in: false, ..seat },
                Held { is_recovering: true, ..seat },
                Held { through: seat.through.map(|through| Through { is_agreed: false, ..through }), ..seat },
                Held { through: seat.through.map(|through| Through { is_vouched: false, ..through }), ..seat },
            ] {
                prop_assert!(!is_usable(less) || is_usable(seat));
            }
        }

        #[test]
        fn a_block_or_a_ban_beats_membership(seat in any_held()) {
            let banned = Held { is_banned: true, ..seat };
            let shut_out = Held { is_person_in: false, ..seat };
            prop_assert!(!is_usable(banned) && !is_usable(shut_out));
        }
    }
}
