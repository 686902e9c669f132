//! Where a post may go, each place with its readers in words: what the writer reads is who reads it.
//!
//! The words follow the rules by which the post will fall (`features::posts::publish`): never wider than its thread, its
//! community and this node allow. Source: decisions.md 5, membership.md 6.

use super::super::{
    entries::{Entry, Readers},
    faces::Face,
    frame::Frame,
    pages::Result,
};
use crate::{
    app::App,
    base::{
        id::AccountId,
        page::Page,
        words::{Audience, Role, Stage},
    },
    features::{communities, memberships},
    policy::visibility::{narrower, outside},
    store::tables::{Account, Community, Post},
};
use std::collections::HashMap;

/// Most communities to choose from.
const COMMUNITIES_MAX: u32 = 80;

/// A place to choose.
#[derive(Clone, Debug)]
pub(in crate::web) struct Choice {
    /// What the form sends.
    pub(in crate::web) value: String,
    /// What it is called.
    pub(in crate::web) name: String,
    /// Who can read what goes there.
    pub(in crate::web) readers: String,
    pub(in crate::web) is_chosen: bool,
}

/// Audiences outside communities: the word of the form, and of the messages.
const OUTSIDE: [(&str, Audience); 4] =
    [("public", Audience::Public), ("unlisted", Audience::Unlisted), ("private", Audience::Followers), ("direct", Audience::Direct)];

/// Where `me` may begin a thread: communities first, then everything outside them.
pub(super) async fn places(app: &App, frame: &Frame, me: &Account) -> Result<Vec<Choice>> {
    let mut found = Vec::new();
    let page = Page::first(COMMUNITIES_MAX);
    let mut mine = communities::queries::of_member(&app.store, me.id, page).await?;
    mine.retain(|(_, facts)| facts.closed_at.is_none());
    let ids: Vec<AccountId> = mine.iter().map(|(account, _)| account.id).collect();
    let unusable = memberships::queries::unusable(&app.store, me.id, &ids).await?;
    let seats = memberships::queries::seats_of(&app.store, me.id, &ids).await?;
    let may = |id: AccountId| !unusable.contains(&id) && seats.iter().any(|seat| seat.community_id == id && seat.role > Role::Observer);
    mine.retain(|(account, _)| may(account.id));
    let hosts = hosts(app, me.id, &mine).await?;
    for (account, facts) in &mine {
        let name = Face::of(app, account).name;
        let readers = of_community(app, frame, (account, facts), hosts.get(&account.id).map_or(&[], Vec::as_slice));
        found.push(Choice { value: format!("c{}", account.id), name, readers, is_chosen: false });
    }
    found.extend(outside_communities(app, frame, Audience::Public).await?);
    Ok(found)
}

/// Where an answer to `parent` may go, which the reader sees as `shown`.
pub(super) async fn answers(app: &App, frame: &Frame, (parent, shown): (&Post, &Entry)) -> Result<Vec<Choice>> {
    if parent.community_id.is_none() || parent.removed_at.is_some() {
        return outside_communities(app, frame, parent.audience).await;
    }
    let mut choices = Vec::new();
    if shown.community.is_some() {
        let (name, readers) = (frame.say("writing-goes-thread"), of_thread(frame, &shown.readers));
        choices.push(Choice { value: "thread".to_owned(), name, readers, is_chosen: false });
    }
    choices.extend(outside_communities(app, frame, Audience::Direct).await?);
    Ok(choices)
}

/// Who can read an answer in the thread of a community: those who read what it answers.
fn of_thread(frame: &Frame, readers: &Readers) -> String {
    match readers {
        Readers::Everybody | Readers::Quietly => frame.say("writing-readers-public"),
        Readers::Members { place, hosts } if !hosts.is_empty() => frame.names("writing-readers-members", place, &hosts.join(", ")),
        Readers::MembersElsewhere { place, host } => frame.names("writing-readers-away", place, host),
        few => few.words(frame),
    }
}

/// Who can read what `me` writes in this community.
pub(super) async fn inside(app: &App, frame: &Frame, (me, of): (AccountId, &(Account, Community))) -> Result<String> {
    let hosts = hosts(app, me, std::slice::from_ref(of)).await?;
    Ok(of_community(app, frame, (&of.0, &of.1), hosts.get(&of.0.id).map_or(&[], Vec::as_slice)))
}

/// Who can read a post that was written, in words: it stays where it is.
pub(super) async fn stays(app: &App, frame: &Frame, (me, post): (AccountId, &Post)) -> Result<String> {
    let of = match post.community_id.filter(|_| post.removed_at.is_none() && post.audience != Audience::Direct) {
        Some(id) => found(app, me, id).await?,
        None => None,
    };
    match of {
        Some(of) => inside(app, frame, (me, &of)).await,
        None => Ok(readers(app, frame, post.audience)),
    }
}

/// The community, if `me` may know of it: somebody's own words are shown to them also when they are in it no more.
async fn found(app: &App, me: AccountId, id: AccountId) -> Result<Option<(Account, Community)>> {
    if !communities::queries::hidden(&app.store, &[id], Some(me)).await?.is_empty() {
        return Ok(None);
    }
    let account = crate::features::accounts::queries::by_id(&app.store, id).await?;
    Ok(account.zip(communities::queries::by_id(&app.store, id).await?))
}

/// The ways outside communities, none wider than `bound` or than this node allows; each audience once.
async fn outside_communities(app: &App, frame: &Frame, bound: Audience) -> Result<Vec<Choice>> {
    let widest = app.widest_outside_communities(&app.store).await?;
    let mut seen: Vec<Audience> = Vec::new();
    let mut choices = Vec::new();
    for (value, chosen) in OUTSIDE {
        let audience = narrower(outside(chosen, widest), bound);
        if seen.contains(&audience) {
            continue;
        }
        seen.push(audience);
        let name = match audience {
            Audience::Public => frame.say("writing-goes-public"),
            Audience::Unlisted => frame.say("writing-goes-unlisted"),
            Audience::Followers => frame.say("writing-goes-private"),
            Audience::Members => frame.name("writing-goes-local", &frame.node),
            Audience::Direct => frame.say("writing-goes-direct"),
        };
        // what is sent says what was read: `public` in a thread of a community would be for all of its members
        let value = if audience == Audience::Members { value } else { word(audience) };
        choices.push(Choice { value: value.to_owned(), name, readers: readers(app, frame, audience), is_chosen: false });
    }
    Ok(choices)
}

/// Who can read what is outside communities.
fn readers(app: &App, frame: &Frame, audience: Audience) -> String {
    match audience {
        Audience::Public => frame.say("writing-readers-public"),
        Audience::Unlisted => frame.say("writing-readers-unlisted"),
        Audience::Followers => frame.say("writing-readers-private"),
        Audience::Members => frame.name("writing-readers-local", app.origin.authority()),
        Audience::Direct => frame.say("writing-readers-direct"),
    }
}

/// Who can read what is in a community, whose people are of `hosts`.
fn of_community(app: &App, frame: &Frame, (account, facts): (&Account, &Community), hosts: &[String]) -> String {
    let name = Face::of(app, account).name;
    match facts.stage {
        Stage::Public => frame.name("writing-readers-community", &name),
        Stage::Local | Stage::Partners | Stage::Federated if account.is_local() => {
            let mut named = vec![app.origin.authority().to_owned()];
            named.extend(hosts.iter().filter(|host| !host.is_empty()).cloned());
            frame.names("writing-readers-members", &name, &named.join(", "))
        }
        Stage::Local | Stage::Partners | Stage::Federated => frame.names("writing-readers-away", &name, &account.host),
    }
}

/// Whose people can read in those of these communities that are ours, not public, and where `me` may read: one statement.
async fn hosts(app: &App, me: AccountId, of: &[(Account, Community)]) -> Result<HashMap<AccountId, Vec<String>>> {
    let ids: Vec<AccountId> =
        of.iter().filter(|(account, facts)| account.is_local() && facts.stage != Stage::Public).map(|(account, _)| account.id).collect();
    Ok(memberships::hosts(&app.store, me, &ids).await?)
}

/// The word of the form for an audience outside communities.
pub(super) fn word(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Unlisted => "unlisted",
        Audience::Followers | Audience::Members => "private",
        Audience::Direct => "direct",
    }
}
