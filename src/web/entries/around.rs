//! What a list of posts refers to, each thing read once for the whole list.

use super::{
    Readers,
    beside::{Link, Poll, Quoted, link, poll, quoted},
};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        words::Audience,
    },
    features::{
        accounts, communities, memberships,
        polls::{self, Vote},
        posts::{
            pins,
            queries::{self, Viewer},
        },
        previews::{self, Card},
        quotes,
        reactions::{self, Mine},
    },
    policy::filter::Filters,
    store::tables::{self, Account, Post},
    web::faces::Face,
};
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

/// What a list of posts refers to.
#[derive(Default)]
pub(super) struct Around {
    /// Who reads; none for strangers.
    pub(super) me: Option<AccountId>,
    pub(super) now: Stamp,
    /// What boosts show.
    pub(super) shown: HashMap<PostId, Post>,
    accounts: HashMap<AccountId, Account>,
    /// Communities that the reader may not know of.
    pub(super) untold: HashSet<AccountId>,
    /// Whose people read in communities of ours that are not public.
    hosts: HashMap<AccountId, Vec<String>>,
    pub(super) mine: HashMap<PostId, Mine>,
    pub(super) pinned: HashSet<PostId>,
    pub(super) polls: HashMap<PostId, tables::Poll>,
    votes: Vec<Vote>,
    cards: HashMap<PostId, Card>,
    /// What is quoted and the reader may see, by uri as stored.
    quoted: HashMap<String, Post>,
    /// Posts whose stamp lets them show what they quote.
    stamped: HashSet<PostId>,
    pub(super) filters: Arc<Filters>,
}

/// Each once.
fn distinct<T: Copy + Eq + Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(*item)).collect()
}

impl Around {
    /// Reads it for `viewer`. Statements do not grow with the list.
    pub(super) async fn gather(app: &App, viewer: &Viewer, posts: &[Post]) -> Result<Self> {
        let (store, me) = (&app.store, viewer.account());
        let boosted: Vec<PostId> = distinct(posts.iter().filter_map(|post| post.boost_of_id));
        let shown = queries::seen_many(store, viewer, &boosted).await?;
        // In their order, and of a boost what it shows.
        let told: Vec<&Post> = posts.iter().filter(|post| post.boost_of_id.is_none()).chain(&shown).collect();
        let quoting: Vec<&Post> = told.iter().copied().filter(|post| !post.quote_uri.is_empty()).collect();
        let uris: Vec<String> = quoting.iter().map(|post| post.quote_uri.clone()).collect::<HashSet<_>>().into_iter().collect();
        let quoted = queries::seen_by_uris(store, viewer, &uris).await?;
        let stamped = quotes::held(store, &distinct(quoting.iter().map(|post| post.id))).await?;

        let people = posts.iter().chain(&shown).chain(&quoted);
        let ids = distinct(people.flat_map(|post| [Some(post.author_id), post.community_id, post.in_reply_to_account_id]).flatten());
        let accounts: HashMap<_, _> =
            accounts::queries::by_ids(store, &ids).await?.into_iter().map(|account| (account.id, account)).collect();
        let places = distinct(told.iter().filter_map(|post| post.community_id));
        let untold = communities::queries::hidden(store, &places, me).await?.into_iter().collect();
        let asking = distinct(told.iter().filter(|post| post.details().is_poll).map(|post| post.id));
        let leading = distinct(told.iter().filter(|post| may_lead(post)).map(|post| post.id));
        let mut around = Self {
            polls: polls::by_posts(store, &asking).await?.into_iter().map(|poll| (poll.post_id, poll)).collect(),
            cards: previews::queries::of_posts(store, &leading).await?,
            now: store.now(),
            me,
            untold,
            accounts,
            quoted: quoted.into_iter().filter(|post| post.boost_of_id.is_none()).map(|post| (post.uri.clone(), post)).collect(),
            stamped: stamped.into_iter().collect(),
            ..Self::default()
        };
        if let Some(me) = me {
            around.of_member(app, me, (&told, &asking)).await?;
        }
        around.shown = shown.into_iter().map(|post| (post.id, post)).collect();
        Ok(around)
    }

    /// What only a member is shown beside posts.
    async fn of_member(&mut self, app: &App, me: AccountId, (told, asking): (&[&Post], &[PostId])) -> Result<()> {
        let store = &app.store;
        let own = distinct(told.iter().filter(|post| post.author_id == me).map(|post| post.id));
        let is_inside = |post: &&&Post| post.audience == Audience::Members;
        let inside = distinct(told.iter().filter(is_inside).filter_map(|post| post.community_id));
        let ours: Vec<AccountId> = inside.into_iter().filter(|id| self.accounts.get(id).is_some_and(Account::is_local)).collect();
        self.mine = reactions::mine(store, me, &distinct(told.iter().map(|post| post.id))).await?.into_iter().collect();
        self.pinned = pins::among(store, me, &own).await?.into_iter().collect();
        self.votes = polls::mine(store, me, asking).await?;
        self.hosts = memberships::hosts(store, me, &ours).await?;
        self.filters = app.filters.of(store, me).await?;
        Ok(())
    }

    /// An account that takes part.
    pub(super) fn active(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id).filter(|account| account.is_active())
    }

    /// Its face.
    pub(super) fn face(&self, app: &App, id: AccountId) -> Option<Face> {
        self.active(id).map(|account| Face::seen(app, account, self.me.is_some()))
    }

    /// Who reads a post.
    pub(super) fn readers(&self, app: &App, post: &Post, community: Option<&Account>) -> Readers {
        let author = || self.active(post.author_id).map(|author| Face::of(app, author).name).unwrap_or_default();
        match (post.audience, community) {
            (Audience::Public, _) => Readers::Everybody,
            (Audience::Unlisted, _) => Readers::Quietly,
            (Audience::Followers, _) => Readers::Followers(author()),
            (Audience::Direct, _) => Readers::Named,
            (Audience::Members, None) if post.community_id.is_none() => Readers::OurPeople,
            (Audience::Members, None) => Readers::Members { place: String::new(), hosts: Vec::new() },
            (Audience::Members, Some(account)) => {
                let place = Face::of(app, account);
                let shown = |host: &String| if host.is_empty() { app.origin.authority().to_owned() } else { host.clone() };
                let known = self.hosts.get(&account.id).map(|hosts| hosts.iter().map(shown).collect());
                if account.is_local() {
                    Readers::Members { place: place.name, hosts: known.unwrap_or_default() }
                } else {
                    Readers::MembersElsewhere { place: place.name, host: place.host }
                }
            }
        }
    }

    /// The question of a post.
    pub(super) fn poll(&self, post: &Post) -> Option<Poll> {
        self.polls.get(&post.id).map(|asked| poll(asked, (post, self.me), &self.votes, self.now))
    }

    /// The page to which it leads.
    pub(super) fn link(&self, app: &App, post: &Post) -> Option<Link> {
        self.cards.get(&post.id).and_then(|card| link(app, card))
    }

    /// What a post quotes; none where the reader may not see it, or another wrote it who gave no stamp for that (FEP-044f): then
    /// the link in the words stands for it.
    pub(super) fn quote(&self, app: &App, post: &Post) -> Option<Quoted> {
        let shown = self.quoted.get(&post.quote_uri).filter(|_| !post.quote_uri.is_empty())?;
        let is_let = shown.author_id == post.author_id || self.stamped.contains(&post.id);
        if shown.id == post.id || !is_let {
            return None;
        }
        quoted(shown, (self.face(app, shown.author_id)?, self.me.is_some()))
    }
}

/// Whether there may be a card: those of others are not looked for.
fn may_lead(post: &Post) -> bool {
    post.audience <= Audience::Unlisted && post.content.contains("<a ")
}
