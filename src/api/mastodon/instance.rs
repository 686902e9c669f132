//! The node itself: what it is, whom it knows, how busy it was. Source: docs.joinmastodon.org/methods/instance.

use crate::{
    api::{
        caller::{MaybeCaller, invalid_token},
        entities::instance::{self, Facts},
        error::Result,
        paging::RequestOrigin,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{clock::Stamp, config::FederationMode, error::Refusal, page::Page, secret, text::html::escape},
    features::{
        accounts, activity,
        peers::{
            self,
            terms::{Decision, hidden},
        },
        policies,
    },
    policy::scope::Scope,
    store::tables::PolicyVersion,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// Most hosts of one answer.
const HOSTS_MAX: u32 = 10_000;
/// Weeks of activity told.
const WEEKS: u32 = 12;
/// Languages a post may be marked with, for pickers; others are taken too.
const LANGUAGES: [(&str, &str); 30] = [
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("zh", "Chinese"),
];

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/instance", Access::Open, "What this node is", first)
        .get("/health", Access::Open, "Whether this node is alive", async || "OK")
        .get("/api/v2/instance", Access::Open, "What this node is", second)
        .get("/api/v1/instance/peers", Access::Open, "Hosts that this node knows", known)
        .get("/api/v1/instance/activity", Access::Open, "How busy this node was", weekly)
        .get("/api/v1/instance/rules", Access::Open, "Rules of this node: none", async || Json(json!([])))
        .get(
            "/api/v1/instance/domain_blocks",
            Access::Public(Scope::Read),
            "Hosts that this node refuses or limits, told to its people",
            refused,
        )
        .get("/api/v1/instance/extended_description", Access::Open, "What this node is, at length", at_length)
        .get("/api/v1/instance/privacy_policy", Access::Open, "This node's privacy policy, if it has one", none)
        .get("/api/v1/instance/terms_of_service", Access::Open, "This node's policy as it stands, if it has one", terms)
        .get("/api/v1/instance/terms_of_service/{date}", Access::Open, "This node's policy as it stood on a day", terms_on)
        .get("/api/v1/instance/languages", Access::Open, "Languages for posts", languages)
}

async fn first(State(app): State<App>, RequestOrigin(origin): RequestOrigin) -> Result<Json<Value>> {
    Ok(Json(instance::v1(&app, &Facts::read(&app).await?, &origin)))
}

async fn second(State(app): State<App>, RequestOrigin(origin): RequestOrigin) -> Result<Json<Value>> {
    Ok(Json(instance::v2(&app, &Facts::read(&app).await?, &origin)))
}

/// Whom a company's node works with is not for everyone, unless the node federates with everyone.
async fn known(State(app): State<App>) -> Result<Json<Vec<String>>> {
    let open = app.federation_mode(&app.store).await? == FederationMode::Open;
    Ok(Json(if open { peers::hosts(&app.store, HOSTS_MAX).await? } else { Vec::new() }))
}

async fn weekly(State(app): State<App>) -> Result<Json<Value>> {
    let weeks = activity::weekly(&app.store, WEEKS).await?;
    let told = |week: activity::Week| {
        json!({
            "week": (week.begins.0 / 1000).to_string(),
            "statuses": week.posts.to_string(),
            "logins": week.log_ins.to_string(),
            "registrations": week.sign_ups.to_string(),
        })
    };
    Ok(Json(weeks.into_iter().map(told).collect()))
}

async fn refused(State(app): State<App>, caller: MaybeCaller) -> Result<Json<Value>> {
    if caller.0.is_none() {
        return Err(invalid_token());
    }
    let decisions = peers::terms::limitations(&app.store, HOSTS_MAX).await?;
    let told = |one: &Decision| {
        let name = if one.terms.obfuscate { hidden(&one.host) } else { one.host.clone() };
        json!({ "digest": secret::hash_hex(&one.host), "domain": name, "severity": one.severity, "comment": one.terms.public_comment })
    };
    Ok(Json(decisions.iter().map(told).collect()))
}

async fn at_length(State(app): State<App>) -> Result<Json<Value>> {
    let since = accounts::queries::owner(&app.store).await?.map_or_else(|| app.store.now(), |owner| owner.created_at);
    Ok(Json(json!({ "updated_at": since, "content": format!("<p>{}</p>", escape(&instance::description(&app).await?)) })))
}

/// Most versions of the node's policy that are looked through.
const VERSIONS_MAX: u32 = 1000;

fn day(at: Stamp) -> String {
    at.utc().format("%Y-%m-%d").to_string()
}

async fn versions(app: &App) -> Result<Vec<PolicyVersion>> {
    let node = policies::node(&app.store).await?;
    Ok(policies::versions(&app.store, node.id, Page::first(VERSIONS_MAX)).await?)
}

/// A version, and what came after it.
fn told(version: &PolicyVersion, next: Option<&PolicyVersion>) -> Json<Value> {
    Json(json!({
        "effective_date": day(version.published_at),
        "effective": next.is_none(),
        "content": version.content,
        "succeeded_by": next.map(|next| day(next.published_at)),
    }))
}

async fn terms(State(app): State<App>) -> Result<Json<Value>> {
    Ok(told(versions(&app).await?.first().ok_or_else(Refusal::not_found)?, None))
}

/// The latest version of that day.
async fn terms_on(State(app): State<App>, Path(date): Path<String>) -> Result<Json<Value>> {
    let all = versions(&app).await?;
    let at = all.iter().position(|version| day(version.published_at) == date).ok_or_else(Refusal::not_found)?;
    let version = all.get(at).ok_or_else(Refusal::not_found)?;
    Ok(told(version, at.checked_sub(1).and_then(|next| all.get(next))))
}

async fn none() -> Result<Json<Value>> {
    Err(Refusal::not_found().into())
}

async fn languages() -> Json<Value> {
    Json(LANGUAGES.iter().map(|(code, name)| json!({ "code": code, "name": name })).collect())
}
