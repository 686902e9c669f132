//! Whether a seat may be used now, in SQL: the one place (`membership.md` 3).
//!
//! The twin of `policy::membership::is_usable` and `policy::agreement::is_in_force`. Nothing is stored: a suspended
//! agreement, a lapsed lease or a ban counts at once and heals at once, for reading, posting, moderating and delivery alike.

use crate::base::clock::Stamp;
use crate::store::Sql;

/// `@` stands for the alias of `seats`. The literals are words of `base/words.rs`: seat status 2 is active, agreement state 2 in force.
const USABLE: &str = "(@.status = 2 AND @.paused_at IS NULL AND (@.expires_at IS NULL OR @.expires_at > {}) \
    AND NOT EXISTS (SELECT 1 FROM facts uf WHERE uf.name = 'recovering') \
    AND NOT EXISTS (SELECT 1 FROM bans ub WHERE ub.community_id = @.community_id AND ub.account_id = @.account_id \
        AND (ub.expires_at IS NULL OR ub.expires_at > {})) \
    AND NOT EXISTS (SELECT 1 FROM host_bans uh WHERE uh.community_id = @.community_id AND uh.host = @.host AND uh.lifted_at IS NULL \
        AND (uh.expires_at IS NULL OR uh.expires_at > {})) \
    AND EXISTS (SELECT 1 FROM accounts ua LEFT JOIN users uu ON uu.account_id = ua.id WHERE ua.id = @.account_id \
        AND ua.suspended_at IS NULL AND ua.gone_at IS NULL AND (uu.off_boarded_at IS NULL OR @.organisation = '') \
        AND NOT EXISTS (SELECT 1 FROM peers up WHERE up.host = ua.host AND up.blocked_at IS NOT NULL) \
        AND (@.agreement_host = '' OR (EXISTS (SELECT 1 FROM agreements ug WHERE ug.host = @.agreement_host AND ug.state = 2 \
                AND NOT ug.suspended_here AND NOT ug.suspended_there AND NOT ug.held AND (ug.ends_at IS NULL OR ug.ends_at > {})) \
            AND (ua.host = '' OR EXISTS (SELECT 1 FROM vouched uv JOIN rosters ur ON ur.host = uv.host \
                WHERE uv.host = @.agreement_host AND uv.uri = ua.uri AND ur.valid_until > {}))))))";

/// Appends the condition that the seat called `alias` may be used at `now`.
pub fn usable(sql: Sql, alias: &str, now: Stamp) -> Sql {
    let times = USABLE.matches("{}").count();
    (0..times).fold(sql.then(&USABLE.replace('@', alias)), |sql, _| sql.bind(now))
}

/// What of the rule no time heals: an ended seat, a ban, somebody who is gone, an agreement that is no more.
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

/// Appends the condition that the seat called `alias` is usable or only paused: by a suspended agreement, a lapsed lease, a
/// moderator who is to look at it, or because this node is recovering. Wider than [`usable`]; for parking, never for showing.
pub fn may_become_usable(sql: Sql, alias: &str, now: Stamp) -> Sql {
    let times = LASTING.matches("{}").count();
    (0..times).fold(sql.then(&LASTING.replace('@', alias)), |sql, _| sql.bind(now))
}
