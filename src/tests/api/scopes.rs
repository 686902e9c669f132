//! Every route against every kind of token: the table of routes is what is enforced.

use crate::{
    api::{self, routes::Access},
    base::words::NodeRole,
    features::accounts,
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

/// What is asked by `POST` and changes nothing, as Mastodon has it.
const READ_BY_POST: &[&str] =
    &["/api/v1/admin/measures", "/api/v1/admin/dimensions", "/api/v1/admin/retention", "/api/v1/admin/canonical_email_blocks/test"];

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
    let credentials = ["/api/v1/apps", "/api/v1/accounts", "/api/v1/emails/confirmations", "/oauth/token", "/oauth/revoke"];
    // reads, by a method that is Mastodon's
    let reading = ["/api/v1/statuses/{id}/translate"];
    let left = [&credentials[..], &reading[..]].concat();
    for route in api::routes().table().iter().filter(|route| route.method != Method::GET && !left.contains(&route.path)) {
        if READ_BY_POST.contains(&route.path) {
            assert!(
                matches!(route.access, Access::Admin(scope) | Access::Moderator(scope) if !scope.writes()),
                "{} only reads",
                route.path
            );
            continue;
        }
        let writes = matches!(route.access, Access::User(scope) | Access::Admin(scope) | Access::Moderator(scope) if scope.writes() || scope == Scope::Push);
        assert!(writes, "{} {} is open with {:?}", route.method, route.path, route.access);
    }
}

#[tokio::test]
async fn s099_each_scope_for_administrators_opens_its_own_routes_and_no_others() {
    let node = node().await;
    let scopes = Scope::ALL.iter().copied().filter(|scope| scope.administers());
    for (nth, scope) in scopes.enumerate() {
        let boss = node.person_with(&format!("boss{nth}"), scope.word()).await;
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, boss.account.id, NodeRole::Owner).await.unwrap();
        tx.commit().await.unwrap();
        let held = Scopes::parse(scope.word()).unwrap();
        for route in api::routes().table().iter().filter(|route| route.path.contains("/admin/")) {
            let got = status(&boss, &route.method, route.path).await;
            assert_eq!(got == StatusCode::FORBIDDEN, !opens(route.access, &held), "{scope:?}: {} {}: {got}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn s099_s105_a_scope_is_worth_what_its_owners_standing_is_worth_at_each_use() {
    let node = node().await;
    let person = node.person_with("rising", "admin:read admin:write").await;
    for role in [NodeRole::Member, NodeRole::Moderator, NodeRole::Admin, NodeRole::Moderator, NodeRole::Member] {
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, person.account.id, role).await.unwrap();
        tx.commit().await.unwrap();
        node.app.bearers.forget_all();
        for route in api::routes().table().iter().filter(|route| route.path.contains("/admin/")) {
            let least = if matches!(route.access, Access::Moderator(_)) { NodeRole::Moderator } else { NodeRole::Admin };
            let got = status(&person, &route.method, route.path).await;
            assert_eq!(got == StatusCode::FORBIDDEN, role < least, "{role}: {} {}: {got}", route.method, route.path);
        }
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
