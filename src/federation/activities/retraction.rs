//! `Update{Retraction}`: a community lists what of it is to be forgotten here; `Accept{Retraction}`: a partner forgot it (S118).
//!
//! Invariants: only the community itself says so, in its own hand (a proof), and only posts in it are forgotten; an answer
//! counts from the organisation with which the agreement was.

use super::{Envelope, Scene, proven};
use crate::{
    base::{
        error::{Refusal, Result},
        words::AccountKind,
    },
    features::retractions,
    federation::objects::{
        Fields,
        fields::wrong,
        retraction::{is_retraction, items, parts},
    },
    store::tables::Account,
};
use serde_json::Value;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Retraction {
    /// The community, or the organisation that answers.
    pub actor: String,
    /// What it says.
    pub said: Said,
}

/// What is said of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Forget these.
    Forget {
        /// The list's id.
        uri: String,
        /// Ids of posts.
        items: Vec<String>,
        /// The whole of it, for its proof.
        document: Box<Value>,
    },
    /// So many were forgotten.
    Forgotten {
        /// The community, absolute.
        group: String,
        /// The list's number.
        number: i64,
        /// How many.
        posts: u32,
    },
}

impl Retraction {
    /// Reads an activity about such a list; none when it is about something else.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let Some(value) = fields.value("object").filter(|object| is_retraction(object)) else { return Ok(None) };
        let object = Fields::expect(value, "the list of what is to be forgotten")?;
        let (uri, _) = object.required_url("id")?;
        let (group, number) = parts(uri).ok_or_else(|| wrong("the list's id is not what it must be"))?;
        let said = match envelope.kind.as_str() {
            "Update" if group == envelope.actor && object.id("attributedTo") == Some(group) => {
                Said::Forget { uri: uri.to_owned(), items: items(object)?, document: Box::new(value.clone()) }
            }
            "Update" => return Err(wrong("only a community says what of it is to be forgotten")),
            "Accept" => {
                let posts = object.number("forgotten").ok_or_else(|| wrong("the answer does not say how much was forgotten"))?;
                Said::Forgotten { group: group.to_owned(), number, posts }
            }
            _ => return Ok(None),
        };
        Ok(Some(Self { actor: envelope.actor.clone(), said }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        match &self.said {
            Said::Forget { uri, items, document } => {
                if !actor.is_community() {
                    return Err(wrong("only a community says what of it is to be forgotten").into());
                }
                proven::check_by(scene.federation, scene.tx, document, actor).await?;
                let stored: Vec<String> = items.iter().map(|item| scene.stored(item).to_owned()).collect();
                retractions::follow(scene.tx, actor, uri, &stored).await.map(drop)
            }
            Said::Forgotten { group, number, posts } => {
                if actor.kind != AccountKind::Organisation || !scene.federation.app.origin.is_ours(group) {
                    return Err(wrong("only a partner's organisation answers what we asked to be forgotten").into());
                }
                retractions::confirm(scene.tx, actor, *number, i64::from(*posts)).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use super::*;
    use serde_json::json;

    fn update() -> Value {
        let group = "https://acme.test/c/valves";
        let list = json!({"type": "Retraction", "id": format!("{group}/retractions/7"), "attributedTo": group,
            "agreement": "https://acme.test/agreements/1", "items": ["https://acme.test/p/1", "https://cobalt.test/p/2"]});
        json!({"type": "Update", "id": "https://acme.test/activities/1", "actor": group, "to": ["https://bolt.test/org"], "object": list})
    }

    #[test]
    fn a_list_and_its_answer_are_read() {
        let Deed::Retraction(read) = deed(&update()).unwrap().1 else { panic!() };
        let Said::Forget { uri, items, .. } = read.said else { panic!() };
        assert_eq!((uri.as_str(), items.len()), ("https://acme.test/c/valves/retractions/7", 2));
        let answer = json!({"type": "Accept", "id": "https://bolt.test/activities/9", "actor": "https://bolt.test/org",
            "object": {"type": "Retraction", "id": uri, "forgotten": 2}});
        let Deed::Retraction(read) = deed(&answer).unwrap().1 else { panic!() };
        assert_eq!(read.said, Said::Forgotten { group: "https://acme.test/c/valves".into(), number: 7, posts: 2 });
    }

    #[test]
    fn s118_nobody_else_says_what_of_a_community_is_to_be_forgotten() {
        for (actor, attributed, id) in [
            ("https://acme.test/u/ada", "https://acme.test/c/valves", "https://acme.test/c/valves/retractions/7"),
            ("https://acme.test/c/other", "https://acme.test/c/valves", "https://acme.test/c/valves/retractions/7"),
            ("https://evil.test/c/valves", "https://acme.test/c/valves", "https://acme.test/c/valves/retractions/7"),
            ("https://acme.test/c/valves", "https://acme.test/c/other", "https://acme.test/c/valves/retractions/7"),
            ("https://acme.test/c/valves", "https://acme.test/c/valves", "https://acme.test/c/valves/retractions/07"),
            ("https://acme.test/c/valves", "https://acme.test/c/valves", "https://acme.test/c/valves/seats/7"),
        ] {
            let mut update = update();
            update["actor"] = json!(actor);
            update["id"] = json!(format!("{actor}/activities/1"));
            update["object"]["attributedTo"] = json!(attributed);
            update["object"]["id"] = json!(id);
            assert!(deed(&update).is_err(), "{actor} {attributed} {id}");
        }
        let mut broken = update();
        broken["object"]["items"] = json!(["https://acme.test/p/1", 7]);
        assert!(deed(&broken).is_err());
        broken["object"]["items"] = json!(vec!["https://acme.test/p/1"; crate::features::retractions::ITEMS_MAX + 1]);
        assert!(deed(&broken).is_err());
    }
}
