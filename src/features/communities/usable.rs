//! Whether a seat may be used now, in SQL: the one place (`membership.md` 3).
//!
//! The twin of `policy::membership::is_usable` and `policy::agreement::is_in_force`. Nothing is stored: a suspended
//! agreement, a lapsed lease or a ban counts at once and heals at once, for reading, posting, moderating and delivery alike.

use crate::{base::clock::Stamp, store::Sql};

/// What of the rule no time heals: an ended seat, a ban, somebody who is gone, an agreement that is no more. `@` stands for the
/// alias of `seats`; the literals are words of `base/words.rs`: seat status 2 is active, agreement state 2 in force.
const LASTING: &str = "(@.status = 2 AND (@.expires_at IS NULL OR @.expires_at > {}) \
    AND NOT EXISTS (SELECT 1 FROM bans ub WHERE ub.community_id = @.community_id AND ub.account_id = @.account_id \
        AND (ub.expires_at IS NULL OR ub.expires_at > {})) \
    AND NOT EXISTS (SELECT 1 FROM host_bans uh WHERE uh.community_id = @.community_id AND uh.host = @.host AND uh.lifted_at IS NULL \
        AND (uh.expires_at IS NULL OR uh.expires_at > {})) \
    AND EXISTS (SELECT 1 FROM accounts ua LEFT JOIN users uu ON uu.account_id = ua.id WHERE ua.id = @.account_id \
        AND ua.gone_at IS NULL AND ua.suspended_at IS NULL AND (uu.off_boarded_at IS NULL OR @.organisation = '') \
        AND NOT EXISTS (SELECT 1 FROM peers up WHERE up.host = ua.host AND up.blocked_at IS NOT NULL)) \
    AND (@.agreement_host = '' OR EXISTS (SELECT 1 FROM agreements ug WHERE ug.host = @.agreement_host AND ug.state = 2 \
        AND (ug.ends_at IS NULL OR ug.ends_at > {}))))";

/// What heals by itself: nobody is to look at the seat, this node is not recovering, the agreement rests with neither side
/// (one with a host is in force at most), and the lease under which the partner vouches for the person has not lapsed.
const PASSING: &str = "(@.paused_at IS NULL AND NOT EXISTS (SELECT 1 FROM facts uf WHERE uf.name = 'recovering') \
    AND (@.agreement_host = '' OR (EXISTS (SELECT 1 FROM agreements ur WHERE ur.host = @.agreement_host AND ur.state = 2 \
            AND NOT ur.suspended_here AND NOT ur.suspended_there AND NOT ur.held) \
        AND (@.host = '' OR EXISTS (SELECT 1 FROM accounts ua JOIN vouched uv ON uv.uri = ua.uri JOIN rosters ul ON ul.host = uv.host \
            WHERE ua.id = @.account_id AND uv.host = @.agreement_host AND ul.valid_until > {})))))";

/// Appends the condition that the seat called `alias` may be used at `now`, in brackets: it may follow a `NOT`.
pub fn usable(sql: Sql, alias: &str, now: Stamp) -> Sql {
    let sql = may_become_usable(sql.then("("), alias, now).then(" AND ");
    at(sql, PASSING, (alias, now)).then(")")
}

/// Appends the condition that the seat called `alias` is usable or only paused: by a suspended agreement, a lapsed lease, a
/// moderator who is to look at it, or because this node is recovering. Wider than [`usable`]; for parking, never for showing.
pub fn may_become_usable(sql: Sql, alias: &str, now: Stamp) -> Sql {
    at(sql, LASTING, (alias, now))
}

/// Appends `text` about the seat called `alias`, all of its times `now`.
fn at(sql: Sql, text: &str, (alias, now): (&str, Stamp)) -> Sql {
    let times = text.matches("{}").count();
    (0..times).fold(sql.then(&text.replace('@', alias)), |sql, _| sql.bind(now))
}
