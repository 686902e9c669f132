//! The story of the first run: a community at one company, with members, posts, answers and likes
//! from three. Everything goes through the API and over the wire; each step says what it took.

use super::{Say, api::Api, cast::Cast};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest a step may take to show at another company.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells it.
pub(super) async fn tell(cast: &Cast, say: &mut Say) -> Result<()> {
    let [acme, boltco, cobalt] = cast.companies.as_slice() else { bail!("the demo has three companies") };
    let community = acme.communities.first().context("acme has a community")?;
    let handle = format!("@{}@{}", community.name, acme.authority());
    let ada = Api::new(acme.local_url(), &acme.owner.access_token);
    let bo = Api::new(boltco.local_url(), &boltco.people.first().context("boltco has people")?.access_token);
    let cora = Api::new(cobalt.local_url(), &cobalt.owner.access_token);

    for (who, company, api) in [("bo", "boltco", &bo), ("cora", "cobalt", &cora)] {
        let started = Instant::now();
        member_of(api, &handle).await?;
        say.line(&format!("  {who} of {company} joins {handle}: a member after {}", took(started)))?;
    }

    let at_boltco = lookup(&bo, &handle).await?;
    let started = Instant::now();
    let post = bo.post("/api/v1/statuses", json!({ "status": QUESTION, "intermoot": { "community_id": at_boltco["id"] } })).await?;
    let seen = arrival(&cora, &post).await?;
    say.line(&format!("  bo asks at boltco; cora reads it at cobalt after {}", took(started)))?;

    let id = seen["id"].as_str().unwrap_or_default();
    cora.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await?;
    let started = Instant::now();
    let answer = cora.post("/api/v1/statuses", json!({ "status": ANSWER, "in_reply_to_id": id })).await?;
    let at_acme = arrival(&ada, &post).await?;
    let asked = at_acme["id"].as_str().unwrap_or_default().to_owned();
    reply(&ada, &asked, &answer).await?;
    say.line(&format!("  cora likes and answers; ada, who founded it at acme, sees both after {}", took(started)))?;
    ada.post("/api/v1/statuses", json!({ "status": THANKS, "in_reply_to_id": asked })).await?;
    Ok(())
}

const QUESTION: &str = "Our DN50 ball valves seize after about 400 thermal cycles. Has anybody seen wear on the upper seat? #valves";
const ANSWER: &str = "Yes: with PTFE seats above 180 °C. We changed to PEEK in spring and have had none since.";
const THANKS: &str = "That matches our returns. I will bring both seats to the next test run and post the figures here.";

/// The community with this handle, as this node shows it.
pub(super) async fn lookup(api: &Api, handle: &str) -> Result<Value> {
    let name = handle.replace('@', "%40").replace(':', "%3A");
    api.get(&format!("/api/intermoot/v1/communities/lookup?name={name}")).await
}

/// Joins a community and waits until that counts; its id on the person's node.
pub(super) async fn member_of(api: &Api, handle: &str) -> Result<String> {
    let community = lookup(api, handle).await?;
    let id = community["id"].as_str().context("the community has no id")?.to_owned();
    api.post(&format!("/api/intermoot/v1/communities/{id}/join"), json!({})).await?;
    until("the membership is active", async || {
        let community = api.get(&format!("/api/intermoot/v1/communities/{id}")).await?;
        Ok((community["membership"]["status"] == "active").then_some(()))
    })
    .await?;
    Ok(id)
}

/// Waits until `post` (as its author's node shows it) stands in the reader's home timeline.
pub(super) async fn arrival(reader: &Api, post: &Value) -> Result<Value> {
    let uri = post["uri"].clone();
    until("the post arrives", async || {
        let home = reader.get("/api/v1/timelines/home?limit=40").await?;
        let entries = home.as_array().cloned().unwrap_or_default();
        let posts = entries.into_iter().map(|entry| if entry["reblog"].is_null() { entry } else { entry["reblog"].clone() });
        Ok(posts.into_iter().find(|found| found["uri"] == uri))
    })
    .await
}

/// Waits until `answer` and the like stand under the post.
async fn reply(reader: &Api, post: &str, answer: &Value) -> Result<()> {
    let uri = answer["uri"].clone();
    until("the answer and the like arrive", async || {
        let context = reader.get(&format!("/api/v1/statuses/{post}/context")).await?;
        let answered = context["descendants"].as_array().is_some_and(|all| all.iter().any(|found| found["uri"] == uri));
        let liked = reader.get(&format!("/api/v1/statuses/{post}")).await?["favourites_count"] == 1;
        Ok((answered && liked).then_some(()))
    })
    .await
}

/// Asks again until there is an answer.
pub(super) async fn until<T>(what: &str, mut check: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = check().await? {
            return Ok(found);
        }
        if started.elapsed() > PATIENCE {
            bail!("waited {} s until {what}, in vain", PATIENCE.as_secs());
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// How long it has been.
pub(super) fn took(since: Instant) -> String {
    format!("{:.2} s", since.elapsed().as_secs_f64())
}
