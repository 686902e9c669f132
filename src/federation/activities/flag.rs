//! `Flag`: somebody reports a post or a person to the moderators of a community, or of this node.
//!
//! Lemmy names one thing and says why in `summary`; Mastodon's node actor names the account and its posts, with `content`; a
//! community of ours tells moderators elsewhere the same way. What is named and not known here is passed over; nothing is
//! fetched for a report.

use super::{Envelope, Scene, lock::reason};
use crate::{
    base::{
        error::{Refusal, Result},
        text::{limits, names},
    },
    features::{
        accounts,
        moderation::reports::{self, Incoming, POSTS_MAX},
        posts,
    },
    federation::objects::{Fields, fields::wrong},
    store::tables::{Account, Post},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its id.
    pub id: String,
    /// Who reports.
    pub actor: String,
    /// What: accounts and posts, by id.
    pub objects: Vec<String>,
    /// The communities addressed.
    pub communities: Vec<String>,
    /// Why.
    pub comment: String,
}

impl Flag {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        fields.required_url("object")?;
        let own = |ids: Vec<&str>, most: usize| ids.into_iter().take(most).map(str::to_owned).collect::<Vec<_>>();
        let content = fields.text("content").map(|text| names::free_text(text, limits::REASON_CHARS_MAX));
        let addressed = fields.ids("audience").into_iter().chain(fields.ids("to")).collect();
        Ok(Self {
            id: envelope.id.clone(),
            actor: envelope.actor.clone(),
            objects: own(fields.ids("object"), POSTS_MAX + 1),
            communities: own(addressed, 4),
            comment: content.unwrap_or_else(|| reason(fields)),
        })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let (mut people, mut flagged): (Vec<Account>, Vec<Post>) = (Vec::new(), Vec::new());
        for object in &self.objects {
            let uri = scene.stored(object);
            if let Some(post) = posts::queries::by_uri(scene.tx, uri).await?.filter(|post| post.boost_of_id.is_none()) {
                flagged.push(post);
            } else if let Some(account) = accounts::queries::by_uri(scene.tx, uri).await? {
                people.push(account);
            }
        }
        let target = match (people.into_iter().next(), flagged.first()) {
            (Some(person), _) => Some(person),
            (None, Some(post)) => accounts::queries::by_id(scene.tx, post.author_id).await?,
            (None, None) => None,
        };
        let target = target.ok_or_else(|| wrong("what is reported is not known here"))?;
        flagged.retain(|post| post.author_id == target.id);
        let within = flagged.first().map(|post| post.community_id);
        flagged.retain(|post| Some(post.community_id) == within);
        let community = match within {
            Some(Some(community)) => accounts::queries::by_id(scene.tx, community).await?,
            Some(None) => None,
            None => self.addressed(scene).await?,
        };
        let posts = flagged.iter().map(|post| post.id).collect();
        let incoming = Incoming { uri: &self.id, target: &target, posts, community: community.as_ref(), comment: &self.comment };
        reports::received(scene.tx, actor, incoming).await
    }

    /// The community that is addressed, where no post says in which it is.
    async fn addressed(&self, scene: Scene<'_>) -> Result<Option<Account>> {
        for uri in &self.communities {
            let known = accounts::queries::by_uri(scene.tx, scene.stored(uri)).await?;
            if let Some(community) = known.filter(Account::is_community) {
                return Ok(Some(community));
            }
        }
        Ok(None)
    }
}
