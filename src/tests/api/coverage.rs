//! How much of Mastodon's documented client API is served: the description at `/api/openapi.json` against the one that lies
//! beside the project, by method and path. `scripts/coverage` shows what this counts.

use super::shapes::beside;
use crate::{
    tests::{leaks::surfaces::paths, support::Place},
    web,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Documented operations that are served with real behaviour: it may grow.
const SERVED_LEAST: usize = 190;

/// An operation: its method, and its path with `{}` for each parameter.
type Operation = (String, String);

fn normal(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.trim_end_matches('/').split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The operations of a description, and whether each only says that there is nothing.
fn operations(description: &Value) -> BTreeMap<Operation, bool> {
    let methods = ["get", "post", "put", "patch", "delete"];
    let paths = description["paths"].as_object().expect("a description has paths");
    let each = paths.iter().flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, said)| (path, method, said)));
    each.filter(|(_, method, _)| methods.contains(&method.as_str()))
        .map(|(path, method, said)| ((method.to_uppercase(), normal(path)), said["x-empty"] == Value::Bool(true)))
        .collect()
}

/// How many of the eight clients call each operation.
fn callers() -> BTreeMap<Operation, u64> {
    let matrix = beside("design/client-matrix.json").unwrap_or_default();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = matrix.as_array().into_iter().flatten();
    rows.map(|row| ((text(row, "m"), normal(&text(row, "p"))), row["n"].as_u64().unwrap_or_default())).collect()
}

#[expect(clippy::print_stdout, reason = "what is counted is for reading")]
#[tokio::test]
async fn most_of_the_documented_operations_are_served() {
    let Some(documented) = beside("mastodon-openapi.json") else { return };
    let documented: BTreeSet<Operation> = operations(&documented).into_keys().collect();
    let node = Place::sqlite().node("acme").await;
    let described: Value = node.get("/api/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut served = operations(&described);
    // pages of the log-in are documented among the operations
    served.extend(paths(&web::router(&node.app)).iter().map(|path| (("GET".to_owned(), normal(path)), false)));

    let (empty, whole): (Vec<_>, Vec<_>) =
        documented.iter().filter_map(|operation| Some((operation, *served.get(operation)?))).partition(|(_, is_empty)| *is_empty);
    let callers = callers();
    let line = |(method, path): &Operation| {
        let clients = callers.get(&(method.clone(), path.clone())).copied().unwrap_or_default();
        format!("{} {clients} {method} {path}", if clients >= 3 { "!" } else { " " })
    };
    println!("{} of {} documented operations are served", whole.len(), documented.len());
    println!("{} more say only that there is nothing:", empty.len());
    empty.iter().for_each(|(operation, _)| println!("  {}", line(operation)));
    let missing: Vec<&Operation> = documented.iter().filter(|operation| !served.contains_key(*operation)).collect();
    println!("{} are missing (how many of the eight clients call each; ! marks three and more):", missing.len());
    missing.iter().for_each(|operation| println!("  {}", line(operation)));
    assert!(whole.len() >= SERVED_LEAST, "fewer than there were");
}

#[test]
fn parameters_are_compared_without_their_names() {
    assert_eq!(normal("/api/v1/tags/{name}/follow"), normal("/api/v1/tags/{id}/follow"));
    assert_ne!(normal("/api/v1/tags/{name}"), normal("/api/v1/tags/name"));
}
