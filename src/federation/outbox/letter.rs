//! One activity: written, proven and put into the log.

use super::House;
use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId},
        keys::KeyPair,
        proof,
        words::Shape,
    },
    features::deliveries::{self, Entry},
    federation::vocabulary,
    store::tables::Account,
};
use anyhow::Context;
use serde_json::{Map, Value, json};

/// An activity to be written.
pub struct Letter<'a> {
    /// Who acts: one of ours.
    pub by: &'a Account,
    /// Its type.
    pub kind: &'static str,
    /// Its id as stored, where it has one already.
    pub id: Option<String>,
    /// What it is about.
    pub object: Object<'a>,
    /// Primary recipients.
    pub to: Vec<String>,
    /// The others.
    pub cc: Vec<String>,
    /// The community it concerns.
    pub audience: Option<String>,
    /// What else it says.
    pub extra: Map<String, Value>,
    /// The key that proves it, with its id, where that is not the present one of whoever acts.
    pub key: Option<&'a (String, KeyPair)>,
}

/// The object of an activity.
pub enum Object<'a> {
    /// Written by us.
    Value(Value),
    /// As it came, byte for byte.
    Raw(&'a str),
}

/// An activity that was written: to be sent, or passed on inside another.
#[derive(Clone)]
pub struct Written {
    /// Its id as stored.
    pub uri: String,
    /// Its place in the log.
    pub position: i64,
    /// The whole of it.
    pub body: String,
}

/// Where an activity goes.
pub struct Route {
    /// What it is about: activities with one key keep their order.
    pub key: i64,
    /// For which hosts.
    pub shape: Shape,
    /// To which inboxes.
    pub targets: Vec<InboxId>,
}

impl<'a> Letter<'a> {
    /// `by` does `kind` to `object`, told to nobody yet.
    pub fn new(by: &'a Account, kind: &'static str, object: impl Into<Object<'a>>) -> Self {
        let object = object.into();
        Self { by, kind, id: None, object, to: Vec::new(), cc: Vec::new(), audience: None, extra: Map::new(), key: None }
    }

    /// Under this id, as stored.
    pub fn under(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// Addressed so.
    pub fn to(self, to: Vec<String>, cc: Vec<String>) -> Self {
        Self { to, cc, ..self }
    }

    /// Concerning this community.
    pub fn within(self, audience: Option<String>) -> Self {
        Self { audience, ..self }
    }

    /// Writes it with context and proof.
    pub async fn write(self, house: House<'_>) -> Result<Written> {
        let position = deliveries::next_position(house.tx).await?;
        let uri = self.id.unwrap_or_else(|| format!("/activities/{position}"));
        let (object, raw) = match self.object {
            Object::Value(value) => (value, None),
            Object::Raw(raw) => (serde_json::from_str(raw).context("an activity to be passed on is no JSON")?, Some(raw)),
        };
        let mut activity = self.extra;
        activity.insert("@context".into(), vocabulary::context(&house.federation.app.origin));
        activity.insert("id".into(), json!(house.absolute(&uri)));
        activity.insert("type".into(), json!(self.kind));
        activity.insert("actor".into(), json!(house.absolute(&self.by.uri)));
        activity.insert("to".into(), json!(self.to));
        activity.insert("cc".into(), json!(self.cc));
        if let Some(audience) = self.audience {
            activity.insert("audience".into(), json!(audience));
        }
        activity.insert("object".into(), object);
        let mut activity = Value::Object(activity);
        match self.key {
            Some((id, key)) => proof::add_proof(&mut activity, key, id, house.tx.now.utc())?,
            None => house.federation.prove(&mut activity, self.by.id).await?,
        }
        Ok(Written { uri, position, body: text(activity, raw)? })
    }
}

impl Written {
    /// Puts it into the log.
    pub async fn send(&self, house: House<'_>, by: &Account, route: Route) -> Result<()> {
        self.send_within(house, by, None, route).await
    }

    /// The same for content of a community that is not public: it goes to nobody who may not read there when it is sent.
    pub async fn send_within(&self, house: House<'_>, by: &Account, community: Option<AccountId>, route: Route) -> Result<()> {
        if route.targets.is_empty() {
            return Ok(());
        }
        let entry = Entry {
            position: self.position,
            uri: self.uri.clone(),
            actor: by.id,
            object_key: route.key,
            body: self.body.clone(),
            shape: route.shape,
            targets: route.targets,
            community,
        };
        deliveries::append(house.tx, &entry).await?;
        Ok(())
    }

    /// The same activity at another place of the log, for other hosts.
    pub async fn again(&self, house: House<'_>) -> Result<Self> {
        Ok(Self { position: deliveries::next_position(house.tx).await?, ..self.clone() })
    }
}

impl From<Value> for Object<'_> {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl<'a> From<&'a str> for Object<'a> {
    fn from(raw: &'a str) -> Self {
        Self::Raw(raw)
    }
}

/// The activity as text; `raw` stands for its object unchanged. (The proof covers what the bytes mean, by RFC 8785.)
fn text(mut activity: Value, raw: Option<&str>) -> Result<String> {
    let Some(raw) = raw else { return Ok(serde_json::to_string(&activity).map_err(anyhow::Error::from)?) };
    if let Some(activity) = activity.as_object_mut() {
        activity.remove("object");
    }
    let mut text = serde_json::to_string(&activity).map_err(anyhow::Error::from)?;
    text.pop();
    text.push_str(",\"object\":");
    text.push_str(raw);
    text.push('}');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_on_keeps_its_bytes() {
        let raw = r#"{"type":"Like",  "x:ext":1.50, "id":"https://b.test/1"}"#;
        let activity = json!({"type": "Announce", "id": "https://a.test/2", "object": serde_json::from_str::<Value>(raw).unwrap()});
        let text = text(activity.clone(), Some(raw)).unwrap();
        assert!(text.contains(raw), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), activity);
    }
}
