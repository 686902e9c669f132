//! Which kinds of notifications are whose.

use super::NotificationKind;

impl NotificationKind {
    /// Whether it is none of Mastodon's words: sent only to those who ask for it by name.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::ReportResolved | Self::SeatRequested | Self::OrganisationAnnounced | Self::ScheduledRefused)
            || self.is_of_partners()
    }

    /// Whether its reason is a report, a sign-up, a decision, a community, an agreement or a host, not somebody's post or person.
    pub fn is_business(self) -> bool {
        matches!(self, Self::AdminReport | Self::AdminSignUp | Self::ModerationWarning) || self.is_ours()
    }

    /// Whether it is about an agreement or a partner, for this node's administrators.
    pub fn is_of_partners(self) -> bool {
        (Self::AgreementOffered..=Self::PartnerAlarm).contains(&self) || self == Self::PartnerUnreachable
    }
}
