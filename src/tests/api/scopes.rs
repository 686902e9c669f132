//! Every route against every kind of token: the table of routes is what is enforced.

use crate::{
    api::{self, routes::Access},
    policy::scope::{Scope, Scopes},
    tests::support::{Person, Place, TestNode},
};
use reqwest::{Method, StatusCode};

/// A path with numbers where the route has parameters.
fn path(route: &str) -> String {
    let parts = route.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn status(person: &Person, method: &Method, route: &str) -> StatusCode {
    person.ask(method.clone(), &path(route)).send().await.unwrap().status()
}

/// Whether `held` opens a route.
fn opens(access: Access, held: &Scopes) -> bool {
    match access {
        Access::Open | Access::App => true,
        Access::Public(scope) | Access::User(scope) | Access::Admin(scope) | Access::Moderator(scope) => held.cover(scope),
    }
}

async fn node() -> TestNode {
    Place::sqlite().node_with("acme", |config| config.limits.enabled = false).await
}

#[tokio::test]
async fn s099_no_token_opens_what_its_scopes_do_not_cover() {
    let node = node().await;
    for (name, scopes) in
        [("reads", "read"), ("writes", "write"), ("follows", "follow"), ("pushes", "push"), ("narrow", "read:blocks write:mutes")]
    {
        let person = node.person_with(name, scopes).await;
        let held = Scopes::parse(scopes).unwrap();
        for route in api::routes().table().iter().filter(|route| !opens(route.access, &held)) {
            assert_eq!(
                status(&person, &route.method, route.path).await,
                StatusCode::FORBIDDEN,
                "{scopes}: {} {}",
                route.method,
                route.path
            );
        }
    }
}

#[tokio::test]
async fn s099_without_a_valid_token_nothing_is_open_that_wants_one() {
    let node = node().await;
    for route in api::routes().table().iter().filter(|route| !matches!(route.access, Access::Open | Access::Public(_))) {
        let (method, path) = (route.method.clone(), path(route.path));
        for asked in [
            node.ask(method.clone(), &path),
            node.ask(method.clone(), &path).bearer_auth("made up"),
            node.ask(method.clone(), &format!("{path}?access_token=x")),
        ] {
            assert_eq!(asked.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
}

#[test]
fn s099_what_changes_something_wants_a_scope_that_writes() {
    let credentials = ["/api/v1/apps", "/api/v1/accounts", "/oauth/token", "/oauth/revoke"];
    // reads, by a method that is Mastodon's
    let reading = ["/api/v1/statuses/{id}/translate"];
    let left = [&credentials[..], &reading[..]].concat();
    for route in api::routes().table().iter().filter(|route| route.method != Method::GET && !left.contains(&route.path)) {
        let writes = matches!(route.access, Access::User(scope) | Access::Admin(scope) | Access::Moderator(scope) if scope.writes() || scope == Scope::Push);
        assert!(writes, "{} {} is open with {:?}", route.method, route.path, route.access);
    }
}

#[test]
fn every_route_is_declared_once_and_described() {
    let routes = api::routes();
    let mut seen = std::collections::BTreeSet::new();
    for route in routes.table() {
        assert!(seen.insert(format!("{} {}", route.method, route.path)), "{} {} twice", route.method, route.path);
        assert!(!route.summary.is_empty());
    }
}
