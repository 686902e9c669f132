//! The settings of a node, typed.
//!
//! Three layers, the later one wins: defaults, a TOML file, environment variables
//! (`INTERMOOT__SECTION__KEY`, lists separated by commas). `config/default.toml` names and explains
//! every setting and a test keeps it complete. A wrong setting is named with its line or variable and
//! with what is allowed; a secret never shows in [`Config::summary`], in errors or in `Debug`.

mod communities;
mod data;
mod database;
mod error;
mod federation;
mod layers;
mod limits;
mod log;
mod mail;
mod media;
mod organisation;
mod origin;
mod ports;
mod posting;
mod previews;
mod rate;
mod registration;
mod rules;
mod server;
mod translation;
mod words;

pub use self::{
    communities::Communities,
    data::Data,
    database::{Database, DatabaseUrl},
    error::ConfigError,
    federation::Federation,
    limits::Limits,
    log::Log,
    mail::{Mail, MailUrl},
    media::{Media, MediaUrl, S3Endpoint},
    organisation::Organisation,
    origin::Origin,
    ports::Ports,
    posting::Posting,
    previews::Previews,
    rate::Rate,
    registration::Registration,
    server::Server,
    translation::{Translation, TranslationUrl},
    words::{FederationMode, LogFormat, RegistrationMode, Widest},
};

use self::layers::Source;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path, path::PathBuf};

/// All settings, one struct for each section of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the node listens and under which address the world knows it.
    pub server: Server,
    /// Where the node keeps its files.
    pub data: Data,
    /// Which database.
    pub database: Database,
    /// Files that people send, and files of others.
    pub media: Media,
    /// Whom the node talks to, and how far its HTTP client may reach.
    pub federation: Federation,
    /// How people get an account.
    pub registration: Registration,
    /// The organisation that this node belongs to.
    pub organisation: Organisation,
    /// How far posts outside communities may reach.
    pub posting: Posting,
    /// What is shown of pages that posts lead to.
    pub previews: Previews,
    /// The service that translates posts.
    pub translation: Translation,
    /// Rules for communities with people of several companies.
    pub communities: Communities,
    /// How the node sends mail.
    pub mail: Mail,
    /// What is logged and in which form.
    pub log: Log,
    /// How much and how often.
    pub limits: Limits,
    #[serde(skip)]
    sources: BTreeMap<String, Source>,
}

/// One setting as `check-config` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// `section.key`.
    pub setting: String,
    /// Its value as JSON; passwords are left out, files with secrets only named.
    pub value: serde_json::Value,
    /// Where it was set: `default`, `FILE line N` or the variable's name.
    pub source: String,
}

impl Config {
    /// Reads the settings: defaults, then `file`, then the variables of `env` that begin with `INTERMOOT__`.
    ///
    /// # Errors
    /// A file that cannot be read, a setting that does not exist or has a value that is not allowed, or
    /// settings that contradict each other. Rules that `--unsafe-for-testing` can lift are in [`Config::check`].
    pub fn load(file: Option<&Path>, env: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut config = layers::read(file, env)?;
        config.take_database_url_from_file()?;
        Ok(config)
    }

    /// Checks what single settings cannot show, and returns notes worth logging at the start.
    ///
    /// `unsafe_for_testing` lets a node with an https address use plain http and reach loopback and link-local addresses.
    ///
    /// # Errors
    /// The first rule that is broken, with the setting to change.
    pub fn check(&self, unsafe_for_testing: bool) -> Result<Vec<String>, ConfigError> {
        rules::check(self, unsafe_for_testing)
    }

    /// The public origin without a trailing slash (`https://acme.example`): every identifier begins with it.
    pub fn origin(&self) -> &str {
        self.server.url.as_str()
    }

    /// Host, and port where it is not the scheme's own: `acme.example`, `localhost:3000`.
    pub fn authority(&self) -> &str {
        self.server.url.authority()
    }

    /// The database in use; by default a SQLite file in the data directory.
    pub fn database(&self) -> DatabaseUrl {
        self.database.url.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(self.data.dir.join("intermoot.sqlite")))
    }

    /// Where uploaded files are; by default in `media` in the data directory.
    pub fn media_url(&self) -> MediaUrl {
        self.media.url.clone().unwrap_or_else(|| MediaUrl::Folder(self.data.dir.join("media")))
    }

    /// The folder of uploaded files, or, where those are in a bucket, of what is not there yet.
    pub fn media_dir(&self) -> PathBuf {
        self.media_url().folder().map_or_else(|| self.data.dir.join("media"), Path::to_owned)
    }

    /// The name of this node's organisation; by default its host.
    pub fn organisation_name(&self) -> &str {
        self.organisation.name.as_deref().unwrap_or_else(|| self.server.url.host())
    }

    /// The widest audience of a post outside communities; by default `public`, and `local` where only partners federate.
    pub fn widest_outside_communities(&self) -> Widest {
        self.widest_outside_communities_in(self.federation.mode)
    }

    /// The same where the node federates in this mode.
    pub fn widest_outside_communities_in(&self, mode: FederationMode) -> Widest {
        self.posting.widest_outside_communities.unwrap_or(match mode {
            FederationMode::Open => Widest::Public,
            FederationMode::Partners | FederationMode::Off => Widest::Local,
        })
    }

    /// Every setting with its value and where it came from, without secrets. What follows from other
    /// settings is shown as it follows.
    pub fn summary(&self) -> Vec<SummaryLine> {
        let effective = Self {
            database: Database { url: Some(self.database()), ..self.database.clone() },
            media: Media { url: Some(self.media_url()), ..self.media.clone() },
            organisation: Organisation { name: Some(self.organisation_name().to_owned()), ..self.organisation.clone() },
            posting: Posting { widest_outside_communities: Some(self.widest_outside_communities()) },
            ..self.clone()
        };
        let settings = layers::flatten(&effective).into_iter();
        settings.map(|(setting, value)| SummaryLine { value, source: self.source_of(&setting), setting }).collect()
    }

    /// Where `setting` (`section.key`) was set, for messages.
    fn source_of(&self, setting: &str) -> String {
        self.sources.get(setting).map_or_else(|| "default".to_owned(), ToString::to_string)
    }

    /// An error about `setting`, naming its file and line or its variable.
    fn wrong(&self, setting: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::about(self.sources.get(setting), setting, problem)
    }

    fn take_database_url_from_file(&mut self) -> Result<(), ConfigError> {
        let Some(path) = self.database.url_file.clone() else { return Ok(()) };
        let wrong = |problem: String| self.wrong("database.url_file", problem);
        if self.database.url.is_some() {
            return Err(wrong("and database.url are both set; keep one".into()));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| wrong(format!("cannot be read ({}): {e}", path.display())))?;
        let url = text.trim().parse().map_err(|problem| wrong(format!("holds an address that {problem}")))?;
        self.database.url = Some(url);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
