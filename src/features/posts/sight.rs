//! Pieces of SQL that every reading of posts shares: who may see it, whom the reader does not want
//! to see, and which stretch of the list is asked for.
//!
//! Invariant: [`visible_to`] is the SQL twin of `policy::visibility::may_see`; a test proves on
//! random worlds that they agree. Nothing is shown that did not pass it.

use crate::{
    base::{
        clock::Stamp,
        id::AccountId,
        page::{Page, Walk},
    },
    features::{communities::usable::usable, peers::unsilenced},
    store::{Bind, Sql},
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Stranger,
    /// One of our people.
    Account(AccountId),
    /// Each of our people in this column of the statement: for what is asked for many of them at once.
    Each(&'static str),
    /// A node that signed its request: sees what is public, and what its people may read in our communities.
    Host(String),
}

impl Viewer {
    /// Who of our people reads, for a statement.
    fn person(&self) -> Option<Person> {
        match self {
            Self::Account(id) => Some(Person::One(*id)),
            Self::Each(column) => Some(Person::Each(column)),
            Self::Stranger | Self::Host(_) => None,
        }
    }

    /// The account that reads, if it is one of ours.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(*id),
            Self::Stranger | Self::Each(_) | Self::Host(_) => None,
        }
    }
}

/// One of our people, or each in a column.
#[derive(Clone, Copy)]
enum Person {
    One(AccountId),
    Each(&'static str),
}

impl From<Person> for Bind {
    fn from(person: Person) -> Self {
        match person {
            Person::One(id) => id.into(),
            Person::Each(column) => Self::Column(column),
        }
    }
}

/// What everyone sees; `@` stands for the alias of `posts`. The literals are the words of
/// `base/words.rs`: audience 0 and 1 are public and unlisted.
const FOR_EVERYONE: &str = "(@.deleted_at IS NULL AND @.removed_at IS NULL AND @.queued_at IS NULL AND @.audience <= 1 \
    AND NOT EXISTS (SELECT 1 FROM accounts va WHERE va.id = @.author_id AND va.suspended_at IS NOT NULL))";

/// What one of our people sees (audience 2 followers, 3 members, 4 direct; follow state 1 accepted), up to the seat it needs.
const FOR_ACCOUNT: &str = "(@.deleted_at IS NULL AND (@.author_id = {} OR (@.removed_at IS NULL AND @.queued_at IS NULL \
    AND NOT EXISTS (SELECT 1 FROM accounts va WHERE va.id = @.author_id AND va.suspended_at IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM blocks vb WHERE vb.account_id = @.author_id AND vb.target_id = {}) \
    AND (@.audience <= 1 \
        OR (@.audience = 2 AND EXISTS (SELECT 1 FROM follows vf WHERE vf.follower_id = {} AND vf.target_id = @.author_id AND vf.state = 1)) \
        OR (@.audience IN (2, 4) AND EXISTS (SELECT 1 FROM mentions vm WHERE vm.post_id = @.id AND vm.account_id = {})) \
        OR (@.audience = 3 AND EXISTS (SELECT 1 FROM seats vs WHERE vs.community_id = @.community_id AND vs.account_id = {} \
            AND vs.history_from <= COALESCE(@.shared_at, @.created_at) AND ";

/// What our people write for this node's people alone: in no community, for no guest. It ends what [`FOR_ACCOUNT`] begins.
const FOR_OWN: &str = ")) OR (@.audience = 3 AND @.community_id IS NULL AND substr(@.uri, 1, 1) = '/' \
    AND EXISTS (SELECT 1 FROM users vu WHERE vu.account_id = {} AND NOT vu.is_guest AND vu.off_boarded_at IS NULL))))))";

/// What a node is given of our non-public communities: what one of its people may read there. It is no door to others' communities.
const FOR_HOST: &str = "(@.deleted_at IS NULL AND @.removed_at IS NULL AND @.queued_at IS NULL AND @.audience = 3 \
    AND NOT EXISTS (SELECT 1 FROM accounts va WHERE va.id = @.author_id AND va.suspended_at IS NOT NULL) \
    AND EXISTS (SELECT 1 FROM accounts vc WHERE vc.id = @.community_id AND vc.host = '') \
    AND EXISTS (SELECT 1 FROM seats vs WHERE vs.community_id = @.community_id AND vs.host = {} \
        AND vs.history_from <= COALESCE(@.shared_at, @.created_at) AND ";

/// Appends the condition that `viewer` may see the post called `alias` at `now`.
pub fn visible_to(sql: Sql, (viewer, now): (&Viewer, Stamp), alias: &str) -> Sql {
    let text = |text: &str| text.replace('@', alias);
    if let Some(me) = viewer.person() {
        let times = FOR_ACCOUNT.matches("{}").count();
        let sql = (0..times).fold(sql.then(&text(FOR_ACCOUNT)), |sql, _| sql.bind(me));
        return usable(sql, "vs", now).then(&text(FOR_OWN)).bind(me);
    }
    match viewer {
        Viewer::Host(host) => {
            let sql =
                sql.then("(NOT EXISTS (SELECT 1 FROM peers vp WHERE vp.host = {} AND vp.blocked_at IS NOT NULL) AND (").bind(host.clone());
            let sql = sql.then(&text(FOR_EVERYONE)).then(" OR ").then(&text(FOR_HOST)).bind(host.clone());
            usable(sql, "vs", now).then("))))")
        }
        Viewer::Stranger | Viewer::Account(_) | Viewer::Each(_) => sql.then(&text(FOR_EVERYONE)),
    }
}

/// Appends: `viewer` may see the entry `p` and, when it is a boost, the post `o` that it shows.
pub(in crate::features) fn shown_to(sql: Sql, (viewer, now): (&Viewer, Stamp)) -> Sql {
    let sql = visible_to(sql.then(" AND "), (viewer, now), "p").then(" AND (p.boost_of_id IS NULL OR ");
    visible_to(sql, (viewer, now), "o").then(")")
}

/// Appends: the reader has neither blocked nor muted the author of the post called `alias`, nor blocked their host. Most readers
/// block no host, which is asked once for the whole page.
pub(in crate::features) fn wanted_by(sql: Sql, viewer: &Viewer, alias: &str, now: Stamp) -> Sql {
    let Some(me) = viewer.person() else { return sql };
    let text = " AND NOT EXISTS (SELECT 1 FROM blocks wb WHERE wb.account_id = {} AND wb.target_id = @.author_id) \
        AND NOT EXISTS (SELECT 1 FROM mutes wm WHERE wm.account_id = {} AND wm.target_id = @.author_id \
            AND (wm.expires_at IS NULL OR wm.expires_at > {})) \
        AND (NOT EXISTS (SELECT 1 FROM host_blocks we WHERE we.account_id = {}) \
            OR NOT EXISTS (SELECT 1 FROM accounts wa CROSS JOIN host_blocks wh WHERE wa.id = @.author_id AND wh.account_id = {} AND wh.host = wa.host))";
    sql.then(&text.replace('@', alias)).bind(me).bind(me).bind(now).bind(me).bind(me)
}

/// Appends: no exclusive list of the reader's has the author of the post called `alias`.
pub(in crate::features) fn outside_exclusive_lists(sql: Sql, viewer: &Viewer, alias: &str) -> Sql {
    let Some(me) = viewer.person() else { return sql };
    let text = " AND NOT EXISTS (SELECT 1 FROM list_members lm WHERE lm.owner_id = {} AND lm.account_id = @.author_id AND lm.exclusive)";
    sql.then(&text.replace('@', alias)).bind(me)
}

/// Where posts are read, as far as a silenced host is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::features) enum Ground {
    /// Where strangers come upon what they did not ask for: public posts, tags, search. Only what members alone may read is
    /// left as it is.
    Discovery,
    /// Where one thing leads to another: threads, boosts. Whatever is in a community is left to its moderators.
    Reading,
}

/// Appends: the author of the post called `alias` reaches the reader, who follows them or whose node has not silenced theirs.
/// Other nodes judge for themselves.
pub(in crate::features) fn reaching(sql: Sql, viewer: &Viewer, (alias, ground): (&str, Ground)) -> Sql {
    if matches!(viewer, Viewer::Host(_)) {
        return sql;
    }
    let left = match ground {
        Ground::Discovery => format!(" AND ({alias}.audience = 3 OR "),
        Ground::Reading => format!(" AND ({alias}.community_id IS NOT NULL OR "),
    };
    unsilenced(sql.then(&left), &format!("{alias}.author_id"), viewer.person()).then(")")
}

/// Appends the bounds of `page` on `column`, the order of its walk, and its limit. Turn the rows
/// round with [`Page::newest_first`].
pub(in crate::features) fn paged(mut sql: Sql, column: &str, page: &Page) -> Sql {
    if let Some(max) = page.max_id {
        sql = sql.then(&format!(" AND {column} < {{}}")).bind(max);
    }
    if let Some(min) = page.lower() {
        sql = sql.then(&format!(" AND {column} > {{}}")).bind(min);
    }
    let order = if page.walk() == Walk::Ascending { "ASC" } else { "DESC" };
    sql.then(&format!(" ORDER BY {column} {order} LIMIT {{}}")).bind(i64::from(page.limit))
}

/// A row with its place in a list (column `place`), where that is not its own id.
pub(in crate::features) struct Placed<T> {
    place: i64,
    item: T,
}

impl<T: FromQueryResult> FromQueryResult for Placed<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self { place: row.try_get(prefix, "place")?, item: T::from_query_result(row, prefix)? })
    }
}

impl<T> From<Placed<T>> for (i64, T) {
    fn from(placed: Placed<T>) -> Self {
        (placed.place, placed.item)
    }
}

/// Placed rows as the answer has them: newest first.
pub(in crate::features) fn in_order<T>(page: &Page, rows: Vec<Placed<T>>) -> Vec<(i64, T)> {
    page.newest_first(rows).into_iter().map(Into::into).collect()
}
