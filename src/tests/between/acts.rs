//! What people do: one act by chance, on their own node, and what it means for the model.

use super::{model::Said, world::World};
use crate::{
    app::partners,
    base::{
        error::{Error, Result},
        words::{Role, SeatStatus, Stage},
    },
    features::{
        communities,
        memberships::{self, Decision},
        off_boarding::{self, Leaving},
        posts::{
            self, Edit,
            publish::{Draft, publish},
            queries::{self, Viewer},
            tests::world,
        },
        reactions,
    },
    store::{Tx, tables::Post},
};
use std::{collections::BTreeSet, time::Duration};

/// A draft with these words for everyone whom it may reach.
fn draft(words: &str, community: Option<crate::base::id::AccountId>, in_reply_to: Option<crate::base::id::PostId>) -> Draft {
    Draft { in_reply_to, community, ..world::draft(words) }
}

fn outcome<T>(result: &Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::Refused(refusal)) => refusal.code,
        Err(fault) => panic!("a fault: {fault}"),
    }
}

impl World {
    /// Runs one act on a node; what is refused leaves no trace.
    pub async fn act<T>(&self, node: usize, what: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.nodes[node].store().begin().await?;
        let result = what(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }

    fn say(&mut self, line: String) {
        let step = self.model.step;
        self.log.push(format!("{step}: {line}"));
    }

    /// One act by chance in one of the communities `of`.
    pub async fn something(&mut self, of: &[usize]) {
        self.model.step += 1;
        let who = self.random.usize(..self.people.len());
        let spot = of[self.random.usize(..of.len())];
        if !self.up[self.people[who].home] || self.model.off_boarded.contains(&who) {
            self.pass().await;
            return self.settle().await;
        }
        match self.random.u8(..48) {
            0..=8 => Box::pin(self.join(who, spot)).await,
            9..=11 => Box::pin(self.leave(who, spot)).await,
            12..=19 => Box::pin(self.decide((who, spot), of)).await,
            20..=28 => Box::pin(self.write((who, spot), of)).await,
            29..=31 => Box::pin(self.edit(who)).await,
            32..=33 => Box::pin(self.delete(who)).await,
            34..=38 => Box::pin(self.react(who)).await,
            39..=40 => Box::pin(self.agreement()).await,
            41 => Box::pin(self.off_board(who)).await,
            42 => Box::pin(self.widen(spot)).await,
            _ => Box::pin(self.pass()).await,
        }
        self.settle().await;
    }

    /// Time passes, or a node goes down or comes up.
    async fn pass(&mut self) {
        let node = self.random.usize(..3);
        if self.random.bool() {
            let is_up = !self.up[node];
            self.say(format!("{} is {}", self.nodes[node].name, if is_up { "up" } else { "down" }));
            self.turn(node, is_up);
        } else {
            let minutes = self.random.u64(1..240);
            self.say(format!("{minutes} minutes pass"));
            self.wait(Duration::from_secs(minutes * 60)).await;
        }
    }

    pub async fn join(&mut self, who: usize, spot: usize) {
        let home = self.people[who].home;
        if home > 0 && self.up[0] {
            // Whoever asks looks at the community's page first.
            let network = self.nodes[home].federation.app.network().unwrap();
            if network.find_url(&self.spots[spot].uri).await.is_ok()
                && let Some(group) = self.account(home, &self.spots[spot].uri).await
            {
                // it may be narrower than we may know, or down by now
                drop(network.refresh(group.id).await);
            }
        }
        let Some((person, group)) = self.both(home, who, spot).await else { return };
        let done = self.act(home, async |tx| memberships::ask(tx, &person, &group, "please").await).await;
        let step = self.model.step;
        if done.is_ok() && !self.model.wills(who, spot).wants_in() {
            self.model.will(who, spot).asked = Some(step);
        }
        if done.is_ok() && home == 0 {
            self.model.will(who, spot).heard_ask = Some(step);
        }
        self.say(format!("{} joins {}: {}", self.people[who].name, self.spots[spot].name, outcome(&done)));
    }

    pub async fn leave(&mut self, who: usize, spot: usize) {
        let home = self.people[who].home;
        let Some((person, group)) = self.both(home, who, spot).await else { return };
        let done = self.act(home, async |tx| memberships::leave(tx, &person, &group, None).await).await;
        let step = self.model.step;
        if done.is_ok() {
            self.model.will(who, spot).left = Some(step);
        }
        self.say(format!("{} leaves {}: {}", self.people[who].name, self.spots[spot].name, outcome(&done)));
    }

    /// Somebody in one of these communities whose seat there has this status, by chance.
    async fn someone(&mut self, of: &[usize], status: SeatStatus) -> Option<(usize, usize)> {
        let mut found = Vec::new();
        for spot in of {
            for who in 1..self.people.len() {
                if self.seat(0, who, *spot).await.is_some_and(|seat| seat.status == status) {
                    found.push((who, *spot));
                }
            }
        }
        found.get(self.random.usize(..found.len().max(1))).copied()
    }

    async fn decide(&mut self, (who, spot): (usize, usize), of: &[usize]) {
        let by = if self.random.u8(..3) == 0 { self.random.usize(..self.people.len()) } else { 0 };
        let (decision, about) = match self.random.u8(..16) {
            0..=5 => (Decision::Admit, Some(SeatStatus::Requested)),
            6 => (Decision::Refuse { reason: "full".into() }, Some(SeatStatus::Requested)),
            7..=8 => (Decision::Invite { role: Role::Member, expires_at: None }, None),
            9..=11 => (Decision::Appoint { role: Role::ALL[self.random.usize(..5)] }, Some(SeatStatus::Active)),
            12..=13 => (Decision::Remove { reason: "off topic".into() }, Some(SeatStatus::Active)),
            14 => (Decision::Ban { reason: "leaks".into(), until: None }, None),
            _ => (Decision::Unban, None),
        };
        let meant = match about {
            Some(status) if self.random.u8(..4) > 0 => self.someone(of, status).await,
            _ => None,
        };
        let (who, spot) = meant.unwrap_or((who, spot));
        self.decides(by, who, spot, decision).await;
    }

    pub async fn decides(&mut self, by: usize, who: usize, spot: usize, decision: Decision) {
        let home = self.people[by].home;
        if !self.up[home] || self.model.off_boarded.contains(&by) {
            return;
        }
        let (Some((moderator, group)), Some((person, _))) = (self.both(home, by, spot).await, self.both(home, who, spot).await) else {
            return;
        };
        let told = decision.clone();
        let done = self.act(home, async |tx| memberships::decided(tx, &moderator, &person, &group, told).await).await;
        let (step, is_here) = (self.model.step, home == 0 && done.is_ok());
        match &decision {
            Decision::Admit | Decision::Invite { .. } if is_here => self.model.will(who, spot).let_in = Some(step),
            Decision::Refuse { .. } | Decision::Remove { .. } | Decision::Ban { .. } if is_here => {
                self.model.will(who, spot).put_out = Some(step);
            }
            _ => {}
        }
        let (by, who, spot) = (self.people[by].name, self.people[who].name, self.spots[spot].name);
        self.say(format!("{by} decides {decision:?} over {who} in {spot}: {}", outcome(&done)));
    }

    /// A post as a node has it.
    pub async fn post(&self, node: usize, uri: &str) -> Option<Post> {
        let app = &self.nodes[node].federation.app;
        queries::by_uri(&app.store, app.origin.stored(uri)).await.unwrap()
    }

    /// A post that somebody sees on their own node, by chance.
    async fn some_post(&mut self, who: usize) -> Option<(usize, Post)> {
        if self.model.posts.is_empty() {
            return None;
        }
        let n = self.random.usize(..self.model.posts.len());
        let home = self.people[who].home;
        let post = self.post(home, &self.model.posts[n].uri.clone()).await?;
        let me = self.account(home, &self.people[who].uri).await?;
        let seen = queries::seen(self.nodes[home].store(), &Viewer::Account(me.id), post.id).await.unwrap()?;
        Some((n, seen))
    }

    async fn write(&mut self, (who, spot): (usize, usize), of: &[usize]) {
        let member = self.someone(of, SeatStatus::Active).await.filter(|_| self.random.u8(..4) > 0);
        let member = member.filter(|(who, _)| self.up[self.people[*who].home] && !self.model.off_boarded.contains(who));
        let (who, spot) = member.unwrap_or((who, spot));
        let answered = if self.random.u8(..3) == 0 { self.some_post(who).await } else { None };
        let spot = answered.as_ref().map_or(spot, |(n, _)| self.model.posts[*n].spot);
        self.writes(who, spot, answered.map(|(_, post)| post)).await;
    }

    /// Somebody writes into a community, or answers there.
    pub async fn writes(&mut self, who: usize, spot: usize, answered: Option<Post>) {
        let home = self.people[who].home;
        let Some((person, group)) = self.both(home, who, spot).await else { return };
        let words = format!("post {}", self.model.posts.len());
        let draft = draft(&words, Some(group.id).filter(|_| answered.is_none()), answered.as_ref().map(|post| post.id));
        let done = self.act(home, async |tx| publish(tx, &person, draft).await).await;
        let said = outcome(&done);
        if let Ok(post) = done {
            let uri = self.nodes[home].federation.app.origin.absolute(&post.uri);
            let step = self.model.step;
            let admitted = (home == 0 && !post.pending).then_some(step);
            self.model.posts.push(Said { uri, author: who, spot, step, admitted, is_deleted: false, edits: 0, likes: BTreeSet::new() });
        }
        let kind = if answered.is_some() { "answers" } else { "writes" };
        self.say(format!("{} {kind} {words:?} in {}: {said}", self.people[who].name, self.spots[spot].name));
    }

    /// One of the posts that somebody wrote and that is still there.
    async fn own_post(&mut self, who: usize) -> Option<(usize, Post)> {
        let mine: Vec<usize> =
            (0..self.model.posts.len()).filter(|n| self.model.posts[*n].author == who && !self.model.posts[*n].is_deleted).collect();
        let n = *mine.get(self.random.usize(..mine.len().max(1)))?;
        let post = self.post(self.people[who].home, &self.model.posts[n].uri.clone()).await?;
        Some((n, post))
    }

    async fn edit(&mut self, who: usize) {
        let Some((n, post)) = self.own_post(who).await else { return };
        let home = self.people[who].home;
        let me = self.account(home, &self.people[who].uri).await.unwrap();
        let words = format!("post {n}, wording {}", self.model.posts[n].edits + 1);
        let edit = Edit { source: words.clone(), content: format!("<p>{words}</p>"), ..Edit::default() };
        let done = self.act(home, async |tx| posts::edit(tx, &me, &post, edit).await).await;
        if done.is_ok() {
            self.model.posts[n].edits += 1;
        }
        self.say(format!("{} edits {words:?}: {}", self.people[who].name, outcome(&done)));
    }

    async fn delete(&mut self, who: usize) {
        let is_moderator = self.random.u8(..3) == 0;
        if is_moderator {
            let Some((n, post)) = self.some_post(0).await.filter(|_| self.up[0]) else { return };
            let ada = self.account(0, &self.people[0].uri).await.unwrap();
            let done = self.act(0, async |tx| posts::remove(tx, &ada, &post, "off topic").await).await;
            return self.say(format!("ada removes post {n}: {}", outcome(&done)));
        }
        let Some((n, post)) = self.own_post(who).await else { return };
        let done = self.act(self.people[who].home, async |tx| posts::delete(tx, &post).await).await;
        if done.is_ok() {
            self.model.posts[n].is_deleted = true;
        }
        self.say(format!("{} deletes post {n}: {}", self.people[who].name, outcome(&done)));
    }

    async fn react(&mut self, who: usize) {
        let Some((n, post)) = self.some_post(who).await else { return };
        let home = self.people[who].home;
        let me = self.account(home, &self.people[who].uri).await.unwrap();
        let what = self.random.u8(..4);
        let done = self
            .act(home, async |tx| match what {
                0 | 1 => reactions::like(tx, &me, &post, None).await,
                2 => reactions::unlike(tx, &me, &post).await,
                _ => reactions::boost(tx, &me, &post, None).await.map(drop),
            })
            .await;
        let said = outcome(&done);
        if done.is_ok() && what < 2 {
            self.model.posts[n].likes.insert(who);
        } else if done.is_ok() && what == 2 {
            self.model.posts[n].likes.remove(&who);
        }
        self.say(format!(
            "{} {} post {n}: {said}",
            self.people[who].name,
            ["likes", "likes", "no longer likes", "boosts"][usize::from(what)]
        ));
    }

    async fn agreement(&mut self) {
        let side = self.random.usize(..2);
        let what = self.random.u8(..7);
        self.agreements(side, what).await;
    }

    /// acme (0) or boltco (1) suspends (0 to 2), resumes (3 to 5) or ends (6) the agreement.
    pub async fn agreements(&mut self, side: usize, what: u8) {
        if !self.up[side] {
            return;
        }
        let (app, other) = (self.nodes[side].federation.app.clone(), self.nodes[1 - side].host.clone());
        let Ok(agreement) = partners::find(&app, &other).await else { return };
        let act = match what {
            0..=2 => partners::Act::Suspend { reason: String::new() },
            3..=5 => partners::Act::Resume,
            _ => partners::Act::End { reason: String::new() },
        };
        let done = partners::perform(&app, "test", agreement.id, act).await;
        let said = ["suspends", "suspends", "suspends", "resumes", "resumes", "resumes", "ends"][usize::from(what)];
        self.say(format!("{} {said} the agreement: {}", self.nodes[side].name, outcome(&done)));
    }

    async fn off_board(&mut self, who: usize) {
        let home = self.people[who].home;
        if home == 0 {
            return;
        }
        let me = self.account(home, &self.people[who].uri).await.unwrap();
        let done = self.act(home, async |tx| off_boarding::off_board(tx, &me, Leaving { by: None, reason: "left" }).await).await;
        self.model.off_boarded.insert(who);
        self.say(format!("{} is off-boarded: {}", self.people[who].name, outcome(&done)));
    }

    async fn widen(&mut self, spot: usize) {
        if !self.up[0] {
            return;
        }
        let to = Stage::ALL[self.random.usize(1..4)];
        let ada = self.account(0, &self.people[0].uri).await.unwrap();
        let id = self.spots[spot].id;
        let done = self.act(0, async |tx| communities::widen(tx, &ada, id, to, &[]).await).await;
        self.say(format!("ada widens {} to {to}: {}", self.spots[spot].name, outcome(&done)));
    }
}
