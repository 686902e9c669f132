//! Who may ask others in by e-mail, as what, and for how long.

use crate::base::{clock::Stamp, error::Refusal, sentence::said, words::Role};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
/// How long an invitation can be accepted unless said otherwise, and at most.
pub const OPEN_FOR: Duration = Duration::from_secs(14 * 86_400);
const OPEN_DAYS_MAX: u32 = 60;
/// How long a guest stays unless said otherwise, and at most.
pub const GUEST_FOR: Duration = Duration::from_secs(90 * 86_400);
const GUEST_DAYS_MAX: u32 = 366;

/// Whether somebody with the role `actor` may ask others in as `role`: curators and up, below their own rank (S105).
pub fn may_invite(actor: Option<Role>, role: Role) -> Result<(), Refusal> {
    match actor {
        Some(actor) if actor < Role::Curator => {
            Err(Refusal::forbidden("rank", "Only curators, moderators and owners of this community invite others."))
        }
        Some(actor) if role >= actor => {
            Err(Refusal::forbidden("rank", said!("You may invite people in roles below your own ({actor}), not as {role}.", actor, role)))
        }
        Some(_) => Ok(()),
        None => Err(Refusal::forbidden("not_a_member", "Only members of this community invite others.")),
    }
}

/// Until when an invitation made `now` can be accepted.
pub fn open_until(now: Stamp, wanted: Option<Stamp>) -> Result<Stamp, Refusal> {
    within("expires_at", now, wanted.unwrap_or(now.plus(OPEN_FOR)), OPEN_DAYS_MAX)
}

/// Until when a guest stays who comes `now`.
pub fn guest_until(now: Stamp, wanted: Option<Stamp>) -> Result<Stamp, Refusal> {
    within("guest_until", now, wanted.unwrap_or(now.plus(GUEST_FOR)), GUEST_DAYS_MAX)
}

fn within(field: &'static str, now: Stamp, wanted: Stamp, days: u32) -> Result<Stamp, Refusal> {
    if wanted <= now {
        return Err(Refusal::invalid(field, "must lie in the future"));
    }
    if wanted > now.plus(DAY * days) {
        return Err(Refusal::invalid(field, said!("must lie within {days} days", days)));
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s105_nobody_invites_to_their_own_rank_or_above(
            actor in proptest::option::of(proptest::sample::select(Role::ALL)),
            role in proptest::sample::select(Role::ALL),
        ) {
            prop_assert!(may_invite(actor, role).is_err() || (actor >= Some(Role::Curator) && Some(role) < actor));
        }

        #[test]
        fn s129_every_invitation_and_every_guest_has_an_end(now in 0_i64..1 << 45, wanted in proptest::option::of(0_i64..1 << 46)) {
            let (now, wanted) = (Stamp(now), wanted.map(Stamp));
            for end in [open_until(now, wanted), guest_until(now, wanted)].into_iter().flatten() {
                prop_assert!(now < end && end <= now.plus(DAY * GUEST_DAYS_MAX));
            }
        }
    }
}
