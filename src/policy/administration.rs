//! Who may do something about whose account, by their standing on this node.

use crate::base::{error::Refusal, words::NodeRole};

/// Whether somebody of standing `actor` may act on an account whose owner has standing `target` here (none: it is elsewhere).
/// Nobody acts on their equal or on whoever is above them, and so not on themselves.
pub fn may_act_on(actor: NodeRole, target: Option<NodeRole>) -> Result<(), Refusal> {
    if actor >= NodeRole::Moderator && target.is_none_or(|target| target < actor) {
        return Ok(());
    }
    Err(Refusal::forbidden("rank", "Your standing on this node does not allow this for this account."))
}

#[cfg(test)]
mod tests {
    use super::*;

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
