//! The files of a form, as it shows them.

use super::{
    super::{frame::Frame, pages::Result},
    form::{Said, Typed},
};
use crate::{
    app::{App, links::Sight},
    base::{
        id::PostId,
        words::media::{MediumKind, MediumState},
    },
    features::media::queries as media,
    store::tables::Account,
};

/// Where of a picture is to stay in view: as the API has it, and the message that says it.
const VIEWS: [(&str, &str); 5] = [
    ("", "writing-view-middle"),
    ("0,1", "writing-view-top"),
    ("0,-1", "writing-view-bottom"),
    ("-1,0", "writing-view-left"),
    ("1,0", "writing-view-right"),
];

/// A file of the post.
#[derive(Clone, Debug)]
pub(in crate::web) struct Held {
    pub(in crate::web) id: String,
    pub(in crate::web) is_image: bool,
    /// Where a picture of it is; empty for none.
    pub(in crate::web) picture: String,
    pub(in crate::web) is_waiting: bool,
    pub(in crate::web) description: String,
    pub(in crate::web) focus: String,
}

impl Held {
    /// Whether its view is one of those to choose from; an app may have said another.
    pub(in crate::web) fn is_known_view(&self) -> bool {
        VIEWS.iter().any(|(value, _)| *value == self.focus)
    }

    /// The views to choose from, each with its words.
    pub(in crate::web) fn views(&self, frame: &Frame) -> Vec<(&'static str, String)> {
        VIEWS.iter().map(|(value, key)| (*value, frame.say(key))).collect()
    }

    /// Whether this is its view.
    pub(in crate::web) fn has_view(&self, value: &str) -> bool {
        self.focus == value
    }
}

/// The files of the form that are the writer's still, in their order.
pub(super) async fn held(app: &App, me: &Account, typed: &Typed) -> Result<Vec<Held>> {
    let now = app.store.now();
    let found = media::by_ids(&app.store, &typed.files()).await?;
    let one = |said: &Said| {
        let medium = found.iter().find(|medium| medium.id.to_string() == said.id && medium.owner_id == me.id)?;
        if medium.state == MediumState::Failed || medium.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        let is_image = matches!(medium.kind, MediumKind::Image | MediumKind::Gifv);
        let file = if medium.preview.is_empty() && is_image { &medium.file } else { &medium.preview };
        let sight = Sight::Reader(me.id, medium.post_id.unwrap_or(PostId(0)));
        Some(Held {
            id: said.id.clone(),
            is_image,
            picture: if file.is_empty() { String::new() } else { app.file_url(&medium.path(file), sight) },
            is_waiting: medium.state == MediumState::Waiting,
            description: said.description.clone(),
            focus: said.focus.clone(),
        })
    };
    Ok(typed.media.iter().filter_map(one).collect())
}
