//! Our own resources for companies that work together: agreements, affiliations, leavers, asks and invitations.
//!
//! Beside `community.rs`; shapes as `contract.md` names them.

use crate::api::{Api, Reply, list, text};
use crate::community::Community;
use crate::node::{Node, Person};
use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

const COMMUNITIES: &str = "/api/intermoot/v1/communities";
const PARTNERS: &str = "/api/intermoot/v1/partners";
const ORGANISATION: &str = "/api/intermoot/v1/organisation";

/// How a community that is not public is founded.
#[derive(Debug, Clone, Copy)]
pub struct Founded<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// `partners` or `federated`.
    pub stage: &'a str,
    /// `open`, `ask`, `invite`, `agreement`.
    pub join: &'a str,
}

impl Node {
    /// Makes an administrator of the node, whose token administers too.
    pub async fn administrator(&self, name: &str) -> Result<Person> {
        let person = self.person_with_role(name, "admin").await?;
        let token = self.cli(&["token", "create", name, "--scopes", "read write follow push admin:read admin:write"], "").await?;
        Ok(Person { api: Api::new(&self.url, Some(&token))?, ..person })
    }

    /// One of the company's people, with its badge; `administrator` says so.
    pub async fn employee(&self, name: &str, title: &str, administrator: &Person) -> Result<Person> {
        let person = self.person(name).await?;
        let account = person.api.me().await?;
        administrator.api.affiliate(text(&account, "id")?, title).await?;
        Ok(person)
    }
}

impl Api {
    /// GET with whatever comes back.
    pub async fn peek(&self, path: &str) -> Result<Reply> {
        self.call(Method::GET, path, None, &[]).await
    }

    /// Offers an agreement to the node at `host`.
    pub async fn propose(&self, host: &str, terms: Value) -> Result<Value> {
        let mut body = terms;
        body["host"] = json!(host);
        self.post(PARTNERS, body).await
    }

    /// The latest agreement with `host`, whole.
    pub async fn partner(&self, host: &str) -> Result<Value> {
        let all = list(self.get(PARTNERS).await?)?;
        let found = all.iter().find(|agreement| agreement["host"] == host).with_context(|| format!("no agreement with {host}"))?;
        self.get(&format!("{PARTNERS}/{}", text(found, "id")?)).await
    }

    /// Does `act` (`approve`, `suspend`, `resume`, `end`, …) with the latest agreement with `host`.
    pub async fn with_partner(&self, host: &str, act: &str) -> Result<Value> {
        let agreement = self.partner(host).await?;
        self.post(&format!("{PARTNERS}/{}/{act}", text(&agreement, "id")?), json!({})).await
    }

    /// Says that one of the node's people works for its organisation.
    pub async fn affiliate(&self, account: &str, title: &str) -> Result<Value> {
        self.put(&format!("{ORGANISATION}/people/{account}/affiliation"), json!({"title": title})).await
    }

    /// Off-boards somebody; the act with its receipts.
    pub async fn off_board(&self, account: &str) -> Result<Value> {
        self.post(&format!("{ORGANISATION}/people/{account}/off-board"), json!({"reason": "a new job"})).await
    }

    /// An act of off-boarding with its receipts as they stand.
    pub async fn off_boarding(&self, id: &str) -> Result<Value> {
        self.get(&format!("{ORGANISATION}/off-boardings/{id}")).await
    }

    /// Founds a community.
    pub async fn found_as(&self, founded: Founded<'_>) -> Result<Community> {
        let Founded { name, title, stage, join } = founded;
        let purpose = format!("What {title} is about, among companies that agreed to.");
        let body = json!({"name": name, "title": title, "purpose": purpose, "stage": stage, "join": join, "question": "Why?"});
        Community::of(&self.post(COMMUNITIES, body).await?)
    }

    /// Asks to join with an answer to the community's question.
    pub async fn join_with(&self, community: &str, reason: &str) -> Result<Value> {
        self.post(&format!("{COMMUNITIES}/{community}/join"), json!({"reason": reason})).await
    }

    /// The caller's own seat as this node holds it; `Null` where there is none.
    pub async fn seat(&self, community: &str) -> Result<Value> {
        Ok(self.community(community).await?["membership"].take())
    }

    /// Who asks to join.
    pub async fn requests(&self, community: &str) -> Result<Vec<Value>> {
        list(self.get(&format!("{COMMUNITIES}/{community}/requests")).await?)
    }

    /// Admits somebody who asked.
    pub async fn admit(&self, community: &str, account: &str) -> Result<Value> {
        self.act(&format!("{COMMUNITIES}/{community}/requests/{account}/accept")).await
    }

    /// Refuses somebody who asked.
    pub async fn refuse(&self, community: &str, account: &str, reason: &str) -> Result<Value> {
        self.post(&format!("{COMMUNITIES}/{community}/requests/{account}/refuse"), json!({"reason": reason})).await
    }

    /// Invites somebody by handle.
    pub async fn invite(&self, community: &str, handle: &str) -> Result<Value> {
        self.post(&format!("{COMMUNITIES}/{community}/invitations"), json!({"acct": handle})).await
    }

    /// The communities that invite the caller.
    pub async fn invitations(&self) -> Result<Vec<Value>> {
        list(self.get("/api/intermoot/v1/invitations").await?)
    }

    /// Answers an invitation: `accept` or `decline`.
    pub async fn answer_invitation(&self, community: &str, answer: &str) -> Result<Value> {
        self.act(&format!("{COMMUNITIES}/{community}/invitations/{answer}")).await
    }
}

/// The member or request in a list that is about the account with this ActivityPub id.
pub fn about<'a>(members: &'a [Value], uri: &str) -> Option<&'a Value> {
    members.iter().find(|member| member["uri"] == uri || member["account"]["uri"] == uri)
}

/// Fails unless the answer is the one that something which is not there gets.
pub fn is_nowhere(what: &str, reply: &Reply) -> Result<()> {
    ensure!(reply.status == 404, "{what}: status {} instead of 404: {}", reply.status, reply.text);
    Ok(())
}
