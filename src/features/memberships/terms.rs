//! Facts on which a seat is given: who asks, what an agreement allows them, whose organisation is new here.
//!
//! For `entering` and `moderate`, on the community's own node and with the community held. Rules: `policy/ladder.rs`.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        host,
        words::{History, Level, Role, SeatStatus, Stage, Stakeholder},
    },
    features::{affiliations, agreements, communities::seats, peers},
    policy::{
        agreement::history_from,
        ladder::{Asker, Door, Numbers, first_role, has_room, on_asking, reads_from},
    },
    sql,
    store::{
        Tx,
        tables::{Account, Agreement, Community, HostBan, Seat},
    },
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the people of a node come in by asking after its ban was lifted.
const PROBATION: Duration = Duration::from_secs(30 * 24 * 3600);

/// Somebody at the door of a community of ours.
pub(super) struct Visit<'a> {
    pub account: &'a Account,
    pub community: &'a Account,
    pub facts: &'a Community,
}

/// What would be written on a seat given now.
pub(super) struct Terms {
    /// Holds through this organisation; '' for a personal seat.
    organisation: String,
    stakeholder: Stakeholder,
    /// The agreement that covers it; locked, so that two acts do not count the same last place.
    pub agreement: Option<Agreement>,
    history_from: Stamp,
    level: Level,
    stage: Stage,
}

impl Visit<'_> {
    /// What the community asks of newcomers.
    pub fn door(&self) -> Door {
        let Community { stage, join_rule: rule, least_level, closed_at, .. } = self.facts;
        Door { stage: *stage, rule: *rule, least_level: *least_level, is_closed: closed_at.is_some() }
    }

    /// Who asks, with the seat they have.
    pub async fn asker(&self, tx: &Tx, before: Option<&Seat>, terms: &Terms) -> Result<Asker> {
        let ban = host_ban(tx, self.community, self.account).await?;
        let is_host_banned = ban.as_ref().is_some_and(|ban| is_on(ban, tx.now));
        Ok(Asker {
            standing: before.map(|seat| standing(seat, tx.now)),
            is_banned: is_host_banned || seats::is_banned(tx, self.community.id, self.account.id).await?,
            is_on_probation: ban.is_some_and(|ban| ban.lifted_at.is_some_and(|at| at > tx.now.minus(PROBATION))),
            is_here: self.account.is_local(),
            level: terms.level,
            is_covered: terms.agreement.is_some() || (self.account.is_local() && !terms.organisation.is_empty()),
        })
    }

    /// The terms of a seat given now. `is_invited`: somebody of the community asked them in.
    pub async fn terms(&self, tx: &Tx, is_invited: bool) -> Result<Terms> {
        let affiliation = affiliations::of(self.account).filter(|affiliation| affiliation.is_confirmed);
        let Community { stage, history, .. } = *self.facts;
        let community_from = history_from(history, None, tx.now);
        if self.account.is_local() {
            let organisation = affiliation.map(|affiliation| affiliation.organisation).unwrap_or_default();
            let stakeholder = if organisation.is_empty() { Stakeholder::Public } else { Stakeholder::Employee };
            let terms = Terms { organisation, stakeholder, agreement: None, history_from: community_from, level: Level::Intermoot, stage };
            return Ok(terms);
        }
        let level = peers::find(tx, &self.account.host).await?.map_or(Level::Plain, |peer| peer.level);
        let through = affiliation.and_then(|affiliation| Some((authority(&affiliation.organisation)?, affiliation.organisation)));
        if let Some((host, organisation)) = through
            && let Some(agreement) = agreements::covering(tx, &host, &self.community.uri, is_invited).await?
        {
            let agreed = history_from(agreement.history, agreement.history_from, tx.now);
            let from = reads_from(agreed, community_from, self.facts.partners_at.unwrap_or(tx.now));
            let stakeholder = agreement.stakeholder;
            return Ok(Terms { organisation, stakeholder, agreement: Some(agreement), history_from: from, level, stage });
        }
        let opened = self.facts.federated_at.or(self.facts.public_at).unwrap_or(tx.now);
        let from = reads_from(history_from(History::All, None, tx.now), community_from, opened);
        Ok(Terms { organisation: String::new(), stakeholder: Stakeholder::Public, agreement: None, history_from: from, level, stage })
    }
}

impl Terms {
    /// Whether the agreement, if the seat is held under one, leaves room for one more.
    pub async fn has_room(&self, tx: &Tx) -> Result<Result<(), Refusal>> {
        let Some(agreement) = &self.agreement else { return Ok(Ok(())) };
        let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
        let _held: Option<i64> = sql!("SELECT id FROM agreements WHERE id = {}", agreement.id).then(lock).value(tx).await?;
        let count = async |sql: crate::store::Sql| -> Result<i64> { Ok(sql.value(tx).await?.unwrap_or_default()) };
        let host = agreement.host.as_str();
        let held = "SELECT COUNT(*) FROM seats WHERE agreement_host = {} AND agreement_host <> '' AND status = {}";
        let today = "SELECT COUNT(*) FROM seats WHERE agreement_host = {} AND agreement_host <> '' AND admitted_at > {}";
        let Agreement { seats_max, seats_per_day, .. } = *agreement;
        Ok(has_room(Numbers {
            seats_max,
            seats_per_day,
            held: count(sql!(held, host, SeatStatus::Active)).await?,
            today: count(sql!(today, host, tx.now.minus(DAY))).await?,
        }))
    }

    /// `seat` as it is written when it is given on these terms, with `role` as far as they allow it.
    pub fn seat(&self, seat: Seat, role: Role) -> Seat {
        let most = self.agreement.as_ref().map(|agreement| agreement.most_role);
        Seat {
            status: SeatStatus::Active,
            role: first_role(role, most, self.level, self.stage),
            stakeholder: self.stakeholder,
            organisation: self.organisation.clone(),
            agreement_host: self.agreement.as_ref().map(|agreement| agreement.host.clone()).unwrap_or_default(),
            history_from: self.history_from,
            reason: String::new(),
            expires_at: None,
            paused_at: None,
            refused_at: None,
            next_attempt_at: None,
            ..seat
        }
    }

    /// `seat` as a request on these terms: moderators see through whom it is asked.
    pub fn request(&self, seat: Seat) -> Seat {
        Seat { stakeholder: self.stakeholder, organisation: self.organisation.clone(), agreement_host: String::new(), ..seat }
    }
}

/// The status that counts now: an invitation or request past its end is over, though nobody swept it yet.
pub(super) fn standing(seat: &Seat, now: Stamp) -> SeatStatus {
    if seat.expires_at.is_some_and(|end| end <= now) { SeatStatus::Ended } else { seat.status }
}

/// Whether asking again changes nothing for a member: refused when they may not be in any more.
pub(super) async fn still_open(tx: &Tx, visit: &Visit<'_>, seat: &Seat) -> Result<Result<(), Refusal>> {
    let terms = visit.terms(tx, true).await?;
    let asker = visit.asker(tx, Some(seat), &terms).await?;
    Ok(on_asking(visit.door(), asker).map(drop))
}

/// The ban of somebody's node, whether it is on or was lifted.
pub(super) async fn host_ban(tx: &Tx, community: &Account, account: &Account) -> Result<Option<HostBan>> {
    if account.is_local() {
        return Ok(None);
    }
    sql!("SELECT * FROM host_bans WHERE community_id = {} AND host = {}", community.id, account.host.as_str()).one(tx).await
}

pub(super) fn is_on(ban: &HostBan, now: Stamp) -> bool {
    ban.lifted_at.is_none() && ban.expires_at.is_none_or(|end| end > now)
}

fn authority(uri: &str) -> Option<String> {
    host::authority(&host::parse(uri)?)
}
