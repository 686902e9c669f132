//! Writing with the ids of what one may not see (S48): the answer is that of an id which never was, and nothing changes.
//! Every writing route with an id in its path is here, or stands in [`OPEN`] with the reason.

use super::world::{Viewer, World};
use crate::{api, sql, tests::support::on_both_databases};
use std::collections::BTreeMap;

/// What must be as it was: every table that people's acts change.
const TABLES: &[&str] = &[
    "posts",
    "media",
    "mentions",
    "post_tags",
    "favourites",
    "bookmarks",
    "versions",
    "communities",
    "seats",
    "bans",
    "host_bans",
    "offers",
    "deciders",
    "reports",
    "mod_log",
    "invitations",
    "policies",
    "agreements",
    "off_boardings",
    "peers",
    "users",
    "follows",
    "blocks",
    "mutes",
    "notifications",
    "home",
    "log",
    "filters",
    "filter_keywords",
    "filter_posts",
    "lists",
    "list_members",
    "list_entries",
    "followed_tags",
    "featured_tags",
    "host_blocks",
    "account_notes",
    "endorsements",
    "quiet_threads",
    "conversations",
    "polls",
    "poll_votes",
    "pins",
    "quote_requests",
    "scheduled_posts",
    "notification_requests",
    "push_subscriptions",
];

/// Those who try: not a member, put out, paused, a guest, administrator who is no member.
const TRYING: &[&str] = &["bob", "ex", "paula", "gus", "admin"];

/// Writing routes whose id names what everybody may name: people (whom one may follow or mute), and a community as such,
/// whose rules by rank are tested where they are.
const OPEN: &[&str] = &[
    "/api/v1/accounts/{id}/",
    "/api/v1/lists/{id}",
    "/api/v1/suggestions/{account_id}",
    // an announcement is for everybody here
    "/api/v1/announcements/{id}/reactions/{name}",
    "/api/intermoot/v1/communities/{id}/join",
    "/api/intermoot/v1/communities/{id}/leave",
    "/api/intermoot/v1/communities/{id}/invitations/accept",
    "/api/intermoot/v1/communities/{id}/invitations/decline",
    "/api/intermoot/v1/communities/{id}/policies/accept",
];

/// Words for every route, so that what is refused is refused for the id.
const BODY: &str = r#"{"status":"words","reason":"x","role":"member","outcome":"x","title":"t","text":"x","purpose":"x","name":"x","stage":"public",
    "email":"a@b.example","handle":"bob","organisation":"x","unit":"x","password":"x","confirm":true,"to":"x","also_known_as":[],"account_id":"1","status_id":"1","keyword":"x"}"#;

/// A route to try: where the ids are stands `REAL`.
struct Write {
    method: &'static str,
    path: String,
    ids: Vec<String>,
    /// What must answer alike: the id of nothing, and of something there that is no secret.
    none: Vec<String>,
}

#[tokio::test]
async fn s048_s105_writing_with_the_id_of_what_one_may_not_see_is_writing_with_none() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        attached(&world).await;
        let writes = writes(&world).await;
        let before = rows(&world).await;
        let (mut tried, mut wrong) = (0, Vec::new());
        for viewer in world.viewers.iter().filter(|viewer| TRYING.contains(&viewer.name)) {
            for write in writes.iter().filter(|write| viewer.name != "admin" || !is_for_administrators(&write.path)) {
                for real in &write.ids {
                    if viewer.name == "gus" && *real == world.for_guest.to_string() {
                        continue;
                    }
                    tried += 1;
                    let got = answer(&world, viewer, write, real).await;
                    let is_no = matches!(got.0, 403 | 404);
                    let is_dismissed = got.0 == 200 && write.path.ends_with("/dismiss");
                    if !is_no && !is_dismissed {
                        wrong.push(format!("{} {} {} with {real}: {got:?}", viewer.name, write.method, write.path));
                    }
                    for none in &write.none {
                        let never = answer(&world, viewer, write, none).await;
                        if got != never {
                            let tried = format!("{} {} {} with {real}", viewer.name, write.method, write.path);
                            wrong.push(format!("{tried}: {got:?}, with {none}: {never:?}"));
                        }
                    }
                }
            }
        }
        let after = rows(&world).await;
        for (table, rows) in before {
            if after[table] != rows {
                wrong.push(format!("{table} changed: {:?}", after[table].iter().filter(|row| !rows.contains(row)).collect::<Vec<_>>()));
            }
        }
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(tried > 800, "only {tried} were tried");
    })
    .await;
}

fn is_for_administrators(path: &str) -> bool {
    ["/admin/", "/partners/", "/organisation/", "/intermoot/v1/policies"].iter().any(|part| path.contains(part))
}

/// A file of a post that is hidden.
async fn attached(world: &World) {
    let tx = world.node.app.begin().await.unwrap();
    let row = "INSERT INTO media (id, owner_id, post_id, place, kind, state, media_type, folder, due_at, created_at) \
        SELECT id + 7, author_id, id, 0, 1, 1, 'image/png', 'folder', 0, 0 FROM posts WHERE id = {}";
    assert_eq!(sql!(row, world.hidden[0]).run(&tx).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

/// An id of as many digits that nothing has.
fn missing(id: i64) -> String {
    (id - 4096).to_string()
}

/// Status and body, the id taken out.
async fn answer(world: &World, viewer: &Viewer, write: &Write, id: &str) -> (u16, String) {
    let body =
        if write.path == "/api/v1/statuses" { format!(r#"{{"status":"an answer","in_reply_to_id":"{id}"}}"#) } else { BODY.to_owned() };
    let answer = world.ask(write.method, &write.path.replace("REAL", id), (viewer, "application/json"), Some(&body)).await;
    (answer.status.as_u16(), answer.body.replace(id, "ID"))
}

/// Every route that writes with an id in its path, from the table of the API, and the one that names a post in its body.
async fn writes(world: &World) -> Vec<Write> {
    let methods = ["POST", "PUT", "PATCH", "DELETE"];
    let routes = api::routes();
    let posts: Vec<String> = world.hidden.iter().map(|id| id.0.to_string()).collect();
    let nothing = missing(world.hidden[0].0);
    let ids = async |select: &str| -> Vec<String> {
        let found: Vec<i64> = sql!(select.to_owned()).column(&world.node.app.store).await.unwrap();
        assert!(!found.is_empty(), "{select}");
        found.iter().map(i64::to_string).collect()
    };
    let known = ids("SELECT id FROM accounts WHERE username = 'fay'").await;
    let members = ids("SELECT id FROM accounts WHERE username IN ('zeldahidden', 'amy', 'carl')").await;
    let theirs = "SELECT n.id FROM notifications n JOIN accounts a ON a.id = n.account_id WHERE a.username IN ('alice', 'amy', 'ada')";
    let theirs = ids(theirs).await;
    let mut found = Vec::new();
    for route in routes.table() {
        let Some(method) = methods.iter().find(|method| route.method == **method) else { continue };
        if !route.path.contains('{') || OPEN.iter().any(|open| route.path.starts_with(open)) {
            continue;
        }
        let private = route.path.replace("communities/{id}", &format!("communities/{}", world.private));
        let (parameter, real, none) = match private.find('{') {
            // a community as such: who is no member has no say in it
            None => (String::new(), vec![String::new()], vec![]),
            Some(at) => {
                let parameter = private[at..].split('/').next().unwrap_or_default().to_owned();
                let real = match (route.path, parameter.as_str()) {
                    (path, _) if path.contains("/statuses/") || parameter == "{post_id}" => posts.clone(),
                    (path, _) if path.contains("/reports/") => ids("SELECT id FROM reports").await,
                    (path, _) if path.contains("/invitations/mailed/") => ids("SELECT id FROM invitations").await,
                    (path, _) if path.contains("/partners/") => ids("SELECT id FROM agreements").await,
                    (path, _) if path.contains("/off-boardings/") => ids("SELECT id FROM off_boardings").await,
                    (path, _) if path.contains("/notifications/") => theirs.clone(),
                    (path, _) if path.contains("/media/") => ids("SELECT id FROM media").await,
                    (_, "{host}") => vec![world.node.app.origin.authority().to_owned()],
                    _ => members.clone(),
                };
                let is_of_people = !matches!(parameter.as_str(), "{host}" | "{post_id}" | "{report_id}") && real == members;
                let none = match parameter.as_str() {
                    "{host}" => vec!["unknown.example".to_owned()],
                    // that there is somebody called so is no secret; that they are in it is
                    _ if is_of_people && route.path.contains("communities") => known.clone(),
                    _ => vec![nothing.clone()],
                };
                (parameter, real, none)
            }
        };
        let path = if parameter.is_empty() { private } else { private.replace(&parameter, "REAL") };
        let path = path.replace("{group}", "ungrouped-REAL").replace("{quoting}", "REAL").replace("{item}", "REAL");
        assert!(!path.contains('{'), "{path}: say what may stand there");
        found.push(Write { method, path, ids: real, none });
    }
    found.push(Write { method: "POST", path: "/api/v1/statuses".into(), ids: posts, none: vec![nothing] });
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
