//! Who is shown what of the log of a community, where its log is open to everyone.
//!
//! Members see all of it. Whom a community has as members is not told to strangers, so neither is who was let in, refused,
//! put out, warned or given a role; a refusal's reason is for the one refused.

use crate::base::words::ModAct;

/// What is shown of one entry beside the act and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who acted; else the community stands there.
    pub moderator: bool,
    /// Over whom or what.
    pub subject: bool,
    /// Why.
    pub reason: bool,
}

/// What a reader of the log is shown of an entry: `is_public` is the community, `is_member` the reader.
pub fn sight(act: ModAct, is_public: bool, is_member: bool) -> Sight {
    if is_member {
        return Sight { moderator: true, subject: true, reason: true };
    }
    let is_told = match act {
        // announced to everyone in a public community
        ModAct::Remove | ModAct::Restore | ModAct::Ban | ModAct::Unban | ModAct::Lock | ModAct::Unlock => true,
        ModAct::Approve | ModAct::BanHost | ModAct::UnbanHost | ModAct::Widen => true,
        ModAct::Warn | ModAct::PutOut | ModAct::Appoint | ModAct::Admit | ModAct::Refuse | ModAct::Resolve => false,
    };
    Sight { moderator: is_public, subject: is_public && is_told, reason: is_public && is_told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_never_shown_more_than_a_member_and_nothing_by_name_of_a_private_community() {
        for act in ModAct::ALL.iter().copied() {
            for is_public in [false, true] {
                let (member, stranger) = (sight(act, is_public, true), sight(act, is_public, false));
                assert!(member.moderator && member.subject && member.reason, "{act}");
                assert!(is_public || stranger == Sight { moderator: false, subject: false, reason: false }, "{act}");
            }
        }
    }

    #[test]
    fn who_was_refused_let_in_or_put_out_is_not_for_strangers() {
        for act in [ModAct::Refuse, ModAct::Admit, ModAct::PutOut, ModAct::Appoint, ModAct::Warn, ModAct::Resolve] {
            let sight = sight(act, true, false);
            assert!(!sight.subject && !sight.reason, "{act}");
        }
    }
}
