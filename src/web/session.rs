//! Who visits: the browser's session, and the token that its forms must repeat.
//!
//! Two cookies, both `HttpOnly`, `SameSite=Lax`, and `Secure` with the prefix `__Host-` where the
//! node is reached by https; where it is not, their names carry the port, since browsers share
//! cookies between the ports of a host. A new session and a new form token begin at each log-in, so
//! that neither can be planted beforehand (S104). Source: OWASP ASVS 4.0 V3, RFC 6265bis.

use super::{
    agents,
    faces::Face,
    frame::{Me, UNREAD_MAX},
    language::Language,
    pages::{Failure, Frame},
    reader,
};
use crate::{
    app::{App, streams::Right},
    base::{
        error::Refusal,
        quota::{address_key, client_address},
        secret,
        sentence::Sentence,
        words::NodeRole,
    },
    features::{
        accounts,
        notifications::markers,
        posts::queries::Viewer,
        sessions::{self, listed},
    },
    store::{
        audit,
        tables::{Account, User},
    },
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, Method, request::Parts},
};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

/// A visit to a page.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// Who is logged in: active and approved.
    pub(super) account: Option<Account>,
    /// What they have because they log in, read for this visit.
    pub(super) user: Option<User>,
    /// The key under which the visitor's address is counted.
    pub(super) address: String,
    /// The address itself.
    pub(super) from: IpAddr,
    /// What forms must repeat.
    pub(super) token: String,
    /// Whether the browser brought the token along.
    had_token: bool,
    /// Whether the browser says that another site sent this (`Sec-Fetch-Site`).
    cross_site: bool,
    /// The session's secret.
    session: Option<String>,
    /// Cookies, with the form token set if it was not.
    jar: CookieJar,
    /// The Host header.
    pub(super) host: String,
    /// The browser, in words.
    agent: String,
    /// The path and query that were asked for.
    asked: String,
    /// What stands around the pages of this visit.
    frame: Frame,
}

impl Visit {
    /// What stands around the pages of this visit.
    pub(super) fn frame(&self) -> Frame {
        self.frame.clone()
    }

    /// The message `key` in the visitor's language.
    pub(super) fn say(&self, key: &str) -> String {
        self.frame.say(key)
    }

    /// The language of its pages.
    pub(super) fn language(&self) -> Language {
        self.frame.language
    }

    /// Who is logged in; whoever is not is sent to log in and comes back to what they asked for.
    pub(super) fn member(&self) -> Result<&Account, Failure> {
        self.account.as_ref().ok_or_else(|| Failure::log_in(&self.asked))
    }

    /// Nothing is here, as far as the visitor may know (S54).
    pub(super) fn nothing(&self) -> Failure {
        Failure::shown(Refusal::not_found(), self)
    }

    /// The cookies to answer with.
    pub(super) fn cookies(&self) -> CookieJar {
        self.jar.clone()
    }

    /// Does `work` as an act of the visitor, as the audit log names them.
    pub(super) async fn acting<T>(&self, work: impl Future<Output = T>) -> T {
        let actor = self.account.as_ref().map_or_else(|| "stranger".to_owned(), |account| account.username.clone());
        audit::through(format!("page {}", self.address), audit::acting(actor, work)).await
    }

    /// As whom its pages are read.
    pub(super) fn viewer(&self) -> Viewer {
        self.account.as_ref().map_or(Viewer::Stranger, |account| Viewer::Account(account.id))
    }

    /// What lets the visitor read a stream: their session.
    pub(super) fn right(&self) -> Option<Right> {
        self.session.as_deref().map(|clear| Right::Session(secret::hash_hex(clear)))
    }

    /// What names the session of this visit, where somebody is logged in.
    pub(super) fn session_name(&self) -> String {
        self.session.as_deref().map(listed::name_of).unwrap_or_default()
    }

    /// Refused unless the form repeats the token of the cookie, and the browser does not say that
    /// another site sent it (S90).
    pub(super) fn must_have_sent(&self, token: &str) -> Result<(), Failure> {
        if self.has_sent(token) {
            return Ok(());
        }
        Err(Failure::shown(Refusal::forbidden("form", Sentence::verbatim(self.frame.say("entering-old-form"))), self))
    }

    /// Whether the form repeats the token of the cookie, and the browser does not say that another site sent it.
    pub(super) fn has_sent(&self, token: &str) -> bool {
        self.had_token && !self.cross_site && secret::equal(token.as_bytes(), self.token.as_bytes())
    }

    /// Refused where the browser says that another site sent it.
    pub(super) fn must_be_from_here(&self) -> Result<(), Failure> {
        if self.cross_site { self.must_have_sent("") } else { Ok(()) }
    }

    /// Begins a session of `account`: the cookies to answer with. Any session before it ends.
    pub(super) async fn log_in(&self, app: &App, account: &Account) -> crate::base::error::Result<CookieJar> {
        let tx = app.begin().await?;
        if let Some(before) = &self.session {
            sessions::end_session(&tx, before).await?;
        }
        let (clear, ends) = sessions::begin_session(&tx, account.id).await?;
        listed::name_browser(&tx, &clear, &self.agent).await?;
        accounts::note_sign_in(&tx, account.id).await?;
        let lasts = Duration::from_millis(u64::try_from(ends.0 - tx.now.0).unwrap_or_default());
        tx.commit().await?;
        let session = cookie(app, SESSION, clear, Some(lasts));
        Ok(self.jar.clone().add(session).add(cookie(app, FORM, secret::token(), None)))
    }

    /// Ends the session: the cookies to answer with.
    pub(super) async fn log_out(&self, app: &App) -> crate::base::error::Result<CookieJar> {
        if let Some(session) = &self.session {
            let tx = app.begin().await?;
            sessions::end_session(&tx, session).await?;
            tx.commit().await?;
        }
        let ended = cookie(app, SESSION, String::new(), Some(Duration::ZERO));
        Ok(self.jar.clone().add(ended).add(cookie(app, FORM, secret::token(), None)))
    }
}

/// The cookies' names.
const SESSION: &str = "session";
const FORM: &str = "form";

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut jar = CookieJar::from_headers(&parts.headers);
        let read = |name| jar.get(&cookie_name(app, name)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty());
        let (session, form) = (read(SESSION), read(FORM));
        let visitor = match &session {
            Some(clear) => visitor(app, clear).await?,
            None => None,
        };
        let had_token = form.is_some();
        let cross_site = parts.headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
        let token = match form {
            Some(token) => token,
            None => {
                let token = secret::token();
                jar = jar.add(cookie(app, FORM, token.clone(), None));
                token
            }
        };
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let agent = agents::in_words(header("user-agent"));
        let host = header("host").to_owned();
        let from = address(app, &parts.headers, parts.extensions.get());
        let chosen = visitor.as_ref().and_then(|(_, user)| Language::of(&user.locale));
        let language = chosen.unwrap_or_else(|| Language::accepted(header("accept-language")));
        let (set, node) = (app.appearance().await?, app.name().await?);
        if let Some((account, _)) = &visitor {
            // what members do by pages counts as what they do by apps (S74)
            app.quotas.api.take(&account.id.to_string()).map_err(|left| Failure::crowded(left.wait, (node.clone(), language)))?;
        }
        let asked = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let frame = Frame {
            asked: asked.clone(),
            node,
            host: app.origin.authority().to_owned(),
            accent: set.accent.clone(),
            logo: set.logo_path(),
            language,
            me: match &visitor {
                Some(visitor) => Some(me(app, visitor, &parts.method).await?),
                None => None,
            },
            token: token.clone(),
            path: parts.uri.path().to_owned(),
        };
        reader::is(&frame);
        let (account, user) = visitor.unzip();
        Ok(Self { account, user, address: address_key(from), from, token, had_token, cross_site, session, jar, host, agent, asked, frame })
    }
}

/// The visitor as their pages show them. What is new is counted only for what may be a page.
async fn me(app: &App, (account, user): &(Account, User), method: &Method) -> crate::base::error::Result<Me> {
    let unread = if method == Method::GET { markers::unread(&app.store, account.id, UNREAD_MAX).await? } else { 0 };
    let (is_moderator, is_administrator) = (user.role >= NodeRole::Moderator, user.role >= NodeRole::Admin);
    Ok(Me { face: Face::of(app, account), unread, is_moderator, is_administrator })
}

/// Whose session this is, if they may still use the node.
async fn visitor(app: &App, clear: &str) -> crate::base::error::Result<Option<(Account, User)>> {
    let Some(id) = sessions::session_account(&app.store, clear).await? else { return Ok(None) };
    app.seen.session(clear);
    let account = accounts::queries::by_id(&app.store, id).await?.filter(Account::is_active);
    let user = accounts::queries::user(&app.store, id).await?.filter(|user| user.may_enter(app.store.clock.now()));
    Ok(account.zip(user))
}

fn address(app: &App, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> IpAddr {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let forwarded: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    client_address(peer, &forwarded, &app.config.server.trusted_proxies)
}

fn cookie_name(app: &App, name: &str) -> String {
    let url = &app.config.server.url;
    if url.is_https() {
        return format!("__Host-intermoot_{name}");
    }
    format!("intermoot_{name}_{}", url.url().port_or_known_default().unwrap_or_default())
}

fn cookie(app: &App, name: &str, value: String, lasts: Option<Duration>) -> Cookie<'static> {
    let secure = if app.config.server.url.is_https() { "; Secure" } else { "" };
    let lasts = lasts.map(|lasts| format!("; Max-Age={}", lasts.as_secs())).unwrap_or_default();
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lasts}", cookie_name(app, name));
    // Names are ours and values base64url: this is always a cookie.
    Cookie::parse(text).unwrap_or_else(|_| Cookie::from(cookie_name(app, name)))
}
