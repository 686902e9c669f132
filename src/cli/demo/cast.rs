//! Who takes part in the demo: three companies and their people, made on the first run.

use super::write_private;
use crate::{
    app::App,
    base::{config::Config, secret},
    server::{
        control::{self, Act},
        node,
    },
};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// The three companies. Public so that a second run finds what the first made.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cast {
    pub companies: Vec<Company>,
    /// Whether the story was told to its end.
    #[serde(default)]
    pub is_told: bool,
}

/// One company: a node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Company {
    pub name: String,
    pub title: String,
    pub port: u16,
    pub owner: Person,
    pub people: Vec<Person>,
    pub communities: Vec<Community>,
}

/// Somebody who logs in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Person {
    pub username: String,
    pub password: String,
    pub access_token: String,
}

/// A community that lives on the company's node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Community {
    pub name: String,
    pub title: String,
    pub id: String,
    pub url: String,
}

/// Name, title, owner, other people.
const COMPANIES: [(&str, &str, &str, &[&str]); 3] =
    [("acme", "Acme Valves", "ada", &["alan"]), ("boltco", "BoltCo", "bea", &["bo", "leo"]), ("cobalt", "Cobalt Pumps", "cora", &["cy"])];
/// Communities of the first company: name, title, purpose, stage, how one joins.
const COMMUNITIES: [(&str, &str, &str, &str, &str); 2] = [
    ("valves", "Valve quality", "Makers and users of valves find out together why valves fail, and make better ones.", "public", "open"),
    (
        "valve_lab",
        "Valve lab",
        "What fails in our own tests, with the suppliers whose parts they are; in confidence.",
        "partners",
        "agreement",
    ),
];
const OWNER_SCOPES: &str = "read write follow push admin:read admin:write";
const SCOPES: &str = "read write follow push";

impl Company {
    /// The address that names everything of this node.
    pub fn url(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// Host and port, as handles show them.
    pub fn authority(&self) -> String {
        format!("{}.localhost:{}", self.name, self.port)
    }

    /// The same for programs that do not resolve `*.localhost`.
    pub fn local_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The settings of this node as environment variables.
    pub fn environment(&self, dir: &Path) -> Vec<(String, String)> {
        let settings = [
            ("SERVER__URL", self.url()),
            ("SERVER__BIND", format!("127.0.0.1:{}", self.port)),
            ("DATA__DIR", dir.join(&self.name).display().to_string()),
            ("ORGANISATION__NAME", self.title.clone()),
            ("FEDERATION__ALLOW_HTTP", "true".to_owned()),
            ("FEDERATION__ALLOW_ADDRESSES", "127.0.0.0/8".to_owned()),
            ("FEDERATION__ALLOW_PORTS", "1024-65535".to_owned()),
            ("FEDERATION__RETRY_UNIT_MILLISECONDS", "1000".to_owned()),
            ("COMMUNITIES__ANNOUNCE_HOURS", "0".to_owned()),
            ("MAIL__SINK", dir.join(&self.name).join("mail").display().to_string()),
        ];
        settings.into_iter().map(|(key, value)| (format!("INTERMOOT__{key}"), value)).collect()
    }
}

impl Cast {
    /// Makes the companies' people, tokens and the community, each on its own node's data.
    pub async fn make(dir: &Path, first_port: u16) -> Result<Self> {
        let mut companies = Vec::new();
        for (index, (name, title, owner, others)) in (0_u16..).zip(COMPANIES) {
            let blank = |username: &str| Person { username: username.to_owned(), password: secret::token(), access_token: String::new() };
            let mut company = Company {
                name: name.to_owned(),
                title: title.to_owned(),
                port: first_port + index,
                owner: blank(owner),
                people: others.iter().map(|other| blank(other)).collect(),
                communities: Vec::new(),
            };
            company.furnish(dir).await.with_context(|| format!("{name} cannot be made; remove {} to begin anew", dir.display()))?;
            companies.push(company);
        }
        Ok(Self { companies, is_told: false })
    }

    /// What the first run made.
    pub fn load(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        serde_json::from_str(&text).with_context(|| format!("{} is damaged; remove its folder to begin anew", file.display()))
    }

    /// Keeps it for the next run.
    pub fn save(&self, file: &Path) -> Result<()> {
        write_private(file, &serde_json::to_string_pretty(self)?)
    }
}

impl Company {
    async fn furnish(&mut self, dir: &Path) -> Result<()> {
        let config = Config::load(None, self.environment(dir))?;
        let app = node::open(config).await?;
        self.owner.enrol(&app, "owner", OWNER_SCOPES).await?;
        for person in &mut self.people {
            person.enrol(&app, "member", SCOPES).await?;
        }
        if self.name == "acme" {
            for (name, title, purpose, stage, join) in COMMUNITIES {
                let found = Act::CommunityCreate {
                    name: name.to_owned(),
                    title: title.to_owned(),
                    purpose: purpose.to_owned(),
                    stage: stage.to_owned(),
                    join: join.to_owned(),
                    owner: self.owner.username.clone(),
                };
                let json = control::perform(&app, found).await?.json;
                let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
                self.communities.push(Community { name: text("name"), title: text("title"), id: text("id"), url: text("url") });
            }
        }
        Ok(app.store.clone().close().await?)
    }
}

impl Person {
    async fn enrol(&mut self, app: &App, role: &str, scopes: &str) -> Result<()> {
        let create = Act::AccountCreate {
            name: self.username.clone(),
            email: format!("{}@{}", self.username, app.config.server.url.host()),
            role: role.to_owned(),
            password: Some(self.password.clone()),
        };
        control::perform(app, create).await?;
        let token = control::perform(app, Act::TokenCreate { name: self.username.clone(), scopes: scopes.to_owned() }).await?;
        self.access_token = token.text;
        Ok(())
    }
}
