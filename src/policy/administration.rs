//! Who may do something about whose account, by their standing on this node.

use crate::base::{error::Refusal, words::NodeRole};

/// Whether somebody of standing `actor` may act on an account whose owner has standing `target` here (none: it is elsewhere).
/// Nobody acts on their equal or on whoever is above them, and so not on themselves.
pub fn may_act_on(actor: NodeRole, target: Option<NodeRole>) -> Result<(), Refusal> {
    if actor >= NodeRole::Moderator && target.is_none_or(|target| target < actor) {
        return Ok(());
    }
    Err(rank())
}

/// Whether somebody of standing `actor` may say that somebody of standing `target` has left, and take it back. As with other acts
/// nobody says so of their equal, but for owners: of an owner who left nobody else here could. That one owner stays is for whoever
/// counts them.
pub fn may_off_board(actor: NodeRole, target: NodeRole) -> Result<(), Refusal> {
    match actor {
        NodeRole::Owner => Ok(()),
        NodeRole::Admin => may_act_on(actor, Some(target)),
        NodeRole::Member | NodeRole::Moderator => Err(rank()),
    }
}

fn rank() -> Refusal {
    Refusal::forbidden("rank", "Your standing on this node does not allow this for this account.")
}

/// Whether somebody of standing `actor` may give the standing `role` to somebody of standing `target` here. What one gives is less
/// than one has; owners alone make others what they are themselves. Refused for whoever does not run the node.
pub fn may_give(actor: NodeRole, target: NodeRole, role: NodeRole) -> Result<(), Refusal> {
    may_act_on(actor, Some(target))?;
    if actor >= NodeRole::Admin && (role < actor || actor == NodeRole::Owner) {
        return Ok(());
    }
    Err(Refusal::forbidden("rank", "Your standing on this node does not allow you to give this standing."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s105_nobody_gives_more_than_they_have_and_only_owners_make_owners() {
        for actor in NodeRole::ALL {
            for target in NodeRole::ALL {
                for role in NodeRole::ALL {
                    let may = may_give(*actor, *target, *role).is_ok();
                    assert!(!may || (target < actor && *actor >= NodeRole::Admin), "{actor} on {target}");
                    assert!(!may || role < actor || *actor == NodeRole::Owner, "{actor} gives {role}");
                }
            }
        }
        assert!(may_give(NodeRole::Owner, NodeRole::Admin, NodeRole::Owner).is_ok());
        assert!(may_give(NodeRole::Admin, NodeRole::Member, NodeRole::Moderator).is_ok());
    }

    #[test]
    fn s105_that_somebody_left_is_said_by_who_runs_the_node_and_stands_above_them_and_by_owners() {
        for actor in NodeRole::ALL {
            for target in NodeRole::ALL {
                let wanted = *actor == NodeRole::Owner || (*actor == NodeRole::Admin && target < actor);
                assert_eq!(may_off_board(*actor, *target).is_ok(), wanted, "{actor} of {target}");
            }
        }
    }

    #[test]
    fn s105_nobody_acts_on_their_equal_or_on_whoever_is_above_them() {
        for actor in NodeRole::ALL {
            for target in NodeRole::ALL {
                let may = may_act_on(*actor, Some(*target)).is_ok();
                assert!(!may || (target < actor && *actor >= NodeRole::Moderator), "{actor} on {target}");
            }
            assert_eq!(may_act_on(*actor, None).is_ok(), *actor >= NodeRole::Moderator, "{actor} on somebody elsewhere");
        }
    }
}
