//! The translation service, by LibreTranslate's API (docs.libretranslate.com): `POST /translate`, `GET /languages`.
//!
//! Reached by the guarded client with one door open: the address that the administrator wrote, wherever that is; it is never led
//! on from there. It gets words of public posts and its key, and nothing of who asks.

use crate::{
    app::{
        App,
        translation::{Languages, Translate, Translated, Wanted, failed},
    },
    base::{config::TranslationUrl, error::Result},
    net::{Budget, Client, Fetched, Get, Limits, Policy, SystemLookup, header::HeaderMap},
};
use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 2 << 20;
/// How long it may take: less than a request of an app.
const TIME: Duration = Duration::from_secs(20);
/// Most languages that are known of a service.
const LANGUAGES_MAX: usize = 500;
/// The word for a language that the service is to find out, and the API's for one that is not known.
const AUTO: &str = "auto";
const UNKNOWN: &str = "und";

/// The service.
pub struct Service {
    client: Client,
    url: TranslationUrl,
    key: Option<String>,
}

/// Gives the node its service, if the settings name one.
///
/// # Errors
/// The file with the key cannot be read.
pub fn connect(app: &App) -> anyhow::Result<()> {
    let settings = &app.config.translation;
    let Some(url) = &settings.url else { return Ok(()) };
    let key = settings.api_key_file.as_ref().map(|file| {
        std::fs::read_to_string(file).map(|key| key.trim().to_owned()).with_context(|| format!("cannot read {}", file.display()))
    });
    let policy = Policy {
        allow_http: url.url().scheme() == "http",
        allow_addresses: vec!["0.0.0.0/0".parse()?, "::/0".parse()?],
        allow_ports: url.url().port().into_iter().collect(),
    };
    let agent = format!("Intermoot/{}", env!("CARGO_PKG_VERSION"));
    let limits = Limits { total: TIME, ..Limits::default() };
    let client = Client::with_limits(policy, Arc::new(SystemLookup::default()), &agent, app.config.federation.ca_file.as_deref(), limits)?;
    app.translations.connect(Arc::new(Service { client, url: url.clone(), key: key.transpose()? }));
    Ok(())
}

/// What the service answers to one request, or to several texts in one.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::Many(list) => list,
            Self::One(one) => vec![one],
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    translated_text: OneOrMany<String>,
    #[serde(default)]
    detected_language: Option<OneOrMany<Detected>>,
}

#[derive(Deserialize)]
struct Detected {
    #[serde(default)]
    language: String,
}

#[derive(Deserialize)]
struct Language {
    code: String,
    #[serde(default)]
    targets: Vec<String>,
}

#[async_trait::async_trait]
impl Translate for Service {
    async fn translate(&self, wanted: &Wanted) -> Result<Translated> {
        let from = if wanted.from.is_empty() { AUTO } else { &wanted.from };
        let mut asked = json!({ "q": wanted.texts, "source": from, "target": wanted.to, "format": "html" });
        if let (Some(key), Some(asked)) = (&self.key, asked.as_object_mut()) {
            asked.insert("api_key".into(), Value::from(key.as_str()));
        }
        let mut headers = HeaderMap::new();
        headers.insert("content-type", crate::net::header::HeaderValue::from_static("application/json"));
        let body = asked.to_string().into_bytes().into();
        let answer = self.client.ask(&self.url.operation("translate"), headers, body, ANSWER_BYTES_MAX).await;
        let answer: Answer = read(answer, "translate")?;
        let detected = answer.detected_language.and_then(|detected| detected.list().into_iter().next());
        let from = detected.map(|detected| detected.language).filter(|language| wanted.from.is_empty() && is_code(language));
        Ok(Translated { texts: answer.translated_text.list(), from: from.unwrap_or_else(|| wanted.from.clone()) })
    }

    async fn languages(&self) -> Result<Languages> {
        let url = self.url.operation("languages");
        let get = Get::new(&url, "application/json").at_most(ANSWER_BYTES_MAX);
        // one request: it is not led on
        let found: Vec<Language> = read(self.client.get(get, &Budget::new(1, TIME)).await, "languages")?;
        let known: Vec<Language> = found.into_iter().filter(|language| is_code(&language.code)).take(LANGUAGES_MAX).collect();
        let codes: Vec<String> = known.iter().map(|language| language.code.clone()).collect();
        let targets = |language: Language| {
            // servers before 1.3 say nothing of targets: all
            let all = if language.targets.is_empty() { codes.clone() } else { language.targets };
            let others = all.into_iter().filter(|code| is_code(code) && *code != language.code).take(LANGUAGES_MAX).collect();
            (language.code, others)
        };
        let mut languages: Languages = known.into_iter().map(targets).collect();
        languages.insert(UNKNOWN.to_owned(), codes);
        Ok(languages)
    }
}

/// A code such as `en`, `pt-BR`, `zh-Hans`.
fn is_code(code: &str) -> bool {
    (2..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The answer as it is meant; what went wrong is logged without a word of what was asked.
fn read<T: serde::de::DeserializeOwned>(answer: std::result::Result<Fetched, crate::net::FetchError>, what: &str) -> Result<T> {
    let problem = match answer {
        Ok(answer) if answer.status.is_success() => match serde_json::from_slice(&answer.body) {
            Ok(read) => return Ok(read),
            Err(error) => format!("it cannot be read: {error}"),
        },
        Ok(answer) => format!("it is {}", answer.status),
        Err(error) => error.to_string(),
    };
    tracing::warn!(what, problem, "the translation service did not answer as it should");
    metrics::counter!("intermoot_translation_failures_total").increment(1);
    Err(failed().into())
}
