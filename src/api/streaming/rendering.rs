//! How a post looks to those who get it: rendered once for each way it looks, not for each reader.
//!
//! Most readers see the same. It differs for authors, for whoever did something with the post or with what it shows or quotes,
//! with what may be seen of what it quotes, and for whoever filters.

use crate::{
    api::entities::{media::sight, status},
    app::{App, links::Sight, streams::Channel},
    base::{
        error::{Error, Result},
        id::{AccountId, PostId},
        words::reading::FilterContext,
    },
    features::{
        posts::queries::{self, Viewer},
        timelines::streamed::{self, Deed},
    },
    store::tables::Post,
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// A deed that looks different for each who did it: a vote, an emoji.
const OF_ITS_OWN: i32 = 8;

/// What a view of a post depends on beside the post.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    /// Set for a view that is nobody else's.
    own: Option<AccountId>,
    /// Which of the quoted posts it shows.
    quoted: Vec<PostId>,
    deeds: Vec<(PostId, i32)>,
}

/// A post as some readers get it.
#[derive(Clone)]
pub(super) struct Shown {
    /// Its JSON.
    pub(super) payload: Arc<str>,
    /// Where their filters leave it out.
    hidden: Vec<FilterContext>,
}

impl Shown {
    /// Whether it is left out in what `channel` carries on.
    pub(super) fn is_hidden_on(&self, channel: &Channel) -> bool {
        let place = if channel.is_discovery() { FilterContext::Public } else { FilterContext::Home };
        self.hidden.contains(&place)
    }
}

/// `post` as each of `readers` gets it, all of whom may see it; `is_new` when nobody can have done anything with it yet, but with its
/// thread.
pub(super) async fn payloads(app: &App, post: &Post, readers: &HashSet<AccountId>, is_new: bool) -> Result<HashMap<AccountId, Shown>> {
    let mut looks: BTreeMap<Look, Vec<AccountId>> = BTreeMap::new();
    let around = around(app, post).await?;
    let readers: Vec<AccountId> = readers.iter().copied().collect();
    let mut of_each = differences(app, post, &around, &readers, is_new).await?;
    for reader in readers {
        looks.entry(of_each.remove(&reader).unwrap_or_default()).or_default().push(reader);
    }
    let mut found = HashMap::new();
    for alike in looks.into_values() {
        let Some(one) = alike.first() else { continue };
        let shown = match status::status(app, &Viewer::Account(*one), post).await {
            Ok(shown) => shown,
            // it went away meanwhile
            Err(Error::Refused(_)) => continue,
            Err(fault) => return Err(fault),
        };
        let payload: Arc<str> = serde_json::to_string(&shown).map_err(anyhow::Error::from)?.into();
        let hidden = FilterContext::ALL.iter().copied().filter(|place| shown.is_hidden_in(*place)).collect();
        let shown = Shown { payload, hidden };
        found.extend(alike.into_iter().map(|reader| (reader, shown.clone())));
    }
    Ok(found)
}

/// What a post shows: what it boosts, what that quotes, and what that quotes in turn.
struct Around {
    boosted: Option<Post>,
    quoted: Vec<Post>,
}

async fn around(app: &App, post: &Post) -> Result<Around> {
    let boosted = match post.boost_of_id {
        Some(boosted) => queries::by_id(&app.store, boosted).await?,
        None => None,
    };
    let mut quoted: Vec<Post> = Vec::new();
    let mut uri = boosted.as_ref().unwrap_or(post).quote_uri.clone();
    while !uri.is_empty() && quoted.len() < 2 {
        let Some(next) = queries::by_uri(&app.store, &uri).await? else { break };
        uri.clone_from(&next.quote_uri);
        quoted.push(next);
    }
    Ok(Around { boosted, quoted })
}

/// How each reader's view differs, where it does.
async fn differences(app: &App, post: &Post, around: &Around, readers: &[AccountId], is_new: bool) -> Result<HashMap<AccountId, Look>> {
    let mut looks: HashMap<AccountId, Look> = HashMap::new();
    let parts: Vec<&Post> = [post].into_iter().chain(&around.boosted).chain(&around.quoted).collect();
    for author in parts.iter().map(|part| part.author_id) {
        looks.entry(author).or_default().own = Some(author);
    }
    let ids: Vec<PostId> = parts.iter().map(|part| part.id).collect();
    if !is_new || ids.len() > 1 || post.root_id.is_some_and(|root| root != post.id) {
        for Deed { reader, post, kind } in streamed::deeds(&app.store, &ids, readers).await? {
            let look = looks.entry(reader).or_default();
            if kind == OF_ITS_OWN {
                look.own = Some(reader);
            }
            look.deeds.push((post, kind));
        }
    }
    // a filter is its owner's secret (S48), and so is an address by which one reader sees a file (S57)
    let is_personal = parts.iter().any(|part| part.attachments != "[]" && sight(part, Some(part.author_id)) != Sight::Everybody);
    for reader in readers {
        if is_personal || !app.filters.of(&app.store, *reader).await?.is_empty() {
            looks.entry(*reader).or_default().own = Some(*reader);
        }
    }
    let quoted: Vec<PostId> = around.quoted.iter().map(|part| part.id).collect();
    for seen in streamed::seeing(&app.store, &quoted, readers).await? {
        looks.entry(seen.reader).or_default().quoted.push(seen.entry);
    }
    looks.values_mut().for_each(|look| look.quoted.sort_unstable());
    Ok(looks)
}
