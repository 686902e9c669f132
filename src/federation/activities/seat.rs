//! `Update{Member}`: a community says how it stands with somebody's seat (`membership.md` 2 and 3).
//!
//! Invariants (S114 to S116): the group itself sends it and its key signed the record; the person is one of ours, or the
//! record is for a moderator of ours, and then only a copy is kept. Revisions say which record counts.

use super::{Envelope, Look, Scene, Want, proven};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        words::{Role, SeatStatus},
    },
    features::{
        memberships::{
            self, News, queries,
            record::{self, Adopted},
            records,
        },
        off_boarding,
    },
    federation::{
        drift,
        objects::{Fields, Member, fields::wrong, member::time},
        recovery,
    },
    store::tables::Account,
};
use serde_json::Value;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The record.
    pub member: Member,
    /// To whom it is addressed.
    pub to: Vec<String>,
    /// The `askedAt` of the Offer that it answers.
    pub answers: Option<Stamp>,
}

impl Told {
    pub(super) fn read(fields: Fields<'_>, object: &Value, envelope: &Envelope) -> Result<Self, Refusal> {
        let member = Member::read(object)?;
        if member.record.community != envelope.actor {
            return Err(wrong("only a community says who is in it"));
        }
        let to = fields.ids("to").into_iter().take(10).map(str::to_owned).collect();
        Ok(Self { member, to, answers: time(fields, "inAnswerTo")? })
    }

    pub(super) fn names<'a>(&'a self, actor: &'a String) -> Vec<&'a String> {
        [actor, &self.member.record.account].into_iter().chain(&self.to).collect()
    }

    /// Whoever asks may be unknown to the moderators who are told.
    pub(super) fn wants(&self, look: Look<'_>) -> Option<Want> {
        let known = |uri: &str| look.known.account(look.federation, uri);
        let about = &self.member.record.account;
        let is_told = self.to.iter().filter_map(|uri| known(uri)).any(Account::is_local);
        (is_told && known(about).is_none() && !look.federation.app.origin.is_ours(about)).then(|| Want::Account(about.clone()))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if !actor.is_community() {
            return Err(wrong("only a community says who is in it").into());
        }
        proven::check_by(scene.federation, scene.tx, &self.member.document, actor).await?;
        let account = scene.account(&self.member.record.account)?;
        let concerns_moderators = self.tell_moderators(scene, actor, account).await?;
        if account.is_local() {
            adopt(scene, (account, actor), &self.member).await
        } else if concerns_moderators {
            Ok(())
        } else {
            Err(wrong("the record is about somebody of another server").into())
        }
    }

    /// What a record is to moderators of ours to whom it is addressed: the answer to what they decided, or news of somebody
    /// who asks. Whether it is for any.
    async fn tell_moderators(&self, scene: Scene<'_>, community: &Account, account: &Account) -> Result<bool> {
        let (mut is_for_one, mut answers) = (false, None);
        for to in self.to.iter().filter_map(|uri| scene.known.account(scene.federation, uri)).filter(|to| to.is_local()) {
            let decided = records::has_offered(scene.tx, (community.id, account.id), to.id).await?;
            answers = self.answers.map(|asked_at| (to.id, asked_at)).filter(|_| decided).or(answers);
            is_for_one |= decided || queries::role(scene.tx, community.id, to.id).await? >= Some(Role::Moderator);
        }
        if is_for_one {
            let record = self.member.stored(&scene.federation.app.origin);
            let news = News { record: &record, raw: &self.member.raw(), answers };
            memberships::offer_answered(scene.tx, account, community, news).await?;
        }
        Ok(is_for_one)
    }
}

/// Adopts a record whose proof was checked.
async fn adopt(scene: Scene<'_>, (account, community): (&Account, &Account), member: &Member) -> Result<()> {
    let record = member.stored(&scene.federation.app.origin);
    let adopted = record::adopt(scene.tx, account, community, &record, &member.raw()).await?;
    match &adopted {
        Adopted::Applied(seat) => {
            drift::hold(scene.federation, community, seat.rev);
            if seat.status == SeatStatus::Ended {
                off_boarding::confirm(scene.tx, community.id, account.id).await?;
            }
        }
        Adopted::Conflict => {
            drift::alarm(community, &record);
            drift::fetch_again(scene.federation, community, record.rev);
        }
        // It comes late, or its node was restored from an older copy: then only what it signed itself tells it so.
        Adopted::Old => recovery::show_newest(scene.federation, community),
        Adopted::Known => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed, update::State};
    use serde_json::{Value, json};

    fn update() -> Value {
        let group = "https://acme.test/c/valves";
        let record = json!({"type": "Member", "id": format!("{group}/seats/9"), "actor": "https://bolt.test/u/bo", "object": group,
            "role": "member", "status": "active", "stakeholder": "supplier", "rev": 1_700_000_000_000_i64,
            "askedAt": "2026-11-22T10:00:00Z", "historyFrom": "2026-11-22T10:00:00Z"});
        json!({"type": "Update", "id": "https://acme.test/activities/1", "actor": group, "to": ["https://bolt.test/u/bo"], "object": record})
    }

    #[test]
    fn a_community_speaks_of_its_own_seats() {
        let Deed::Update(read) = deed(&update()).unwrap().1 else { panic!() };
        let State::Seat(told) = read.state else { panic!() };
        assert_eq!((told.member.record.rev, told.to), (1_700_000_000_000, vec!["https://bolt.test/u/bo".to_owned()]));
    }

    #[test]
    fn s114_s116_nobody_else_says_who_is_in_a_community() {
        for actor in ["https://acme.test/u/ada", "https://acme.test/c/other", "https://evil.test/c/valves", "https://bolt.test/u/bo"] {
            let mut update = update();
            update["actor"] = json!(actor);
            update["id"] = json!(format!("{actor}/activities/1"));
            assert!(deed(&update).is_err(), "{actor}");
        }
        let mut unknown = update();
        unknown["object"]["role"] = json!("king");
        assert!(deed(&unknown).is_err(), "an unknown word is not passed over");
    }
}
