//! What an ask for a seat gives: the ladder of open, ask, invitation and agreement (`membership.md` 2 to 4).
//!
//! Pure. Who asks anew after a role is never given it back; a ban beats every rule; what a community does not admit is refused
//! with a sentence that says why and what to do.

use crate::base::{
    clock::Stamp,
    error::Refusal,
    sentence::{Sentence, said},
    words::{JoinRule, Level, Role, SeatStatus, Stage},
};

/// What a community asks of newcomers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// How wide it is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub rule: JoinRule,
    /// The least level of peers it admits.
    pub least_level: Level,
    /// Closed for good.
    pub is_closed: bool,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Their seat's present status, if they have one; an invitation past its end counts as ended.
    pub standing: Option<SeatStatus>,
    /// The person, or everyone of their node, is banned from the community.
    pub is_banned: bool,
    /// The ban of their node was lifted a short time ago: they come in by asking.
    pub is_on_probation: bool,
    /// One of this node's people.
    pub is_here: bool,
    /// What their node understands (ours understands everything).
    pub level: Level,
    /// Whether an agreement in force covers them in this community, or they work for the organisation that owns it.
    pub is_covered: bool,
}

/// The status that an ask gives at `door`, or why there is none.
pub fn on_asking(door: Door, asker: Asker) -> Result<SeatStatus, Refusal> {
    if door.stage == Stage::Local && !asker.is_here {
        return Err(Refusal::not_found());
    }
    if door.is_closed && asker.standing != Some(SeatStatus::Active) {
        return Err(Refusal::forbidden("community_closed", "This community is closed."));
    }
    if asker.is_banned {
        return Err(Refusal::forbidden("banned", "You are banned from this community."));
    }
    if !asker.is_here && asker.level < door.least_level {
        return Err(too_plain(door.least_level));
    }
    if asker.standing == Some(SeatStatus::Active) {
        return Ok(SeatStatus::Active);
    }
    if door.stage == Stage::Partners && !asker.is_here && !asker.is_covered {
        return Err(no_agreement());
    }
    match (asker.standing, door.rule) {
        (Some(SeatStatus::Invited), _) => Ok(SeatStatus::Active),
        (_, JoinRule::Invite) => {
            let sentence = "This community is by invitation: ask one of its moderators to invite you.";
            Err(Refusal::forbidden("by_invitation", sentence))
        }
        (_, JoinRule::Agreement) if !asker.is_covered => Err(no_agreement()),
        (_, JoinRule::Ask) => Ok(SeatStatus::Requested),
        (_, JoinRule::Open | JoinRule::Agreement) if asker.is_on_probation => Ok(SeatStatus::Requested),
        (_, JoinRule::Open | JoinRule::Agreement) => Ok(SeatStatus::Active),
    }
}

fn no_agreement() -> Refusal {
    Refusal::forbidden(
        "no_agreement",
        "This community admits people of partner companies under an agreement, and none covers you here: ask your organisation's \
         administrators for one, or a moderator of the community for an invitation.",
    )
}

fn too_plain(least: Level) -> Refusal {
    let sentence: Sentence = match least {
        Level::Intermoot => {
            said!("This community admits people of Intermoot nodes only: ask your company to run one, or ask to be a guest here.")
        }
        _ => said!("This community admits people of servers that know communities only: your server does not say that it does."),
    };
    Refusal::forbidden("least_level", sentence)
}

/// The role that a newcomer gets: what was offered, or member; never more than their agreement allows, and reading only for
/// people of plain servers in a community that is not public.
pub fn first_role(offered: Role, most: Option<Role>, level: Level, stage: Stage) -> Role {
    let most = if level == Level::Plain && stage != Stage::Public { Role::Observer } else { most.unwrap_or(Role::Owner) };
    offered.min(most)
}

/// What an agreement leaves free for one more seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Most seats together; none: no bound.
    pub seats_max: Option<i64>,
    /// Most seats admitted in a day; none: no bound.
    pub seats_per_day: Option<i64>,
    /// Seats held.
    pub held: i64,
    /// People admitted since a day ago.
    pub today: i64,
}

/// Refuses one seat more than an agreement allows.
pub fn has_room(numbers: Numbers) -> Result<(), Refusal> {
    let is_full = |most: Option<i64>, have: i64| most.is_some_and(|most| have >= most);
    if is_full(numbers.seats_max, numbers.held) {
        let sentence = "The agreement with your organisation allows no more seats here: ask its administrators to renew it with more.";
        return Err(Refusal::forbidden("agreement_full", sentence));
    }
    if is_full(numbers.seats_per_day, numbers.today) {
        let sentence = "The agreement with your organisation allows no more new seats today: ask again tomorrow.";
        return Err(Refusal::forbidden("agreement_day_full", sentence));
    }
    Ok(())
}

/// From when on somebody reads: the latest of what the agreement and the community say and, for people elsewhere, when the
/// community opened so far.
pub fn reads_from(agreed: Stamp, community: Stamp, opened: Stamp) -> Stamp {
    agreed.max(community).max(opened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_door() -> impl Strategy<Value = Door> {
        let words = (proptest::sample::select(Stage::ALL), proptest::sample::select(JoinRule::ALL), proptest::sample::select(Level::ALL));
        (words, any::<bool>()).prop_map(|((stage, rule, least_level), is_closed)| Door { stage, rule, least_level, is_closed })
    }

    fn any_asker() -> impl Strategy<Value = Asker> {
        let standing = proptest::option::of(proptest::sample::select(SeatStatus::ALL));
        (standing, proptest::sample::select(Level::ALL), any::<[bool; 4]>()).prop_map(|(standing, level, facts)| {
            let [is_banned, is_on_probation, is_here, is_covered] = facts;
            Asker { standing, is_banned, is_on_probation, is_here, level, is_covered }
        })
    }

    proptest! {
        #[test]
        fn a_ban_beats_every_rule_and_standing(door in any_door(), asker in any_asker()) {
            let banned = on_asking(door, Asker { is_banned: true, ..asker });
            prop_assert!(banned.is_err());
        }

        #[test]
        fn nobody_from_elsewhere_enters_a_local_community(door in any_door(), asker in any_asker()) {
            let refused = on_asking(Door { stage: Stage::Local, ..door }, Asker { is_here: false, ..asker });
            prop_assert_eq!(refused, Err(Refusal::not_found()));
        }

        #[test]
        fn partners_come_under_an_agreement_only(door in any_door(), asker in any_asker()) {
            let asker = Asker { is_here: false, is_covered: false, ..asker };
            let entered = on_asking(Door { stage: Stage::Partners, ..door }, asker);
            prop_assert!(entered.is_err() || asker.standing == Some(SeatStatus::Active));
        }

        #[test]
        fn losing_an_agreement_or_a_level_only_removes(door in any_door(), asker in any_asker()) {
            let full = on_asking(door, asker);
            for less in [Asker { is_covered: false, ..asker }, Asker { level: Level::Plain, ..asker }, Asker { is_on_probation: true, ..asker }] {
                let got = on_asking(door, less);
                prop_assert!(got.is_err() || full.is_ok());
                prop_assert!(got != Ok(SeatStatus::Active) || full == Ok(SeatStatus::Active));
            }
        }

        #[test]
        fn a_first_role_is_never_more_than_the_agreement_allows(
            offered in proptest::sample::select(Role::ALL),
            most in proptest::sample::select(Role::ALL),
            level in proptest::sample::select(Level::ALL),
            stage in proptest::sample::select(Stage::ALL),
        ) {
            let role = first_role(offered, Some(most), level, stage);
            prop_assert!(role <= most && role <= offered);
        }

        #[test]
        fn nothing_is_read_from_before_a_community_opened(agreed in 0..9_i64, community in 0..9_i64, opened in 0..9_i64) {
            let from = reads_from(Stamp(agreed), Stamp(community), Stamp(opened));
            prop_assert!(from >= Stamp(agreed) && from >= Stamp(community) && from >= Stamp(opened));
        }
    }

    #[test]
    fn an_agreement_counts_to_its_numbers_and_no_further() {
        let free = Numbers { seats_max: Some(2), seats_per_day: Some(1), held: 1, today: 0 };
        assert!(has_room(free).is_ok());
        assert_eq!(has_room(Numbers { held: 2, ..free }).unwrap_err().code, "agreement_full");
        assert_eq!(has_room(Numbers { today: 1, ..free }).unwrap_err().code, "agreement_day_full");
        assert!(has_room(Numbers { seats_max: None, seats_per_day: None, held: 9, today: 9 }).is_ok());
    }
}
