//! Writing with the ids of what one may not see (S48): the answer is that of an id which never was, and nothing changes.

use super::world::{Viewer, World};
use crate::{api, sql, tests::support::on_both_databases};
use std::collections::BTreeMap;

/// What must be as it was: every table that people's acts change.
const TABLES: &[&str] = &[
    "posts",
    "mentions",
    "post_tags",
    "favourites",
    "bookmarks",
    "versions",
    "seats",
    "bans",
    "reports",
    "mod_log",
    "invitations",
    "follows",
    "blocks",
    "mutes",
    "notifications",
    "home",
    "log",
    "audit",
];

/// Those who try: not a member, put out, administrator who is no member.
const TRYING: &[&str] = &["bob", "ex", "admin"];

#[tokio::test]
async fn s048_writing_with_the_id_of_what_one_may_not_see_is_writing_with_none() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let before = rows(&world).await;
        let mut tried = 0;
        let mut wrong = Vec::new();
        for viewer in world.viewers.iter().filter(|viewer| TRYING.contains(&viewer.name)) {
            for (method, path, body) in writes(&world) {
                for hidden in &world.hidden {
                    tried += 1;
                    let (real, never) = (hidden.to_string(), missing(hidden.0));
                    let got = answer(&world, viewer, (method, &path, &body), &real).await;
                    let none = answer(&world, viewer, (method, &path, &body), &never).await;
                    if got != none || !(400..500).contains(&got.0) {
                        wrong.push(format!("{} {method} {path} {body} with {real}: {got:?}, with none: {none:?}", viewer.name));
                    }
                }
            }
        }
        assert!(tried > 100, "only {tried} were tried");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let after = rows(&world).await;
        for (table, rows) in before {
            assert_eq!(after[table], rows, "{table} changed");
        }
    })
    .await;
}

/// An id of as many digits that nothing has.
fn missing(id: i64) -> String {
    (id - 4096).to_string()
}

/// Status and body, the id taken out.
async fn answer(world: &World, viewer: &Viewer, (method, path, body): (&str, &str, &str), id: &str) -> (u16, String) {
    let answer = world.ask(method, &path.replace("HIDDEN", id), (viewer, "application/json"), Some(&body.replace("HIDDEN", id))).await;
    (answer.status.as_u16(), answer.body.replace(id, "ID"))
}

/// Every route that writes to a post, from the table of the API, and those that name one in their body.
fn writes(world: &World) -> Vec<(&'static str, String, String)> {
    let methods = [("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];
    let routes = api::routes();
    let mut found: Vec<_> = routes
        .table()
        .iter()
        .filter(|route| route.path.contains("/statuses/{id}") || route.path.contains("{post_id}"))
        .filter_map(|route| Some((methods.iter().find(|(name, _)| route.method == *name)?.1, route.path)))
        .map(|(method, path)| {
            let path = path.replace("/statuses/{id}", "/statuses/HIDDEN").replace("{post_id}", "HIDDEN");
            (method, path.replace("{id}", &world.private.to_string()), r#"{"status":"words"}"#.to_owned())
        })
        .collect();
    found.push(("POST", "/api/v1/statuses".into(), r#"{"status":"an answer","in_reply_to_id":"HIDDEN"}"#.into()));
    found
}

async fn rows(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in TABLES {
        let found: Vec<serde_json::Value> = sql!(format!("SELECT * FROM {table}")).all(&world.node.app.store).await.unwrap();
        let mut lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        lines.sort();
        all.insert(*table, lines);
    }
    all
}
