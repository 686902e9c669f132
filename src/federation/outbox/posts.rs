//! Posts of ours: created, edited, deleted; and what a moderator of ours removes.
//!
//! In a community of ours the same activity takes two ways: to hosts that know groups inside the community's Announce, to
//! plain ones as it is (decisions.md 5: edits and deletes of local authors travel whole). Where those who know groups read a post
//! otherwise (`Note::for_groups`), each kind of host gets its own form of the same activity.

use super::{
    House,
    announce::{self, pass_on},
    letter::{Letter, Route, Written},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId, PostId},
        words::{Audience, Shape, Stage},
    },
    features::{deliveries, moderation::log, posts},
    federation::{
        objects::note::{self, Address, Facts, Note},
        vocabulary::PUBLIC,
    },
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// A post of ours, with what its document needs; none for somebody else's, and for boosts.
async fn ours(house: House<'_>, post: PostId) -> Result<Option<(Post, Facts)>> {
    match posts::queries::by_id(house.tx, post).await? {
        Some(post) => described(house, post).await,
        None => Ok(None),
    }
}

/// The same for a post that was read already.
async fn described(house: House<'_>, post: Post) -> Result<Option<(Post, Facts)>> {
    if !post.uri.starts_with('/') || post.boost_of_id.is_some() {
        return Ok(None);
    }
    let facts = Facts::gather(house.federation, &post).await?;
    Ok(Some((post, facts)))
}

/// What was done to a post, in the forms in which hosts read it.
struct Told {
    /// For everyone, or for those who know no groups.
    plain: Written,
    /// For those who do, where they read it otherwise.
    groups: Option<Written>,
}

impl Told {
    /// The form for hosts that know groups.
    fn for_groups(&self) -> &Written {
        self.groups.as_ref().unwrap_or(&self.plain)
    }

    /// Puts it into the log for `to`, each host its form. `content` as in [`Written::send_within`].
    async fn send(&self, house: House<'_>, by: &Account, content: Option<AccountId>, (key, to): (i64, Vec<InboxId>)) -> Result<()> {
        let Some(groups) = &self.groups else {
            return self.plain.send_within(house, by, content, Route { key, shape: Shape::Any, targets: to }).await;
        };
        self.plain.send_within(house, by, content, Route { key, shape: Shape::Plain, targets: to.clone() }).await?;
        groups.send_within(house, by, content, Route { key, shape: Shape::Group, targets: to }).await
    }
}

/// Create or Update of a post of ours in its forms.
async fn told(house: House<'_>, kind: &'static str, (post, facts): (&Post, &Facts)) -> Result<Told> {
    let note = note::into_json(&house.federation.app.origin, post, facts);
    let page = note.clone().for_groups();
    let plain = write(house, kind, (post, facts), note).await?;
    let groups = if page.is_page() { Some(write(house, kind, (post, facts), page).await?) } else { None };
    Ok(Told { plain, groups })
}

/// Create or Update of a post of ours, with its note inside.
async fn write(house: House<'_>, kind: &'static str, (post, facts): (&Post, &Facts), note: Note) -> Result<Written> {
    let Address { to, cc, audience } = note::address(&house.federation.app.origin, post, facts);
    let note = serde_json::to_value(note).map_err(anyhow::Error::from)?;
    let letter = Letter::new(&facts.author, kind, note).to(to, cc).within(audience);
    let letter = if kind == "Create" { letter.under(note::create_uri(post.id)) } else { letter };
    letter.write(house).await
}

/// The Create of a post of ours, for hosts that know groups.
pub async fn create(house: House<'_>, post: &Post, facts: &Facts) -> Result<Written> {
    write(house, "Create", (post, facts), note::into_json(&house.federation.app.origin, post, facts).for_groups()).await
}

pub async fn published(house: House<'_>, post: Post) -> Result<()> {
    // what waits for a moderator is nobody else's business yet
    if post.deleted_at.is_some() || post.queued_at.is_some() {
        return Ok(());
    }
    let Some((post, facts)) = described(house, post).await? else { return Ok(()) };
    let targets = targets::of_post(house, &post, &facts).await?;
    if targets.is_empty() {
        return Ok(());
    }
    told(house, "Create", (&post, &facts)).await?.send(house, &facts.author, private(&post, &facts), (post.id.0, targets)).await
}

/// The community that is not public in which a post is, if it is in one.
fn private(post: &Post, facts: &Facts) -> Option<AccountId> {
    let community = facts.community.as_ref().filter(|_| post.audience != Audience::Direct);
    community.filter(|(_, stage)| *stage != Stage::Public).map(|(group, _)| group.id)
}

pub async fn edited(house: House<'_>, post: PostId) -> Result<()> {
    let Some((post, facts)) = ours(house, post).await?.filter(|(post, _)| post.deleted_at.is_none() && post.queued_at.is_none()) else {
        return Ok(());
    };
    let mut direct = targets::of_post(house, &post, &facts).await?;
    if post.audience <= Audience::Unlisted {
        direct.extend(deliveries::queries::went_to(house.tx, post.id.0).await?);
    }
    let update = told(house, "Update", (&post, &facts)).await?;
    spread(house, update, (&post, &facts), direct).await
}

pub async fn deleted(house: House<'_>, post: PostId) -> Result<()> {
    let Some((post, facts)) = ours(house, post).await? else { return withdrawn(house, post).await };
    if post.queued_at.is_some() {
        return Ok(());
    }
    let mut direct = deliveries::queries::went_to(house.tx, post.id.0).await?;
    direct.extend(targets::of_post(house, &post, &facts).await?);
    let group = facts.community.as_ref().map(|(group, _)| house.absolute(&group.uri));
    let tombstone = json!({"type": "Tombstone", "id": house.absolute(&post.uri)});
    // Strangers need not learn that a post for few was ever there (S54).
    let to = if post.audience <= Audience::Unlisted { PUBLIC.into() } else { format!("{}/followers", house.absolute(&facts.author.uri)) };
    let delete = Letter::new(&facts.author, "Delete", tombstone).to(vec![to], group.iter().cloned().collect()).within(group);
    let delete = Told { plain: delete.write(house).await?, groups: None };
    spread(house, delete, (&post, &facts), direct).await
}

/// Sends what the author did to `direct`, and, where the post is in a community of ours, to that community's followers.
async fn spread(house: House<'_>, done: Told, (post, facts): (&Post, &Facts), direct: Vec<InboxId>) -> Result<()> {
    let key = post.id.0;
    let community = facts.community.as_ref().filter(|(group, stage)| group.is_local() && *stage != Stage::Local);
    let community = community.filter(|_| post.audience != Audience::Direct && post.removed_at.is_none() && !post.pending);
    let Some((group, _)) = community else {
        let content = private(post, facts).filter(|_| post.deleted_at.is_none());
        return done.send(house, &facts.author, content, (key, direct)).await;
    };
    let mut members = targets::readers(house, group.id).await?;
    if private(post, facts).is_some() {
        // What is deleted here reaches all who had it, inside the community's Announce; nobody else learns of it.
        if post.deleted_at.is_some() {
            members.extend(direct);
        }
        return pass_on(house, group, &done.for_groups().body, (key, members)).await;
    }
    let direct = targets::without(direct, &members);
    done.send(house, &facts.author, None, (key, direct)).await?;
    let plain = done.plain.again(house).await?;
    plain.send(house, &facts.author, Route { key, shape: Shape::Plain, targets: members.clone() }).await?;
    pass_on(house, group, &done.for_groups().body, (key, members)).await
}

/// A post from elsewhere was deleted that a community of ours had announced: plain hosts are told by taking that back.
async fn withdrawn(house: House<'_>, post: PostId) -> Result<()> {
    let Some(post) = posts::queries::by_id(house.tx, post).await? else { return Ok(()) };
    let Some(group) = community_of(house, &post).await? else { return Ok(()) };
    announce::take_back(house, &group, &post).await
}

/// The community of ours that a post is in.
async fn community_of(house: House<'_>, post: &Post) -> Result<Option<Account>> {
    let Some(community) = post.community_id else { return Ok(None) };
    Ok(targets::account(house, community).await?.filter(Account::is_local))
}

/// A moderator took a post out of a community of ours. Where the moderator is ours, their Delete with the reason (Lemmy
/// reads a `summary` as removal) is passed on; where not, what they sent was passed on as it came.
pub async fn removed(house: House<'_>, post: PostId, by: AccountId) -> Result<()> {
    let Some(post) = posts::queries::by_id(house.tx, post).await? else { return Ok(()) };
    let Some(group) = community_of(house, &post).await? else { return Ok(()) };
    let (moderator, author) = (targets::account(house, by).await?, targets::account(house, post.author_id).await?);
    if let Some(moderator) = moderator.filter(Account::is_local) {
        let uri = house.absolute(&group.uri);
        let object: Value = json!(house.absolute(&post.uri));
        let is_public = post.audience <= Audience::Unlisted;
        let to = [uri.clone()].into_iter().chain(is_public.then(|| PUBLIC.to_owned())).collect();
        let mut letter = Letter::new(&moderator, "Delete", object).to(to, vec![uri.clone()]).within(Some(uri));
        letter.extra.insert("summary".into(), json!(post.removed_reason));
        letter.id = log::removal(house.tx, group.id, &post).await?;
        let delete = letter.write(house).await?;
        let mut to = targets::readers(house, group.id).await?;
        to.extend(author.and_then(|author| author.delivery_inbox));
        if !is_public {
            to.extend(deliveries::queries::went_to(house.tx, post.id.0).await?);
        }
        pass_on(house, &group, &delete.body, (post.id.0, to)).await?;
    }
    announce::take_back(house, &group, &post).await
}
