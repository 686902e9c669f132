//! How wide a community is open: widened under its id, narrowed only by founding a narrower one (`membership.md` 6).
//!
//! Invariant: what was posted before a widening is not exposed by it, unless it is chosen. Since when a community is so wide is
//! kept, and no seat of people elsewhere reads from before that.

use super::{Founding, establish, note, owned, seats, settings::title};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        sentence::said,
        words::{Audience, ModAct, SeatStatus, Stage},
    },
    features::{
        accounts::{self, NewKeys},
        mod_log::{self, Entry},
        relationships::{self, FollowOptions},
    },
    sql,
    store::{
        Source, Tx,
        event::Event,
        list,
        tables::{Account, Community, Seat},
    },
};
use serde_json::json;

/// Most older posts chosen at one widening.
const CHOSEN_MAX: usize = 1000;
/// Most seats that a narrower community takes over.
const CARRIED_MAX: i64 = 10_000;

/// What would be so after a widening: shown before it is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Members now.
    pub members: i64,
    /// Other organisations' nodes with members now.
    pub organisations: i64,
    /// Posts that stay for those who see them now, unless chosen.
    pub posts: i64,
    /// Of these, by people of this node: they can be chosen.
    pub choosable: i64,
}

/// What there is in a community that is about to be widened.
pub async fn what_widening_exposes(from: &impl Source, community: AccountId) -> Result<Exposure> {
    let count = async |sql: crate::store::Sql| -> Result<i64> { Ok(sql.value(from).await?.unwrap_or_default()) };
    let posts = "SELECT COUNT(*) FROM posts p JOIN accounts a ON a.id = p.author_id \
                 WHERE p.community_id = {} AND p.deleted_at IS NULL AND p.removed_at IS NULL AND p.boost_of_id IS NULL";
    Ok(Exposure {
        members: count(sql!("SELECT COUNT(*) FROM seats WHERE community_id = {} AND status = {}", community, SeatStatus::Active)).await?,
        organisations: count(sql!(
            "SELECT COUNT(DISTINCT host) FROM seats WHERE community_id = {} AND status = {} AND host <> ''",
            community,
            SeatStatus::Active
        ))
        .await?,
        posts: count(sql!(posts, community)).await?,
        choosable: count(sql!(posts, community).then(" AND a.host = ''")).await?,
    })
}

/// Opens a community of ours wider. Owners only; only wider. Of what was posted before, only the `chosen` posts by people of
/// this node count as posted now. Returns how many those are. Records `ProfileEdited`.
pub async fn widen(tx: &Tx, by: &Account, community: AccountId, to: Stage, chosen: &[PostId]) -> Result<u64> {
    let (account, old) = owned(tx, by, community).await?;
    if to <= old.stage {
        return Err(not_wider(old.stage, to).into());
    }
    if chosen.len() > CHOSEN_MAX {
        return Err(Refusal::invalid("posts", said!("must not be more than {max}", max = CHOSEN_MAX)).into());
    }
    let since = |least: Stage, since: Option<crate::base::clock::Stamp>| since.or((to >= least).then_some(tx.now));
    sql!(
        "UPDATE communities SET stage = {}, partners_at = {}, federated_at = {}, public_at = {} WHERE account_id = {}",
        to,
        since(Stage::Partners, old.partners_at),
        since(Stage::Federated, old.federated_at),
        since(Stage::Public, old.public_at),
        community
    )
    .run(tx)
    .await?;
    sql!("UPDATE accounts SET locked = {} WHERE id = {}", to != Stage::Public, community).run(tx).await?;
    let shown = share(tx, community, to, chosen).await?;
    note(tx, by, "community.widen", (&account, json!({ "from": old.stage, "to": to, "older_posts": shown })));
    mod_log::note(tx, Entry { stage: Some(to), ..Entry::of(by, &account, ModAct::Widen) }).await?;
    tx.record(Event::ProfileEdited { account: community });
    Ok(shown)
}

/// Chosen older posts count as posted now: only those written here, and none addressed to people alone.
async fn share(tx: &Tx, community: AccountId, to: Stage, chosen: &[PostId]) -> Result<u64> {
    if chosen.is_empty() {
        return Ok(0);
    }
    let which = " WHERE community_id = {} AND deleted_at IS NULL AND removed_at IS NULL AND audience <> {} \
                 AND author_id IN (SELECT id FROM accounts WHERE host = '') AND id IN {}";
    let start = if to == Stage::Public {
        sql!(
            "UPDATE posts SET shared_at = {}, audience = CASE WHEN audience = {} THEN {} ELSE audience END",
            tx.now,
            Audience::Members,
            Audience::Public
        )
    } else {
        sql!("UPDATE posts SET shared_at = {}", tx.now)
    };
    start.then(which).bind(community).bind(Audience::Direct).bind(list(chosen)).run(tx).await
}

fn not_wider(from: Stage, to: Stage) -> Refusal {
    if from == to {
        return Refusal::conflict("same_stage", said!("This community is {from} already.", from));
    }
    let sentence = said!(
        "A community that is {from} cannot become {to}: others hold copies of what is there. Found its narrower successor instead; \
         the seats that are possible there are carried over.",
        from,
        to
    );
    Refusal::conflict("only_wider", sentence)
}

/// Founds a narrower successor of a community of ours, called `name`, and closes the old one. Owners only. Usable seats that
/// are possible there are carried over with their roles: at once for people here; people elsewhere are invited, as nobody is made
/// a member on another node who did not ask. What was posted stays where it is.
pub async fn narrow(tx: &Tx, by: &Account, community: AccountId, to: Stage, (name, keys): (String, NewKeys)) -> Result<Account> {
    let (account, old) = owned(tx, by, community).await?;
    if to >= old.stage {
        return Err(Refusal::invalid("stage", said!("must be narrower than {stage}", stage = old.stage)).into());
    }
    let founding = Founding {
        title: title(&account.display_name, &name)?,
        name,
        purpose: old.purpose.clone(),
        stage: to,
        join_rule: old.join_rule,
        question: old.question.clone(),
        least_level: old.least_level,
        keys,
    };
    let (successor, _) = establish(tx, by, founding).await?;
    keep_rules(tx, &old, successor.id).await?;
    let carried = carry(tx, (&account, &successor), by, to).await?;
    sql!("UPDATE communities SET closed_at = {}, succeeded_by = {} WHERE account_id = {}", tx.now, successor.id, community).run(tx).await?;
    let detail = json!({ "from": old.stage, "to": to, "successor": successor.acct(), "seats": carried });
    note(tx, by, "community.narrow", (&account, detail));
    tx.record(Event::ProfileEdited { account: community });
    Ok(successor)
}

async fn keep_rules(tx: &Tx, old: &Community, successor: AccountId) -> Result<()> {
    sql!(
        "UPDATE communities SET history = {}, policy_required = {}, stakeholders_shown = {}, log_public = {}, newcomer_posts = {} \
         WHERE account_id = {}",
        old.history,
        old.policy_required,
        old.stakeholders_shown,
        old.log_public,
        old.newcomer_posts,
        successor
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Carries seats over; how many.
async fn carry(tx: &Tx, (old, new): (&Account, &Account), by: &Account, to: Stage) -> Result<usize> {
    let select = sql!("SELECT s.* FROM seats s WHERE s.community_id = {} AND s.account_id <> {} AND ", old.id, by.id);
    let select = super::usable::usable(select, "s", tx.now);
    let select = match to {
        Stage::Local => select.then(" AND s.host = ''"),
        Stage::Partners => select.then(" AND (s.host = '' OR s.agreement_host <> '')"),
        Stage::Federated | Stage::Public => select,
    };
    let held: Vec<Seat> = select.then(" ORDER BY s.id LIMIT {}").bind(CARRIED_MAX).all(tx).await?;
    let count = held.len();
    for seat in held {
        let status = if seat.host.is_empty() { SeatStatus::Active } else { SeatStatus::Invited };
        let fresh = seats::fresh(tx, new.id, seat.account_id, status);
        let carried = Seat {
            role: seat.role,
            stakeholder: seat.stakeholder,
            organisation: seat.organisation.clone(),
            agreement_host: seat.agreement_host.clone(),
            asked_at: if seat.host.is_empty() { fresh.asked_at } else { crate::base::clock::Stamp(0) },
            history_from: tx.now,
            admitted_by: Some(by.id),
            expires_at: seat.expires_at,
            sponsor_id: seat.sponsor_id,
            ..fresh
        };
        seats::keep(tx, carried, true).await?;
        if status == SeatStatus::Active
            && let Some(person) = accounts::queries::by_id(tx, seat.account_id).await?
        {
            relationships::follow(tx, &person, new, FollowOptions::default(), None).await?;
            relationships::accept(tx, person.id, new.id).await?;
        }
    }
    Ok(count)
}
