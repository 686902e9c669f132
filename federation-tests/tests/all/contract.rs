//! Mastodon's own description of its API, thrown at a node by schemathesis: what it makes of each operation is answered with what
//! is described, and never with an error of ours.
//!
//! The description is amended where it is known to be wrong or to say nothing; each amendment has its reason in [`AMENDED`].

use crate::clients::{confined, local, program};
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::eventually::patience;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Node, NodeOptions, World};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long both runs may take together.
const ONE_RUN: Duration = Duration::from_secs(300);
/// What is thrown is the same each time.
const SEED: &str = "1795344733";
/// Requests for each operation at most.
const EXAMPLES: &str = "6";

/// What of the description is not asked, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/api/v1/streaming", "an event stream has no end to wait for; the tours and `tests::streaming` read them"),
    ("/oauth/authorize", "a page for people, which the description takes for JSON"),
    ("/oauth/token", "ends or makes tokens; `tests::api::oauth` does"),
    ("/oauth/revoke", "ends the token that asks"),
    ("/health", "a word for machines: nothing of it is JSON"),
    ("/api/v1/media/{id}", "what is described as 206 has no body there"),
];

/// Schemas that are not so: where in the description, what holds instead, and why.
const AMENDED: &[(&str, &str, &str)] = &[
    (
        "/paths/~1api~1v1~1filters/get/responses/200/content/application~1json/schema",
        "{\"type\":\"array\"}",
        "it answers an array (docs.joinmastodon.org)",
    ),
    ("/components/schemas/Instance/properties/contact/properties/email", "{\"type\":\"string\"}", "a node may have no address to show: ''"),
    ("/components/schemas/V1Instance/properties/email", "{\"type\":\"string\"}", "the same"),
];

/// The folder of the description; none, and a line that says so, where it is not.
fn description() -> Result<Option<PathBuf>> {
    let folder = std::env::var_os("INTERMOOT_SHARED").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"));
    let file = folder.join("mastodon-openapi.json");
    if file.is_file() {
        return Ok(Some(file));
    }
    eprintln!("no mastodon-openapi.json in INTERMOOT_SHARED or ../shared: the contract was not tried");
    Ok(None)
}

/// The description as it is thrown.
fn amended(file: &Path) -> Result<Value> {
    let mut all: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    for (place, holds, why) in AMENDED {
        let schema = all.pointer_mut(place).with_context(|| format!("the description has no {place} any more ({why})"))?;
        *schema = serde_json::from_str(holds)?;
    }
    let paths = all["paths"].as_object_mut().context("the description has no paths")?;
    for (path, why) in LEFT_OUT {
        ensure!(paths.keys().any(|one| one.starts_with(path)), "the description has no {path} any more ({why})");
    }
    paths.retain(|path, _| !LEFT_OUT.iter().any(|(left, _)| path.starts_with(left)));
    // what is no JSON, or names a stream without its tag, is a bad request everywhere; the description does not say so
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(|methods| methods.values_mut()) {
        if let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            for status in ["400", "403", "404"] {
                answers.entry(status).or_insert_with(|| json!({ "description": "refused" }));
            }
            // details by field are those of fields: the description wants them of every refusal, also of what is not to be pinned
            answers.insert("422".to_owned(), json!({ "description": "refused" }));
        }
    }
    Ok(all)
}

/// What is there to be asked for, by the beginning of a path.
async fn furnish(reader: &Person, other: &Person) -> Result<Vec<(&'static str, String)>> {
    let id = |answer: Value| anyhow::Ok(text(&answer, "id")?.to_owned());
    let them = id(other.api.me().await?)?;
    reader.api.post(&format!("/api/v1/accounts/{them}/follow"), json!({})).await?;
    let post = id(other.api.say("What is written #here").await?)?;
    let poll =
        reader.api.post("/api/v1/statuses", json!({ "status": "Which?", "poll": { "options": ["a", "b"], "expires_in": 3600 } })).await?;
    let list = id(reader.api.post("/api/v1/lists", json!({ "title": "some" })).await?)?;
    let filter = id(reader
        .api
        .post("/api/v2/filters", json!({ "title": "some", "context": ["home"], "keywords_attributes": [{ "keyword": "frost" }] }))
        .await?)?;
    let later = reader.api.post("/api/v1/statuses", json!({ "status": "Later", "scheduled_at": "2035-01-01T00:00:00Z" })).await?;
    Ok(vec![
        ("/api/v1/accounts/", them),
        ("/api/v1/statuses/", post),
        ("/api/v1/polls/", text(&poll["poll"], "id")?.to_owned()),
        ("/api/v1/lists/", list.clone()),
        ("/api/v1/timelines/list/", list),
        ("/api/v2/filters/", filter),
        ("/api/v1/scheduled_statuses/", id(later)?),
    ])
}

/// The settings of schemathesis: which ids each group of operations asks for.
fn pinned(there: &[(&str, String)]) -> String {
    let one = |(path, id): &(&str, String)| {
        let names = ["id", "list_id", "filter_id"].map(|name| format!("\"path.{name}\" = \"{id}\"")).join(", ");
        format!("[[operations]]\ninclude-path-regex = \"^{path}\\\\{{\"\nparameters = {{ {names} }}\n")
    };
    there.iter().map(one).collect::<Vec<_>>().join("\n")
}

async fn throw(world: &World, node: &Node, person: &Person, methods: &[&str]) -> Result<String> {
    let Some(schemathesis) = program("schemathesis")? else { return Ok(String::new()) };
    let mut command = confined(&schemathesis, world.path());
    command.current_dir(world.path()).arg("--config-file").arg(world.path().join("contract.toml")).arg("run");
    command.arg(world.path().join("description.json")).args(["--url", &local(node)]);
    command.args(["-H", &format!("Authorization: Bearer {}", person.api.token().context("no token")?)]);
    command.args(["--seed", SEED, "--max-examples", EXAMPLES, "--phases", "examples,fuzzing", "--mode", "all"]);
    command.args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"]);
    for method in methods {
        command.args(["--include-method", method]);
    }
    if !methods.contains(&"GET") {
        // makes accounts and apps
        command.args(["--exclude-path-regex", "^/api/v1/(apps|accounts|media)$|^/api/v2/media$|/collections"]);
    }
    let ended = tokio::time::timeout(ONE_RUN.mul_f64(patience()), command.output()).await;
    let output = ended.context("schemathesis hangs")??;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "what is answered is not what is described:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_answered_is_what_mastodon_describes() -> Result<()> {
    let (Some(_), Some(file)) = (program("schemathesis")?, description()?) else { return Ok(()) };
    scenario(1, async |world| {
        let node = world.node_with("acme", NodeOptions::default().with("LIMITS__ENABLED", "false")).await?;
        let (ada, bo) = (node.person("ada").await?, node.person("bo").await?);
        std::fs::write(world.path().join("description.json"), amended(&file)?.to_string())?;
        std::fs::write(world.path().join("contract.toml"), pinned(&furnish(&ada, &bo).await?))?;
        for methods in [&["GET"][..], &["POST", "PUT", "PATCH", "DELETE"]] {
            let said = throw(world, &node, &ada, methods).await?;
            let figures: Vec<&str> = said
                .lines()
                .filter(|line| line.contains("Tested:") || line.contains(" generated, ") || line.ends_with(" generated"))
                .map(str::trim)
                .collect();
            eprintln!("schemathesis, {}: {}", methods.join(" "), figures.join(", "));
        }
        Ok(())
    })
    .await
}
