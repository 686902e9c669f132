//! From news to messages: for each act, who of those connected is shown what of it, where.
//!
//! A few statements for all readers together (`features/timelines/streamed.rs`), however many are connected. Whoever may have
//! missed something is disconnected, so that the app reads what is there and goes on from it (R31).

use super::{
    frames::{Event, send},
    index::{Index, Place},
    rendering::payloads,
};
use crate::{
    api::entities::{conversation::conversations_of, notification},
    app::{App, streams::Channel, streams::End},
    base::{
        error::Result,
        id::{AccountId, NotificationId, PostId},
        words::Audience,
    },
    features::{
        conversations::{self, Conversation},
        notifications,
        posts::queries,
        timelines::streamed::{self, Listed, Reaches},
    },
    store::{
        news::{Batch, News},
        tables::{Notification, Post},
    },
};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Posts looked at in one statement.
const AT_ONCE: usize = 128;
/// How many posts it is remembered of that lists were told of them.
const LISTED_MAX: usize = 1024;

/// Tells what is new until dropped.
pub(super) async fn run(app: &App) {
    let mut teller = Teller { app, index: Index::default(), listed: VecDeque::new() };
    loop {
        let Batch { news, is_torn } = app.store.newsroom.next().await;
        if is_torn {
            tracing::error!("more happened than could be told: all streams begin anew");
            app.streams.end_all(End::Torn);
        }
        if !teller.index.is_fresh(&app.streams) {
            teller.index = Index::of(&app.streams);
        }
        if let Err(error) = teller.tell(news).await {
            tracing::error!(%error, "what is new could not be told: all streams begin anew");
            app.streams.end_all(End::Torn);
        }
    }
}

struct Teller<'a> {
    app: &'a App,
    index: Index,
    /// Posts that lists were told of: a community lets in what may have been told before.
    listed: VecDeque<PostId>,
}

/// Who gets an entry, where.
type Placed<'a> = HashMap<PostId, Vec<&'a Place>>;

impl Teller<'_> {
    /// One batch: what came first, what ended last.
    async fn tell(&mut self, news: Vec<News>) -> Result<()> {
        let (mut posted, mut edited, mut told, mut over) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in news {
            match one {
                News::Posted(entry) => posted.push(entry),
                News::Edited(post) => edited.push(post),
                News::Told(notification) => told.push(notification),
                News::Unshelved(..) | News::Gone(_) | News::FiltersChanged(_) => over.push(one),
            }
        }
        for some in posted.chunks(AT_ONCE) {
            self.posted(some).await?;
        }
        for some in edited.chunks(AT_ONCE) {
            self.edited(some).await?;
        }
        for some in told.chunks(AT_ONCE) {
            self.told(some).await?;
        }
        for one in over {
            self.over(one).await?;
        }
        Ok(())
    }

    async fn posted(&mut self, ids: &[PostId]) -> Result<()> {
        let entries = queries::by_ids(&self.app.store, ids).await?;
        let readers: Vec<AccountId> = self.index.home.keys().copied().collect();
        let mut placed = Placed::new();
        let at_home = streamed::home(&self.app.store, &ids_of(&entries), &readers).await?;
        place_home(&self.index, &mut placed, &at_home);
        let in_lists = streamed::in_lists(&self.app.store, &ids_of(&entries), &self.index.list_ids()).await?;
        place_listed(&self.index, &mut placed, &in_lists);
        self.discover(&mut placed, &entries).await?;
        // what a community shows by a boost stands in its list as itself
        let shown: Vec<PostId> =
            entries.iter().filter_map(|entry| entry.boost_of_id.filter(|_| entry.community_id == Some(entry.author_id))).collect();
        let shown = if self.index.lists.is_empty() && self.index.inside.is_empty() {
            Vec::new()
        } else {
            queries::by_ids(&self.app.store, &shown).await?
        };
        let mut all = entries;
        all.extend(shown.into_iter().filter(|post| !ids.contains(&post.id)));
        let fresh: Vec<Post> = all.iter().filter(|post| !self.listed.contains(&post.id)).cloned().collect();
        let listed = list(self.app, &self.index, &mut placed, &fresh).await?;
        self.show(Event::Update, all, &placed).await?;
        drop(placed);
        self.listed.extend(listed);
        let beyond = self.listed.len().saturating_sub(LISTED_MAX);
        self.listed.drain(..beyond);
        self.converse(ids).await
    }

    /// Tells of the conversations in which some of `posts` stand.
    async fn converse(&self, posts: &[PostId]) -> Result<()> {
        let readers: Vec<AccountId> = self.index.direct.keys().copied().collect();
        let mut of_each: BTreeMap<AccountId, Vec<Conversation>> = BTreeMap::new();
        for one in conversations::in_which(&self.app.store, posts, &readers).await? {
            of_each.entry(one.account_id).or_default().push(one);
        }
        for (reader, found) in of_each {
            for shown in conversations_of(self.app, reader, &found).await? {
                send(Event::Conversation, &shown.to_string(), self.index.direct.get(&reader).into_iter().flatten());
            }
        }
        Ok(())
    }

    async fn edited(&self, ids: &[PostId]) -> Result<()> {
        let posts = queries::by_ids(&self.app.store, ids).await?;
        let readers: Vec<AccountId> = self.index.home.keys().copied().collect();
        let mut placed = Placed::new();
        let at_home: HashSet<Reaches> = streamed::home_or_boosted(&self.app.store, ids, &readers).await?.into_iter().collect();
        place_home(&self.index, &mut placed, &at_home.into_iter().collect::<Vec<_>>());
        let in_lists = streamed::in_lists_or_boosted(&self.app.store, ids, &self.index.list_ids()).await?;
        place_listed(&self.index, &mut placed, &in_lists.into_iter().collect::<HashSet<_>>().into_iter().collect::<Vec<_>>());
        self.discover(&mut placed, &posts).await?;
        list(self.app, &self.index, &mut placed, &posts).await?;
        self.show(Event::StatusUpdate, posts, &placed).await
    }

    /// Adds who comes upon `posts` where public ones and tags are read.
    async fn discover<'a>(&'a self, placed: &mut Placed<'a>, posts: &[Post]) -> Result<()> {
        let public = || posts.iter().filter(|post| post.audience == Audience::Public && post.boost_of_id.is_none());
        let wanted: Vec<(&Place, PostId)> = self
            .index
            .discovery
            .iter()
            .flat_map(|place| public().filter(|post| place.channel.takes(post)).map(move |post| (place, post.id)))
            .collect();
        let posts: HashSet<PostId> = wanted.iter().map(|(_, post)| *post).collect();
        let readers: HashSet<AccountId> = wanted.iter().map(|(place, _)| place.account()).collect();
        let (posts, readers): (Vec<_>, Vec<_>) = (posts.into_iter().collect(), readers.into_iter().collect());
        let found = streamed::discovered(&self.app.store, &posts, &readers).await?;
        for (place, post) in wanted {
            if found.shows(place.account(), post) {
                placed.entry(post).or_default().push(place);
            }
        }
        Ok(())
    }

    /// Sends each of `entries`, oldest first, to its places.
    async fn show(&self, event: Event, mut entries: Vec<Post>, placed: &Placed<'_>) -> Result<()> {
        entries.sort_unstable_by_key(|entry| entry.id);
        for entry in entries {
            let Some(places) = placed.get(&entry.id) else { continue };
            let readers: HashSet<AccountId> = places.iter().map(|place| place.account()).collect();
            let payloads = payloads(self.app, &entry, &readers, event == Event::Update).await?;
            let mut alike: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
            for place in places {
                if let Some(shown) = payloads.get(&place.account()).filter(|shown| !shown.is_hidden_on(&place.channel)) {
                    alike.entry(&shown.payload).or_default().push(place);
                }
            }
            for (payload, places) in alike {
                send(event, payload, places.into_iter());
            }
        }
        Ok(())
    }

    async fn told(&self, ids: &[NotificationId]) -> Result<()> {
        let accounts: Vec<AccountId> = self.index.told.keys().copied().collect();
        let mut rows: BTreeMap<AccountId, Vec<Notification>> = BTreeMap::new();
        for row in notifications::fresh(&self.app.store, ids, &accounts).await? {
            rows.entry(row.account_id).or_default().push(row);
        }
        for (account, rows) in rows {
            let places = self.index.told.get(&account).into_iter().flatten();
            for shown in notification::notifications(self.app, account, &rows).await? {
                send(Event::Notification, &shown.to_string(), places.clone());
            }
        }
        Ok(())
    }

    async fn over(&self, news: News) -> Result<()> {
        match news {
            News::Unshelved(entry, readers) => {
                let readers: HashSet<AccountId> = readers.into_iter().collect();
                let at_home = readers.iter().filter_map(|reader| self.index.home.get(reader)).flatten();
                let lists = self.index.lists.iter().chain(&self.index.inside);
                let in_lists = lists.filter(|((reader, _), _)| readers.contains(reader)).flat_map(|(_, places)| places);
                send(Event::Delete, &entry.to_string(), at_home.chain(in_lists));
            }
            News::Gone(post) => self.gone(post).await?,
            News::FiltersChanged(account) => {
                send(Event::FiltersChanged, "", self.index.home.get(&account).into_iter().flatten());
            }
            News::Posted(_) | News::Edited(_) | News::Told(_) => {}
        }
        Ok(())
    }

    /// A post is no more: whoever could have come upon it, or read it in its community. Its words and tags are gone with it.
    async fn gone(&self, id: PostId) -> Result<()> {
        let Some(post) = queries::by_id(&self.app.store, id).await?.filter(|post| post.boost_of_id.is_none()) else { return Ok(()) };
        let may_have = |channel: &Channel| match channel {
            Channel::Public(reach) if post.is_ours() => !reach.remote,
            Channel::Public(reach) => !reach.local,
            Channel::Tag { local, .. } => !*local || post.is_ours(),
            _ => false,
        };
        if post.audience == Audience::Public && post.queued_at.is_none() {
            send(Event::Delete, &id.to_string(), self.index.discovery.iter().filter(|place| may_have(&place.channel)));
        }
        let Some(community) = post.community_id else { return Ok(()) };
        let readers = self.index.readers_in(|one| one == community);
        let found = streamed::were_in_communities(&self.app.store, &[id], &readers).await?;
        let places = found.iter().flat_map(|one| self.index.places_in((one.reader, community), false));
        send(Event::Delete, &id.to_string(), places);
        Ok(())
    }
}

fn ids_of(posts: &[Post]) -> Vec<PostId> {
    posts.iter().map(|post| post.id).collect()
}

fn place_home<'a>(index: &'a Index, placed: &mut Placed<'a>, found: &[Reaches]) {
    for Reaches { reader, entry } in found {
        placed.entry(*entry).or_default().extend(index.home.get(reader).into_iter().flatten());
    }
}

fn place_listed<'a>(index: &'a Index, placed: &mut Placed<'a>, found: &[Listed]) {
    for Listed { reader, list, entry } in found {
        placed.entry(*entry).or_default().extend(index.lists.get(&(*reader, AccountId(*list))).into_iter().flatten());
    }
}

/// Adds who reads `posts` in the lists of their communities, or on pages inside them; which of them somebody does.
async fn list<'a>(app: &App, index: &'a Index, placed: &mut Placed<'a>, posts: &[Post]) -> Result<Vec<PostId>> {
    let communities: HashMap<PostId, AccountId> = posts.iter().filter_map(|post| Some((post.id, post.community_id?))).collect();
    let readers = index.readers_in(|one| communities.values().any(|community| *community == one));
    let (answers, threads): (Vec<&Post>, Vec<&Post>) = posts.iter().partition(|post| !post.in_reply_to_uri.is_empty());
    let ids =
        |posts: Vec<&Post>| -> Vec<PostId> { posts.into_iter().map(|post| post.id).filter(|id| communities.contains_key(id)).collect() };
    let (answers, threads) = (ids(answers), ids(threads));
    let mut found = streamed::in_communities(&app.store, &threads, &readers).await?;
    if !index.inside.is_empty() {
        found.extend(streamed::answers_in_communities(&app.store, &answers, &readers).await?);
    }
    let mut told = HashSet::new();
    for Reaches { reader, entry } in found {
        let Some(community) = communities.get(&entry) else { continue };
        for place in index.places_in((reader, *community), answers.contains(&entry)) {
            placed.entry(entry).or_default().push(place);
            told.insert(entry);
        }
    }
    Ok(told.into_iter().collect())
}
