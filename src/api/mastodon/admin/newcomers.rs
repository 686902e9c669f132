//! Who may not sign up: by the host of their address, by mailbox, by network.
//!
//! Source: docs.joinmastodon.org/methods/admin/{email_domain_blocks,canonical_email_blocks,ip_blocks}.

use crate::{
    api::{
        body::Input,
        caller::{Caller, ClientAddress},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{text::mailbox, words::NetworkSeverity},
    features::administering::blocks::{
        self,
        Addresses::{AtHost, Mailbox},
        Listed, Network, NewNetwork,
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

const HOSTS: &str = "/api/v1/admin/email_domain_blocks";
const HOST: &str = "/api/v1/admin/email_domain_blocks/{id}";
const MAILBOXES: &str = "/api/v1/admin/canonical_email_blocks";
const MAILBOX: &str = "/api/v1/admin/canonical_email_blocks/{id}";
const NETWORKS: &str = "/api/v1/admin/ip_blocks";
const NETWORK: &str = "/api/v1/admin/ip_blocks/{id}";

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let admin = |read, write| (Access::Admin(read), Access::Admin(write));
    let (hosts, host) = admin(Scope::AdminReadEmailHostBlocks, Scope::AdminWriteEmailHostBlocks);
    let (mailboxes, mailbox) = admin(Scope::AdminReadEmailBlocks, Scope::AdminWriteEmailBlocks);
    let (networks, network) = admin(Scope::AdminReadNetworkBlocks, Scope::AdminWriteNetworkBlocks);
    Routes::new()
        .get(HOSTS, hosts, "Hosts with whose addresses nobody signs up", list_hosts)
        .post(HOSTS, host, "Lets nobody sign up with addresses of a host", add_host)
        .get(HOST, hosts, "One of them", show_host)
        .delete(HOST, host, "Lets people sign up with its addresses again", remove_host)
        .get(MAILBOXES, mailboxes, "Mailboxes, as digests, with which nobody signs up", list_mailboxes)
        .post(MAILBOXES, mailbox, "Lets nobody sign up with a mailbox", add_mailbox)
        .post("/api/v1/admin/canonical_email_blocks/test", mailboxes, "Whether a mailbox is among them", test_mailbox)
        .get(MAILBOX, mailboxes, "One of them", show_mailbox)
        .delete(MAILBOX, mailbox, "Lets its owner sign up again", remove_mailbox)
        .get(NETWORKS, networks, "Networks from which not everything is open", list_networks)
        .post(NETWORKS, network, "Limits who comes from a network", add_network)
        .get(NETWORK, networks, "One of them", show_network)
        .put(NETWORK, network, "Changes it", change_network)
        .delete(NETWORK, network, "Takes it back", remove_network)
}

/// No figures are kept of who tried to sign up with such an address.
fn host(one: &Listed) -> Value {
    json!({ "id": one.id.to_string(), "domain": one.what, "created_at": one.created_at, "history": [], "allow_with_approval": false })
}

fn mailbox(one: &Listed) -> Value {
    json!({ "id": one.id.to_string(), "canonical_email_hash": one.what })
}

fn network(one: &Network) -> Value {
    json!({
        "id": one.id.to_string(),
        "ip": one.network,
        "severity": one.severity,
        "comment": one.comment,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
    })
}

async fn listed(app: &App, which: blocks::Addresses, query: &PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let found = blocks::page(&app.store, which, page).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.id).collect();
    let show = if which == AtHost { host } else { mailbox };
    Ok(query.answer(found.iter().map(show).collect(), page.cursors(&ids)))
}

async fn add(app: &App, which: blocks::Addresses, what: &str) -> Result<Listed> {
    let tx = app.begin().await?;
    let made = blocks::add(&tx, which, what).await?;
    tx.commit().await?;
    Ok(made)
}

async fn remove(app: &App, which: blocks::Addresses, id: i64) -> Result<Listed> {
    let tx = app.begin().await?;
    let gone = blocks::remove(&tx, which, id).await?;
    tx.commit().await?;
    Ok(gone)
}

async fn list_hosts(State(app): State<App>, _: Caller, query: PageQuery) -> Result<Response> {
    listed(&app, AtHost, &query).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    #[serde(rename = "domain")]
    host: String,
    email: String,
    canonical_email_hash: String,
}

async fn add_host(State(app): State<App>, _: Caller, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    Ok(Json(host(&add(&app, AtHost, &wanted.host).await?)))
}

async fn show_host(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(host(&blocks::find(&app.store, AtHost, id).await?)))
}

async fn remove_host(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    remove(&app, AtHost, id).await?;
    Ok(Json(json!({})))
}

async fn list_mailboxes(State(app): State<App>, _: Caller, query: PageQuery) -> Result<Response> {
    listed(&app, Mailbox, &query).await
}

fn digest(email: &str) -> Result<String> {
    mailbox::digest(email).ok_or_else(|| Failure::field("email", "is not an e-mail address"))
}

async fn add_mailbox(State(app): State<App>, _: Caller, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    let what = if wanted.email.is_empty() { wanted.canonical_email_hash } else { digest(&wanted.email)? };
    Ok(Json(mailbox(&add(&app, Mailbox, &what).await?)))
}

async fn test_mailbox(State(app): State<App>, _: Caller, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    let found = blocks::about(&app.store, Mailbox, &digest(&wanted.email)?).await?;
    Ok(Json(found.iter().map(mailbox).collect()))
}

async fn show_mailbox(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(mailbox(&blocks::find(&app.store, Mailbox, id).await?)))
}

async fn remove_mailbox(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(mailbox(&remove(&app, Mailbox, id).await?)))
}

async fn list_networks(State(app): State<App>, _: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let found = blocks::networks(&app.store, page).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.id).collect();
    Ok(query.answer(found.iter().map(network).collect(), page.cursors(&ids)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WantedNetwork {
    ip: Option<String>,
    severity: Option<NetworkSeverity>,
    comment: Option<String>,
    expires_in: Option<u32>,
}

async fn kept(app: &App, (id, wanted): (Option<i64>, WantedNetwork), address: ClientAddress) -> Result<Json<Value>> {
    let lasts = wanted.expires_in.map(|seconds| Duration::from_secs(u64::from(seconds)));
    let new = NewNetwork { network: wanted.ip, severity: wanted.severity, comment: wanted.comment, lasts };
    let tx = app.begin().await?;
    let made = blocks::keep_network(&tx, id, new, address.0).await?;
    tx.commit().await?;
    app.networks.forget();
    Ok(Json(network(&made)))
}

async fn add_network(
    State(app): State<App>,
    _: Caller,
    address: ClientAddress,
    Input(wanted): Input<WantedNetwork>,
) -> Result<Json<Value>> {
    kept(&app, (None, wanted), address).await
}

async fn change_network(
    State(app): State<App>,
    _: Caller,
    address: ClientAddress,
    Path(id): Path<i64>,
    Input(wanted): Input<WantedNetwork>,
) -> Result<Json<Value>> {
    kept(&app, (Some(id), wanted), address).await
}

async fn show_network(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(network(&blocks::find_network(&app.store, id).await?)))
}

async fn remove_network(State(app): State<App>, _: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    blocks::remove_network(&tx, id).await?;
    tx.commit().await?;
    app.networks.forget();
    Ok(Json(json!({})))
}
