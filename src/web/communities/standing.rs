//! How somebody stands in a community, in words, with what comes next: the ladder of `membership.md` 3 as a person climbs it.

use super::{
    super::{frame::Frame, refusals},
    place::Place,
    words,
};
use crate::{
    app::App,
    base::words::{JoinRule, SeatStatus},
    features::memberships,
    store::tables::Seat,
};

/// What a page says about the reader's own seat, and which of its forms it shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// How it is.
    pub(super) title: String,
    /// What comes next.
    pub(super) next: String,
    /// Why, as whoever decided it or the node says; empty for nothing to say.
    pub(super) why: String,
    /// One comes in at once, or asks without being asked anything.
    pub(super) joins: bool,
    /// One answers a question first, or says why.
    pub(super) asks: bool,
    /// There is an invitation to accept or decline.
    pub(super) decides: bool,
    pub(super) withdraws: bool,
    pub(super) leaves: bool,
}

/// The standing of whoever looks at `place`.
pub(super) async fn of(app: &App, frame: &Frame, place: &Place) -> crate::base::error::Result<Standing> {
    let Some(seat) = &place.seat else { return Ok(outside(frame, place)) };
    Ok(match seat.status {
        SeatStatus::Invited => invited(frame, place, seat),
        SeatStatus::Requested => Standing {
            title: frame.name("communities-standing-asked", &frame.day(&seat.asked_at)),
            next: if place.account.is_local() {
                frame.say("communities-next-asked")
            } else {
                frame.name("communities-next-asked-elsewhere", &place.account.host)
            },
            why: refusals::said_again(&seat.reason),
            withdraws: true,
            ..Standing::default()
        },
        SeatStatus::Active => match memberships::queries::why_not_usable(&app.store, seat).await? {
            None => active(frame, seat),
            Some(why) => Standing {
                title: frame.say("communities-standing-rests"),
                next: frame.say("communities-next-rests"),
                why: refusals::worded(&why),
                leaves: true,
                ..Standing::default()
            },
        },
        SeatStatus::Ended => {
            Standing { title: frame.say("communities-standing-ended"), why: refusals::said_again(&seat.reason), ..outside(frame, place) }
        }
    })
}

fn active(frame: &Frame, seat: &Seat) -> Standing {
    let next = match seat.expires_at {
        Some(end) => frame.name("communities-next-until", &frame.day(&end)),
        None => String::new(),
    };
    Standing { title: frame.name("communities-standing-in", &words::role(frame, seat.role)), next, leaves: true, ..Standing::default() }
}

fn invited(frame: &Frame, place: &Place, seat: &Seat) -> Standing {
    let role = words::role(frame, seat.role);
    let is_over = place.facts.closed_at.is_some();
    Standing {
        title: match seat.expires_at {
            Some(end) => frame.names("communities-standing-invited-until", &role, &frame.day(&end)),
            None => frame.name("communities-standing-invited", &role),
        },
        next: if is_over { frame.say("communities-next-closed") } else { frame.say("communities-next-invited") },
        decides: !is_over,
        ..Standing::default()
    }
}

/// Whoever holds no seat: how they would get one.
fn outside(frame: &Frame, place: &Place) -> Standing {
    let title = frame.say("communities-standing-out");
    if place.facts.closed_at.is_some() {
        return Standing { title, next: frame.say("communities-next-closed"), ..Standing::default() };
    }
    let (joins, asks, next) = match place.facts.join_rule {
        JoinRule::Open => (true, false, "communities-next-open"),
        JoinRule::Ask => (false, true, "communities-next-ask"),
        JoinRule::Invite => (false, false, "communities-next-invite"),
        JoinRule::Agreement => (true, false, "communities-next-agreement"),
    };
    Standing { title, next: frame.say(next), joins, asks, ..Standing::default() }
}
