//! What this node is, for whoever asks: whose it is, what holds here, whom to turn to, and whom it talks to about what, in plain
//! words that follow from its settings.

use super::super::{
    about::{self as heads, Head, Picture, Preview},
    entries::Moment,
    faces::Face,
};
use crate::{
    app::App,
    base::{
        config::{FederationMode, RegistrationMode},
        error::{Error, Result},
    },
    features::{
        accounts::{self, queries},
        affiliations, policies, posts,
        timelines::findable,
    },
    web::{
        frame::Frame,
        pages::{self, Failure},
        session::Visit,
    },
};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

/// The page.
#[derive(Template)]
#[template(path = "public/about.html")]
struct About {
    frame: Frame,
    head: Head,
    node: Node,
    /// What it tells whom: keys of sentences, with what stands in them.
    tells: Vec<Told>,
    source: String,
    version: &'static str,
}

/// A policy of the node.
pub(in crate::web) struct Policy {
    pub(in crate::web) title: String,
    version: i64,
    since: Moment,
}

/// What the front page says too.
pub(in crate::web) struct Node {
    pub(in crate::web) name: String,
    pub(in crate::web) authority: String,
    /// What the organisation says of itself: safe HTML; may be empty.
    pub(in crate::web) note: String,
    pub(in crate::web) picture: Option<Picture>,
    /// The key of the sentence on who gets an account.
    pub(in crate::web) registration: &'static str,
    /// Whether whoever comes may ask for an account.
    pub(in crate::web) signs_up: bool,
    pub(in crate::web) contact: Option<Face>,
    /// The policy in force.
    pub(in crate::web) policy: Option<Policy>,
    pub(in crate::web) people: i64,
    pub(in crate::web) active: i64,
    pub(in crate::web) posts: i64,
    pub(in crate::web) communities: i64,
}

impl Node {
    /// Looks it up: eight statements.
    pub(in crate::web) async fn read(app: &App) -> Result<Self> {
        let (people, active, _) = queries::counts(&app.store).await?;
        let organisation = accounts::queries::by_uri(&app.store, affiliations::OURS).await?;
        Ok(Self {
            name: app.name().await?,
            authority: app.origin.authority().to_owned(),
            picture: organisation.as_ref().and_then(|organisation| heads::avatar(app, organisation)),
            note: organisation.map(|organisation| organisation.note).unwrap_or_default(),
            registration: match app.config.registration.mode {
                RegistrationMode::Open => "public-accounts-open",
                RegistrationMode::Approval => "public-accounts-approval",
                RegistrationMode::Invite => "public-accounts-invite",
                RegistrationMode::Closed => "public-accounts-closed",
            },
            signs_up: app.door().refuse_closed(false).is_ok(),
            contact: queries::owner(&app.store).await?.map(|owner| Face::of(app, &owner)),
            policy: policy(app).await?,
            people,
            active,
            posts: posts::queries::count_local(&app.store).await?,
            communities: findable::communities(&app.store).await?,
        })
    }
}

/// The policy of the node; none as long as it has none.
async fn policy(app: &App) -> Result<Option<Policy>> {
    let found = match policies::node(&app.store).await {
        Ok(node) => policies::current(&app.store, node.id).await?,
        Err(Error::Refused(_)) => None,
        Err(fault) => return Err(fault),
    };
    Ok(found.map(|policy| Policy { title: policy.title, version: policy.version, since: policy.published_at.into() }))
}

/// A sentence about what goes where.
struct Told {
    /// To whom: the key of a few words.
    whom: &'static str,
    /// What: the key of a sentence.
    what: &'static str,
    /// What stands in it; may be empty.
    name: String,
}

impl Told {
    fn new(whom: &'static str, what: &'static str) -> Self {
        Self { whom, what, name: String::new() }
    }
}

/// What the settings mean for people's words and names.
fn tells(app: &App, mode: FederationMode) -> Vec<Told> {
    let config = &app.config;
    let nodes = match mode {
        FederationMode::Open => "public-tells-nodes-open",
        FederationMode::Partners => "public-tells-nodes-partners",
        FederationMode::Off => "public-tells-nodes-off",
    };
    let mut told = vec![
        Told::new("public-whom-nodes", nodes),
        Told::new("public-whom-members", "public-tells-members"),
        Told::new("public-whom-everybody", "public-tells-everybody"),
    ];
    if config.media.proxy {
        told.push(Told::new("public-whom-pictures", "public-tells-pictures"));
    }
    if config.previews.enabled {
        told.push(Told::new("public-whom-previews", "public-tells-previews"));
    }
    told.push(Told::new("public-whom-push", "public-tells-push"));
    if let Some(mail) = &config.mail.url {
        told.push(Told { name: mail.host().to_owned(), ..Told::new("public-whom-mail", "public-tells-mail") });
    }
    let translator = config.translation.url.as_ref().and_then(|url| url.url().host_str());
    if let Some(host) = translator.filter(|_| app.translations.is_there()) {
        told.push(Told { name: host.to_owned(), ..Told::new("public-whom-translation", "public-tells-translation") });
    }
    told.push(Told::new("public-whom-browser", "public-tells-browser"));
    told.push(Told::new("public-whom-nobody", "public-tells-nobody"));
    told
}

async fn about(State(app): State<App>, visit: Visit) -> Result<Response, Failure> {
    let mode = app.federation_mode(&app.store).await?;
    let node = Node::read(&app).await?;
    let frame = visit.frame();
    let preview = Preview {
        kind: "website",
        title: frame.name("public-about-title", &node.name),
        description: Some(heads::words(&node.note))
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| frame.name("public-welcome", &node.name)),
        published: String::new(),
    };
    let page = About {
        head: Head { canonical: app.origin.absolute("/about"), preview: Some(preview), picture: node.picture.clone(), ..Head::default() },
        tells: tells(&app, mode),
        source: app.config.server.source_url.as_ref().map_or_else(|| "/source".to_owned(), ToString::to_string),
        version: env!("CARGO_PKG_VERSION"),
        frame,
        node,
    };
    Ok(pages::public(&visit, &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/about", get(about))
}
