//! What notifications say.

use crate::{
    base::words::NotificationKind as Kind,
    store::tables::Notification,
    web::{faces::Face, frame::Frame},
};

/// Whoever did it, in words: one, two, or one and so many others; none where nobody of them is there any more.
pub(super) fn who(frame: &Frame, faces: &[Face], count: i64) -> Option<String> {
    let first = &faces.first()?.name;
    Some(match (faces.get(1), count) {
        (Some(second), 2) => frame.names("reading-who-two", first, &second.name),
        (_, count) if count > 1 => frame.count_of("reading-who-more", first, count - 1),
        _ => first.clone(),
    })
}

/// What somebody did. It may be of the reader's own.
pub(super) fn plain(frame: &Frame, (head, is_own): (&Notification, bool), who: &str) -> String {
    match head.kind {
        Kind::Mention => frame.name("reading-told-mention", who),
        Kind::Reblog => frame.name("reading-told-boost", who),
        Kind::Favourite => frame.name("reading-told-favourite", who),
        Kind::Follow => frame.name("reading-told-follow", who),
        Kind::FollowRequest => frame.name("reading-told-follow-request", who),
        Kind::Update => frame.name("reading-told-edit", who),
        Kind::QuotedUpdate => frame.name("reading-told-quoted-edit", who),
        Kind::Status => frame.name("reading-told-status", who),
        Kind::Quote => frame.name("reading-told-quote", who),
        Kind::Poll if is_own => frame.say("reading-told-own-poll"),
        Kind::Poll => frame.name("reading-told-poll", who),
        _ => frame.say("reading-told-other"),
    }
}

/// What happened with a partner.
pub(super) fn partner(frame: &Frame, kind: Kind, name: &str) -> String {
    match kind {
        Kind::AgreementOffered => frame.name("reading-told-offered", name),
        Kind::AgreementHeld => frame.name("reading-told-held", name),
        Kind::AgreementEnded => frame.name("reading-told-ended", name),
        Kind::AgreementLapsed => frame.name("reading-told-lapsed", name),
        Kind::PartnerUnreachable => frame.name("reading-told-unreachable", name),
        _ => frame.name("reading-told-alarm", name),
    }
}

/// The picture beside it.
pub(super) fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Mention => "reply",
        Kind::Reblog => "boost",
        Kind::Favourite => "star",
        Kind::Follow | Kind::FollowRequest | Kind::AdminSignUp | Kind::SeatRequested => "person",
        Kind::Update | Kind::QuotedUpdate | Kind::Status | Kind::Quote => "pen",
        Kind::Poll => "poll",
        Kind::ScheduledRefused => "clock",
        Kind::AdminReport | Kind::ModerationWarning | Kind::ReportResolved => "flag",
        _ => "building",
    }
}
