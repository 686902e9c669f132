//! Our own resources under `/api/intermoot/v1`: communities, their members and posts.
//!
//! Shapes as `contract.md` names them; the one place to change when a path is settled otherwise.

use crate::api::{Api, escape, list, text};
use anyhow::Result;
use serde_json::{Value, json};

const COMMUNITIES: &str = "/api/intermoot/v1/communities";

/// What a test keeps of a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// Its id on the node that was asked.
    pub id: String,
    /// Its ActivityPub id, the same everywhere.
    pub uri: String,
}

impl Community {
    /// Takes id and uri from an entity.
    pub fn of(entity: &Value) -> Result<Self> {
        Ok(Self { id: text(entity, "id")?.to_owned(), uri: text(entity, "uri")?.to_owned() })
    }

    /// The group's own inbox.
    pub fn inbox(&self) -> String {
        format!("{}/inbox", self.uri)
    }

    /// The followers collection.
    pub fn followers(&self) -> String {
        format!("{}/followers", self.uri)
    }
}

impl Api {
    /// Founds a public, open community.
    pub async fn found_community(&self, name: &str) -> Result<Community> {
        let body = json!({
            "name": name,
            "title": format!("About {name}"),
            "purpose": format!("People of several companies talk about {name}."),
            "stage": "public",
            "join": "open",
        });
        Community::of(&self.post(COMMUNITIES, body).await?)
    }

    /// Finds a community, here or elsewhere, by handle (`@name@host`).
    pub async fn lookup_community(&self, handle: &str) -> Result<Community> {
        Community::of(&self.get(&format!("{COMMUNITIES}/lookup?name={}", escape(handle))).await?)
    }

    /// The community as this node shows it.
    pub async fn community(&self, id: &str) -> Result<Value> {
        self.get(&format!("{COMMUNITIES}/{id}")).await
    }

    /// Asks to join.
    pub async fn join(&self, community: &str) -> Result<Value> {
        self.post(&format!("{COMMUNITIES}/{community}/join"), json!({})).await
    }

    /// Leaves.
    pub async fn leave(&self, community: &str) -> Result<Value> {
        self.post(&format!("{COMMUNITIES}/{community}/leave"), json!({})).await
    }

    /// Who is in it.
    pub async fn members(&self, community: &str) -> Result<Vec<Value>> {
        list(self.get(&format!("{COMMUNITIES}/{community}/members?limit=80")).await?)
    }

    /// Its posts, newest first.
    pub async fn community_posts(&self, community: &str) -> Result<Vec<Value>> {
        list(self.get(&format!("{COMMUNITIES}/{community}/posts?limit=40")).await?)
    }

    /// Posts into a community.
    pub async fn post_into(&self, community: &str, words: &str) -> Result<Value> {
        let body = json!({"status": words, "visibility": "public", "intermoot": {"community_id": community}});
        self.post("/api/v1/statuses", body).await
    }

    /// Takes a post out of a community, as its moderator.
    pub async fn remove_post(&self, community: &str, post: &str, reason: &str) -> Result<Value> {
        self.delete(&format!("{COMMUNITIES}/{community}/posts/{post}?reason={}", escape(reason))).await
    }

    /// Gives a member another role, as an owner.
    pub async fn appoint(&self, community: &str, account: &str, role: &str) -> Result<Value> {
        let path = format!("{COMMUNITIES}/{community}/members/{account}");
        let reply = self.call(reqwest::Method::PATCH, &path, Some(json!({"role": role})), &[]).await?;
        anyhow::ensure!(reply.status == 200, "status {}: {}", reply.status, reply.text);
        Ok(reply.json)
    }

    /// Takes a member out of a community, as its moderator.
    pub async fn remove_member(&self, community: &str, account: &str) -> Result<Value> {
        self.delete(&format!("{COMMUNITIES}/{community}/members/{account}")).await
    }
}

/// The post in a list whose text holds `words`, looking into boosts.
pub fn find_post<'a>(posts: &'a [Value], words: &str) -> Option<&'a Value> {
    posts.iter().map(own).find(|post| post["content"].as_str().is_some_and(|content| content.contains(words)))
}

/// The post itself, where an item is a boost of it.
pub fn own(item: &Value) -> &Value {
    if item["reblog"].is_object() { &item["reblog"] } else { item }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_found_inside_its_boost() {
        let posts = [json!({"content": "", "reblog": {"id": "7", "content": "<p>frost tonight</p>"}})];
        assert_eq!(find_post(&posts, "frost").unwrap()["id"], "7");
        assert!(find_post(&posts, "sun").is_none());
    }
}
