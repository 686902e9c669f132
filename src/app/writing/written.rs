//! From the words somebody typed to what is kept: HTML, the accounts named, the tags.

use crate::{
    app::{App, finding},
    base::{
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
        text::{
            compose::{Composed, Format, Link, compose},
            limits::{MENTIONS_MAX, TAGS_MAX, TITLE_CHARS_MAX},
            names::display_name,
            scan::{Mention, What, mention_at_edge, scan},
        },
        words::Stage,
    },
    features::{accounts, communities},
    store::tables::Account,
};
use futures::future::join_all;
use std::{collections::HashMap, time::Duration};

/// How many unknown handles of one post are looked up at their nodes, all at once.
const LOOKED_UP_MAX: usize = 10;
/// How long that may take in all.
const LOOK_UP_TIME: Duration = Duration::from_secs(5);

/// Composed words.
#[derive(Debug, Default)]
pub struct Written {
    /// Safe HTML.
    pub html: String,
    /// Who is named, each once, in order.
    pub mentions: Vec<Account>,
    /// Tags as written.
    pub tags: Vec<String>,
}

/// A title as it may be shown.
pub fn title(typed: &str) -> String {
    display_name(typed, TITLE_CHARS_MAX)
}

/// Who a mention means: lower-case name, and host ('' for this node).
type Handle = (String, String);

fn handle(app: &App, mention: &Mention) -> Handle {
    let host = mention.host.as_deref().unwrap_or_default().to_ascii_lowercase();
    (mention.name.to_ascii_lowercase(), if host == app.origin.authority() { String::new() } else { host })
}

/// Whom to look for where handles are not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// At their nodes, within bounds.
    LookedUp,
    /// Nowhere: they stay text. For what is only shown while it is typed.
    Text,
}

/// Composes `source` as `writer` wrote it, marked up in `format`: of whom they may not know, they mention nobody. Refused when it
/// names too many people or tags.
pub async fn write(app: &App, writer: &Account, (source, format): (&str, Format), unknown: Unknown) -> Result<Written> {
    let found = scan(source);
    if found.too_many_mentions {
        return Err(Refusal::invalid("text", said!("mentions more than {max} accounts", max = MENTIONS_MAX)).into());
    }
    if found.too_many_tags {
        return Err(Refusal::invalid("text", said!("has more than {max} hashtags", max = TAGS_MAX)).into());
    }
    let named: Vec<Handle> = found
        .pieces
        .iter()
        .filter_map(|piece| match &piece.what {
            What::Mention(mention) => Some(handle(app, mention)),
            What::Url | What::Tag(_) | What::Text => None,
        })
        .collect();
    let known = look_up(app, writer, named, unknown).await?;
    let resolve = |mention: &Mention| {
        known.get(&handle(app, mention)).map(|account| Link { href: app.origin.absolute(&account.url), acct: account.acct() })
    };
    let Composed { html, mentions, tags, .. } = compose(source, format, &resolve, &|key| app.tag_url(key));
    let mentions = mentions.iter().filter_map(|mention| known.get(&handle(app, mention)).cloned()).collect();
    Ok(Written { html, mentions, tags: tags.into_iter().map(|tag| tag.name).collect() })
}

/// The accounts behind these handles: known ones from the database, others from their nodes.
async fn look_up(app: &App, writer: &Account, handles: Vec<Handle>, asked: Unknown) -> Result<HashMap<Handle, Account>> {
    let found = accounts::queries::by_handles(&app.store, &handles).await?;
    let active = found.iter().filter(|account| account.is_active()).cloned().collect();
    let told = finding::without_internal(app, Some(writer), active).await?;
    let (mut known, mut unknown) = (HashMap::new(), Vec::new());
    for (name, host) in handles {
        let handle = (name, host);
        if known.contains_key(&handle) || unknown.contains(&handle) {
            continue;
        }
        match found.iter().find(|account| account.username.to_lowercase() == handle.0 && account.host == handle.1) {
            Some(account) if told.iter().any(|one| one.id == account.id) => drop(known.insert(handle, account.clone())),
            None if asked == Unknown::LookedUp && !handle.1.is_empty() && unknown.len() < LOOKED_UP_MAX => unknown.push(handle),
            Some(_) | None => {}
        }
    }
    let Ok(network) = app.network() else { return Ok(known) };
    let asked = unknown.iter().map(|(name, host)| tokio::time::timeout(LOOK_UP_TIME, network.find_account(name, host)));
    for (handle, answer) in unknown.iter().zip(join_all(asked).await) {
        match answer {
            Ok(Ok(account)) => drop(known.insert(handle.clone(), account)),
            Ok(Err(error)) => tracing::debug!(name = handle.0, host = handle.1, %error, "a mention stays text"),
            Err(_) => tracing::debug!(name = handle.0, host = handle.1, "a mention stays text: no answer in time"),
        }
    }
    Ok(known)
}

/// The community that a new post is addressed to by a mention at its start or end: the first of
/// those. Refused when several communities are mentioned and any of them is not public (decisions.md 5).
pub async fn addressed(app: &App, source: &str, written: &Written) -> Result<Option<AccountId>> {
    let mentioned: Vec<&Account> = written.mentions.iter().filter(|account| account.is_community()).collect();
    if mentioned.len() > 1 {
        let ids: Vec<AccountId> = mentioned.iter().map(|account| account.id).collect();
        let closed = communities::queries::by_ids(&app.store, &ids).await?.into_iter().any(|community| community.stage != Stage::Public);
        if closed {
            return Err(Refusal::invalid("status", "mentions several communities, not all of them public: write to one of them").into());
        }
    }
    let at_edge = |account: &&&Account| {
        let host = (!account.is_local()).then_some(account.host.as_str());
        mention_at_edge(source, &account.username, host)
            || (account.is_local() && mention_at_edge(source, &account.username, Some(app.origin.authority())))
    };
    Ok(mentioned.iter().find(at_edge).map(|account| account.id))
}
