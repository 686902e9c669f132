//! Who may join a community, speak in it and act over others in it.

use crate::base::{
    error::Refusal,
    words::{JoinRule, Role, SeatStatus, Stage},
};

/// What deciding over a newcomer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newcomer {
    /// Their seat's present status, if they have one.
    pub standing: Option<SeatStatus>,
    /// Banned from the community (and the ban has not expired).
    pub is_banned: bool,
}

/// The status a newcomer's seat gets on asking to join.
pub fn on_asking(rule: JoinRule, newcomer: Newcomer) -> Result<SeatStatus, Refusal> {
    if newcomer.is_banned {
        return Err(Refusal::forbidden("banned", "You are banned from this community."));
    }
    match (newcomer.standing, rule) {
        (Some(SeatStatus::Active | SeatStatus::Invited), _) | (_, JoinRule::Open) => Ok(SeatStatus::Active),
        (_, JoinRule::Ask) => Ok(SeatStatus::Requested),
        (_, JoinRule::Invite) => Err(Refusal::forbidden("by_invitation", "This community is by invitation.")),
        (_, JoinRule::Agreement) => {
            Err(Refusal::forbidden("no_agreement", "This community admits people of partner companies under an agreement."))
        }
    }
}

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

    #[test]
    fn a_ban_beats_every_rule_and_standing() {
        for &rule in JoinRule::ALL {
            for standing in [None, Some(SeatStatus::Active), Some(SeatStatus::Invited)] {
                assert!(on_asking(rule, Newcomer { standing, is_banned: true }).is_err());
            }
        }
    }
}
