//! Pages of the browser among very many posts: what a stranger and what a member reads, and how long the node takes for each.
//!
//! It reads where the timelines are ([`crate::timelines`] fills them); goal: p99 ≤ 20 ms at a million posts.

use crate::reading::{self, Reader};
use crate::settings::Run;
use crate::table::Table;
use crate::timelines::Places;
use anyhow::{Context, Result};
use federation_tests::Node;
use federation_tests::node::Person;
use federation_tests::wire::OutgoingRequest;

/// The value of the cookie that an answer sets whose name ends so, with its name: `name=value`.
fn cookies(headers: &[(String, String)]) -> Vec<String> {
    let set = headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).map(str::to_owned).collect()
}

/// Logs `person` in by the form: what a browser then sends as its `Cookie`.
async fn log_in(node: &Node, person: &Person) -> Result<String> {
    let form = OutgoingRequest::new("GET", &format!("{}/login", node.url))?.send().await?;
    let page = form.text();
    let token = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).context("the form has no token")?;
    let mut request = OutgoingRequest::new("POST", &format!("{}/login", node.url))?;
    request.add("Content-Type", "application/x-www-form-urlencoded").add("Cookie", cookies(&form.headers).join("; "));
    let password = person.password.replace(' ', "+");
    request.body = format!("token={token}&next=&login={}&password={password}", person.name).into_bytes();
    let answer = request.send().await?;
    let kept = cookies(&answer.headers).join("; ");
    anyhow::ensure!(answer.status == 303 && !kept.is_empty(), "{} was not logged in: {}", person.name, answer.status);
    Ok(kept)
}

/// Reads every page and adds its row.
pub async fn measure(run: Run<'_>, reader: &Person, at: &Places, posts: usize, table: &mut Table) -> Result<()> {
    let Run { node, settings, .. } = run;
    let browser = Reader { name: "Cookie", value: log_in(node, reader).await?, accept: "text/html" };
    let stranger = Reader { value: String::new(), ..browser.clone() };
    let thread = format!("/p/{}", at.thread);
    let pages = [
        ("front page", &stranger, "/".to_owned()),
        ("community", &stranger, "/c/yard".to_owned()),
        ("thread of 40", &stranger, thread.clone()),
        ("profile", &stranger, "/u/colin".to_owned()),
        ("tag", &stranger, "/tags/tenth".to_owned()),
        ("feed of a community", &stranger, "/c/yard.atom".to_owned()),
        ("home", &browser, "/home".to_owned()),
        ("notifications", &browser, "/notifications".to_owned()),
        ("community", &browser, "/c/yard".to_owned()),
        ("thread of 40", &browser, thread),
        ("search", &browser, "/search?q=valves".to_owned()),
        ("communities", &browser, "/communities".to_owned()),
    ];
    for (what, who, path) in pages {
        let cost = reading::read_as(run, (who, &path), settings.reads.min(1000), |body| body.len() > 1000).await?;
        let whose = if who.value.is_empty() { "a stranger's" } else { "a member's" };
        let beside = format!("{:.2} of 20 ms", cost.p99 / 20.0);
        table.row(&format!("page, {whose}: {what}, among {posts} posts ({})", settings.database()), &cost.to_string(), &beside);
    }
    Ok(())
}
