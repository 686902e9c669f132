//! What must hold: at every moment, and once the wire is calm.
//!
//! Each finding is a sentence; a run that has none is well.

use super::world::World;
use crate::{
    base::{
        id::PostId,
        words::{Audience, JoinRule, SeatStatus, Stage},
    },
    features::{
        agreements,
        communities::seats,
        posts::queries::{self, Viewer},
        reactions,
    },
    sql,
    store::{
        list,
        tables::{Post, Seat},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The founder of every community.
const ADA: usize = 0;

/// A seat as far as two nodes must say the same of it: none is as good as ended.
fn standing(seat: Option<&Seat>) -> Option<(SeatStatus, String)> {
    let seat = seat.filter(|seat| seat.status != SeatStatus::Ended)?;
    let role = if seat.status == SeatStatus::Active { seat.role.to_string() } else { String::new() };
    Some((seat.status, role))
}

impl World {
    /// Posts of the model as one node has them, and which of them somebody there sees.
    async fn sees(&self, who: usize) -> (BTreeMap<usize, Post>, BTreeSet<usize>) {
        let home = self.people[who].home;
        let mut rows: BTreeMap<usize, Post> = BTreeMap::new();
        let origin = &self.nodes[home].federation.app.origin;
        let uris: Vec<String> = self.model.posts.iter().map(|said| origin.stored(&said.uri).to_owned()).collect();
        if !uris.is_empty() {
            let found: Vec<Post> = sql!("SELECT * FROM posts WHERE uri IN {}", list(&uris)).all(self.nodes[home].store()).await.unwrap();
            let place = |post: &Post| uris.iter().position(|uri| *uri == post.uri).unwrap();
            rows.extend(found.into_iter().map(|post| (place(&post), post)));
        }
        let ids: Vec<PostId> = rows.values().map(|post| post.id).collect();
        let me = self.id(home, &self.people[who].uri).await.unwrap();
        let seen = queries::seen_many(self.nodes[home].store(), &Viewer::Account(me), &ids).await.unwrap();
        let seen: BTreeSet<PostId> = seen.into_iter().map(|post| post.id).collect();
        let seen = rows.iter().filter(|(_, post)| seen.contains(&post.id)).map(|(n, _)| *n).collect();
        (rows, seen)
    }

    /// What must hold at every moment, whatever is on its way.
    pub async fn unsafe_now(&self, spots: &[usize]) -> Vec<String> {
        let mut found = Vec::new();
        for (who, person) in self.people.iter().enumerate() {
            for spot in spots {
                found
                    .extend(self.sits_wrongly(who, *spot).await.map(|why| format!("{} in {}: {why}", person.name, self.spots[*spot].name)));
            }
            let (rows, seen) = self.sees(who).await;
            for n in seen.iter().filter(|n| rows[n].audience == Audience::Members && self.model.posts[**n].author != who) {
                let said = &self.model.posts[*n];
                if self.role(person.home, who, said.spot).await.is_none() {
                    found.push(format!("{} sees post {n} without a usable seat", person.name));
                }
                let will = self.model.wills(who, said.spot);
                if !will.wants_in() && will.left.is_some_and(|left| left < said.step) && who != ADA {
                    found.push(format!("{} sees post {n}, written after they left", person.name));
                }
            }
        }
        found
    }

    async fn sits_wrongly(&self, who: usize, spot: usize) -> Option<String> {
        let will = self.model.wills(who, spot);
        let there = self.role(0, who, spot).await;
        if who == ADA {
            return None;
        }
        let home = self.people[who].home;
        if self.role(home, who, spot).await.is_some() && !will.wants_in() {
            return Some(format!("a member at home who did not ask, or left: {will:?}"));
        }
        there?;
        if will.asked.is_none() {
            return Some("a member who never asked".into());
        }
        if will.heard_leave.is_some() {
            return Some(format!("a member though their leave came: {will:?}"));
        }
        let (person, group) = self.ids(0, who, spot).await?;
        if seats::is_banned(self.nodes[0].store(), group, person).await.unwrap() {
            return Some("a member though banned".into());
        }
        (will.put_out > will.heard_ask && will.put_out > will.let_in).then(|| format!("a member though put out: {will:?}"))
    }

    /// What must hold once everything has arrived.
    pub async fn unlike(&self, spots: &[usize]) -> Vec<String> {
        let mut found = self.unsafe_now(spots).await;
        for (who, person) in self.people.iter().enumerate() {
            for spot in spots {
                let name = format!("{} in {}", person.name, self.spots[*spot].name);
                found.extend(self.seats_differ(who, *spot).await.map(|why| format!("{name}: {why}")));
                found.extend(self.waits_in_vain(who, *spot).await.map(|why| format!("{name}: {why}")));
            }
            found.extend(self.reads_wrongly(who).await);
        }
        if self.wire.keeps_order() {
            found.extend(self.liked_wrongly().await);
        }
        found
    }

    async fn seats_differ(&self, who: usize, spot: usize) -> Option<String> {
        let home = self.people[who].home;
        let (there, here) = (self.seat(0, who, spot).await, self.seat(home, who, spot).await);
        let is_lost_invitation = here.is_none() && there.as_ref().is_some_and(|seat| seat.status == SeatStatus::Invited);
        // Nobody repeats an invitation: it lapses.
        // To those without an agreement a community for partners is not there (S54): the ask gets no answer, and lapses.
        let is_unheard = there.is_none()
            && here.as_ref().is_some_and(|seat| seat.status == SeatStatus::Requested && seat.next_attempt_at.is_some())
            && self.spots[spot].stage == Stage::Partners
            && !self.is_agreed().await;
        if standing(there.as_ref()) != standing(here.as_ref()) && !is_lost_invitation && !is_unheard {
            let say =
                |seat: Option<Seat>| seat.map(|seat| (seat.status, seat.role, seat.rev, seat.asked_at, seat.next_attempt_at, seat.reason));
            return Some(format!("the community's node says {:?}, the person's {:?}", say(there), say(here)));
        }
        let (there, here) = (self.role(0, who, spot).await, self.role(home, who, spot).await);
        (there != here).then(|| format!("usable there as {there:?}, here as {here:?}"))
    }

    /// Whether acme's agreement with boltco is in force, as acme has it.
    async fn is_agreed(&self) -> bool {
        let boltco = self.nodes[1].federation.app.origin.authority().to_owned();
        agreements::in_force(self.nodes[0].store(), &boltco).await.unwrap().is_some()
    }

    /// Nobody waits for ever, and who asked last at an open door is in.
    async fn waits_in_vain(&self, who: usize, spot: usize) -> Option<String> {
        let will = self.model.wills(who, spot);
        let seat = self.seat(0, who, spot).await;
        let status = seat.as_ref().map(|seat| seat.status);
        let is_held_as_company = seat.is_some_and(|seat| !seat.organisation.is_empty());
        // Where no agreement is in force nobody is told who left; such a seat is of no use, and a new agreement begins with the roster.
        let is_told = self.is_agreed().await || self.role(0, who, spot).await.is_some();
        if self.model.off_boarded.contains(&who) && is_held_as_company && status == Some(SeatStatus::Active) && is_told {
            return Some("a seat through a company that the person has left".into());
        }
        if !will.wants_in() && matches!(status, Some(SeatStatus::Active | SeatStatus::Requested)) && who != ADA {
            return Some(format!("{status:?}, though they left or never asked"));
        }
        // (one that was narrower once refused for reasons that are gone)
        let is_open = self.spots[spot].rule == JoinRule::Open && self.spots[spot].stage >= Stage::Federated;
        let was_put_out = will.put_out.is_some() || will.let_in.is_some();
        let is_through_company = self.people[who].home == 1 || self.model.off_boarded.contains(&who);
        if is_open && will.wants_in() && !was_put_out && !is_through_company && status != Some(SeatStatus::Active) {
            return Some(format!("{status:?} at an open door: {will:?}"));
        }
        None
    }

    /// Whom the community's node lets read what, and what is read.
    async fn reads_wrongly(&self, who: usize) -> Vec<String> {
        let (person, mut found) = (&self.people[who], Vec::new());
        let (rows, seen) = self.sees(who).await;
        for (n, said) in self.model.posts.iter().enumerate() {
            let name = format!("{} and post {n} in {}", person.name, self.spots[said.spot].name);
            let is_seen = seen.contains(&n);
            if said.is_deleted {
                let is_public = rows.get(&n).is_some_and(|row| row.audience <= Audience::Unlisted);
                if is_seen && (!is_public || self.has_all(person.home, n).await) {
                    found.push(format!("{name}: it was deleted"));
                }
                continue;
            }
            let may = self.may_read(who, n).await;
            let is_whole = self.has_all(person.home, n).await;
            match rows.get(&n) {
                // what left a public place is told to those who are there
                Some(row) if row.audience <= Audience::Unlisted && !is_whole => {}
                Some(row) if is_seen != may && said.author != who => {
                    found.push(format!("{name}: seen {is_seen}, may be seen {may}; pending {}, created {:?}", row.pending, row.created_at));
                }
                None if may && is_whole => found.push(format!("{name}: never came")),
                Some(row) if is_seen && is_whole && self.wire.keeps_order() => {
                    let source = self.post(self.people[said.author].home, &said.uri).await;
                    if source.is_some_and(|source| source.content != row.content) {
                        found.push(format!("{name}: still reads {:?}", row.content));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether the community's node lets somebody read a post that has come to them.
    async fn may_read(&self, who: usize, n: usize) -> bool {
        let said = &self.model.posts[n];
        let Some(there) = self.post(0, &said.uri).await else {
            // Never let in: its author's node alone has it.
            return self.own_copy(who, n).await;
        };
        if there.removed_at.is_some() || there.deleted_at.is_some() {
            return false;
        }
        if there.audience <= Audience::Unlisted {
            return true;
        }
        let Some(seat) = self.seat(0, who, said.spot).await else { return false };
        self.role(0, who, said.spot).await.is_some() && seat.history_from <= there.shared_at.unwrap_or(there.created_at)
    }

    /// A post that the community's node does not have, on its author's node: as that one's own rules have it.
    async fn own_copy(&self, who: usize, n: usize) -> bool {
        let said = &self.model.posts[n];
        let home = self.people[who].home;
        if home != self.people[said.author].home {
            return false;
        }
        let Some(post) = self.post(home, &said.uri).await else { return false };
        if post.audience <= Audience::Unlisted {
            return true;
        }
        let seat = self.seat(home, who, said.spot).await;
        self.role(home, who, said.spot).await.is_some() && seat.is_some_and(|seat| seat.history_from <= post.created_at)
    }

    /// Whether a node had a usable seat all the time since a post was let in, so that all about it must have come.
    async fn has_all(&self, node: usize, n: usize) -> bool {
        let said = &self.model.posts[n];
        let Some(admitted) = said.admitted else { return false };
        node == 0 || self.model.usable_since.get(&(node, said.spot)).is_some_and(|since| *since < admitted && *since < said.step)
    }

    /// The community's node has the likes of everybody who may still read there.
    async fn liked_wrongly(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (n, said) in self.model.posts.iter().enumerate().filter(|(_, said)| !said.is_deleted) {
            let Some(post) = self.post(0, &said.uri).await.filter(|post| post.deleted_at.is_none() && post.removed_at.is_none()) else {
                continue;
            };
            for who in 0..self.people.len() {
                let me = self.account(0, &self.people[who].uri).await.unwrap();
                let mine = reactions::mine(self.nodes[0].store(), me.id, &[post.id]).await.unwrap();
                let likes = mine.iter().any(|(_, mine)| mine.favourited);
                let is_told = self.people[who].home == 0 || self.has_all(self.people[who].home, n).await;
                let will = self.model.wills(who, said.spot);
                let was_in = will.left.is_none() && will.put_out.is_none() && will.let_in.is_none();
                if is_told && was_in && self.role(0, who, said.spot).await.is_some() && likes != said.likes.contains(&who) {
                    found.push(format!("{} and post {n}: a like is {likes}", self.people[who].name));
                }
            }
        }
        found
    }
}
