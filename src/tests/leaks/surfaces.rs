//! Everything that can be asked for, from the tables of the doors themselves.

use super::world::World;
use crate::{api, federation::Federation, server::health, web};
use axum::Router;
use std::collections::BTreeSet;

/// How a path is asked for: the same one may be a page and a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    Api,
    Page,
    Document,
}

/// One `GET` route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Surface {
    pub door: Door,
    pub path: String,
}

impl Surface {
    /// Its name in the table of expectations: `api /api/v1/…`, `page /…`, `document /…`.
    pub fn key(&self) -> String {
        let door = match self.door {
            Door::Api => "api",
            Door::Page => "page",
            Door::Document => "document",
        };
        format!("{door} {}", self.path)
    }

    /// The `Accept` header with which it is reached.
    pub fn accept(&self) -> &'static str {
        match self.door {
            Door::Api => "application/json",
            Door::Page => "text/html",
            Door::Document => "application/activity+json",
        }
    }
}

/// Every surface of the node.
pub fn all(world: &World) -> BTreeSet<Surface> {
    let federation = Federation::start(world.node.app.clone()).unwrap();
    let of_api = api::routes();
    let gets = of_api.table().iter().filter(|route| route.method == "GET").map(|route| route.path.to_owned());
    let mut found: BTreeSet<Surface> = gets.map(|path| Surface { door: Door::Api, path }).collect();
    for (door, router) in [
        (Door::Page, web::router(&world.node.app)),
        (Door::Api, health::routes(&world.node.app)),
        (Door::Document, crate::federation::router(&federation)),
    ] {
        found.extend(paths(&router).into_iter().map(|path| Surface { door, path }));
    }
    found
}

/// The paths that a router knows, as it lists them itself: none can be left out, and there is no second list to keep.
pub fn paths<S>(router: &Router<S>) -> BTreeSet<String> {
    let shown = format!("{router:?}");
    // What answers where nothing is has paths of its own.
    let own = shown.split("fallback_router").next().unwrap_or_default();
    let entries = own.split("RouteId(").skip(1).filter_map(|rest| rest.split_once("): \"")?.1.split_once('"').map(|(path, _)| path));
    let paths: BTreeSet<String> = entries.filter(|path| path.starts_with('/') && !path.contains("{*")).map(str::to_owned).collect();
    assert!(paths.len() > 2, "a router lists its paths otherwise than it did: {shown:.300}");
    paths
}

/// The addresses to ask for: the path with each thing that may stand in its place, and what its query may say.
pub fn targets(world: &World, surface: &Surface) -> Vec<String> {
    let mut targets = vec![String::new()];
    let mut before = "";
    for part in surface.path.split('/').skip(1) {
        let choices: Vec<String> = match part.find('{') {
            Some(at) => candidates(world, before, &part[at..]).into_iter().map(|fill| format!("/{}{fill}", &part[..at])).collect(),
            None => vec![format!("/{part}")],
        };
        targets = targets.iter().flat_map(|target| choices.iter().map(move |choice| format!("{target}{choice}"))).collect();
        before = part;
    }
    if surface.door == Door::Page && ["/u/{name}", "/c/{name}", "/tags/{tag}"].contains(&surface.path.as_str()) {
        // the feed of each
        targets.extend(targets.clone().into_iter().map(|target| format!("{target}.atom")));
    }
    let queries = queries(world, surface);
    targets.iter().flat_map(|target| queries.iter().map(move |query| format!("{target}{query}"))).collect()
}

fn candidates(world: &World, before: &str, parameter: &str) -> Vec<String> {
    let fills = &world.fills;
    match (before, parameter) {
        (_, "{name}") => fills.names.clone(),
        (_, "{tag}") => fills.tags.clone(),
        ("statuses" | "p" | "posts", _) | (_, "{post_id}") => fills.posts.clone(),
        ("communities" | "c", _) => fills.communities.clone(),
        ("accounts", _) => fills.accounts.clone(),
        (_, "{account_id}") => fills.accounts.iter().take(3).cloned().collect(),
        ("sitemap", _) => ["node", "communities-0", "people-0", "threads-0"].map(|list| format!("{list}.xml")).into(),
        ("activities", _) => fills.posts.iter().chain(&fills.others).cloned().collect(),
        ("link" | "invitation", _) => vec!["unknown".to_owned()],
        (_, "{group}") => fills.others.iter().map(|id| format!("ungrouped-{id}")).collect(),
        _ => fills.others.iter().chain(fills.posts.iter().take(2)).chain(&fills.communities).cloned().collect(),
    }
}

/// Searches for posts by how secrets begin, and by everything else that is known of them.
const SEARCHES: [&str; 8] = [
    "?q=canary%2A",
    "?q=leaktag%2A%20in:public",
    "?q=careful%20in:library",
    "?q=-careless",
    "?q=after:2020-01-01&limit=40",
    "?q=is:reply",
    "?q=%22read%20canary%2A",
    "?q=read%20-has:media&min_id=1",
];

/// What is asked behind the path; words of secrets are never part of it, only how they begin.
fn queries(world: &World, surface: &Surface) -> Vec<String> {
    let ids = |ids: &[String]| ids.iter().map(|id| format!("id[]={id}")).collect::<Vec<_>>().join("&");
    let origin = world.node.app.origin.authority();
    let some: Vec<String> = match surface.path.as_str() {
        path if path.ends_with("/search") => {
            let first = world.fills.posts.iter().map(|id| format!("?q=http://{origin}/p/{id}&resolve=true"));
            let names = ["from:", "-from:", "in:!"]
                .into_iter()
                .flat_map(|operator| world.fills.names.iter().map(move |name| format!("?q={operator}{name}%20careful&type=statuses")));
            ["?q=canary", "?q=leaktag", "?q=%23leaktag", "?q=careful", "?q=@pia@canary", "?q=org"]
                .into_iter()
                .chain(SEARCHES)
                .map(str::to_owned)
                .chain(first)
                .chain(names)
                .collect()
        }
        "/api/v1/statuses" => vec![format!("?{}", ids(&world.fills.posts))],
        "/api/v1/accounts" | "/api/v1/accounts/relationships" | "/api/v1/accounts/familiar_followers" => {
            vec![format!("?{}", ids(&world.fills.accounts))]
        }
        "/api/v1/accounts/lookup" => world.fills.names.iter().map(|name| format!("?acct={name}")).collect(),
        "/api/intermoot/v1/communities/lookup" => vec!["?name=private".into(), "?name=partners".into()],
        "/api/intermoot/v1/communities" => ["mine", "here", "elsewhere"].map(|which| format!("?which={which}")).into(),
        "/.well-known/webfinger" => world.fills.names.iter().map(|name| format!("?resource=acct:{name}@{origin}")).collect(),
        path if surface.door == Door::Document && path.ends_with("/outbox") => {
            let threads = world.fills.posts.iter().map(|id| format!("?page=true&thread=http://{origin}/p/{id}"));
            [String::new(), "?page=true".into()].into_iter().chain(threads).collect()
        }
        _ if surface.door == Door::Document => vec![String::new(), "?page=true".into()],
        path if path.ends_with("/posts") => vec![String::new(), "?replies=true".into()],
        _ => vec![String::new()],
    };
    some
}
